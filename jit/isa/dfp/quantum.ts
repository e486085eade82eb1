/** Power ISA Book I, 5.6.4: quantum adjustment. */
import type { ServiceName } from '../../abi/services.js';
import { finish } from '../book1/floating-point-facility.js';
import { Z23, type Instruction } from '../inst.js';
import { RcFp } from '../operands.js';
import { compute, decimalInst, longForm, quadForm } from './facility.js';
import { FRAn, FRAp, FRBn, FRBp, FRTn, FRTp, R, RMC, TE } from './operands.js';

const SEE = 'I 5.6.4';

const toInteger = (service: ServiceName, xo: number): Instruction[] => [
  decimalInst(service, longForm((opcd) => Z23(opcd, xo)), [R, FRTn, FRBn, RMC, RcFp], SEE, (e, { R, FRT, FRB, RMC, Rc }) => {
    compute(e, service, false, R, FRT, FRB, RMC);
    finish(e, Rc);
  }),
  decimalInst(`${service}q`, quadForm((opcd) => Z23(opcd, xo), 'FRT', 'FRB'), [R, FRTp, FRBp, RMC, RcFp], SEE, (e, { R, FRT, FRB, RMC, Rc }) => {
    compute(e, service, true, R, FRT, FRB, RMC);
    finish(e, Rc);
  }),
]; // prettier-ignore

export const DECIMAL_QUANTUM: readonly Instruction[] = [
  decimalInst('dquai', longForm((opcd) => Z23(opcd, 67)), [TE, FRTn, FRBn, RMC, RcFp], SEE, (e, { TE, FRT, FRB, RMC, Rc }) => {
    compute(e, 'dquai', false, TE, FRT, FRB, RMC);
    finish(e, Rc);
  }),
  decimalInst('dquaiq', quadForm((opcd) => Z23(opcd, 67), 'FRT', 'FRB'), [TE, FRTp, FRBp, RMC, RcFp], SEE, (e, { TE, FRT, FRB, RMC, Rc }) => {
    compute(e, 'dquai', true, TE, FRT, FRB, RMC);
    finish(e, Rc);
  }),
  decimalInst('dqua', longForm((opcd) => Z23(opcd, 3)), [FRTn, FRAn, FRBn, RMC, RcFp], SEE, (e, { FRT, FRA, FRB, RMC, Rc }) => {
    compute(e, 'dqua', false, FRT, FRA, FRB, RMC);
    finish(e, Rc);
  }),
  decimalInst('dquaq', quadForm((opcd) => Z23(opcd, 3), 'FRT', 'FRA', 'FRB'), [FRTp, FRAp, FRBp, RMC, RcFp], SEE, (e, { FRT, FRA, FRB, RMC, Rc }) => {
    compute(e, 'dqua', true, FRT, FRA, FRB, RMC);
    finish(e, Rc);
  }),
  // FRA holds a number of digits, in one register for both.
  decimalInst('drrnd', longForm((opcd) => Z23(opcd, 35)), [FRTn, FRAn, FRBn, RMC, RcFp], SEE, (e, { FRT, FRA, FRB, RMC, Rc }) => {
    compute(e, 'drrnd', false, FRT, FRA, FRB, RMC);
    finish(e, Rc);
  }),
  decimalInst('drrndq', quadForm((opcd) => Z23(opcd, 35), 'FRT', 'FRB'), [FRTp, FRAn, FRBp, RMC, RcFp], SEE, (e, { FRT, FRA, FRB, RMC, Rc }) => {
    compute(e, 'drrnd', true, FRT, FRA, FRB, RMC);
    finish(e, Rc);
  }),
  ...toInteger('drintx', 99),
  ...toInteger('drintn', 227),
]; // prettier-ignore
