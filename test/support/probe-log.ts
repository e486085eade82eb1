import type { DeviceLog } from '../../src/bus/device.js';

/** Collects what buses and devices report. */
export class ProbeLog implements DeviceLog {
  readonly messages: string[] = [];

  unimplemented(message: string): void {
    this.messages.push(message);
  }
}
