import { EXCEPTION_FACILITY_UNAVAILABLE, EXCEPTION_ILLEGAL, EXCEPTION_PRIVILEGED } from '../../jit/abi/exits.js';
import { FSCR, FSCR_IC, MMCR0, MSR } from '../../jit/isa/registers.js';
import type { Spr, SprFacility, SprSet } from '../../jit/isa/sprs.js';
import type { CpuState } from '../cpu-state.js';
import type { Book3sTimers } from '../timers/book3s-timers.js';
import {
  PMU_USER_DISTANCE,
  SPR_AMR,
  SPR_BESCR,
  SPR_CTRL,
  SPR_DEC,
  SPR_FSCR,
  SPR_IAMR,
  SPR_MMCR0,
  SPR_PIR,
  SPR_PPR,
  SPR_PPR32,
  SPR_PVR,
  SPR_TBL,
  SPR_TBU,
  SPR_UAMOR,
  SPR_UAMR,
  SPR_UMMCR0,
} from './book3s-spr-numbers.js';

/** CTRL[RUN], and the state of thread 0 that shows it (III-S 5.3.? "Control Register"). */
const CTRL_RUN = 1;
const CTRL_THREAD_0 = 0x8000;
/** What of FSCR software sets: the upper word is the cause of the last interrupt, which it may set too. */
const FSCR_FACILITIES = FSCR.TAR.mask | FSCR.EBB.mask | FSCR.DSCR.mask;
const FSCR_IC_HIGH = 0xff000000;
/** MMCR0 bits that problem state may change (III-S 9.4.4). */
const MMCR0_OF_PROBLEM_STATE = (MMCR0.FC.mask | MMCR0.PMAE.mask | MMCR0.PMAO.mask) >>> 0;
/** BESCR: GE, the enables of external and performance monitor event-based branches; and their status. */
const BESCR_HIGH = 0x80000003;
const BESCR_LOW = 0x00000003;
const [SPR_BESCRS, SPR_BESCRSU, SPR_BESCRR, SPR_BESCRRU] = [800, 801, 802, 803];
/** PMC5 and PMC6 in problem state: hidden when the other counters are not. */
const [SPR_UPMC5, SPR_UPMC6] = [775, 776];

/** Where accesses without effect are reported; each message comes once. */
export interface SprLog {
  /** @param message one line, without a line end */
  unimplemented(message: string): void;
}

/** What SPR accesses set off outside the SPRs; each is called after the storage has its new value. */
export interface Book3sSprEffects {
  /** Keys or other state that selects translations changed. */
  contextChanged(): void;
  /** Timer or performance monitor status changed: attention is to be computed anew. */
  interruptsChanged(): void;
}

/** What a model's read-only registers hold. */
export interface Book3sSprOptions {
  readonly pvr: number;
  /** Processor number, for PIR. */
  readonly pir: number;
}

/**
 * mfspr and mtspr of the 64-bit Book III-S beyond plain storage: the services accessSpr, readSpr and writeSpr. Any number may come: the
 * interpreter asks for all that have no handler of their own. Bit 0x10 of the number has been checked against MSR[PR].
 */
export class Book3sSprs {
  readonly #logged = new Set<number>();

  constructor(
    private readonly state: CpuState,
    private readonly set: SprSet,
    private readonly timers: Book3sTimers,
    private readonly effects: Book3sSprEffects,
    private readonly log: SprLog,
    private readonly options: Book3sSprOptions,
  ) {
    this.reset();
  }

  /** SPRs after reset: 0 but for what identifies the processor. */
  reset(): void {
    for (const { at } of this.set.byNumber.values()) this.state.setSpr(at, 0);
    this.state.setSpr(SPR_PVR, this.options.pvr);
    this.state.setSpr(SPR_PIR, this.options.pir);
  }

  // --- Services ---
  /** 1 when a number may be accessed; 0 when nothing is to happen, or when an exception was raised in the state. */
  access(number: number, writes: boolean): number {
    const spr = this.set.byNumber.get(number);
    const home = writes ? spr?.write : spr?.read;
    if (home === undefined) return this.#absent(number, writes);
    if (home === 'hypervisor') return this.#refuse(EXCEPTION_PRIVILEGED);
    if (home === 'nothing') return 0;
    const missing = this.#missing(spr as Spr, writes);
    if (missing === 'illegal') return this.#refuse(EXCEPTION_ILLEGAL);
    return missing === undefined ? 1 : this.#refuse(EXCEPTION_FACILITY_UNAVAILABLE, FSCR_IC[missing]);
  }

