/** Power ISA Book I, 6.9.1.3 and 6.9.1.4: vector integer multiply, multiply-add and multiply-sum. */
import type { SimdBinary } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import type { Instruction } from '../inst.js';
import type { V128 } from '../values.js';
import { ofAB, ofABC, saturatingABC, section, words, type Saturated } from './vector-facility.js';
import { addSignedWords } from './vector-integer-add.js';

const MULTIPLY = section('I 6.9.1.3');
const MULTIPLY_207 = section('I 6.9.1.3', 'isa207');
const SUM = section('I 6.9.1.4');

type Half = (e: Emitter, v: V128) => V128;
/** The elements of half the width inside wider lanes: the even ones are their upper halves. */
const evenBytesU: Half = (e, v) => e.simdShift('i16x8.shr_u', v, e.i32(8));
const evenBytesS: Half = (e, v) => e.simdShift('i16x8.shr_s', v, e.i32(8));
const oddBytesU: Half = (e, v) => e.simd2('v128.and', v, words(e, 0x00ff00ff));
const oddBytesS: Half = (e, v) => e.simdShift('i16x8.shr_s', e.simdShift('i16x8.shl', v, e.i32(8)), e.i32(8));
const evenHalfwordsU: Half = (e, v) => e.simdShift('i32x4.shr_u', v, e.i32(16));
const evenHalfwordsS: Half = (e, v) => e.simdShift('i32x4.shr_s', v, e.i32(16));
const oddHalfwordsU: Half = (e, v) => e.simd2('v128.and', v, words(e, 0xffff));
const oddHalfwordsS: Half = (e, v) => e.simdShift('i32x4.shr_s', e.simdShift('i32x4.shl', v, e.i32(16)), e.i32(16));

/** Products of elements that `half` has widened. */
const product = (mnemonic: string, xo: number, half: Half, mul: SimdBinary): Instruction =>
  ofAB(mnemonic, xo, MULTIPLY, (e, a, b) => e.simd2(mul, half(e, a), half(e, b)));
/** Words 0 and 2, or 1 and 3, where WebAssembly's low half is: words 2 and 3. */
const wordProduct = (mnemonic: string, xo: number, first: 0 | 1, mul: SimdBinary): Instruction => {
  const word = (n: number) => [0, 1, 2, 3].map((k) => 4 * n + k);
  const order = [...word(0), ...word(1), ...word(first), ...word(first + 2)];
  return ofAB(mnemonic, xo, MULTIPLY_207, (e, a, b) => e.simd2(mul, e.shuffle(a, a, order), e.shuffle(b, b, order)));
};

/** (A x B + rounding) / 2^15 + C, signed halfwords, saturating. */
const highMultiplyAdd = (mnemonic: string, xo: number, rounding: number): Instruction =>
  saturatingABC(mnemonic, xo, SUM, (e, a, b, c) => {
    const part = (mul: SimdBinary, extend: 'i32x4.extend_low_i16x8_s' | 'i32x4.extend_high_i16x8_s') => {
      const exact = e.simd2(mul, a, b);
      const rounded = rounding === 0 ? exact : e.simd2('i32x4.add', exact, words(e, rounding));
      return e.simd2('i32x4.add', e.simdShift('i32x4.shr_s', rounded, e.i32(15)), e.simd1(extend, c));
    };
    const low = part('i32x4.extmul_low_i16x8_s', 'i32x4.extend_low_i16x8_s');
    const high = part('i32x4.extmul_high_i16x8_s', 'i32x4.extend_high_i16x8_s');
    const result = e.simd2('i16x8.narrow_i32x4_s', low, high);
    const lost = (sum: V128, kept: V128) => e.simd2('v128.xor', sum, kept);
    const where = e.simd2(
      'v128.or',
      lost(low, e.simd1('i32x4.extend_low_i16x8_s', result)),
      lost(high, e.simd1('i32x4.extend_high_i16x8_s', result)),
    );
    return { result, where };
  });

const sumOf = (e: Emitter, ...terms: readonly V128[]): V128 => terms.reduce((x, y) => e.simd2('i32x4.add', x, y));
const halfwordProducts = (e: Emitter, a: V128, b: V128, half: Half): V128 => e.simd2('i32x4.mul', half(e, a), half(e, b));

