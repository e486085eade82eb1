/** The FPSCR instructions (Power ISA Book I, 4.6.10) on the FPSCR word. All compute pending fields first. */

import { FPSCR_OFFSET } from '../../../jit/abi/layout';
import { CLEARED_BY_MCRFS, FEX, STICKY, WRITABLE } from './fpscr-bits';
import { summarize, updateFpscr } from './fpscr-word';
import { materializeFpscr } from './materialize';

/** mffs: the whole FPSCR, computed. */
export function readFpscr(): u32 {
  materializeFpscr();
  return load<u32>(FPSCR_OFFSET);
}

/** Whether an enabled exception is pending (FEX); right at any time, also while fields are pending. */
export function enabledExceptionPending(): u32 {
  return (load<u32>(FPSCR_OFFSET) & FEX) >> 30;
}

/** Replaces the bits of `mask` by those of `value`; FEX and VX follow from the others, FX is not set but by `value`. */
export function writeFpscr(value: u32, mask: u32): void {
  const writable = mask & WRITABLE;
  store<u32>(FPSCR_OFFSET, summarize((readFpscr() & ~writable) | (value & writable)));
}

/** mtfsf: the fields that the 8 bits of `flm` select (the most significant one field 0) from the low word of FRB. */
export function mtfsf(flm: u32, value: u32): void {
  let mask: u32 = 0;
  for (let field = 0; field < 8; field++) {
    if (flm & (1 << field)) mask |= 15 << (4 * field);
  }
  writeFpscr(value, mask);
}

/** mtfsfi: field `bf` (0..7) from the 4 bits `u`. */
export function mtfsfi(bf: u32, u: u32): void {
  const shift = 28 - 4 * bf;
  writeFpscr(u << shift, 15 << shift);
}

/** mtfsb0: bit `bt` (0..31) becomes 0. */
export function mtfsb0(bt: u32): void {
  writeFpscr(0, 0x80000000 >> bt);
}

/** mtfsb1: bit `bt` (0..31) becomes 1; an exception bit that was 0 sets FX, too. */
export function mtfsb1(bt: u32): void {
  const bit: u32 = (0x80000000 >> bt) & WRITABLE;
  materializeFpscr();
  updateFpscr(bit & STICKY, 0, bit);
}

/** mcrfs: returns field `bfa` (0..7) and clears the exception bits in it. */
export function mcrfs(bfa: u32): u32 {
  const shift = 28 - 4 * bfa;
  const fpscr = readFpscr();
  store<u32>(FPSCR_OFFSET, summarize(fpscr & ~((15 << shift) & CLEARED_BY_MCRFS)));
  return (fpscr >> shift) & 15;
}
