/** When a native operation may stand for the exact one, and how it is noted (see materialize.ts). */

import { FPSCR_OFFSET, LAST_FP_A_OFFSET, LAST_FP_B_OFFSET, LAST_FP_C_OFFSET, LAST_FP_OP_OFFSET } from '../../../jit/abi/layout';
import { OE, RN, UE, VE, XE, XX, ZE } from './fpscr-bits';

/** Whether results that are normalized numbers leave everything in the FPSCR but FR, FI and FPRF as it is. */
export function quiet(): bool {
  return (load<u32>(FPSCR_OFFSET) & (XX | VE | OE | UE | ZE | XE | RN)) == XX;
}

/**
 * Whether `x` is finite and so large that it was no tiny number before rounding: its magnitude is at least twice the least normalized one.
 */
export function ordinary(x: f64): bool {
  return (reinterpret<u64>(x) << 1) - (u64(2) << 53) < u64(0x7fd) << 53;
}

/** Like {@link ordinary}, of the single format, for a single `x` held as a double. */
export function ordinarySingle(x: f64): bool {
  return (reinterpret<u64>(x) << 1) - (u64(898) << 53) < u64(253) << 53;
}

/**
 * Whether rounding the double `x`, itself a rounded result, to single could differ from rounding the exact result: only if `x` lies
 * midway between two singles, for both roundings are monotonic.
 */
export function midway(x: f64): bool {
  return (reinterpret<u64>(x) & 0x1fffffff) == 0x10000000;
}

/** Notes an operation with one operand. */
export function record1(code: u32, a: f64): void {
  store<u32>(LAST_FP_OP_OFFSET, code);
  store<f64>(LAST_FP_A_OFFSET, a);
}

/** Notes an operation with two operands. */
export function record2(code: u32, a: f64, b: f64): void {
  store<u32>(LAST_FP_OP_OFFSET, code);
  store<f64>(LAST_FP_A_OFFSET, a);
  store<f64>(LAST_FP_B_OFFSET, b);
}

/** Notes a fused operation. */
export function record3(code: u32, a: f64, c: f64, b: f64): void {
  store<u32>(LAST_FP_OP_OFFSET, code);
  store<f64>(LAST_FP_A_OFFSET, a);
  store<f64>(LAST_FP_C_OFFSET, c);
  store<f64>(LAST_FP_B_OFFSET, b);
}
