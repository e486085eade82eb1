import type { CpuState } from '../cpu-state.js';
import { SPR_DECAR, SPR_TCR, SPR_TSR } from '../sprs/booke-spr-numbers.js';
import { TCR, TCR_IMPLEMENTED, TCR_WRC_MASK, TSR, TSR_WRS_MASK } from './timer-bits.js';

const WORD = 0x1_0000_0000;
/** By TCR[FP] and TCR[WP]: the timebase bit whose rise is the event, as its weight (PPC440x5 UM tables 7-1, 7-2). */
const FIT_BIT = [2 ** 12, 2 ** 16, 2 ** 20, 2 ** 24];
const WATCHDOG_BIT = [2 ** 20, 2 ** 24, 2 ** 28, 2 ** 32];
/** Enough of the timebase for every bit that has an event. */
const BIT_RANGE = 2 ** 34;

/** Where time comes from. */
export interface TimeSource {
  /**
   * Timebase ticks since the machine's reset: whole, never decreasing, exact up to 2^53. With --icount it follows the
   * instruction count, else the host's clock.
   */
  ticks(): number;
}

/** Reset that the watchdog or DBCR0[RST] asks for, coded as in TCR[WRC]. */
export type ResetKind = 'core' | 'chip' | 'system';
const RESET_KINDS: readonly (ResetKind | undefined)[] = [undefined, 'core', 'chip', 'system'];

/** What of the timers is not in SPR storage, for snapshots. */
export interface TimerSnapshot {
  readonly timebaseHigh: number;
  readonly timebaseLow: number;
  /** DEC as it would read, and whether it is still to reach 0. */
  readonly decrementer: number;
}

/**
 * Timebase, decrementer, fixed-interval timer and watchdog of Book E (PPC440x5 UM chapter 7).
 *
 * Nothing runs: registers are computed from the time source when looked at, and `update` catches up with the events since
 * it was called last. The dispatcher bounds its slices by `nextEventTicks`, calls `update` after each, and then asks the
 * exceptions what is deliverable. TSR, TCR and DECAR lie in SPR storage; TSR there is as of the last `update`.
 */
export class BookeTimers {
  /** Timebase minus ticks, modulo 2^64. */
  #offsetLow = 0;
  #offsetHigh = 0;
  /** Ticks at which the decrementer goes from 1 to 0; infinite while it stands at 0. */
  #decrementerEnd = Infinity;
  /** Ticks at which the selected timebase bits rise next. */
  #fitRise = Infinity;
  #watchdogRise = Infinity;
  /** An event has changed TSR, and `update` has not yet told. */
  #changed = false;

  /**
   * @param onWatchdogReset the watchdog's second time-out with TCR[WRC] set; called from `update`
   */
  constructor(
    private readonly state: CpuState,
    private readonly source: TimeSource,
    private readonly onWatchdogReset: (kind: ResetKind) => void,
  ) {
    this.reset();
  }

  /**
   * After reset: timebase, decrementer and DECAR at 0, all interrupts disabled.
   *
   * @param watchdogStatus TSR[WRS] to be shown: the TSR as it was after a reset by the watchdog, else 0
   */
  reset(watchdogStatus = 0): void {
    this.state.setSpr(SPR_TCR, 0);
    this.state.setSpr(SPR_DECAR, 0);
    this.state.setSpr(SPR_TSR, watchdogStatus & TSR_WRS_MASK);
    this.#decrementerEnd = Infinity;
    this.#setTimebase(0, 0, this.source.ticks());
  }

  // --- Timebase ---

  get timebaseLow(): number {
    return this.#low(this.source.ticks());
  }
  get timebaseHigh(): number {
    return this.#high(this.source.ticks());
  }
  /** mttbl: the upper half stays. A watched bit that this sets is an event, as if time had done it. */
  writeTimebaseLow(value: number): void {
    const now = this.#caughtUp();
    this.#writeTimebase(this.#high(now), value, now);
  }
  /** mttbu: the lower half stays. */
  writeTimebaseHigh(value: number): void {
    const now = this.#caughtUp();
    this.#writeTimebase(value, this.#low(now), now);
  }

  // --- Decrementer ---

