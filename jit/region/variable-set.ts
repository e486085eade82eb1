import { VARIABLES } from '../ir/ir.js';

/** A set of variables (see ir.ts) as three words of bits. Immutable values, so that sets can be shared. */
export interface VariableSet {
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
}

/** The set without members. */
export const EMPTY: VariableSet = { w0: 0, w1: 0, w2: 0 };
/** What is in either. */
export const union = (a: VariableSet, b: VariableSet): VariableSet => ({ w0: a.w0 | b.w0, w1: a.w1 | b.w1, w2: a.w2 | b.w2 });
/** What is in a and not in b. */
export const minus = (a: VariableSet, b: VariableSet): VariableSet => ({ w0: a.w0 & ~b.w0, w1: a.w1 & ~b.w1, w2: a.w2 & ~b.w2 });
/** Whether both have the same members. */
export const equal = (a: VariableSet, b: VariableSet): boolean => a.w0 === b.w0 && a.w1 === b.w1 && a.w2 === b.w2;
/** Whether v is a member. */
export const has = (s: VariableSet, v: number): boolean => (((v < 32 ? s.w0 : v < 64 ? s.w1 : s.w2) >>> (v & 31)) & 1) !== 0;
/** The set with v as well. */
export const plus = (s: VariableSet, v: number): VariableSet => {
  const bit = 1 << (v & 31);
  if (v < 32) return { w0: s.w0 | bit, w1: s.w1, w2: s.w2 };
  return v < 64 ? { w0: s.w0, w1: s.w1 | bit, w2: s.w2 } : { w0: s.w0, w1: s.w1, w2: s.w2 | bit };
};
/** A text that only equal sets share, for maps. */
export const setKey = (s: VariableSet): string => `${s.w0}.${s.w1}.${s.w2}`;
/** The members in ascending order. */
export function members(s: VariableSet): number[] {
  const out: number[] = [];
  for (let v = 0; v < VARIABLES; v++) if (has(s, v)) out.push(v);
  return out;
}
