/**
 * fre, fres, frsqrte, frsqrtes (Power ISA Book I, 4.6.5.1). The architecture bounds only the relative error (1/256 and 1/32); these
 * deliver the correctly rounded reciprocal, and the reciprocal of the rounded square root, as QEMU does. FR and FI, undefined, become 0;
 * XX is never set.
 */

import { deliverInfinity, deliverInvalid, deliverNaN, deliverZero, deliverZeroDivide, signalling } from './deliver';
import { divide } from './divide';
import { ESTIMATE, exponentOf, isNaNBits, isSpecial, isZero, QUIET, SIGN, significandOf, SINGLE } from './format';
import { VXSQRT } from './fpscr-bits';
import { roundPack } from './round';

const ONE: u64 = 0x3ff << 52;

/** An estimate of 1 / FRB; bit patterns in and out, `frt` is returned if the operation is suppressed. */
export function reciprocal(b: u64, frt: u64, variant: u32): u64 {
  if (isNaNBits(b)) return deliverNaN(b | QUIET, signalling(b), frt, variant);
  return divide(ONE, b, frt, variant | ESTIMATE);
}

/** An estimate of 1 / √FRB; bit patterns in and out, `frt` is returned if the operation is suppressed. */
export function reciprocalSquareRoot(b: u64, frt: u64, variant: u32): u64 {
  if (isNaNBits(b)) return deliverNaN(b | QUIET, signalling(b), frt, variant);
  if (isZero(b)) return deliverZeroDivide(b, frt, variant);
  if (b & SIGN) return deliverInvalid(VXSQRT, frt, variant);
  if (isSpecial(b)) return deliverZero(0, variant);
  const estimate = reinterpret<u64>(1.0 / sqrt<f64>(reinterpret<f64>(b)));
  return roundPack(0, exponentOf(estimate), significandOf(estimate), variant | ESTIMATE);
}

/** fre: estimate of 1 / FRB. */
export function freExact(b: u64, frt: u64): u64 {
  return reciprocal(b, frt, 0);
}

/** fres: estimate of 1 / FRB, single. */
export function fresExact(b: u64, frt: u64): u64 {
  return reciprocal(b, frt, SINGLE);
}

/** frsqrte: estimate of 1 / √FRB. */
export function frsqrteExact(b: u64, frt: u64): u64 {
  return reciprocalSquareRoot(b, frt, 0);
}

/** frsqrtes: estimate of 1 / √FRB, single. */
export function frsqrtesExact(b: u64, frt: u64): u64 {
  return reciprocalSquareRoot(b, frt, SINGLE);
}
