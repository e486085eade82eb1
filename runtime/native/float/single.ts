/** frsp, and the conversions of lfs and stfs between the single and the double format. */

import { deliverInfinity, deliverNaN, deliverZero, signalling } from './deliver';
import { exponentOf, FRACTION, isNaNBits, isSpecial, isZero, QUIET, SIGN, significandOf, SINGLE } from './format';
import { roundPack } from './round';

/** FRB rounded to the single format; bit patterns in and out, `frt` is returned if the operation is suppressed. */
export function roundToSingle(b: u64, frt: u64): u64 {
  if (isNaNBits(b)) return deliverNaN(b | QUIET, signalling(b), frt, SINGLE);
  if (isSpecial(b)) return deliverInfinity(b & SIGN, 0);
  if (isZero(b)) return deliverZero(b, 0);
  return roundPack(b & SIGN, exponentOf(b), significandOf(b), SINGLE);
}

/** frsp (Power ISA Book I, 4.6.6.1). */
export function frspExact(b: u64, frt: u64): u64 {
  return roundToSingle(b, frt);
}

/** The double that lfs loads for the single `word` (Book I, 4.6.2); signalling NaNs stay signalling. */
export function doubleFromSingle(word: u32): u64 {
  const sign = u64(word >> 31) << 63;
  const exponent = (word >> 23) & 0xff;
  const fraction = u64(word & 0x7fffff);
  if (exponent == 0) {
    if (fraction == 0) return sign;
    const leading = clz<u64>(fraction);
    return sign | ((u64(937) - leading) << 52) | ((fraction << (leading - 11)) & FRACTION);
  }
  return sign | (u64(exponent == 0xff ? 0x7ff : exponent + 896) << 52) | (fraction << 29);
}

/**
 * The single that stfs stores for the double `x` (Book I, 4.6.3): bits are dropped, never rounded, and signalling NaNs stay signalling.
 * Below the single format's smallest denormalized number the architecture leaves the result undefined; here it is a zero of the same sign.
 */
export function singleFromDouble(x: u64): u32 {
  const sign = u32(x >> 32) & 0x80000000;
  const exponent = i32(x >> 52) & 0x7ff;
  if (exponent > 896 || isZero(x)) return (u32(x >> 32) & 0xc0000000) | (u32(x >> 29) & 0x3fffffff);
  if (exponent < 874) return sign;
  return sign | u32(((x & FRACTION) | (FRACTION + 1)) >> (926 - exponent));
}
