/**
 * Power ISA Book I, 4.6.10: the FPSCR instructions. The services compute what is still pending in the FPSCR first. The FPSCR's upper word
 * holds only the rounding mode of decimal arithmetic (DRN, the last three bits of its field 7); it stays 0 on models without that.
 */
import { FPSCR_HIGH_OFFSET } from '../../abi/layout.js';
import type { Emitter } from '../emitter.js';
import { X, type Facts, type Instruction } from '../inst.js';
import { BF, BFA, BTf, FLM, FPSCR_L, FPSCR_W, FRB, FRT, RcFp, U } from '../operands.js';
import type { I32 } from '../values.js';
import { finish, fpInst } from './floating-point-facility.js';

const SEE: Facts = { see: 'I 4.6.10' };
/** Before ISA 2.05 the bits L and W were reserved. */
const SHORT: Facts = { see: 'I 4.6.10', absent: ['isa205'] };
const LONG: Facts = { see: 'I 4.6.10', needs: ['isa205'] };

const DRN = 7;
/** Sets the rounding mode of decimal arithmetic from the last bits of a word. */
const setDrn = (e: Emitter, from: I32): void => e.state32(FPSCR_HIGH_OFFSET).set(e.and(from, e.i32(DRN)));

const setBit = (mnemonic: 'mtfsb0' | 'mtfsb1', xo: number): Instruction =>
  fpInst(mnemonic, X(63, xo), [BTf, RcFp], SEE, (e, { BT, Rc }) => {
    e.call(mnemonic, BT);
    finish(e, Rc);
  });

export const FLOATING_POINT_STATUS: readonly Instruction[] = [
  fpInst('mffs', X(63, 583), [FRT, RcFp], SEE, (e, { FRT, Rc }) => {
    const low = e.i64U(e.call('readFpscr') as I32);
    const high = e.shl(e.i64U(e.state32(FPSCR_HIGH_OFFSET).get()), e.i64(0, 32));
    FRT.set(e.f64OfBits(e.or(high, low)));
    Rc.record();
  }),
  fpInst('mcrfs', X(63, 64), [BF, BFA], SEE, (e, { BF, BFA }) => {
    e.crField(BF).set(e.call('mcrfs', BFA) as I32);
  }),
  fpInst('mtfsfi', X(63, 134), [BF, U, RcFp], SHORT, (e, { BF, U, Rc }) => {
    e.call('mtfsfi', BF, U);
    finish(e, Rc);
  }),
  fpInst('mtfsfi', X(63, 134), [BF, U, FPSCR_W, RcFp], LONG, (e, { BF, U, W, Rc }) => {
    e.when(
      e.eq(W, e.i32(0)),
      () => e.call('mtfsfi', BF, U),
      () => e.when(e.eq(BF, e.i32(7)), () => setDrn(e, U)),
    );
    finish(e, Rc);
  }),
  fpInst('mtfsf', X(63, 711), [FLM, FRB, RcFp], SHORT, (e, { FLM, FRB, Rc }) => {
    e.call('mtfsf', FLM, e.low32Of64(e.bitsOfF64(FRB.get())));
    finish(e, Rc);
  }),
  // L = 1: all fields, of both words. W = 1: fields of the upper word.
  fpInst('mtfsf', X(63, 711), [FLM, FRB, FPSCR_L, FPSCR_W, RcFp], LONG, (e, { FLM, FRB, L, W, Rc }) => {
    const fields = e.select(e.bitOf(L, 0), e.i32(0xff), e.select(e.bitOf(W, 0), e.i32(0), FLM));
    const value = e.bitsOfF64(FRB.get());
    e.call('mtfsf', fields, e.low32Of64(value));
    const upper = e.either(e.bitOf(L, 0), e.both(e.bitOf(W, 0), e.bitOf(FLM, 0)));
    e.when(upper, () => setDrn(e, e.low32Of64(e.shrU(value, e.i64(0, 32)))));
    finish(e, Rc);
  }),
  setBit('mtfsb0', 70),
  setBit('mtfsb1', 38),
];
