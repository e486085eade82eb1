import {
  ACCESS_FETCH,
  ACCESS_WRITE,
  EXCEPTION_HYPERCALL,
  EXCEPTION_MACHINE_CHECK,
  EXCEPTION_NONE,
  EXIT_EXCEPTION,
  EXIT_INTERPRET,
  EXIT_NONE,
  EXIT_RESYNC,
  EXIT_SLICE,
  EXIT_STOP,
  EXIT_WAIT,
} from '../jit/abi/exits.js';
import {
  DEVICE_ADDRESS_OFFSET, DEVICE_DATA_OFFSET, EXIT_COUNTS_OFFSET, INTERPRETED_OFFSET, REGIONS_ENABLED_OFFSET, SOFT_TLB_FETCH_32, SOFT_TLB_READ, SOFT_TLB_WRITE_32, THRESHOLD_OFFSET,
} from '../jit/abi/layout.js'; // prettier-ignore
import { FIRST_HANDLER } from '../jit/interpreter/handlers-module.js';
import type { BuildContext } from '../jit/ir/build-context.js';
import type { Decoder } from '../jit/isa/decoder.js';
import { isPrivileged } from '../jit/isa/privilege.js';
import { MSR } from '../jit/isa/registers.js';
import type { Core, CoreHost, PhysicalAccess } from './core.js';
import { CodeCache } from './code-cache.js';
import type { EngineTrace } from './engine-trace.js';
import { PAGE_SIZE, type GuestMemory } from './memory.js';
import { SoftTlb } from './mmu/soft-tlb.js';
import { PredecodedPages } from './predecoded-pages.js';

/** Wasm modules made at build time. */
export interface NativeModules {
  /** The natives: run loop, slow accesses, floating point. */
  readonly natives: WebAssembly.Module;
  /** The interpreter's handlers of the CPU model. */
  readonly handlers: WebAssembly.Module;
}

/** Where hot code goes to be translated. */
export interface TranslationSink {
  /**
   * A branch target became hot.
   * @param pc effective address
   * @param host host address of the instruction
   */
  request(pc: number, host: number): void;
}

/** Counts for statistics. */
export interface EngineCounts {
  /** Times generated code was left for the runtime, by what for. */
  readonly exits: Record<string, number>;
  tlbMisses: number;
}

/** What all code is translated under at the moment, besides its key. Replaced as a whole; code made under others is dropped. */
export type CodeAssumptions = Pick<BuildContext, 'magicPage' | 'trapPrivileged'>;

/** A page that lies over what the guest's MMU maps: loads and stores of the supervisor go to it. Fetches do not. */
export interface Overlay {
  /** Effective address, unsigned, a multiple of 4096. */
  readonly page: number;
  /** Performs accesses; addresses are offsets in the page. */
  readonly access: PhysicalAccess;
}

/** How far a region may extend: a run of effective addresses with consecutive host addresses. */
export interface CodeExtent {
  readonly start: number;
  readonly size: number;
  readonly host: number;
  /** The engine's `remappings` when it was found. */
  readonly remappings: number;
}

/** Work is reported once in so many times, minus one. */
const WORK_MASK = 31;
const RESULT_FAULT = 0;
const RESULT_DEVICE = 1;

/**
 * Runs one CPU: binds the ahead-of-time modules to a core, to memory and to the bus, and keeps soft TLB, predecoded pages and code
 * cache true to what the guest does.
 */
export class Engine implements CoreHost {
  readonly softTlb: SoftTlb;
  readonly pages: PredecodedPages;
  readonly codeCache: CodeCache;
  readonly table: WebAssembly.Table;
  /** Everything that generated code may import. */
  readonly imports: Record<string, unknown>;
  readonly counts: EngineCounts = { exits: {}, tlbMisses: 0 };
  core!: Core;
  translations: TranslationSink | undefined;
  /** A reset was asked for: the run ends. */
  stopped: string | undefined;
  /** How often a page larger than 4 KiB was taken from where it lay. */
  remappings = 0;
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
  #keyMask = 0;
  #work = 0;
  #contextId = -1;
  #assumptions: CodeAssumptions = {};
  #overlay: Overlay | undefined;
  /** The device access that was prepared last is one to the overlay. */
  #overlaid = false;

