import { MAGIC_PAGE_OFFSET, PC_OFFSET } from '../../jit/abi/layout.js';
import type { CpuInputs } from '../core.js';
import type { Engine } from '../engine.js';
import type { SliceRunner } from '../slice-runner.js';
import { WrittenPages } from './written-pages.js';

/** Where one of the two executions stood when a chunk began, except memory. */
interface Moment {
  readonly words: Uint32Array;
  inputs: CpuInputs;
  instructions: number;
  skippedNs: number;
  cpu: number;
  restoreTimers: (() => void) | undefined;
}

/** One of the two executions, with what is needed to put it back to the beginning of the chunk. */
export class Side {
  readonly engine: Engine;
  readonly written: WrittenPages;
  readonly #begun: Moment;

  /** @param keepsOldPages whether the pages that it writes can be put back; the other side then takes them from here */
  constructor(
    readonly runner: SliceRunner,
    keepsOldPages: boolean,
  ) {
    this.engine = runner.engine;
    this.written = new WrittenPages(this.engine.memory, keepsOldPages);
    this.engine.onWrite = (host) => this.written.note(host);
    const { words } = this.engine.core.state;
    this.#begun = {
      words: new Uint32Array(words.length),
      inputs: { ...this.engine.core.inputs },
      instructions: 0,
      skippedNs: 0,
      cpu: 0,
      restoreTimers: undefined,
    };
  }

  /** A chunk begins: from now on writes are noted. */
  begin(): void {
    const { engine, runner } = this;
    this.written.clear();
    // The magic page's own fields are written without being translated.
    this.written.note(MAGIC_PAGE_OFFSET);
    engine.softTlb.forgetWrites();
    this.#begun.restoreTimers = engine.core.rememberTimers?.();
    engine.interruptsChanged();
    this.#begun.words.set(engine.core.state.words);
    this.#begun.inputs = { ...engine.core.inputs };
    this.#begun.instructions = runner.instructions;
    this.#begun.skippedNs = runner.clock.skippedNs;
    this.#begun.cpu = engine.cpu.number;
  }

  /** Instructions executed before the chunk. */
  get start(): number {
    return this.#begun.instructions;
  }
  /** Address of the chunk's first instruction. */
  get startPc(): number {
    return this.#begun.words[PC_OFFSET >> 2]!;
  }
  /** Whether `rewind` is possible. */
  get canRewind(): boolean {
    return this.#begun.restoreTimers !== undefined;
  }

  /** Goes back to the beginning of the chunk; memory is the caller's concern. */
  rewind(): void {
    const { engine, runner } = this;
    const moment = this.#begun;
    engine.activate(moment.cpu);
    engine.core.state.words.set(moment.words);
    Object.assign(engine.core.inputs, moment.inputs);
    engine.stopped = undefined;
    runner.recount(moment.instructions);
    runner.clock.skippedNs = moment.skippedNs;
    moment.restoreTimers?.();
    engine.stateReplaced();
  }
}
