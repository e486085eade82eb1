/** Power ISA Book I, 6.9.1.5 to 6.9.1.7: vector integer sum-across, average, maximum and minimum. */
import type { SimdBinary } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import type { Facts, Instruction } from '../inst.js';
import type { V128 } from '../values.js';
import { doubleWords, ofAB, saturatingAB, section, words, type Saturated } from './vector-facility.js';
import { addSignedWords, addUnsignedWords } from './vector-integer-add.js';

const SUM = section('I 6.9.1.5');
const AVERAGE = section('I 6.9.1.6');
const EXTREME = section('I 6.9.1.7');
const EXTREME_207 = section('I 6.9.1.7', 'isa207');

// --- Sums of signed words, exact in double words ---
/** The odd word of each double word, sign-extended, and the even one. */
const oddWords = (e: Emitter, v: V128): V128 => e.simdShift('i64x2.shr_s', e.simdShift('i64x2.shl', v, e.i32(32)), e.i32(32));
const evenWords = (e: Emitter, v: V128): V128 => e.simdShift('i64x2.shr_s', v, e.i32(32));
/** Double words cut to signed words, in their odd words; 0 in the even ones. */
function limitedToWords(e: Emitter, v: V128): Saturated {
  const [high, low] = [doubleWords(e, 0, 0x7fffffff), doubleWords(e, -1, -0x80000000)];
  const [above, below] = [e.simd2('i64x2.gt_s', v, high), e.simd2('i64x2.lt_s', v, low)];
  const limited = e.bitselect(high, e.bitselect(low, v, below), above);
  return { result: e.simd2('v128.and', limited, doubleWords(e, 0, -1)), where: e.simd2('v128.or', above, below) };
}
function pairSums(e: Emitter, a: V128, b: V128): Saturated {
  const ofA = e.simd2('i64x2.add', evenWords(e, a), oddWords(e, a));
  return limitedToWords(e, e.simd2('i64x2.add', ofA, oddWords(e, b)));
}
function sumOfAll(e: Emitter, a: V128, b: V128): Saturated {
  const ofA = e.simd2('i64x2.add', evenWords(e, a), oddWords(e, a));
  const swapped = e.shuffle(ofA, ofA, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]);
  const sum = e.simd2('i64x2.add', e.simd2('i64x2.add', ofA, swapped), oddWords(e, b));
  // Only the last word counts.
  const { result, where } = limitedToWords(e, sum);
  const last = e.const128(0, 0, -1, -1);
  return { result: e.simd2('v128.and', result, last), where: e.simd2('v128.and', where, last) };
}

// --- Averages: (A + B + 1) / 2 ---
/** Signed ones by way of unsigned ones, which the flipped sign turns them into. */
const signedAverage = (mnemonic: string, xo: number, op: SimdBinary, signs: number): Instruction =>
  ofAB(mnemonic, xo, AVERAGE, (e, a, b) => {
    const flipped = (v: V128) => e.simd2('v128.xor', v, words(e, signs));
    return flipped(e.simd2(op, flipped(a), flipped(b)));
  });
/** Words: (A | B) - (A xor B) / 2. */
const wordAverage = (mnemonic: string, xo: number, shift: 'i32x4.shr_s' | 'i32x4.shr_u'): Instruction =>
  ofAB(mnemonic, xo, AVERAGE, (e, a, b) =>
    e.simd2('i32x4.sub', e.simd2('v128.or', a, b), e.simdShift(shift, e.simd2('v128.xor', a, b), e.i32(1))),
  );

const simple = (mnemonic: string, xo: number, facts: Facts, op: SimdBinary): Instruction =>
  ofAB(mnemonic, xo, facts, (e, a, b) => e.simd2(op, a, b));
/** A > B of unsigned double words: of signed ones with their signs flipped. */
export function greaterUnsigned(e: Emitter, a: V128, b: V128): V128 {
  const flipped = (v: V128) => e.simd2('v128.xor', v, doubleWords(e, -0x80000000, 0));
  return e.simd2('i64x2.gt_s', flipped(a), flipped(b));
}
const greaterSigned = (e: Emitter, a: V128, b: V128): V128 => e.simd2('i64x2.gt_s', a, b);
const maximum = (mnemonic: string, xo: number, greater: typeof greaterSigned): Instruction =>
  ofAB(mnemonic, xo, EXTREME_207, (e, a, b) => e.bitselect(a, b, greater(e, a, b)));
const minimum = (mnemonic: string, xo: number, greater: typeof greaterSigned): Instruction =>
  ofAB(mnemonic, xo, EXTREME_207, (e, a, b) => e.bitselect(b, a, greater(e, a, b)));

export const VECTOR_INTEGER_SUM: readonly Instruction[] = [
  saturatingAB('vsumsws', 1928, SUM, sumOfAll),
  saturatingAB('vsum2sws', 1672, SUM, pairSums),
  saturatingAB('vsum4sbs', 1800, SUM, (e, a, b) =>
    addSignedWords(e, e.simd1('i32x4.extadd_pairwise_i16x8_s', e.simd1('i16x8.extadd_pairwise_i8x16_s', a)), b),
  ),
  saturatingAB('vsum4shs', 1608, SUM, (e, a, b) => addSignedWords(e, e.simd1('i32x4.extadd_pairwise_i16x8_s', a), b)),
  saturatingAB('vsum4ubs', 1544, SUM, (e, a, b) =>
    addUnsignedWords(e, e.simd1('i32x4.extadd_pairwise_i16x8_u', e.simd1('i16x8.extadd_pairwise_i8x16_u', a)), b),
  ),

  signedAverage('vavgsb', 1282, 'i8x16.avgr_u', 0x80808080 | 0),
  signedAverage('vavgsh', 1346, 'i16x8.avgr_u', 0x80008000 | 0),
  wordAverage('vavgsw', 1410, 'i32x4.shr_s'),
  simple('vavgub', 1026, AVERAGE, 'i8x16.avgr_u'),
  simple('vavguh', 1090, AVERAGE, 'i16x8.avgr_u'),
  wordAverage('vavguw', 1154, 'i32x4.shr_u'),

  simple('vmaxsb', 258, EXTREME, 'i8x16.max_s'),
  simple('vmaxsh', 322, EXTREME, 'i16x8.max_s'),
  simple('vmaxsw', 386, EXTREME, 'i32x4.max_s'),
  maximum('vmaxsd', 450, greaterSigned),
  simple('vmaxub', 2, EXTREME, 'i8x16.max_u'),
  simple('vmaxuh', 66, EXTREME, 'i16x8.max_u'),
  simple('vmaxuw', 130, EXTREME, 'i32x4.max_u'),
  maximum('vmaxud', 194, greaterUnsigned),
  simple('vminsb', 770, EXTREME, 'i8x16.min_s'),
  simple('vminsh', 834, EXTREME, 'i16x8.min_s'),
  simple('vminsw', 898, EXTREME, 'i32x4.min_s'),
  minimum('vminsd', 962, greaterSigned),
  simple('vminub', 514, EXTREME, 'i8x16.min_u'),
  simple('vminuh', 578, EXTREME, 'i16x8.min_u'),
  simple('vminuw', 642, EXTREME, 'i32x4.min_u'),
  minimum('vminud', 706, greaterUnsigned),
];
