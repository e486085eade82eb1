/** Power ISA Book I, 7.6.1.4: floating-point compares. */
import { raiseEnabled } from '../book1/floating-point-facility.js';
import type { Instruction } from '../inst.js';
import { BF } from '../operands.js';
import type { I32, V128 } from '../values.js';
import { since206, vsxInst, XX3, XX3_RC } from './facility.js';
import { RcCompare, XA, XB, XT } from './operands.js';

const SEE = since206('I 7.6.1.4');

const scalar = (mnemonic: string, xo: number, service: 'fcmpo' | 'fcmpu'): Instruction =>
  vsxInst(mnemonic, XX3(xo), [BF, XA, XB], SEE, (e, { BF, XA, XB }) => {
    e.crField(BF).set(e.call(service, XA.double.get(), XB.double.get()) as I32);
    raiseEnabled(e);
  });

type VectorCompare = `xvcmp${'eq' | 'ge' | 'gt'}${'dp' | 'sp'}`;

/** Elements become all ones or zeros. CR field 6, which the manual leaves undefined when an exception keeps the target, tells of the target then. */
const vector = (mnemonic: VectorCompare, xo: number): Instruction =>
  vsxInst(mnemonic, XX3_RC(xo), [XT, XA, XB, RcCompare], SEE, (e, { XT, XA, XB, Rc }) => {
    const result = e.call(mnemonic, XA.get(), XB.get(), XT.get()) as V128;
    XT.set(result);
    e.when(Rc, () => {
      const all = e.bitAsI32(e.allTrue('i32x4', result));
      const none = e.bitAsI32(e.not(e.anyTrue(result)));
      e.crField(e.i32(6)).set(e.or(e.shl(all, e.i32(3)), e.shl(none, e.i32(1))));
    });
    raiseEnabled(e);
  });

export const VSX_COMPARE: readonly Instruction[] = [
  scalar('xscmpodp', 43, 'fcmpo'),
  scalar('xscmpudp', 35, 'fcmpu'),
  vector('xvcmpeqdp', 99),
  vector('xvcmpgedp', 115),
  vector('xvcmpgtdp', 107),
  vector('xvcmpeqsp', 67),
  vector('xvcmpgesp', 83),
  vector('xvcmpgtsp', 75),
];
