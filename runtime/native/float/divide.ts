/** fdiv and fdivs, exactly (Power ISA Book I, 4.6.5.1). */

import { deliverInfinity, deliverInvalid, deliverNaN, deliverZero, deliverZeroDivide, propagated, signalling } from './deliver';
import {
  exponentOf,
  FRACTION,
  HIDDEN,
  isInfinite,
  isNaNBits,
  isSpecial,
  isZero,
  SIGN,
  significandOf,
  SINGLE,
  unitDouble,
  withResidual,
} from './format';
import { VXIDI, VXZDZ } from './fpscr-bits';
import { roundSlipped } from './round';

/** FRA ÷ FRB, rounded as the variant says; bit patterns in and out, `frt` is returned if the operation is suppressed. */
export function divide(a: u64, b: u64, frt: u64, variant: u32): u64 {
  const sign = (a ^ b) & SIGN;
  if (isSpecial(a) || isSpecial(b)) {
    if (isNaNBits(a) || isNaNBits(b)) return deliverNaN(propagated(a, b), signalling(a) | signalling(b), frt, variant);
    if (!isInfinite(a)) return deliverZero(sign, variant);
    return isInfinite(b) ? deliverInvalid(VXIDI, frt, variant) : deliverInfinity(sign, variant);
  }
  if (isZero(b)) return isZero(a) ? deliverInvalid(VXZDZ, frt, variant) : deliverZeroDivide(sign, frt, variant);
  if (isZero(a)) return deliverZero(sign, variant);
  const dividend = significandOf(a);
  const divisor = significandOf(b);
  // Scaled so that the quotient lies in [1, 2); its nearest double and, modulo 2^64 but small, the remainder.
  const scale = dividend < divisor ? 1 : 0;
  const nearest = reinterpret<u64>((unitDouble(dividend) * f64(1 + scale)) / unitDouble(divisor));
  const digits = (nearest & FRACTION) | HIDDEN;
  const residual = i64(((dividend >> 11) << (52 + scale)) - digits * (divisor >> 11));
  return roundSlipped(sign, exponentOf(a) - exponentOf(b) - scale, withResidual(digits, residual), variant);
}

/** fdiv: FRA ÷ FRB. */
export function fdivExact(a: u64, b: u64, frt: u64): u64 {
  return divide(a, b, frt, 0);
}

/** fdivs: FRA ÷ FRB, single. */
export function fdivsExact(a: u64, b: u64, frt: u64): u64 {
  return divide(a, b, frt, SINGLE);
}
