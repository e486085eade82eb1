/** Power ISA Book I, 7.6.1.3.1: scalar floating-point arithmetic. Doubleword 0 of each register takes part; the classic facility's services compute. */
import type { ServiceName } from '../../abi/services.js';
import { raiseEnabled } from '../book1/floating-point-facility.js';
import type { Facts, Instruction } from '../inst.js';
import { BF } from '../operands.js';
import type { F64, I32 } from '../values.js';
import { since206, since207, vsxInst, XX2, XX3 } from './facility.js';
import { XA, XB, XT } from './operands.js';

const DOUBLE = since206('I 7.6.1.3.1');
const SINGLE = since207('I 7.6.1.3.1');

/** XA with XB. Services return the old target when an exception suppresses them. */
const ofAB = (mnemonic: string, xo: number, service: ServiceName, facts: Facts): Instruction =>
  vsxInst(mnemonic, XX3(xo), [XT, XA, XB], facts, (e, { XT, XA, XB }) => {
    XT.double.set(e.call(service, XA.double.get(), XB.double.get(), XT.double.get()) as F64);
    raiseEnabled(e);
  });
const ofB = (mnemonic: string, xo: number, service: ServiceName, facts: Facts): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], facts, (e, { XT, XB }) => {
    XT.double.set(e.call(service, XB.double.get(), XT.double.get()) as F64);
    raiseEnabled(e);
  });

/** Both forms of a multiply-add, eight apart: A adds XT to XA × XB, M adds XB to XA × XT. Services take both factors before the addend. */
const fused = (stem: string, precision: string, xo: number, service: ServiceName, facts: Facts): Instruction[] => [
  vsxInst(`${stem}a${precision}`, XX3(xo), [XT, XA, XB], facts, (e, { XT, XA, XB }) => {
    const old = XT.double.get();
    XT.double.set(e.call(service, XA.double.get(), XB.double.get(), old, old) as F64);
    raiseEnabled(e);
  }),
  vsxInst(`${stem}m${precision}`, XX3(xo + 8), [XT, XA, XB], facts, (e, { XT, XA, XB }) => {
    const old = XT.double.get();
    XT.double.set(e.call(service, XA.double.get(), old, XB.double.get(), old) as F64);
    raiseEnabled(e);
  }),
];

export const VSX_SCALAR_ARITHMETIC: readonly Instruction[] = [
  ofAB('xsadddp', 32, 'fadd', DOUBLE),
  ofAB('xssubdp', 40, 'fsub', DOUBLE),
  ofAB('xsmuldp', 48, 'fmul', DOUBLE),
  ofAB('xsdivdp', 56, 'fdiv', DOUBLE),
  ofAB('xsaddsp', 0, 'fadds', SINGLE),
  ofAB('xssubsp', 8, 'fsubs', SINGLE),
  ofAB('xsmulsp', 16, 'fmuls', SINGLE),
  ofAB('xsdivsp', 24, 'fdivs', SINGLE),
  ofB('xssqrtdp', 75, 'fsqrt', DOUBLE),
  ofB('xssqrtsp', 11, 'fsqrts', SINGLE),
  ofB('xsredp', 90, 'fre', DOUBLE),
  ofB('xsresp', 26, 'fres', SINGLE),
  ofB('xsrsqrtedp', 74, 'frsqrte', DOUBLE),
  ofB('xsrsqrtesp', 10, 'frsqrtes', SINGLE),

  ...fused('xsmadd', 'dp', 33, 'fmadd', DOUBLE),
  ...fused('xsmsub', 'dp', 49, 'fmsub', DOUBLE),
  ...fused('xsnmadd', 'dp', 161, 'fnmadd', DOUBLE),
  ...fused('xsnmsub', 'dp', 177, 'fnmsub', DOUBLE),
  ...fused('xsmadd', 'sp', 1, 'fmadds', SINGLE),
  ...fused('xsmsub', 'sp', 17, 'fmsubs', SINGLE),
  ...fused('xsnmadd', 'sp', 129, 'fnmadds', SINGLE),
  ...fused('xsnmsub', 'sp', 145, 'fnmsubs', SINGLE),

  ofAB('xsmaxdp', 160, 'xsmaxdp', DOUBLE),
  ofAB('xsmindp', 168, 'xsmindp', DOUBLE),

  vsxInst('xstdivdp', XX3(61), [BF, XA, XB], DOUBLE, (e, { BF, XA, XB }) => {
    e.crField(BF).set(e.call('ftdiv', e.bitsOfF64(XA.double.get()), e.bitsOfF64(XB.double.get())) as I32);
  }),
  vsxInst('xstsqrtdp', XX2(106), [BF, XB], DOUBLE, (e, { BF, XB }) => {
    e.crField(BF).set(e.call('ftsqrt', e.bitsOfF64(XB.double.get())) as I32);
  }),
];
