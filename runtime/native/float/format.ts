/** Bit patterns of the 64-bit floating-point format (Power ISA Book I, 4.3) and the variants of one operation. */

/** The sign bit. */
export const SIGN: u64 = 1 << 63;
/** The fraction field. */
export const FRACTION: u64 = (1 << 52) - 1;
/** The implicit bit of a normalized number, at its place in the 53-bit significand. */
export const HIDDEN: u64 = 1 << 52;
/** Positive infinity; as a mask, the exponent field. */
export const INFINITY_BITS: u64 = 0x7ff << 52;
/** The bit that tells a quiet NaN from a signalling one. */
export const QUIET: u64 = 1 << 51;
/** The QNaN that invalid operations deliver (Book I, 4.4.1). */
export const DEFAULT_NAN: u64 = 0x7ff8 << 48;
/** Fraction bits that the single format has not. */
export const BELOW_SINGLE: u64 = (1 << 29) - 1;

/** Variant bit: the result is rounded to the single format. */
export const SINGLE: u32 = 1;
/** Variant bit: an estimate, which reports no inexactness (FR and FI, undefined there, become 0). */
export const ESTIMATE: u32 = 2;
/** Variant bit: the rounded result is negated unless it is a NaN. */
export const NEGATE: u32 = 4;
/** Variant bit: FRB is subtracted. */
export const SUBTRACT: u32 = 8;

/** Whether `x` is a NaN. */
export function isNaNBits(x: u64): bool {
  return (x & ~SIGN) > INFINITY_BITS;
}

/** Whether `x` is a signalling NaN. */
export function isSignalling(x: u64): bool {
  return isNaNBits(x) && (x & QUIET) == 0;
}

/** Whether `x` is an infinity. */
export function isInfinite(x: u64): bool {
  return (x & ~SIGN) == INFINITY_BITS;
}

/** Whether `x` is a zero of either sign. */
export function isZero(x: u64): bool {
  return x << 1 == 0;
}

/** Whether `x` is an infinity or a NaN. */
export function isSpecial(x: u64): bool {
  return (x & INFINITY_BITS) == INFINITY_BITS;
}

/** Unbiased exponent of a finite, nonzero `x`, as if denormalized numbers had been normalized. */
export function exponentOf(x: u64): i32 {
  const field = i32(x >> 52) & 0x7ff;
  return field != 0 ? field - 1023 : -1011 - i32(clz<u64>(x & FRACTION));
}

/** Significand of a finite, nonzero `x`, shifted so that its leading one is bit 63 (counted from the right). */
export function significandOf(x: u64): u64 {
  const fraction = x & FRACTION;
  return (x & INFINITY_BITS) != 0 ? (fraction | HIDDEN) << 11 : fraction << clz<u64>(fraction);
}

/** The double with exponent 0 (a value in [1, 2)) whose significand is `significand`, leading one in bit 63. */
export function unitDouble(significand: u64): f64 {
  return reinterpret<f64>(((significand >> 11) & FRACTION) | (1023 << 52));
}

/** `x` shifted right by `count` ≥ 0; bit 0 of the result is also set if a one was lost. */
export function shiftRightJam(x: u64, count: i32): u64 {
  if (count == 0) return x;
  if (count > 63) return u64(x != 0);
  return (x >> count) | u64(x << (64 - count) != 0);
}

/**
 * An exact quantity given as the nearest 53-bit integer and the sign of what is missing, as a 64-bit significand with a sticky bit:
 * right for every rounding to 53 or fewer bits. The leading one may be bit 62 if `residual` is negative.
 */
export function withResidual(nearest: u64, residual: i64): u64 {
  const above = nearest << 11;
  return residual == 0 ? above : residual > 0 ? above | 1 : above - 1;
}
