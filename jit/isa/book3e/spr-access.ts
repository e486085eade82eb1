/** mfspr, mtspr and mftb: the same definitions on every model; the model's table (sprs.ts) says what a number reaches. */
import { EXCEPTION_ILLEGAL, EXCEPTION_PRIVILEGED } from '../../abi/exits.js';
import { ATTENTION_OFFSET } from '../../abi/layout.js';
import type { Emitter } from '../emitter.js';
import { X, inst, type Field } from '../inst.js';
import { RS, RT, SPR, TBR } from '../operands.js';
import { lowWordOfSpr, switchedOff, unavailable } from '../facilities.js';
import { MMCR0 } from '../registers.js';
import type { Spr, SprHome } from '../sprs.js';
import type { Bit, I32, Target, Word } from '../values.js';

/** XER's architected bits, from the left: SO, OV, CA; and the byte count of string instructions. */
const XER_SO = 31;
const XER_OV = 30;
const XER_CA = 29;
const XER_COUNT = 0x7f;

function readXer(e: Emitter): Word {
  const at = (bit: I32, lsb: number) => e.shl(bit, e.i32(lsb));
  const so = at(e.bitAsI32(e.xer.SO.get()), XER_SO);
  const ov = at(e.bitAsI32(e.xer.OV.get()), XER_OV);
  const ca = at(e.bitAsI32(e.xer.CA.get()), XER_CA);
  return e.extU(e.or(e.or(so, ov), e.or(ca, e.xer.rest.get())));
}
function writeXer(e: Emitter, value: Word): void {
  e.xer.SO.set(e.bitOf(value, XER_SO));
  e.xer.OV.set(e.bitOf(value, XER_OV));
  e.xer.CA.set(e.bitOf(value, XER_CA));
  e.xer.rest.set(e.and(e.low32(value), e.i32(XER_COUNT)));
}

/** Leaves after this instruction when something may have become deliverable. */
export function heedAttention(e: Emitter): void {
  e.when(e.ne(e.state32(ATTENTION_OFFSET).get(), e.i32(0)), () => e.resync());
}

/** A register narrower than a GPR reads as zeros above. */
const storage = (e: Emitter, spr: Spr) => (e.width === 64 && spr.width === 64 ? e.spr(spr.at) : undefined);
function read(e: Emitter, spr: Spr, home: SprHome): Word {
  switch (home) {
    case 'storage': {
      const wide = storage(e, spr);
      return wide ? wide.get() : e.width === 32 ? e.spr(spr.at).get() : e.and(e.spr(spr.at).get(), e.word(0xffffffff));
    }
    case 'lr': return e.lr.get();
    case 'ctr': return e.ctr.get();
    case 'xer': return readXer(e);
    case 'timebase': return e.wordOfI64(e.call('timebase') as never);
    case 'timebaseUpper': return e.wordOfI64(e.shrU(e.call('timebase') as never, e.i64(0, 32)));
    case 'service': return e.call('readSpr', e.i32(spr.number)) as Word;
    case 'nothing': case 'hypervisor': throw new Error(`${spr.name}: nothing to read`);
  }
} // prettier-ignore
function write(e: Emitter, spr: Spr, home: SprHome, value: Word): void {
  switch (home) {
    case 'storage': return e.spr(spr.at).set(value);
    case 'lr': return e.lr.set(value);
    case 'ctr': return e.ctr.set(value);
    case 'xer': return writeXer(e, value);
    case 'nothing': return;
    default:
      e.call('writeSpr', e.i32(spr.number), value);
      if (spr.resync) e.resync();
      else heedAttention(e);
  }
} // prettier-ignore

/** Runs `then` unless the number is privileged and the state is not (Book I 3.3.17). */
function whenAllowed(e: Emitter, n: I32, then: () => void): void {
  e.when(e.both(e.bitOf(n, 4), e.msrBit('PR')), () => e.raise(EXCEPTION_PRIVILEGED), then);
}
const SPR_MMCR0 = 795;
const PMC5 = 775;
const PMC6 = 776;

