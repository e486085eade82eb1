/** Operands of decimal instructions (Power ISA Book I, chapter 5). Registers are their numbers: the services read and write them. */
import type { Field } from '../inst.js';
import { field, FIELDS, immediate, registerOperand, type Operand } from '../operands.js';
import type { I32 } from '../values.js';

const number = <N extends string>(name: N, f: Field) => registerOperand<N, I32>(name, f, 'f', (_e, n) => n);
export const FRTn = number('FRT', FIELDS.RT);
export const FRAn = number('FRA', FIELDS.RA);
export const FRBn = number('FRB', FIELDS.RB);

/** An even register, which with the next one holds a quadword; the last bit of its number belongs to the encoding, and is 0. */
const pair = <N extends string>(name: N, from: number): Operand<N, I32> => {
  const f = field(`${name}p`, from, from + 3, { shift: 1 });
  const plain = number(name, f);
  return {
    ...plain,
    parse: (text, put, cia) => {
      if (Number(text.replace(/^f/, '')) % 2 !== 0) throw new Error(`register ${text} is not even`);
      plain.parse!(text, put, cia);
    },
  };
};
export const FRTp = pair('FRT', 6);
export const FRAp = pair('FRA', 11);
export const FRBp = pair('FRB', 16);

/** Data class, data group (six bits each), shift count. */
export const DCM = immediate('DCM', field('DCM', 16, 21));
export const DGM = immediate('DGM', field('DGM', 16, 21));
export const SH_DIGITS = immediate('SH', field('SH', 16, 21));
/** Target exponent, rounding mode, and which modes that means. */
export const TE = immediate('TE', field('TE', 11, 15, { signed: true }));
export const RMC = immediate('RMC', field('RMC', 21, 22));
export const R = immediate('R', field('R', 15, 15));
/** Sign of binary-coded decimals. */
export const SP = immediate('SP', field('SP', 11, 12));
export const S = immediate('S', field('S', 11, 11));
