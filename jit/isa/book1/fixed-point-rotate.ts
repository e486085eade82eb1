/** Power ISA Book I, 3.3.14: rotate and shift. */
import type { Emitter } from '../emitter.js';
import { M, MD, MDS, X, XS, inst, type Facts, type Instruction } from '../inst.js';
import { MB, MB6, ME, ME6, RB, RS, Rc, SH, SH6, inOutRA, toRA } from '../operands.js';
import type { Bit, I32, I64, Word } from '../values.js';

const SEE: Facts = { see: 'I 3.3.14' };
const SEE64: Facts = { see: 'I 3.3.14.1', only64: true };

/** Under the mask from `v`, elsewhere from `otherwise` (0 when absent). */
const masked = <T extends Word | I32 | I64>(e: Emitter, v: T, mask: T, otherwise?: T): T => {
  const kept = e.and(v, mask);
  return otherwise === undefined ? kept : e.or(kept, e.and(otherwise, e.complement(mask)));
};

/**
 * ROTL32 under MASK(mb + 32, me + 32). On 64-bit models the rotated word stands in both halves; the mask reaches the upper half only
 * when it wraps around.
 */
function rotateWord(e: Emitter, v: Word, by: I32, mb: I32, me: I32, otherwise?: Word): Word {
  const rotated = e.rotl(e.low32(v), by);
  const mask = e.mask32(mb, me);
  if (e.width === 32) return masked(e, e.extU(rotated), e.extU(mask), otherwise);
  const upper = e.select(e.leU(mb, me), e.i64(0, 0), e.i64(-1, 0));
  const wide = e.i64U(rotated);
  const both = e.or(e.and(e.shl(wide, e.i64(0, 32)), upper), wide);
  return masked(e, e.wordOfI64(both), e.wordOfI64(e.or(e.i64U(mask), upper)), otherwise);
}
function rotateDoubleword(e: Emitter, v: Word, by: I32, mb: I32, me: I32, otherwise?: Word): Word {
  const rotated = e.rotl(e.i64OfWord(v), e.i64U(by));
  return e.wordOfI64(masked(e, rotated, e.mask64(mb, me), otherwise === undefined ? undefined : e.i64OfWord(otherwise)));
}
const last6 = (e: Emitter, v: Word): I32 => e.and(e.low32(v), e.i32(63));

interface RightShift {
  readonly value: Word;
  readonly carry: Bit;
}
/** Arithmetic shift right of a word by 0..63: CA when a negative number loses ones. */
function shiftRightWord(e: Emitter, v: Word, by: I32): RightShift {
  const a = e.low32(v);
  const far = e.ltU(e.i32(31), by);
  const count = e.select(far, e.i32(31), by);
  const value = e.shrS(a, count);
  const lost = e.either(far, e.ne(e.shl(value, count), a));
  return { value: e.extS(value), carry: e.both(e.ltS(a, e.i32(0)), lost) };
}
/** The same of a doubleword, by 0..127. */
function shiftRightDoubleword(e: Emitter, v: Word, by: I32): RightShift {
  const a = e.i64OfWord(v);
  const far = e.ltU(e.i32(63), by);
  const count = e.i64U(e.select(far, e.i32(63), by));
  const value = e.shrS(a, count);
  const lost = e.either(far, e.ne(e.shl(value, count), a));
  return { value: e.wordOfI64(value), carry: e.both(e.ltS(a, e.i64(0, 0)), lost) };
}

/** Logical shift of a word by RB's last six bits. */
const shiftWord = (mnemonic: string, xo: number, of: (e: Emitter, a: I32, by: I32) => I32): Instruction =>
  inst(mnemonic, X(31, xo), [toRA, RS, RB, Rc], SEE, (e, { RA, RS, RB, Rc }) => {
    const by = e.low32(RB.get());
    const value = e.extU(e.select(e.bitOf(by, 5), e.i32(0), of(e, e.low32(RS.get()), by)));
    RA.set(value);
    Rc.record(value);
  });
/** Logical shift of a doubleword by RB's last seven bits. */
const shiftDoubleword = (mnemonic: string, xo: number, of: (e: Emitter, a: Word, by: Word) => Word): Instruction =>
  inst(mnemonic, X(31, xo), [toRA, RS, RB, Rc], SEE64, (e, { RA, RS, RB, Rc }) => {
    const by = RB.get();
    const value = e.select(e.bitOf(by, 6), e.word(0), of(e, RS.get(), by));
    RA.set(value);
    Rc.record(value);
  });

