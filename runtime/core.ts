import type { CpuModel } from '../jit/isa/cpus/index.js';
import type { CpuState } from './cpu-state.js';
import type { Mmu } from './mmu/mmu.js';

/** Physical addresses that are not memory: the machine's bus, as one CPU sees it. Values are in the order of a big-endian access. */
export interface PhysicalAccess {
  /** @param size 1, 2, 4 or 8 bytes; the high word of 8 comes by `highWord` */
  read(physical: number, size: number): number;
  write(physical: number, size: number, value: number, highWord: number): void;
  /** High word of the last 8-byte read. */
  readonly highWord: number;
  /** Nobody answered the last access, or a part of it. */
  readonly unassigned?: boolean;
}

/** Device control registers, on models that have them. */
export interface DcrAccess {
  read(register: number): number;
  write(register: number, value: number): void;
}

/** Interrupt inputs of one CPU, set by the machine's interrupt controller. */
export interface CpuInputs {
  external: boolean;
  critical: boolean;
  machineCheck: boolean;
}

/** Time as a core needs it. */
export interface CoreTime {
  /** Timebase ticks since reset: whole, never decreasing. */
  ticks(): number;
}

/** What a core asks of the engine around it. */
export interface CoreHost {
  /** MSR, PID or other state that selects translations or code changed. */
  contextChanged(): void;
  /** Interrupt inputs, timers or their enables changed: ATTENTION and the slice's end are to be computed anew. */
  interruptsChanged(): void;
  /**
   * A range of effective addresses is no longer translated as it was.
   * @param start low word of the first, unsigned
   * @param size bytes; infinite for all addresses
   * @param startHigh high word of the first, unsigned
   */
  translationChanged(start: number, size: number, concerns: (context: number) => boolean, startHigh?: number): void;
  /** The guest asked for a reset. */
  reset(kind: string): void;
  /** The instruction at an effective address, undefined where none can be fetched. */
  instructionAt(pc: number, pcHigh: number): number | undefined;
  /** icbi: code around a host address may have changed. */
  invalidateInstructions(ea: number): void;
  log(message: string): void;
}

/**
 * One family of CPUs: everything architected that is not in the instruction definitions. The engine drives it and knows no family. A core
 * for another architecture book implements the same interface.
 */
export interface Core {
  readonly model: CpuModel;
  readonly state: CpuState;
  readonly mmu: Mmu;
  /**
   * Host services of the definitions, by name (see jit/abi/services.ts). A parameter of 64 bits comes as two numbers, the low word first; of such a
   * result the low word is returned, and the high one put into the state's `serviceHigh`.
   */
  readonly services: Readonly<Record<string, (...args: never[]) => unknown>>;
  readonly inputs: CpuInputs;
  /** Takes the exception; PC is the instruction's address. The address that goes with it is given in two words. */
  deliver(exception: number, syndrome: number, address: number, addressHigh: number): void;
  /** The asynchronous interrupt to take now, EXCEPTION_NONE for none. */
  pendingInterrupt(): number;
  /** Name of an exception, as the manual prints it. */
  exceptionName(exception: number): string;
  /** Whether something waits, whatever the MSR allows. */
  attention(): boolean;
  /** An interrupt waits that MSR[EE] masks, whether or not that bit is set. */
  waitsForEe(): boolean;
  /** Asked before an interrupt is delivered; the paravirtual interface holds interrupts back. */
  mayDeliver: (exception: number) => boolean;
  /** The MSR or a hypercall asks to wait for an interrupt. */
  waiting(): boolean;
  /** Asks for a system reset interrupt, which nothing masks; absent on cores that have none. */
  raiseSystemReset?(): void;
  /** Syndrome of the machine check that a load or store is which nobody answers; absent on cores where it is none. */
  readonly unansweredSyndrome?: number;
  /** The MSR asks for trace exceptions: instructions are executed one at a time. Absent on cores that have none. */
  tracing?(): boolean;
  /** Before an instruction is executed while `tracing`: whether a trace exception follows when it is completed. PC is its address. */
  beginTraced?(word: number): boolean;
  /** Catches up with time; returns whether interrupt status changed. */
  updateTimers(): boolean;
  /** Timebase ticks until the next timer event, infinite when there is none. */
  nextTimerTicks(): number;
  /**
   * Remembers what of the timers is not in the CPU's state. Returns what puts it back, to be called when state and time are as they were; absent on
   * cores that cannot be put back.
   */
  rememberTimers?(): () => void;
  reset(): void;
}
