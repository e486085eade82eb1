/** Updates of the FPSCR word by arithmetic, and what fast operations leave in the last-operation record beside it. */

import { FPSCR_OFFSET, LAST_FP_OP_OFFSET } from '../../../jit/abi/layout';
import { FEX, FI, FPCC, FPRF, FR, FX, VX, VX_ALL } from './fpscr-bits';

/**
 * The record's first word holds in its low 12 bits the code of the last fast operation (0: none), whose FR, FI and FPRF the FPSCR has
 * not yet, and in place of an FPSCR's FPCC, FR and FI what compares and conversions have set since, valid as these two bits say.
 */
export const OPERATION_CODE: u32 = 0xfff;
/** Record bit: the record's FPCC bits replace those of the FPSCR. */
export const OVERRIDES_FPCC: u32 = 1 << 30;
/** Record bit: the record's FR and FI bits replace those of the FPSCR. */
export const OVERRIDES_ROUNDING: u32 = 1 << 31;

/** `fpscr` with its summary bits VX and FEX derived from the others (Book I, 4.2.2). */
export function summarize(fpscr: u32): u32 {
  let word = fpscr & ~(VX | FEX);
  if (word & VX_ALL) word |= VX;
  // VX OX UX ZX XX lie 22 bits above VE OE UE ZE XE.
  if ((word >> 22) & word & 0xf8) word |= FEX;
  return word;
}

/**
 * Stores the FPSCR after an operation: `cleared` fields are replaced by `fields`, the sticky bits `raised` are added, FX notes a new one.
 */
export function updateFpscr(raised: u32, cleared: u32, fields: u32): void {
  const fpscr = load<u32>(FPSCR_OFFSET);
  let word = (fpscr & ~cleared) | fields | raised;
  if (raised & ~fpscr) word |= FX;
  store<u32>(FPSCR_OFFSET, summarize(word));
}

/** Stores the FPSCR after an operation that delivers a result: FR, FI and FPRF are `fields`. Nothing pending survives it. */
export function deliverFpscr(raised: u32, fields: u32): void {
  store<u32>(LAST_FP_OP_OFFSET, 0);
  updateFpscr(raised, FR | FI | FPRF, fields);
}

/**
 * Stores the FPSCR after an operation suppressed by VE or ZE: FR and FI become 0, FPRF keeps its value (Book I, 4.4.1.2, 4.4.2.2).
 * No operation can be pending then, for operations are left pending only while no exception is enabled; overrides can.
 */
export function suppressFpscr(raised: u32): void {
  applyOverrides(load<u32>(LAST_FP_OP_OFFSET));
  store<u32>(LAST_FP_OP_OFFSET, 0);
  updateFpscr(raised, FR | FI, 0);
}

/** Moves the fields that the record word `record` overrides into the FPSCR. */
export function applyOverrides(record: u32): void {
  let replaced: u32 = 0;
  if (record & OVERRIDES_FPCC) replaced |= FPCC;
  if (record & OVERRIDES_ROUNDING) replaced |= FR | FI;
  store<u32>(FPSCR_OFFSET, (load<u32>(FPSCR_OFFSET) & ~replaced) | (record & replaced));
}