  constructor(
    readonly memory: GuestMemory,
    readonly bus: PhysicalAccess,
    readonly decoder: Decoder,
    modules: NativeModules,
    makeCore: (host: CoreHost) => Core,
    readonly log: (message: string) => void,
  ) {
    this.softTlb = new SoftTlb(memory.u32);
    this.pages = new PredecodedPages(memory.u32);
    this.table = new WebAssembly.Table({ element: 'anyfunc', initial: FIRST_HANDLER + decoder.handlers.length + 2 });
    this.codeCache = new CodeCache(memory.u32, this.table, this.pages);
    this.core = makeCore(this);
    this.#keyMask = this.core.model.keyBits.reduce((mask, name) => mask | MSR[name].mask, 0) >>> 0;
    const env = { memory: memory.memory, table: this.table };
    const natives = new WebAssembly.Instance(modules.natives, { env, host: this.#hostImports() });
    this.#exports = natives.exports;
    this.imports = { ...env, ...natives.exports, ...this.core.services };
    new WebAssembly.Instance(modules.handlers, { env: this.imports });
    // The handler behind the last stands for all illegal words.
    this.table.set(FIRST_HANDLER + decoder.handlers.length, natives.exports['illegalInstruction']);
    // And one more for privileged instructions in trap mode.
    this.table.set(FIRST_HANDLER + decoder.handlers.length + 1, natives.exports['trappedInstruction']);
    this.#run = natives.exports['run'] as () => void;
    memory.onStored = (host, size) => this.#loseReservation(host, size);
    memory.onCodeWritten = (host, size) => this.#codeWritten(host, size);
    this.pages.onRecycled = () => {
      this.softTlb.dropFetches();
      this.codeCache.clear();
    };
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
    this.counts.exits[what] = (this.counts.exits[what] ?? 0) + 1;
  }

  #hostImports(): Record<string, unknown> {
    return {
      fill: (ea: number, access: number) => this.#fill(ea >>> 0, access),
      fillFetch: (ea: number) => this.#fillFetch(ea >>> 0),
      deviceRead: (size: number) => this.#deviceRead(size),
      deviceWrite: (size: number) => this.#deviceWrite(size),
      codeWritten: (host: number, size: number) => this.#codeWritten(host >>> 0, size),
      handlerOf: (word: number) => this.#predecode(word >>> 0),
      trapped: (word: number) => {
        this.#count('privileged');
        return this.#handlerOf(word >>> 0);
      },
      requestTranslation: (pc: number, entry: number) => this.#requestTranslation(pc >>> 0, entry),
      foundDifficult: (entry: number) => this.#foundDifficult(entry),
      deliverException: () => this.#deliverException(),
      attend: () => this.#attend(),
    };
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

  // --- Translation of addresses ---
  #fill(ea: number, access: number): number {
    const { state, mmu } = this.core;
    const overlay = this.#overlay;
    this.#overlaid = overlay !== undefined && ea - (ea % 0x1000) === overlay.page && (state.msr & MSR.PR.mask) === 0;
    if (this.#overlaid) {
      this.#setDeviceAddress(ea & 0xfff);
      return RESULT_DEVICE;
    }
    const r = mmu.translate(ea, access);
    if (!r.ok) {
      this.counts.tlbMisses++;
      this.trace.fault?.(ea, r.exception);
      state.setException(r.exception, r.syndrome, ea);
      return RESULT_FAULT;
    }
    const host = this.memory.hostAddress(r.physical);
    if (host < 0) {
      this.#setDeviceAddress(r.physical);
      return RESULT_DEVICE;
    }
    if (r.pageSize >= 0x1000) {
      const addend = host - ea;
      if (r.readable) this.softTlb.enter(state.context, SOFT_TLB_READ, ea, addend);
      // Stores to pages that hold code must come here. A write entry also serves loads beside the store.
      const mayEnter = this.onWrite === undefined || access === ACCESS_WRITE;
      if (r.writable && mayEnter && !this.pages.has(host >>> 12)) this.softTlb.enter(state.context, SOFT_TLB_WRITE_32, ea, addend);
    }
    if (access === ACCESS_WRITE) this.onWrite?.(host);
    return host;
  }

  #fillFetch(ea: number): number {
    const { state, mmu } = this.core;
    const r = mmu.translate(ea, ACCESS_FETCH);
    if (!r.ok) {
      this.counts.tlbMisses++;
      this.trace.fault?.(ea, r.exception);
      state.setException(r.exception, r.syndrome, ea);
      return RESULT_FAULT;
    }
    const host = this.memory.hostAddress(r.physical);
    if (host < 0) {
      state.setException(EXCEPTION_MACHINE_CHECK, 0, ea);
      return RESULT_FAULT;
    }
    const page = host >>> 12;
    const known = this.pages.has(page);
    const predecoded = this.pages.pageOf(page);
    if (!known) this.softTlb.dropWrites(page);
    if (r.pageSize >= 0x1000) this.softTlb.enter(state.context, SOFT_TLB_FETCH_32, ea, predecoded);
    return predecoded + 2 * (ea & 0xffc);
  }

