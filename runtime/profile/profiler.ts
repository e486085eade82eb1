import { EXIT_SLICE } from '../../jit/abi/exits.js';
import { EXIT_COUNTS_OFFSET } from '../../jit/abi/layout.js';
import type { CodeNames } from '../../jit/names/code-names.js';
import type { SliceRunner } from '../slice-runner.js';
import type { CallClock, TimeKeeper } from './call-clock.js';
import { ExecutionSplit } from './execution-split.js';
import { GuestStack, type CodeAlias } from './guest-stack.js';
import { SampleLog } from './sample-log.js';
import { SamplePoints } from './sample-points.js';
import type { TimeKind, TimeReason } from './time-kinds.js';

/** Time in the runtime after which its place in the guest is looked at, in ms: as often as the guest is sampled, or so. */
const RUNTIME_SAMPLE_MS = 0.2;

/** What a profiler needs to know of the machine. */
export interface ProfilerOptions {
  /** Mean number of guest instructions between samples. */
  readonly interval: number;
  readonly names: CodeNames;
  readonly aliases: readonly CodeAlias[];
  /** Name of the hypercall that the registers ask for. */
  readonly hypercallName: () => string;
}

const reason = (kind: TimeKind): TimeReason => ({ kind, knowsPlace: false });
const GUEST = reason('compiled');
const COMPILED = GUEST;
const INTERPRETED = reason('interpreted');
const MACHINE = reason('machine');
const OTHERS = { host: reason('host'), idle: reason('idle'), translation: reason('translation') } as const;
const isGuest = (why: TimeReason): boolean => why === COMPILED || why === INTERPRETED;
/** The guest's place is the machine's to tell, not a reason's. */
const NOWHERE: readonly number[] = [];

/**
 * Tells where a machine's time goes. All host time between `resume` and `pause` goes into exactly one reason at a time; the next sample of that
 * reason takes what has gathered there, and says where in the guest it was. So the times of all samples add up to the time of the run.
 *
 * Guest code is sampled at ends of slices, which are shortened for it, at intervals in instructions. Its time is divided between interpreter and
 * compiled code by what each executed; a sample takes the time of who executed last.
 */
export class Profiler implements TimeKeeper {
  readonly log = new SampleLog();
  readonly points: SamplePoints;
  readonly #stack: GuestStack;
  readonly #split = new ExecutionSplit();
  /** Time that no sample has taken yet, in ms. */
  readonly #pending = new Map<TimeReason, number>();
  readonly #hypercalls = new Map<string, TimeReason>();
  readonly #innerHypercall: () => number;
  readonly #started: number;
  #current: TimeReason = MACHINE;
  #mark = 0;
  #running = false;
  #guestMs = 0;
  #sliceExits: number;

  /** @param now host time in ms, as finely as the host has it */
  constructor(
    readonly runner: SliceRunner,
    readonly clock: CallClock,
    readonly now: () => number,
    readonly options: ProfilerOptions,
  ) {
    const { engine } = runner;
    this.points = new SamplePoints(options.interval, runner.instructions);
    this.#stack = new GuestStack(engine, options.names, options.aliases, this.log);
    this.#started = runner.instructions;
    this.#sliceExits = this.#exits();
    this.#innerHypercall = engine.onHypercall;
    engine.onHypercall = () => this.#hypercall();
  }

  /** Instructions executed while this was there. */
  get instructions(): number {
    return this.runner.instructions - this.#started;
  }

  // --- What time goes into ---
  /** The machine runs from now on. */
  resume(): void {
    this.#running = true;
    this.#current = MACHINE;
    this.#mark = this.now();
    this.clock.keeper = this;
  }
  /** It has stopped; time stands still. */
  pause(): void {
    if (!this.#running) return;
    this.enter(MACHINE);
    this.#running = false;
    this.clock.keeper = undefined;
  }
  /** Ends the profile: what no sample has taken becomes samples without a place. */
  stop(): void {
    this.pause();
    this.runner.engine.onHypercall = this.#innerHypercall;
    this.#divide(0, 0);
    for (const [why, ms] of this.#pending) this.log.add(why, NOWHERE, ms);
    this.#pending.clear();
  }

  enterGuest(): TimeReason {
    return this.enter(GUEST);
  }
  enter(next: TimeReason): TimeReason {
    const before = this.#current;
    // So that looking at the guest is not counted as the guest's time, it comes before the clock is read.
    if (next.knowsPlace && (this.#pending.get(next) ?? 0) >= RUNTIME_SAMPLE_MS) this.#take(next);
    const time = this.now();
    const ms = time - this.#mark;
    this.#mark = time;
    this.#current = next;
    if (before === GUEST) this.#guestMs += ms;
    else this.#pending.set(before, (this.#pending.get(before) ?? 0) + ms);
    return before;
  }
  /** Longest slice before the next sample, in instructions; `most` at most. */
  instructionsLeft(most: number): number {
    return Math.min(most, this.points.left(this.runner.instructions));
  }
  /** Between slices, the machine does something else; `enter` what this returns afterwards. */
  enterOther(what: keyof typeof OTHERS): TimeReason {
    return this.enter(OTHERS[what]);
  }

  #hypercall(): number {
    const name = this.options.hypercallName();
    let why = this.#hypercalls.get(name);
    if (!why) this.#hypercalls.set(name, (why = { kind: 'hypercalls', detail: name, knowsPlace: true }));
    const before = this.enter(why);
    const result = this.#innerHypercall();
    this.enter(before);
    return result;
  }

  // --- Samples ---
  /** A sample of a reason here and now. */
  #take(why: TimeReason): void {
    const ms = this.#pending.get(why) ?? 0;
    this.#pending.set(why, 0);
    this.log.add(why, this.#stack.capture(), ms);
  }

  #exits(): number {
    return this.runner.engine.memory.u32[(EXIT_COUNTS_OFFSET >> 2) + EXIT_SLICE]!;
  }

  /** Gives the time of a slice to interpreter and compiled code. */
  #divide(interpreted: number, compiled: number): void {
    const ms = this.#guestMs;
    this.#guestMs = 0;
    const share = this.#split.add(ms, interpreted, compiled);
    this.#pending.set(INTERPRETED, (this.#pending.get(INTERPRETED) ?? 0) + share);
    this.#pending.set(COMPILED, (this.#pending.get(COMPILED) ?? 0) + ms - share);
  }

  /**
   * A slice is over.
   * @param executed instructions of it
   * @param interpreted those that the interpreter executed
   */
  sliceEnded(executed: number, interpreted: number): void {
    this.#divide(interpreted, Math.max(0, executed - interpreted));
    // Compiled code that has too little of a slice left leaves the rest to the interpreter: it was compiled code that ran, all the same.
    const exits = this.#exits();
    const compiled = exits !== this.#sliceExits;
    this.#sliceExits = exits;
    if (!this.points.advance(this.runner.instructions)) return;
    this.#take(compiled ? COMPILED : INTERPRETED);
    for (const [why, ms] of this.#pending) if (!why.knowsPlace && ms >= RUNTIME_SAMPLE_MS && !isGuest(why)) this.#flush(why);
  }

  /** The machine comes back from its host, where it slept or let others run: what that took becomes a sample by itself. */
  yielded(): void {
    if (!this.#running) return;
    this.enter(MACHINE);
    this.#flush(OTHERS.idle);
    this.#flush(OTHERS.host);
  }
  #flush(why: TimeReason): void {
    this.log.add(why, NOWHERE, this.#pending.get(why) ?? 0);
    this.#pending.set(why, 0);
  }
}
