/** What the fuzzer has to know of an architecture: its guest, its state, its emulators. */
import type { Program } from '../../jit/isa/assemble-program.js';
import type { CpuModel } from '../../jit/isa/cpus/index.js';
import type { Decoder } from '../../jit/isa/decoder.js';
import type { BareMode } from '../support/bare-cpu.js';
import type { AddressSpace } from './addresses.js';
import type { Explanation } from './case.js';
import type { Image, Placement } from './image.js';
import type { Random } from './random.js';
import type { State } from './state.js';
import type { InitialState } from './stream.js';

/** Architectures as the option --arch names them. */
export type ArchitectureName = 'ppc32' | 'ppc64';

/** Where the guest keeps what, in bytes. Effective addresses of code are real ones. */
export interface Places {
  readonly driver: number;
  readonly slots: number;
  readonly records: number;
  readonly recordSize: number;
  readonly results: number;
  readonly resultsSize: number;
  readonly dumpSize: number;
  /** Of the storage that every dump has. */
  readonly windowSize: number;
}

/** Where a dump has what: numbers of its 32-bit words. A register of 64 bits is named by its low word; the high one lies in front. */
export interface StateWords {
  readonly count: number;
  readonly gpr: (n: number) => number;
  /** Doubleword 0 of VSR n. */
  readonly fpr: (n: number) => number;
  readonly cr: number;
  readonly xer: number;
  readonly pc: number;
  readonly msr: number;
  readonly fpscr: number;
  /** Number of exceptions since the last dump; the vector of the last one, what its handler found in SRR0 and SRR1, in ESR or DSISR, in DEAR or DAR. */
  readonly exceptions: number;
  readonly vector: number;
  readonly exceptionPc: number;
  readonly exceptionMsr: number;
  readonly syndrome: number;
  readonly address: number;
  /** The FPSCR as the last floating-point exception found it. */
  readonly exceptionFpscr: number;
  readonly window: number;
  /** The last word of what is written down of an exception; `exceptions` is the first. */
  readonly lastOfException: number;
  /** Where code lies, and what a stepped stream writes down and forgets after each instruction. */
  readonly layoutDependent: ReadonlySet<number>;
  /** Of no meaning. */
  readonly ignored: ReadonlySet<number>;
  nameOf(word: number): string;
}

/** Results of a run in one mode. */
export interface ModeResults {
  readonly mode: BareMode;
  /** What distinguishes it from other runs in the same mode, for people. */
  readonly setting: string;
  readonly bytes: Uint8Array;
}

/** Our engine, bare. */
export interface OurTarget {
  /**
   * @returns the results in each of the modes, perhaps in several settings
   * @throws Error when the guest does not come to its end, or a stream is not entered as compiled code
   */
  run(image: Image, modes: readonly BareMode[]): ModeResults[];
}

/** QEMU. */
export interface ReferenceTarget {
  /**
   * @returns the results
   * @throws ConfigError when QEMU cannot run, Error when the guest does not come to its end
   */
  run(image: Image): Promise<Uint8Array>;
  /** Removes the files. */
  dispose(): void;
}

/** One architecture. */
export interface Architecture {
  readonly name: ArchitectureName;
  readonly model: CpuModel;
  readonly decoder: Decoder;
  readonly places: Places;
  readonly words: StateWords;
  /** Program that runs streams. */
  readonly driver: Program;
  readonly explanations: readonly Explanation[];
  /** Instructions that are not drawn, with the reason. */
  readonly notDrawn: ReadonlyMap<string, string>;
  /** Instructions that in QEMU depend on what was executed before in a way that no state shows: straight streams with them are held against our own stepped ones. */
  readonly remembering: ReadonlySet<string>;
  /** SPRs that streams read and write; more frequent ones several times. */
  readonly sprsRead: readonly number[];
  readonly sprsWritten: readonly number[];
  /** Addresses of streams that begin with a state's MSR. */
  addressSpace(random: Random, mode: Pick<InitialState, 'msr' | 'mode64'>): AddressSpace;
  /** Bits of an effective address in a state. */
  addressBits(state: State): 32 | 64;
  /** MSR of a stream. */
  anyMode(random: Random): Pick<InitialState, 'msr' | 'mode64'>;
  /** The registers that only this architecture has. */
  drawRegisters(random: Random, state: InitialState): void;
  /** The exception that enabled floating-point exceptions raise was taken. */
  tookFloatException(state: State): boolean;
  /** An exception was taken for an address that is not allowed. */
  faulted(state: State): boolean;
  /** Writes the record of a placement: what the driver loads. */
  writeRecord(view: DataView, p: Placement): void;
  /** The state in which a placement begins, as a dump has it. */
  initialState(p: Placement): State;
  /** A state to begin with, as a dump has it. */
  beginningWith(state: State, like: InitialState): InitialState;
  ours(): OurTarget;
  reference(): ReferenceTarget;
  /** Version of QEMU; undefined when it is not installed. */
  qemuVersion(): string | undefined;
  /** The program that is the reference, and its package in Debian. */
  readonly qemu: string;
  /** What it runs, for people. */
  readonly machine: string;
}
