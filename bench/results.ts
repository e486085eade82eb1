import type { MachineStats } from '../src/machine-api.js';
import type { MachineInfo } from './host/machine-info.js';

/** One timing, in seconds of the wall clock and of CPU (all threads of the emulator: compilation in the background counts). */
export interface Sample {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** The timings of one emulator on one task. */
export interface Series<S extends Sample = Sample> {
  readonly samples: S[];
  /** Why there are no samples, in one line. */
  unavailable?: string;
}

/** A kernel; samples are of one repetition of it. By the emulator's name. */
export interface KernelResult {
  readonly name: string;
  readonly group: 'integer' | 'float';
  readonly series: Record<string, Series>;
}

/** Start of the emulator to `BOOTED` on the console, with powerjit's statistics of that run. */
export interface BootSample extends Sample {
  readonly statistics?: MachineStats;
}

/** Nanoseconds of guest time for one privileged instruction, and the same through the magic page where that is mapped. */
export interface InstructionCost {
  readonly instruction: string;
  readonly nanoseconds: number;
  readonly magicPageNanoseconds: number | null;
}

/** The fork and exec load under one way of executing privileged instructions. */
export interface ForkExecSeries extends Series {
  /** Exits from guest code during the load alone, by reason; absent without statistics. */
  exits?: Record<string, number>;
}

/** The cost of privileged instructions, by the name of the way to execute them. */
export interface PrivilegedResult {
  readonly title: string;
  costs: InstructionCost[];
  costsUnavailable?: string;
  readonly forkExec: ForkExecSeries;
}

/** A micro-benchmark by benchmark.js. */
export interface MicroResult {
  readonly name: string;
  /** What one operation is, with the number of units below it. */
  readonly unit: string;
  /** Microseconds for one unit: median, and interquartile range as a fraction of it. */
  readonly microseconds: number;
  readonly spread: number;
  readonly samples: number[];
}

/** One pass over the hash page table as a stream. */
export interface HashTablePass {
  readonly name: string;
  /** Time of the reads alone. */
  readonly milliseconds: number;
  readonly records: number;
  readonly bytes: number;
  /** Entries reported, by what they are. */
  readonly valid: number;
  readonly invalid: number;
  /** Bytes for the same with an index before each entry instead of records; in a first pass, of valid entries only. */
  readonly naiveBytes: number;
}

/** The hash page table of a guest under PAPR as a stream, while the guest starts programs; the last pass is that of the stop phase. */
export interface HashTableResult {
  readonly passes: readonly HashTablePass[];
  readonly unavailable?: string;
}

/** A figure that is compared with the baseline; greater is better. */
export interface Metric {
  readonly value: number;
  /** Interquartile range as a fraction of the value. */
  readonly spread: number;
  /** True when it depends on the host's speed, false when it is relative to QEMU on the same host. */
  readonly absolute: boolean;
}

/** What `bench/results/latest.json` holds. Suites that did not run are absent. */
export interface Results {
  readonly machine: MachineInfo;
  readonly options: Record<string, unknown>;
  kernels?: KernelResult[];
  boot?: Record<string, Series<BootSample>>;
  privileged?: Record<string, PrivilegedResult>;
  micro?: MicroResult[];
  hashTable?: HashTableResult;
  metrics: Record<string, Metric>;
}
