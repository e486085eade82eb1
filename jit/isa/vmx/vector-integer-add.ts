/** Power ISA Book I, 6.9.1.1 and 6.9.1.2: vector integer add and subtract. */
import type { SimdBinary } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import type { Facts, Instruction } from '../inst.js';
import type { V128 } from '../values.js';
import { ofAB, ofABC, saturatingAB, section, words, type Saturated } from './vector-facility.js';

const ADD = section('I 6.9.1.1');
const ADD_207 = section('I 6.9.1.1', 'isa207');
const SUBTRACT = section('I 6.9.1.2');
const SUBTRACT_207 = section('I 6.9.1.2', 'isa207');

const simple = (mnemonic: string, xo: number, facts: Facts, op: SimdBinary): Instruction =>
  ofAB(mnemonic, xo, facts, (e, a, b) => e.simd2(op, a, b));
/** Saturation is where the sum modulo the element's width is another. */
const saturating = (mnemonic: string, xo: number, facts: Facts, op: SimdBinary, modulo: SimdBinary): Instruction =>
  saturatingAB(mnemonic, xo, facts, (e, a, b) => {
    const result = e.simd2(op, a, b);
    return { result, where: e.simd2('v128.xor', result, e.simd2(modulo, a, b)) };
  });

// --- Words, which WebAssembly does not saturate ---
const not = (e: Emitter, v: V128): V128 => e.simd1('v128.not', v);
/** The limit on a's side where `overflow` has its sign bit set, else the wrapped result. */
function limited(e: Emitter, a: V128, wrapped: V128, overflow: V128): Saturated {
  const where = e.simdShift('i32x4.shr_s', overflow, e.i32(31));
  const limit = e.simd2('v128.xor', e.simdShift('i32x4.shr_s', a, e.i32(31)), words(e, 0x7fffffff));
  return { result: e.bitselect(limit, wrapped, where), where };
}
/** Signed words, saturating. */
export function addSignedWords(e: Emitter, a: V128, b: V128): Saturated {
  const sum = e.simd2('i32x4.add', a, b);
  // Overflow: the sum's sign is neither one's.
  return limited(e, a, sum, e.simd2('v128.and', e.simd2('v128.xor', a, sum), e.simd2('v128.xor', b, sum)));
}
function subtractSignedWords(e: Emitter, a: V128, b: V128): Saturated {
  const difference = e.simd2('i32x4.sub', a, b);
  return limited(e, a, difference, e.simd2('v128.and', e.simd2('v128.xor', a, b), e.simd2('v128.xor', a, difference)));
}
/** Unsigned words, saturating: what carries becomes all ones. */
export function addUnsignedWords(e: Emitter, a: V128, b: V128): Saturated {
  const sum = e.simd2('i32x4.add', a, b);
  const where = e.simd2('i32x4.lt_u', sum, a);
  return { result: e.simd2('v128.or', sum, where), where };
}
function subtractUnsignedWords(e: Emitter, a: V128, b: V128): Saturated {
  const where = e.simd2('i32x4.lt_u', a, b);
  return { result: e.simd2('v128.andnot', e.simd2('i32x4.sub', a, b), where), where };
}
/** 1 in the words where a mask has ones. */
const ones = (e: Emitter, mask: V128): V128 => e.simdShift('i32x4.shr_u', mask, e.i32(31));

// --- Quadwords ---
interface QuadwordSum {
  readonly sum: V128;
  /** The carry out of bit 0, as a quadword. */
  readonly carry: V128;
}
const FIRST_DOUBLEWORD = [0, 1, 2, 3, 4, 5, 6, 7];
const SECOND_DOUBLEWORD = [8, 9, 10, 11, 12, 13, 14, 15];
const FROM_ZERO = [16, 17, 18, 19, 20, 21, 22, 23];
/** a + b + carry, which is a quadword 0 or 1. */
function addQuadwords(e: Emitter, a: V128, b: V128, carry: V128 | undefined): QuadwordSum {
  const zero = e.const128(0, 0, 0, 0);
  const either = e.simd2('v128.or', a, b);
  const both = e.simd2('v128.and', a, b);
  /** The carries out of the double words, given their sums. */
  const carries = (sum: V128) => e.simdShift('i64x2.shr_u', e.simd2('v128.or', both, e.simd2('v128.andnot', either, sum)), e.i32(63));
  const apart = e.simd2('i64x2.add', a, b);
  const started = carry === undefined ? apart : e.simd2('i64x2.add', apart, carry);
  const sum = e.simd2('i64x2.add', started, e.shuffle(carries(started), zero, [...SECOND_DOUBLEWORD, ...FROM_ZERO]));
  return { sum, carry: e.shuffle(carries(sum), zero, [...FROM_ZERO, ...FIRST_DOUBLEWORD]) };
}
const one = (e: Emitter): V128 => e.const128(0, 0, 0, 1);
const lastBit = (e: Emitter, c: V128): V128 => e.simd2('v128.and', c, one(e));

