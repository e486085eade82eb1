/** Rounding and packing of an exact intermediate result (Power ISA Book I, 4.3.5, 4.3.6, 4.4.3, 4.4.4, 4.4.5). */

import { FPSCR_OFFSET } from '../../../jit/abi/layout';
import { ESTIMATE, FRACTION, INFINITY_BITS, NEGATE, shiftRightJam, SIGN, SINGLE } from './format';
import {
  CLASS_NEGATIVE_DENORMALIZED,
  CLASS_NEGATIVE_INFINITY,
  CLASS_NEGATIVE_NORMALIZED,
  CLASS_NEGATIVE_ZERO,
  CLASS_POSITIVE_DENORMALIZED,
  CLASS_POSITIVE_INFINITY,
  CLASS_POSITIVE_NORMALIZED,
  CLASS_POSITIVE_ZERO,
  FI,
  FR,
  OE,
  OX,
  RN,
  UE,
  UX,
  XX,
} from './fpscr-bits';
import { deliverFpscr } from './fpscr-word';

/** Whether rounding a magnitude adds one unit: `rest` is what lies below the last kept bit, `half` its midpoint, `odd` that last bit. */
export function roundsUp(mode: u32, negative: bool, rest: u64, half: u64, odd: bool): bool {
  if (rest == 0) return false;
  if (mode == 0) return rest > half || (rest == half && odd);
  return mode == 2 ? !negative : mode == 3 && negative;
}

/** The class of a nonzero, finite result, or of a zero, for FPRF. */
function classOf(negative: bool, kept: u64, hidden: u64): u32 {
  if (kept == 0) return negative ? CLASS_NEGATIVE_ZERO : CLASS_POSITIVE_ZERO;
  if (kept < hidden) return negative ? CLASS_NEGATIVE_DENORMALIZED : CLASS_POSITIVE_DENORMALIZED;
  return negative ? CLASS_NEGATIVE_NORMALIZED : CLASS_POSITIVE_NORMALIZED;
}

/** `kept` × 2^(`exponent` − `width` + 1) in the double format; `kept` has at most `width` bits, fewer only if it is denormalized. */
function pack(sign: u64, exponent: i32, kept: u64, width: i32): u64 {
  if (kept == 0) return sign;
  if (width == 53 && kept >> 52 == 0) return sign | kept;
  const leading = i32(clz<u64>(kept));
  const field = exponent + 64 - width - leading + 1023;
  return sign | (u64(field & 0x7ff) << 52) | ((kept << (leading - 11)) & FRACTION);
}

/** The result of a disabled overflow: an infinity, or the largest number if the mode rounds toward zero on this side. */
function overflowed(sign: u64, toInfinity: bool, variant: u32): u64 {
  if (toInfinity) return sign | INFINITY_BITS;
  const largest: u64 = variant & SINGLE ? 0x47efffffe0000000 : INFINITY_BITS - 1;
  return sign | largest;
}

/**
 * Rounds `significand` / 2^63 × 2^`exponent` (leading one in bit 63, bit 0 sticky) with the sign bit `sign` as FPSCR[RN] says, sets FR, FI,
 * FPRF, OX, UX and XX, and returns the result. Tininess is detected before rounding. With OE or UE set, the exponent of an overflowed or
 * tiny result is adjusted by 1536 (192 for singles) and the result is a normalized number; an adjusted exponent beyond the double
 * format, which only operands outside the single format can cause, is undefined by the architecture and kept modulo 2048.
 */
export function roundPack(sign: u64, exponent: i32, significand: u64, variant: u32): u64 {
  const fpscr = load<u32>(FPSCR_OFFSET);
  const single = (variant & SINGLE) != 0;
  const width = single ? 24 : 53;
  const dropped = 64 - width;
  const hidden: u64 = u64(1) << (width - 1);
  const least = single ? -126 : -1022;
  const adjustment = single ? 192 : 1536;
  const mode = fpscr & RN;
  let raised: u32 = 0;
  let fields: u32 = 0;

  let tiny = exponent < least;
  if (tiny) {
    if (fpscr & UE) {
      raised = UX;
      exponent += adjustment;
      tiny = false;
    } else {
      significand = shiftRightJam(significand, least - exponent);
      exponent = least;
    }
  }

  const unit: u64 = u64(1) << dropped;
  const rest = significand & (unit - 1);
  let kept = significand >> dropped;
  if (rest != 0) {
    raised |= tiny ? UX | XX : XX;
    fields = FI;
    if (roundsUp(mode, sign != 0, rest, unit >> 1, (kept & 1) != 0)) {
      fields |= FR;
      kept++;
      if (kept >> width) {
        kept >>= 1;
        exponent++;
      }
    }
  }

  const delivered = variant & NEGATE ? sign ^ SIGN : sign;
  let result: u64;
  if (exponent > 1 - least && (fpscr & OE) == 0) {
    raised |= OX | XX;
    const toInfinity = mode == 0 || (mode == 2 && sign == 0) || (mode == 3 && sign != 0);
    result = overflowed(delivered, toInfinity, variant);
    fields |= toInfinity
      ? FI | (delivered ? CLASS_NEGATIVE_INFINITY : CLASS_POSITIVE_INFINITY)
      : FI | (delivered ? CLASS_NEGATIVE_NORMALIZED : CLASS_POSITIVE_NORMALIZED);
  } else {
    if (exponent > 1 - least) {
      raised |= OX;
      exponent -= adjustment;
    }
    fields |= classOf(delivered != 0, kept, hidden);
    result = pack(delivered, exponent, kept, width);
  }
  if (variant & ESTIMATE) {
    raised &= ~XX;
    fields &= ~(FI | FR);
  }
  deliverFpscr(raised, fields);
  return result;
}

/** Like {@link roundPack}, for a significand whose leading one may have slipped to bit 62 because its residual was negative. */
export function roundSlipped(sign: u64, exponent: i32, significand: u64, variant: u32): u64 {
  if (significand >> 63) return roundPack(sign, exponent, significand, variant);
  return roundPack(sign, exponent - 1, significand << 1, variant);
}
