import { COUNT_REQUESTED } from '../../jit/abi/layout.js';
import { Disassembler } from '../../jit/isa/disassemble.js';
import type { CodeNameTable } from '../../jit/names/code-names.js';
import { Translator } from '../../jit/region/translate.js';
import { AdaptiveThreshold } from '../../runtime/adaptive-threshold.js';
import type { Lockstep } from '../../runtime/lockstep/lockstep.js';
import { LocalTranslation, type TranslationCounts } from '../../runtime/translation.js';
import type { Profiler } from '../../runtime/profile/profiler.js';
import type { TranslationSink } from '../../runtime/translation-sink.js';
import { SLICE_INSTRUCTIONS, type SliceEnd } from '../../runtime/slice-runner.js';
import { ConfigError } from '../config-error.js';
import { HPT_STREAM_WRITE } from '../hypervisor/papr/hpt-stream.js';
import type { HptStream, HptStreamOptions, HptStreams } from '../hypervisor/papr/hpt-stream.js';
import type { Board, BoardHost, MachineType } from '../machines/board.js';
import type {
  ConsolePort, Machine, MachineConfig, MachineProfile, MachineStats, ProfileOptions, RunOptions, RunResult,
} from '../machine-api.js'; // prettier-ignore
import { ConsoleWatch } from './console-watch.js';
import { buildInLockstep } from './lockstep-machines.js';
import { EmbeddersProfile, Profiling, profileStats } from './machine-profile.js';
import { readRegister, writeRegister } from './registers.js';
import { seededEntropy } from './seeded-entropy.js';
import { traceEngine } from './trace.js';

/** Executions of a branch target before it is translated on the spot, unless the configuration says otherwise. */
export const DEFAULT_THRESHOLD = 500;
/** Host time after which the guest yields to the event loop, in ms. */
const YIELD_MS = 8;

/** A translation service with counts, and an end. */
export interface TranslationService extends TranslationSink {
  readonly counts: TranslationCounts;
  /**
   * Installs what has been translated meanwhile. Called between slices.
   * @param executed guest instructions since reset
   */
  collect?(executed: number): void;
  dispose?(): Promise<void>;
}

/** What a machine is given by the program it is embedded in. */
export interface MachineHost extends Omit<BoardHost, 'consoleOutput' | 'onHypercall' | 'wake' | 'around'> {
  /** Lets the event loop run; resolves soon after. */
  readonly yieldToHost: () => Promise<void>;
  /** Resolves after a time in ms, or earlier when `signal` is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Resident memory of the process in bytes. */
  readonly residentBytes: () => number;
  /** Translation off the guest's thread, functions named as given; undefined where the host has none. */
  /**
   * Translates on another thread.
   * @param names what functions are named after, if they are
   * @param threshold lets the engine's threshold follow what translations cost, if it shall
   */
  readonly backgroundTranslation?: (
    board: Board,
    names: CodeNameTable | undefined,
    threshold: AdaptiveThreshold | undefined,
  ) => TranslationService;
}

/** A machine: a board, and what runs it. */
export class EmulatedMachine implements Machine {
  readonly console: ConsolePort;
  readonly board: Board;
  readonly #watch = new ConsoleWatch();
  readonly #translation: TranslationService | undefined;
  readonly #lockstep: Lockstep | undefined;
  readonly #listeners = new Map<string, Set<(detail: unknown) => void>>();
  #wake = new AbortController();
  #wallMs = 0;
  #bootedMs: number | undefined;
  #interpreted = 0;
  #disposed = false;
  /** CPUs run, or will go on without being told. */
  #running = false;
  readonly #hashTable: HptStreams | undefined;
  readonly #profiling: Profiling | undefined;
  #profiler: Profiler | undefined;
  /** For the figures, when it is over. */
  #lastProfiler: Profiler | undefined;

