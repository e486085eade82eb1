/** References of VSX sign manipulation, moves, logical and permute instructions (Book I, 7.6.1.2, 7.6.1.8, 7.6.1.9, 3.3.16): bits are copied. */
import { extract } from '../../jit/isa/inst.js';
import { DOUBLEWORD_0, elements, vectorOf, type VsxInput, type VsxReference } from './expected.js';

const ALL = (1n << 128n) - 1n;
const SIGN = 1n << 63n;
const at = (word: number, from: number, to: number): number => extract(word, { name: '', from, to });

const whole = (of: (i: VsxInput) => bigint): VsxReference => (i) => ({ fpscr: i.fpscr, xt: of(i) & ALL }); // prettier-ignore
/** Doubleword 0 alone is defined. */
const first = (of: (a: bigint, b: bigint, i: VsxInput) => bigint): VsxReference => (i) => ({
  fpscr: i.fpscr,
  xt: of(i.a >> 64n, i.b >> 64n, i) << 64n,
  defined: DOUBLEWORD_0,
}); // prettier-ignore
const each = (bits: 32 | 64, of: (a: bigint, b: bigint, sign: bigint) => bigint): VsxReference =>
  whole((i) => vectorOf(elements(i.a, bits).map((a, k) => of(a, elements(i.b, bits)[k]!, 1n << BigInt(bits - 1))), bits)); // prettier-ignore
const absolute = (_a: bigint, b: bigint, sign: bigint) => b & ~sign;
const negativeAbsolute = (_a: bigint, b: bigint, sign: bigint) => b | sign;
const negative = (_a: bigint, b: bigint, sign: bigint) => b ^ sign;
const copySign = (a: bigint, b: bigint, sign: bigint) => (a & sign) | (b & ~sign);

/** Words of XA and XB, numbered 0..3 and 4..7. */
const ofWords = (of: (word: number) => readonly number[]): VsxReference =>
  whole((i) => {
    const all = [...elements(i.a, 32), ...elements(i.b, 32)];
    return vectorOf(of(i.word).map((k) => all[k]!), 32); // prettier-ignore
  });
const toGpr = (of: (doubleword: bigint) => bigint): VsxReference => (i) => ({ fpscr: i.fpscr, gpr: of(i.t >> 64n) }); // prettier-ignore
const U = BigInt.asUintN;
const S = BigInt.asIntN;

/** By mnemonic. */
export const VSX_MOVES: Readonly<Record<string, VsxReference>> = {
  xsabsdp: first((_a, b) => b & ~SIGN),
  xsnabsdp: first((_a, b) => b | SIGN),
  xsnegdp: first((_a, b) => b ^ SIGN),
  xscpsgndp: first((a, b) => (a & SIGN) | (b & ~SIGN)),
  xvabsdp: each(64, absolute),
  xvabssp: each(32, absolute),
  xvnabsdp: each(64, negativeAbsolute),
  xvnabssp: each(32, negativeAbsolute),
  xvnegdp: each(64, negative),
  xvnegsp: each(32, negative),
  xvcpsgndp: each(64, copySign),
  xvcpsgnsp: each(32, copySign),

  mfvsrd: toGpr((x) => x),
  mfvsrwz: toGpr((x) => U(32, x)),
  mtvsrd: first((_a, _b, i) => i.gpr),
  mtvsrwa: first((_a, _b, i) => U(64, S(32, i.gpr))),
  mtvsrwz: first((_a, _b, i) => U(32, i.gpr)),

  xxland: whole((i) => i.a & i.b),
  xxlandc: whole((i) => i.a & ~i.b),
  xxlor: whole((i) => i.a | i.b),
  xxlxor: whole((i) => i.a ^ i.b),
  xxlnor: whole((i) => ~(i.a | i.b)),
  xxlorc: whole((i) => i.a | (~i.b & ALL)),
  xxlnand: whole((i) => ~(i.a & i.b)),
  xxleqv: whole((i) => ~(i.a ^ i.b)),
  xxsel: whole((i) => (i.a & ~i.c) | (i.b & i.c)),

  xxmrghw: ofWords(() => [0, 4, 1, 5]),
  xxmrglw: ofWords(() => [2, 6, 3, 7]),
  xxpermdi: ofWords((w) => [...(at(w, 22, 22) ? [2, 3] : [0, 1]), ...(at(w, 23, 23) ? [6, 7] : [4, 5])]),
  xxsldwi: ofWords((w) => [0, 1, 2, 3].map((k) => k + at(w, 22, 23))),
  xxspltw: ofWords((w) => [0, 1, 2, 3].map(() => 4 + at(w, 14, 15))),
};
