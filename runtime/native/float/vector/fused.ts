/**
 * xvmadd, xvmsub, xvnmadd, xvnmsub on doubles and singles (Power ISA Book I, 7.6.1.3.2): `a` × `c` ± `b`, then the old target. The A and M
 * forms of the instructions tell which operands these are. The double forms by error-free transforms, the single forms by an exact product
 * in double format, as in ../fast-fused.ts.
 */

import { quiet } from '../fast';
import { NEGATE, SINGLE, SUBTRACT } from '../format';
import { OP_FUSED } from '../materialize';
import { finiteDoubles, ordinaryDoubles, ordinarySingles, zeroDoubles, zeroSingles } from './fast';
import { doubleLanes, singleLanes } from './lanes';

/** Numbers between these have products whose errors cannot leave the double format. */
const SMALLEST: f64 = reinterpret<f64>(623 << 52);
const LARGEST: f64 = reinterpret<f64>(1423 << 52);

/** Lanes of `x` that are between the bounds, as masks. */
@inline
function moderate(x: v128): v128 {
  const magnitude = f64x2.abs(x);
  return v128.and(f64x2.ge(magnitude, f64x2.splat(SMALLEST)), f64x2.lt(magnitude, f64x2.splat(LARGEST)));
}

/** `x` without the lower half of its significand, so that products of halves are exact (Veltkamp). */
@inline
function upperHalf(x: v128): v128 {
  const scaled = f64x2.mul(x, f64x2.splat(134217729.0));
  return f64x2.sub(scaled, f64x2.sub(scaled, x));
}

/** A double form; `b` is already negated for the subtracting ones. */
@inline
function doubles(a: v128, c: v128, b: v128, original: v128, xt: v128, variant: u32): v128 {
  if (quiet()) {
    const product = f64x2.mul(a, c);
    const sum = f64x2.add(product, b);
    const noProduct = v128.or(zeroDoubles(a), zeroDoubles(c));
    let result: v128;
    let sure: v128;
    if (ASC_FEATURE_RELAXED_SIMD) {
      result = f64x2.relaxed_madd(a, c, b);
      sure = ordinaryDoubles(result);
    } else {
      const a1 = upperHalf(a);
      const a0 = f64x2.sub(a, a1);
      const c1 = upperHalf(c);
      const c0 = f64x2.sub(c, c1);
      const cross = f64x2.sub(f64x2.sub(f64x2.sub(product, f64x2.mul(a1, c1)), f64x2.mul(a0, c1)), f64x2.mul(a1, c0));
      const productError = f64x2.sub(f64x2.mul(a0, c0), cross);
      const share = f64x2.sub(sum, product);
      const sumError = f64x2.add(f64x2.sub(product, f64x2.sub(sum, share)), f64x2.sub(b, share));
      const error = f64x2.add(productError, sumError);
      // The exact rest lies within the margin; where one of the two errors is zero, it is the other one.
      const twoTerms = v128.or(zeroDoubles(productError), zeroDoubles(sumError));
      const margin = v128.andnot(f64x2.mul(error, f64x2.splat(2.220446049250313e-16)), twoTerms);
      result = f64x2.add(sum, f64x2.add(error, margin));
      const agrees = f64x2.eq(result, f64x2.add(sum, f64x2.sub(error, margin)));
      sure = v128.and(v128.and(moderate(a), moderate(c)), v128.and(agrees, ordinaryDoubles(result)));
    }
    // Without a product the sum is exact, whatever its size and sign; a factor that is no number makes it none.
    result = v128.bitselect(sum, result, noProduct);
    sure = v128.or(sure, v128.and(noProduct, finiteDoubles(sum)));
    if (i64x2.all_true(sure)) return variant & NEGATE ? f64x2.neg(result) : result;
  }
  return doubleLanes(OP_FUSED, a, c, original, xt, variant);
}

/** Lanes whose rounding to single could differ from rounding the exact sum: those midway between two singles. */
@inline
function midway(x: v128): v128 {
  return i64x2.eq(v128.and(x, i64x2.splat(0x1fffffff)), i64x2.splat(0x10000000));
}

/** A single form; `b` is already negated for the subtracting ones. */
@inline
function singles(a: v128, c: v128, b: v128, original: v128, xt: v128, variant: u32): v128 {
  if (quiet()) {
    const lower = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(c)), f64x2.promote_low_f32x4(b));
    const upper = f64x2.add(f64x2.mul(promoteHigh(a), promoteHigh(c)), promoteHigh(b));
    const result = v128.shuffle<i32>(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 1, 4, 5);
    const doubtful = v128.any_true(v128.or(midway(lower), midway(upper)));
    // A sum of zero in double format is exact; one that only becomes zero in single format is not.
    const zero = v128.shuffle<i32>(zeroDoubles(lower), zeroDoubles(upper), 0, 2, 4, 6);
    const sure = v128.or(ordinarySingles(result), v128.and(zero, zeroSingles(result)));
    if (!doubtful && i32x4.all_true(sure)) return variant & NEGATE ? f32x4.neg(result) : result;
  }
  return singleLanes(OP_FUSED, a, c, original, xt, variant | SINGLE);
}

/** Words 0 and 1, singles, in double format. */
@inline
function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
}

/** xvmaddadp, xvmaddmdp: `a` × `c` + `b`. */
export function xvmadddp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return doubles(a, c, b, b, xt, 0);
}

/** xvmsubadp, xvmsubmdp: `a` × `c` − `b`. */
export function xvmsubdp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return doubles(a, c, f64x2.neg(b), b, xt, SUBTRACT);
}

/** xvnmaddadp, xvnmaddmdp: −(`a` × `c` + `b`). */
export function xvnmadddp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return doubles(a, c, b, b, xt, NEGATE);
}

/** xvnmsubadp, xvnmsubmdp: −(`a` × `c` − `b`). */
export function xvnmsubdp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return doubles(a, c, f64x2.neg(b), b, xt, NEGATE | SUBTRACT);
}

/** xvmaddasp, xvmaddmsp: `a` × `c` + `b`. */
export function xvmaddsp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return singles(a, c, b, b, xt, 0);
}

/** xvmsubasp, xvmsubmsp: `a` × `c` − `b`. */
export function xvmsubsp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return singles(a, c, f32x4.neg(b), b, xt, SUBTRACT);
}

/** xvnmaddasp, xvnmaddmsp: −(`a` × `c` + `b`). */
export function xvnmaddsp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return singles(a, c, b, b, xt, NEGATE);
}

/** xvnmsubasp, xvnmsubmsp: −(`a` × `c` − `b`). */
export function xvnmsubsp(a: v128, c: v128, b: v128, xt: v128): v128 {
  return singles(a, c, f32x4.neg(b), b, xt, NEGATE | SUBTRACT);
}
