/** Power ISA Book I, 4.6.5 and 4.6.9: floating-point moves and select. They copy bits and leave the FPSCR alone. */
import type { Emitter } from '../emitter.js';
import { A, X, type Instruction } from '../inst.js';
import { FRA, FRB, FRC, FRT, RcFp } from '../operands.js';
import type { I64 } from '../values.js';
import { fpInst } from './floating-point-facility.js';

const signBit = (e: Emitter): I64 => e.i64(-0x80000000, 0);
const magnitude = (e: Emitter, v: I64): I64 => e.and(v, e.i64(0x7fffffff, -1));

const move = (mnemonic: string, xo: number, of: (e: Emitter, bits: I64) => I64): Instruction =>
  fpInst(mnemonic, X(63, xo), [FRT, FRB, RcFp], { see: 'I 4.6.5' }, (e, { FRT, FRB, Rc }) => {
    FRT.set(e.f64OfBits(of(e, e.bitsOfF64(FRB.get()))));
    Rc.record();
  });

/** Two of the four words in FRA and FRB. */
const mergeWords = (mnemonic: string, xo: number, of: (e: Emitter, a: I64, b: I64) => I64): Instruction =>
  fpInst(mnemonic, X(63, xo), [FRT, FRA, FRB], { see: 'I 4.6.5', needs: ['isa207', 'vsx'] }, (e, { FRT, FRA, FRB }) => {
    FRT.set(e.f64OfBits(of(e, e.bitsOfF64(FRA.get()), e.bitsOfF64(FRB.get()))));
  });

export const FLOATING_POINT_MOVE: readonly Instruction[] = [
  fpInst('fmr', X(63, 72), [FRT, FRB, RcFp], { see: 'I 4.6.5' }, (_e, { FRT, FRB, Rc }) => {
    FRT.set(FRB.get());
    Rc.record();
  }),
  move('fneg', 40, (e, b) => e.xor(b, signBit(e))),
  move('fabs', 264, magnitude),
  move('fnabs', 136, (e, b) => e.or(b, signBit(e))),
  fpInst('fcpsgn', X(63, 8), [FRT, FRA, FRB, RcFp], { see: 'I 4.6.5', needs: ['isa205'] }, (e, { FRT, FRA, FRB, Rc }) => {
    FRT.set(e.f64OfBits(e.or(e.and(e.bitsOfF64(FRA.get()), signBit(e)), magnitude(e, e.bitsOfF64(FRB.get())))));
    Rc.record();
  }),
  mergeWords('fmrgew', 966, (e, a, b) => e.or(e.and(a, e.i64(-1, 0)), e.shrU(b, e.i64(0, 32)))),
  mergeWords('fmrgow', 838, (e, a, b) => e.or(e.shl(a, e.i64(0, 32)), e.and(b, e.i64(0, -1)))),

  fpInst('fsel', A(63, 23), [FRT, FRA, FRC, FRB, RcFp], { see: 'I 4.6.9', needs: ['graphics'] }, (e, { FRT, FRA, FRC, FRB, Rc }) => {
    // FRA >= 0: as an unsigned number no NaN and without sign, or minus zero.
    const a = e.bitsOfF64(FRA.get());
    const notNegative = e.either(e.leU(a, e.i64(0x7ff00000, 0)), e.eq(a, signBit(e)));
    FRT.set(e.select(notNegative, FRC.get(), FRB.get()));
    Rc.record();
  }),
];
