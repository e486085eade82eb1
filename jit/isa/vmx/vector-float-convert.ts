/** Power ISA Book I, 6.10.3 and 6.10.4: vector floating-point rounding, conversion, compare. */
import type { SimdUnary } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import { VX, type Instruction } from '../inst.js';
import type { I32, V128 } from '../values.js';
import { isNan, ofNonJava, quieted, withoutDenormals } from './vector-float-values.js';
import { ofB, saturate, section, vmxInst, words, type Saturated } from './vector-facility.js';
import { compare } from './vector-integer-compare.js';
import { UIM_SCALE, VRB, VRT } from './vector-operands.js';

const CONVERT = section('I 6.10.3');
const COMPARE = section('I 6.10.4');

/** 2 to the power of `exponent`, as singles. */
const powerOfTwo = (e: Emitter, exponent: I32): V128 => e.splat('i32x4', e.shl(e.add(exponent, e.i32(127)), e.i32(23)));

/** VRB x 2^UIM, truncated to integers. What does not fit is the nearest that does; NaN is 0. */
const toInteger = (mnemonic: string, xo: number, convert: (e: Emitter, scaled: V128) => Saturated): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRB, UIM_SCALE], CONVERT, (e, { VRT, VRB, UIM }) => {
    const { result, where } = convert(e, e.simd2('f32x4.mul', VRB.get(), powerOfTwo(e, UIM)));
    VRT.set(result);
    saturate(e, where);
  });
const TWO_TO_31 = 0x4f000000;
const TWO_TO_32 = 0x4f800000;
const MINUS_ONE = 0xbf800000;
/** The manual counts -2^31 among the large operands that saturate (6.8.1, ConvertSPtoSXWsaturate). */
const signedWords = (e: Emitter, v: V128): Saturated => ({
  result: e.simd1('i32x4.trunc_sat_f32x4_s', v),
  where: e.simd2('f32x4.ge', e.simd1('f32x4.abs', v), words(e, TWO_TO_31)),
});
const unsignedWords = (e: Emitter, v: V128): Saturated => ({
  result: e.simd1('i32x4.trunc_sat_f32x4_u', v),
  where: e.simd2('v128.or', e.simd2('f32x4.ge', v, words(e, TWO_TO_32)), e.simd2('f32x4.le', v, words(e, MINUS_ONE | 0))),
});
/** Integers divided by 2^UIM, which is exact. */
const fromInteger = (mnemonic: string, xo: number, op: SimdUnary): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRB, UIM_SCALE], CONVERT, (e, { VRT, VRB, UIM }) =>
    VRT.set(e.simd2('f32x4.mul', e.simd1(op, VRB.get()), powerOfTwo(e, e.neg(UIM)))),
  );

const round = (mnemonic: string, xo: number, op: SimdUnary): Instruction =>
  ofB(mnemonic, xo, CONVERT, (e, b) => e.bitselect(quieted(e, b), e.simd1(op, withoutDenormals(e, b, ofNonJava(e))), isNan(e, b)));

/** A relation of two operands without the denormalized numbers that VSCR[NJ] takes away. */
const relation = (op: 'f32x4.eq' | 'f32x4.ge' | 'f32x4.gt') => (e: Emitter, a: V128, b: V128) => {
  const nj = ofNonJava(e);
  return e.simd2(op, withoutDenormals(e, a, nj), withoutDenormals(e, b, nj));
};
/** Bit 0 of an element: not A <= B; bit 1: not A >= -B. */
function bounds(e: Emitter, a: V128, b: V128): V128 {
  const nj = ofNonJava(e);
  const [value, bound] = [withoutDenormals(e, a, nj), withoutDenormals(e, b, nj)];
  const above = e.simd2('v128.andnot', words(e, -0x80000000), e.simd2('f32x4.le', value, bound));
  const below = e.simd2('v128.andnot', words(e, 0x40000000), e.simd2('f32x4.ge', value, e.simd1('f32x4.neg', bound)));
  return e.simd2('v128.or', above, below);
}

export const VECTOR_FLOAT_CONVERT: readonly Instruction[] = [
  toInteger('vctsxs', 970, signedWords),
  toInteger('vctuxs', 906, unsignedWords),
  fromInteger('vcfsx', 842, 'f32x4.convert_i32x4_s'),
  fromInteger('vcfux', 778, 'f32x4.convert_i32x4_u'),
  round('vrfim', 714, 'f32x4.floor'),
  round('vrfin', 522, 'f32x4.nearest'),
  round('vrfip', 650, 'f32x4.ceil'),
  round('vrfiz', 586, 'f32x4.trunc'),

  compare('vcmpeqfp', 198, COMPARE, relation('f32x4.eq')),
  compare('vcmpgefp', 454, COMPARE, relation('f32x4.ge')),
  compare('vcmpgtfp', 710, COMPARE, relation('f32x4.gt')),
  compare('vcmpbfp', 966, COMPARE, bounds, (e, outside) =>
    // Bit 2 of CR6: all elements are within bounds.
    e.crField(e.i32(6)).set(e.shl(e.bitAsI32(e.not(e.anyTrue(outside))), e.i32(1))),
  ),
];