export const VECTOR_INTEGER_ADD: readonly Instruction[] = [
  ofAB('vaddcuw', 384, ADD, (e, a, b) => ones(e, addUnsignedWords(e, a, b).where)),
  simple('vaddubm', 0, ADD, 'i8x16.add'),
  simple('vadduhm', 64, ADD, 'i16x8.add'),
  simple('vadduwm', 128, ADD, 'i32x4.add'),
  simple('vaddudm', 192, ADD_207, 'i64x2.add'),
  saturating('vaddsbs', 768, ADD, 'i8x16.add_sat_s', 'i8x16.add'),
  saturating('vaddshs', 832, ADD, 'i16x8.add_sat_s', 'i16x8.add'),
  saturatingAB('vaddsws', 896, ADD, addSignedWords),
  saturating('vaddubs', 512, ADD, 'i8x16.add_sat_u', 'i8x16.add'),
  saturating('vadduhs', 576, ADD, 'i16x8.add_sat_u', 'i16x8.add'),
  saturatingAB('vadduws', 640, ADD, addUnsignedWords),
  ofAB('vadduqm', 256, ADD_207, (e, a, b) => addQuadwords(e, a, b, undefined).sum),
  ofAB('vaddcuq', 320, ADD_207, (e, a, b) => addQuadwords(e, a, b, undefined).carry),
  ofABC('vaddeuqm', 60, ADD_207, (e, a, b, c) => addQuadwords(e, a, b, lastBit(e, c)).sum),
  ofABC('vaddecuq', 61, ADD_207, (e, a, b, c) => addQuadwords(e, a, b, lastBit(e, c)).carry),

  ofAB('vsubcuw', 1408, SUBTRACT, (e, a, b) => ones(e, e.simd2('i32x4.ge_u', a, b))),
  simple('vsububm', 1024, SUBTRACT, 'i8x16.sub'),
  simple('vsubuhm', 1088, SUBTRACT, 'i16x8.sub'),
  simple('vsubuwm', 1152, SUBTRACT, 'i32x4.sub'),
  simple('vsubudm', 1216, SUBTRACT_207, 'i64x2.sub'),
  saturating('vsubsbs', 1792, SUBTRACT, 'i8x16.sub_sat_s', 'i8x16.sub'),
  saturating('vsubshs', 1856, SUBTRACT, 'i16x8.sub_sat_s', 'i16x8.sub'),
  saturatingAB('vsubsws', 1920, SUBTRACT, subtractSignedWords),
  saturating('vsububs', 1536, SUBTRACT, 'i8x16.sub_sat_u', 'i8x16.sub'),
  saturating('vsubuhs', 1600, SUBTRACT, 'i16x8.sub_sat_u', 'i16x8.sub'),
  saturatingAB('vsubuws', 1664, SUBTRACT, subtractUnsignedWords),
  ofAB('vsubuqm', 1280, SUBTRACT_207, (e, a, b) => addQuadwords(e, a, not(e, b), one(e)).sum),
  ofAB('vsubcuq', 1344, SUBTRACT_207, (e, a, b) => addQuadwords(e, a, not(e, b), one(e)).carry),
  ofABC('vsubeuqm', 62, SUBTRACT_207, (e, a, b, c) => addQuadwords(e, a, not(e, b), lastBit(e, c)).sum),
  ofABC('vsubecuq', 63, SUBTRACT_207, (e, a, b, c) => addQuadwords(e, a, not(e, b), lastBit(e, c)).carry),
];
