/**
 * What a device sees of the rest of the machine, and the machine of a device. A device imports nothing else.
 */

/** Width of one access in bytes. Devices only ever see 1, 2 and 4: the bus splits doublewords. */
export type AccessSize = 1 | 2 | 4 | 8;

/**
 * Something that decodes a range of guest physical addresses.
 *
 * Values are unsigned and in the order of a big-endian load or store: the most significant byte of `value` lies at
 * `offset`. A device with little-endian registers swaps (`swapBytes`); the CPU has already undone its own byte
 * reversal (lwbrx, MSR[LE], storage attribute E) before it reaches the bus.
 *
 * The bus guarantees that accesses are naturally aligned and lie inside the mapped range.
 */
export interface Device {
  /** Shown in messages and in the monitor; unique in a machine. */
  readonly name: string;
  /** @param offset bytes from the base of the mapping */
  read(offset: number, size: AccessSize): number;
  /** @param offset bytes from the base of the mapping */
  write(offset: number, size: AccessSize, value: number): void;
  /** The state after system reset. Lines the device drives are negated. */
  reset(): void;
}

/** A device on the device control register bus of a 4xx system-on-chip. */
export interface DcrDevice {
  readonly name: string;
  /** @param register number of the DCR within the device, from 0; returns an unsigned word */
  readDcr(register: number): number;
  /** @param register number of the DCR within the device, from 0 */
  writeDcr(register: number, value: number): void;
  reset(): void;
}

/**
 * One interrupt wire, seen logically: asserted means "wants service", whatever the electrical level.
 * Setting the state it already has is allowed and does nothing.
 */
export interface InterruptLine {
  set(asserted: boolean): void;
}

/** What `Clock.schedule` returns and `Clock.cancel` takes. */
export type TimerHandle = number;

/** Guest time. It stands still while the guest is stopped, and is deterministic where the machine is. */
export interface Clock {
  /** Guest time since reset of the machine, in ns. */
  now(): number;
  /** Calls back once when guest time reaches `atNs`; a time in the past means as soon as possible, never from inside this call. */
  schedule(atNs: number, callback: () => void): TimerHandle;
  /** Forgets a scheduled call. A handle that has fired already is ignored. */
  cancel(handle: TimerHandle): void;
}

/** Where buses and devices report a guest's accesses to things that are not there. */
export interface DeviceLog {
  /** @param message one line, without a line end */
  unimplemented(message: string): void;
}
