/**
 * Double-precision arithmetic as generated code calls it: the native operation where its result is certainly the exact path's, with the
 * FPSCR's FR, FI and FPRF left to {@link materializeFpscr}; else the exact path. Operands in the order of the assembler, then the old
 * target, which is returned if an enabled exception suppresses the operation.
 */

import { add } from './add';
import { divide } from './divide';
import { ordinary, quiet, record1, record2 } from './fast';
import { SUBTRACT } from './format';
import { multiply } from './multiply';
import { OP_ADD, OP_DIVIDE, OP_MULTIPLY, OP_SQUARE_ROOT } from './materialize';
import { squareRoot } from './square-root';

/** fadd: FRA + FRB. */
export function fadd(a: f64, b: f64, frt: f64): f64 {
  const result = a + b;
  if (quiet() && (ordinary(result) || result == 0)) {
    record2(OP_ADD, a, b);
    return result;
  }
  return reinterpret<f64>(add(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(frt), 0));
}

/** fsub: FRA − FRB. */
export function fsub(a: f64, b: f64, frt: f64): f64 {
  const result = a - b;
  if (quiet() && (ordinary(result) || result == 0)) {
    record2(OP_ADD | SUBTRACT, a, b);
    return result;
  }
  return reinterpret<f64>(add(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(frt), SUBTRACT));
}

/** fmul: FRA × FRC. */
export function fmul(a: f64, c: f64, frt: f64): f64 {
  const result = a * c;
  if (quiet() && (ordinary(result) || (result == 0 && (a == 0 || c == 0)))) {
    record2(OP_MULTIPLY, a, c);
    return result;
  }
  return reinterpret<f64>(multiply(reinterpret<u64>(a), reinterpret<u64>(c), reinterpret<u64>(frt), 0));
}

/** fdiv: FRA ÷ FRB. */
export function fdiv(a: f64, b: f64, frt: f64): f64 {
  const result = a / b;
  if (quiet() && (ordinary(result) || (result == 0 && a == 0))) {
    record2(OP_DIVIDE, a, b);
    return result;
  }
  return reinterpret<f64>(divide(reinterpret<u64>(a), reinterpret<u64>(b), reinterpret<u64>(frt), 0));
}

/** fsqrt: √FRB. */
export function fsqrt(b: f64, frt: f64): f64 {
  const result = sqrt<f64>(b);
  if (quiet() && (ordinary(result) || result == 0)) {
    record1(OP_SQUARE_ROOT, b);
    return result;
  }
  return reinterpret<f64>(squareRoot(reinterpret<u64>(b), reinterpret<u64>(frt), 0));
}
