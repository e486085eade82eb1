/**
 * xvcv: conversions between doubles, singles and integers (Power ISA Book I, 7.6.1.5 and 7.6.1.6). Of doublewords that hold one word, the manual
 * uses the upper one (words 0 and 2); results fill both. The old target is returned if an enabled exception suppresses the instruction.
 */

import { fromInteger, UNSIGNED } from '../from-integer';
import { quiet } from '../fast';
import { SINGLE } from '../format';
import { toInteger } from '../integer';
import { roundToSingle } from '../single';
import { twice, widen } from '../vsx-scalar';
import { inexactKnown, numberedSingles, ordinarySingles, zeroDoubles } from './fast';
import { beginLanes, endLanes, four, high, low, narrow, pair, single0, single1, single2, single3 } from './lanes';

/** Magnitudes up to this are exact as doubles, as singles. */
const EXACT_DOUBLE: u64 = 1 << 53;
const EXACT_SINGLE: u32 = 1 << 24;

/** Lanes 0 and 1 of `x`, singles or words, as words of both halves of doublewords. */
@inline
function spread(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 0, 0, 1, 1);
}

/** The singles in words 0 and 2, in double format. */
@inline
function promoteUpper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 1, 3, 1, 3));
}

/** xvcvdpsp: doubles to singles. */
export function xvcvdpsp(b: v128, xt: v128): v128 {
  const result = f32x4.demote_f64x2_zero(b);
  const fine = v128.shuffle<i32>(ordinarySingles(result), zeroDoubles(b), 0, 1, 4, 6);
  const sure = v128.or(fine, v128.shuffle<i32>(fine, fine, 2, 3, 0, 1));
  if (quiet() && i32x4.all_true(sure)) return spread(result);
  const before = beginLanes();
  const first = twice(narrow(roundToSingle(high(b), 0)));
  const second = twice(narrow(roundToSingle(low(b), 0)));
  return endLanes(before, pair(first, second), xt);
}

/** xvcvspdp: singles to doubles; only signalling NaNs matter to the FPSCR. */
export function xvcvspdp(b: v128, xt: v128): v128 {
  const result = promoteUpper(b);
  if (i64x2.all_true(f64x2.eq(result, result))) return result;
  const before = beginLanes();
  const first = widen(i32x4.extract_lane(b, 3), 0);
  const second = widen(i32x4.extract_lane(b, 1), 0);
  return endLanes(before, pair(first, second), xt);
}

/** Whether all lanes lie in `least` ≤ x < `limit` and truncating `x` to `whole` may leave the FPSCR alone. */
@inline
function convertible(x: v128, whole: v128, least: f64, limit: f64): bool {
  const fits = v128.and(f64x2.ge(whole, f64x2.splat(least)), f64x2.lt(whole, f64x2.splat(limit)));
  return i64x2.all_true(fits) && (inexactKnown() || i64x2.all_true(f64x2.eq(x, whole)));
}

/** Two doubles to integers of `width` bits, on the exact path. */
function doublesToIntegers(first: u64, second: u64, xt: v128, width: i32, unsigned: bool): v128 {
  const before = beginLanes();
  let x = toInteger(first, 0, 1, width, unsigned);
  let y = toInteger(second, 0, 1, width, unsigned);
  if (width == 32) {
    x = twice(u32(x));
    y = twice(u32(y));
  }
  return endLanes(before, pair(x, y), xt);
}

/** Doublewords of doubles that are known to fit. */
@inline
function signedDoublewords(whole: v128): v128 {
  return i64x2.replace_lane(i64x2.splat(i64(f64x2.extract_lane(whole, 0))), 1, i64(f64x2.extract_lane(whole, 1)));
}

@inline
function unsignedDoublewords(whole: v128): v128 {
  return pair(u64(f64x2.extract_lane(whole, 1)), u64(f64x2.extract_lane(whole, 0)));
}

