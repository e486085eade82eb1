/** Power ISA Book I, 5.6.1 to 5.6.3: decimal arithmetic, compares and tests. */
import type { ServiceName } from '../../abi/services.js';
import { finish, raiseEnabled } from '../book1/floating-point-facility.js';
import { X, Z22, type Instruction } from '../inst.js';
import { BF, RcFp } from '../operands.js';
import type { I32 } from '../values.js';
import { compute, decimalInst, longForm, quadForm } from './facility.js';
import { DCM, DGM, FRAn, FRAp, FRBn, FRBp, FRTn, FRTp } from './operands.js';

// The service that computes an instruction has its name, without the q of quad forms.
const ofAB = (service: ServiceName, xo: number): Instruction[] => [
  decimalInst(service, longForm((opcd) => X(opcd, xo)), [FRTn, FRAn, FRBn, RcFp], 'I 5.6.1', (e, { FRT, FRA, FRB, Rc }) => {
    compute(e, service, false, FRT, FRA, FRB);
    finish(e, Rc);
  }),
  decimalInst(`${service}q`, quadForm((opcd) => X(opcd, xo), 'FRT', 'FRA', 'FRB'), [FRTp, FRAp, FRBp, RcFp], 'I 5.6.1', (e, { FRT, FRA, FRB, Rc }) => {
    compute(e, service, true, FRT, FRA, FRB);
    finish(e, Rc);
  }),
]; // prettier-ignore

const compare = (service: ServiceName, xo: number): Instruction[] => [
  decimalInst(service, longForm((opcd) => X(opcd, xo)), [BF, FRAn, FRBn], 'I 5.6.2', (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(compute(e, service, false, FRA, FRB) as I32);
    raiseEnabled(e);
  }),
  decimalInst(`${service}q`, quadForm((opcd) => X(opcd, xo), 'FRA', 'FRB'), [BF, FRAp, FRBp], 'I 5.6.2', (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(compute(e, service, true, FRA, FRB) as I32);
    raiseEnabled(e);
  }),
]; // prettier-ignore

const SEE_TEST = 'I 5.6.3';
/** Class and group of FRA: whether it is in the mask. */
const ofMask = (service: ServiceName, xo: number, mask: typeof DCM | typeof DGM): Instruction[] => [
  decimalInst(service, longForm((opcd) => Z22(opcd, xo)), [BF, FRAn, { ...mask, name: 'mask' as const }], SEE_TEST, (e, { BF, FRA, mask }) => {
    e.crField(BF).set(compute(e, service, false, FRA, mask) as I32);
  }),
  decimalInst(`${service}q`, quadForm((opcd) => Z22(opcd, xo), 'FRA'), [BF, FRAp, { ...mask, name: 'mask' as const }], SEE_TEST, (e, { BF, FRA, mask }) => {
    e.crField(BF).set(compute(e, service, true, FRA, mask) as I32);
  }),
]; // prettier-ignore

export const DECIMAL_ARITHMETIC: readonly Instruction[] = [
  ...ofAB('dadd', 2),
  ...ofAB('dsub', 514),
  ...ofAB('dmul', 34),
  ...ofAB('ddiv', 546),
  ...compare('dcmpu', 642),
  ...compare('dcmpo', 130),
  ...ofMask('dtstdc', 194, DCM),
  ...ofMask('dtstdg', 226, DGM),
  decimalInst('dtstex', longForm((opcd) => X(opcd, 162)), [BF, FRAn, FRBn], SEE_TEST, (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(compute(e, 'dtstex', false, FRA, FRB) as I32);
  }),
  decimalInst('dtstexq', quadForm((opcd) => X(opcd, 162), 'FRA', 'FRB'), [BF, FRAp, FRBp], SEE_TEST, (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(compute(e, 'dtstex', true, FRA, FRB) as I32);
  }),
  // FRA holds a number of digits, in one register for both.
  decimalInst('dtstsf', longForm((opcd) => X(opcd, 674)), [BF, FRAn, FRBn], SEE_TEST, (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(compute(e, 'dtstsf', false, FRA, FRB) as I32);
  }),
  decimalInst('dtstsfq', quadForm((opcd) => X(opcd, 674), 'FRB'), [BF, FRAn, FRBp], SEE_TEST, (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(compute(e, 'dtstsf', true, FRA, FRB) as I32);
  }),
]; // prettier-ignore
