/** Power ISA Book I, 3.3.6 and 3.3.7: load and store multiple, move assist (strings). */
import type { Emitter } from '../emitter.js';
import { D, X, inst, type Facts, type Instruction } from '../inst.js';
import { D_RA0, NB, RA0_EA, RA0_RB, RTn } from '../operands.js';
import type { EA, I32 } from '../values.js';

const MULTIPLE: Facts = { see: 'I 3.3.6' };
const STRING: Facts = { see: 'I 3.3.7', needs: ['string'] };
type Semantics<O extends { readonly EA: EA }> = (e: Emitter, o: O) => void;
/** In little-endian mode of Book III-S these instructions are an alignment exception (III-S 6.5.8). */
const bigEndian =
  <O extends { readonly EA: EA }>(semantics: Semantics<O>): Semantics<O> =>
  (e, o) =>
    e.when(e.msrBit('LE'), () => void e.call('raiseAlignment', o.EA), () => semantics(e, o)); // prettier-ignore

/** NB = 0 means 32 bytes. */
const byteCount = (e: Emitter, nb: I32): I32 => e.select(e.eq(nb, e.i32(0)), e.i32(32), nb);
/** XER's byte count; may be 0. */
const xerCount = (e: Emitter): I32 => e.and(e.xer.rest.get(), e.i32(127));

/** Which registers a string touches is known at run time only. */
function moveString(e: Emitter, service: 'loadString' | 'storeString', register: I32, ea: EA, count: I32): void {
  e.interpretOnly();
  e.call(service, register, ea, count);
}

const OPERANDS = { multiple: [RTn, D_RA0], immediate: [RTn, RA0_EA, NB], indexed: [RTn, RA0_RB] } as const;
type Multiple = { readonly RTn: I32; readonly EA: EA };
type Immediate = Multiple & { readonly NB: I32 };

/** On Book III-S and on the others, whose MSR has no LE. */
const multiple = (mnemonic: string, opcd: number, semantics: Semantics<Multiple>): Instruction[] => [
  inst(mnemonic, D(opcd), OPERANDS.multiple, { ...MULTIPLE, needs: ['book3s'] }, bigEndian(semantics)),
  inst(mnemonic, D(opcd), OPERANDS.multiple, { ...MULTIPLE, absent: ['book3s'] }, semantics),
];
const stringImmediate = (mnemonic: string, xo: number, semantics: Semantics<Immediate>): Instruction[] => [
  inst(mnemonic, X(31, xo), OPERANDS.immediate, { ...STRING, needs: ['string', 'book3s'] }, bigEndian(semantics)),
  inst(mnemonic, X(31, xo), OPERANDS.immediate, { ...STRING, absent: ['book3s'] }, semantics),
];
const stringIndexed = (mnemonic: string, xo: number, semantics: Semantics<Multiple>): Instruction[] => [
  inst(mnemonic, X(31, xo), OPERANDS.indexed, { ...STRING, needs: ['string', 'book3s'] }, bigEndian(semantics)),
  inst(mnemonic, X(31, xo), OPERANDS.indexed, { ...STRING, absent: ['book3s'] }, semantics),
];

export const FIXED_POINT_MULTIPLE: readonly Instruction[] = [
  ...multiple('lmw', 46, (e, { RTn, EA }) => e.loadMultiple(RTn, EA)),
  ...multiple('stmw', 47, (e, { RTn, EA }) => e.storeMultiple(RTn, EA)),

  ...stringImmediate('lswi', 597, (e, { RTn, EA, NB }) => moveString(e, 'loadString', RTn, EA, byteCount(e, NB))),
  ...stringIndexed('lswx', 533, (e, { RTn, EA }) => moveString(e, 'loadString', RTn, EA, xerCount(e))),
  ...stringImmediate('stswi', 725, (e, { RTn, EA, NB }) => moveString(e, 'storeString', RTn, EA, byteCount(e, NB))),
  ...stringIndexed('stswx', 661, (e, { RTn, EA }) => moveString(e, 'storeString', RTn, EA, xerCount(e))),
];