  /** What is mapped around an effective address for fetching, undefined when nothing is or the page is too small to be translated. */
  codeExtent(ea: number): CodeExtent | undefined {
    const r = this.core.mmu.translate(ea, ACCESS_FETCH);
    if (!r.ok || r.pageSize < 0x1000) return undefined;
    const slot = this.memory.slotAt(r.physical);
    if (!slot) return undefined;
    const offset = ea & (r.pageSize - 1);
    const physical = Math.max(r.physical - offset, slot.physical);
    const start = ea - (r.physical - physical);
    const size = Math.min(r.physical - offset + r.pageSize, slot.physical + slot.size) - physical;
    return { start, size, host: slot.host + (physical - slot.physical), remappings: this.remappings };
  }

  // --- Devices ---
  #setDeviceAddress(physical: number): void {
    const at = DEVICE_ADDRESS_OFFSET >> 2;
    this.memory.u32[at] = physical >>> 0;
    this.memory.u32[at + 1] = Math.floor(physical / 0x1_0000_0000);
  }
  /** Who performs the device access that was prepared last. */
  #device(): PhysicalAccess {
    this.#count(this.#overlaid ? 'magic page' : 'device');
    this.#worked();
    return this.#overlaid ? this.#overlay!.access : this.bus;
  }
  #deviceRead(size: number): number {
    const device = this.#device();
    const at = DEVICE_DATA_OFFSET >> 2;
    this.memory.u32[at] = device.read(this.core.state.deviceAddress, size);
    this.memory.u32[at + 1] = 0;
    this.trace.device?.('read', this.core.state.deviceAddress, size, this.memory.u32[at]!);
    if (size === 8) {
      // The first word read is the more significant one.
      this.memory.u32[at + 1] = device.highWord;
    }
    return 1;
  }
  #deviceWrite(size: number): number {
    const device = this.#device();
    const at = DEVICE_DATA_OFFSET >> 2;
    const low = this.memory.u32[at]!;
    const value = size === 1 ? low & 0xff : size === 2 ? low & 0xffff : low;
    this.trace.device?.('write', this.core.state.deviceAddress, size, value);
    device.write(this.core.state.deviceAddress, size, value, this.memory.u32[at + 1]!);
    return 1;
  }

  /** Somebody else stored: a reservation on the bytes is lost (Book II 1.7.3.1). */
  #loseReservation(host: number, size: number): void {
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
  /** Lays a page over the guest's own mappings, or takes it away. */
  setOverlay(overlay: Overlay | undefined): void {
    this.#overlay = overlay;
    this.softTlb.flush();
  }
  /** Forgets what was decoded or translated from memory at an effective address. */
  invalidateInstructions(): void {
    // Stores to instructions are noticed when they happen; there is nothing left for icbi to do.
  }
  /** Gives up what was compiled from an instruction; it is compiled otherwise when it is hot again. */
  #foundDifficult(entry: number): void {
    this.#count('difficult');
    this.codeCache.retireCodeAt(this.pages.hostOfEntry(entry));
  }
  #requestTranslation(pc: number, entry: number): void {
    this.#count('translation');
    if (!this.translations) return;
    const extent = this.codeExtent(pc);
    if (!extent) return;
    const host = extent.host + (pc - extent.start);
    if (this.pages.entryOf(host) !== entry || this.codeCache.isPatchedOften(host >>> 12)) return;
    this.translations.request(pc, host);
    this.onLongWork();
  }

  // --- Exceptions ---
  #deliverException(): void {
    const { core } = this;
    const { state } = core;
    let { exception } = state;
    const pc = state.pc;
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
    this.onException?.(exception, pc);
    core.deliver(exception, state.exceptionSyndrome, state.exceptionAddress);
    state.setException(EXCEPTION_NONE);
    this.contextChanged();
    this.interruptsChanged();
  }
  #attend(): number {
    const { core } = this;
    const { state } = core;
    if (this.stopped !== undefined) {
      state.exitReason = EXIT_STOP;
      return 1;
    }
    const exception = core.pendingInterrupt();
    if (exception !== EXCEPTION_NONE) {
      this.#count('interrupt');
      this.#worked();
      this.onException?.(exception, state.pc);
      state.idle = 0;
      core.deliver(exception, 0, 0);
      this.contextChanged();
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
    return 0;
  }
  contextChanged(): void {
    const { state, mmu } = this.core;
    const id = mmu.contextOf();
    state.key = (state.msr & this.#keyMask) >>> 0;
    if (id === this.#contextId) return;
    this.#contextId = id;
    state.context = this.softTlb.choose(id);
  }
  interruptsChanged(): void {
    const { core } = this;
    core.state.attention = this.stopped !== undefined || core.attention() ? 1 : 0;
    core.state.intPending = core.waitsForEe() ? 1 : 0;
    this.onTimersChanged();
  }
  translationChanged(start: number, size: number, concerns: (context: number) => boolean): void {
    this.trace.remapped?.(start, size);
    this.softTlb.dropRange(start, size, concerns);
    if (size <= PAGE_SIZE) return;
    this.remappings++;
    this.codeCache.remapped(start, size);
  }
  reset(kind: string): void {
    this.stopped = kind;
    this.core.state.attention = 1;
  }

  // --- Running ---
  /** The state after reset. */
  resetCpu(): void {
    this.stopped = undefined;
    this.core.reset();
    this.#contextId = -1;
    this.contextChanged();
    this.interruptsChanged();
  }

  /** The CPU's state was replaced as a whole, by a snapshot. */
  stateReplaced(): void {
    this.core.mmu.reload();
    this.softTlb.flush();
    this.#contextId = -1;
    this.contextChanged();
    this.interruptsChanged();
  }

  /** Sets when and whether code is translated: executions of a branch target, 0 for never. */
  setThreshold(threshold: number): void {
    this.memory.u32[THRESHOLD_OFFSET >> 2] = threshold;
    this.memory.u32[REGIONS_ENABLED_OFFSET >> 2] = threshold > 0 ? 1 : 0;
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
    if (state.attention !== 0 && this.#attend() === 1) return state.exitReason;
    this.#run();
    return state.exitReason === EXIT_WAIT || state.exitReason === EXIT_STOP ? state.exitReason : EXIT_SLICE;
  }
}
