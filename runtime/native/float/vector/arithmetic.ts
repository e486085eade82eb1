/**
 * xvadd, xvsub, xvmul, xvdiv, xvsqrt and the estimates (Power ISA Book I, 7.6.1.3.2), on doubles and singles. Operands in assembler order,
 * then the old target, which is returned if an enabled exception in any lane suppresses the instruction.
 */

import { SINGLE, SUBTRACT } from '../format';
import { OP_ADD, OP_DIVIDE, OP_MULTIPLY, OP_SQUARE_ROOT } from '../materialize';
import { quiet } from '../fast';
import { finiteDoubles, finiteSingles, ordinaryDoubles, ordinarySingles, toNearest, zeroDoubles, zeroSingles } from './fast';
import { doubleLanes, OP_RECIPROCAL, OP_RECIPROCAL_ROOT, singleLanes } from './lanes';

/** xvadddp. A sum that is a tiny number is exact. */
export function xvadddp(a: v128, b: v128, xt: v128): v128 {
  const result = f64x2.add(a, b);
  if (quiet() && i64x2.all_true(finiteDoubles(result))) return result;
  return doubleLanes(OP_ADD, a, a, b, xt, 0);
}

/** xvaddsp. */
export function xvaddsp(a: v128, b: v128, xt: v128): v128 {
  const result = f32x4.add(a, b);
  if (quiet() && i32x4.all_true(finiteSingles(result))) return result;
  return singleLanes(OP_ADD, a, a, b, xt, SINGLE);
}

/** xvsubdp. */
export function xvsubdp(a: v128, b: v128, xt: v128): v128 {
  const result = f64x2.sub(a, b);
  if (quiet() && i64x2.all_true(finiteDoubles(result))) return result;
  return doubleLanes(OP_ADD, a, a, b, xt, SUBTRACT);
}

/** xvsubsp. */
export function xvsubsp(a: v128, b: v128, xt: v128): v128 {
  const result = f32x4.sub(a, b);
  if (quiet() && i32x4.all_true(finiteSingles(result))) return result;
  return singleLanes(OP_ADD, a, a, b, xt, SUBTRACT | SINGLE);
}

/** xvmuldp. */
export function xvmuldp(a: v128, b: v128, xt: v128): v128 {
  const result = f64x2.mul(a, b);
  if (quiet()) {
    const zero = v128.and(zeroDoubles(result), v128.or(zeroDoubles(a), zeroDoubles(b)));
    if (i64x2.all_true(v128.or(ordinaryDoubles(result), zero))) return result;
  }
  return doubleLanes(OP_MULTIPLY, a, a, b, xt, 0);
}

/** xvmulsp. */
export function xvmulsp(a: v128, b: v128, xt: v128): v128 {
  const result = f32x4.mul(a, b);
  if (quiet()) {
    const zero = v128.and(zeroSingles(result), v128.or(zeroSingles(a), zeroSingles(b)));
    if (i32x4.all_true(v128.or(ordinarySingles(result), zero))) return result;
  }
  return singleLanes(OP_MULTIPLY, a, a, b, xt, SINGLE);
}

/** xvdivdp. */
export function xvdivdp(a: v128, b: v128, xt: v128): v128 {
  const result = f64x2.div(a, b);
  if (quiet()) {
    const zero = v128.and(zeroDoubles(result), zeroDoubles(a));
    if (i64x2.all_true(v128.or(ordinaryDoubles(result), zero))) return result;
  }
  return doubleLanes(OP_DIVIDE, a, a, b, xt, 0);
}

/** xvdivsp. */
export function xvdivsp(a: v128, b: v128, xt: v128): v128 {
  const result = f32x4.div(a, b);
  if (quiet()) {
    const zero = v128.and(zeroSingles(result), zeroSingles(a));
    if (i32x4.all_true(v128.or(ordinarySingles(result), zero))) return result;
  }
  return singleLanes(OP_DIVIDE, a, a, b, xt, SINGLE);
}

/** xvsqrtdp. No root is a tiny number. */
export function xvsqrtdp(b: v128, xt: v128): v128 {
  const result = f64x2.sqrt(b);
  if (quiet() && i64x2.all_true(finiteDoubles(result))) return result;
  return doubleLanes(OP_SQUARE_ROOT, b, b, b, xt, 0);
}

/** xvsqrtsp. */
export function xvsqrtsp(b: v128, xt: v128): v128 {
  const result = f32x4.sqrt(b);
  if (quiet() && i32x4.all_true(finiteSingles(result))) return result;
  return singleLanes(OP_SQUARE_ROOT, b, b, b, xt, SINGLE);
}

/** xvredp: estimates of 1 / XB, as ../estimate.ts has them. An estimate never sets XX. */
export function xvredp(b: v128, xt: v128): v128 {
  const result = f64x2.div(f64x2.splat(1), b);
  if (toNearest() && i64x2.all_true(ordinaryDoubles(result))) return result;
  return doubleLanes(OP_RECIPROCAL, b, b, b, xt, 0);
}

/** xvresp. */
export function xvresp(b: v128, xt: v128): v128 {
  const result = f32x4.div(f32x4.splat(1), b);
  if (toNearest() && i32x4.all_true(ordinarySingles(result))) return result;
  return singleLanes(OP_RECIPROCAL, b, b, b, xt, SINGLE);
}

/** xvrsqrtedp: estimates of 1 / √XB. */
export function xvrsqrtedp(b: v128, xt: v128): v128 {
  const result = f64x2.div(f64x2.splat(1), f64x2.sqrt(b));
  if (toNearest() && i64x2.all_true(ordinaryDoubles(result))) return result;
  return doubleLanes(OP_RECIPROCAL_ROOT, b, b, b, xt, 0);
}

/** xvrsqrtesp. */
export function xvrsqrtesp(b: v128, xt: v128): v128 {
  const one = f64x2.splat(1);
  const upper = f64x2.div(one, f64x2.sqrt(f64x2.promote_low_f32x4(v128.shuffle<i32>(b, b, 2, 3, 2, 3))));
  const lower = f64x2.div(one, f64x2.sqrt(f64x2.promote_low_f32x4(b)));
  const result = v128.shuffle<i32>(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 1, 4, 5);
  if (toNearest() && i32x4.all_true(ordinarySingles(result))) return result;
  return singleLanes(OP_RECIPROCAL_ROOT, b, b, b, xt, SINGLE);
}
