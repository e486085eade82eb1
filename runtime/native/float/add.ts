/** fadd, fsub and their single forms, exactly (Power ISA Book I, 4.6.5.1). */

import { cancellationSign, deliverInfinity, deliverInvalid, deliverNaN, deliverZero, propagated, signalling } from './deliver';
import { exponentOf, isInfinite, isNaNBits, isSpecial, isZero, shiftRightJam, SIGN, significandOf, SINGLE, SUBTRACT } from './format';
import { VXISI } from './fpscr-bits';
import { roundPack } from './round';

/** FRA ± FRB where one is a NaN or an infinity. */
function addSpecial(a: u64, b: u64, frt: u64, variant: u32): u64 {
  if (isNaNBits(a) || isNaNBits(b)) return deliverNaN(propagated(a, b), signalling(a) | signalling(b), frt, variant);
  if (variant & SUBTRACT) b ^= SIGN;
  if (!isInfinite(a)) return deliverInfinity(b & SIGN, variant);
  if (isInfinite(b) && a != b) return deliverInvalid(VXISI, frt, variant);
  return deliverInfinity(a & SIGN, variant);
}

/** FRA + FRB (minus with `SUBTRACT`), rounded as the variant says; bit patterns in and out, `frt` is returned if the operation is suppressed. */
export function add(a: u64, b: u64, frt: u64, variant: u32): u64 {
  if (isSpecial(a) || isSpecial(b)) return addSpecial(a, b, frt, variant);
  if (variant & SUBTRACT) b ^= SIGN;
  if (isZero(a)) {
    if (isZero(b)) return deliverZero(a == b ? a : cancellationSign(), variant);
    return roundPack(b & SIGN, exponentOf(b), significandOf(b), variant);
  }
  if (isZero(b)) return roundPack(a & SIGN, exponentOf(a), significandOf(a), variant);
  if ((a & ~SIGN) < (b & ~SIGN)) {
    const larger = b;
    b = a;
    a = larger;
  }
  // One bit of room for the carry; ten bits below the operands' last one, so that a jammed bit is never shifted into the result.
  const sign = a & SIGN;
  const exponent = exponentOf(a);
  const high = significandOf(a) >> 1;
  const low = shiftRightJam(significandOf(b) >> 1, exponent - exponentOf(b));
  const sum = sign == (b & SIGN) ? high + low : high - low;
  if (sum == 0) return deliverZero(cancellationSign(), variant);
  const leading = i32(clz<u64>(sum));
  return roundPack(sign, exponent + 1 - leading, sum << leading, variant);
}

/** fadd: FRA + FRB. */
export function faddExact(a: u64, b: u64, frt: u64): u64 {
  return add(a, b, frt, 0);
}

/** fadds: FRA + FRB, single. */
export function faddsExact(a: u64, b: u64, frt: u64): u64 {
  return add(a, b, frt, SINGLE);
}

/** fsub: FRA − FRB. */
export function fsubExact(a: u64, b: u64, frt: u64): u64 {
  return add(a, b, frt, SUBTRACT);
}

/** fsubs: FRA − FRB, single. */
export function fsubsExact(a: u64, b: u64, frt: u64): u64 {
  return add(a, b, frt, SUBTRACT | SINGLE);
}
