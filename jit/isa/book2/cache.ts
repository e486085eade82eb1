/** Power ISA Book II, 4.3: cache management. There are no caches here; what is left is permission, zeroing and translations of code. */
import { ACCESS_READ, ACCESS_WRITE } from '../../abi/exits.js';
import { X, inst, type Facts, type Instruction } from '../inst.js';
import { RA0_RB } from '../operands.js';

/** A hint: never faults, does nothing. */
const hint = (mnemonic: string, xo: number, facts: Facts): Instruction => inst(mnemonic, X(31, xo), [RA0_RB], facts, () => undefined);
/** Nothing is moved, but the address must be allowed for a load or a store. */
const permitted = (mnemonic: string, xo: number, access: number, facts: Facts): Instruction =>
  inst(mnemonic, X(31, xo), [RA0_RB], facts, (e, { EA }) => void e.call('touch', EA, e.i32(access)));

export const CACHE: readonly Instruction[] = [
  hint('dcbt', 278, { see: 'II 4.3.2' }),
  hint('dcbtst', 246, { see: 'II 4.3.2' }),
  hint('dcba', 758, { see: 'II 4.3.2' }),
  hint('icbt', 22, { see: 'II 4.3.1', needs: ['booke'] }),
  hint('icbt', 22, { see: 'II 4.3.1', needs: ['isa207'], absent: ['booke'] }),
  permitted('dcbst', 54, ACCESS_READ, { see: 'II 4.3.2' }),
  permitted('dcbf', 86, ACCESS_READ, { see: 'II 4.3.2' }),
  permitted('dcbi', 470, ACCESS_WRITE, { see: 'III-E 6.11.1, 32-bit architecture', privileged: true }),

  inst('dcbz', X(31, 1014), [RA0_RB], { see: 'II 4.3.2' }, (e, { EA }) => void e.call('zeroBlock', EA)),
  // Treated as a load (II 4.3.1): the address must be allowed for one.
  inst('icbi', X(31, 982), [RA0_RB], { see: 'II 4.3.1' }, (e, { EA }) => {
    e.call('touch', EA, e.i32(ACCESS_READ));
    e.call('invalidateInstructionBlock', EA);
  }),
];
