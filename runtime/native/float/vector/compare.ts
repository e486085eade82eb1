/**
 * xvcmpeq, xvcmpge, xvcmpgt, xvmax, xvmin (Power ISA Book I, 7.6.1.3.2 and 7.6.1.4), and the tests before software division and root. Operands
 * in assembler order, then the old target, which is returned if an enabled exception in any lane suppresses the instruction.
 */

import { FPSCR_OFFSET } from '../../../../jit/abi/layout';
import { ftdiv, ftsqrt } from '../compare';
import { signalling } from '../deliver';
import { isNaNBits } from '../format';
import { VE, VXVC } from '../fpscr-bits';
import { updateFpscr } from '../fpscr-word';
import { GREATEST } from '../vsx-scalar';
import { numberedDoubles, numberedSingles } from './fast';
import {
  beginLanes,
  doubleLanes,
  endLanes,
  four,
  high,
  low,
  OP_EXTREME,
  pair,
  single0,
  single1,
  single2,
  single3,
  singleLanes,
} from './lanes';

/** Which comparison. */
const EQUAL: u32 = 0;
const GREATER_OR_EQUAL: u32 = 1;
const GREATER: u32 = 2;

/** One lane: all ones if the comparison holds. Only the ordering ones mind quiet NaNs. */
function compare(a: u64, b: u64, kind: u32): u64 {
  if (isNaNBits(a) || isNaNBits(b)) {
    let raised = signalling(a) | signalling(b);
    if (kind != EQUAL && (raised == 0 || (load<u32>(FPSCR_OFFSET) & VE) == 0)) raised |= VXVC;
    updateFpscr(raised, 0, 0);
    return 0;
  }
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  const holds = kind == EQUAL ? x == y : kind == GREATER ? x > y : x >= y;
  return holds ? ~u64(0) : 0;
}

function compareDoubles(a: v128, b: v128, xt: v128, kind: u32): v128 {
  const before = beginLanes();
  const first = compare(high(a), high(b), kind);
  const second = compare(low(a), low(b), kind);
  return endLanes(before, pair(first, second), xt);
}

function compareSingles(a: v128, b: v128, xt: v128, kind: u32): v128 {
  const before = beginLanes();
  const first = u32(compare(single0(a), single0(b), kind));
  const second = u32(compare(single1(a), single1(b), kind));
  const third = u32(compare(single2(a), single2(b), kind));
  const fourth = u32(compare(single3(a), single3(b), kind));
  return endLanes(before, four(first, second, third, fourth), xt);
}

/** xvcmpeqdp: masks of the lanes of XA that equal those of XB. */
export function xvcmpeqdp(a: v128, b: v128, xt: v128): v128 {
  return numberedDoubles(a, b) ? f64x2.eq(a, b) : compareDoubles(a, b, xt, EQUAL);
}

/** xvcmpeqsp. */
export function xvcmpeqsp(a: v128, b: v128, xt: v128): v128 {
  return numberedSingles(a, b) ? f32x4.eq(a, b) : compareSingles(a, b, xt, EQUAL);
}

/** xvcmpgedp: masks of the lanes of XA that are not less than those of XB. */
export function xvcmpgedp(a: v128, b: v128, xt: v128): v128 {
  return numberedDoubles(a, b) ? f64x2.ge(a, b) : compareDoubles(a, b, xt, GREATER_OR_EQUAL);
}

/** xvcmpgesp. */
export function xvcmpgesp(a: v128, b: v128, xt: v128): v128 {
  return numberedSingles(a, b) ? f32x4.ge(a, b) : compareSingles(a, b, xt, GREATER_OR_EQUAL);
}

/** xvcmpgtdp: masks of the lanes of XA that are greater than those of XB. */
export function xvcmpgtdp(a: v128, b: v128, xt: v128): v128 {
  return numberedDoubles(a, b) ? f64x2.gt(a, b) : compareDoubles(a, b, xt, GREATER);
}

/** xvcmpgtsp. */
export function xvcmpgtsp(a: v128, b: v128, xt: v128): v128 {
  return numberedSingles(a, b) ? f32x4.gt(a, b) : compareSingles(a, b, xt, GREATER);
}

/** xvmaxdp: the greater of each two lanes, +0 of zeros. */
export function xvmaxdp(a: v128, b: v128, xt: v128): v128 {
  return numberedDoubles(a, b) ? f64x2.max(a, b) : doubleLanes(OP_EXTREME, a, a, b, xt, GREATEST);
}

/** xvmaxsp. */
export function xvmaxsp(a: v128, b: v128, xt: v128): v128 {
  return numberedSingles(a, b) ? f32x4.max(a, b) : singleLanes(OP_EXTREME, a, a, b, xt, GREATEST);
}

/** xvmindp: the lesser of each two lanes, −0 of zeros. */
export function xvmindp(a: v128, b: v128, xt: v128): v128 {
  return numberedDoubles(a, b) ? f64x2.min(a, b) : doubleLanes(OP_EXTREME, a, a, b, xt, 0);
}

/** xvminsp. */
export function xvminsp(a: v128, b: v128, xt: v128): v128 {
  return numberedSingles(a, b) ? f32x4.min(a, b) : singleLanes(OP_EXTREME, a, a, b, xt, 0);
}

/** xvtdivdp: the CR value, as ../compare.ts describes it, of both lanes together. */
export function xvtdivdp(a: v128, b: v128): u32 {
  return ftdiv(high(a), high(b)) | ftdiv(low(a), low(b));
}

/** xvtsqrtdp. */
export function xvtsqrtdp(b: v128): u32 {
  return ftsqrt(high(b)) | ftsqrt(low(b));
}

/** Exponent of the single `x`, unbiased: −127 for zeros and denormalized numbers, 128 for infinities and NaNs. */
function exponent(x: u32): i32 {
  return (i32(x >> 23) & 0xff) - 127;
}

/** The CR value of one lane of xvtdivsp. */
function testDivide(a: u32, b: u32): u32 {
  const ea = exponent(a);
  const eb = exponent(b);
  const difference = ea - eb;
  const zero = a << 1 == 0;
  const fe = ea == 128 || eb <= -126 || eb >= 125 || (!zero && (difference >= 127 || difference <= -125 || ea <= -103));
  const fg = a << 1 == 0xff000000 || b << 1 == 0xff000000 || eb == -127;
  return 8 | (fg ? 4 : 0) | (fe ? 2 : 0);
}

/** The CR value of one lane of xvtsqrtsp. */
function testRoot(b: u32): u32 {
  const eb = exponent(b);
  const fe = eb == 128 || b >> 31 != 0 || eb <= -103;
  const fg = b << 1 == 0xff000000 || eb == -127;
  return 8 | (fg ? 4 : 0) | (fe ? 2 : 0);
}

/** xvtdivsp: the CR value of all four lanes together. */
export function xvtdivsp(a: v128, b: v128): u32 {
  return (
    testDivide(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)) |
    testDivide(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)) |
    testDivide(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)) |
    testDivide(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3))
  );
}

/** xvtsqrtsp. */
export function xvtsqrtsp(b: v128): u32 {
  return (
    testRoot(i32x4.extract_lane(b, 0)) |
    testRoot(i32x4.extract_lane(b, 1)) |
    testRoot(i32x4.extract_lane(b, 2)) |
    testRoot(i32x4.extract_lane(b, 3))
  );
}
