import { EXCEPTION_ILLEGAL } from '../../jit/abi/exits.js';
import type { Spr, SprSet } from '../../jit/isa/sprs.js';
import type { CpuState } from '../cpu-state.js';
import type { BookeTimers, ResetKind } from '../timers/booke-timers.js';
import {
  SPR_DBCR0,
  SPR_DBSR,
  SPR_DEC,
  SPR_DECAR,
  SPR_MCSR,
  SPR_PID,
  SPR_PIR,
  SPR_PVR,
  SPR_TBL,
  SPR_TBU,
  SPR_TCR,
  SPR_TSR,
} from './booke-spr-numbers.js';

/** DBCR0[RST], coded as TCR[WRC] is, and what else of DBCR0 asks for debug events (PPC440x5 UM 8.5.1). */
const DBCR0_RST = 0x30000000;
const DBCR0_RST_SHIFT = 28;
const DBCR0_EVENTS = 0x0fff8000;
const RESET_KINDS: readonly (ResetKind | undefined)[] = [undefined, 'core', 'chip', 'system'];
/** DBSR[MRR]: the most recent reset. */
const DBSR_MRR_SHIFT = 28;

/** Where accesses without effect are reported; each message comes once. */
export interface SprLog {
  /** @param message one line, without a line end */
  unimplemented(message: string): void;
}

/** What SPR accesses set off outside the SPRs; each is called after the storage has its new value. */
export interface SprEffects {
  /** PID changed: another soft TLB. */
  contextChanged(): void;
  /** Timer or debug status or enables changed: attention is to be computed anew. */
  interruptsChanged(): void;
  /** DBCR0[RST] asks for a reset. */
  reset(kind: ResetKind): void;
}

/** What a model's read-only registers hold. */
export interface BookeSprOptions {
  readonly pvr: number;
  /** Processor number, for PIR. */
  readonly pir?: number;
}

/**
 * mfspr and mtspr of Book E models beyond plain storage: the services readSpr and writeSpr. Any number may come: the
 * interpreter asks for all that have no handler of their own. Privilege has been checked.
 */
export class BookeSprs {
  readonly #logged = new Set<number>();

  constructor(
    private readonly state: CpuState,
    private readonly set: SprSet,
    private readonly timers: BookeTimers,
    private readonly effects: SprEffects,
    private readonly log: SprLog,
    private readonly options: BookeSprOptions,
  ) {
    this.reset();
  }

  /**
   * SPRs after reset (PPC440x5 UM 3.1, table 3-1), with 0 where the manual leaves them undefined. The timers have a
   * reset of their own: TSR, TCR and DECAR are not touched.
   *
   * @param mostRecent for DBSR[MRR]
   */
  reset(mostRecent: ResetKind = 'system'): void {
    for (const number of this.set.byNumber.keys())
      if (number !== SPR_TSR && number !== SPR_TCR && number !== SPR_DECAR) this.state.setSpr(number, 0);
    this.state.setSpr(SPR_PVR, this.options.pvr);
    this.state.setSpr(SPR_PIR, this.options.pir ?? 0);
    this.state.setSpr(SPR_DBSR, RESET_KINDS.indexOf(mostRecent) << DBSR_MRR_SHIFT);
  }

  /**
   * mfspr: an unsigned word. A number that the model has not, or not for reading, raises an illegal instruction in the state's
   * exception fields where the model does that, and reads as 0.
   */
  readSpr(number: number): number {
    const spr = this.set.byNumber.get(number);
    switch (spr?.read) {
      case 'storage':
        return this.state.spr((spr as Spr).at);
      case 'lr':
        return this.state.lr;
      case 'ctr':
        return this.state.ctr;
      case 'xer':
        return this.state.xer;
      case 'timebase':
        return this.timers.timebaseLow;
      case 'timebaseUpper':
        return this.timers.timebaseHigh;
      case 'service':
        return this.#readServed(number);
      default:
        return this.#absent(number, 'read');
    }
  }