/** xvcvdpsxds: doubles to signed doublewords. */
export function xvcvdpsxds(b: v128, xt: v128): v128 {
  const whole = f64x2.trunc(b);
  if (convertible(b, whole, -9223372036854775808.0, 9223372036854775808.0)) return signedDoublewords(whole);
  return doublesToIntegers(high(b), low(b), xt, 64, false);
}

/** xvcvdpuxds: doubles to unsigned doublewords. */
export function xvcvdpuxds(b: v128, xt: v128): v128 {
  const whole = f64x2.trunc(b);
  if (convertible(b, whole, 0, 18446744073709551616.0)) return unsignedDoublewords(whole);
  return doublesToIntegers(high(b), low(b), xt, 64, true);
}

/** xvcvdpsxws: doubles to signed words. */
export function xvcvdpsxws(b: v128, xt: v128): v128 {
  const whole = f64x2.trunc(b);
  if (convertible(b, whole, -2147483648.0, 2147483648.0)) return spread(i32x4.trunc_sat_f64x2_s_zero(b));
  return doublesToIntegers(high(b), low(b), xt, 32, false);
}

/** xvcvdpuxws: doubles to unsigned words. */
export function xvcvdpuxws(b: v128, xt: v128): v128 {
  const whole = f64x2.trunc(b);
  if (convertible(b, whole, 0, 4294967296.0)) return spread(i32x4.trunc_sat_f64x2_u_zero(b));
  return doublesToIntegers(high(b), low(b), xt, 32, true);
}

/** xvcvspsxds: singles to signed doublewords. */
export function xvcvspsxds(b: v128, xt: v128): v128 {
  const x = promoteUpper(b);
  const whole = f64x2.trunc(x);
  if (convertible(x, whole, -9223372036854775808.0, 9223372036854775808.0)) return signedDoublewords(whole);
  return doublesToIntegers(single0(b), single2(b), xt, 64, false);
}

/** xvcvspuxds: singles to unsigned doublewords. */
export function xvcvspuxds(b: v128, xt: v128): v128 {
  const x = promoteUpper(b);
  const whole = f64x2.trunc(x);
  if (convertible(x, whole, 0, 18446744073709551616.0)) return unsignedDoublewords(whole);
  return doublesToIntegers(single0(b), single2(b), xt, 64, true);
}

/** Four singles to words, on the exact path. */
function singlesToWords(b: v128, xt: v128, unsigned: bool): v128 {
  const before = beginLanes();
  const first = u32(toInteger(single0(b), 0, 1, 32, unsigned));
  const second = u32(toInteger(single1(b), 0, 1, 32, unsigned));
  const third = u32(toInteger(single2(b), 0, 1, 32, unsigned));
  const fourth = u32(toInteger(single3(b), 0, 1, 32, unsigned));
  return endLanes(before, four(first, second, third, fourth), xt);
}

/** xvcvspsxws: singles to signed words. */
export function xvcvspsxws(b: v128, xt: v128): v128 {
  const whole = f32x4.trunc(b);
  const fits = v128.and(f32x4.ge(whole, f32x4.splat(-2147483648.0)), f32x4.lt(whole, f32x4.splat(2147483648.0)));
  if (i32x4.all_true(fits) && (inexactKnown() || i32x4.all_true(f32x4.eq(b, whole)))) return i32x4.trunc_sat_f32x4_s(b);
  return singlesToWords(b, xt, false);
}

/** xvcvspuxws: singles to unsigned words. */
export function xvcvspuxws(b: v128, xt: v128): v128 {
  const whole = f32x4.trunc(b);
  const fits = v128.and(f32x4.ge(whole, f32x4.splat(0)), f32x4.lt(whole, f32x4.splat(4294967296.0)));
  if (i32x4.all_true(fits) && (inexactKnown() || i32x4.all_true(f32x4.eq(b, whole)))) return i32x4.trunc_sat_f32x4_u(b);
  return singlesToWords(b, xt, true);
}

