/** fmadd, fmsub, fnmadd, fnmsub and their single forms, exactly and with one rounding (Power ISA Book I, 4.6.5.2). */

import { cancellationSign, deliverInfinity, deliverInvalid, deliverNaN, deliverZero, signalling } from './deliver';
import {
  exponentOf,
  isInfinite,
  isNaNBits,
  isSpecial,
  isZero,
  NEGATE,
  QUIET,
  shiftRightJam,
  SIGN,
  significandOf,
  SINGLE,
  SUBTRACT,
} from './format';
import { VXIMZ, VXISI } from './fpscr-bits';
import { roundPack } from './round';

/** FRA × FRC ± FRB where one is a NaN or an infinity. The NaN delivered is FRA's, else FRB's, else FRC's; infinity × 0 counts even then. */
function fusedSpecial(a: u64, c: u64, b: u64, frt: u64, variant: u32): u64 {
  const impossible = (isInfinite(a) && isZero(c)) || (isZero(a) && isInfinite(c)) ? VXIMZ : 0;
  if (isNaNBits(a) || isNaNBits(b) || isNaNBits(c)) {
    const nan = isNaNBits(a) ? a : isNaNBits(b) ? b : c;
    return deliverNaN(nan | QUIET, signalling(a) | signalling(b) | signalling(c) | impossible, frt, variant);
  }
  if (impossible) return deliverInvalid(VXIMZ, frt, variant);
  if (variant & SUBTRACT) b ^= SIGN;
  const sign = (a ^ c) & SIGN;
  if (!isInfinite(a) && !isInfinite(c)) return deliverInfinity(b & SIGN, variant);
  if (isInfinite(b) && sign != (b & SIGN)) return deliverInvalid(VXISI, frt, variant);
  return deliverInfinity(sign, variant);
}

/** High half of the 128-bit product of two 64-bit numbers below 2^63 and 2^64. */
function multiplyHigh(x: u64, y: u64): u64 {
  const x0 = x & 0xffffffff;
  const x1 = x >> 32;
  const y0 = y & 0xffffffff;
  const y1 = y >> 32;
  const middle = x1 * y0 + ((x0 * y0) >> 32);
  return x1 * y1 + (middle >> 32) + ((x0 * y1 + (middle & 0xffffffff)) >> 32);
}

/** Rounds the nonzero 128-bit magnitude `high`:`low`, in which bit 126 weighs 2^`exponent`. */
function roundWide(sign: u64, exponent: i32, high: u64, low: u64, variant: u32): u64 {
  if (high == 0) {
    high = low;
    low = 0;
    exponent -= 64;
  }
  const leading = i32(clz<u64>(high));
  if (leading) {
    high = (high << leading) | (low >> (64 - leading));
    low <<= leading;
  }
  return roundPack(sign, exponent + 1 - leading, high | u64(low != 0), variant);
}

/** FRA × FRC ± FRB, all finite, the product nonzero. */
function fusedFinite(a: u64, c: u64, b: u64, variant: u32): u64 {
  const sign = (a ^ c) & SIGN;
  const left = significandOf(a) >> 1;
  const right = significandOf(c);
  let high = multiplyHigh(left, right);
  let low = left * right;
  let exponent = exponentOf(a) + exponentOf(c) + 1;
  if (high >> 62 == 0) {
    high = (high << 1) | (low >> 63);
    low <<= 1;
    exponent--;
  }
  if (isZero(b)) return roundWide(sign, exponent, high, low, variant);

  let addend = significandOf(b) >> 1;
  let addendLow: u64 = 0;
  const distance = exponent - exponentOf(b);
  if (distance > 0) {
    if (distance < 64) {
      addendLow = addend << (64 - distance);
      addend >>= distance;
    } else {
      addendLow = shiftRightJam(addend, distance - 64);
      addend = 0;
    }
  } else if (distance < 0) {
    exponent -= distance;
    if (distance > -64) {
      low = (high << (64 + distance)) | (low >> -distance) | u64(low << (64 + distance) != 0);
      high >>= -distance;
    } else {
      low = shiftRightJam(high | u64(low != 0), -distance - 64);
      high = 0;
    }
  }

  if (sign == (b & SIGN)) {
    const sum = low + addendLow;
    return roundWide(sign, exponent, high + addend + u64(sum < low), sum, variant);
  }
  if (high == addend && low == addendLow) return deliverZero(cancellationSign(), variant);
  if (high > addend || (high == addend && low > addendLow)) {
    return roundWide(sign, exponent, high - addend - u64(low < addendLow), low - addendLow, variant);
  }
  return roundWide(sign ^ SIGN, exponent, addend - high - u64(addendLow < low), addendLow - low, variant);
}

/**
 * FRA × FRC + FRB (minus with `SUBTRACT`, negated after rounding with `NEGATE`), rounded once as the variant says; bit patterns in and out,
 * `frt` is returned if the operation is suppressed.
 */
export function fused(a: u64, c: u64, b: u64, frt: u64, variant: u32): u64 {
  if (isSpecial(a) || isSpecial(b) || isSpecial(c)) return fusedSpecial(a, c, b, frt, variant);
  if (variant & SUBTRACT) b ^= SIGN;
  if (!isZero(a) && !isZero(c)) return fusedFinite(a, c, b, variant);
  if (!isZero(b)) return roundPack(b & SIGN, exponentOf(b), significandOf(b), variant);
  const sign = (a ^ c) & SIGN;
  return deliverZero(sign == b ? sign : cancellationSign(), variant);
}

/** fmadd: FRA × FRC + FRB. */
export function fmaddExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, 0);
}

/** fmadds: FRA × FRC + FRB, single. */
export function fmaddsExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, SINGLE);
}

/** fmsub: FRA × FRC − FRB. */
export function fmsubExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, SUBTRACT);
}

/** fmsubs: FRA × FRC − FRB, single. */
export function fmsubsExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, SUBTRACT | SINGLE);
}

/** fnmadd: −(FRA × FRC + FRB). */
export function fnmaddExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, NEGATE);
}

/** fnmadds: −(FRA × FRC + FRB), single. */
export function fnmaddsExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, NEGATE | SINGLE);
}

/** fnmsub: −(FRA × FRC − FRB). */
export function fnmsubExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, NEGATE | SUBTRACT);
}

/** fnmsubs: −(FRA × FRC − FRB), single. */
export function fnmsubsExact(a: u64, c: u64, b: u64, frt: u64): u64 {
  return fused(a, c, b, frt, NEGATE | SUBTRACT | SINGLE);
}
