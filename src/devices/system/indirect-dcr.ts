/**
 * The address and data pair of DCRs through which the 4xx chips reach the registers of a unit: mtdcr of the register's
 * index to the first, then mfdcr or mtdcr of the second.
 */
import type { DcrDevice, DeviceLog } from '../../bus/device.js';
import { OnceLog } from '../../bus/once-log.js';

/** DCRs of every such unit: address, data. */
export const INDIRECT_DCR_COUNT = 2;

/** One register of a unit. */
export interface IndirectRegister {
  /** Index that selects it. */
  readonly index: number;
  /** Name in the manual, for messages. */
  readonly name: string;
  /** Value after reset, default 0. */
  readonly initial?: number;
  /** Bits that a write changes, default all. */
  readonly writable?: number;
  /** Bits that a write of 1 clears, default none. */
  readonly clearable?: number;
}

/** A unit whose registers hold what is written to them and have no other effect on what a guest can observe. */
export class IndirectDcrUnit implements DcrDevice {
  /** Everything a snapshot holds: the selected index and the registers by index. */
  readonly state = { address: 0, values: new Map<number, number>() };
  readonly #registers: ReadonlyMap<number, IndirectRegister>;
  readonly #log: OnceLog;

  /** @param log told once of each register touched that the unit does not have */
  constructor(
    readonly name: string,
    registers: readonly IndirectRegister[],
    log: DeviceLog,
  ) {
    this.#registers = new Map(registers.map((register) => [register.index, register]));
    this.#log = new OnceLog(name, log);
    this.reset();
  }

  reset(): void {
    this.state.address = 0;
    for (const { index, initial } of this.#registers.values()) this.state.values.set(index, (initial ?? 0) >>> 0);
  }

  readDcr(register: number): number {
    const { address, values } = this.state;
    if (register === 0) return address;
    const value = values.get(address);
    if (value === undefined) this.#unknown('read');
    return value ?? 0;
  }

  writeDcr(register: number, value: number): void {
    const { address, values } = this.state;
    if (register === 0) {
      this.state.address = value;
      return;
    }
    const known = this.#registers.get(address);
    if (!known) return this.#unknown('write');
    const { writable = 0xffffffff, clearable = 0 } = known;
    const kept = (values.get(address) ?? 0) & ~(clearable & value);
    values.set(address, ((kept & ~(writable & ~clearable)) | (value & writable & ~clearable)) >>> 0);
  }

  #unknown(access: 'read' | 'write'): void {
    this.#log.unimplemented(`${access} of unimplemented ${this.name} register 0x${this.state.address.toString(16)}`);
  }
}