  /** mtspr; numbers that the model has not, or not for writing, as in `readSpr`. */
  writeSpr(number: number, value: number): void {
    const spr = this.set.byNumber.get(number);
    switch (spr?.write) {
      case 'storage':
        this.state.setSpr((spr as Spr).at, value);
        break;
      case 'lr':
        this.state.lr = value;
        break;
      case 'ctr':
        this.state.ctr = value;
        break;
      case 'xer':
        // Bits 3:24 are reserved and read as 0.
        this.state.xer = value & 0xe000007f;
        break;
      case 'service':
        this.#writeServed(spr as Spr, value >>> 0);
        break;
      default:
        this.#absent(number, 'written');
    }
  }

  /** DEC, TSR and DBSR; whatever else the table sends here reads as stored. */
  #readServed(number: number): number {
    if (number === SPR_DEC) return this.timers.decrementer;
    if (number === SPR_TSR) return this.timers.status;
    return this.state.spr(number);
  }

  #writeServed(spr: Spr, value: number): void {
    const { state, timers, effects } = this;
    switch (spr.number) {
      case SPR_DEC:
        timers.writeDecrementer(value);
        return effects.interruptsChanged();
      case SPR_DECAR:
        timers.writeDecrementerReload(value);
        return effects.interruptsChanged();
      case SPR_TBL:
        timers.writeTimebaseLow(value);
        return effects.interruptsChanged();
      case SPR_TBU:
        timers.writeTimebaseHigh(value);
        return effects.interruptsChanged();
      case SPR_TSR:
        timers.clearStatus(value);
        return effects.interruptsChanged();
      case SPR_TCR:
        timers.writeControl(value);
        return effects.interruptsChanged();
      case SPR_PID:
        if (state.spr(SPR_PID) === (value & 0xff)) return;
        state.setSpr(SPR_PID, value & 0xff);
        return effects.contextChanged();
      case SPR_PIR:
        return state.setSpr(SPR_PIR, value);
      case SPR_DBSR:
        state.setSpr(SPR_DBSR, state.spr(SPR_DBSR) & ~value);
        return effects.interruptsChanged();
      case SPR_MCSR:
        return state.setSpr(SPR_MCSR, state.spr(SPR_MCSR) & ~value);
      case SPR_DBCR0:
        return this.#writeDebugControl(value);
      default:
        // Debug comparators and registers of parts that are not modelled: they keep their value.
        if (value !== 0) this.#reportOnce(spr.number, `${spr.name} (SPR ${spr.number}) written with 0x${value.toString(16)}: no effect`);
        state.setSpr(spr.at, value);
    }
  }

  /** The reset happens at once, so RST is never seen set. */
  #writeDebugControl(value: number): void {
    this.state.setSpr(SPR_DBCR0, value & ~DBCR0_RST);
    if (value & DBCR0_EVENTS) this.#reportOnce(SPR_DBCR0, `DBCR0 asks for debug events (0x${value.toString(16)}), which are not modelled`);
    this.effects.interruptsChanged();
    const kind = RESET_KINDS[(value & DBCR0_RST) >>> DBCR0_RST_SHIFT];
    if (kind !== undefined) this.effects.reset(kind);
  }

  #absent(number: number, verb: 'read' | 'written'): number {
    const name = this.set.byNumber.get(number)?.name;
    this.#reportOnce(
      number,
      name ? `${name} (SPR ${number}) ${verb}: the model has not that direction` : `SPR ${number} ${verb}: not in the model`,
    );
    // 0, 4, 5 and 6 are illegal even where the others are ignored (Book III-S 4.4.4).
    if (this.set.unknown === 'illegal' || number === 0 || (number >= 4 && number <= 6)) this.state.setException(EXCEPTION_ILLEGAL);
    return 0;
  }

  #reportOnce(number: number, message: string): void {
    if (this.#logged.has(number)) return;
    this.#logged.add(number);
    this.log.unimplemented(message);
  }
}