  constructor(
    readonly config: MachineConfig,
    readonly type: MachineType,
    readonly host: MachineHost,
  ) {
    const mode = config.mode ?? 'jit';
    const { jitThreshold = 1 } = config;
    if (jitThreshold > COUNT_REQUESTED) {
      throw new ConfigError(`${jitThreshold} executions are not counted`, '--jit-threshold', `give at most ${COUNT_REQUESTED}`);
    }
    if (config.profiling) this.#profiling = new Profiling(config);
    const boardHost: BoardHost = {
      ...host,
      ...(this.#profiling ? { around: this.#profiling.clock.around } : {}),
      consoleOutput: (byte) => this.#watch.push(byte),
      onHypercall: (call) => this.#emit('hypercall', call),
      wake: () => this.#wake.abort(),
      entropy: config.icount || mode === 'lockstep' ? seededEntropy() : host.entropy,
    };
    if (mode === 'lockstep') ({ board: this.board, lockstep: this.#lockstep } = buildInLockstep(type, config, boardHost));
    else this.board = type.build(config, boardHost);
    const { engine } = this.board.runner;
    this.#hashTable = this.board.hashTable?.(() => this.#running);
    this.#trace();
    if (mode === 'trap') engine.setAssumptions({ ...engine.assumptions, trapPrivileged: true });
    if (mode === 'interp') engine.setThreshold(0);
    else {
      engine.setThreshold(Math.max(1, config.jitThreshold ?? DEFAULT_THRESHOLD));
      this.#translation = this.#makeTranslation();
      engine.translations = this.#translation;
    }
    this.console = {
      input: (bytes) => {
        this.board.consoleInput(bytes);
        this.#wake.abort();
      },
      onOutput: (listener) => this.#watch.onOutput(listener),
    };
  }

  #trace(): void {
    const { trace, log } = this.config;
    if (!trace || !log) return;
    const topics = new Set(trace);
    traceEngine(this.board.runner.engine, topics, log);
    if (topics.has('hypercalls')) this.on('hypercall', (call) => log(`hypercall ${JSON.stringify(call)}`));
  }

  #makeTranslation(): TranslationService {
    const { config, host, board } = this;
    const names = this.#profiling?.names;
    if (!config.jitSync && !this.#lockstep && host.backgroundTranslation) {
      const threshold = config.jitThreshold === undefined ? new AdaptiveThreshold(COUNT_REQUESTED) : undefined;
      return host.backgroundTranslation(board, names?.table, threshold);
    }
    const { engine } = board.runner;
    const { width } = engine.core.model;
    const { swizzled } = engine.memory;
    const functionName = names ? { functionName: (pc: number, pcHigh: number) => names.functionName(pc, pcHigh) } : {};
    return new LocalTranslation(engine, new Translator({ decoder: engine.decoder, width, swizzled, ...functionName }), host.now);
  }

  async run(options: RunOptions = {}): Promise<RunResult> {
    this.#mustLive();
    const { runner } = this.board;
    const { signal, until } = options;
    runner.clock.resume();
    const start = this.host.now();
    let yielded = start;
    this.#running = true;
    this.#profiler?.resume();
    try {
      for (;;) {
        if (signal?.aborted) return { reason: 'aborted' };
        const end = this.#slice(this.#profiler ? this.#profiler.instructionsLeft(SLICE_INSTRUCTIONS) : SLICE_INSTRUCTIONS);
        this.#collect();
        const found = this.#watch.flush(until);
        if (found || end === 'stop') this.#lockstep?.compareMemory();
        if (this.#lockstep?.difference !== undefined) return { reason: 'lockstep-difference', detail: this.#lockstep.difference };
        if (found) {
          this.#bootedMs ??= this.#wallMs + this.host.now() - start;
          return { reason: 'until' };
        }
        if (end === 'stop') {
          this.#emit('power-off', runner.engine.stopped);
          return { reason: 'power-off' };
        }
        if (end !== 'wait' && this.host.now() - yielded < YIELD_MS) continue;
        this.#profiler?.enterOther(end === 'wait' ? 'idle' : 'host');
        await (end === 'wait' ? this.#idle(signal) : this.host.yieldToHost());
        this.#profiler?.yielded();
        yielded = this.host.now();
      }
    } catch (error) {
      return { reason: 'internal-error', detail: this.#describe(error) };
    } finally {
      this.#running = false;
      this.#profiler?.pause();
      this.#wallMs += this.host.now() - start;
      runner.clock.pause();
    }
  }

  #slice(most: number): SliceEnd {
    const { runner } = this.board;
    const before = runner.instructions;
    const end = this.#lockstep ? this.#lockstep.run(most) : runner.run(most);
    const interpreted = runner.engine.takeInterpreted();
    this.#interpreted += interpreted;
    this.#profiler?.sliceEnded(runner.instructions - before, interpreted);
    return end;
  }

  /** Installs what has been translated meanwhile. */
  #collect(): void {
    if (!this.#translation?.collect) return;
    const before = this.#profiler?.enterOther('translation');
    this.#translation.collect(this.board.runner.instructions);
    if (before) this.#profiler?.enter(before);
  }

  /** The guest waits for an interrupt: sleeps until its next event or input from outside. */
  async #idle(signal: AbortSignal | undefined): Promise<void> {
    const { runner } = this.board;
    const ns = runner.nsUntilEvent();
    if (runner.clock.deterministic && ns !== Infinity) {
      runner.clock.skip(ns);
      return this.host.yieldToHost();
    }
    this.#wake = new AbortController();
    const abort = () => this.#wake.abort();
    signal?.addEventListener('abort', abort, { once: true });
    await this.host.sleep(Math.min(ns / 1e6, 1000), this.#wake.signal);
    signal?.removeEventListener('abort', abort);
  }

  step(count = 1): number {
    this.#mustLive();
    const { runner } = this.board;
    const before = runner.instructions;
    this.#running = true;
    try {
      while (runner.instructions - before < count) {
        if (this.#slice(count - (runner.instructions - before)) !== 'slice') break;
      }
    } finally {
      this.#running = false;
    }
    this.#watch.flush(undefined);
    return runner.instructions - before;
  }

  /** Our own defect, with where the guest was. */
  #describe(error: unknown): string {
    const { state } = this.board.runner.engine.core;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    let code = '';
    try {
      code = this.disassemble(state.pc, 1).join();
    } catch {
      code = 'not readable';
    }
    return `${message}\nguest PC 0x${state.pc.toString(16)}: ${code}`;
  }

  readRegister(name: string): bigint {
    return readRegister(this.board.runner.engine, name);
  }
  writeRegister(name: string, value: bigint): void {
    writeRegister(this.board.runner.engine, name, value);
    if (this.#lockstep) writeRegister(this.#lockstep.follower.engine, name, value);
  }
  readMemory(physical: number, length: number): Uint8Array {
    return this.board.runner.engine.memory.read(physical, length);
  }
  writeMemory(physical: number, bytes: Uint8Array): void {
    this.board.runner.engine.memory.write(physical, bytes);
  }
  openHashTable(options: HptStreamOptions = {}): HptStream {
    this.#mustLive();
    if (!this.#hashTable) throw new ConfigError('its guests keep their page tables themselves', this.type.name, 'choose pseries');
    if (this.#lockstep && (options.flags ?? 0) & HPT_STREAM_WRITE)
      throw new ConfigError('the machines would no longer agree', '--mode lockstep', 'write the table in another mode');
    return this.#hashTable.open(options);
  }
  disassemble(address: number, count: number): string[] {
    const { engine } = this.board.runner;
    const disassembler = new Disassembler(engine.decoder);
    const lines: string[] = [];
    for (let k = 0; k < count; k++) {
      const pc = (address + 4 * k) >>> 0;
      const physical = engine.core.mmu.probe(pc);
      const host = physical < 0 ? -1 : engine.memory.hostAddress(physical);
      if (host < 0) {
        lines.push(`${pc.toString(16)}: not mapped`);
        continue;
      }
      const word = engine.memory.word(host);
      lines.push(`${pc.toString(16)}: ${disassembler.disassemble(word, pc)}`);
    }
    return lines;
  }

  profile(options: ProfileOptions = {}): MachineProfile {
    this.#mustLive();
    const profiling = this.#profiling;
    if (!profiling) throw new ConfigError('this machine was not made for it', 'profile', 'set profiling in its configuration');
    if (this.#profiler) throw new ConfigError('a profile is being taken already', 'profile', 'stop that one first');
    const profiler = profiling.start(this.board, this.host.now, options);
    this.#profiler = this.#lastProfiler = profiler;
    if (this.#running) profiler.resume();
    return new EmbeddersProfile(profiler, `${this.type.name} ${this.config.kernel?.name ?? ''}`.trim(), () => {
      if (this.#profiler !== profiler) return;
      profiler.stop();
      this.#profiler = undefined;
    });
  }

  stats(): MachineStats {
    const { runner } = this.board;
    const { engine } = runner;
    const cache = engine.codeCache.counts;
    const translation = this.#translation?.counts;
    const wallSeconds = this.#wallMs / 1000;
    return {
      machine: this.type.name,
      cpu: engine.core.model.name,
      mode: this.config.mode ?? 'jit',
      wallSeconds,
      bootedSeconds: this.#bootedMs === undefined ? null : this.#bootedMs / 1000,
      instructions: runner.instructions,
      instructionsInterpreted: this.#interpreted,
      mips: wallSeconds > 0 ? runner.instructions / wallSeconds / 1e6 : 0,
      regions: { compiled: cache.compiled, live: cache.live, invalidated: cache.invalidated, evicted: cache.evicted },
      compile: translation ? { ...translation } : { modules: 0, instructions: 0, cpuMs: 0, mainThreadMaxMs: 0 },
      exits: { ...engine.counts.exits, ...engine.regionExits() },
      tlb: { fills: engine.softTlb.fills, misses: engine.counts.tlbMisses },
      memory: { rss: this.host.residentBytes(), wasmCode: cache.wasmBytes },
      ...(this.#lastProfiler ? { profile: profileStats(this.#lastProfiler) } : {}),
    };
  }

  on(event: 'hypercall' | 'reset' | 'power-off', listener: (detail: unknown) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set.add(listener));
    return () => set.delete(listener);
  }
  #emit(event: string, detail: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(detail);
  }
  #mustLive(): void {
    if (this.#disposed) throw new ConfigError('it was disposed of', 'machine', 'create another one');
  }
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.board.dispose?.();
    await this.#translation?.dispose?.();
  }
}
