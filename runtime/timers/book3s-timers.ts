import type { CoreTime } from '../core.js';
import { Timebase } from './timebase.js';

const WORD = 0x1_0000_0000;
const NEGATIVE = 0x80000000;

/** What of the timers is not in SPR storage, for snapshots. */
export interface Book3sTimerSnapshot {
  readonly timebaseHigh: number;
  readonly timebaseLow: number;
  /** DEC as it would read. */
  readonly decrementer: number;
  /** Its exception exists, as far as was noticed. */
  readonly pending: boolean;
}

/**
 * Timebase and 32-bit decrementer of the 64-bit Book III-S (Power ISA 2.07B, III-S chapter 7). The decrementer's exception is a level: it
 * exists while the decrementer is negative, and writing a positive value ends it.
 *
 * Nothing runs: registers are computed from the time source when looked at. Whether the exception exists is as of the last `update` or
 * write, so that interrupts are taken at the same instruction however the guest is executed.
 */
export class Book3sTimers {
  readonly #timebase = new Timebase();
  /** Ticks at which the decrementer is 0, the next time or one of those before. */
  #zero = 0;
  #pending = false;

  constructor(private readonly source: CoreTime) {
    this.reset();
  }

  /** After reset: timebase at 0, the decrementer at its largest value, so that it is quiet until it is set. */
  reset(): void {
    const now = this.source.ticks();
    this.#timebase.set(0, 0, now);
    this.#zero = now + (NEGATIVE - 1);
    this.#pending = false;
  }

  get timebaseLow(): number {
    return this.#timebase.low(this.source.ticks());
  }
  get timebaseHigh(): number {
    return this.#timebase.high(this.source.ticks());
  }
  /** mttbl of a hypervisor: the upper half stays. */
  writeTimebaseLow(value: number): void {
    this.setTimebase(this.timebaseHigh, value);
  }
  /** mttbu of a hypervisor: the lower half stays. */
  writeTimebaseHigh(value: number): void {
    this.setTimebase(value, this.timebaseLow);
  }
  /** Sets the whole timebase, for a CPU that is to agree with others. */
  setTimebase(high: number, low: number): void {
    this.#timebase.set(high, low, this.source.ticks());
  }

  /** DEC as it reads now, unsigned. */
  get decrementer(): number {
    return this.#decrementerAt(this.source.ticks());
  }
  writeDecrementer(value: number): void {
    this.#zero = this.source.ticks() + (value >>> 0);
    this.#pending = value >>> 0 >= NEGATIVE;
  }
  /** The decrementer's exception exists. */
  get decrementerPending(): boolean {
    return this.#pending;
  }

  /** Catches up with time; returns whether the exception came or went. */
  update(): boolean {
    const pending = this.#decrementerAt(this.source.ticks()) >= NEGATIVE;
    if (pending === this.#pending) return false;
    this.#pending = pending;
    return true;
  }
  /** Ticks until the exception comes into existence; infinite when it exists already. */
  nextEventTicks(): number {
    const value = this.#decrementerAt(this.source.ticks());
    if (value < NEGATIVE) return value + 1;
    return this.#pending ? Infinity : 0;
  }

  /** What `restore` needs. */
  snapshot(): Book3sTimerSnapshot {
    const { timebaseHigh, timebaseLow, decrementer } = this;
    return { timebaseHigh, timebaseLow, decrementer, pending: this.#pending };
  }
  /** Goes on from a snapshot at the present moment of the time source. */
  restore(snapshot: Book3sTimerSnapshot): void {
    this.setTimebase(snapshot.timebaseHigh, snapshot.timebaseLow);
    this.writeDecrementer(snapshot.decrementer);
    this.#pending = snapshot.pending;
  }

  /** The difference of low words is the difference modulo 2^32. */
  #decrementerAt(ticks: number): number {
    return ((this.#zero % WORD) - (ticks % WORD)) >>> 0;
  }
}
