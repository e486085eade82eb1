/** Power ISA Book I, 4.6.7: rounding to single, conversions between floating point and integers, rounding to integral numbers. */
import type { ServiceName } from '../../abi/services.js';
import { X, type Facts, type Instruction } from '../inst.js';
import { FRB, FRT, RcFp } from '../operands.js';
import type { F64 } from '../values.js';
import { finish, fpInst } from './floating-point-facility.js';

const DOUBLE = 63;
const SINGLE = 59;
const ROUND: Facts = { see: 'I 4.6.7.1' };
const WORD: Facts = { see: 'I 4.6.7.2' };
const DOUBLEWORD: Facts = { see: 'I 4.6.7.2', only64: true };
const UNSIGNED: Facts = { see: 'I 4.6.7.2', needs: ['isa206'] };
// ISA 2.02, of which the models that have it have 2.05, too.
const INTEGRAL: Facts = { see: 'I 4.6.7.3', needs: ['isa205'] };

/** Computed by the service of its name, which returns the old target when an exception suppresses it. */
const convert = (mnemonic: ServiceName, xo: number, facts: Facts): Instruction =>
  fpInst(mnemonic, X(DOUBLE, xo), [FRT, FRB, RcFp], facts, (e, { FRT, FRB, Rc }) => {
    FRT.set(e.call(mnemonic, FRB.get(), FRT.get()) as F64);
    finish(e, Rc);
  });
/** From an integer: nothing but inexactness can befall it. */
const fromInteger = (mnemonic: ServiceName, opcd: number, xo: number, facts: Facts): Instruction =>
  fpInst(mnemonic, X(opcd, xo), [FRT, FRB, RcFp], facts, (e, { FRT, FRB, Rc }) => {
    FRT.set(e.call(mnemonic, FRB.get()) as F64);
    finish(e, Rc);
  });

export const FLOATING_POINT_CONVERT: readonly Instruction[] = [
  convert('frsp', 12, ROUND),
  convert('fctiw', 14, WORD),
  convert('fctiwz', 15, WORD),
  convert('fctiwu', 142, UNSIGNED),
  convert('fctiwuz', 143, UNSIGNED),
  convert('fctid', 814, DOUBLEWORD),
  convert('fctidz', 815, DOUBLEWORD),
  convert('fctidu', 942, UNSIGNED),
  convert('fctiduz', 943, UNSIGNED),
  fromInteger('fcfid', DOUBLE, 846, DOUBLEWORD),
  fromInteger('fcfidu', DOUBLE, 974, UNSIGNED),
  fromInteger('fcfids', SINGLE, 846, UNSIGNED),
  fromInteger('fcfidus', SINGLE, 974, UNSIGNED),
  convert('frin', 392, INTEGRAL),
  convert('friz', 424, INTEGRAL),
  convert('frip', 456, INTEGRAL),
  convert('frim', 488, INTEGRAL),
];
