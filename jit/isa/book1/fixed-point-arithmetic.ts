/** Power ISA Book I, 3.3.9: fixed-point addition and subtraction. */
import type { Emitter } from '../emitter.js';
import { D, XO, inst, type Instruction } from '../inst.js';
import { OE, RA, RA0, RB, RT, Rc, SI } from '../operands.js';
import type { Bit, Int, Word } from '../values.js';

/** What carry and overflow are taken from: the whole Word, or its low 32 bits in 32-bit mode. */
const modal = (e: Emitter, v: Word): Int => (e.width === 64 && !e.mode64 ? e.low32(v) : v);
const below = (e: Emitter, a: Word, b: Word): Bit => e.ltU(modal(e, a), modal(e, b));
const signBit = (e: Emitter, v: Word): Bit => e.bitOf(v, e.mode64 ? 63 : 31);

/** A result with the status that goes with it; the instruction tells which of it counts. */
interface Result {
  readonly value: Word;
  readonly carry?: Bit;
  overflow(): Bit;
}
/** a + b overflows when both have the sign that the sum has not. */
const overflowOf = (e: Emitter, a: Word, b: Word, sum: Word) => (): Bit => signBit(e, e.and(e.xor(a, sum), e.xor(b, sum)));

function sum(e: Emitter, a: Word, b: Word): Result {
  const value = e.add(a, b);
  return { value, overflow: overflowOf(e, a, b, value) };
}
/** b - a = ¬a + b + 1. */
function difference(e: Emitter, a: Word, b: Word): Result {
  const value = e.sub(b, a);
  return { value, overflow: () => signBit(e, e.and(e.xor(a, b), e.xor(b, value))) };
}
/** a + b + CA. */
function extendedSum(e: Emitter, a: Word, b: Word): Result {
  const first = e.add(a, b);
  const value = e.add(first, e.bitAsWord(e.xer.CA.get()));
  return { value, carry: e.either(below(e, first, a), below(e, value, first)), overflow: overflowOf(e, a, b, value) };
}
/** a + CA. */
function sumWithCarry(e: Emitter, a: Word): Result {
  const value = e.add(a, e.bitAsWord(e.xer.CA.get()));
  return { value, carry: below(e, value, a), overflow: overflowOf(e, a, e.word(0), value) };
}
/** a + CA - 1: carries out unless a and CA are 0. */
function sumMinusOne(e: Emitter, a: Word): Result {
  const ca = e.xer.CA.get();
  const value = e.add(e.add(a, e.word(-1)), e.bitAsWord(ca));
  return { value, carry: e.either(below(e, e.word(0), a), ca), overflow: overflowOf(e, a, e.word(-1), value) };
}

type Compute = (e: Emitter, a: Word, b: Word) => Result;
type Status = { readonly OE: { overflow(condition: () => Bit): void }; readonly Rc: { record(v: Word): void } };

function finish(e: Emitter, r: Result, { OE, Rc }: Status): void {
  if (r.carry !== undefined) e.xer.CA.set(r.carry);
  OE.overflow(() => r.overflow());
  Rc.record(r.value);
}
/** Of RA and RB. */
const ofTwo = (mnemonic: string, xo: number, compute: Compute): Instruction =>
  inst(mnemonic, XO(31, xo), [RT, RA, RB, OE, Rc], { see: 'I 3.3.9' }, (e, { RT, RA, RB, OE, Rc }) => {
    const r = compute(e, RA.get(), RB.get());
    RT.set(r.value);
    finish(e, r, { OE, Rc });
  });
/** Of RA and CA. */
const ofOne = (mnemonic: string, xo: number, compute: (e: Emitter, a: Word) => Result): Instruction =>
  inst(mnemonic, XO(31, xo), [RT, RA, OE, Rc], { see: 'I 3.3.9' }, (e, { RT, RA, OE, Rc }) => {
    const r = compute(e, RA.get());
    RT.set(r.value);
    finish(e, r, { OE, Rc });
  });

const addCarrying: Compute = (e, a, b) => {
  const r = sum(e, a, b);
  return { ...r, carry: below(e, r.value, a) };
};
const subtractCarrying: Compute = (e, a, b) => ({ ...difference(e, a, b), carry: e.not(below(e, b, a)) });

export const FIXED_POINT_ARITHMETIC: readonly Instruction[] = [
  inst('addi', D(14), [RT, RA0, SI], { see: 'I 3.3.9' }, (e, { RT, RA0, SI }) => {
    RT.set(e.add(RA0.get(), e.extS(SI)));
  }),
  inst('addis', D(15), [RT, RA0, SI], { see: 'I 3.3.9' }, (e, { RT, RA0, SI }) => {
    RT.set(e.add(RA0.get(), e.extS(e.shl(SI, e.i32(16)))));
  }),
  inst('addic', D(12), [RT, RA, SI], { see: 'I 3.3.9' }, (e, { RT, RA, SI }) => {
    const r = addCarrying(e, RA.get(), e.extS(SI));
    e.xer.CA.set(r.carry!);
    RT.set(r.value);
  }),
  inst('addic.', D(13), [RT, RA, SI], { see: 'I 3.3.9' }, (e, { RT, RA, SI }) => {
    const r = addCarrying(e, RA.get(), e.extS(SI));
    e.xer.CA.set(r.carry!);
    RT.set(r.value);
    e.recordCr0(r.value);
  }),
  inst('subfic', D(8), [RT, RA, SI], { see: 'I 3.3.9' }, (e, { RT, RA, SI }) => {
    const r = subtractCarrying(e, RA.get(), e.extS(SI));
    e.xer.CA.set(r.carry!);
    RT.set(r.value);
  }),

  ofTwo('add', 266, sum),
  ofTwo('subf', 40, difference),
  ofTwo('addc', 10, addCarrying),
  ofTwo('subfc', 8, subtractCarrying),
  ofTwo('adde', 138, extendedSum),
  ofTwo('subfe', 136, (e, a, b) => extendedSum(e, e.complement(a), b)),
  ofOne('addme', 234, sumMinusOne),
  ofOne('subfme', 232, (e, a) => sumMinusOne(e, e.complement(a))),
  ofOne('addze', 202, sumWithCarry),
  ofOne('subfze', 200, (e, a) => sumWithCarry(e, e.complement(a))),
  // Only the most negative number has no negative: then both it and its negative have a sign.
  ofOne('neg', 104, (e, a) => {
    const value = e.neg(a);
    return { value, overflow: () => signBit(e, e.and(a, value)) };
  }),
];
