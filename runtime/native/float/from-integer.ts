/** Conversions of doubleword integers to floating point (Power ISA Book I, 4.6.7.2), exactly. */

import { deliverZero } from './deliver';
import { SIGN, SINGLE } from './format';
import { roundPack } from './round';

/** Variant bit: the integer is unsigned. */
export const UNSIGNED: u32 = 8;

/** The integer `b` as a floating-point number, rounded as the variant says. */
export function fromInteger(b: u64, variant: u32): u64 {
  if (b == 0) return deliverZero(0, variant);
  const negative = (variant & UNSIGNED) == 0 && b >> 63 != 0;
  const magnitude = negative ? 0 - b : b;
  const leading = i32(clz<u64>(magnitude));
  return roundPack(negative ? SIGN : 0, 63 - leading, magnitude << leading, variant & SINGLE);
}

/** fcfid: a signed doubleword to double. */
export function fcfidExact(b: u64): u64 {
  return fromInteger(b, 0);
}

/** fcfids: a signed doubleword to single, rounded once. */
export function fcfidsExact(b: u64): u64 {
  return fromInteger(b, SINGLE);
}

/** fcfidu: an unsigned doubleword to double. */
export function fcfiduExact(b: u64): u64 {
  return fromInteger(b, UNSIGNED);
}

/** fcfidus: an unsigned doubleword to single, rounded once. */
export function fcfidusExact(b: u64): u64 {
  return fromInteger(b, UNSIGNED | SINGLE);
}
