import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { POWER8, type CpuModel } from '../../jit/isa/cpus/index.js';
import { MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { GuestMemory } from '../../runtime/memory.js';
import { HashPageTable } from '../../runtime/mmu/hash64/hash-page-table.js';
import { PhysicalBus } from '../../src/bus/physical-bus.js';
import { buildDeviceTree } from '../../src/device-tree/build.js';
import { node } from '../../src/device-tree/tree.js';
import { H_RTAS } from '../../src/hypervisor/papr/call-numbers.js';
import type { Cpus } from '../../src/hypervisor/papr/cpus.js';
import type { HypercallTap, WatchedCall } from '../../src/hypervisor/papr/papr-hypervisor.js';
import { PaprPlatform } from '../../src/hypervisor/papr/papr-platform.js';
import { PhysicalMemory } from '../../src/hypervisor/papr/physical-memory.js';
import { ProbeLog } from './probe-log.js';

export const MEMORY_BYTES = 0x400000;
/** Where the bed puts blocks of RTAS arguments. */
const RTAS_BLOCK = 0x3000;
const CALL_AT = 0x1000;
export const LOGICAL_VERSION = 0x0f000004;
const MASK = 0xffffffffn;

const low = (value: bigint): number => Number(value & MASK);
const high = (value: bigint): number => Number((value >> 32n) & MASK);
const wide = (lowWord: number, highWord: number): bigint => (BigInt(highWord) << 32n) | BigInt(lowWord);

/** CPUs that do nothing but remember what they were told. */
export class FakeCpus implements Cpus {
  current = 0;
  onSuspended: (cpu: number) => void = () => {};
  onDispatched: (cpu: number) => void = () => {};
  readonly states: readonly CpuState[];
  readonly external: boolean[];
  readonly waiting: boolean[];
  readonly stopped: boolean[];
  readonly changed: number[] = [];
  readonly systemResets: number[] = [];
  readonly conferred: (number | undefined)[] = [];
  readonly started: { cpu: number; pc: bigint; r3: bigint }[] = [];
  ended: string | undefined;

  constructor(readonly count: number) {
    this.states = Array.from({ length: count }, () => new CpuState(new ArrayBuffer(CPU_STATE_SIZE)));
    this.external = this.states.map(() => false);
    this.waiting = this.states.map(() => false);
    this.stopped = this.states.map((_, cpu) => cpu !== 0);
  }
  state(cpu: number): CpuState {
    return this.states[cpu]!;
  }
  registersChanged(cpu: number): void {
    this.changed.push(cpu);
  }
  setExternal(cpu: number, asserted: boolean): void {
    this.external[cpu] = asserted;
  }
  start(cpu: number, pcLow: number, pcHigh: number, r3Low: number, r3High: number): void {
    this.stopped[cpu] = false;
    this.started.push({ cpu, pc: wide(pcLow, pcHigh), r3: wide(r3Low, r3High) });
  }
  stop(cpu: number): void {
    this.stopped[cpu] = true;
  }
  isStopped(cpu: number): boolean {
    return this.stopped[cpu]!;
  }
  cede(cpu: number): void {
    this.waiting[cpu] = true;
    this.onSuspended(cpu);
  }
  isWaiting(cpu: number): boolean {
    return this.waiting[cpu]!;
  }
  prod(cpu: number): void {
    this.waiting[cpu] = false;
    this.onDispatched(cpu);
  }
  signalSystemReset(cpu: number): void {
    this.systemResets.push(cpu);
  }
  confer(to: number | undefined): void {
    this.conferred.push(to);
  }
  end(kind: 'power-off' | 'reboot'): void {
    this.ended = kind;
  }
}

export interface PaprBedOptions {
  readonly cpus?: number;
  readonly model?: CpuModel;
  /** Whether RAM lies as a big-endian guest's. */
  readonly swizzled?: boolean;
  readonly tap?: HypercallTap;
}

/** A hypervisor with all its calls on CPUs that do not run. */
export class PaprBed {
  readonly memory: GuestMemory;
  readonly physical: PhysicalMemory;
  readonly bus: PhysicalBus;
  readonly cpus: FakeCpus;
  readonly log = new ProbeLog();
  readonly platform: PaprPlatform;
  readonly output: number[] = [];
  readonly calls: WatchedCall[] = [];
  readonly uuid = Uint8Array.from({ length: 16 }, (_, n) => 0xa0 + n);
  /** Host addresses that the guest's own execution, as which the call counts, wrote. */
  readonly written: number[] = [];
  ticks = 0x1_2345_6789;
  wallMs = Date.UTC(2026, 1, 3, 4, 5, 6) + 250;
  #random = 0;

  constructor(options: PaprBedOptions = {}) {
    this.memory = new GuestMemory([{ name: 'RAM', physical: 0, size: MEMORY_BYTES }], options.swizzled ?? false);
    this.bus = new PhysicalBus(this.log);
    this.cpus = new FakeCpus(options.cpus ?? 2);
    this.physical = new PhysicalMemory(this.memory, this.bus, (host) => this.written.push(host));
    this.platform = new PaprPlatform({
      cpus: this.cpus,
      model: options.model ?? POWER8,
      logicalVersion: LOGICAL_VERSION,
      deviceTree: () => buildDeviceTree({ root: node('', {}, [node('told')]), reservations: [], bootCpu: 0 }),
      memory: this.physical,
      memoryBytes: MEMORY_BYTES,
      hashTable: new HashPageTable(18),
      largestHashTableShift: 18,
      ticks: () => this.ticks,
      wallTime: () => this.wallMs,
      random: () => ++this.#random,
      uuid: this.uuid,
      console: { output: (byte) => this.output.push(byte) },
      log: this.log,
      onCall: (call) => this.calls.push(call),
      ...(options.tap ? { tap: options.tap } : {}),
    });
    for (const state of this.cpus.states) {
      state.msr = MSR.ME.mask;
      state.msrHigh = MSR_HIGH.SF.mask;
    }
  }

  /** Makes a hypercall on the current CPU; returns the status, signed, and r4 on. */
  call(number: number, ...args: (number | bigint)[]): { status: bigint; results: bigint[] } {
    const state = this.cpus.state(this.cpus.current);
    state.pc = CALL_AT;
    state.setGpr(3, number);
    args.forEach((arg, n) => state.setGpr(4 + n, low(BigInt(arg)), high(BigInt(arg))));
    this.platform.hypervisor.perform();
    return {
      status: BigInt.asIntN(64, wide(state.gpr(3), state.gprHigh(3))),
      results: Array.from({ length: 9 }, (_, n) => wide(state.gpr(4 + n), state.gprHigh(4 + n))),
    };
  }
  /** The status of a hypercall. */
  status(number: number, ...args: (number | bigint)[]): number {
    return Number(this.call(number, ...args).status);
  }

  /** Calls an RTAS function by name; returns its results, signed. */
  rtas(name: string, args: readonly number[], resultCount: number): number[] {
    const token = this.platform.rtas.tokens.get(name);
    if (token === undefined) throw new Error(`no RTAS function ${name}`);
    const words = [token, args.length, resultCount, ...args];
    words.forEach((word, n) => this.physical.setU32(RTAS_BLOCK + 4 * n, word >>> 0));
    this.call(H_RTAS, RTAS_BLOCK);
    return Array.from({ length: resultCount }, (_, n) => this.physical.u32(RTAS_BLOCK + 4 * (3 + args.length + n)) | 0);
  }
  /** The bytes of the block that `rtas` used. */
  get text(): string {
    return String.fromCharCode(...this.output);
  }
}
