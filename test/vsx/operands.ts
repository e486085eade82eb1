/** VSRs, FPSCRs and words of the definitions to test them with. */
import { insert, type Field, type Instruction } from '../../jit/isa/inst.js';
import { EDGES } from '../float-definitions/operands.js';
import type { Scatter } from '../isa/situations.js';
import { vectorOf, widened } from './expected.js';

/** Singles: zeros, numbers, the ends of the format, integers at the ends of words, infinities, NaNs. */
const SINGLE_EDGES: readonly bigint[] = [
  0x00000000n, 0x80000000n, 0x3f800000n, 0xbf800000n, 0x3f800001n, 0x3fc00000n, 0xc0200000n, 0x3f000000n, 0x3eaaaaabn, 0xc0490fdbn, 0x501502f9n, 0x4640e6b7n,
  0x4effffffn, 0x4f000000n, 0xcf000000n, 0xcf000001n, 0x4f800000n, 0x5effffffn, 0x5f000000n, 0xdf000000n, 0x5f800000n, 0x00800000n, 0x80800000n, 0x00ffffffn,
  0x00000001n, 0x807fffffn, 0x7f7fffffn, 0xff7fffffn, 0x0c800000n, 0x7d000000n, 0x7e800000n, 0x7f800000n, 0xff800000n, 0x7fc00000n, 0xffc01234n, 0x7fa00000n,
  0xff800001n, 0x7fffffffn, 0xffffffffn, 0x01000000n, 0x4b7fffffn, 0xbeffffffn, 0x3f7fffffn, 0x00012345n,
]; // prettier-ignore
/** Those that the tables of the manual tell apart. */
const SINGLE_KINDS: readonly bigint[] = [0n, 0x80000000n, 0x3f800000n, 0xbf800000n, 0x7f800000n, 0xff800000n, 0x7fc00001n, 0xff800002n];
const INTEGER_EDGES: readonly bigint[] = [
  0n, 1n, 0xffffffffffffffffn, 0x7fffffffffffffffn, 0x8000000000000000n, 0x0020000000000001n, 0x00000000ffffffffn, 0xffffffff00000001n, 0x0000000001000001n,
  0x8000000080000000n, 0x7fffffff7fffffffn, 0xfedcba9876543210n, 0xffdfffffffffffffn, 0x0000008000000800n,
]; // prettier-ignore

const random64 = (s: Scatter): bigint => (BigInt(s.next()) << 32n) | BigInt(s.next());
/** Numbers as programs have them: exponents near 0. */
const moderateDouble = (s: Scatter): bigint => (BigInt(s.below(2)) << 63n) | (BigInt(1013 + s.below(20)) << 52n) | (random64(s) >> 12n);
const moderateSingle = (s: Scatter): bigint => (BigInt(s.below(2)) << 31n) | (BigInt(117 + s.below(20)) << 23n) | BigInt(s.next() >>> 9);

/** How a state's registers are drawn: all alike, so that vectors also meet without a special element. */
export type Style =
  | 'kinds'
  | 'single kinds'
  | 'edges'
  | 'single edges'
  | 'integers'
  | 'moderate doubles'
  | 'moderate singles'
  | 'widened singles'
  | 'one edge';
export const STYLES: readonly Style[] = ['kinds', 'single kinds', 'edges', 'single edges', 'integers', 'moderate doubles', 'moderate singles', 'widened singles', 'one edge']; // prettier-ignore

/** A VSR of a style. */
export function vsrOf(s: Scatter, style: Style): bigint {
  const doubles = (of: () => bigint) => vectorOf([of(), of()], 64);
  const singles = (of: () => bigint) => vectorOf([of(), of(), of(), of()], 32);
  switch (style) {
    case 'kinds': return doubles(() => widened(s.pick(SINGLE_KINDS)));
    case 'single kinds': return singles(() => s.pick(SINGLE_KINDS));
    case 'edges': return doubles(() => s.pick(EDGES));
    case 'single edges': return singles(() => s.pick(SINGLE_EDGES));
    case 'integers': return doubles(() => (s.below(2) ? s.pick(INTEGER_EDGES) : random64(s) >> BigInt(s.below(64))));
    case 'moderate doubles': return doubles(() => moderateDouble(s));
    case 'moderate singles': return singles(() => moderateSingle(s));
    case 'widened singles': return doubles(() => widened(s.below(3) ? moderateSingle(s) : s.pick(SINGLE_EDGES)));
    case 'one edge': return s.below(2) ? vectorOf([moderateDouble(s), s.pick(EDGES)], 64) : vectorOf([moderateSingle(s), s.pick(SINGLE_EDGES), moderateSingle(s), moderateSingle(s)], 32);
  }
} // prettier-ignore

const fieldsOf = (i: Instruction): readonly Field[] => [...new Map(i.operands.flatMap((o) => o.fields).map((f) => [f.name, f])).values()];
/** The word of a definition with these fields; others are 0. */
export const wordOf = (i: Instruction, fields: Readonly<Record<string, number>>): number =>
  fieldsOf(i).reduce((word, f) => insert(word, f, (fields[f.name] ?? 0) << (f.shift ?? 0)), i.match);

const REGISTERS = { XT: 3, XA: 4, XB: 5, XC: 6, RA: 7, RB: 8, BF: 2 };
/** Registers: all FPRs; all VRs; both; equal ones. */
const REGISTER_CHOICES: readonly Readonly<Record<string, number>>[] = [
  REGISTERS,
  { ...REGISTERS, TX: 1, AX: 1, BX: 1, CX: 1 },
  { ...REGISTERS, TX: 1, BX: 1 },
  { ...REGISTERS, AX: 1, CX: 1 },
  { ...REGISTERS, XA: 3, XB: 3, XC: 3 },
  { ...REGISTERS, XA: 3, XB: 3, XC: 3, TX: 1, AX: 1, BX: 1, CX: 1 },
];
/** Words to test a definition with, for each value of its small fields. */
export function wordsOf(i: Instruction): number[] {
  const small = fieldsOf(i).filter((f) => ['Rc', 'DM', 'SHW', 'UIM'].includes(f.name));
  return REGISTER_CHOICES.flatMap((registers) => {
    const choices = small.reduce<Record<string, number>[]>(
      (list, f) => list.flatMap((c) => Array.from({ length: 2 ** (f.to - f.from + 1) }, (_, n) => ({ ...c, [f.name]: n }))),
      [registers],
    );
    return choices.map((c) => wordOf(i, c));
  });
}
