import { EventQueue } from './event-queue.js';

/** Guest instructions per second of guest time when time follows the instruction count. */
export const ICOUNT_INSTRUCTIONS_PER_SECOND = 200e6;

/**
 * Guest time. With an instruction clock it is the number of instructions executed (and the time slept through while the guest waits); else it
 * follows the host's clock, and stands still while the guest is stopped.
 */
export class GuestClock {
  readonly events = new EventQueue();
  /** Time that has passed without instructions, in ns. */
  skippedNs = 0;
  #hostStart: number | undefined;
  #hostBefore = 0;

  /**
   * @param hostNow host time in ms; undefined when time follows the instruction count
   * @param instructions instructions executed so far, exact at any moment that time is asked for
   */
  constructor(
    readonly timebaseHz: number,
    readonly hostNow: (() => number) | undefined,
    readonly instructions: () => number,
  ) {}

  get deterministic(): boolean {
    return this.hostNow === undefined;
  }

  /** Starts and stops the host's clock around runs. */
  resume(): void {
    if (this.hostNow) this.#hostStart = this.hostNow();
  }
  pause(): void {
    if (!this.hostNow || this.#hostStart === undefined) return;
    this.#hostBefore += this.hostNow() - this.#hostStart;
    this.#hostStart = undefined;
  }

  /** Guest time since reset, in ns. */
  now(): number {
    if (!this.hostNow) return (this.instructions() * 1e9) / ICOUNT_INSTRUCTIONS_PER_SECOND + this.skippedNs;
    const running = this.#hostStart === undefined ? 0 : this.hostNow() - this.#hostStart;
    return (this.#hostBefore + running) * 1e6;
  }
  /** Timebase ticks since reset: whole. */
  ticks(): number {
    return Math.floor((this.now() * this.timebaseHz) / 1e9);
  }
  ticksToNs(ticks: number): number {
    return (ticks * 1e9) / this.timebaseHz;
  }
  /** Lets time pass while the guest waits; only where time follows the instruction count. */
  skip(ns: number): void {
    this.skippedNs += ns;
  }
  schedule(atNs: number, callback: () => void): number {
    return this.events.schedule(atNs, callback);
  }
  cancel(handle: number): void {
    this.events.cancel(handle);
  }
}
