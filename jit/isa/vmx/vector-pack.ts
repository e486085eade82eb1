/** Power ISA Book I, 6.8.1 and 6.8.2: vector pack and unpack. Elements of VRA come first: they are the higher ones of the result. */
import type { SimdBinary, SimdUnary } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import type { Instruction } from '../inst.js';
import type { V128 } from '../values.js';
import { doubleWords, ofAB, ofB, saturatingAB, section, words, type Saturated } from './vector-facility.js';

const PACK = section('I 6.8.1');
const PACK_207 = section('I 6.8.1', 'isa207');
const UNPACK = section('I 6.8.2');
const UNPACK_207 = section('I 6.8.2', 'isa207');

/** Which bytes are the lower halves of elements of `size` bytes, of two vectors. */
const lowerHalves = (size: number): number[] => Array.from({ length: 32 }, (_b, k) => k).filter((k) => k % size >= size / 2);
/** The lower halves of the elements of two vectors. */
export const packed = (e: Emitter, a: V128, b: V128, size: number): V128 => e.shuffle(a, b, lowerHalves(size));
const modulo = (size: number) => (e: Emitter, a: V128, b: V128) => packed(e, a, b, size);

/** Packs what `clamp` brings into range; where it changes something, it has saturated. */
const clamping =
  (size: number, clamp: (e: Emitter, v: V128) => V128) =>
  (e: Emitter, a: V128, b: V128): Saturated => {
    const [inA, inB] = [clamp(e, a), clamp(e, b)];
    const where = e.simd2('v128.or', e.simd2('v128.xor', a, inA), e.simd2('v128.xor', b, inB));
    return { result: packed(e, inA, inB, size), where };
  };
/** Between two bounds that are the same for all elements. */
const between = (min: SimdBinary, max: SimdBinary, low: number, high: number) => (e: Emitter, v: V128) =>
  e.simd2(max, e.simd2(min, v, words(e, high)), words(e, low));
const below = (min: SimdBinary, high: number) => (e: Emitter, v: V128) => e.simd2(min, v, words(e, high));
/** The smaller, or the larger, of signed double words. */
const lesser = (e: Emitter, a: V128, b: V128): V128 => e.bitselect(a, b, e.simd2('i64x2.lt_s', a, b));
const greater = (e: Emitter, a: V128, b: V128): V128 => e.bitselect(a, b, e.simd2('i64x2.gt_s', a, b));
const signedLimits = (e: Emitter, v: V128): V128 =>
  greater(e, lesser(e, v, doubleWords(e, 0, 0x7fffffff)), doubleWords(e, -1, -0x80000000));
const unsignedOfSigned = (e: Emitter, v: V128): V128 => greater(e, lesser(e, v, doubleWords(e, 0, -1)), doubleWords(e, 0, 0));
/** 2^32 - 1 where the upper word is not 0. */
const unsignedLimit = (e: Emitter, v: V128): V128 => {
  const fits = e.simd2('i64x2.eq', e.simd2('v128.and', v, doubleWords(e, -1, 0)), doubleWords(e, 0, 0));
  return e.bitselect(v, doubleWords(e, 0, -1), fits);
};

/** The field of a pixel's channel, moved to its place. */
const channel = (e: Emitter, v: V128, by: number, mask: number): V128 => {
  const moved = by > 0 ? e.simdShift('i32x4.shl', v, e.i32(by)) : by < 0 ? e.simdShift('i32x4.shr_u', v, e.i32(-by)) : v;
  return e.simd2('v128.and', moved, words(e, mask));
};
const allChannels = (e: Emitter, v: V128, parts: readonly (readonly [by: number, mask: number])[]): V128 =>
  parts.map(([by, mask]) => channel(e, v, by, mask)).reduce((x, y) => e.simd2('v128.or', x, y));
/** 8:8:8:8 to 1:5:5:5. */
const pixels = (e: Emitter, v: V128): V128 => allChannels(e, v, [[-9, 0xfc00], [-6, 0x03e0], [-3, 0x001f]]); // prettier-ignore
/** 1:5:5:5 to 8:8:8:8, from words whose upper half is the sign of the lower one. */
const unpackedPixels = (e: Emitter, v: V128): V128 => allChannels(e, v, [[0, 0xff00001f | 0], [6, 0x001f0000], [3, 0x00001f00]]); // prettier-ignore

const unpack = (mnemonic: string, xo: number, facts: typeof UNPACK, op: SimdUnary): Instruction =>
  ofB(mnemonic, xo, facts, (e, b) => e.simd1(op, b));

export const VECTOR_PACK: readonly Instruction[] = [
  ofAB('vpkpx', 782, PACK, (e, a, b) => packed(e, pixels(e, a), pixels(e, b), 4)),
  ofAB('vpkuhum', 14, PACK, modulo(2)),
  ofAB('vpkuwum', 78, PACK, modulo(4)),
  ofAB('vpkudum', 1102, PACK_207, modulo(8)),
  saturatingAB('vpkshss', 398, PACK, clamping(2, between('i16x8.min_s', 'i16x8.max_s', 0xff80ff80 | 0, 0x007f007f))),
  saturatingAB('vpkshus', 270, PACK, clamping(2, between('i16x8.min_s', 'i16x8.max_s', 0, 0x00ff00ff))),
  saturatingAB('vpkswss', 462, PACK, clamping(4, between('i32x4.min_s', 'i32x4.max_s', -0x8000, 0x7fff))),
  saturatingAB('vpkswus', 334, PACK, clamping(4, between('i32x4.min_s', 'i32x4.max_s', 0, 0xffff))),
  saturatingAB('vpksdss', 1486, PACK_207, clamping(8, signedLimits)),
  saturatingAB('vpksdus', 1358, PACK_207, clamping(8, unsignedOfSigned)),
  saturatingAB('vpkuhus', 142, PACK, clamping(2, below('i16x8.min_u', 0x00ff00ff))),
  saturatingAB('vpkuwus', 206, PACK, clamping(4, below('i32x4.min_u', 0xffff))),
  saturatingAB('vpkudus', 1230, PACK_207, clamping(8, unsignedLimit)),

  ofB('vupkhpx', 846, UNPACK, (e, b) => unpackedPixels(e, e.simd1('i32x4.extend_high_i16x8_s', b))),
  ofB('vupklpx', 974, UNPACK, (e, b) => unpackedPixels(e, e.simd1('i32x4.extend_low_i16x8_s', b))),
  unpack('vupkhsb', 526, UNPACK, 'i16x8.extend_high_i8x16_s'),
  unpack('vupkhsh', 590, UNPACK, 'i32x4.extend_high_i16x8_s'),
  unpack('vupkhsw', 1614, UNPACK_207, 'i64x2.extend_high_i32x4_s'),
  unpack('vupklsb', 654, UNPACK, 'i16x8.extend_low_i8x16_s'),
  unpack('vupklsh', 718, UNPACK, 'i32x4.extend_low_i16x8_s'),
  unpack('vupklsw', 1742, UNPACK_207, 'i64x2.extend_low_i32x4_s'),
];
