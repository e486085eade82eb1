/** Scalar VSX operations that the classic floating-point facility has not (Power ISA Book I, 7.6.3): maximum, minimum, rounding by mode, conversions. */

import { FPSCR_OFFSET } from '../../../jit/abi/layout';
import { deliverInfinity, deliverNaN, deliverZero, signalling } from './deliver';
import { isInfinite, isNaNBits, isSignalling, isZero, QUIET, SIGN } from './format';
import {
  CLASS_NEGATIVE_NORMALIZED,
  CLASS_NEGATIVE_ZERO,
  CLASS_POSITIVE_NORMALIZED,
  CLASS_POSITIVE_ZERO,
  FI,
  FR,
  RN,
  VE,
  XX,
} from './fpscr-bits';
import { deliverFpscr, updateFpscr } from './fpscr-word';
import { toInteger } from './integer';
import { materializeFpscr } from './materialize';
import { integral } from './round-to-integer';
import { doubleFromSingle, roundToSingle, singleFromDouble } from './single';

/** Variant of an extreme: the greatest. */
export const GREATEST: u32 = 1;

/** Raises VXSNAN if `a` or `b` signals; whether that suppresses the result. FR, FI and FPRF stay. */
function signals(a: u64, b: u64): bool {
  const raised = signalling(a) | signalling(b);
  if (raised == 0) return false;
  materializeFpscr();
  updateFpscr(raised, 0, 0);
  return (load<u32>(FPSCR_OFFSET) & VE) != 0;
}

/** What a maximum or minimum of which one is a NaN delivers: a signalling one quieted, else the number, else XA's. */
function extremeNaN(a: u64, b: u64): u64 {
  if (isSignalling(a)) return a | QUIET;
  if (isNaNBits(a)) return isNaNBits(b) ? a : b;
  return isSignalling(b) ? b | QUIET : a;
}

/** The greater of XA and XB (+0 of zeros); bit patterns, `xt` if VXSNAN is enabled. */
export function greater(a: u64, b: u64, xt: u64): u64 {
  if (isNaNBits(a) || isNaNBits(b)) return signals(a, b) ? xt : extremeNaN(a, b);
  if (isZero(a) && isZero(b)) return a & b;
  return reinterpret<f64>(a) > reinterpret<f64>(b) ? a : b;
}

/** The lesser of XA and XB (−0 of zeros); bit patterns, `xt` if VXSNAN is enabled. */
export function lesser(a: u64, b: u64, xt: u64): u64 {
  if (isNaNBits(a) || isNaNBits(b)) return signals(a, b) ? xt : extremeNaN(a, b);
  if (isZero(a) && isZero(b)) return a | b;
  return reinterpret<f64>(a) < reinterpret<f64>(b) ? a : b;
}

/** XB rounded to an integral number as FPSCR[RN] says, with FR, FI and XX; bit patterns, `xt` if the operation is suppressed. */
export function roundByMode(b: u64, xt: u64): u64 {
  if (isNaNBits(b)) return deliverNaN(b | QUIET, signalling(b), xt, 0);
  if (isInfinite(b)) return deliverInfinity(b & SIGN, 0);
  const x = reinterpret<f64>(b);
  const mode = load<u32>(FPSCR_OFFSET) & RN;
  // The directions of `integral` are numbered as the modes but for 0.
  const rounded = mode == 0 ? nearest<f64>(x) : integral(x, mode);
  const result = reinterpret<u64>(rounded);
  let fields = result & SIGN ? CLASS_NEGATIVE_NORMALIZED : CLASS_POSITIVE_NORMALIZED;
  if (isZero(result)) fields = result & SIGN ? CLASS_NEGATIVE_ZERO : CLASS_POSITIVE_ZERO;
  if (rounded == x) {
    deliverFpscr(0, fields);
    return result;
  }
  deliverFpscr(XX, fields | (abs<f64>(rounded) > abs<f64>(x) ? FI | FR : FI));
  return result;
}

/** The single `word` in double format, denormalized ones too a normalized number there; `xt` if the operation is suppressed. */
export function widen(word: u32, xt: u64): u64 {
  const b = doubleFromSingle(word);
  if (isNaNBits(b)) return deliverNaN(b | QUIET, signalling(b), xt, 0);
  if (isInfinite(b)) return deliverInfinity(b & SIGN, 0);
  if (isZero(b)) return deliverZero(b, 0);
  deliverFpscr(0, b & SIGN ? CLASS_NEGATIVE_NORMALIZED : CLASS_POSITIVE_NORMALIZED);
  return b;
}

/** Word 0 and word 1 of a result that the manual places in one of them: implementations fill both. */
export function twice(word: u32): u64 {
  return (u64(word) << 32) | word;
}

/** Whether VE suppresses what a conversion of `b` to single format would deliver. */
function suppressesNaN(b: u64): bool {
  return isSignalling(b) && (load<u32>(FPSCR_OFFSET) & VE) != 0;
}

/** xsmaxdp: the greater of XA and XB. */
export function xsmaxdp(a: f64, b: f64, xt: f64): f64 {
  return reinterpret<f64>(greater(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(xt)));
}

/** xsmindp: the lesser of XA and XB. */
export function xsmindp(a: f64, b: f64, xt: f64): f64 {
  return reinterpret<f64>(lesser(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(xt)));
}

/** xsrdpic: XB rounded to an integral number as FPSCR[RN] says. */
export function xsrdpic(b: f64, xt: f64): f64 {
  return reinterpret<f64>(roundByMode(reinterpret<u64>(b), reinterpret<u64>(xt)));
}

/** xscvdpsp: XB rounded to single, as words 0 and 1. */
export function xscvdpsp(b: f64, xt: f64): f64 {
  const bits = reinterpret<u64>(b);
  const suppressed = suppressesNaN(bits);
  const rounded = roundToSingle(bits, 0);
  return suppressed ? xt : reinterpret<f64>(twice(singleFromDouble(rounded)));
}

/** xscvspdp: the single in word 0 of XB in double format; a signalling NaN raises VXSNAN. */
export function xscvspdp(b: f64, xt: f64): f64 {
  return reinterpret<f64>(widen(u32(reinterpret<u64>(b) >> 32), reinterpret<u64>(xt)));
}

/** XB as an integer of 32 bits in words 0 and 1, toward zero. */
function toWords(b: f64, xt: f64, unsigned: bool): f64 {
  const old = reinterpret<u64>(xt);
  // Suppressed is what gives the old value back whatever that is.
  const integer = toInteger(reinterpret<u64>(b), SIGN, 1, 32, unsigned);
  return reinterpret<f64>(integer == SIGN ? old : twice(u32(integer)));
}

/** xscvdpsxws: XB as a signed word. */
export function xscvdpsxws(b: f64, xt: f64): f64 {
  return toWords(b, xt, false);
}

/** xscvdpuxws: XB as an unsigned word. */
export function xscvdpuxws(b: f64, xt: f64): f64 {
  return toWords(b, xt, true);
}
