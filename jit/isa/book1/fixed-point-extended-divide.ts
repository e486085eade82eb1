/** Power ISA Book I, 3.3.9.1: divide doubleword extended, (RA || 64 zeros) / RB. */
import type { Emitter } from '../emitter.js';
import { XO, inst, type Facts, type Instruction } from '../inst.js';
import { OE, RA, RB, RT, Rc } from '../operands.js';
import type { Bit, I64 } from '../values.js';

const FACTS: Facts = { see: 'I 3.3.9.1', needs: ['isa206'], only64: true };

interface Quotient {
  readonly value: I64;
  readonly overflow: Bit;
}

const shifted32 = (e: Emitter, v: I64): I64 => e.shl(v, e.i64(0, 32));
const upper = (e: Emitter, v: I64): I64 => e.shrU(v, e.i64(0, 32));
const lower = (e: Emitter, v: I64): I64 => e.and(v, e.i64(0, -1));

/**
 * The next 32-bit digit of a long division and what remains: of (remainder || 32 zeros) by a divisor whose top bit is 1
 * (Knuth, The Art of Computer Programming 4.3.1, algorithm D). The estimate from the divisor's upper half is at most 2 too large.
 */
function digit(e: Emitter, remainder: I64, divisor: I64): { digit: I64; remainder: I64 } {
  const high = upper(e, divisor);
  const low = lower(e, divisor);
  let estimate = e.divU(remainder, high);
  let rest = e.sub(remainder, e.mul(estimate, high));
  for (let correction = 0; correction < 2; correction++) {
    const large = e.either(e.ne(upper(e, estimate), e.i64(0, 0)), e.ltU(shifted32(e, rest), e.mul(estimate, low)));
    const tooLarge = e.both(e.eq(upper(e, rest), e.i64(0, 0)), large);
    estimate = e.sub(estimate, e.i64U(e.bitAsI32(tooLarge)));
    rest = e.add(rest, e.select(tooLarge, high, e.i64(0, 0)));
  }
  return { digit: estimate, remainder: e.sub(shifted32(e, remainder), e.mul(estimate, divisor)) };
}

/** 0 when the quotient does not fit. */
function divideUnsigned(e: Emitter, a: I64, b: I64): Quotient {
  const overflow = e.leU(b, a);
  const divisor = e.select(overflow, e.i64(0, 1), b);
  const shift = e.clz(divisor);
  const normal = e.shl(divisor, shift);
  const first = digit(e, e.select(overflow, e.i64(0, 0), e.shl(a, shift)), normal);
  const second = digit(e, first.remainder, normal);
  return { value: e.or(shifted32(e, first.digit), second.digit), overflow };
}
function divideSigned(e: Emitter, a: I64, b: I64): Quotient {
  const zero = e.i64(0, 0);
  const magnitude = (v: I64) => e.select(e.ltS(v, zero), e.neg(v), v);
  const { value, overflow } = divideUnsigned(e, magnitude(a), magnitude(b));
  const negative = e.ltS(e.xor(a, b), zero);
  const signed = e.select(negative, e.neg(value), value);
  // A quotient that needs the sign bit for itself comes out with the wrong sign.
  const wrongSign = e.both(e.ne(signed, zero), e.differ(e.ltS(signed, zero), negative));
  const misfit = e.either(overflow, wrongSign);
  return { value: e.select(misfit, zero, signed), overflow: misfit };
}

const divide = (mnemonic: string, xo: number, compute: (e: Emitter, a: I64, b: I64) => Quotient): Instruction =>
  inst(mnemonic, XO(31, xo), [RT, RA, RB, OE, Rc], FACTS, (e, { RT, RA, RB, OE, Rc }) => {
    const { value, overflow } = compute(e, e.i64OfWord(RA.get()), e.i64OfWord(RB.get()));
    const result = e.wordOfI64(value);
    RT.set(result);
    OE.overflow(() => overflow);
    Rc.record(result);
  });

export const FIXED_POINT_EXTENDED_DIVIDE: readonly Instruction[] = [
  divide('divde', 425, divideSigned),
  divide('divdeu', 393, divideUnsigned),
];