  /** mfspr: the low word; the high one is in the state's `serviceHigh`. */
  readSpr(number: number): number {
    const { state } = this;
    const spr = this.set.byNumber.get(number) as Spr;
    state.serviceHigh = 0;
    switch (spr.read) {
      case 'lr':
        state.serviceHigh = state.lrHigh;
        return state.lr;
      case 'ctr':
        state.serviceHigh = state.ctrHigh;
        return state.ctr;
      case 'xer':
        return state.xer;
      case 'timebase':
        return this.timebase();
      case 'timebaseUpper':
        return this.timers.timebaseHigh;
      case 'service':
        return this.#readServed(spr);
      default:
        if (spr.width === 64) state.serviceHigh = state.sprHigh(spr.at);
        return state.spr(spr.at);
    }
  }

  /** mtspr. */
  writeSpr(number: number, low: number, high: number): void {
    const { state } = this;
    const spr = this.set.byNumber.get(number) as Spr;
    switch (spr.write) {
      case 'lr':
        state.lr = low;
        state.lrHigh = high;
        break;
      case 'ctr':
        state.ctr = low;
        state.ctrHigh = high;
        break;
      case 'xer':
        // The upper half and bits 35:56 are reserved and read as 0.
        state.xer = low & 0xe000007f;
        break;
      case 'service':
        this.#writeServed(spr, low, high);
        break;
      default:
        state.setSpr(spr.at, low, spr.width === 64 ? high : 0);
    }
  }

  /** The timebase: the low word; the high one is in the state's `serviceHigh`. */
  timebase(): number {
    this.state.serviceHigh = this.timers.timebaseHigh;
    return this.timers.timebaseLow;
  }

