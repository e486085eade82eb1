/** Power ISA Book I, 6.12 to 6.15: vector gather of bits, count of leading zeros and of ones, bit permute. */
import type { Emitter } from '../emitter.js';
import type { Instruction } from '../inst.js';
import type { I32, V128 } from '../values.js';
import { bytes, doubleWords, ofAB, ofB, section, words } from './vector-facility.js';

const GATHER = section('I 6.12', 'isa207');
const LEADING_ZEROS = section('I 6.13', 'isa207');
const POPULATION = section('I 6.14', 'isa207');
const BIT_PERMUTE = section('I 6.15', 'isa207');

/** Exchanges the bits at `mask` with those `by` places further left. */
function exchange(e: Emitter, v: V128, by: number, high: number, low: number): V128 {
  const differing = e.simd2(
    'v128.and',
    e.simd2('v128.xor', v, e.simdShift('i64x2.shr_u', v, e.i32(by))),
    doubleWords(e, high | 0, low | 0),
  );
  return e.simd2('v128.xor', e.simd2('v128.xor', v, differing), e.simdShift('i64x2.shl', differing, e.i32(by)));
}
/** Each double word as a matrix of eight bytes, transposed: first within 2 x 2 bits, then 2 x 2 blocks of those, then of those. */
function transposed(e: Emitter, v: V128): V128 {
  const pairs = exchange(e, v, 7, 0x00aa00aa, 0x00aa00aa);
  const nibbles = exchange(e, pairs, 14, 0x0000cccc, 0x0000cccc);
  return exchange(e, nibbles, 28, 0x00000000, 0xf0f0f0f0);
}

/** Leading zeros of the numbers 0 to 15 as four bits, by WebAssembly's numbering of bytes. */
const NIBBLE_ZEROS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4];
/** Of bytes: of the upper four bits, and when those are 0, of the lower four as well. */
function byteZeros(e: Emitter, v: V128): V128 {
  const table = bytes(e, NIBBLE_ZEROS);
  const upper = e.swizzle(table, e.simdShift('i8x16.shr_u', v, e.i32(4)));
  const lower = e.swizzle(table, e.simd2('v128.and', v, words(e, 0x0f0f0f0f)));
  const none = e.simd2('i8x16.eq', upper, words(e, 0x04040404));
  return e.simd2('i8x16.add', upper, e.simd2('v128.and', lower, none));
}
/** Of halfwords: of the upper byte, and when that is 0, of the lower as well. */
function halfwordZeros(e: Emitter, v: V128): V128 {
  const zeros = byteZeros(e, v);
  const upper = e.simdShift('i16x8.shr_u', zeros, e.i32(8));
  const lower = e.simd2('v128.and', zeros, words(e, 0x00ff00ff));
  return e.simd2('i16x8.add', upper, e.simd2('v128.and', lower, e.simd2('i16x8.eq', upper, words(e, 0x00080008))));
}
function wordZeros(e: Emitter, v: V128): V128 {
  let result = e.splat('i32x4', e.clz(e.lane('i32x4', v, 3)));
  for (let n = 0; n < 3; n++) result = e.withLane('i32x4', result, n, e.clz(e.lane('i32x4', v, n)));
  return result;
}
const longZeros = (e: Emitter, v: V128): V128 =>
  e.withLane('i64x2', e.splat('i64x2', e.clz(e.lane('i64x2', v, 1))), 0, e.clz(e.lane('i64x2', v, 0)));

const onesInBytes = (e: Emitter, v: V128): V128 => e.simd1('i8x16.popcnt', v);
const onesInHalfwords = (e: Emitter, v: V128): V128 => e.simd1('i16x8.extadd_pairwise_i8x16_u', onesInBytes(e, v));
const onesInWords = (e: Emitter, v: V128): V128 => e.simd1('i32x4.extadd_pairwise_i16x8_u', onesInHalfwords(e, v));
function onesInDoubleWords(e: Emitter, v: V128): V128 {
  const inWords = onesInWords(e, v);
  const lower = e.simd2('v128.and', inWords, doubleWords(e, 0, -1));
  return e.simd2('i64x2.add', lower, e.simdShift('i64x2.shr_u', inWords, e.i32(32)));
}

/** The bits of A that the bytes of B number, byte 0's first, behind 48 zeros in double word 0; 0 for numbers above 127. */
function permutedBits(e: Emitter, a: V128, b: V128): V128 {
  // The byte a bit is in; 15 less its number is WebAssembly's, and none where the bit's number is above 127.
  const inByte = e.swizzle(a, e.simd2('i8x16.sub', words(e, 0x0f0f0f0f), e.simdShift('i8x16.shr_u', b, e.i32(3))));
  const bit = e.swizzle(bytes(e, [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128]), e.simd2('v128.and', b, words(e, 0x07070707)));
  const set: I32 = e.bitmask('i8x16', e.simd2('i8x16.eq', e.simd2('v128.and', inByte, bit), bit));
  return e.withLane('i32x4', e.const128(0, 0, 0, 0), 1, set);
}

export const VECTOR_BITS: readonly Instruction[] = [
  ofB('vgbbd', 1292, GATHER, transposed),
  ofB('vclzb', 1794, LEADING_ZEROS, byteZeros),
  ofB('vclzh', 1858, LEADING_ZEROS, halfwordZeros),
  ofB('vclzw', 1922, LEADING_ZEROS, wordZeros),
  ofB('vclzd', 1986, LEADING_ZEROS, longZeros),
  ofB('vpopcntb', 1795, POPULATION, onesInBytes),
  ofB('vpopcnth', 1859, POPULATION, onesInHalfwords),
  ofB('vpopcntw', 1923, POPULATION, onesInWords),
  ofB('vpopcntd', 1987, POPULATION, onesInDoubleWords),
  ofAB('vbpermq', 1356, BIT_PERMUTE, permutedBits),
];
