/** The embedding interface: what a host program says to a machine and hears from it. */
import type { HptStream, HptStreamOptions } from './hypervisor/papr/hpt-stream.js';

import type { BlockStore } from './bus/block-store.js';
import type { ByteChannel } from './bus/byte-channel.js';
import type { NetworkConnection } from './bus/frame-link.js';
import type { SharedFolder } from './bus/shared-folder.js';
import type { SpeedscopeFile } from './profile/speedscope.js';
import type { ProfileSummary } from './profile/summary.js';

export type { BlockStore } from './bus/block-store.js';
export type { ByteChannel } from './bus/byte-channel.js';
export type { Clock, TimerHandle } from './bus/device.js';
export type { FrameLink, FrameReceiver, NetworkConnection } from './bus/frame-link.js';
export type * from './bus/shared-folder.js';
export type { SpeedscopeFile, SpeedscopeProfile } from './profile/speedscope.js';
export type { ProfiledSymbol, ProfileSummary } from './profile/summary.js';

/** How guest code is executed; the semantics are the same in each (see docs/architecture.md). */
export type ExecutionMode = 'interp' | 'jit' | 'lockstep' | 'trap';

/** Where a machine's log lines go; each is one line without its end. */
export type Logger = (line: string) => void;

/** An input file as bytes, with the name that error messages show. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A folder of the host that the guest mounts by 9P: `mount -t 9p -o trans=virtio,version=9p2000.L TAG /mnt`. */
export interface Share {
  readonly tag: string;
  readonly folder: SharedFolder;
}

/** What a machine is made of. Everything not given takes the machine's default. */
export interface MachineConfig {
  /** A name of `machineNames()`. */
  readonly machine: string;
  /** CPU model, by the name the machine lists. */
  readonly cpu?: string;
  /** RAM in bytes. */
  readonly memoryBytes?: number;
  readonly smp?: number;
  /** What is started; firmware starts without one as well. */
  readonly kernel?: InputFile;
  /** Runs first, and starts the kernel or what it finds on disks; without it the kernel is started directly. */
  readonly firmware?: InputFile;
  readonly initrd?: InputFile;
  /** A flattened device tree used instead of the machine's own; memory, command line and initrd are patched in. */
  readonly dtb?: InputFile;
  /** Kernel command line. */
  readonly append?: string;
  /** Disks, in the order the guest finds them; `openDrive` makes one of a file. */
  readonly drives?: readonly BlockStore[];
  /** What the network card is plugged into; without it there is no card. `userNetwork` makes one of the host's network. */
  readonly network?: NetworkConnection;
  /** Folders that the guest can mount; `shareFolder` makes one of a folder. */
  readonly shares?: readonly Share[];
  /** A further console, besides `Machine.console`. */
  readonly secondConsole?: ByteChannel;
  readonly mode?: ExecutionMode;
  /** Executions of a branch target before its region is compiled. */
  readonly jitThreshold?: number;
  /** Compile on the spot, on this thread: deterministic, for tests. */
  readonly jitSync?: boolean;
  /** Time follows the instruction count: runs repeat bit by bit. */
  readonly icount?: boolean;
  /** What the machine's clock says when it is switched on, in ms since 1970; the host's time unless given. */
  readonly startTimeMs?: number;
  /** Offer the KVM paravirtual interface; on unless false. */
  readonly paravirt?: boolean;
  /**
   * The machine may be profiled (see `Machine.profile`): calls between generated code and the runtime can be timed, and functions made from guest
   * code are named after the kernel's symbols, `guest:memset@c0000000000a1234`, also for the host's own profilers. Costs nothing unless set.
   */
  readonly profiling?: boolean;
  /** Trace topics to log: exceptions, mmu, regions, devices, hypercalls. */
  readonly trace?: readonly string[];
  readonly log?: Logger;
}

/** Why `run` came back. */
export type StopReason =
  | 'until' // the text or pattern was seen on the console
  | 'power-off' // the guest switched the machine off or reset it
  | 'aborted' // the signal
  | 'internal-error' // a defect of ours; `detail` has PC, disassembly and region
  | 'lockstep-difference'; // `detail` has the report

