/** Results that need no rounding: NaNs, infinities, zeros, and operations suppressed by an enabled exception. */

import { FPSCR_OFFSET } from '../../../jit/abi/layout';
import { BELOW_SINGLE, DEFAULT_NAN, INFINITY_BITS, isNaNBits, isSignalling, NEGATE, QUIET, SIGN, SINGLE } from './format';
import {
  CLASS_NEGATIVE_INFINITY,
  CLASS_NEGATIVE_ZERO,
  CLASS_POSITIVE_INFINITY,
  CLASS_POSITIVE_ZERO,
  CLASS_QNAN,
  RN,
  VE,
  VXSNAN,
  ZE,
  ZX,
} from './fpscr-bits';
import { deliverFpscr, suppressFpscr } from './fpscr-word';

/** Delivers an infinity with the sign bit `sign` (negated if the variant says so). */
export function deliverInfinity(sign: u64, variant: u32, raised: u32 = 0): u64 {
  if (variant & NEGATE) sign ^= SIGN;
  deliverFpscr(raised, sign ? CLASS_NEGATIVE_INFINITY : CLASS_POSITIVE_INFINITY);
  return sign | INFINITY_BITS;
}

/** Delivers a zero with the sign bit `sign` (negated if the variant says so). */
export function deliverZero(sign: u64, variant: u32): u64 {
  if (variant & NEGATE) sign ^= SIGN;
  deliverFpscr(0, sign ? CLASS_NEGATIVE_ZERO : CLASS_POSITIVE_ZERO);
  return sign;
}

/** Sign bit of the zero that is the exact sum of two numbers of opposite sign: minus only when rounding toward -infinity. */
export function cancellationSign(): u64 {
  return (load<u32>(FPSCR_OFFSET) & RN) == 3 ? SIGN : 0;
}

/** An invalid operation whose result would be `nan`: the old target `frt` if VE is set, else `nan`. */
export function deliverNaN(nan: u64, raised: u32, frt: u64, variant: u32): u64 {
  if (raised != 0 && (load<u32>(FPSCR_OFFSET) & VE) != 0) {
    suppressFpscr(raised);
    return frt;
  }
  deliverFpscr(raised, CLASS_QNAN);
  return variant & SINGLE ? nan & ~BELOW_SINGLE : nan;
}

/** An invalid operation without a NaN among its operands. */
export function deliverInvalid(raised: u32, frt: u64, variant: u32): u64 {
  return deliverNaN(DEFAULT_NAN, raised, frt, variant);
}

/** A division of a finite number by zero: an infinity with the sign bit `sign`, or the old target `frt` if ZE is set. */
export function deliverZeroDivide(sign: u64, frt: u64, variant: u32): u64 {
  if (load<u32>(FPSCR_OFFSET) & ZE) {
    suppressFpscr(ZX);
    return frt;
  }
  return deliverInfinity(sign, variant, ZX);
}

/** VXSNAN if `x` is a signalling NaN, else 0. */
export function signalling(x: u64): u32 {
  return isSignalling(x) ? VXSNAN : 0;
}

/** The NaN that an operation on FRA and FRB delivers when one of them is a NaN: FRA's, else FRB's, quieted (Book I, 4.3.2). */
export function propagated(a: u64, b: u64): u64 {
  return (isNaNBits(a) ? a : b) | QUIET;
}
