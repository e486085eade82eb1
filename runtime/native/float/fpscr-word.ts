/** Updates of the FPSCR word by arithmetic, and the fields that fast compares and conversions leave beside it. */

import { FPSCR_OFFSET, LAST_FP_OP, LAST_FP_OVERRIDE } from './addresses';
import { FEX, FI, FPCC, FPRF, FR, FX, VX, VX_ALL } from './fpscr-bits';

/** Override bit: the FPCC bits of the override word replace those of the FPSCR. */
export const OVERRIDES_FPCC: u32 = 1;
/** Override bit: the FR and FI bits of the override word replace those of the FPSCR. */
export const OVERRIDES_ROUNDING: u32 = 2;

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
export function updateFpscr(fpscr: u32, raised: u32, cleared: u32, fields: u32): void {
  let word = (fpscr & ~cleared) | fields | raised;
  if (raised & ~fpscr) word |= FX;
  store<u32>(FPSCR_OFFSET, summarize(word));
}

/** Stores the FPSCR after an operation that delivers a result: FR, FI and FPRF are `fields`. Nothing pending survives it. */
export function deliverFpscr(raised: u32, fields: u32): void {
  store<u64>(LAST_FP_OP, 0);
  updateFpscr(load<u32>(FPSCR_OFFSET), raised, FR | FI | FPRF, fields);
}

/**
 * Stores the FPSCR after an operation suppressed by VE or ZE: FR and FI become 0, FPRF keeps its value (Book I, 4.4.1.2, 4.4.2.2).
 * No operation can be pending then, for operations are left pending only while no exception is enabled; overrides can.
 */
export function suppressFpscr(raised: u32): void {
  applyOverrides();
  updateFpscr(load<u32>(FPSCR_OFFSET), raised, FR | FI, 0);
}

/** Moves what fast compares and conversions left in the override word into the FPSCR. */
export function applyOverrides(): void {
  const override = load<u32>(LAST_FP_OVERRIDE);
  if (override == 0) return;
  store<u32>(LAST_FP_OVERRIDE, 0);
  let replaced: u32 = 0;
  if (override & OVERRIDES_FPCC) replaced |= FPCC;
  if (override & OVERRIDES_ROUNDING) replaced |= FR | FI;
  store<u32>(FPSCR_OFFSET, (load<u32>(FPSCR_OFFSET) & ~replaced) | (override & replaced));
}
