/**
 * Byte addresses in linear memory of the words that the floating-point functions use.
 *
 * - `FPSCR_OFFSET`: the 32-bit FPSCR.
 * - `LAST_FP_OP`: u32, the operation whose FR, FI and FPRF are still to be computed (0: none); 8-byte aligned.
 * - `LAST_FP_OVERRIDE` = `LAST_FP_OP` + 4: u32, fields set by compares and conversions since that operation, so that one 64-bit store
 *   of an operation code also clears them.
 * - `LAST_FP_A`, `LAST_FP_B`, `LAST_FP_C`: u64 bit patterns of FRA, FRB, FRC of that operation.
 */
export const FPSCR_OFFSET = 0x400;
export const LAST_FP_OP = 0x408;
export const LAST_FP_OVERRIDE = 0x40c;
export const LAST_FP_A = 0x410;
export const LAST_FP_B = 0x418;
export const LAST_FP_C = 0x420;
