/**
 * The lazy part of the FPSCR: fast operations leave their code and operands in the last-operation record instead of computing FR, FI and
 * FPRF, which nobody reads after most of them. They do so only while XX is set, no exception is enabled, rounding is to nearest and the
 * result is a normalized number or an exact zero, so that these three fields are all that is missing: everything else in the FPSCR is
 * right at any time. Running the operation again on the exact path supplies them.
 */

import { LAST_FP_A_OFFSET, LAST_FP_B_OFFSET, LAST_FP_C_OFFSET, LAST_FP_OP_OFFSET } from '../../../jit/abi/layout';
import { add } from './add';
import { divide } from './divide';
import { applyOverrides, OPERATION_CODE } from './fpscr-word';
import { fromInteger } from './from-integer';
import { fused } from './fused';
import { multiply } from './multiply';
import { roundToIntegral } from './round-to-integer';
import { roundToSingle } from './single';
import { squareRoot } from './square-root';

/** Operation codes of the record; the low four bits hold the variant. */
export const OP_ADD: u32 = 1 << 4;
export const OP_MULTIPLY: u32 = 2 << 4;
export const OP_DIVIDE: u32 = 3 << 4;
export const OP_SQUARE_ROOT: u32 = 4 << 4;
export const OP_FUSED: u32 = 5 << 4;
export const OP_ROUND_TO_SINGLE: u32 = 6 << 4;
export const OP_FROM_INTEGER: u32 = 7 << 4;
export const OP_ROUND_TO_INTEGRAL: u32 = 8 << 4;

/** Computes what the record says is missing from the FPSCR word and empties the record. To be called before any other look at the FPSCR. */
export function materializeFpscr(): void {
  const record = load<u32>(LAST_FP_OP_OFFSET);
  if (record == 0) return;
  store<u32>(LAST_FP_OP_OFFSET, 0);
  const code = record & OPERATION_CODE;
  if (code != 0) repeat(code & ~15, code & 15);
  applyOverrides(record);
}

/** Runs the recorded operation again on the exact path. */
function repeat(operation: u32, variant: u32): void {
  const a = load<u64>(LAST_FP_A_OFFSET);
  const b = load<u64>(LAST_FP_B_OFFSET);
  if (operation == OP_ADD) add(a, b, 0, variant);
  else if (operation == OP_MULTIPLY) multiply(a, b, 0, variant);
  else if (operation == OP_DIVIDE) divide(a, b, 0, variant);
  else if (operation == OP_SQUARE_ROOT) squareRoot(a, 0, variant);
  else if (operation == OP_FUSED) fused(a, load<u64>(LAST_FP_C_OFFSET), b, 0, variant);
  else if (operation == OP_ROUND_TO_SINGLE) roundToSingle(a, 0);
  else if (operation == OP_FROM_INTEGER) fromInteger(a, variant);
  else roundToIntegral(a, 0, variant);
}
