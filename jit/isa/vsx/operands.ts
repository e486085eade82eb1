/** Operands of the vector-scalar facility (Power ISA Book I, 7.2.1): register numbers of six bits, of which one lies apart. */
import type { Emitter } from '../emitter.js';
import type { Field } from '../inst.js';
import { FIELDS, immediate, type Operand, type ReadField } from '../operands.js';
import type { Bit, Cell, F64, I32, V128 } from '../values.js';

/** A VSR: all of it; its doubleword 0 as the scalar operations see it; and its number. */
export interface VsrHandle extends Cell<V128> {
  readonly number: I32;
  /** Writing leaves doubleword 1, which the manual leaves undefined, as it is: so it is right, too, when the write is a suppressed one. */
  readonly double: Cell<F64>;
}

const bit = (name: string, at: number): Field => ({ name, from: at, to: at });
/** The five bits and the one bit of a register number. */
export const SPLIT = {
  XT: [{ name: 'XT', from: 6, to: 10 }, bit('TX', 31)],
  XA: [{ name: 'XA', from: 11, to: 15 }, bit('AX', 29)],
  XB: [{ name: 'XB', from: 16, to: 20 }, bit('BX', 30)],
  XC: [{ name: 'XC', from: 21, to: 25 }, bit('CX', 28)],
} as const satisfies Record<string, readonly [Field, Field]>;

/** Doubleword 0 of VSR n: the FPR where it is one. */
function doubleOf(e: Emitter, n: I32): Cell<F64> {
  const known = e.constantOf(n);
  if (known !== undefined && known < 32) return e.fpr(n);
  const vsr = e.vsr(n);
  return { get: () => e.lane('f64x2', vsr.get(), 0), set: (v) => vsr.set(e.withLane('f64x2', vsr.get(), 0, v)) };
}
function vsrHandle(e: Emitter, n: I32): VsrHandle {
  const { get, set } = e.vsr(n);
  return { number: n, get, set, double: doubleOf(e, n) };
}
const numberOf = (e: Emitter, read: ReadField, [five, one]: readonly [Field, Field]): I32 => e.or(read(five), e.shl(read(one), e.i32(5)));

const vsr = <N extends string>(name: N, split: readonly [Field, Field]): Operand<N, VsrHandle> => ({
  name,
  fields: split,
  print: (read) => `vs${read(split[0]) | (read(split[1]) << 5)}`,
  parse: (text, put) => {
    const n = Number(text.replace(/^vs/, ''));
    if (!Number.isInteger(n) || n < 0 || n > 63) throw new Error(`register ${text} is not a number in 0..63`);
    put(split[0], n & 31);
    put(split[1], n >> 5);
  },
  bind: (e, read) => vsrHandle(e, numberOf(e, read, split)),
});
export const XT = vsr('XT', SPLIT.XT);
/** The same field as a source. */
export const XS = vsr('XS', SPLIT.XT);
export const XA = vsr('XA', SPLIT.XA);
export const XB = vsr('XB', SPLIT.XB);
export const XC = vsr('XC', SPLIT.XC);

/** Which word xxspltw copies; how many words xxsldwi shifts; which doublewords xxpermdi takes. */
export const UIM2 = immediate('UIM', { name: 'UIM', from: 14, to: 15 });
export const SHW = immediate('SHW', { name: 'SHW', from: 22, to: 23 });
export const DM = immediate('DM', { name: 'DM', from: 22, to: 23 });

const RC_FIELD: Field = { ...FIELDS.Rc, from: 21, to: 21 };
/** Rc of vector compares, bit 21: when 1, CR field 6 tells whether all and whether no elements compared true (I 7.6.1.4). */
export const RcCompare: Operand<'Rc', Bit> = {
  name: 'Rc',
  fields: [RC_FIELD],
  print: () => '',
  suffix: { field: RC_FIELD, text: '.' },
  bind: (e, read) => e.bitOf(read(RC_FIELD), 0),
};
