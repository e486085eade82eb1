/** Power ISA Book II, 4.4.1 and 4.4.3: instruction and memory synchronization. Accesses happen in program order here. */
import { X, inst, type Instruction } from '../inst.js';
import { MO, SYNC_L } from '../operands.js';

export const SYNCHRONIZATION: readonly Instruction[] = [
  inst('isync', X(19, 150), [], { see: 'II 4.4.1' }, (e) => e.resync()),
  inst('sync', X(31, 598), [SYNC_L], { see: 'II 4.4.3' }, () => undefined),
  inst('eieio', X(31, 854), [], { see: 'II 4.4.3', absent: ['booke'] }, () => undefined),
  inst('mbar', X(31, 854), [MO], { see: 'II 4.4.3', needs: ['booke'] }, () => undefined),
];
