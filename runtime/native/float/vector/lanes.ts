/**
 * Vector instructions on the exact path: lane by lane through the scalar functions (Power ISA Book I, 7.4). Exceptions of all lanes
 * accumulate; FR, FI and FPRF stay as they are; one enabled exception in any lane keeps the whole target. Lane 1 of a v128 is the manual's
 * doubleword 0.
 */

import { FPSCR_OFFSET } from '../../../../jit/abi/layout';
import { add } from '../add';
import { divide } from '../divide';
import { reciprocal, reciprocalSquareRoot } from '../estimate';
import { FEX, NI, OE, RN, STICKY, UE, VE, XE, ZE } from '../fpscr-bits';
import { updateFpscr } from '../fpscr-word';
import { fused } from '../fused';
import { materializeFpscr, OP_ADD, OP_DIVIDE, OP_FUSED, OP_MULTIPLY, OP_ROUND_TO_INTEGRAL, OP_SQUARE_ROOT } from '../materialize';
import { multiply } from '../multiply';
import { roundToIntegral } from '../round-to-integer';
import { doubleFromSingle, singleFromDouble } from '../single';
import { squareRoot } from '../square-root';
import { GREATEST, greater, lesser, roundByMode } from '../vsx-scalar';

/** Operations of lanes beside those of materialize.ts. */
export const OP_RECIPROCAL: u32 = 16 << 4;
export const OP_RECIPROCAL_ROOT: u32 = 17 << 4;
/** Variant `GREATEST`, or 0 for the least. */
export const OP_EXTREME: u32 = 18 << 4;
export const OP_ROUND_BY_MODE: u32 = 19 << 4;

/** The FPSCR's enables and modes. */
const CONTROLS: u32 = VE | OE | UE | ZE | XE | NI | RN;

/** Begins a vector instruction: the FPSCR forgets its exception bits, so that what the lanes raise can be told. Returns what it was. */
export function beginLanes(): u32 {
  materializeFpscr();
  const before = load<u32>(FPSCR_OFFSET);
  store<u32>(FPSCR_OFFSET, before & CONTROLS);
  return before;
}

/** Ends it: the FPSCR is what it was `before`, and what the lanes raised. Returns `result`, or `xt` if one of that is enabled. */
export function endLanes(before: u32, result: v128, xt: v128): v128 {
  const during = load<u32>(FPSCR_OFFSET);
  store<u32>(FPSCR_OFFSET, before);
  updateFpscr(during & STICKY, 0, 0);
  return during & FEX ? xt : result;
}

/** One lane in double format: as the manual writes it, `a` × `c` + `b` for fused ones, else `a` and `b`. */
function lane(operation: u32, a: u64, c: u64, b: u64, variant: u32): u64 {
  if (operation == OP_ADD) return add(a, b, 0, variant);
  if (operation == OP_MULTIPLY) return multiply(a, b, 0, variant);
  if (operation == OP_FUSED) return fused(a, c, b, 0, variant);
  if (operation == OP_DIVIDE) return divide(a, b, 0, variant);
  if (operation == OP_SQUARE_ROOT) return squareRoot(b, 0, variant);
  if (operation == OP_EXTREME) return variant & GREATEST ? greater(a, b, 0) : lesser(a, b, 0);
  if (operation == OP_ROUND_TO_INTEGRAL) return roundToIntegral(b, 0, variant);
  if (operation == OP_ROUND_BY_MODE) return roundByMode(b, 0);
  if (operation == OP_RECIPROCAL) return reciprocal(b, 0, variant);
  return reciprocalSquareRoot(b, 0, variant);
}

/** Two doubles; those of `doubleLanes` and `singleLanes` that an operation has not are ignored. */
export function doubleLanes(operation: u32, a: v128, c: v128, b: v128, xt: v128, variant: u32): v128 {
  const before = beginLanes();
  const first = lane(operation, high(a), high(c), high(b), variant);
  const second = lane(operation, low(a), low(c), low(b), variant);
  return endLanes(before, pair(first, second), xt);
}

/** Four singles; `variant` is what {@link doubleLanes} takes, with `SINGLE` for operations that know it. */
export function singleLanes(operation: u32, a: v128, c: v128, b: v128, xt: v128, variant: u32): v128 {
  const before = beginLanes();
  const first = narrow(lane(operation, single0(a), single0(c), single0(b), variant));
  const second = narrow(lane(operation, single1(a), single1(c), single1(b), variant));
  const third = narrow(lane(operation, single2(a), single2(c), single2(b), variant));
  const fourth = narrow(lane(operation, single3(a), single3(c), single3(b), variant));
  return endLanes(before, four(first, second, third, fourth), xt);
}

/** The single that holds the double `x` exactly. */
export function narrow(x: u64): u32 {
  return singleFromDouble(x);
}

/** Doublewords 0 and 1 as bit patterns. */
@inline
export function high(x: v128): u64 {
  return i64x2.extract_lane(x, 1);
}

@inline
export function low(x: v128): u64 {
  return i64x2.extract_lane(x, 0);
}

/** A vector of doublewords 0 and 1. */
@inline
export function pair(first: u64, second: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(second), 1, first);
}

/** A vector of words 0 to 3. */
@inline
export function four(first: u32, second: u32, third: u32, fourth: u32): v128 {
  return pair((u64(first) << 32) | second, (u64(third) << 32) | fourth);
}

/** Words 0 to 3, singles, in double format. */
@inline
export function single0(x: v128): u64 {
  return doubleFromSingle(i32x4.extract_lane(x, 3));
}

@inline
export function single1(x: v128): u64 {
  return doubleFromSingle(i32x4.extract_lane(x, 2));
}

@inline
export function single2(x: v128): u64 {
  return doubleFromSingle(i32x4.extract_lane(x, 1));
}

@inline
export function single3(x: v128): u64 {
  return doubleFromSingle(i32x4.extract_lane(x, 0));
}
