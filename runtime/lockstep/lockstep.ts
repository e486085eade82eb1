import type { SliceEnd, SliceRunner } from '../slice-runner.js';
import { AccessRecorder, AccessReplayer, applyWrite } from './access-log.js';
import type { AccessTap } from './access-tap.js';
import { describeWords, differingWords } from './compare-state.js';
import { investigate } from './investigate.js';
import { Side } from './side.js';
import { firstDifference, wordsOfPage } from './written-pages.js';

/** Bounds of a chunk's length in instructions. Regions run only when their longest path fits into what is left. */
const SHORTEST_CHUNK = 200;
const LONGEST_CHUNK = 4000;
/** Instructions after which all of memory is compared, not only what was written. */
const FULL_COMPARISON = 8_000_000;
/** Differences of one kind that a report lists. */
const MOST_LISTED = 40;

/** One of two equal machines. */
export interface LockstepMachine {
  readonly runner: SliceRunner;
  /** What its CPU's accesses go through. */
  readonly tap: AccessTap;
}

/** What the comparison of a chunk found; everything is empty when the sides agree. */
export interface Findings {
  readonly registers: readonly string[];
  readonly memory: readonly string[];
  readonly other: readonly string[];
}

/**
 * Runs two equal machines side by side and compares them after every chunk: the leader as it is (with recompilation), the follower by its
 * interpreter. Only the leader reaches devices; the follower is given what the leader's accesses returned and did. Time must follow the
 * instruction count in both, so that timers act at the same instruction.
 *
 * The follower runs each chunk behind the leader; until then its memory is the leader's at the beginning of the chunk.
 */
export class Lockstep {
  /** The report on the first difference; nothing can run any more. */
  difference: string | undefined;
  readonly leader: Side;
  readonly follower: Side;
  readonly recorder: AccessRecorder;
  readonly replayer: AccessReplayer;
  readonly leaderTap: AccessTap;
  #random = 0x2545f491;
  #fullyCompared = 0;
  #chunk = 0;

  constructor(leader: LockstepMachine, follower: LockstepMachine) {
    this.leaderTap = leader.tap;
    this.leader = new Side(leader.runner, false);
    this.follower = new Side(follower.runner, true);
    this.recorder = new AccessRecorder(leader.runner.engine);
    this.replayer = new AccessReplayer(follower.runner.engine);
    leader.tap.policy = this.recorder;
    follower.tap.policy = this.replayer;
    this.follower.engine.setThreshold(0);
  }

  /** Runs at most `most` instructions on both sides; `stop` also when they differ. */
  run(most: number): SliceEnd {
    const { runner } = this.leader;
    const end = runner.instructions + most;
    while (runner.instructions < end) {
      if (this.difference !== undefined) return 'stop';
      const how = this.#runChunk(Math.min(this.#nextLength(), end - runner.instructions));
      if (how !== 'slice') return how;
    }
    return this.difference === undefined ? 'slice' : 'stop';
  }

  /** Compares all of memory; a difference shows in `difference`. */
  compareMemory(): void {
    this.#fullyCompared = this.leader.runner.instructions;
    this.#catchUp();
    const memory: string[] = [];
    for (const slot of this.leader.engine.memory.slots) {
      for (let page = slot.host >>> 12; page < (slot.host + slot.size) >>> 12; page++) this.#comparePage(page, memory);
    }
    if (memory.length === 0 || this.difference !== undefined) return;
    this.difference = ['memory differs where nobody was seen to write:', ...memory].join('\n');
  }

  #nextLength(): number {
    // Xorshift: the same lengths in every run.
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return SHORTEST_CHUNK + ((x >>> 0) % (LONGEST_CHUNK - SHORTEST_CHUNK));
  }

  /** What happened to the leader from outside happens to the follower. */
  #catchUp(): void {
    const { leader, follower, recorder } = this;
    const runs = leader.runner.prepare();
    for (const w of recorder.between) applyWrite(follower.engine, w);
    recorder.between = [];
    follower.runner.clock.skippedNs = leader.runner.clock.skippedNs;
    for (const { core, number, online } of leader.engine.cpus) {
      const other = follower.engine.cpus[number]!;
      Object.assign(other.core.inputs, core.inputs);
      other.online = online;
    }
    follower.runner.turns.follow(leader.runner.turns, runs);
  }

  #runChunk(length: number): SliceEnd {
    const { leader, follower, recorder, replayer } = this;
    this.#catchUp();
    leader.begin();
    follower.begin();
    recorder.restart();
    const how = leader.runner.run(length);
    this.#chunk = leader.runner.instructions - leader.start;
    replayer.start(recorder.log);
    if (this.#chunk > 0) follower.runner.repeat(this.#chunk);
    for (const w of recorder.between) applyWrite(follower.engine, w);
    recorder.between = [];
    const found = this.compare();
    if (found) this.difference = investigate(this, this.#chunk, found);
    else if (leader.runner.instructions - this.#fullyCompared >= FULL_COMPARISON) this.compareMemory();
    return this.difference === undefined ? how : 'stop';
  }

  /**
   * Compares what the sides have come to; undefined when they agree.
   * @param repeating what answered the leader, when it did not reach the devices itself
   */
  compare(repeating?: AccessReplayer): Findings | undefined {
    const { leader, follower, replayer } = this;
    const differing = differingWords(leader.engine, follower.engine, MOST_LISTED);
    const memory: string[] = [];
    for (const page of leader.written.pages) this.#comparePage(page, memory);
    for (const page of follower.written.pages) this.#comparePage(page, memory);
    const other: string[] = [];
    if (leader.runner.instructions !== follower.runner.instructions) {
      other.push(`instructions executed: ${leader.runner.instructions} != ${follower.runner.instructions}`);
    }
    if (leader.engine.stopped !== follower.engine.stopped) other.push(`reset: ${leader.engine.stopped} != ${follower.engine.stopped}`);
    if (repeating?.mismatch !== undefined) other.push(`device access, recorded != repeated by compiled code: ${repeating.mismatch}`);
    if (replayer.mismatch !== undefined) other.push(`device access: ${replayer.mismatch}`);
    else if (replayer.left !== (repeating?.left ?? 0)) {
      other.push(`device accesses: ${replayer.left} were not made by the interpreter, the first of these: ${replayer.expected}`);
    }
    if (differing.length + memory.length + other.length === 0) return undefined;
    return { registers: describeWords(leader.engine, follower.engine, differing), memory: [...new Set(memory)], other };
  }

  #comparePage(page: number, found: string[]): void {
    if (found.length >= MOST_LISTED) return;
    const mine = this.leader.engine.memory;
    const a = wordsOfPage(mine, page);
    const b = wordsOfPage(this.follower.engine.memory, page);
    const from = firstDifference(a, b);
    for (let k = from; k >= 0 && k < a.length && found.length < MOST_LISTED; k++) {
      if (a[k] === b[k]) continue;
      found.push(`${placeOf(this.leader, (page << 12) + 4 * k)}: ${hex(a[k]!)} != ${hex(b[k]!)}`);
    }
  }
}

const hex = (n: number): string => `0x${(n >>> 0).toString(16).padStart(8, '0')}`;

/** A host address as people name it. */
function placeOf(side: Side, host: number): string {
  const slot = side.engine.memory.slots.find((s) => host >= s.host && host < s.host + s.size);
  return slot ? `${slot.name} 0x${(slot.physical + (host - slot.host)).toString(16)}` : `magic page 0x${(host & 0xfff).toString(16)}`;
}
