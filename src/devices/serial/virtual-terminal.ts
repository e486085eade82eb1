import type { SerialPort } from './serial-port.js';
import { SerialInputQueue } from './serial-port.js';

/** What a virtual terminal is connected to. */
export interface VirtualTerminalOptions {
  /** Raised when input arrives where there was none. */
  readonly interrupt: { raise(): void };
  /** The host's end; modem control and break do not exist. */
  readonly port: Pick<SerialPort, 'output' | 'inputReady'>;
}

/** A terminal without a UART, which the guest reaches by hypercalls (PAPR, 16.6, client vterm). */
export class VirtualTerminal {
  readonly #waiting = new SerialInputQueue();

  constructor(
    readonly name: string,
    private readonly options: VirtualTerminalOptions,
  ) {}

  /** Types to the guest. Returns how many of the bytes were taken; `inputReady` tells when more are. */
  input(bytes: Uint8Array): number {
    const wasEmpty = this.#waiting.length === 0;
    const accepted = this.#waiting.push(bytes);
    if (wasEmpty && accepted > 0) this.options.interrupt.raise();
    return accepted;
  }

  /** Takes at most so many typed bytes. */
  take(most: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(most, this.#waiting.length));
    for (let n = 0; n < bytes.length; n++) bytes[n] = this.#waiting.shift();
    const room = this.#waiting.takeRoom();
    if (room > 0) this.options.port.inputReady?.(room);
    return bytes;
  }

  /** Sends the guest's bytes. */
  put(bytes: Uint8Array): void {
    for (const byte of bytes) this.options.port.output(byte);
  }

  reset(): void {
    this.#waiting.clear();
  }
}
