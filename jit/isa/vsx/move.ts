/** Power ISA Book I, 7.6.1.2: sign manipulation, which copies bits and leaves the FPSCR alone; and 3.3.16: moves to and from GPRs. */
import { EXCEPTION_FP_UNAVAILABLE, EXCEPTION_VECTOR_UNAVAILABLE } from '../../abi/exits.js';
import type { Emitter } from '../emitter.js';
import { inst, type Bound, type Facts, type Instruction } from '../inst.js';
import { toRA, RA, type Operand } from '../operands.js';
import type { I64, V128 } from '../values.js';
import { since206, vsxInst, XX1, XX2, XX3 } from './facility.js';
import { XA, XB, XS, XT, type VsrHandle } from './operands.js';

const SCALAR = since206('I 7.6.1.2.1');
const VECTOR = since206('I 7.6.1.2.2');

const signBit = (e: Emitter): I64 => e.i64(-0x80000000, 0);
const magnitude = (e: Emitter, v: I64): I64 => e.and(v, e.i64(0x7fffffff, -1));
const scalar = (mnemonic: string, xo: number, of: (e: Emitter, bits: I64) => I64): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], SCALAR, (e, { XT, XB }) => {
    XT.double.set(e.f64OfBits(of(e, e.bitsOfF64(XB.double.get()))));
  });

const SIGN = -0x80000000;
/** The sign bits of all elements. */
const signsOf = { dp: (e: Emitter) => e.const128(SIGN, 0, SIGN, 0), sp: (e: Emitter) => e.const128(SIGN, SIGN, SIGN, SIGN) };
const vector = (mnemonic: string, xo: number, of: (e: Emitter, v: V128) => V128): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], VECTOR, (e, { XT, XB }) => {
    XT.set(of(e, XB.get()));
  });
const copySigns = (mnemonic: string, xo: number, signs: (e: Emitter) => V128): Instruction =>
  vsxInst(mnemonic, XX3(xo), [XT, XA, XB], VECTOR, (e, { XT, XA, XB }) => {
    XT.set(e.bitselect(XA.get(), XB.get(), signs(e)));
  });

/** A move, available as the register's half of the file is: an FPR by MSR[FP], a VR by MSR[VEC]. */
const gprMove = <const L extends readonly Operand<string, unknown>[]>(
  mnemonic: string,
  xo: number,
  operands: L,
  vsr: (o: Bound<L>) => VsrHandle,
  semantics: (e: Emitter, o: Bound<L>) => void,
): Instruction => {
  const facts: Facts = { see: 'I 3.3.16', needs: ['vsx', 'isa207'] };
  return inst(mnemonic, XX1(xo), operands, facts, (e, o) => {
    const isVr = e.bitOf(vsr(o).number, 5);
    const noVr = e.both(isVr, e.not(e.msrBit('VEC')));
    const noFpr = e.both(e.not(isVr), e.not(e.msrBit('FP')));
    e.when(noVr, () => e.raise(EXCEPTION_VECTOR_UNAVAILABLE), () =>
      e.when(noFpr, () => e.raise(EXCEPTION_FP_UNAVAILABLE), () => semantics(e, o)),
    ); // prettier-ignore
  });
};
const bitsOf = (e: Emitter, v: VsrHandle): I64 => e.bitsOfF64(v.double.get());

export const VSX_MOVE: readonly Instruction[] = [
  scalar('xsabsdp', 345, magnitude),
  scalar('xsnabsdp', 361, (e, b) => e.or(b, signBit(e))),
  scalar('xsnegdp', 377, (e, b) => e.xor(b, signBit(e))),
  vsxInst('xscpsgndp', XX3(176), [XT, XA, XB], SCALAR, (e, { XT, XA, XB }) => {
    XT.double.set(e.f64OfBits(e.or(e.and(bitsOf(e, XA), signBit(e)), magnitude(e, bitsOf(e, XB)))));
  }),
  vector('xvabsdp', 473, (e, v) => e.simd1('f64x2.abs', v)),
  vector('xvnabsdp', 489, (e, v) => e.simd2('v128.or', v, signsOf.dp(e))),
  vector('xvnegdp', 505, (e, v) => e.simd1('f64x2.neg', v)),
  copySigns('xvcpsgndp', 240, signsOf.dp),
  vector('xvabssp', 409, (e, v) => e.simd1('f32x4.abs', v)),
  vector('xvnabssp', 425, (e, v) => e.simd2('v128.or', v, signsOf.sp(e))),
  vector('xvnegsp', 441, (e, v) => e.simd1('f32x4.neg', v)),
  copySigns('xvcpsgnsp', 208, signsOf.sp),

  gprMove('mfvsrd', 51, [toRA, XS], (o) => o.XS, (e, { RA, XS }) => RA.set(e.wordOfI64(bitsOf(e, XS)))),
  gprMove('mfvsrwz', 115, [toRA, XS], (o) => o.XS, (e, { RA, XS }) => RA.set(e.extU(e.low32Of64(bitsOf(e, XS))))),
  gprMove('mtvsrd', 179, [XT, RA], (o) => o.XT, (e, { XT, RA }) => XT.double.set(e.f64OfBits(e.i64OfWord(RA.get())))),
  gprMove('mtvsrwa', 211, [XT, RA], (o) => o.XT, (e, { XT, RA }) => XT.double.set(e.f64OfBits(e.i64S(e.low32(RA.get()))))),
  gprMove('mtvsrwz', 243, [XT, RA], (o) => o.XT, (e, { XT, RA }) => XT.double.set(e.f64OfBits(e.i64U(e.low32(RA.get()))))),
]; // prettier-ignore
