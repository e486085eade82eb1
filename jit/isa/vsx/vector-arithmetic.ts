/** Power ISA Book I, 7.6.1.3.2: vector floating-point arithmetic. FR, FI and FPRF stay; any enabled exception of any element keeps the whole target. */
import type { ServiceName } from '../../abi/services.js';
import { raiseEnabled } from '../book1/floating-point-facility.js';
import type { Instruction } from '../inst.js';
import { BF } from '../operands.js';
import type { I32, V128 } from '../values.js';
import { since206, vsxInst, XX2, XX3 } from './facility.js';
import { XA, XB, XT } from './operands.js';

const SEE = since206('I 7.6.1.3.2');

// The service that computes an instruction has its name. It takes the old target last, and returns it when an exception suppresses it.
const ofAB = (mnemonic: ServiceName, xo: number): Instruction =>
  vsxInst(mnemonic, XX3(xo), [XT, XA, XB], SEE, (e, { XT, XA, XB }) => {
    XT.set(e.call(mnemonic, XA.get(), XB.get(), XT.get()) as V128);
    raiseEnabled(e);
  });
const ofB = (mnemonic: ServiceName, xo: number): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], SEE, (e, { XT, XB }) => {
    XT.set(e.call(mnemonic, XB.get(), XT.get()) as V128);
    raiseEnabled(e);
  });

/** Both forms of a multiply-add, eight apart: A adds XT to XA × XB, M adds XB to XA × XT. Services take both factors before the addend. */
const fused = (stem: string, precision: 'dp' | 'sp', xo: number): Instruction[] => {
  const service = `${stem}${precision}` as ServiceName;
  return [
    vsxInst(`${stem}a${precision}`, XX3(xo), [XT, XA, XB], SEE, (e, { XT, XA, XB }) => {
      const old = XT.get();
      XT.set(e.call(service, XA.get(), XB.get(), old, old) as V128);
      raiseEnabled(e);
    }),
    vsxInst(`${stem}m${precision}`, XX3(xo + 8), [XT, XA, XB], SEE, (e, { XT, XA, XB }) => {
      const old = XT.get();
      XT.set(e.call(service, XA.get(), old, XB.get(), old) as V128);
      raiseEnabled(e);
    }),
  ];
};

const testDivide = (mnemonic: 'xvtdivdp' | 'xvtdivsp', xo: number): Instruction =>
  vsxInst(mnemonic, XX3(xo), [BF, XA, XB], SEE, (e, { BF, XA, XB }) => {
    e.crField(BF).set(e.call(mnemonic, XA.get(), XB.get()) as I32);
  });
const testRoot = (mnemonic: 'xvtsqrtdp' | 'xvtsqrtsp', xo: number): Instruction =>
  vsxInst(mnemonic, XX2(xo), [BF, XB], SEE, (e, { BF, XB }) => {
    e.crField(BF).set(e.call(mnemonic, XB.get()) as I32);
  });

export const VSX_VECTOR_ARITHMETIC: readonly Instruction[] = [
  ofAB('xvadddp', 96),
  ofAB('xvsubdp', 104),
  ofAB('xvmuldp', 112),
  ofAB('xvdivdp', 120),
  ofAB('xvaddsp', 64),
  ofAB('xvsubsp', 72),
  ofAB('xvmulsp', 80),
  ofAB('xvdivsp', 88),
  ofB('xvsqrtdp', 203),
  ofB('xvsqrtsp', 139),
  ofB('xvredp', 218),
  ofB('xvresp', 154),
  ofB('xvrsqrtedp', 202),
  ofB('xvrsqrtesp', 138),

  ...fused('xvmadd', 'dp', 97),
  ...fused('xvmsub', 'dp', 113),
  ...fused('xvnmadd', 'dp', 225),
  ...fused('xvnmsub', 'dp', 241),
  ...fused('xvmadd', 'sp', 65),
  ...fused('xvmsub', 'sp', 81),
  ...fused('xvnmadd', 'sp', 193),
  ...fused('xvnmsub', 'sp', 209),

  ofAB('xvmaxdp', 224),
  ofAB('xvmindp', 232),
  ofAB('xvmaxsp', 192),
  ofAB('xvminsp', 200),

  testDivide('xvtdivdp', 125),
  testDivide('xvtdivsp', 93),
  testRoot('xvtsqrtdp', 234),
  testRoot('xvtsqrtsp', 170),
];