export const FIXED_POINT_ROTATE: readonly Instruction[] = [
  inst('rlwinm', M(21), [toRA, RS, SH, MB, ME, Rc], SEE, (e, { RA, RS, SH, MB, ME, Rc }) => {
    const value = rotateWord(e, RS.get(), SH, MB, ME);
    RA.set(value);
    Rc.record(value);
  }),
  inst('rlwnm', M(23), [toRA, RS, RB, MB, ME, Rc], SEE, (e, { RA, RS, RB, MB, ME, Rc }) => {
    const value = rotateWord(e, RS.get(), e.low32(RB.get()), MB, ME);
    RA.set(value);
    Rc.record(value);
  }),
  inst('rlwimi', M(20), [inOutRA, RS, SH, MB, ME, Rc], SEE, (e, { RA, RS, SH, MB, ME, Rc }) => {
    const value = rotateWord(e, RS.get(), SH, MB, ME, RA.get());
    RA.set(value);
    Rc.record(value);
  }),

  inst('rldicl', MD(30, 0), [toRA, RS, SH6, MB6, Rc], SEE64, (e, { RA, RS, SH, MB, Rc }) => {
    const value = rotateDoubleword(e, RS.get(), SH, MB, e.i32(63));
    RA.set(value);
    Rc.record(value);
  }),
  inst('rldicr', MD(30, 1), [toRA, RS, SH6, ME6, Rc], SEE64, (e, { RA, RS, SH, ME, Rc }) => {
    const value = rotateDoubleword(e, RS.get(), SH, e.i32(0), ME);
    RA.set(value);
    Rc.record(value);
  }),
  inst('rldic', MD(30, 2), [toRA, RS, SH6, MB6, Rc], SEE64, (e, { RA, RS, SH, MB, Rc }) => {
    const value = rotateDoubleword(e, RS.get(), SH, MB, e.sub(e.i32(63), SH));
    RA.set(value);
    Rc.record(value);
  }),
  inst('rldimi', MD(30, 3), [inOutRA, RS, SH6, MB6, Rc], SEE64, (e, { RA, RS, SH, MB, Rc }) => {
    const value = rotateDoubleword(e, RS.get(), SH, MB, e.sub(e.i32(63), SH), RA.get());
    RA.set(value);
    Rc.record(value);
  }),
  inst('rldcl', MDS(30, 8), [toRA, RS, RB, MB6, Rc], SEE64, (e, { RA, RS, RB, MB, Rc }) => {
    const value = rotateDoubleword(e, RS.get(), last6(e, RB.get()), MB, e.i32(63));
    RA.set(value);
    Rc.record(value);
  }),
  inst('rldcr', MDS(30, 9), [toRA, RS, RB, ME6, Rc], SEE64, (e, { RA, RS, RB, ME, Rc }) => {
    const value = rotateDoubleword(e, RS.get(), last6(e, RB.get()), e.i32(0), ME);
    RA.set(value);
    Rc.record(value);
  }),

  shiftWord('slw', 24, (e, a, by) => e.shl(a, by)),
  shiftWord('srw', 536, (e, a, by) => e.shrU(a, by)),
  inst('sraw', X(31, 792), [toRA, RS, RB, Rc], SEE, (e, { RA, RS, RB, Rc }) => {
    const { value, carry } = shiftRightWord(e, RS.get(), last6(e, RB.get()));
    e.xer.CA.set(carry);
    RA.set(value);
    Rc.record(value);
  }),
  inst('srawi', X(31, 824), [toRA, RS, SH, Rc], SEE, (e, { RA, RS, SH, Rc }) => {
    const { value, carry } = shiftRightWord(e, RS.get(), SH);
    e.xer.CA.set(carry);
    RA.set(value);
    Rc.record(value);
  }),
  shiftDoubleword('sld', 27, (e, a, by) => e.shl(a, by)),
  shiftDoubleword('srd', 539, (e, a, by) => e.shrU(a, by)),
  inst('srad', X(31, 794), [toRA, RS, RB, Rc], SEE64, (e, { RA, RS, RB, Rc }) => {
    const { value, carry } = shiftRightDoubleword(e, RS.get(), e.and(e.low32(RB.get()), e.i32(127)));
    e.xer.CA.set(carry);
    RA.set(value);
    Rc.record(value);
  }),
  inst('sradi', XS(31, 413), [toRA, RS, SH6, Rc], SEE64, (e, { RA, RS, SH, Rc }) => {
    const { value, carry } = shiftRightDoubleword(e, RS.get(), SH);
    e.xer.CA.set(carry);
    RA.set(value);
    Rc.record(value);
  }),
];
