/**
 * fmadd, fmsub, fnmadd, fnmsub and their single forms as generated code calls them; see fast-double.ts. WebAssembly has no fused
 * multiply-add everywhere: the double forms use error-free transforms (Dekker's product, Knuth's sum), the single forms a double product,
 * which is exact. Compiled with `--enable relaxed-simd` the double forms use the relaxed operation instead: that module is for hosts on
 * which it is known to be fused, fma(1 + 2^-30, 1 − 2^-30, −1) = −2^-60.
 */

import { midway, ordinary, ordinarySingle, quiet, record3 } from './fast';
import { BELOW_SINGLE, NEGATE, SINGLE, SUBTRACT } from './format';
import { fused } from './fused';
import { OP_FUSED } from './materialize';

/** Whether the exponent of `x` is so moderate that neither a product of two such numbers nor its error can leave the double format. */
function moderate(x: f64): bool {
  return (reinterpret<u64>(x) << 1) - (u64(623) << 53) < u64(800) << 53;
}

/** `x` without the lower half of its significand, so that products of halves are exact (Veltkamp). */
function upperHalf(x: f64): f64 {
  const scaled = x * 134217729.0;
  return scaled - (scaled - x);
}

/**
 * `a` × `c` + `b` rounded once to nearest, or NaN where these transforms cannot tell. What a sum of three exact terms leaves out is
 * bounded by one unit in the last place of its small part: where adding and leaving out that much gives one result, it is the right one.
 */
@inline
function fuse(a: f64, c: f64, b: f64): f64 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return f64x2.extract_lane(f64x2.relaxed_madd(f64x2.splat(a), f64x2.splat(c), f64x2.splat(b)), 0);
  }
  const product = a * c;
  if (!moderate(a) || !moderate(c)) return a == 0 || c == 0 ? product + b : NaN;
  const a1 = upperHalf(a);
  const a0 = a - a1;
  const c1 = upperHalf(c);
  const c0 = c - c1;
  const productError = a0 * c0 - (product - a1 * c1 - a0 * c1 - a1 * c0);
  const sum = product + b;
  const share = sum - product;
  const sumError = product - (sum - share) + (b - share);
  const error = productError + sumError;
  if (productError == 0 || sumError == 0) return sum + error;
  const margin = error * 2.220446049250313e-16;
  const result = sum + (error + margin);
  return result == sum + (error - margin) ? result : NaN;
}

/** A double form; `b` is already negated for the subtracting ones. Inlined, as the next one, so that the variant is a constant. */
@inline
function fusedDouble(a: f64, c: f64, b: f64, original: f64, frt: f64, variant: u32): f64 {
  if (quiet()) {
    const result = fuse(a, c, b);
    if (ordinary(result)) {
      record3(OP_FUSED | variant, a, c, original);
      return variant & NEGATE ? -result : result;
    }
  }
  return exact(a, c, original, frt, variant);
}

/** A single form; `b` is already negated for the subtracting ones. */
@inline
function fusedSingle(a: f64, c: f64, b: f64, original: f64, frt: f64, variant: u32): f64 {
  if (quiet() && ((reinterpret<u64>(a) | reinterpret<u64>(c)) & BELOW_SINGLE) == 0) {
    const sum = a * c + b;
    const result = f64(f32(sum));
    if (ordinarySingle(result) && !midway(sum)) {
      record3(OP_FUSED | variant, a, c, original);
      return variant & NEGATE ? -result : result;
    }
  }
  return exact(a, c, original, frt, variant);
}

/** The exact path. */
function exact(a: f64, c: f64, b: f64, frt: f64, variant: u32): f64 {
  return reinterpret<f64>(fused(reinterpret<u64>(a), reinterpret<u64>(c), reinterpret<u64>(b), reinterpret<u64>(frt), variant));
}

/** fmadd: FRA × FRC + FRB. */
export function fmadd(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedDouble(a, c, b, b, frt, 0);
}

/** fmadds: FRA × FRC + FRB, single. */
export function fmadds(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedSingle(a, c, b, b, frt, SINGLE);
}

/** fmsub: FRA × FRC − FRB. */
export function fmsub(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedDouble(a, c, -b, b, frt, SUBTRACT);
}

/** fmsubs: FRA × FRC − FRB, single. */
export function fmsubs(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedSingle(a, c, -b, b, frt, SUBTRACT | SINGLE);
}

/** fnmadd: −(FRA × FRC + FRB). */
export function fnmadd(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedDouble(a, c, b, b, frt, NEGATE);
}

/** fnmadds: −(FRA × FRC + FRB), single. */
export function fnmadds(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedSingle(a, c, b, b, frt, NEGATE | SINGLE);
}

/** fnmsub: −(FRA × FRC − FRB). */
export function fnmsub(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedDouble(a, c, -b, b, frt, NEGATE | SUBTRACT);
}

/** fnmsubs: −(FRA × FRC − FRB), single. */
export function fnmsubs(a: f64, c: f64, b: f64, frt: f64): f64 {
  return fusedSingle(a, c, -b, b, frt, NEGATE | SUBTRACT | SINGLE);
}