  #readServed(spr: Spr): number {
    const { state } = this;
    switch (spr.number) {
      case SPR_DEC:
        return this.timers.decrementer;
      case SPR_PPR32:
        return state.sprHigh(SPR_PPR);
      case SPR_BESCRSU:
      case SPR_BESCRRU:
        return state.sprHigh(SPR_BESCR);
      default:
        if (spr.width === 64) state.serviceHigh = state.sprHigh(spr.at);
        return state.spr(spr.at);
    }
  }

  #writeServed(spr: Spr, low: number, high: number): void {
    const { state, timers, effects } = this;
    switch (spr.number) {
      case SPR_DEC:
        timers.writeDecrementer(low);
        return effects.interruptsChanged();
      case SPR_TBL:
        return timers.writeTimebaseLow(low);
      case SPR_TBU:
        return timers.writeTimebaseHigh(low);
      case SPR_UAMR:
        return this.#writeKeys(SPR_AMR, low, high, state.spr(SPR_UAMOR), state.sprHigh(SPR_UAMOR));
      case SPR_AMR:
      case SPR_IAMR:
        return this.#writeKeys(spr.number, low, high, -1, -1);
      case SPR_UAMOR:
        return state.setSpr(SPR_UAMOR, low, high);
      case SPR_CTRL:
        return state.setSpr(SPR_CTRL, low & CTRL_RUN ? CTRL_RUN | CTRL_THREAD_0 : 0);
      case SPR_FSCR:
        return state.setSpr(SPR_FSCR, low & FSCR_FACILITIES, high & FSCR_IC_HIGH);
      case SPR_PPR32:
        return state.setSpr(SPR_PPR, state.spr(SPR_PPR), low);
      case SPR_MMCR0:
        state.setSpr(SPR_MMCR0, low, high);
        return effects.interruptsChanged();
      case SPR_UMMCR0:
        state.setSpr(SPR_MMCR0, this.#merged(state.spr(SPR_MMCR0), low, MMCR0_OF_PROBLEM_STATE), state.sprHigh(SPR_MMCR0));
        return effects.interruptsChanged();
      case SPR_BESCR:
      case SPR_BESCRS:
      case SPR_BESCRSU:
      case SPR_BESCRR:
      case SPR_BESCRRU:
        return this.#writeEventBasedBranch(spr.number, low & BESCR_LOW, high & BESCR_HIGH, low & BESCR_HIGH);
      default:
        return this.#writeOther(spr, low, high);
    }
  }

  /** The performance monitor's other registers in problem state; and registers of parts that are not modelled, which keep their value. */
  #writeOther(spr: Spr, low: number, high: number): void {
    if (spr.facility === 'PMU') return this.state.setSpr(spr.number + PMU_USER_DISTANCE, low, spr.width === 64 ? high : 0);
    if (low !== 0 || high !== 0) this.#reportOnce(spr.number, `${spr.name} (SPR ${spr.number}) written: no effect`);
    this.state.setSpr(spr.at, low, spr.width === 64 ? high : 0);
  }

  /** AMR and IAMR: access through storage keys; bits outside the mask stay. */
  #writeKeys(number: number, low: number, high: number, maskLow: number, maskHigh: number): void {
    const { state } = this;
    const newLow = this.#merged(state.spr(number), low, maskLow);
    const newHigh = this.#merged(state.sprHigh(number), high, maskHigh);
    if (newLow === state.spr(number) && newHigh === state.sprHigh(number)) return;
    state.setSpr(number, newLow, newHigh);
    this.effects.contextChanged();
  }

  /** BESCRS and BESCRSU set bits, BESCRR and BESCRRU clear them; the ones with U mean the upper word (Book II 7.2.1). */
  #writeEventBasedBranch(number: number, low: number, high: number, upper: number): void {
    const { state } = this;
    const oldLow = state.spr(SPR_BESCR);
    const oldHigh = state.sprHigh(SPR_BESCR);
    switch (number) {
      case SPR_BESCR:
        return state.setSpr(SPR_BESCR, low, high);
      case SPR_BESCRS:
        return state.setSpr(SPR_BESCR, oldLow | low, oldHigh | high);
      case SPR_BESCRSU:
        return state.setSpr(SPR_BESCR, oldLow, oldHigh | upper);
      case SPR_BESCRR:
        return state.setSpr(SPR_BESCR, oldLow & ~low, oldHigh & ~high);
      case SPR_BESCRRU:
        return state.setSpr(SPR_BESCR, oldLow, oldHigh & ~upper);
    }
  }

  #merged(old: number, value: number, mask: number): number {
    return ((old & ~mask) | (value & mask)) >>> 0;
  }

  /** The facility that is not available now, or that the access is not one there is; undefined when all is well. */
  #missing(spr: Spr, writes: boolean): SprFacility | 'illegal' | undefined {
    const { facility } = spr;
    if (facility === undefined) return undefined;
    if (facility === 'TM') return 'TM';
    if (!(this.state.msr & MSR.PR.mask)) return undefined;
    if (facility !== 'PMU') return this.state.spr(SPR_FSCR) & FSCR[facility].mask ? undefined : facility;
    const control = this.state.spr(SPR_MMCR0);
    const first = (control & MMCR0.PMCC0.mask) !== 0;
    const second = (control & MMCR0.PMCC1.mask) !== 0;
    const apart = spr.number === SPR_UPMC5 || spr.number === SPR_UPMC6;
    if (second && (apart || !first)) return 'PMU';
    return writes && !first ? 'illegal' : undefined;
  }

  /** A number that is not there: in privileged state nothing happens, but writing 0 and reading 0, 4, 5 and 6 is illegal (III-S 4.4.4). */
  #absent(number: number, writes: boolean): number {
    const name = this.set.byNumber.get(number)?.name;
    const verb = writes ? 'written' : 'read';
    this.#reportOnce(
      number,
      name ? `${name} (SPR ${number}) ${verb}: the model has not that direction` : `SPR ${number} ${verb}: not in the model`,
    );
    const refused = (this.state.msr & MSR.PR.mask) !== 0 || number === 0 || (!writes && number >= 4 && number <= 6);
    return refused ? this.#refuse(EXCEPTION_ILLEGAL) : 0;
  }

  #refuse(exception: number, syndrome = 0): number {
    this.state.setException(exception, syndrome);
    return 0;
  }

  #reportOnce(number: number, message: string): void {
    if (this.#logged.has(number)) return;
    this.#logged.add(number);
    this.log.unimplemented(message);
  }
}
