/**
 * Conversions, rounding to integral, and estimates as generated code calls them, on doubles; see fast-double.ts. Integers are bit patterns
 * in doubles, as in an FPR.
 */

import { LAST_FP_OP_OFFSET } from '../../../jit/abi/layout';
import { reciprocal, reciprocalSquareRoot } from './estimate';
import { quiet, record1 } from './fast';
import { SINGLE } from './format';
import { FI, FR } from './fpscr-bits';
import { OVERRIDES_ROUNDING } from './fpscr-word';
import { fromInteger, UNSIGNED } from './from-integer';
import { fctiduExact, fctidExact, fctiduzExact, fctidzExact, fctiwExact, fctiwuExact, fctiwuzExact, fctiwzExact } from './integer';
import { OP_FROM_INTEGER, OP_ROUND_TO_INTEGRAL } from './materialize';
import { DOWNWARD, integral, NEAREST_AWAY, roundToIntegral, TOWARD_ZERO, UPWARD } from './round-to-integer';

const WORD_LIMIT: f64 = 2147483648.0;
const DOUBLEWORD_LIMIT: f64 = 9223372036854775808.0;

/** Notes FR and FI of a conversion of `b` that gave `rounded`, and returns that as an integer. */
function deliverInteger(b: f64, rounded: f64): f64 {
  let fields: u32 = 0;
  if (rounded != b) fields = abs<f64>(rounded) > abs<f64>(b) ? FI | FR : FI;
  store<u32>(LAST_FP_OP_OFFSET, (load<u32>(LAST_FP_OP_OFFSET) & ~(FI | FR)) | OVERRIDES_ROUNDING | fields);
  return reinterpret<f64>(i64(rounded));
}

/** fctiw: to a signed word (sign-extended). */
export function fctiw(b: f64, frt: f64): f64 {
  const rounded = nearest<f64>(b);
  if (quiet() && rounded >= -WORD_LIMIT && rounded < WORD_LIMIT) return deliverInteger(b, rounded);
  return reinterpret<f64>(fctiwExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fctiwz: to a signed word (sign-extended), toward zero. */
export function fctiwz(b: f64, frt: f64): f64 {
  const rounded = trunc<f64>(b);
  if (quiet() && rounded >= -WORD_LIMIT && rounded < WORD_LIMIT) return deliverInteger(b, rounded);
  return reinterpret<f64>(fctiwzExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fctid: to a signed doubleword. */
export function fctid(b: f64, frt: f64): f64 {
  const rounded = nearest<f64>(b);
  if (quiet() && rounded >= -DOUBLEWORD_LIMIT && rounded < DOUBLEWORD_LIMIT) return deliverInteger(b, rounded);
  return reinterpret<f64>(fctidExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fctidz: to a signed doubleword, toward zero. */
export function fctidz(b: f64, frt: f64): f64 {
  const rounded = trunc<f64>(b);
  if (quiet() && rounded >= -DOUBLEWORD_LIMIT && rounded < DOUBLEWORD_LIMIT) return deliverInteger(b, rounded);
  return reinterpret<f64>(fctidzExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fctiwu: to an unsigned word (zero-extended). */
export function fctiwu(b: f64, frt: f64): f64 {
  return reinterpret<f64>(fctiwuExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fctiwuz: to an unsigned word (zero-extended), toward zero. */
export function fctiwuz(b: f64, frt: f64): f64 {
  return reinterpret<f64>(fctiwuzExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fctidu: to an unsigned doubleword. */
export function fctidu(b: f64, frt: f64): f64 {
  return reinterpret<f64>(fctiduExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fctiduz: to an unsigned doubleword, toward zero. */
export function fctiduz(b: f64, frt: f64): f64 {
  return reinterpret<f64>(fctiduzExact(reinterpret<u64>(b), reinterpret<u64>(frt)));
}

/** fcfid: a signed doubleword to double. */
export function fcfid(b: f64): f64 {
  if (!quiet()) return reinterpret<f64>(fromInteger(reinterpret<u64>(b), 0));
  record1(OP_FROM_INTEGER, b);
  return f64(reinterpret<i64>(b));
}

/** fcfids: a signed doubleword to single. */
export function fcfids(b: f64): f64 {
  if (!quiet()) return reinterpret<f64>(fromInteger(reinterpret<u64>(b), SINGLE));
  record1(OP_FROM_INTEGER | SINGLE, b);
  return f64(f32(reinterpret<i64>(b)));
}

/** fcfidu: an unsigned doubleword to double. */
export function fcfidu(b: f64): f64 {
  if (!quiet()) return reinterpret<f64>(fromInteger(reinterpret<u64>(b), UNSIGNED));
  record1(OP_FROM_INTEGER | UNSIGNED, b);
  return f64(reinterpret<u64>(b));
}

/** fcfidus: an unsigned doubleword to single. */
export function fcfidus(b: f64): f64 {
  if (!quiet()) return reinterpret<f64>(fromInteger(reinterpret<u64>(b), UNSIGNED | SINGLE));
  record1(OP_FROM_INTEGER | UNSIGNED | SINGLE, b);
  return f64(f32(reinterpret<u64>(b)));
}

/** A rounding to an integral number in `direction`. */
function toIntegral(b: f64, frt: f64, direction: u32): f64 {
  if (quiet() && abs<f64>(b) < Infinity) {
    record1(OP_ROUND_TO_INTEGRAL | direction, b);
    return integral(b, direction);
  }
  return reinterpret<f64>(roundToIntegral(reinterpret<u64>(b), reinterpret<u64>(frt), direction));
}

/** frin: to nearest, ties away from zero. */
export function frin(b: f64, frt: f64): f64 {
  return toIntegral(b, frt, NEAREST_AWAY);
}

/** friz: toward zero. */
export function friz(b: f64, frt: f64): f64 {
  return toIntegral(b, frt, TOWARD_ZERO);
}

/** frip: toward +infinity. */
export function frip(b: f64, frt: f64): f64 {
  return toIntegral(b, frt, UPWARD);
}

/** frim: toward -infinity. */
export function frim(b: f64, frt: f64): f64 {
  return toIntegral(b, frt, DOWNWARD);
}

/** fre: estimate of 1 / FRB. */
export function fre(b: f64, frt: f64): f64 {
  return reinterpret<f64>(reciprocal(reinterpret<u64>(b), reinterpret<u64>(frt), 0));
}

/** fres: estimate of 1 / FRB, single. */
export function fres(b: f64, frt: f64): f64 {
  return reinterpret<f64>(reciprocal(reinterpret<u64>(b), reinterpret<u64>(frt), SINGLE));
}

/** frsqrte: estimate of 1 / √FRB. */
export function frsqrte(b: f64, frt: f64): f64 {
  return reinterpret<f64>(reciprocalSquareRoot(reinterpret<u64>(b), reinterpret<u64>(frt), 0));
}

/** frsqrtes: estimate of 1 / √FRB, single. */
export function frsqrtes(b: f64, frt: f64): f64 {
  return reinterpret<f64>(reciprocalSquareRoot(reinterpret<u64>(b), reinterpret<u64>(frt), SINGLE));
}