/** The performance monitor in problem state (Book III-S 9.4.4, MMCR0[PMCC]): 00 and 01 allow no writing, 01 no reading, 11 neither of PMC5 and PMC6. */
function whenMonitored(e: Emitter, spr: Spr, writes: boolean, then: () => void): void {
  const control = lowWordOfSpr(e, SPR_MMCR0);
  const first = e.bitOf(control, MMCR0.PMCC0.lsb);
  const second = e.bitOf(control, MMCR0.PMCC1.lsb);
  const hidden = spr.number === PMC5 || spr.number === PMC6 ? second : e.both(e.not(first), second);
  e.when(e.both(e.msrBit('PR'), hidden), () => unavailable(e, 'PMU'), () => {
    if (!writes) return then();
    e.when(e.both(e.msrBit('PR'), e.not(first)), () => e.raise(EXCEPTION_ILLEGAL), then);
  }); // prettier-ignore
}
/** Runs `then` when the facility that the register belongs to is available. */
function whenAvailable(e: Emitter, spr: Spr, writes: boolean, then: () => void): void {
  switch (spr.facility) {
    case undefined: return then();
    case 'TM': return unavailable(e, 'TM');
    case 'PMU': return whenMonitored(e, spr, writes, then);
    default: return e.when(switchedOff(e, spr.facility), () => unavailable(e, spr.facility!), then);
  }
} // prettier-ignore

/** What a number does that the model has not, in the direction asked for. */
function unknown(e: Emitter, n: I32, writes: boolean): void {
  if (e.sprs?.unknown !== 'ignored') return e.raise(EXCEPTION_ILLEGAL);
  // Writing 0 and reading 0, 4, 5 and 6 is illegal in every state; the others only in problem state (Book III-S 4.4.4).
  const value = e.constantOf(n) ?? -1;
  if (value === 0 || (!writes && value >= 4 && value <= 6)) return e.raise(EXCEPTION_ILLEGAL);
  e.when(e.msrBit('PR'), () => e.raise(EXCEPTION_ILLEGAL));
}

function moveFrom(e: Emitter, n: I32, to: Target<Word>): void {
  whenAllowed(e, n, () => {
    const known = e.constantOf(n);
    if (known === undefined || !e.sprs) {
      return e.when(mayAccess(e, n, false), () => to.set(e.call('readSpr', n) as Word));
    }
    const spr = e.sprs.byNumber.get(known);
    if (!spr?.read) return unknown(e, n, false);
    if (spr.read === 'hypervisor') return e.raise(EXCEPTION_PRIVILEGED);
    whenAvailable(e, spr, false, () => to.set(read(e, spr, spr.read!)));
  });
}
function moveTo(e: Emitter, n: I32, value: Word): void {
  whenAllowed(e, n, () => {
    const known = e.constantOf(n);
    if (known === undefined || !e.sprs) {
      return e.when(mayAccess(e, n, true), () => {
        e.call('writeSpr', n, value);
        e.resync();
      });
    }
    const spr = e.sprs.byNumber.get(known);
    if (!spr?.write) return unknown(e, n, true);
    if (spr.write === 'hypervisor') return e.raise(EXCEPTION_PRIVILEGED);
    whenAvailable(e, spr, true, () => write(e, spr, spr.write!, value));
  });
}
/** Of a number that only the running interpreter knows: it may raise what `unknown`, a hypervisor's resource or `whenAvailable` do. */
const mayAccess = (e: Emitter, n: I32, writes: boolean): Bit => e.ne(e.call('accessSpr', n, e.i32(writes ? 1 : 0)) as I32, e.i32(0));

/** The two halves of an SPR number in an instruction word, low half first: the interpreter specialises on them. */
export const SPR_FIELDS: readonly [low: Field, high: Field] = [SPR.fields[0]!, SPR.fields[1]!];

export const SPR_ACCESS = [
  inst('mfspr', X(31, 339), [RT, SPR], { see: 'I 3.3.17, III-E 5.4.3' }, (e, { RT, SPR }) => moveFrom(e, SPR, RT)),

  inst('mtspr', X(31, 467), [SPR, RS], { see: 'I 3.3.17, III-E 5.4.3' }, (e, { SPR, RS }) => moveTo(e, SPR, RS.get())),

  // Only 268 and 269 may be named: the timebase and its upper half, as mfspr reads them.
  inst('mftb', X(31, 371), [RT, TBR], { see: 'II 6.2.1', needs: ['mftb'] }, (e, { RT, TBR }) => {
    const timebase = e.call('timebase') as never;
    const upper = e.wordOfI64(e.shrU(timebase, e.i64(0, 32)));
    const allowed = e.either(e.eq(TBR, e.i32(268)), e.eq(TBR, e.i32(269)));
    e.when(allowed, () => RT.set(e.select(e.eq(TBR, e.i32(268)), e.wordOfI64(timebase), upper)), () => e.raise(EXCEPTION_ILLEGAL));
  }),
]; // prettier-ignore