  /** DEC as it reads now; 0 when it has run out without auto-reload. */
  get decrementer(): number {
    const now = this.#caughtUp();
    return this.#decrementerEnd === Infinity ? 0 : this.#decrementerEnd - now;
  }
  /** Writing 0 stops it and raises nothing. */
  writeDecrementer(value: number): void {
    const now = this.#caughtUp();
    this.#decrementerEnd = value === 0 ? Infinity : now + (value >>> 0);
  }
  /** The value that DEC takes instead of 0 while TCR[ARE] is 1. */
  writeDecrementerReload(value: number): void {
    this.#catchUp();
    this.state.setSpr(SPR_DECAR, value);
  }

  // --- Control and status ---

  /** TSR as of now. */
  get status(): number {
    this.#catchUp();
    return this.state.spr(SPR_TSR);
  }
  /** mttsr: bits written as 1 are cleared. */
  clearStatus(bits: number): void {
    this.#catchUp();
    this.state.setSpr(SPR_TSR, this.state.spr(SPR_TSR) & ~bits);
  }
  /** mttcr: WRC bits can be set but not cleared. */
  writeControl(value: number): void {
    const now = this.#caughtUp();
    const sticky = this.state.spr(SPR_TCR) & TCR_WRC_MASK;
    this.state.setSpr(SPR_TCR, (value & TCR_IMPLEMENTED) | sticky);
    this.#findRises(now);
  }

  // --- Events ---

