/** fcmpu, fcmpo (Power ISA Book I, 4.6.8), fsel (4.6.9), ftdiv and ftsqrt (4.6.5.1). CR values: LT = 8, GT = 4, EQ = 2, unordered = 1. */

import { FPSCR_OFFSET, LAST_FP_OP_OFFSET } from '../../../jit/abi/layout';
import { isNaNBits, isSpecial, isZero, SIGN } from './format';
import { signalling } from './deliver';
import { FPCC, VE, VXVC } from './fpscr-bits';
import { OVERRIDES_FPCC, updateFpscr } from './fpscr-word';
import { materializeFpscr } from './materialize';

/** The CR value of comparing two numbers that are no NaNs. */
function ordered(a: f64, b: f64): u32 {
  return a < b ? 8 : a > b ? 4 : 2;
}

/** Notes the FPCC of an ordered comparison in the last-operation record and returns it. */
function recordOrdered(a: f64, b: f64): u32 {
  const condition = ordered(a, b);
  store<u32>(LAST_FP_OP_OFFSET, (load<u32>(LAST_FP_OP_OFFSET) & ~FPCC) | OVERRIDES_FPCC | (condition << 12));
  return condition;
}

/** A comparison with a NaN; `ordering` tells fcmpo from fcmpu. */
function compareUnordered(a: u64, b: u64, ordering: bool): u32 {
  materializeFpscr();
  let raised = signalling(a) | signalling(b);
  if (ordering && (raised == 0 || (load<u32>(FPSCR_OFFSET) & VE) == 0)) raised |= VXVC;
  updateFpscr(raised, FPCC, 1 << 12);
  return 1;
}

/** fcmpu: sets FPCC (and VXSNAN) and returns the CR value of FRA against FRB. */
export function fcmpu(a: f64, b: f64): u32 {
  if (a == a && b == b) return recordOrdered(a, b);
  return compareUnordered(reinterpret<u64>(a), reinterpret<u64>(b), false);
}

/** fcmpo: sets FPCC (and VXSNAN, VXVC) and returns the CR value of FRA against FRB. */
export function fcmpo(a: f64, b: f64): u32 {
  if (a == a && b == b) return recordOrdered(a, b);
  return compareUnordered(reinterpret<u64>(a), reinterpret<u64>(b), true);
}

/** fcmpu and fcmpo on bit patterns, through the FPSCR itself. */
export function fcmpuExact(a: u64, b: u64): u32 {
  return compareExact(a, b, false);
}

/** See {@link fcmpuExact}. */
export function fcmpoExact(a: u64, b: u64): u32 {
  return compareExact(a, b, true);
}

function compareExact(a: u64, b: u64, ordering: bool): u32 {
  if (isNaNBits(a) || isNaNBits(b)) return compareUnordered(a, b, ordering);
  materializeFpscr();
  const condition = ordered(reinterpret<f64>(a), reinterpret<f64>(b));
  updateFpscr(0, FPCC, condition << 12);
  return condition;
}

/** fsel: FRC if FRA ≥ 0 (zeros of both signs are), else FRB, also for a NaN. Touches no FPSCR and copies bits. */
export function fsel(a: u64, c: u64, b: u64): u64 {
  return reinterpret<f64>(a) >= 0 ? c : b;
}

/** Exponent field of `x`, unbiased. */
function rawExponent(x: u64): i32 {
  return (i32(x >> 52) & 0x7ff) - 1023;
}

/** ftdiv: the CR value (8 always; 4: an operand needs scaling or is special; 2: software division cannot be used as it is). */
export function ftdiv(a: u64, b: u64): u32 {
  const ea = rawExponent(a);
  const eb = rawExponent(b);
  const difference = ea - eb;
  const fe =
    isSpecial(a) || isSpecial(b) || eb <= -1022 || eb >= 1021 || (!isZero(a) && (difference >= 1023 || difference <= -1021 || ea <= -970));
  const fg = (a & ~SIGN) == 0x7ff << 52 || (b & ~SIGN) == 0x7ff << 52 || eb == -1023;
  return 8 | (fg ? 4 : 0) | (fe ? 2 : 0);
}

/** ftsqrt: the CR value, see {@link ftdiv}. */
export function ftsqrt(b: u64): u32 {
  const eb = rawExponent(b);
  const fe = isSpecial(b) || (b & SIGN) != 0 || eb <= -970;
  const fg = (b & ~SIGN) == 0x7ff << 52 || eb == -1023;
  return 8 | (fg ? 4 : 0) | (fe ? 2 : 0);
}
