/** Operands and FPSCRs at the edges, and words of the definitions under test. */
import { insert, type Field, type Instruction } from '../../jit/isa/inst.js';

const bitsOf = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0];

/** Bit patterns of operands, floating-point numbers and integers. */
export const EDGES: readonly bigint[] = [
  ...[0, -0, 1, -1, 1 + 2 ** -52, 1.5, -2.5, 0.5, 1 / 3, -Math.PI, 1e10, 12345.678].map(bitsOf),
  ...[2 ** 31 - 0.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53 + 2, -(2 ** 63), 2 ** 63, 2 ** 64].map(bitsOf),
  ...[2 ** -1022, 5e-324, -(2 ** -1040), Number.MAX_VALUE, -(2 ** 1000), 2 ** -126, 2 ** -149, 2 ** -150, 2 ** 127, -(2 ** 128)].map(bitsOf),
  0x47efffffe0000000n, 0x3ff0000010000000n, 0x7ff0000000000000n, 0xfff0000000000000n, 0x7ff8000000000000n, 0xfff8000000001234n,
  0x7ff4000000000000n, 0xfff0000000000001n, 0x7ff7ffffe0000000n, 0x7fffffffffffffffn, 0xffffffffffffffffn, 0x0000000080000000n, 0xfedcba9876543210n,
]; // prettier-ignore

const ALL_ENABLED = 0xf8;
/** As it is after reset; with XX set, as in running programs; other rounding modes; enabled exceptions; old FR, FI and FPRF. */
export const FPSCRS: readonly number[] = [
  0, 0x82000000, 0x82000000, 0x8207f000, 0x82064001, 2, 3, 0x80, 0x10, 0x40, 0x20, 0x08, ALL_ENABLED, ALL_ENABLED | 3, 0x7f080,
]; // prettier-ignore

/** Register numbers that words name. */
export const REGISTERS = { RT: 3, RA: 4, RB: 5, RC: 6, BF: 2 } as const;

const fieldsOf = (i: Instruction): readonly Field[] => [...new Map(i.operands.flatMap((o) => o.fields).map((f) => [f.name, f])).values()];

/** The word of a definition with these fields; others are as in REGISTERS, or 0. */
export function wordOf(i: Instruction, fields: Readonly<Record<string, number>>): number {
  const all: Readonly<Record<string, number>> = { ...REGISTERS, ...fields };
  return fieldsOf(i).reduce((word, f) => insert(word, f, (all[f.name] ?? 0) << (f.shift ?? 0)), i.match);
}

/** Words with each value of Rc, where there is one. */
export function withRc(i: Instruction, fields: Readonly<Record<string, number>> = {}): number[] {
  const rc = fieldsOf(i).some((f) => f.name === 'Rc');
  return (rc ? [0, 1] : [0]).map((Rc) => wordOf(i, { ...fields, Rc }));
}