export interface RunResult {
  readonly reason: StopReason;
  readonly detail?: string;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Stop when console output matches. */
  readonly until?: RegExp;
}

export interface ProfileOptions {
  /** Mean number of guest instructions between samples, at least 1000. Default 100,000; the more samples there are, the longer it becomes. */
  readonly intervalInstructions?: number;
}

/** A profile: where a machine's host time goes, by guest functions and by what the emulator does. */
export interface MachineProfile {
  /** Ends it; the machine goes on. What it has found stays. */
  stop(): void;
  /** What has been found so far, in short. */
  summary(): ProfileSummary;
  /** All samples so far, as an object to be written as JSON for https://www.speedscope.app. */
  speedscope(): SpeedscopeFile;
}

/** What `--stats` writes; times in seconds unless the name says otherwise, sizes in bytes. */
export interface MachineStats {
  readonly machine: string;
  readonly cpu: string;
  readonly mode: ExecutionMode;
  readonly wallSeconds: number;
  /** At the moment `until` was seen; null before. */
  readonly bootedSeconds: number | null;
  readonly instructions: number;
  readonly instructionsInterpreted: number;
  readonly mips: number;
  readonly regions: { readonly compiled: number; readonly live: number; readonly invalidated: number; readonly evicted: number };
  /** Modules and guest instructions translated, CPU time of it in ms, longest time the guest's thread was kept from running the guest in ms. */
  readonly compile: { readonly modules: number; readonly instructions: number; readonly cpuMs: number; readonly mainThreadMaxMs: number };
  readonly exits: Readonly<Record<string, number>>;
  readonly tlb: { readonly fills: number; readonly misses: number };
  readonly memory: { readonly rss: number; readonly wasmCode: number };
  /** The last profile that was taken: host time in ms by kind (see TIME_KINDS). */
  readonly profile?: { readonly samples: number; readonly intervalInstructions: number; readonly ms: Readonly<Record<string, number>> };
}

/** The guest's console: bytes both ways. */
export interface ConsolePort {
  /** Characters typed to the guest; the machine queues what the guest has not yet read. */
  input(bytes: Uint8Array): void;
  /** Calls back with each piece of output; returns a function that ends it. */
  onOutput(listener: (bytes: Uint8Array) => void): () => void;
}

/** Registers by their architected names (r0.., cr, xer, lr, ctr, msr, pc, f0.., fpscr, SPR names). */
export type RegisterName = string;

/** One computer. Several may live in one process; nothing is shared between them. */
export interface Machine {
  readonly config: MachineConfig;
  readonly console: ConsolePort;
  /** Runs until something stops it; the guest yields to the event loop at the ends of time slices. */
  run(options?: RunOptions): Promise<RunResult>;
  /** Executes exactly `count` instructions (fewer when the guest stops), at once. Returns how many. */
  step(count?: number): number;
  readRegister(name: RegisterName): bigint;
  writeRegister(name: RegisterName, value: bigint): void;
  /** Guest physical memory; writes invalidate translated code. */
  readMemory(physical: number, length: number): Uint8Array;
  writeMemory(physical: number, bytes: Uint8Array): void;
  /**
   * Opens the hash page table of a guest under PAPR as a stream of bytes, to save it, restore it or move it to another machine.
   * @throws ConfigError when the machine has none, or writing would part the machines of a lockstep run
   * @throws HptStreamError EINVAL for options that no stream has
   */
  openHashTable(options?: HptStreamOptions): HptStream;
  /** Guest code at an effective address of the current context, as text. */
  disassemble(address: number, count: number): string[];
  /**
   * Begins to take a profile, of what runs from now on. One at a time.
   * @throws ConfigError when the machine was not made with `profiling`, one is being taken, or the interval is none
   */
  profile(options?: ProfileOptions): MachineProfile;
  stats(): MachineStats;
  on(event: 'hypercall' | 'reset' | 'power-off', listener: (detail: unknown) => void): () => void;
  /** Ends workers and frees memory; the machine cannot be used afterwards. */
  dispose(): Promise<void>;
}
