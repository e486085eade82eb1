/** Power ISA Book I, 6.17: packed decimals of 31 digits. They are rare: the runtime computes them, and compiled code leaves them to the interpreter. */
import { EXCEPTION_VECTOR_UNAVAILABLE } from '../../abi/exits.js';
import { inst, withBits, type Form, type Instruction } from '../inst.js';
import { field, immediate, registerOperand } from '../operands.js';
import { FIELDS } from '../operands.js';
import type { I32 } from '../values.js';

const VRTn = registerOperand('VRT', FIELDS.RT, 'v', (_e, n) => n);
const VRAn = registerOperand('VRA', FIELDS.RA, 'v', (_e, n) => n);
const VRBn = registerOperand('VRB', FIELDS.RB, 'v', (_e, n) => n);
/** Preferred sign: which code a plus has. */
const PS = immediate('PS', field('PS', 22, 22));

/** Bit 21 is 1 always: CR6 tells about the result. */
const form = (xo: number): Form => withBits({ name: 'VX', fixed: [[0, 5, 4]] }, [21, 21, 1], [23, 31, xo]); // prettier-ignore

const packed = (service: 'bcdadd' | 'bcdsub', xo: number): Instruction =>
  inst(`${service}.`, form(xo), [VRTn, VRAn, VRBn, PS], { see: 'I 6.17', needs: ['vmx', 'isa207'], only64: true }, (e, { VRT, VRA, VRB, PS }) => {
    e.interpretOnly();
    e.when(
      e.not(e.msrBit('VEC')),
      () => e.raise(EXCEPTION_VECTOR_UNAVAILABLE),
      () => e.crField(e.i32(6)).set(e.call(service, VRT, VRA, VRB, PS) as I32),
    );
  }); // prettier-ignore

export const VECTOR_DECIMAL: readonly Instruction[] = [packed('bcdadd', 1), packed('bcdsub', 65)];
