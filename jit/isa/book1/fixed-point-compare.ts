/** Power ISA Book I, 3.3.10 to 3.3.12: compare, trap and select. */
import { EXCEPTION_TRAP } from '../../abi/exits.js';
import type { Emitter } from '../emitter.js';
import { A, D, X, inst, type Instruction } from '../inst.js';
import { BC, BF, L, RA, RA0, RB, RT, SI, TO, UI } from '../operands.js';
import type { Bit, I32, Int, Word } from '../values.js';

/** L = 1 compares 64 bits; 32-bit models ignore it. */
function compareWords(e: Emitter, field: I32, l: I32, a: Word, b: Word, signedness: 'signed' | 'unsigned'): void {
  const narrow = () => e.compare(field, e.low32(a), e.low32(b), signedness);
  if (e.width === 32) return narrow();
  e.when(e.bitOf(l, 0), () => e.compare(field, a, b, signedness), narrow);
}

/** Traps when one of the relations that TO names holds. */
function trap<T extends Int>(e: Emitter, to: I32, a: T, b: T): void {
  const relations: readonly (readonly [lsb: number, holds: Bit])[] = [
    [4, e.ltS(a, b)],
    [3, e.ltS(b, a)],
    [2, e.eq(a, b)],
    [1, e.ltU(a, b)],
    [0, e.ltU(b, a)],
  ];
  // All relations asked for: no need to look at the operands.
  const always = e.constantOf(to) === 31;
  const any = always ? e.bit(true) : relations.map(([lsb, holds]) => e.both(e.bitOf(to, lsb), holds)).reduce((x, y) => e.either(x, y));
  e.when(any, () => e.raise(EXCEPTION_TRAP));
}

export const FIXED_POINT_COMPARE: readonly Instruction[] = [
  inst('cmp', X(31, 0), [BF, L, RA, RB], { see: 'I 3.3.10' }, (e, { BF, L, RA, RB }) => {
    compareWords(e, BF, L, RA.get(), RB.get(), 'signed');
  }),
  inst('cmpl', X(31, 32), [BF, L, RA, RB], { see: 'I 3.3.10' }, (e, { BF, L, RA, RB }) => {
    compareWords(e, BF, L, RA.get(), RB.get(), 'unsigned');
  }),
  inst('cmpi', D(11), [BF, L, RA, SI], { see: 'I 3.3.10' }, (e, { BF, L, RA, SI }) => {
    compareWords(e, BF, L, RA.get(), e.extS(SI), 'signed');
  }),
  inst('cmpli', D(10), [BF, L, RA, UI], { see: 'I 3.3.10' }, (e, { BF, L, RA, UI }) => {
    compareWords(e, BF, L, RA.get(), e.extU(UI), 'unsigned');
  }),

  inst('tw', X(31, 4), [TO, RA, RB], { see: 'I 3.3.11' }, (e, { TO, RA, RB }) => {
    trap(e, TO, e.low32(RA.get()), e.low32(RB.get()));
  }),
  inst('twi', D(3), [TO, RA, SI], { see: 'I 3.3.11' }, (e, { TO, RA, SI }) => {
    trap(e, TO, e.low32(RA.get()), SI);
  }),
  inst('td', X(31, 68), [TO, RA, RB], { see: 'I 3.3.11.1', only64: true }, (e, { TO, RA, RB }) => {
    trap(e, TO, RA.get(), RB.get());
  }),
  inst('tdi', D(2), [TO, RA, SI], { see: 'I 3.3.11.1', only64: true }, (e, { TO, RA, SI }) => {
    trap(e, TO, RA.get(), e.extS(SI));
  }),

  inst('isel', A(31, 15), [RT, RA0, RB, BC], { see: 'I 3.3.12', needs: ['isel'] }, (e, { RT, RA0, RB, BC }) => {
    RT.set(e.select(e.crBit(BC).get(), RA0.get(), RB.get()));
  }),
];
