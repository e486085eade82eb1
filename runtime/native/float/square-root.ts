/** fsqrt and fsqrts, exactly (Power ISA Book I, 4.6.5.1). */

import { deliverInfinity, deliverInvalid, deliverNaN, deliverZero, signalling } from './deliver';
import {
  exponentOf,
  FRACTION,
  HIDDEN,
  isNaNBits,
  isSpecial,
  isZero,
  QUIET,
  SIGN,
  significandOf,
  SINGLE,
  unitDouble,
  withResidual,
} from './format';
import { VXSQRT } from './fpscr-bits';
import { roundSlipped } from './round';

/** √FRB, rounded as the variant says; bit patterns in and out, `frt` is returned if the operation is suppressed. */
export function squareRoot(b: u64, frt: u64, variant: u32): u64 {
  if (isNaNBits(b)) return deliverNaN(b | QUIET, signalling(b), frt, variant);
  if (isZero(b)) return deliverZero(b, variant);
  if (b & SIGN) return deliverInvalid(VXSQRT, frt, variant);
  if (isSpecial(b)) return deliverInfinity(0, variant);
  const exponent = exponentOf(b);
  const odd = exponent & 1;
  const radicand = significandOf(b);
  // The nearest double of the root in [1, 2) and, modulo 2^64 but small, what its square is off by.
  const nearest = reinterpret<u64>(sqrt<f64>(unitDouble(radicand) * f64(1 + odd)));
  const digits = (nearest & FRACTION) | HIDDEN;
  const residual = i64(((radicand >> 11) << (52 + odd)) - digits * digits);
  return roundSlipped(0, (exponent - odd) >> 1, withResidual(digits, residual), variant);
}

/** fsqrt: √FRB. */
export function fsqrtExact(b: u64, frt: u64): u64 {
  return squareRoot(b, frt, 0);
}

/** fsqrts: √FRB, single. */
export function fsqrtsExact(b: u64, frt: u64): u64 {
  return squareRoot(b, frt, SINGLE);
}
