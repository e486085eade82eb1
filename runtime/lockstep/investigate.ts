import { Disassembler } from '../../jit/isa/disassemble.js';
import type { Engine } from '../engine.js';
import type { Findings, Lockstep } from './lockstep.js';
import { AccessReplayer } from './access-log.js';
import { traceRegions, type RegionEntry } from './region-trace.js';
import { replacePage, wordsOfPage } from './written-pages.js';

/** Instructions that a report shows at the beginning and at the end of the path. */
const SHOWN = 24;
/** Regions that a report names. */
const REGIONS_SHOWN = 6;

/** A report on the first difference, found by repeating the chunk in smaller pieces. */
export function investigate(pair: Lockstep, length: number, found: Findings): string {
  const { leader, follower } = pair;
  const lines = [
    `between instruction ${leader.start} and ${leader.start + length}, PC 0x${leader.startPc.toString(16)} to 0x${follower.engine.core.state.pc.toString(16)}`,
  ];
  const devices = pair.recorder.recent();
  const repeated = leader.canRewind && follower.canRewind ? new Repetition(pair, length).smallest() : undefined;
  if (!repeated) {
    lines.push('the difference does not come again when the same instructions are repeated', ...describe(found));
  } else {
    lines.push(...repeated);
  }
  lines.push('last accesses to devices:', ...(devices.length > 0 ? devices : ['none']).map(indent));
  return lines.join('\n');
}

/** Runs the chunk again and again from its beginning, with accesses replayed on both sides. */
class Repetition {
  readonly #replayer: AccessReplayer;
  readonly #entered: RegionEntry[] = [];

  constructor(
    readonly pair: Lockstep,
    readonly length: number,
  ) {
    const { leader, leaderTap } = pair;
    this.#replayer = new AccessReplayer(leader.engine);
    leaderTap.policy = this.#replayer;
    leader.engine.translations = undefined;
  }

  /** The report on the shortest beginning of the chunk that shows a difference; undefined when none does. */
  smallest(): string[] | undefined {
    if (!this.#run(this.length)) return undefined;
    let [same, different] = [0, this.length];
    while (different - same > 1) {
      const middle = (same + different) >> 1;
      if (this.#run(middle)) different = middle;
      else same = middle;
    }
    traceRegions(this.pair.leader.engine, (e) => this.#entered.push(e));
    const found = this.#run(different);
    if (!found) return undefined;
    const entries = this.#entered.map((e) => ({ pc: e.pc, at: different - e.counter }));
    const last = entries.at(-1);
    const from = last?.at ?? 0;
    return [
      `the first ${different} of these instructions show it:`,
      ...describe(found),
      last
        ? `last compiled code entered: at 0x${last.pc.toString(16)} after ${last.at} instructions; before it: ${named(entries.slice(0, -1))}`
        : 'no compiled code was entered',
      `interpreted ${last ? 'from there on' : 'instructions'}:`,
      ...this.#path(from, different).map(indent),
    ];
  }

  #rewind(): void {
    const { leader, follower, recorder } = this.pair;
    follower.written.restore();
    for (const page of leader.written.pages) replacePage(leader.engine.memory, page, wordsOfPage(follower.engine.memory, page));
    for (const page of follower.written.pages) replacePage(leader.engine.memory, page, wordsOfPage(follower.engine.memory, page));
    for (const side of [leader, follower]) {
      side.rewind();
      side.begin();
    }
    this.#replayer.start(recorder.log);
    this.pair.replayer.start(recorder.log);
    this.#entered.length = 0;
  }

  #run(count: number): Findings | undefined {
    const { leader, follower } = this.pair;
    this.#rewind();
    leader.runner.repeat(count);
    follower.runner.repeat(count);
    return this.pair.compare(this.#replayer);
  }

  /** What the interpreter executes between two instructions of the chunk. */
  #path(from: number, to: number): string[] {
    const { engine, runner } = this.pair.follower;
    this.#rewind();
    if (from > 0) runner.repeat(from);
    const first: string[] = [];
    const last: string[] = [];
    const disassembler = new Disassembler(engine.decoder);
    for (let k = from; k < to; k++) {
      const line = instructionAt(engine, disassembler);
      if (first.length < SHOWN) first.push(line);
      else last.push(line);
      if (last.length > SHOWN) last.shift();
      runner.repeat(1);
    }
    const hidden = to - from - first.length - last.length;
    return [...first, ...(hidden > 0 ? [`... ${hidden} more ...`] : []), ...last];
  }
}

const indent = (line: string): string => `  ${line}`;
const named = (entries: readonly { pc: number; at: number }[]): string =>
  entries.length === 0
    ? 'none'
    : entries
        .slice(-REGIONS_SHOWN)
        .map((e) => `0x${e.pc.toString(16)} (${e.at})`)
        .join(', ');

function describe(found: Findings): string[] {
  const lines: string[] = [];
  if (found.registers.length > 0) lines.push('registers, compiled != interpreted:', ...found.registers.map(indent));
  if (found.memory.length > 0) lines.push('memory words, compiled != interpreted:', ...found.memory.map(indent));
  return [...lines, ...found.other];
}

function instructionAt(engine: Engine, disassembler: Disassembler): string {
  const { pc } = engine.core.state;
  const physical = engine.core.mmu.probe(pc);
  const host = physical < 0 ? -1 : engine.memory.hostAddress(physical);
  return `${pc.toString(16)}: ${host < 0 ? 'not mapped' : disassembler.disassemble(engine.memory.word(host), pc)}`;
}
