/** Power ISA Book I, 3.3.9: fixed-point multiplication and division. */
import type { Emitter } from '../emitter.js';
import { D, XO, inst, type Facts, type Instruction } from '../inst.js';
import { OE, RA, RB, RT, Rc, SI } from '../operands.js';
import type { Bit, I32, I64, Int, Word } from '../values.js';

const SEE: Facts = { see: 'I 3.3.9' };
const SEE64: Facts = { see: 'I 3.3.9.1', only64: true };

/** The product of two signed words. */
const signedProduct = (e: Emitter, a: I32, b: I32): I64 => e.mul(e.i64S(a), e.i64S(b));
const unsignedProduct = (e: Emitter, a: I32, b: I32): I64 => e.mul(e.i64U(a), e.i64U(b));
/** What is undefined in the upper half of a 64-bit register is 0. */
const upperWord = (e: Emitter, v: I64): Word => e.extU(e.low32Of64(e.shrU(v, e.i64(0, 32))));

/** Constants of the operands' own kind, so that divisions of words and doublewords are written once. */
interface Constants<T extends Int> {
  readonly zero: T;
  readonly one: T;
  readonly minusOne: T;
  readonly minimum: T;
  readonly signShift: T;
}
const words = (e: Emitter): Constants<I32> => ({
  zero: e.i32(0),
  one: e.i32(1),
  minusOne: e.i32(-1),
  minimum: e.i32(-0x80000000),
  signShift: e.i32(31),
});
const doublewords = (e: Emitter): Constants<I64> => ({
  zero: e.i64(0, 0),
  one: e.i64(0, 1),
  minusOne: e.i64(-1, -1),
  minimum: e.i64(-0x80000000, 0),
  signShift: e.i64(0, 63),
});

interface Quotient<T> {
  readonly value: T;
  readonly overflow: Bit;
}
/** What has no quotient gives the sign of the dividend all over, as the 750 does. */
function divideSigned<T extends Int>(e: Emitter, a: T, b: T, k: Constants<T>): Quotient<T> {
  const overflow = e.either(e.eq(b, k.zero), e.both(e.eq(a, k.minimum), e.eq(b, k.minusOne)));
  return { value: e.select(overflow, e.shrS(a, k.signShift), e.divS(a, e.select(overflow, k.one, b))), overflow };
}
/** A quotient by zero is 0, as the 750 gives it. */
function divideUnsigned<T extends Int>(e: Emitter, a: T, b: T, k: Constants<T>): Quotient<T> {
  const overflow = e.eq(b, k.zero);
  return { value: e.select(overflow, k.zero, e.divU(a, e.select(overflow, k.one, b))), overflow };
}
/** (RA || 32 zeros) / RB, 0 when the quotient does not fit 32 bits. */
function divideExtendedWord(e: Emitter, a: I32, b: I32, signed: boolean): Quotient<I32> {
  const dividend = e.shl(e.i64U(a), e.i64(0, 32));
  const divisor = signed ? e.i64S(b) : e.i64U(b);
  const { value, overflow } = (signed ? divideSigned : divideUnsigned)(e, dividend, divisor, doublewords(e));
  const low = e.low32Of64(value);
  const misfit = e.either(overflow, e.ne(signed ? e.i64S(low) : e.i64U(low), value));
  return { value: e.select(misfit, e.i32(0), low), overflow: misfit };
}

const ofWords = (mnemonic: string, xo: number, facts: Facts, compute: (e: Emitter, a: I32, b: I32) => Quotient<I32>): Instruction =>
  inst(mnemonic, XO(31, xo), [RT, RA, RB, OE, Rc], facts, (e, { RT, RA, RB, OE, Rc }) => {
    const { value, overflow } = compute(e, e.low32(RA.get()), e.low32(RB.get()));
    const result = e.extU(value);
    RT.set(result);
    OE.overflow(() => overflow);
    Rc.record(result);
  });
const ofDoublewords = (mnemonic: string, xo: number, facts: Facts, compute: (e: Emitter, a: I64, b: I64) => Quotient<I64>): Instruction =>
  inst(mnemonic, XO(31, xo), [RT, RA, RB, OE, Rc], facts, (e, { RT, RA, RB, OE, Rc }) => {
    const { value, overflow } = compute(e, e.i64OfWord(RA.get()), e.i64OfWord(RB.get()));
    const result = e.wordOfI64(value);
    RT.set(result);
    OE.overflow(() => overflow);
    Rc.record(result);
  });
/** The upper half of a product. */
const upperHalf = (mnemonic: string, xo: number, facts: Facts, compute: (e: Emitter, a: Word, b: Word) => Word): Instruction =>
  inst(mnemonic, XO(31, xo), [RT, RA, RB, Rc], facts, (e, { RT, RA, RB, Rc }) => {
    const result = compute(e, RA.get(), RB.get());
    RT.set(result);
    Rc.record(result);
  });

export const FIXED_POINT_MULTIPLY: readonly Instruction[] = [
  inst('mulli', D(7), [RT, RA, SI], SEE, (e, { RT, RA, SI }) => {
    RT.set(e.mul(RA.get(), e.extS(SI)));
  }),
  inst('mullw', XO(31, 235), [RT, RA, RB, OE, Rc], SEE, (e, { RT, RA, RB, OE, Rc }) => {
    const a = e.low32(RA.get());
    const b = e.low32(RB.get());
    // The whole product on 64-bit models.
    const result = e.width === 64 ? e.wordOfI64(signedProduct(e, a, b)) : e.extU(e.mul(a, b));
    RT.set(result);
    OE.overflow(() => {
      const whole = signedProduct(e, a, b);
      return e.ne(e.i64S(e.low32Of64(whole)), whole);
    });
    Rc.record(result);
  }),
  upperHalf('mulhw', 75, SEE, (e, a, b) => upperWord(e, signedProduct(e, e.low32(a), e.low32(b)))),
  upperHalf('mulhwu', 11, SEE, (e, a, b) => upperWord(e, unsignedProduct(e, e.low32(a), e.low32(b)))),
  ofWords('divw', 491, SEE, (e, a, b) => divideSigned(e, a, b, words(e))),
  ofWords('divwu', 459, SEE, (e, a, b) => divideUnsigned(e, a, b, words(e))),
  ofWords('divwe', 427, { ...SEE, needs: ['isa206'] }, (e, a, b) => divideExtendedWord(e, a, b, true)),
  ofWords('divweu', 395, { ...SEE, needs: ['isa206'] }, (e, a, b) => divideExtendedWord(e, a, b, false)),

  ofDoublewords('mulld', 233, SEE64, (e, a, b) => {
    const value = e.mul(a, b);
    return { value, overflow: e.ne(e.call('mulHighS64', a, b) as I64, e.shrS(value, e.i64(0, 63))) };
  }),
  upperHalf('mulhd', 73, SEE64, (e, a, b) => e.wordOfI64(e.call('mulHighS64', e.i64OfWord(a), e.i64OfWord(b)) as I64)),
  upperHalf('mulhdu', 9, SEE64, (e, a, b) => e.wordOfI64(e.call('mulHighU64', e.i64OfWord(a), e.i64OfWord(b)) as I64)),
  ofDoublewords('divd', 489, SEE64, (e, a, b) => divideSigned(e, a, b, doublewords(e))),
  ofDoublewords('divdu', 457, SEE64, (e, a, b) => divideUnsigned(e, a, b, doublewords(e))),
];
