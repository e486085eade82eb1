/** Expected results of I 3.3.9: add, subtract, multiply, divide. */
import { exts, low, type ReferenceCpu, type Semantics, type SemanticsTable } from './cpu.js';

/** RT <- a + b + carry-in, with CA when asked for, and OV, SO, CR0 as the suffix bits say. */
function total(c: ReferenceCpu, a: bigint, b: bigint, carryIn: bigint, setsCarry: boolean, xoForm = true): void {
  const m = c.modeBits;
  const value = low(a + b + carryIn, c.width);
  const carry = (low(a, m) + low(b, m) + carryIn) >> BigInt(m);
  const exact = exts(a, m) + exts(b, m) + carryIn;
  c.RT = value;
  if (setsCarry) c.ca = carry;
  if (!xoForm) return;
  c.overflow(c.misfits(exact));
  c.record(value);
}
const not = (c: ReferenceCpu, v: bigint) => low(~v, c.width);

/** RT <- v; OV when `overflow`. */
function result(c: ReferenceCpu, v: bigint, overflow: boolean): void {
  c.RT = v;
  c.overflow(overflow);
  c.record(c.RT);
}
/** Quotient toward zero; `fallback` where there is none or it does not fit. The upper half of a word's quotient is 0. */
function quotient(c: ReferenceCpu, a: bigint, b: bigint, bits: number, signed: boolean, fallback: bigint): void {
  const q = b === 0n ? undefined : a / b;
  const fits = q !== undefined && (signed ? exts(q, bits) === q : low(q, bits) === q);
  result(c, low(fits ? q : fallback, bits), !fits);
}
const word = (v: bigint) => exts(v, 32);
const uword = (v: bigint) => low(v, 32);
const sign = (v: bigint) => (v < 0n ? -1n : 0n);
/** An instruction without OE, whose bit 21 is reserved. */
const upper =
  (of: (c: ReferenceCpu) => bigint): Semantics =>
  (c) => {
    const v = low(of(c), c.width);
    c.RT = v;
    c.record(v);
  };

export const ARITHMETIC: SemanticsTable = {
  addi: (c) => (c.RT = c.RA0 + c.si),
  addis: (c) => (c.RT = c.RA0 + c.si * 65536n),
  addic: (c) => total(c, c.RA, low(c.si, c.width), 0n, true, false),
  'addic.': (c) => {
    total(c, c.RA, low(c.si, c.width), 0n, true, false);
    c.recordResult(c.RT);
  },
  subfic: (c) => total(c, not(c, c.RA), low(c.si, c.width), 1n, true, false),
  add: (c) => total(c, c.RA, c.RB, 0n, false),
  subf: (c) => total(c, not(c, c.RA), c.RB, 1n, false),
  addc: (c) => total(c, c.RA, c.RB, 0n, true),
  subfc: (c) => total(c, not(c, c.RA), c.RB, 1n, true),
  adde: (c) => total(c, c.RA, c.RB, c.ca, true),
  subfe: (c) => total(c, not(c, c.RA), c.RB, c.ca, true),
  addme: (c) => total(c, c.RA, low(-1n, c.width), c.ca, true),
  subfme: (c) => total(c, not(c, c.RA), low(-1n, c.width), c.ca, true),
  addze: (c) => total(c, c.RA, 0n, c.ca, true),
  subfze: (c) => total(c, not(c, c.RA), 0n, c.ca, true),
  neg: (c) => total(c, not(c, c.RA), 0n, 1n, false),

  mulli: (c) => (c.RT = c.RA * c.si),
  mullw: (c) => {
    const product = word(c.RA) * word(c.RB);
    result(c, product, c.misfits(product, 32));
  },
  mulhw: upper((c) => uword((word(c.RA) * word(c.RB)) >> 32n)),
  mulhwu: upper((c) => (uword(c.RA) * uword(c.RB)) >> 32n),
  mulhd: upper((c) => (exts(c.RA, 64) * exts(c.RB, 64)) >> 64n),
  mulhdu: upper((c) => (c.RA * c.RB) >> 64n),
  mulld: (c) => {
    const product = exts(c.RA, 64) * exts(c.RB, 64);
    result(c, product, c.misfits(product, 64));
  },
  divw: (c) => quotient(c, word(c.RA), word(c.RB), 32, true, sign(word(c.RA))),
  divwu: (c) => quotient(c, uword(c.RA), uword(c.RB), 32, false, 0n),
  divwe: (c) => quotient(c, word(c.RA) << 32n, word(c.RB), 32, true, 0n),
  divweu: (c) => quotient(c, uword(c.RA) << 32n, uword(c.RB), 32, false, 0n),
  divd: (c) => quotient(c, exts(c.RA, 64), exts(c.RB, 64), 64, true, sign(exts(c.RA, 64))),
  divdu: (c) => quotient(c, c.RA, c.RB, 64, false, 0n),
  divde: (c) => quotient(c, exts(c.RA, 64) << 64n, exts(c.RB, 64), 64, true, 0n),
  divdeu: (c) => quotient(c, c.RA << 64n, c.RB, 64, false, 0n),
};
