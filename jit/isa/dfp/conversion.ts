/** Power ISA Book I, 5.6.5 and 5.6.6: conversions of decimals, their digits and exponents. */
import type { ServiceName } from '../../abi/services.js';
import { finish } from '../book1/floating-point-facility.js';
import { X, Z22, type Form, type Instruction } from '../inst.js';
import { RcFp } from '../operands.js';
import { compute, decimalInst, longForm, quadForm } from './facility.js';
import { FRAn, FRAp, FRBn, FRBp, FRTn, FRTp, S, SH_DIGITS, SP } from './operands.js';

const SEE_CONVERT = 'I 5.6.5';
const SEE_DIGITS = 'I 5.6.6';

type Pair = 'FRT' | 'FRA' | 'FRB';
const x = (xo: number): Form => longForm((opcd) => X(opcd, xo));
const xq = (xo: number, ...pairs: readonly Pair[]): Form => quadForm((opcd) => X(opcd, xo), ...pairs);

/** Between formats: each has one form only. */
const betweenFormats = (mnemonic: ServiceName, form: Form, target: typeof FRTn, source: typeof FRBn): Instruction =>
  decimalInst(mnemonic, form, [target, source, RcFp], SEE_CONVERT, (e, { FRT, FRB, Rc }) => {
    e.call(mnemonic, FRT, FRB);
    finish(e, Rc);
  });

/** To and from integers; only what is in pairs differs. */
const ofInteger = (mnemonic: string, service: ServiceName, form: Form, target: typeof FRTn, source: typeof FRBn): Instruction =>
  decimalInst(mnemonic, form, [target, source, RcFp], SEE_CONVERT, (e, { FRT, FRB, Rc }) => {
    compute(e, service, mnemonic !== service, FRT, FRB);
    finish(e, Rc);
  });

const shift = (service: ServiceName, xo: number): Instruction[] => [
  decimalInst(service, longForm((opcd) => Z22(opcd, xo)), [FRTn, FRAn, SH_DIGITS, RcFp], SEE_DIGITS, (e, { FRT, FRA, SH, Rc }) => {
    compute(e, service, false, FRT, FRA, SH);
    Rc.record();
  }),
  decimalInst(`${service}q`, quadForm((opcd) => Z22(opcd, xo), 'FRT', 'FRA'), [FRTp, FRAp, SH_DIGITS, RcFp], SEE_DIGITS, (e, { FRT, FRA, SH, Rc }) => {
    compute(e, service, true, FRT, FRA, SH);
    Rc.record();
  }),
]; // prettier-ignore

export const DECIMAL_CONVERSION: readonly Instruction[] = [
  betweenFormats('dctdp', x(258), FRTn, FRBn),
  betweenFormats('dctqpq', xq(258, 'FRT'), FRTp, FRBn),
  betweenFormats('drsp', x(770), FRTn, FRBn),
  betweenFormats('drdpq', xq(770, 'FRT', 'FRB'), FRTp, FRBp),
  ofInteger('dcffix', 'dcffix', x(802), FRTn, FRBn),
  ofInteger('dcffixq', 'dcffix', xq(802, 'FRT'), FRTp, FRBn),
  ofInteger('dctfix', 'dctfix', x(290), FRTn, FRBn),
  ofInteger('dctfixq', 'dctfix', xq(290, 'FRB'), FRTn, FRBp),

  decimalInst('ddedpd', x(322), [SP, FRTn, FRBn, RcFp], SEE_DIGITS, (e, { SP, FRT, FRB, Rc }) => {
    compute(e, 'ddedpd', false, SP, FRT, FRB);
    Rc.record();
  }),
  decimalInst('ddedpdq', xq(322, 'FRT', 'FRB'), [SP, FRTp, FRBp, RcFp], SEE_DIGITS, (e, { SP, FRT, FRB, Rc }) => {
    compute(e, 'ddedpd', true, SP, FRT, FRB);
    Rc.record();
  }),
  decimalInst('denbcd', x(834), [S, FRTn, FRBn, RcFp], SEE_DIGITS, (e, { S, FRT, FRB, Rc }) => {
    compute(e, 'denbcd', false, S, FRT, FRB);
    finish(e, Rc);
  }),
  decimalInst('denbcdq', xq(834, 'FRT', 'FRB'), [S, FRTp, FRBp, RcFp], SEE_DIGITS, (e, { S, FRT, FRB, Rc }) => {
    compute(e, 'denbcd', true, S, FRT, FRB);
    finish(e, Rc);
  }),
  decimalInst('dxex', x(354), [FRTn, FRBn, RcFp], SEE_DIGITS, (e, { FRT, FRB, Rc }) => {
    compute(e, 'dxex', false, FRT, FRB);
    Rc.record();
  }),
  decimalInst('dxexq', xq(354, 'FRB'), [FRTn, FRBp, RcFp], SEE_DIGITS, (e, { FRT, FRB, Rc }) => {
    compute(e, 'dxex', true, FRT, FRB);
    Rc.record();
  }),
  decimalInst('diex', x(866), [FRTn, FRAn, FRBn, RcFp], SEE_DIGITS, (e, { FRT, FRA, FRB, Rc }) => {
    compute(e, 'diex', false, FRT, FRA, FRB);
    Rc.record();
  }),
  decimalInst('diexq', xq(866, 'FRT', 'FRB'), [FRTp, FRAn, FRBp, RcFp], SEE_DIGITS, (e, { FRT, FRA, FRB, Rc }) => {
    compute(e, 'diex', true, FRT, FRA, FRB);
    Rc.record();
  }),
  ...shift('dscli', 66),
  ...shift('dscri', 98),
];
