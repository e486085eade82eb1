/** Power ISA Book I, 3.3.13: logical instructions. */
import type { Emitter } from '../emitter.js';
import { D, X, inst, type Facts, type Instruction } from '../inst.js';
import { RB, RS, Rc, UI, toRA } from '../operands.js';
import type { Word } from '../values.js';

const SEE: Facts = { see: 'I 3.3.13' };

/** With a 16-bit immediate, on the right or one halfword to the left. */
const immediate = (mnemonic: string, opcd: number, shifted: boolean, record: boolean, of: (e: Emitter, a: Word, b: Word) => Word) =>
  inst(mnemonic, D(opcd), [toRA, RS, UI], SEE, (e, { RA, RS, UI }) => {
    const value = of(e, RS.get(), e.extU(shifted ? e.shl(UI, e.i32(16)) : UI));
    RA.set(value);
    if (record) e.recordCr0(value);
  });
const binary = (mnemonic: string, xo: number, of: (e: Emitter, a: Word, b: Word) => Word): Instruction =>
  inst(mnemonic, X(31, xo), [toRA, RS, RB, Rc], SEE, (e, { RA, RS, RB, Rc }) => {
    const value = of(e, RS.get(), RB.get());
    RA.set(value);
    Rc.record(value);
  });

const unary = (mnemonic: string, xo: number, facts: Facts, of: (e: Emitter, a: Word) => Word): Instruction =>
  inst(mnemonic, X(31, xo), [toRA, RS, Rc], facts, (e, { RA, RS, Rc }) => {
    const value = of(e, RS.get());
    RA.set(value);
    Rc.record(value);
  });

export const FIXED_POINT_LOGICAL: readonly Instruction[] = [
  immediate('andi.', 28, false, true, (e, a, b) => e.and(a, b)),
  immediate('andis.', 29, true, true, (e, a, b) => e.and(a, b)),
  immediate('ori', 24, false, false, (e, a, b) => e.or(a, b)),
  immediate('oris', 25, true, false, (e, a, b) => e.or(a, b)),
  immediate('xori', 26, false, false, (e, a, b) => e.xor(a, b)),
  immediate('xoris', 27, true, false, (e, a, b) => e.xor(a, b)),

  binary('and', 28, (e, a, b) => e.and(a, b)),
  binary('or', 444, (e, a, b) => e.or(a, b)),
  binary('xor', 316, (e, a, b) => e.xor(a, b)),
  binary('nand', 476, (e, a, b) => e.complement(e.and(a, b))),
  binary('nor', 124, (e, a, b) => e.complement(e.or(a, b))),
  binary('eqv', 284, (e, a, b) => e.complement(e.xor(a, b))),
  binary('andc', 60, (e, a, b) => e.and(a, e.complement(b))),
  binary('orc', 412, (e, a, b) => e.or(a, e.complement(b))),

  unary('extsb', 954, SEE, (e, a) => e.ext8S(a)),
  unary('extsh', 922, SEE, (e, a) => e.ext16S(a)),
  unary('extsw', 986, { see: 'I 3.3.13.1', only64: true }, (e, a) => e.ext32S(a)),
  unary('cntlzw', 26, SEE, (e, a) => e.extU(e.clz(e.low32(a)))),
  unary('cntlzd', 58, { see: 'I 3.3.13.1', only64: true }, (e, a) => e.clz(a)),
];