  /** Catches up with all events until now. Returns whether they have changed TSR since this was called last, so that interrupts must be looked at. */
  update(): boolean {
    this.#catchUp();
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }
  /** Looking at a register may find an event before the dispatcher does: it must hear of it all the same. */
  #catchUp(): void {
    const now = this.source.ticks();
    if (now < this.#decrementerEnd && now < this.#fitRise && now < this.#watchdogRise) return;
    const before = this.state.spr(SPR_TSR);
    if (now >= this.#decrementerEnd) this.#decrementerEvent(now);
    if (now >= this.#fitRise) {
      this.#setStatus(TSR.FIS.mask);
      this.#fitRise = this.#nextRise(now, FIT_BIT[this.#fitPeriod()]);
    }
    if (now >= this.#watchdogRise) this.#watchdogRises(now);
    this.#changed ||= this.state.spr(SPR_TSR) !== before;
  }

  /**
   * Ticks until something may happen that the CPU or the machine would notice without asking: an interrupt's status rises
   * while it is enabled, or the watchdog comes a step nearer to interrupt or reset. At least 0; infinite when there is
   * nothing.
   */
  nextEventTicks(): number {
    const tcr = this.state.spr(SPR_TCR);
    const tsr = this.state.spr(SPR_TSR);
    let next = Infinity;
    if (tcr & TCR.DIE.mask && !(tsr & TSR.DIS.mask)) next = this.#decrementerEnd;
    if (tcr & TCR.FIE.mask && !(tsr & TSR.FIS.mask) && this.#fitRise < next) next = this.#fitRise;
    const watched = tcr & TCR_WRC_MASK || (tcr & TCR.WIE.mask && !(tsr & TSR.WIS.mask));
    if (watched && this.#watchdogRise < next) next = this.#watchdogRise;
    return next === Infinity ? Infinity : Math.max(0, next - this.source.ticks());
  }

  /** What `restore` needs besides SPR storage. */
  snapshot(): TimerSnapshot {
    this.#catchUp();
    return { timebaseHigh: this.timebaseHigh, timebaseLow: this.timebaseLow, decrementer: this.decrementer };
  }
  /** Goes on from a snapshot at the present moment of the time source; SPR storage must have been restored before. */
  restore(snapshot: TimerSnapshot): void {
    const now = this.source.ticks();
    this.#decrementerEnd = snapshot.decrementer === 0 ? Infinity : now + snapshot.decrementer;
    this.#setTimebase(snapshot.timebaseHigh, snapshot.timebaseLow, now);
  }

  #caughtUp(): number {
    this.#catchUp();
    return this.source.ticks();
  }

  /** The sum is made of low words only: a larger one would lose bits. */
  #low(ticks: number): number {
    return ((ticks >>> 0) + this.#offsetLow) >>> 0;
  }

  #high(ticks: number): number {
    const carry = (ticks >>> 0) + this.#offsetLow >= WORD ? 1 : 0;
    return (Math.floor(ticks / WORD) + this.#offsetHigh + carry) >>> 0;
  }

  #setTimebase(high: number, low: number, now: number): void {
    const borrow = low >>> 0 < now >>> 0 ? 1 : 0;
    this.#offsetLow = (low - (now >>> 0)) >>> 0;
    this.#offsetHigh = (high - Math.floor(now / WORD) - borrow) >>> 0;
    this.#findRises(now);
  }

  #writeTimebase(high: number, low: number, now: number): void {
    const before = this.#bits(now);
    this.#setTimebase(high, low, now);
    const after = this.#bits(now);
    const rises = (weight: number): boolean => before % (2 * weight) < weight && after % (2 * weight) >= weight;
    if (rises(FIT_BIT[this.#fitPeriod()])) this.#setStatus(TSR.FIS.mask);
    if (rises(WATCHDOG_BIT[this.#watchdogPeriod()])) this.#watchdogEvent();
  }

  /** The low 34 bits of the timebase. */
  #bits(ticks: number): number {
    return ((ticks % BIT_RANGE) + (this.#offsetHigh & 3) * WORD + this.#offsetLow) % BIT_RANGE;
  }

  #fitPeriod(): number {
    return (this.state.spr(SPR_TCR) >>> TCR.FP.lsb) & 3;
  }
  #watchdogPeriod(): number {
    return (this.state.spr(SPR_TCR) >>> TCR.WP.lsb) & 3;
  }

  #findRises(now: number): void {
    this.#fitRise = this.#nextRise(now, FIT_BIT[this.#fitPeriod()]);
    this.#watchdogRise = this.#nextRise(now, WATCHDOG_BIT[this.#watchdogPeriod()]);
  }

  /** Ticks after `now` at which the timebase bit of this weight goes from 0 to 1. */
  #nextRise(now: number, weight: number): number {
    const phase = this.#bits(now) % (2 * weight);
    return now + (phase < weight ? weight - phase : 3 * weight - phase);
  }

  #decrementerEvent(now: number): void {
    this.#setStatus(TSR.DIS.mask);
    const reload = this.state.spr(SPR_DECAR);
    if (!(this.state.spr(SPR_TCR) & TCR.ARE.mask) || reload === 0) this.#decrementerEnd = Infinity;
    else this.#decrementerEnd += reload * (Math.floor((now - this.#decrementerEnd) / reload) + 1);
  }

  /** Every rise counts until the state no longer changes: at most arming, interrupt and reset. */
  #watchdogRises(now: number): void {
    const weight = WATCHDOG_BIT[this.#watchdogPeriod()];
    for (let at = this.#watchdogRise; at <= now && this.#watchdogEvent(); at += 2 * weight);
    this.#watchdogRise = this.#nextRise(now, WATCHDOG_BIT[this.#watchdogPeriod()]);
  }

  /** One time-out (PPC440x5 UM table 7-3). Returns whether a further one could do more. */
  #watchdogEvent(): boolean {
    const tsr = this.state.spr(SPR_TSR);
    if (!(tsr & TSR.ENW.mask)) {
      this.#setStatus(TSR.ENW.mask);
      return true;
    }
    if (!(tsr & TSR.WIS.mask)) {
      this.#setStatus(TSR.WIS.mask);
      return true;
    }
    const tcr = this.state.spr(SPR_TCR);
    const kind = RESET_KINDS[(tcr >>> TCR.WRC.lsb) & 3];
    if (kind === undefined) return false;
    this.state.setSpr(SPR_TSR, (tsr & ~TSR_WRS_MASK) | (tcr & TCR_WRC_MASK));
    this.state.setSpr(SPR_TCR, tcr & ~TCR_WRC_MASK);
    this.onWatchdogReset(kind);
    return false;
  }

  #setStatus(bits: number): void {
    this.state.setSpr(SPR_TSR, this.state.spr(SPR_TSR) | bits);
  }
}
