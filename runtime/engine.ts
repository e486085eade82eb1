import {
  EXCEPTION_HYPERCALL,
  EXCEPTION_NONE,
  EXCEPTION_TRACE,
  EXIT_EXCEPTION,
  EXIT_INTERPRET,
  EXIT_NONE,
  EXIT_RESYNC,
  EXIT_SLICE,
  EXIT_STOP,
  EXIT_WAIT,
} from '../jit/abi/exits.js';
import {
  CPU_LIMIT, CPU_STATE_SIZE, EXIT_COUNTS_OFFSET, INTERPRETED_OFFSET, PARKED_CPUS_OFFSET, REGIONS_ENABLED_OFFSET, THRESHOLD_OFFSET,
} from '../jit/abi/layout.js'; // prettier-ignore
import { hostFunction } from '../jit/abi/functions.js';
import { FIRST_HANDLER, handlerModes, handlerSetSize } from '../jit/interpreter/handlers-module.js';
import { adaptedServices, makeServiceAdapters } from '../jit/interpreter/service-adapters.js';
import type { BuildContext } from '../jit/ir/build-context.js';
import type { Decoder } from '../jit/isa/decoder.js';
import { isPrivileged } from '../jit/isa/privilege.js';
import type { Core, CoreHost, PhysicalAccess } from './core.js';
import { CodeCache } from './code-cache.js';
import type { AroundCalls, EngineTrace } from './engine-trace.js';
import { EngineCpu, exchangeCpus } from './engine-cpu.js';
import type { GuestMemory } from './memory.js';
import { SoftTlb } from './mmu/soft-tlb.js';
import { PredecodedPages } from './predecoded-pages.js';
import type { TranslationSink } from './translation-sink.js';
import { StorageAccess, type AccessingCpu, type CodeExtent, type Overlay } from './storage-access.js';

/** Wasm modules made at build time. */
export interface NativeModules {
  /** The natives: run loop, slow accesses, floating point. */
  readonly natives: WebAssembly.Module;
  /** The interpreter's handlers of the CPU model. */
  readonly handlers: WebAssembly.Module;
}

/** Counts for statistics. */
export interface EngineCounts {
  /** Times generated code was left for the runtime, by what for. */
  readonly exits: Record<string, number>;
  tlbMisses: number;
}

/** What all code is translated under at the moment, besides its key. Replaced as a whole; code made under others is dropped. */
export type CodeAssumptions = Pick<BuildContext, 'magicPage' | 'trapPrivileged'>;

/** Work is reported once in so many times, minus one. */
const WORK_MASK = 31;

/**
 * Runs CPUs, one at a time: binds the ahead-of-time modules to their cores, to memory and to the bus, and keeps soft TLB, predecoded pages and code
 * cache true to what the guest does.
 */
export class Engine implements AccessingCpu {
  readonly softTlb: SoftTlb;
  readonly pages: PredecodedPages;
  readonly codeCache: CodeCache;
  readonly table: WebAssembly.Table;
  /** Everything that generated code may import. */
  readonly imports: Record<string, unknown>;
  /** All CPUs, by number. */
  readonly cpus: readonly EngineCpu[];
  /** Index in the table from which on regions are. */
  readonly firstRegion: number;
  /** What the native part asks of storage. */
  readonly storage: StorageAccess;
  readonly #exits: Record<string, number> = {};
  translations: TranslationSink | undefined;
  /** A reset was asked for: the run ends. */
  stopped: string | undefined;
  /** Told of every CPU for which an interrupt may have come or gone. */
  onInterruptsChanged: (cpu: EngineCpu) => void = () => {};
  /** Told when the slice should end earlier than planned, because a timer was set. */
  onTimersChanged: () => void = () => {};
  /** Told now and then of work in TypeScript, which takes longer than the instructions it is done for; COUNTER is exact then. */
  onLongWork: () => void = () => {};
  /**
   * Performs the hypercall at PC and moves PC behind it. Returns EXCEPTION_NONE, or the exception that the guest takes instead; by default
   * there is no hypervisor.
   */
  onHypercall: () => number = () => EXCEPTION_HYPERCALL;
  /**
   * Told of each host address that the guest is about to write, at least once a page between two calls of `softTlb.forgetWrites`; set only
   * before the guest runs. Costs nothing when it is not there.
   */
  onWrite: ((host: number) => void) | undefined;
  /** Reports one exception or interrupt taken, for traces. */
  onException: ((exception: number, pc: number) => void) | undefined;
  /** Who traces. */
  trace: EngineTrace = {};
  readonly #run: () => void;
  readonly #exports: Record<string, unknown>;
  #cpu!: EngineCpu;
  #work = 0;
  /** Exceptions and interrupts taken. */
  #delivered = 0;
  /** One instruction is executed for a trace: nothing is to be looked at before it is done. */
  #stepping = false;
  #assumptions: CodeAssumptions = {};

