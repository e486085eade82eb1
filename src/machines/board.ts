import type { EntropySource } from '../bus/entropy.js';
import type { SliceRunner } from '../../runtime/slice-runner.js';
import type { NativeModules } from '../../runtime/engine.js';
import type { AroundCalls } from '../../runtime/engine-trace.js';
import type { AccessTap } from '../../runtime/lockstep/access-tap.js';
import type { Hypercall } from '../hypervisor/kvm/kvm-hypervisor.js';
import type { HptStreams } from '../hypervisor/papr/hpt-stream.js';
import type { MachineConfig } from '../machine-api.js';

/** A wired board with its CPU, loaded and ready to run. */
export interface Board {
  readonly runner: SliceRunner;
  /** Types to the guest's console. */
  consoleInput(bytes: Uint8Array): void;
  /** The hash page table as streams, where a hypervisor keeps one. @param running whether CPUs run */
  readonly hashTable?: (running: () => boolean) => HptStreams;
  /** The device tree the guest was given, or others as the machine has them; for tests and dumps. */
  readonly deviceTree: Uint8Array;
  /** How far from its own physical addresses the kernel was loaded, in bytes; absent: it lies at them. */
  readonly kernelMoved?: number;
  /** Name of the hypercall that the CPU's registers ask for, for profiles. */
  readonly hypercallName: () => string;
  /** Ends what outlives the machine otherwise. */
  dispose?(): void;
}

/** What a board is given by its host. */
export interface BoardHost {
  /** Loads the ahead-of-time modules of a CPU model, for a RAM that lies as host-endian words or not. */
  readonly loadModules: (cpu: string, swizzled: boolean) => NativeModules;
  /** Host time in ms. */
  readonly now: () => number;
  readonly log: (message: string) => void;
  /** The time of day, in ms since 1970; without it every run begins at the same moment. */
  readonly wallTimeMs?: () => number;
  /** The guest wrote to its console. */
  readonly consoleOutput: (byte: number) => void;
  /** What the CPU's accesses to bus and DCRs are to go through, in lockstep. */
  readonly tap?: AccessTap;
  /** Stands around calls between generated code and the runtime, of machines that may be profiled (see Engine). */
  readonly around?: AroundCalls;
  /** The guest made a hypercall, of the paravirtual interface or of its platform. */
  readonly onHypercall: (call: Hypercall) => void;
  /** Something came from outside: a guest that waits is to look. */
  readonly wake: () => void;
  /** Random numbers for the guest; the same in every run where runs repeat. */
  readonly entropy: EntropySource;
}

/** A kind of machine. */
export interface MachineType {
  readonly name: string;
  readonly description: string;
  /** CPU models, the default first. */
  readonly cpus: readonly string[];
  readonly defaultMemoryBytes: number;
  build(config: MachineConfig, host: BoardHost): Board;
}
