/** Conversions between floating-point numbers and integers (Power ISA Book I, 4.6.7.2), exactly. */

import { FPSCR_OFFSET } from '../../../jit/abi/layout';
import { deliverZero, signalling } from './deliver';
import { exponentOf, isNaNBits, isSpecial, isZero, SIGN, significandOf, shiftRightJam, SINGLE } from './format';
import { FI, FR, RN, VE, VXCVI, XX } from './fpscr-bits';
import { updateFpscr } from './fpscr-word';
import { materializeFpscr } from './materialize';
import { roundPack, roundsUp } from './round';

/** A conversion that has no answer: `limit`, or `frt` if VE is set. FR and FI become 0, FPRF (undefined) keeps its value. */
function deliverLimit(limit: u64, raised: u32, frt: u64): u64 {
  const suppressed = (load<u32>(FPSCR_OFFSET) & VE) != 0;
  updateFpscr(raised, FR | FI, 0);
  return suppressed ? frt : limit;
}

/**
 * FRB converted to an integer of `width` bits (32 or 64), rounded in `mode`; the result and limits as 64-bit patterns. A signed word is
 * sign-extended, an unsigned one zero-extended: the architecture leaves the upper word undefined. A NaN gives the least number.
 */
export function toInteger(b: u64, frt: u64, mode: u32, width: i32, unsigned: bool): u64 {
  materializeFpscr();
  const negative = (b & SIGN) != 0;
  const least: u64 = unsigned ? 0 : ~u64(0) << (width - 1);
  const greatest: u64 = ~u64(0) >> (64 - width + (unsigned ? 0 : 1));
  if (isNaNBits(b)) return deliverLimit(least, VXCVI | signalling(b), frt);
  const limit = negative ? least : greatest;
  if (isSpecial(b)) return deliverLimit(limit, VXCVI, frt);
  let magnitude: u64 = 0;
  let raised: u32 = 0;
  let fields: u32 = 0;
  if (!isZero(b)) {
    const exponent = exponentOf(b);
    if (exponent > 63) return deliverLimit(limit, VXCVI, frt);
    const significand = significandOf(b);
    const whole = 63 - exponent;
    magnitude = whole < 64 ? significand >> whole : 0;
    // What lies below the units, its leading one weighing a half in bit 63.
    const rest = whole == 0 ? 0 : whole <= 64 ? significand << (64 - whole) : shiftRightJam(significand, whole - 64);
    if (rest != 0) {
      raised = XX;
      fields = FI;
      if (roundsUp(mode, negative, rest, SIGN, (magnitude & 1) != 0)) {
        magnitude++;
        fields |= FR;
      }
    }
  }
  // No double rounds up beyond 64 bits: from 2^53 on they are integers.
  const beyond = negative ? magnitude > 0 - least : magnitude > greatest;
  if (beyond) return deliverLimit(limit, VXCVI, frt);
  updateFpscr(raised, FR | FI, fields);
  return negative ? 0 - magnitude : magnitude;
}

/** The rounding mode that FPSCR[RN] selects. */
function currentMode(): u32 {
  return load<u32>(FPSCR_OFFSET) & RN;
}

/** fctiw: to a signed word. */
export function fctiwExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, currentMode(), 32, false);
}

/** fctiwz: to a signed word, toward zero. */
export function fctiwzExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, 1, 32, false);
}

/** fctiwu: to an unsigned word. */
export function fctiwuExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, currentMode(), 32, true);
}

/** fctiwuz: to an unsigned word, toward zero. */
export function fctiwuzExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, 1, 32, true);
}

/** fctid: to a signed doubleword. */
export function fctidExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, currentMode(), 64, false);
}

/** fctidz: to a signed doubleword, toward zero. */
export function fctidzExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, 1, 64, false);
}

/** fctidu: to an unsigned doubleword. */
export function fctiduExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, currentMode(), 64, true);
}

/** fctiduz: to an unsigned doubleword, toward zero. */
export function fctiduzExact(b: u64, frt: u64): u64 {
  return toInteger(b, frt, 1, 64, true);
}
