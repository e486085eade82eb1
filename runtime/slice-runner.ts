import { EXIT_STOP, EXIT_WAIT } from '../jit/abi/exits.js';
import { CpuTurns } from './cpu-turns.js';
import type { Engine } from './engine.js';
import { GuestClock, ICOUNT_INSTRUCTIONS_PER_SECOND } from './guest-clock.js';

/** How a slice ended. */
export type SliceEnd = 'slice' | 'wait' | 'stop';

/** Longest slice, in instructions: shorter ones cost speed, longer ones make the guest's thread deaf. */
export const SLICE_INSTRUCTIONS = 200_000;
/** Slices are planned with this speed while none has been measured, in instructions per second. */
const INITIAL_SPEED = 50e6;
/** Host time that a slice may take, in ms. */
const SLICE_MS = 8;
/** A slice that is to end at a timer event is at least this long when time is the host's, which is not exact anyway. */
const SHORTEST_SLICE = 2_000;
/** More than the rounding errors in the time until an event, in instructions. */
const ROUNDING_INSTRUCTIONS = 1e-3;

/**
 * Runs one engine's CPUs, one after the other, in slices that end no later than the next event of guest time, and exactly there when time follows the instruction count.
 */
export class SliceRunner {
  readonly clock: GuestClock;
  /** Who runs when. */
  readonly turns: CpuTurns;
  #total = 0;
  #budget = 0;
  #running = false;
  #speed = INITIAL_SPEED;
  /** Host time at which a slice ends whatever was planned, when it does work that no plan foresees. */
  #deadline = Infinity;

  /** @param hostNow host time in ms: for guest time unless `icount`, and for planning slices */
  constructor(
    readonly engine: Engine,
    timebaseHz: number,
    readonly hostNow: () => number,
    icount: boolean,
  ) {
    this.clock = new GuestClock(timebaseHz, icount ? undefined : hostNow, () => this.instructions);
    this.turns = new CpuTurns(
      engine,
      () => this.instructions,
      (instructions) => this.#shortenTo(instructions),
    );
    engine.onTimersChanged = () => this.#shorten();
    engine.onLongWork = () => {
      if (this.#running && this.hostNow() > this.#deadline) this.#endWithin(1);
    };
  }

  /** Instructions executed since reset; exact whenever the runtime runs. */
  get instructions(): number {
    return this.#running ? this.#total + this.#budget - this.engine.core.state.counter : this.#total;
  }

  /** Runs one slice of at most `most` instructions, then lets due events happen. */
  run(most = SLICE_INSTRUCTIONS): SliceEnd {
    if (!this.prepare()) return 'wait';
    const start = this.hostNow();
    const planned = Math.min(most, Math.ceil((this.#speed * SLICE_MS) / 1000), this.#untilEvent(), this.turns.instructionsLeft);
    const before = this.#total;
    this.#deadline = start + SLICE_MS;
    const end = this.#execute(Math.max(1, planned));
    this.#deadline = Infinity;
    const executed = this.#total - before;
    const took = this.hostNow() - start;
    if (took > 0.2 && executed > 1000) this.#speed = Math.max(1e6, (executed / took) * 1000);
    return end;
  }

  /** Catches up with time and chooses the CPU that will run. Returns whether any can. */
  prepare(): boolean {
    this.#catchUp();
    return this.turns.choose();
  }

  /** Runs one slice that another engine has run: as many instructions, on the CPU that has its turn, without planning. */
  repeat(instructions: number): SliceEnd {
    this.#catchUp();
    return this.#execute(instructions);
  }

  /** Goes on counting from another number of instructions: the machine was put back to an earlier moment. */
  recount(instructions: number): void {
    this.#total = instructions;
  }

  #execute(budget: number): SliceEnd {
    const { engine, clock } = this;
    this.#budget = budget;
    this.#running = true;
    const reason = engine.run(budget);
    // The budget may have been shortened meanwhile.
    const executed = this.#budget - engine.core.state.counter;
    this.#running = false;
    this.#total += executed;
    clock.events.runUntil(clock.now());
    this.#catchUp();
    if (reason === EXIT_STOP || engine.stopped !== undefined) return 'stop';
    return reason === EXIT_WAIT && engine.core.waiting() && this.turns.instructionsLeft === Infinity ? 'wait' : 'slice';
  }

  /** Guest time in ns until something happens by itself; infinite when nothing will. */
  nsUntilEvent(): number {
    const { clock, engine } = this;
    const timer = engine.cpus.reduce((next, cpu) => (cpu.online ? Math.min(next, cpu.core.nextTimerTicks()) : next), Infinity);
    // From the beginning of time: some of the present tick is over already.
    return Math.max(0, Math.min(clock.ticksToNs(clock.ticks() + timer), clock.events.next) - clock.now());
  }

  #catchUp(): void {
    for (const cpu of this.engine.cpus) if (cpu.core.updateTimers()) cpu.interruptsChanged();
  }

  /** Instructions until the next event. */
  #untilEvent(): number {
    const ns = this.nsUntilEvent();
    if (ns === Infinity) return Infinity;
    // Never too many, for a slice must end with the same instruction from wherever it is planned; if it is one too few, another slice follows.
    if (this.clock.deterministic) return Math.ceil((ns * ICOUNT_INSTRUCTIONS_PER_SECOND) / 1e9 - ROUNDING_INSTRUCTIONS);
    return Math.max(SHORTEST_SLICE, Math.ceil((ns * this.#speed) / 1e9));
  }

  /** A timer was set while the guest runs: the slice must not outlast it. */
  #shorten(): void {
    this.#shortenTo(this.#untilEvent());
  }

  #shortenTo(instructions: number): void {
    if (!this.#running || !this.#endWithin(instructions)) return;
    const { state } = this.engine.core;
    // Compiled code has made sure of a longer slice when it began its path: attention makes it leave behind this instruction.
    state.attention = 1;
  }

  /** Lets the slice end after at most so many more instructions; returns whether that is earlier than before. */
  #endWithin(instructions: number): boolean {
    const { state } = this.engine.core;
    const by = state.counter - Math.max(1, instructions);
    if (by <= 0) return false;
    this.#budget -= by;
    state.counter -= by;
    return true;
  }
}
