/** Power ISA Book I, 3.3.6 and 3.3.7: load and store multiple, move assist (strings). */
import type { Emitter } from '../emitter.js';
import { D, X, inst, type Facts, type Instruction } from '../inst.js';
import { D_RA0, NB, RA0_EA, RA0_RB, RTn } from '../operands.js';
import type { EA, I32 } from '../values.js';

const MULTIPLE: Facts = { see: 'I 3.3.6' };
const STRING: Facts = { see: 'I 3.3.7', needs: ['string'] };

/** NB = 0 means 32 bytes. */
const byteCount = (e: Emitter, nb: I32): I32 => e.select(e.eq(nb, e.i32(0)), e.i32(32), nb);
/** XER's byte count; may be 0. */
const xerCount = (e: Emitter): I32 => e.and(e.xer.rest.get(), e.i32(127));

/** Which registers a string touches is known at run time only. */
function moveString(e: Emitter, service: 'loadString' | 'storeString', register: I32, ea: EA, count: I32): void {
  e.interpretOnly();
  e.call(service, register, ea, count);
}

export const FIXED_POINT_MULTIPLE: readonly Instruction[] = [
  inst('lmw', D(46), [RTn, D_RA0], MULTIPLE, (e, { RTn, EA }) => e.loadMultiple(RTn, EA)),
  inst('stmw', D(47), [RTn, D_RA0], MULTIPLE, (e, { RTn, EA }) => e.storeMultiple(RTn, EA)),

  inst('lswi', X(31, 597), [RTn, RA0_EA, NB], STRING, (e, { RTn, EA, NB }) => moveString(e, 'loadString', RTn, EA, byteCount(e, NB))),
  inst('lswx', X(31, 533), [RTn, RA0_RB], STRING, (e, { RTn, EA }) => moveString(e, 'loadString', RTn, EA, xerCount(e))),
  inst('stswi', X(31, 725), [RTn, RA0_EA, NB], STRING, (e, { RTn, EA, NB }) => moveString(e, 'storeString', RTn, EA, byteCount(e, NB))),
  inst('stswx', X(31, 661), [RTn, RA0_RB], STRING, (e, { RTn, EA }) => moveString(e, 'storeString', RTn, EA, xerCount(e))),
];
