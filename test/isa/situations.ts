/** Instruction words and CPU states for vectors: edge values crossed with one another, and a repeatable scatter of others. */
import { insert, type Field, type Instruction } from '../../jit/isa/inst.js';

/** A small repeatable generator of 32-bit numbers (xorshift), seeded by a text. */
export class Scatter {
  #state: number;
  constructor(seed: string) {
    this.#state = [...seed].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 0x01000193), 0x811c9dc5) | 1;
  }
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
  below(n: number): number {
    return this.next() % n;
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}

const EDGES_32 = [0n, 1n, 2n, 31n, 32n, 33n, 0x7fffffffn, 0x80000000n, 0x80000001n, 0xffffffffn, 0xffff8000n, 0x12345678n];
const EDGES_64 = [
  0n, 1n, 31n, 32n, 33n, 63n, 64n, 65n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 0x12345678_9abcdef0n, 0x7fffffff_ffffffffn,
  0x80000000_00000000n, 0x80000000_00000001n, 0xffffffff_7fffffffn, 0xffffffff_80000000n, 0xffffffff_ffffffffn,
]; // prettier-ignore
export const edges = (width: 32 | 64): readonly bigint[] => (width === 64 ? EDGES_64 : EDGES_32);

export function scatteredValue(s: Scatter, width: 32 | 64): bigint {
  if (s.below(2)) return s.pick(edges(width));
  return BigInt.asUintN(width, (BigInt(s.next()) << 32n) | BigInt(s.next()));
}

/** The fields of a definition, each once. */
const fieldsOf = (i: Instruction): readonly Field[] => [...new Map(i.operands.flatMap((o) => o.fields).map((f) => [f.name, f])).values()];

/** Register fields distinct: RT or RS = 3, RA = 4, RB = 5; immediates and other fields 0 or small. */
function plainWord(i: Instruction): number {
  const value = (f: Field) => (f.from === 6 && f.to === 10 ? 3 : f.from === 11 && f.to === 15 ? 4 : f.from === 16 && f.to === 20 ? 5 : 1);
  return fieldsOf(i).reduce((w, f) => (f.variant ? w : insert(w, f, value(f) << (f.shift ?? 0))), i.match);
}
/** Any values, with the edges of each field and equal registers more often than chance has them. */
function scatteredWord(i: Instruction, s: Scatter): number {
  return fieldsOf(i).reduce((w, f) => {
    const ones = 2 ** (f.to - f.from + 1) - 1;
    const value = s.pick([0, 3, 4, 1, ones, ones >>> 1, (ones >>> 1) + 1, s.next() & ones]);
    return f.variant ? w : insert(w, f, (value & ones) << (f.shift ?? 0));
  }, i.match);
}
/** Each combination of the suffix bits of a word. */
function withSuffixes(i: Instruction, word: number): number[] {
  return fieldsOf(i)
    .filter((f) => f.variant)
    .reduce((words, f) => words.flatMap((w) => [insert(w, f, 0), insert(w, f, 1)]), [word]);
}

/** Words to test a definition with: the plain one first, each with every combination of suffix bits. */
export function wordsOf(i: Instruction, s: Scatter, scattered: number): { readonly plain: number[]; readonly others: number[] } {
  const others = Array.from({ length: scattered }, () => scatteredWord(i, s));
  return { plain: withSuffixes(i, plainWord(i)), others: others.flatMap((w) => withSuffixes(i, w)) };
}
