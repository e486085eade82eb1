/**
 * Power ISA Book II, chapter 5, and Book III-S 3.3.3: transactional memory. No machine here has it: MSR[TM] is always 0, and every one of these
 * instructions is a facility-unavailable exception.
 */
import { unavailable } from '../facilities.js';
import { X, inst, type Facts, type Instruction } from '../inst.js';
import { BF, RA, RB, TO, immediate } from '../operands.js';

const NEEDS = ['isa207'] as const;
const SEE: Facts = { see: 'II 5.5', needs: NEEDS };
const PRIVILEGED: Facts = { see: 'III-S 3.3.3', needs: NEEDS, privileged: true };
const R = immediate('R', { name: 'R', from: 10, to: 10 });
const A = immediate('A', { name: 'A', from: 6, to: 6 });
const TL = immediate('L', { name: 'L', from: 10, to: 10 });
const SI5 = immediate('SI5', { name: 'SI5', from: 16, to: 20, signed: true });

const absent = (mnemonic: string, xo: number, rc: 0 | 1, operands: Instruction['operands'], facts: Facts = SEE): Instruction =>
  inst(mnemonic, X(31, xo, rc), operands, facts, (e) => unavailable(e, 'TM'));

export const TRANSACTIONAL_MEMORY: readonly Instruction[] = [
  absent('tbegin.', 654, 1, [R]),
  absent('tend.', 686, 1, [A]),
  absent('tcheck', 718, 0, [BF]),
  absent('tsr.', 750, 1, [TL]),
  absent('tabortwc.', 782, 1, [TO, RA, RB]),
  absent('tabortdc.', 814, 1, [TO, RA, RB]),
  absent('tabortwci.', 846, 1, [TO, RA, SI5]),
  absent('tabortdci.', 878, 1, [TO, RA, SI5]),
  absent('tabort.', 910, 1, [RA]),
  absent('treclaim.', 942, 1, [RA], PRIVILEGED),
  absent('trechkpt.', 1006, 1, [], PRIVILEGED),
];
