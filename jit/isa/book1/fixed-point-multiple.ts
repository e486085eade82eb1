/** Power ISA Book I, 3.3.6 and 3.3.7: load and store multiple, move assist (strings). */
import { EXCEPTION_ILLEGAL } from '../../abi/exits.js';
import type { Emitter } from '../emitter.js';
import { D, X, inst, type Facts, type Instruction } from '../inst.js';
import { D_RA0, FIELDS, NB, RA0_EA, RA0_RB, RTn, type Operand } from '../operands.js';
import type { Bit, EA, I32 } from '../values.js';

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

/** Strings: which registers one touches is known at run time only. */
const interpreted =
  <O>(semantics: (e: Emitter, o: O) => void): ((e: Emitter, o: O) => void) =>
  (e, o) => {
    e.interpretOnly();
    semantics(e, o);
  };
type StringOfXer = { readonly RTn: I32; readonly EA: EA };
type StringOfNb = StringOfXer & { readonly NB: I32 };
const storeByNb = (e: Emitter, { RTn, EA, NB }: StringOfNb): void => void e.call('storeString', RTn, EA, byteCount(e, NB));
const storeByXer = (e: Emitter, { RTn, EA }: StringOfXer): void => void e.call('storeString', RTn, EA, xerCount(e));
const loadByNb = (e: Emitter, { RTn, EA, NB }: StringOfNb): void => void e.call('loadString', RTn, EA, byteCount(e, NB));
const loadByXer = (e: Emitter, { RTn, EA }: StringOfXer): void => void e.call('loadString', RTn, EA, xerCount(e));

/** An address together with the numbers of the registers it is made of. */
interface Addressed {
  readonly EA: EA;
  readonly base: I32;
  readonly index: I32;
}
const addressed = (operand: Operand<'EA', EA>): Operand<'mem', Addressed> => ({
  ...operand,
  name: 'mem',
  bind: (e, read) => ({ EA: operand.bind(e, read), base: read(FIELDS.RA), index: read(FIELDS.RB) }),
});
const MEM = addressed(RA0_EA);
const MEM_INDEXED = addressed(RA0_RB);

/** Whether a register is among those that a string of so many bytes, from a register on, is loaded into. */
function among(e: Emitter, register: I32, first: I32, count: I32): Bit {
  const behind = e.and(e.sub(register, first), e.i32(31));
  return e.ltU(behind, e.shrU(e.add(count, e.i32(3)), e.i32(2)));
}
/** A load of Book III-S; the form is invalid, and refused, when it would replace a register of its own address (I 3.3.7). */
function loadValidString(e: Emitter, register: I32, ea: EA, count: I32, invalid: Bit): void {
  e.when(e.msrBit('LE'), () => void e.call('raiseAlignment', ea), () => {
    e.when(invalid, () => e.raise(EXCEPTION_ILLEGAL), () => void e.call('loadString', register, ea, count));
  }); // prettier-ignore
}

const SERVER_MULTIPLE: Facts = { ...MULTIPLE, needs: ['book3s'] };
const OTHER_MULTIPLE: Facts = { ...MULTIPLE, absent: ['book3s'] };
const SERVER_STRING: Facts = { ...STRING, needs: ['string', 'book3s'] };
const OTHER_STRING: Facts = { ...STRING, absent: ['book3s'] };

/** Each on Book III-S, and on the others, whose MSR has no LE. */
export const FIXED_POINT_MULTIPLE: readonly Instruction[] = [
  inst('lmw', D(46), [RTn, D_RA0], SERVER_MULTIPLE, bigEndian((e, { RTn, EA }) => e.loadMultiple(RTn, EA))),
  inst('stmw', D(47), [RTn, D_RA0], SERVER_MULTIPLE, bigEndian((e, { RTn, EA }) => e.storeMultiple(RTn, EA))),
  inst('lmw', D(46), [RTn, D_RA0], OTHER_MULTIPLE, (e, { RTn, EA }) => e.loadMultiple(RTn, EA)),
  inst('stmw', D(47), [RTn, D_RA0], OTHER_MULTIPLE, (e, { RTn, EA }) => e.storeMultiple(RTn, EA)),

  inst('lswi', X(31, 597), [RTn, MEM, NB], SERVER_STRING, interpreted((e, { RTn, mem, NB }) => {
    const count = byteCount(e, NB);
    loadValidString(e, RTn, mem.EA, count, among(e, mem.base, RTn, count));
  })),
  inst('lswx', X(31, 533), [RTn, MEM_INDEXED], SERVER_STRING, interpreted((e, { RTn, mem }) => {
    const count = xerCount(e);
    const base = e.both(e.ne(mem.base, e.i32(0)), among(e, mem.base, RTn, count));
    loadValidString(e, RTn, mem.EA, count, e.either(base, among(e, mem.index, RTn, count)));
  })),
  inst('lswi', X(31, 597), [RTn, RA0_EA, NB], OTHER_STRING, interpreted(loadByNb)),
  inst('lswx', X(31, 533), [RTn, RA0_RB], OTHER_STRING, interpreted(loadByXer)),

  inst('stswi', X(31, 725), [RTn, RA0_EA, NB], SERVER_STRING, interpreted(bigEndian(storeByNb))),
  inst('stswx', X(31, 661), [RTn, RA0_RB], SERVER_STRING, interpreted(bigEndian(storeByXer))),
  inst('stswi', X(31, 725), [RTn, RA0_EA, NB], OTHER_STRING, interpreted(storeByNb)),
  inst('stswx', X(31, 661), [RTn, RA0_RB], OTHER_STRING, interpreted(storeByXer)),
]; // prettier-ignore
