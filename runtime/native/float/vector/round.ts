/** xvrdpi, xvrspi and kin: rounding to integral numbers (Power ISA Book I, 7.6.1.7). Only the forms that round as FPSCR[RN] says can set XX. */

import { FPSCR_OFFSET } from '../../../../jit/abi/layout';
import { RN } from '../fpscr-bits';
import { OP_ROUND_TO_INTEGRAL } from '../materialize';
import { DOWNWARD, NEAREST_AWAY, TOWARD_ZERO, UPWARD } from '../round-to-integer';
import { inexactKnown, numberedDoubles, numberedSingles } from './fast';
import { doubleLanes, OP_ROUND_BY_MODE, singleLanes } from './lanes';

/** Numbers and infinities of `b` rounded in `direction`. */
@inline
function integralDoubles(b: v128, direction: u32): v128 {
  if (direction == UPWARD) return f64x2.ceil(b);
  if (direction == DOWNWARD) return f64x2.floor(b);
  const whole = f64x2.trunc(b);
  if (direction == TOWARD_ZERO) return whole;
  const away = f64x2.add(whole, v128.bitselect(b, f64x2.splat(1), i64x2.splat(i64.MIN_VALUE)));
  return v128.bitselect(away, whole, f64x2.ge(f64x2.abs(f64x2.sub(b, whole)), f64x2.splat(0.5)));
}

@inline
function integralSingles(b: v128, direction: u32): v128 {
  if (direction == UPWARD) return f32x4.ceil(b);
  if (direction == DOWNWARD) return f32x4.floor(b);
  const whole = f32x4.trunc(b);
  if (direction == TOWARD_ZERO) return whole;
  const away = f32x4.add(whole, v128.bitselect(b, f32x4.splat(1), i32x4.splat(i32.MIN_VALUE)));
  return v128.bitselect(away, whole, f32x4.ge(f32x4.abs(f32x4.sub(b, whole)), f32x4.splat(0.5)));
}

@inline
function doubles(b: v128, xt: v128, direction: u32): v128 {
  if (numberedDoubles(b, b)) return integralDoubles(b, direction);
  return doubleLanes(OP_ROUND_TO_INTEGRAL, b, b, b, xt, direction);
}

@inline
function singles(b: v128, xt: v128, direction: u32): v128 {
  if (numberedSingles(b, b)) return integralSingles(b, direction);
  return singleLanes(OP_ROUND_TO_INTEGRAL, b, b, b, xt, direction);
}

/** xvrdpi: to nearest, ties away from zero. */
export function xvrdpi(b: v128, xt: v128): v128 {
  return doubles(b, xt, NEAREST_AWAY);
}

/** xvrdpiz: toward zero. */
export function xvrdpiz(b: v128, xt: v128): v128 {
  return doubles(b, xt, TOWARD_ZERO);
}

/** xvrdpip: toward +infinity. */
export function xvrdpip(b: v128, xt: v128): v128 {
  return doubles(b, xt, UPWARD);
}

/** xvrdpim: toward -infinity. */
export function xvrdpim(b: v128, xt: v128): v128 {
  return doubles(b, xt, DOWNWARD);
}

/** xvrspi: to nearest, ties away from zero. */
export function xvrspi(b: v128, xt: v128): v128 {
  return singles(b, xt, NEAREST_AWAY);
}

/** xvrspiz: toward zero. */
export function xvrspiz(b: v128, xt: v128): v128 {
  return singles(b, xt, TOWARD_ZERO);
}

/** xvrspip: toward +infinity. */
export function xvrspip(b: v128, xt: v128): v128 {
  return singles(b, xt, UPWARD);
}

/** xvrspim: toward -infinity. */
export function xvrspim(b: v128, xt: v128): v128 {
  return singles(b, xt, DOWNWARD);
}

/** xvrdpic: as FPSCR[RN] says, whose numbers for modes but nearest are those of directions. */
export function xvrdpic(b: v128, xt: v128): v128 {
  const mode = load<u32>(FPSCR_OFFSET) & RN;
  const result = mode == 0 ? f64x2.nearest(b) : integralDoubles(b, mode);
  if (i64x2.all_true(f64x2.eq(result, b)) || (inexactKnown() && numberedDoubles(b, b))) return result;
  return doubleLanes(OP_ROUND_BY_MODE, b, b, b, xt, 0);
}

/** xvrspic: as FPSCR[RN] says. */
export function xvrspic(b: v128, xt: v128): v128 {
  const mode = load<u32>(FPSCR_OFFSET) & RN;
  const result = mode == 0 ? f32x4.nearest(b) : integralSingles(b, mode);
  if (i32x4.all_true(f32x4.eq(result, b)) || (inexactKnown() && numberedSingles(b, b))) return result;
  return singleLanes(OP_ROUND_BY_MODE, b, b, b, xt, 0);
}
