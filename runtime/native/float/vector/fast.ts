/** When vector arithmetic on lanes stands for the exact one; see ../fast.ts. Nothing is recorded, for FR, FI and FPRF do not change. */

import { FPSCR_OFFSET } from '../../../../jit/abi/layout';
import { RN, XE, XX } from '../fpscr-bits';

/** Bounds of what a result surely was no tiny number before rounding: twice the least normalized number. */
const ORDINARY_DOUBLE: f64 = reinterpret<f64>(2 << 52);
const ORDINARY_SINGLE: f32 = reinterpret<f32>(2 << 23);

/** Whether inexact results, of which nothing else is to be told, leave the FPSCR as it is. */
export function inexactKnown(): bool {
  return (load<u32>(FPSCR_OFFSET) & (XX | XE)) == XX;
}

/** Whether rounding is to nearest. */
export function toNearest(): bool {
  return (load<u32>(FPSCR_OFFSET) & RN) == 0;
}

/** Lanes of `x` that are finite, as masks. */
@inline
export function finiteDoubles(x: v128): v128 {
  return f64x2.lt(f64x2.abs(x), f64x2.splat(Infinity));
}

@inline
export function finiteSingles(x: v128): v128 {
  return f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity));
}

/** Lanes of `x` that are finite and were no tiny numbers before rounding, as masks. */
@inline
export function ordinaryDoubles(x: v128): v128 {
  const magnitude = f64x2.abs(x);
  return v128.and(f64x2.lt(magnitude, f64x2.splat(Infinity)), f64x2.ge(magnitude, f64x2.splat(ORDINARY_DOUBLE)));
}

@inline
export function ordinarySingles(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  return v128.and(f32x4.lt(magnitude, f32x4.splat(Infinity)), f32x4.ge(magnitude, f32x4.splat(ORDINARY_SINGLE)));
}

/** Lanes of `x` that are zeros of either sign, as masks. */
@inline
export function zeroDoubles(x: v128): v128 {
  return f64x2.eq(x, f64x2.splat(0));
}

@inline
export function zeroSingles(x: v128): v128 {
  return f32x4.eq(x, f32x4.splat(0));
}

/** Whether no lane of `a` or `b` is a NaN. */
@inline
export function numberedDoubles(a: v128, b: v128): bool {
  return i64x2.all_true(v128.and(f64x2.eq(a, a), f64x2.eq(b, b)));
}

@inline
export function numberedSingles(a: v128, b: v128): bool {
  return i32x4.all_true(v128.and(f32x4.eq(a, a), f32x4.eq(b, b)));
}