  /**
   * @param makeCore makes the core of each CPU; its state lies where `stateAddress` says
   * @param cpuCount up to CPU_LIMIT
   * @param around for profiles; without it nothing stands around calls
   */
  constructor(
    readonly memory: GuestMemory,
    readonly bus: PhysicalAccess,
    readonly decoder: Decoder,
    modules: NativeModules,
    makeCore: (host: CoreHost, number: number) => Core,
    readonly log: (message: string) => void,
    cpuCount = 1,
    around: AroundCalls = (_what, call) => call,
  ) {
    if (cpuCount > CPU_LIMIT) throw new Error(`engine: ${cpuCount} CPUs`);
    const { model } = decoder;
    this.softTlb = new SoftTlb(memory.u32, model.width);
    this.pages = new PredecodedPages(memory.u32);
    this.storage = new StorageAccess(this, memory, bus, this.softTlb, this.pages);
    const modes = handlerModes(model);
    const setSize = handlerSetSize(decoder.handlers.length);
    this.firstRegion = FIRST_HANDLER + modes.length * setSize;
    this.table = new WebAssembly.Table({ element: 'anyfunc', initial: this.firstRegion });
    this.codeCache = new CodeCache(memory.u32, this.table, this.pages);
    this.codeCache.onSpanning = (start, size, startHigh) => this.softTlb.dropRange(start, size, () => true, startHigh);
    this.cpus = Array.from({ length: cpuCount }, (_, n) => new EngineCpu(this, n, makeCore));
    this.#cpu = this.cpus[0]!;
    const env = { memory: memory.memory, table: this.table };
    const natives = new WebAssembly.Instance(modules.natives, { env, host: this.#hostImports(around) });
    this.#exports = natives.exports;
    this.native('setCacheBlock')(model.cacheBlock);
    this.imports = { ...env, ...natives.exports, ...this.#services(env, around) };
    new WebAssembly.Instance(modules.handlers, { env: this.imports });
    modes.forEach((_, set) => {
      // The handler behind the last stands for all illegal words.
      const behind = FIRST_HANDLER + set * setSize + decoder.handlers.length;
      this.table.set(behind, natives.exports['illegalInstruction']);
      // And one more for privileged instructions in trap mode.
      this.table.set(behind + 1, natives.exports['trappedInstruction']);
    });
    this.#run = around('run', natives.exports['run'] as () => void);
    memory.onStored = (host, size) => this.#loseReservation(host, size);
    memory.onCodeWritten = (host, size) => this.#codeWritten(host, size);
    this.pages.isTranslated = (hostPage) => this.codeCache.holds(hostPage);
    this.pages.onTakenBack = () => this.softTlb.dropFetches();
    this.pages.onRecycled = () => {
      this.softTlb.dropFetches();
      this.codeCache.clear();
    };
  }

  /** Byte offset of the state of CPU `number` in linear memory, when it is made: the first has its turn. */
  static stateAddress(number: number): number {
    return number === 0 ? 0 : PARKED_CPUS_OFFSET + number * CPU_STATE_SIZE;
  }

  /** The host services, each going to the CPU that has its turn, as generated code calls them. */
  #services(env: Record<string, unknown>, around: AroundCalls): Record<string, unknown> {
    type Service = (...args: never[]) => unknown;
    const { width } = this.decoder.model;
    const names = Object.keys(this.cpus[0]!.core.services);
    const current = (name: string): Service =>
      this.cpus.length === 1 ? this.cpus[0]!.core.services[name]! : (...args) => this.core.services[name]!(...args);
    const services = Object.fromEntries(names.map((name) => [name, around(name, current(name))]));
    const inParts = adaptedServices(width)
      .filter((name) => name in services)
      .map((name) => [hostFunction(name, width).name, services[name]]);
    // Services that the model's instructions never call are not there.
    const absent = () => {
      throw new Error('engine: a service that this CPU has not was called');
    };
    const missing = adaptedServices(width)
      .filter((name) => !(name in services))
      .map((name) => [hostFunction(name, width).name, absent]);
    const adapters = new WebAssembly.Instance(new WebAssembly.Module(makeServiceAdapters(width)), {
      env: { ...env, ...Object.fromEntries([...inParts, ...missing]) },
    });
    return { ...services, ...adapters.exports };
  }

  // --- CPUs ---
  /** The CPU that has its turn. */
  get cpu(): EngineCpu {
    return this.#cpu;
  }
  get core(): Core {
    return this.#cpu.core;
  }
  get foreignEndian(): boolean {
    return this.#cpu.foreignEndian;
  }
  get counts(): EngineCounts {
    return { exits: this.#exits, tlbMisses: this.storage.tlbMisses };
  }

  /** Gives another CPU its turn. Its reservation is lost, as a hypervisor's switch may lose it (Book II 1.7.3.1). */
  activate(number: number): void {
    const next = this.cpus[number]!;
    if (next === this.#cpu) return;
    exchangeCpus(this.memory.u32, this.#cpu, next);
    this.#cpu = next;
    next.refreshContext();
    next.interruptsChanged();
  }

  /** What is added to handler numbers in a mode. */
  handlerBase(mode64: boolean, foreignEndian: boolean): number {
    const set = (mode64 ? 0 : 2) + (foreignEndian ? 1 : 0);
    return set * handlerSetSize(this.decoder.handlers.length);
  }

  /** A function of the natives, by name. */
  native(name: string): (...args: number[]) => number {
    return this.#exports[name] as (...args: number[]) => number;
  }

  /** Work was done outside of generated code, for the run loop (not for compiled code, which keeps COUNTER to itself). */
  #worked(): void {
    if ((++this.#work & WORK_MASK) === 0) this.onLongWork();
  }
  #count(what: string): void {
    this.#exits[what] = (this.#exits[what] ?? 0) + 1;
  }
  noteDevice(what: string): void {
    this.#count(what);
    this.#worked();
  }

  #hostImports(around: AroundCalls): Record<string, unknown> {
    const imports: Record<string, (...args: never[]) => unknown> = {
      fill: (ea: number, eaHigh: number, access: number) => this.storage.fill(ea >>> 0, eaHigh >>> 0, access),
      fillFetch: (ea: number, eaHigh: number) => this.storage.fillFetch(ea >>> 0, eaHigh >>> 0),
      deviceRead: (size: number) => this.storage.deviceRead(size),
      deviceWrite: (size: number) => this.storage.deviceWrite(size),
      codeWritten: (host: number, size: number) => this.#codeWritten(host >>> 0, size),
      handlerOf: (word: number) => this.#predecode(word >>> 0),
      trapped: (word: number) => {
        this.#count('privileged');
        return this.#handlerOf(word >>> 0);
      },
      requestTranslation: (pc: number, pcHigh: number, entry: number) => this.#requestTranslation(pc >>> 0, pcHigh >>> 0, entry),
      foundDifficult: (entry: number) => this.#foundDifficult(entry),
      deliverException: () => this.#deliverException(),
      attend: () => this.#attend(),
    };
    return Object.fromEntries(Object.entries(imports).map(([name, call]) => [name, around(name, call)]));
  }

  /** Table index of the handler that executes a word. */
  #handlerOf(word: number): number {
    const n = this.decoder.handlerOf(word);
    return n === 0 ? FIRST_HANDLER + this.decoder.handlers.length : FIRST_HANDLER + n - 1;
  }
  /** Table index of the handler to predecode for a word. */
  #predecode(word: number): number {
    if (this.#assumptions.trapPrivileged === true) {
      const inst = this.decoder.decode(word);
      if (inst && isPrivileged(inst, word)) return FIRST_HANDLER + this.decoder.handlers.length + 1;
    }
    return this.#handlerOf(word);
  }

  /** See StorageAccess. */
  codeExtent(ea: number, eaHigh = 0): CodeExtent | undefined {
    return this.storage.codeExtent(ea, eaHigh);
  }
  /** Lays a page over the guest's own mappings, or takes it away. */
  setOverlay(overlay: Overlay | undefined): void {
    this.storage.setOverlay(overlay);
  }

  /** Somebody else stored: a reservation on the bytes is lost (Book II 1.7.3.1). */
  #loseReservation(host: number, size: number): void {
    // The other CPUs have lost theirs when their turns ended.
    const { state, model } = this.core;
    const granule = state.reservation;
    if (granule !== 0 && granule < host + size && granule + model.cacheBlock > host) state.reservation = 0;
  }

  // --- Code ---
  #codeWritten(host: number, size: number): void {
    this.#count('code written');
    this.codeCache.written(host, size);
  }
  /** What code is translated under. */
  get assumptions(): CodeAssumptions {
    return this.#assumptions;
  }
  /** Changes what code is translated under: all of it is dropped. Not to be called while a region runs. */
  setAssumptions(assumptions: CodeAssumptions): void {
    this.#assumptions = assumptions;
    this.codeCache.clear();
    this.pages.resetCounts();
  }
  /** Gives up what was compiled from an instruction; it is compiled otherwise when it is hot again. */
  #foundDifficult(entry: number): void {
    this.#count('difficult');
    this.codeCache.retireCodeAt(this.pages.hostOfEntry(entry));
  }
  #requestTranslation(pc: number, pcHigh: number, entry: number): void {
    this.#count('translation');
    if (!this.translations) return;
    const extent = this.codeExtent(pc, pcHigh);
    if (!extent) return;
    const host = extent.host + (pc - extent.start);
    if (this.pages.entryOf(host) !== entry || this.codeCache.isPatchedOften(host >>> 12)) return;
    this.translations.request(pc, host, pcHigh);
    this.onLongWork();
  }

  // --- Exceptions ---
  #deliverException(): void {
    const { core } = this;
    const { state } = core;
    let { exception } = state;
    // So that a guest which does nothing but fault still comes to the end of its slice.
    state.counter--;
    if (exception === EXCEPTION_HYPERCALL) {
      exception = this.onHypercall();
      if (exception === EXCEPTION_NONE) {
        this.#count('hypercall');
        this.#worked();
        state.setException(EXCEPTION_NONE);
        if (state.attention !== 0) this.#attend();
        return;
      }
    }
    this.#count('exception');
    this.#worked();
    this.#deliver(exception, state.exceptionSyndrome, state.exceptionAddress, state.exceptionAddressHigh);
    state.setException(EXCEPTION_NONE);
  }

  #deliver(exception: number, syndrome: number, address: number, addressHigh: number): void {
    this.#delivered++;
    this.onException?.(exception, this.core.state.pc);
    this.core.deliver(exception, syndrome, address, addressHigh);
    // What waits is the same as before; at the worst ATTENTION makes somebody look in vain.
    this.contextChanged();
  }
  #attend(): number {
    const { core } = this;
    const { state } = core;
    if (this.stopped !== undefined) {
      state.exitReason = EXIT_STOP;
      return 1;
    }
    if (this.#stepping) {
      state.exitReason = EXIT_SLICE;
      return 1;
    }
    const exception = core.pendingInterrupt();
    if (exception !== EXCEPTION_NONE) {
      this.#count('interrupt');
      this.#worked();
      state.idle = 0;
      this.#deliver(exception, 0, 0, 0);
      this.interruptsChanged();
      return 0;
    }
    if (core.waiting()) {
      state.exitReason = EXIT_WAIT;
      return 1;
    }
    // Whatever ended the waiting is masked: the guest goes on behind its hypercall.
    state.idle = 0;
    // It may have been set only to end a compiled path.
    state.attention = core.attention() ? 1 : 0;
    if (core.tracing?.() !== true) return 0;
    state.exitReason = EXIT_SLICE;
    return 1;
  }
  contextChanged(): void {
    this.#cpu.contextChanged();
  }
  interruptsChanged(): void {
    this.#cpu.interruptsChanged();
  }
  /** For EngineCpu: interrupts of one of the CPUs changed. */
  cpuInterruptsChanged(cpu: EngineCpu): void {
    if (cpu === this.#cpu) this.onTimersChanged();
    this.onInterruptsChanged(cpu);
  }
  /** For EngineCpu: see CoreHost. */
  translationChanged(start: number, size: number, concerns: (context: number) => boolean, startHigh: number): void {
    this.trace.remapped?.(start, size);
    this.softTlb.dropRange(start, size, concerns, startHigh);
  }
  codeMapped(ea: number, eaHigh: number, pageSize: number, hostPage: number): void {
    this.codeCache.mapped(ea, pageSize, eaHigh, hostPage);
  }
  /** The guest asked for a reset or to be switched off: the run ends. */
  reset(kind: string): void {
    this.stopped = kind;
    this.core.state.attention = 1;
  }

  // --- Running ---
  /** The state of all CPUs after reset. */
  resetCpu(): void {
    this.stopped = undefined;
    for (const { core } of this.cpus) core.reset();
    this.#cpu.refreshContext();
    this.interruptsChanged();
  }

  /** The CPU's state was replaced as a whole, by a snapshot. */
  stateReplaced(): void {
    this.core.mmu.reload();
    this.softTlb.flush();
    this.#cpu.refreshContext();
    this.interruptsChanged();
  }

  /** Sets when and whether code is translated: executions of a branch target, 0 for never. */
  setThreshold(threshold: number): void {
    this.memory.u32[THRESHOLD_OFFSET >> 2] = threshold;
    this.memory.u32[REGIONS_ENABLED_OFFSET >> 2] = threshold > 0 ? 1 : 0;
  }

  /** See PageForgotten. */
  readonly #fetchesForgotten = (_hostPage: number, predecoded: readonly number[]): void => {
    for (const address of predecoded) this.softTlb.dropFetchesOf(address);
  };
  readonly #pageForgotten = (hostPage: number, predecoded: readonly number[]): void => {
    this.codeCache.pageGone(hostPage);
    this.#fetchesForgotten(hostPage, predecoded);
  };
  /** For StorageAccess. Nothing was made from the page any more; that it was patched is kept in mind. */
  pageDeserted(hostPage: number): void {
    this.pages.giveBack(hostPage, this.#fetchesForgotten);
  }

  /** How often compiled code came back to the run loop, by what for. */
  regionExits(): Record<string, number> {
    const names = {
      jump: EXIT_NONE,
      slice: EXIT_SLICE,
      'raised exception': EXIT_EXCEPTION,
      interpret: EXIT_INTERPRET,
      resync: EXIT_RESYNC,
    };
    return Object.fromEntries(Object.entries(names).map(([name, reason]) => [name, this.memory.u32[(EXIT_COUNTS_OFFSET >> 2) + reason]!]));
  }

  /** Instructions the interpreter has executed since this was called last. */
  takeInterpreted(): number {
    const at = INTERPRETED_OFFSET >> 2;
    const n = this.memory.u32[at]!;
    this.memory.u32[at] = 0;
    return n;
  }

  /**
   * Runs up to `budget` instructions.
   * @returns EXIT_SLICE, EXIT_WAIT or EXIT_STOP; the state's COUNTER says what is left of the budget
   */
  run(budget: number): number {
    const { state } = this.core;
    state.counter = budget;
    this.pages.release(this.#pageForgotten);
    // The end of a slice is what #attend says when instructions are to be traced.
    if (state.attention !== 0 && this.#attend() === 1 && state.exitReason !== EXIT_SLICE) return state.exitReason;
    if (this.core.tracing?.() === true) this.#step(budget);
    else this.#run();
    return state.exitReason === EXIT_WAIT || state.exitReason === EXIT_STOP ? state.exitReason : EXIT_SLICE;
  }

  /** Executes one instruction while the MSR asks for traces, and raises the trace exception behind it when there is to be one. */
  #step(budget: number): void {
    const { core } = this;
    const { state } = core;
    const traced = core.beginTraced?.(this.storage.instructionAt(state.pc, state.pcHigh) ?? 0) === true;
    const before = this.#delivered;
    state.counter = 1;
    this.#stepping = true;
    this.#run();
    this.#stepping = false;
    state.counter += budget - 1;
    if (traced && this.#delivered === before && this.stopped === undefined) this.#deliver(EXCEPTION_TRACE, 0, 0, 0);
  }
}
