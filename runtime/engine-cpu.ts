import { EXIT_STOP } from '../jit/abi/exits.js';
import {
  CPU_STATE_SIZE, EXIT_COUNTS_OFFSET, INTERPRETED_OFFSET, KEY_SF, PARKED_CPUS_OFFSET, REGIONS_ENABLED_OFFSET, THRESHOLD_OFFSET,
} from '../jit/abi/layout.js'; // prettier-ignore
import { MSR } from '../jit/isa/registers.js';
import type { Core, CoreHost } from './core.js';
import type { Engine } from './engine.js';

/** MSR[SF] in the upper word of the MSR. */
const MSR_SF_HIGH = 0x80000000;

/** One CPU of an engine: its core, and what the engine does when the core's state changes. */
export class EngineCpu implements CoreHost {
  readonly core: Core;
  readonly #keyMask: number;
  #contextId = -1;
  /** Instructions lie in the other byte order than RAM's. */
  foreignEndian = false;
  /** It takes turns. A CPU that was not started, or was stopped, does not. */
  online = true;

  /** @param number from 0 */
  constructor(
    readonly engine: Engine,
    readonly number: number,
    makeCore: (host: CoreHost, number: number) => Core,
  ) {
    this.core = makeCore(this, number);
    this.#keyMask = this.core.model.keyBits.reduce((mask, name) => mask | MSR[name].mask, 0) >>> 0;
  }

  contextChanged(): void {
    const { core, engine } = this;
    const { state, mmu, model } = core;
    let key = (state.msr & this.#keyMask) >>> 0;
    if (model.has64BitMode) {
      const mode64 = (state.msrHigh & MSR_SF_HIGH) !== 0;
      if (mode64) key = (key | KEY_SF) >>> 0;
      this.foreignEndian = ((state.msr & MSR.LE.mask) !== 0) === engine.memory.swizzled;
      state.handlerBase = engine.handlerBase(mode64, this.foreignEndian);
    }
    state.key = key;
    const id = mmu.contextOf();
    if (id === this.#contextId) return;
    this.#contextId = id;
    state.context = engine.softTlb.choose(id);
  }

  /** The context's number is to be found anew: its tables may have been given to another one. */
  refreshContext(): void {
    this.#contextId = -1;
    this.contextChanged();
  }

  interruptsChanged(): void {
    const { core, engine } = this;
    core.state.attention = engine.stopped !== undefined || core.attention() ? 1 : 0;
    core.state.intPending = core.waitsForEe() ? 1 : 0;
    engine.cpuInterruptsChanged(this);
  }
  translationChanged(start: number, size: number, concerns: (context: number) => boolean, startHigh = 0): void {
    this.engine.translationChanged(start, size, concerns, startHigh);
  }
  reset(kind: string): void {
    this.engine.reset(kind);
  }
  instructionAt(pc: number, pcHigh: number): number | undefined {
    return this.engine.storage.instructionAt(pc, pcHigh);
  }
  invalidateInstructions(): void {
    // Stores to instructions are noticed when they happen; there is nothing left for icbi to do.
  }
  log(message: string): void {
    this.engine.log(message);
  }
}

/** Words among those of a CPU that are for all of them: they stay where they are when another one has its turn. */
const WORDS_OF_ALL: readonly number[] = [
  THRESHOLD_OFFSET, REGIONS_ENABLED_OFFSET, INTERPRETED_OFFSET, ...Array.from({ length: EXIT_STOP + 1 }, (_, reason) => EXIT_COUNTS_OFFSET + 4 * reason),
]; // prettier-ignore

/**
 * Puts one CPU's state where generated code works, in place of another one's.
 * @param u32 all of linear memory
 */
export function exchangeCpus(u32: Uint32Array, leaving: EngineCpu, coming: EngineCpu): void {
  const kept = WORDS_OF_ALL.map((at) => u32[at >> 2]!);
  const { state } = leaving.core;
  state.reservation = 0;
  state.moveTo(PARKED_CPUS_OFFSET + leaving.number * CPU_STATE_SIZE);
  coming.core.state.moveTo(0);
  WORDS_OF_ALL.forEach((at, n) => (u32[at >> 2] = kept[n]!));
}
