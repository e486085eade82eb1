import { VARIABLES } from '../ir/ir.js';

/** A set of variables (see ir.ts) as five words of bits. Immutable values, so that sets can be shared. */
export interface VariableSet {
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  readonly w4: number;
}

const of = (w0: number, w1: number, w2: number, w3: number, w4: number): VariableSet => ({ w0, w1, w2, w3, w4 });
/** The set without members. */
export const EMPTY: VariableSet = of(0, 0, 0, 0, 0);
/** What is in either. */
export const union = (a: VariableSet, b: VariableSet): VariableSet => of(a.w0 | b.w0, a.w1 | b.w1, a.w2 | b.w2, a.w3 | b.w3, a.w4 | b.w4);
/** What is in a and not in b. */
export const minus = (a: VariableSet, b: VariableSet): VariableSet =>
  of(a.w0 & ~b.w0, a.w1 & ~b.w1, a.w2 & ~b.w2, a.w3 & ~b.w3, a.w4 & ~b.w4);
/** Whether both have the same members. */
export const equal = (a: VariableSet, b: VariableSet): boolean =>
  a.w0 === b.w0 && a.w1 === b.w1 && a.w2 === b.w2 && a.w3 === b.w3 && a.w4 === b.w4;
/** The word that holds v's bit. */
const wordOf = (s: VariableSet, v: number): number => (v < 32 ? s.w0 : v < 64 ? s.w1 : v < 96 ? s.w2 : v < 128 ? s.w3 : s.w4);
/** Whether v is a member. */
export const has = (s: VariableSet, v: number): boolean => ((wordOf(s, v) >>> (v & 31)) & 1) !== 0;
/** The set with v as well. */
export const plus = (s: VariableSet, v: number): VariableSet => {
  const bit = 1 << (v & 31);
  const at = v >> 5;
  return of(
    at === 0 ? s.w0 | bit : s.w0,
    at === 1 ? s.w1 | bit : s.w1,
    at === 2 ? s.w2 | bit : s.w2,
    at === 3 ? s.w3 | bit : s.w3,
    at === 4 ? s.w4 | bit : s.w4,
  );
};
/** A text that only equal sets share, for maps. */
export const setKey = (s: VariableSet): string => `${s.w0}.${s.w1}.${s.w2}.${s.w3}.${s.w4}`;
/** The members in ascending order. */
export function members(s: VariableSet): number[] {
  const out: number[] = [];
  for (let v = 0; v < VARIABLES; v++) {
    if (wordOf(s, v) === 0) v |= 31;
    else if (has(s, v)) out.push(v);
  }
  return out;
}
