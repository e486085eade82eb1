/** Power ISA Book I, 4.6.8: floating-point compares. */
import { X, type Instruction } from '../inst.js';
import { BF, FRA, FRB } from '../operands.js';
import type { I32 } from '../values.js';
import { fpInst, raiseEnabled } from './floating-point-facility.js';

const compare = (mnemonic: 'fcmpu' | 'fcmpo', xo: number): Instruction =>
  fpInst(mnemonic, X(63, xo), [BF, FRA, FRB], { see: 'I 4.6.8' }, (e, { BF, FRA, FRB }) => {
    e.crField(BF).set(e.call(mnemonic, FRA.get(), FRB.get()) as I32);
    raiseEnabled(e);
  });

export const FLOATING_POINT_COMPARE: readonly Instruction[] = [compare('fcmpu', 0), compare('fcmpo', 32)];
