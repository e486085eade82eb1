import { ConfigError } from '../config-error.js';
import type { DcrDevice, DeviceLog } from './device.js';
import { OnceLog } from './once-log.js';

/** DCR numbers have 10 bits (PPC440x5 core manual, mfdcr and mtdcr). */
const DCR_COUNT = 1024;

/** The device control register bus: DCR numbers 0..1023, each a 32-bit register of some unit of the chip. */
export class DcrBus {
  /** Whether the last `read` or `write` named a DCR that no unit implements. */
  unassigned = false;

  readonly #devices: (DcrDevice | undefined)[] = new Array<DcrDevice | undefined>(DCR_COUNT).fill(undefined);
  readonly #bases = new Uint16Array(DCR_COUNT);
  readonly #log: OnceLog;

  /** @param log told once of each unimplemented DCR that is touched */
  constructor(log: DeviceLog) {
    this.#log = new OnceLog('DCR bus', log);
  }

  /**
   * Gives `device` the DCRs `base` .. `base + count - 1`.
   * @throws ConfigError for numbers out of range or already taken
   */
  attach(device: DcrDevice, base: number, count: number): void {
    const where = `device ${device.name}`;
    if (!Number.isInteger(base) || !Number.isInteger(count) || base < 0 || count <= 0 || base + count > DCR_COUNT) {
      throw new ConfigError(`DCRs ${hex(base)} + ${count} do not exist`, where, 'use DCR numbers 0 to 1023');
    }
    for (let number = base; number < base + count; number++) {
      const other = this.#devices[number];
      if (other) throw new ConfigError(`DCR ${hex(number)} belongs to ${other.name}`, where, 'give the devices separate DCRs');
    }
    this.#devices.fill(device, base, base + count);
    this.#bases.fill(base, base, base + count);
  }

  /** Resets every attached device once. */
  reset(): void {
    for (const device of new Set(this.#devices)) device?.reset();
  }

  /** mfdcr: the unsigned word in DCR `number`, 0 where nothing is implemented. */
  read(number: number): number {
    const device = this.#devices[number];
    this.unassigned = device === undefined;
    if (device) return device.readDcr(number - this.#bases[number]) >>> 0;
    this.#log.unimplemented(`read of unimplemented DCR ${hex(number)}`);
    return 0;
  }

  /** mtdcr: writes the unsigned word `value` to DCR `number`. */
  write(number: number, value: number): void {
    const device = this.#devices[number];
    this.unassigned = device === undefined;
    if (device) device.writeDcr(number - this.#bases[number], value >>> 0);
    else this.#log.unimplemented(`write of unimplemented DCR ${hex(number)}`);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
