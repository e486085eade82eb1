/**
 * Single-precision arithmetic and frsp as generated code calls them; see fast-double.ts. The double result rounds again to single
 * without harm unless it lies midway between two singles.
 */

import { add } from './add';
import { divide } from './divide';
import { midway, ordinarySingle, quiet, record1, record2 } from './fast';
import { SINGLE, SUBTRACT } from './format';
import { multiply } from './multiply';
import { OP_ADD, OP_DIVIDE, OP_MULTIPLY, OP_ROUND_TO_SINGLE, OP_SQUARE_ROOT } from './materialize';
import { roundToSingle } from './single';
import { squareRoot } from './square-root';

/** fadds: FRA + FRB. */
export function fadds(a: f64, b: f64, frt: f64): f64 {
  const sum = a + b;
  const result = f64(f32(sum));
  if (quiet() && ((ordinarySingle(result) && !midway(sum)) || sum == 0)) {
    record2(OP_ADD | SINGLE, a, b);
    return result;
  }
  return reinterpret<f64>(add(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(frt), SINGLE));
}

/** fsubs: FRA − FRB. */
export function fsubs(a: f64, b: f64, frt: f64): f64 {
  const difference = a - b;
  const result = f64(f32(difference));
  if (quiet() && ((ordinarySingle(result) && !midway(difference)) || difference == 0)) {
    record2(OP_ADD | SUBTRACT | SINGLE, a, b);
    return result;
  }
  return reinterpret<f64>(add(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(frt), SUBTRACT | SINGLE));
}

/** fmuls: FRA × FRC. */
export function fmuls(a: f64, c: f64, frt: f64): f64 {
  const product = a * c;
  const result = f64(f32(product));
  if (quiet() && ((ordinarySingle(result) && !midway(product)) || (product == 0 && (a == 0 || c == 0)))) {
    record2(OP_MULTIPLY | SINGLE, a, c);
    return result;
  }
  return reinterpret<f64>(multiply(reinterpret<u64>(a), reinterpret<u64>(c), reinterpret<u64>(frt), SINGLE));
}

/** fdivs: FRA ÷ FRB. */
export function fdivs(a: f64, b: f64, frt: f64): f64 {
  const quotient = a / b;
  const result = f64(f32(quotient));
  if (quiet() && ((ordinarySingle(result) && !midway(quotient)) || (quotient == 0 && a == 0))) {
    record2(OP_DIVIDE | SINGLE, a, b);
    return result;
  }
  return reinterpret<f64>(divide(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(frt), SINGLE));
}

/** fsqrts: √FRB. */
export function fsqrts(b: f64, frt: f64): f64 {
  const root = sqrt<f64>(b);
  const result = f64(f32(root));
  if (quiet() && ((ordinarySingle(result) && !midway(root)) || root == 0)) {
    record1(OP_SQUARE_ROOT | SINGLE, b);
    return result;
  }
  return reinterpret<f64>(squareRoot(reinterpret<u64>(b), reinterpret<u64>(frt), SINGLE));
}

/** frsp: FRB rounded to single. */
export function frsp(b: f64, frt: f64): f64 {
  const result = f64(f32(b));
  if (quiet() && (ordinarySingle(result) || b == 0)) {
    record1(OP_ROUND_TO_SINGLE, b);
    return result;
  }
  return reinterpret<f64>(roundToSingle(reinterpret<u64>(b), reinterpret<u64>(frt)));
}