/** Two doublewords to doubles, or to singles in both words, on the exact path. */
function fromDoublewords(b: v128, xt: v128, variant: u32): v128 {
  const before = beginLanes();
  let first = fromInteger(high(b), variant);
  let second = fromInteger(low(b), variant);
  if (variant & SINGLE) {
    first = twice(narrow(first));
    second = twice(narrow(second));
  }
  return endLanes(before, pair(first, second), xt);
}

/** Whether both doublewords, as signed numbers, have magnitudes below `bound`, a power of 2. */
@inline
function smallSigned(b: v128, bound: u64): bool {
  return ((high(b) + bound) | (low(b) + bound)) < 2 * bound;
}

@inline
function signedDoubles(b: v128): v128 {
  return f64x2.replace_lane(f64x2.splat(f64(i64x2.extract_lane(b, 0))), 1, f64(i64x2.extract_lane(b, 1)));
}

/** xvcvsxddp: signed doublewords to doubles. */
export function xvcvsxddp(b: v128, xt: v128): v128 {
  if (quiet() || smallSigned(b, EXACT_DOUBLE)) return signedDoubles(b);
  return fromDoublewords(b, xt, 0);
}

/** xvcvuxddp: unsigned doublewords to doubles. */
export function xvcvuxddp(b: v128, xt: v128): v128 {
  if (quiet() || (high(b) | low(b)) < EXACT_DOUBLE) return f64x2.replace_lane(f64x2.splat(f64(low(b))), 1, f64(high(b)));
  return fromDoublewords(b, xt, UNSIGNED);
}

/** xvcvsxdsp: signed doublewords to singles. */
export function xvcvsxdsp(b: v128, xt: v128): v128 {
  if (!quiet() && !smallSigned(b, EXACT_SINGLE)) return fromDoublewords(b, xt, SINGLE);
  return spread(f32x4.replace_lane(f32x4.splat(f32(i64x2.extract_lane(b, 0))), 1, f32(i64x2.extract_lane(b, 1))));
}

/** xvcvuxdsp: unsigned doublewords to singles. */
export function xvcvuxdsp(b: v128, xt: v128): v128 {
  if (!quiet() && (high(b) | low(b)) >= EXACT_SINGLE) return fromDoublewords(b, xt, UNSIGNED | SINGLE);
  return spread(f32x4.replace_lane(f32x4.splat(f32(low(b))), 1, f32(high(b))));
}

/** The single nearest to an integer, as the exact path rounds it. */
function singleOf(integer: u64): u32 {
  return narrow(fromInteger(integer, SINGLE));
}

/** xvcvsxwsp: signed words to singles. */
export function xvcvsxwsp(b: v128, xt: v128): v128 {
  const small = i32x4.le_u(i32x4.abs(b), i32x4.splat(EXACT_SINGLE));
  if (quiet() || i32x4.all_true(small)) return f32x4.convert_i32x4_s(b);
  const before = beginLanes();
  const first = singleOf(i64(i32x4.extract_lane(b, 3)));
  const second = singleOf(i64(i32x4.extract_lane(b, 2)));
  const third = singleOf(i64(i32x4.extract_lane(b, 1)));
  const fourth = singleOf(i64(i32x4.extract_lane(b, 0)));
  return endLanes(before, four(first, second, third, fourth), xt);
}

/** xvcvuxwsp: unsigned words to singles. */
export function xvcvuxwsp(b: v128, xt: v128): v128 {
  if (quiet() || i32x4.all_true(i32x4.le_u(b, i32x4.splat(EXACT_SINGLE)))) return f32x4.convert_i32x4_u(b);
  const before = beginLanes();
  const first = singleOf(u32(i32x4.extract_lane(b, 3)));
  const second = singleOf(u32(i32x4.extract_lane(b, 2)));
  const third = singleOf(u32(i32x4.extract_lane(b, 1)));
  const fourth = singleOf(u32(i32x4.extract_lane(b, 0)));
  return endLanes(before, four(first, second, third, fourth), xt);
}
