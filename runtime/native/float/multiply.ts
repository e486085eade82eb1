/** fmul and fmuls, exactly (Power ISA Book I, 4.6.5.1). */

import { deliverInfinity, deliverInvalid, deliverNaN, deliverZero, propagated, signalling } from './deliver';
import {
  exponentOf,
  FRACTION,
  HIDDEN,
  isNaNBits,
  isSpecial,
  isZero,
  SIGN,
  significandOf,
  SINGLE,
  unitDouble,
  withResidual,
} from './format';
import { VXIMZ } from './fpscr-bits';
import { roundSlipped } from './round';

/**
 * FRA × FRC, rounded as the variant says; bit patterns in and out, `frt` is returned if the operation is suppressed. FRC keeps all its
 * bits in the single form, too.
 */
export function multiply(a: u64, c: u64, frt: u64, variant: u32): u64 {
  const sign = (a ^ c) & SIGN;
  if (isSpecial(a) || isSpecial(c)) {
    if (isNaNBits(a) || isNaNBits(c)) return deliverNaN(propagated(a, c), signalling(a) | signalling(c), frt, variant);
    return isZero(a) || isZero(c) ? deliverInvalid(VXIMZ, frt, variant) : deliverInfinity(sign, variant);
  }
  if (isZero(a) || isZero(c)) return deliverZero(sign, variant);
  const left = significandOf(a);
  const right = significandOf(c);
  // The nearest double of the product in [1, 4) and, modulo 2^64 but small, what it is off by.
  const nearest = reinterpret<u64>(unitDouble(left) * unitDouble(right));
  const carry = (nearest >> 52) & 1 ? 0 : 1;
  const digits = (nearest & FRACTION) | HIDDEN;
  const residual = i64((left >> 11) * (right >> 11) - (digits << (52 + carry)));
  return roundSlipped(sign, exponentOf(a) + exponentOf(c) + carry, withResidual(digits, residual), variant);
}

/** fmul: FRA × FRC. */
export function fmulExact(a: u64, c: u64, frt: u64): u64 {
  return multiply(a, c, frt, 0);
}

/** fmuls: FRA × FRC, single. */
export function fmulsExact(a: u64, c: u64, frt: u64): u64 {
  return multiply(a, c, frt, SINGLE);
}