/** Two products and an unsigned word, none of which is negative: more than a word is what carries. */
function unsignedHalfwordSum(e: Emitter, a: V128, b: V128, c: V128): Saturated {
  const even = halfwordProducts(e, a, b, evenHalfwordsU);
  const two = sumOf(e, even, halfwordProducts(e, a, b, oddHalfwordsU));
  const all = sumOf(e, two, c);
  const where = e.simd2('v128.or', e.simd2('i32x4.lt_u', two, even), e.simd2('i32x4.lt_u', all, c));
  return { result: e.simd2('v128.or', all, where), where };
}
/** Two products and a signed word. Both products being 2^30 is the one case in which they alone are too large. */
function signedHalfwordSum(e: Emitter, a: V128, b: V128, c: V128): Saturated {
  const two = e.simd2('i32x4.dot_i16x8_s', a, b);
  const twoTooLarge = e.simd2('i32x4.eq', two, words(e, -0x80000000));
  // Then the sum is 2^31 + C, which fits when C is negative.
  const negative = e.simdShift('i32x4.shr_s', c, e.i32(31));
  const large = e.bitselect(sumOf(e, two, c), words(e, 0x7fffffff), negative);
  const other = addSignedWords(e, two, c);
  return {
    result: e.bitselect(large, other.result, twoTooLarge),
    where: e.bitselect(e.simd1('v128.not', negative), other.where, twoTooLarge),
  };
}

/** The four byte products of each word, and C, modulo 2^32. */
const byteSum = (
  mnemonic: string,
  xo: number,
  evenA: Half,
  oddA: Half,
  pairs: 'i32x4.extadd_pairwise_i16x8_u' | 'i32x4.extadd_pairwise_i16x8_s',
): Instruction =>
  ofABC(mnemonic, xo, SUM, (e, a, b, c) => {
    const even = e.simd2('i16x8.mul', evenA(e, a), evenBytesU(e, b));
    const odd = e.simd2('i16x8.mul', oddA(e, a), oddBytesU(e, b));
    return sumOf(e, e.simd1(pairs, even), e.simd1(pairs, odd), c);
  });

export const VECTOR_INTEGER_MULTIPLY: readonly Instruction[] = [
  product('vmulesb', 776, evenBytesS, 'i16x8.mul'),
  product('vmuleub', 520, evenBytesU, 'i16x8.mul'),
  product('vmulosb', 264, oddBytesS, 'i16x8.mul'),
  product('vmuloub', 8, oddBytesU, 'i16x8.mul'),
  product('vmulesh', 840, evenHalfwordsS, 'i32x4.mul'),
  product('vmuleuh', 584, evenHalfwordsU, 'i32x4.mul'),
  product('vmulosh', 328, oddHalfwordsS, 'i32x4.mul'),
  product('vmulouh', 72, oddHalfwordsU, 'i32x4.mul'),
  wordProduct('vmulesw', 904, 0, 'i64x2.extmul_low_i32x4_s'),
  wordProduct('vmuleuw', 648, 0, 'i64x2.extmul_low_i32x4_u'),
  wordProduct('vmulosw', 392, 1, 'i64x2.extmul_low_i32x4_s'),
  wordProduct('vmulouw', 136, 1, 'i64x2.extmul_low_i32x4_u'),
  ofAB('vmuluwm', 137, MULTIPLY_207, (e, a, b) => e.simd2('i32x4.mul', a, b)),

  highMultiplyAdd('vmhaddshs', 32, 0),
  highMultiplyAdd('vmhraddshs', 33, 0x4000),
  ofABC('vmladduhm', 34, SUM, (e, a, b, c) => e.simd2('i16x8.add', e.simd2('i16x8.mul', a, b), c)),
  byteSum('vmsumubm', 36, evenBytesU, oddBytesU, 'i32x4.extadd_pairwise_i16x8_u'),
  byteSum('vmsummbm', 37, evenBytesS, oddBytesS, 'i32x4.extadd_pairwise_i16x8_s'),
  ofABC('vmsumuhm', 38, SUM, (e, a, b, c) =>
    sumOf(e, halfwordProducts(e, a, b, evenHalfwordsU), halfwordProducts(e, a, b, oddHalfwordsU), c),
  ),
  ofABC('vmsumshm', 40, SUM, (e, a, b, c) => sumOf(e, e.simd2('i32x4.dot_i16x8_s', a, b), c)),
  saturatingABC('vmsumuhs', 39, SUM, unsignedHalfwordSum),
  saturatingABC('vmsumshs', 41, SUM, signedHalfwordSum),
];
