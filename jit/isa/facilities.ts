/** Facilities that may be unavailable (Book III-S 6.2.11), as definitions ask for them. */
import { EXCEPTION_FACILITY_UNAVAILABLE } from '../abi/exits.js';
import { SPR_OFFSET } from '../abi/layout.js';
import type { Emitter } from './emitter.js';
import { FSCR, FSCR_IC } from './registers.js';
import type { Bit, I32 } from './values.js';

const SPR_FSCR = 153;

/** The low word of an SPR that is plain storage. */
export const lowWordOfSpr = (e: Emitter, spr: number): I32 => e.state32(SPR_OFFSET + 8 * spr).get();

/** Whether what FSCR[`bit`] switches off is unavailable now: in problem state only. */
export function switchedOff(e: Emitter, bit: keyof typeof FSCR): Bit {
  return e.both(e.msrBit('PR'), e.eq(e.and(lowWordOfSpr(e, SPR_FSCR), e.i32(FSCR[bit].mask)), e.i32(0)));
}
/** Raises the exception that tells which facility is not there. */
export const unavailable = (e: Emitter, facility: keyof typeof FSCR_IC): void =>
  e.raise(EXCEPTION_FACILITY_UNAVAILABLE, e.i32(FSCR_IC[facility]));
