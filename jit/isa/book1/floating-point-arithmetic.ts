/** Power ISA Book I, 4.6.6: floating-point arithmetic, multiply-add, estimates and the tests before software division and root. */
import type { ServiceName } from '../../abi/services.js';
import { A, X, type Facts, type Feature, type Instruction } from '../inst.js';
import { BF, FRA, FRB, FRC, FRT, RcFp } from '../operands.js';
import type { F64, I32 } from '../values.js';
import { finish, fpInst } from './floating-point-facility.js';

const DOUBLE = 63;
const SINGLE = 59;
const ELEMENTARY: Facts = { see: 'I 4.6.6.1' };
const FUSED: Facts = { see: 'I 4.6.6.2' };
const needing = (feature: Feature): Facts => ({ see: 'I 4.6.6.1', needs: [feature] });

// The service that computes an instruction has its name. It takes the old target last, and returns it when an exception suppresses it.
const ofAB = (mnemonic: ServiceName, opcd: number, xo: number): Instruction =>
  fpInst(mnemonic, A(opcd, xo), [FRT, FRA, FRB, RcFp], ELEMENTARY, (e, { FRT, FRA, FRB, Rc }) => {
    FRT.set(e.call(mnemonic, FRA.get(), FRB.get(), FRT.get()) as F64);
    finish(e, Rc);
  });
const ofAC = (mnemonic: ServiceName, opcd: number, xo: number): Instruction =>
  fpInst(mnemonic, A(opcd, xo), [FRT, FRA, FRC, RcFp], ELEMENTARY, (e, { FRT, FRA, FRC, Rc }) => {
    FRT.set(e.call(mnemonic, FRA.get(), FRC.get(), FRT.get()) as F64);
    finish(e, Rc);
  });
const ofACB = (mnemonic: ServiceName, opcd: number, xo: number): Instruction =>
  fpInst(mnemonic, A(opcd, xo), [FRT, FRA, FRC, FRB, RcFp], FUSED, (e, { FRT, FRA, FRC, FRB, Rc }) => {
    FRT.set(e.call(mnemonic, FRA.get(), FRC.get(), FRB.get(), FRT.get()) as F64);
    finish(e, Rc);
  });
const ofB = (mnemonic: ServiceName, opcd: number, xo: number, facts: Facts): Instruction =>
  fpInst(mnemonic, A(opcd, xo), [FRT, FRB, RcFp], facts, (e, { FRT, FRB, Rc }) => {
    FRT.set(e.call(mnemonic, FRB.get(), FRT.get()) as F64);
    finish(e, Rc);
  });

export const FLOATING_POINT_ARITHMETIC: readonly Instruction[] = [
  ofAB('fadd', DOUBLE, 21),
  ofAB('fadds', SINGLE, 21),
  ofAB('fsub', DOUBLE, 20),
  ofAB('fsubs', SINGLE, 20),
  ofAC('fmul', DOUBLE, 25),
  ofAC('fmuls', SINGLE, 25),
  ofAB('fdiv', DOUBLE, 18),
  ofAB('fdivs', SINGLE, 18),
  ofB('fsqrt', DOUBLE, 22, needing('fsqrt')),
  ofB('fsqrts', SINGLE, 22, needing('fsqrt')),

  ofACB('fmadd', DOUBLE, 29),
  ofACB('fmadds', SINGLE, 29),
  ofACB('fmsub', DOUBLE, 28),
  ofACB('fmsubs', SINGLE, 28),
  ofACB('fnmadd', DOUBLE, 31),
  ofACB('fnmadds', SINGLE, 31),
  ofACB('fnmsub', DOUBLE, 30),
  ofACB('fnmsubs', SINGLE, 30),

  ofB('fres', SINGLE, 24, needing('graphics')),
  ofB('frsqrte', DOUBLE, 26, needing('graphics')),
  // ISA 2.02, of which the models that have it have 2.05, too.
  ofB('fre', DOUBLE, 24, needing('isa205')),
  ofB('frsqrtes', SINGLE, 26, needing('isa205')),

  fpInst('ftdiv', X(63, 128), [BF, FRA, FRB], needing('isa206'), (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(e.call('ftdiv', e.bitsOfF64(FRA.get()), e.bitsOfF64(FRB.get())) as I32);
  }),
  fpInst('ftsqrt', X(63, 160), [BF, FRB], needing('isa206'), (e, { BF, FRB }) => {
    e.crField(BF).set(e.call('ftsqrt', e.bitsOfF64(FRB.get())) as I32);
  }),
];
