/** frin, friz, frip, frim: rounding to an integral number in the double format (Power ISA Book I, 4.6.7.3). FR and FI become 0. */

import { deliverInfinity, deliverNaN, deliverZero, signalling } from './deliver';
import { isInfinite, isNaNBits, isZero, QUIET, SIGN } from './format';
import { CLASS_NEGATIVE_NORMALIZED, CLASS_POSITIVE_NORMALIZED } from './fpscr-bits';
import { deliverFpscr } from './fpscr-word';

/** How to round: `NEAREST_AWAY` takes ties away from zero; the others are numbered as the rounding modes. */
export const NEAREST_AWAY: u32 = 0;
export const TOWARD_ZERO: u32 = 1;
export const UPWARD: u32 = 2;
export const DOWNWARD: u32 = 3;

/** The finite number `x` rounded to an integral one; zeros keep the sign of `x`. */
export function integral(x: f64, direction: u32): f64 {
  if (direction == UPWARD) return ceil<f64>(x);
  if (direction == DOWNWARD) return floor<f64>(x);
  const whole = trunc<f64>(x);
  return direction == NEAREST_AWAY && abs<f64>(x - whole) >= 0.5 ? whole + copysign<f64>(1, x) : whole;
}

/** FRB rounded to an integral number; bit patterns in and out, `frt` is returned if the operation is suppressed. */
export function roundToIntegral(b: u64, frt: u64, direction: u32): u64 {
  if (isNaNBits(b)) return deliverNaN(b | QUIET, signalling(b), frt, 0);
  if (isInfinite(b)) return deliverInfinity(b & SIGN, 0);
  const result = reinterpret<u64>(integral(reinterpret<f64>(b), direction));
  if (isZero(result)) return deliverZero(result, 0);
  deliverFpscr(0, result & SIGN ? CLASS_NEGATIVE_NORMALIZED : CLASS_POSITIVE_NORMALIZED);
  return result;
}

/** frin: to nearest, ties away from zero. */
export function frinExact(b: u64, frt: u64): u64 {
  return roundToIntegral(b, frt, NEAREST_AWAY);
}

/** friz: toward zero. */
export function frizExact(b: u64, frt: u64): u64 {
  return roundToIntegral(b, frt, TOWARD_ZERO);
}

/** frip: toward +infinity. */
export function fripExact(b: u64, frt: u64): u64 {
  return roundToIntegral(b, frt, UPWARD);
}

/** frim: toward -infinity. */
export function frimExact(b: u64, frt: u64): u64 {
  return roundToIntegral(b, frt, DOWNWARD);
}
