/** Operands of vector instructions (Power ISA Book I, chapter 6). */
import { field, FIELDS, immediate, registerOperand, suffixOperand } from '../operands.js';
import type { Field } from '../inst.js';
import type { Emitter } from '../emitter.js';
import type { Cell, Source, V128 } from '../values.js';

const F = FIELDS;
const vrIn = <N extends string>(name: N, f: Field) => registerOperand<N, Source<V128>>(name, f, 'v', (e, n) => e.vr(n));

export const VRT = registerOperand<'VRT', Cell<V128>>('VRT', F.RT, 'v', (e, n) => e.vr(n));
export const VRS = vrIn('VRS', F.RT);
export const VRA = vrIn('VRA', F.RA);
export const VRB = vrIn('VRB', F.RB);
export const VRC = vrIn('VRC', F.RC);

/** Numbers of elements, by how many there are; scale factors of conversions. */
export const UIM_BYTE = immediate('UIM', field('UIM', 12, 15));
export const UIM_HALFWORD = immediate('UIM', field('UIM', 13, 15));
export const UIM_WORD = immediate('UIM', field('UIM', 14, 15));
export const UIM_SCALE = immediate('UIM', F.RA);
export const SIM = immediate('SIM', field('SIM', 11, 15, { signed: true }));
export const SHB = immediate('SHB', field('SHB', 22, 25));
/** Of the SHA sigma functions. */
export const ST = immediate('ST', field('ST', 16, 16));
export const SIX = immediate('SIX', field('SIX', 17, 20));
/** Of data stream touches. */
export const STRM = immediate('STRM', field('STRM', 9, 10));

/** CR6 from what a compare gives, ones in the elements for which it holds: whether it holds for all, and whether for none. */
export const recordCr6 = (e: Emitter, holds: V128): void => {
  const all = e.shl(e.bitAsI32(e.allTrue('i8x16', holds)), e.i32(3));
  const none = e.shl(e.bitAsI32(e.not(e.anyTrue(holds))), e.i32(1));
  e.crField(e.i32(6)).set(e.or(all, none));
};
/** Rc of vector compares: when 1, CR6 tells about the result (I 6.6.3). */
export const RcVector = suffixOperand('Rc', field('Rc', 21, 21, { variant: true }), '.', (e, on) => ({
  record: (how: (e: Emitter, result: V128) => void, result: V128) => e.when(on, () => how(e, result)),
}));
