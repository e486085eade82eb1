import type { WorkOrder, WorkResult } from '../jit/worker/protocol.js';
import type { AdaptiveThreshold } from './adaptive-threshold.js';
import type { CodeAssumptions, Engine } from './engine.js';
import type { TranslationSink } from './translation-sink.js';
import type { CodeExtent } from './storage-access.js';
import { hostIn, installModule, knownOfKey, type TranslationCounts } from './translation.js';

/** A translation worker, as the host's thread library offers it. */
export interface TranslationWorker {
  post(order: WorkOrder): void;
  /** A result that has arrived, undefined when there is none yet. */
  poll(): WorkResult | undefined;
  end(): Promise<void>;
}

/** Regions that go into one module. */
const BATCH = 24;
/**
 * Guest instructions after which all counts of executions are halved, while the threshold is adaptive. What is executed once for each program that a
 * shell starts (every 600,000 instructions) must not get hot, however long that goes on: such loads are slower with it translated (docs/performance.md).
 */
const HALF_LIFE = 160e6;
/** Orders that may be under way: one being translated, one waiting. */
const UNDER_WAY = 2;

interface Wish {
  readonly pc: number;
  readonly host: number;
  readonly key: number;
  readonly extent: CodeExtent;
}

interface SentOrder {
  readonly order: WorkOrder;
  readonly extent: CodeExtent;
  readonly assumptions: CodeAssumptions;
}

/**
 * Translates off the guest's thread. Requests are collected, sent in batches of regions that share key and extent, and installed
 * between slices when memory still holds the code they were made from.
 */
export class BackgroundTranslation implements TranslationSink {
  readonly counts: TranslationCounts = { modules: 0, instructions: 0, cpuMs: 0, mainThreadMaxMs: 0 };
  #wishes: Wish[] = [];
  readonly #orders = new Map<number, SentOrder>();
  #nextId = 1;
  /** Guest instructions at which counts were halved last. */
  #agedAt = 0;

  /**
   * @param now a clock in ms, for the counts
   * @param threshold sets the engine's threshold by what translations cost; absent: it stays as it is
   */
  constructor(
    readonly engine: Engine,
    readonly worker: TranslationWorker,
    readonly now: () => number,
    readonly threshold?: AdaptiveThreshold,
  ) {
    if (threshold) engine.setThreshold(threshold.executions);
  }

  request(pc: number, host: number, pcHigh: number): void {
    const extent = this.engine.codeExtent(pc, pcHigh);
    if (extent) this.#wishes.push({ pc, host, key: this.engine.core.state.key, extent });
  }

  /**
   * Installs what has arrived and sends what has been asked for. Called between slices.
   * @param executed guest instructions since the machine was reset
   */
  collect(executed: number): void {
    const start = this.now();
    // The number goes back, too, when a machine is put back to an earlier moment.
    if (this.threshold && Math.abs(executed - this.#agedAt) >= HALF_LIFE) {
      this.#agedAt = executed;
      this.engine.pages.ageCounts();
    }
    for (let result = this.worker.poll(); result; result = this.worker.poll()) this.#install(result);
    while (this.#wishes.length > 0 && this.#orders.size < UNDER_WAY) this.#send();
    this.counts.mainThreadMaxMs = Math.max(this.counts.mainThreadMaxMs, this.now() - start);
  }

  #send(): void {
    const first = this.#wishes[0]!;
    const { start, startHigh, host } = first.extent;
    const same = (w: Wish) => w.key === first.key && w.extent.start === start && w.extent.startHigh === startHigh && w.extent.host === host;
    const batch = this.#wishes.filter(same).slice(0, BATCH);
    const taken = new Set(batch);
    this.#wishes = this.#wishes.filter((w) => !taken.has(w));
    const pcs = [...new Set(batch.filter((w) => !this.engine.codeCache.isEntry(w.host, w.pc, w.key, startHigh)).map((w) => w.pc))];
    if (pcs.length === 0) return;
    const { model } = this.engine.core;
    const context = knownOfKey(model, first.key, this.engine.assumptions, startHigh);
    const order: WorkOrder = { id: this.#nextId++, key: first.key, context, extent: first.extent, pcs };
    this.#orders.set(order.id, { order, extent: first.extent, assumptions: this.engine.assumptions });
    this.worker.post(order);
  }

  #install(result: WorkResult): void {
    const sent = this.#orders.get(result.id);
    if (!sent) return;
    this.#orders.delete(result.id);
    this.counts.cpuMs += result.cpuMs;
    if (this.threshold) {
      this.threshold.note(result.instructions, result.cpuMs);
      this.engine.setThreshold(this.threshold.executions);
    }
    const { extent, order } = sent;
    if (this.#isUsable(result, sent)) {
      installModule(this.engine, result.module as WebAssembly.Module, result, result.size, order.key, extent);
      this.counts.modules++;
      this.counts.instructions += result.instructions;
    }
    // What cannot be entered although it was asked for may be asked for again.
    for (const pc of order.pcs) this.engine.pages.countAnew(hostIn(extent, pc));
  }

  #isUsable(result: WorkResult, { extent, assumptions }: SentOrder): boolean {
    // What was assumed when the order was sent no longer holds: that code was dropped everywhere.
    if (result.module === undefined || assumptions !== this.engine.assumptions) return false;
    const { memory, pages } = this.engine;
    // Code that was written meanwhile makes its regions, and those that call them, worthless; in a page that was given back nobody would see it.
    const isThere = (host: number, word: number) => memory.word(host) === word >>> 0 && pages.has(host >>> 12);
    return result.regions.every((r) => [...r.instructions].every(([pc, word]) => isThere(hostIn(extent, pc), word)));
  }

  /** Ends the worker. */
  async dispose(): Promise<void> {
    await this.worker.end();
  }
}
