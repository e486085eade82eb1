/** What the references say a VSX instruction does, and how they put elements together (Power ISA Book I, 7.2 to 7.4). */
import { FIELDS, settled, type Expected, type Input, type Reference } from '../float-definitions/expected.js';
import { bitLength, decode, fpscrAfter, round } from '../float/reference.js';

/** VSRs as 128-bit numbers, doubleword 0 the upper half; `t` is the old target. */
export interface VsxInput {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  readonly t: bigint;
  readonly fpscr: number;
  readonly word: number;
  /** RA. */
  readonly gpr: bigint;
}
export interface VsxExpected {
  /** XT after; absent: unchanged. */
  readonly xt?: bigint;
  /** Bits of XT that are defined; absent: all. */
  readonly defined?: bigint;
  /** Instead of `xt`, where the architecture does not say exactly which number. */
  readonly accepts?: (xt: bigint) => boolean;
  readonly fpscr: number;
  /** FPSCR bits that are undefined. */
  readonly undefined?: number;
  /** What the CR field BF receives; and CR field 6 when Rc is 1, unless undefined. */
  readonly cr?: number;
  readonly cr6?: number | 'undefined';
  /** RA after; absent: unchanged. */
  readonly gpr?: bigint;
}
/** Undefined where a reference does not know. */
export type VsxReference = (i: VsxInput) => VsxExpected | undefined;

export const DOUBLEWORD_0 = ((1n << 64n) - 1n) << 64n;
/** Exception bits but the summaries. */
const EXCEPTIONS = 0x1ff80700;
const FEX = 0x40000000;
const CONTROLS = 0xff;

/** Elements of `bits` bits, element 0 first; and back. */
export const elements = (v: bigint, bits: number): bigint[] =>
  Array.from({ length: 128 / bits }, (_, k) => BigInt.asUintN(bits, v >> BigInt(128 - bits * (k + 1))));
export const vectorOf = (list: readonly bigint[], bits: number): bigint => list.reduce((v, x) => (v << BigInt(bits)) | x, 0n);
/** One word in both halves of a doubleword. */
export const twice = (word: bigint): bigint => (word << 32n) | word;

/** The double that equals the single with these bits; a NaN keeps its fraction's bits. */
export function widened(word: bigint): bigint {
  const sign = word >> 31n;
  const exponent = Number((word >> 23n) & 0xffn);
  const fraction = word & 0x7fffffn;
  if (exponent === 255) return (sign << 63n) | (0x7ffn << 52n) | (fraction << 29n);
  const magnitude = exponent === 0 ? fraction : fraction | 0x800000n;
  return round({ negative: sign === 1n, magnitude, exponent: Math.max(exponent, 1) - 150, sticky: false }, false, 0).bits;
}
/** The single that equals a double. */
export function narrowed(bits: bigint): bigint {
  const sign = (bits >> 63n) << 31n;
  if (((bits >> 52n) & 0x7ffn) === 0x7ffn) return sign | 0x7f800000n | ((bits >> 29n) & 0x7fffffn);
  const { magnitude, exponent } = decode(bits);
  if (magnitude === 0n) return sign;
  const leading = bitLength(magnitude) - 1 + exponent;
  const lowest = Math.max(leading, -126) - 23;
  const shift = lowest - exponent;
  const units = shift > 0 ? magnitude >> BigInt(shift) : magnitude << BigInt(-shift);
  if (leading > 127 || (shift > 0 && units << BigInt(shift) !== magnitude)) throw new RangeError(`${bits.toString(16)} is no single`);
  return leading < -126 ? sign | units : sign | (BigInt(leading + 127) << 23n) | (units & 0x7fffffn);
}

/** A scalar instruction: doubleword 0 as a classic reference has it, its operands chosen by `operands`; doubleword 1 stays when nothing is delivered. */
export const scalar = (reference: Reference, operands: (i: VsxInput) => Partial<Input>, mapped = (frt: bigint) => frt): VsxReference => (i) => {
  const old = i.t >> 64n;
  const e = reference({ a: 0n, b: 0n, c: 0n, old, fpscr: i.fpscr, word: i.word, ...operands(i) });
  if (!e) return undefined;
  const { frt, accepts } = e;
  return {
    fpscr: e.fpscr,
    ...(e.undefined !== undefined && { undefined: e.undefined }),
    ...(e.cr !== undefined && { cr: e.cr }),
    ...(frt !== undefined && { xt: mapped(frt) << 64n, defined: DOUBLEWORD_0 }),
    ...(accepts && { accepts: (xt: bigint) => accepts(xt >> 64n) }),
  };
}; // prettier-ignore

/** How the elements of a vector instruction lie: doubles, or singles that references see as doubles. */
export interface Lanes {
  readonly count: 2 | 4;
  /** Operand elements as the reference takes them. */
  readonly take: (v: bigint) => bigint[];
  /** An element of the result from what the reference delivers. */
  readonly give: (frt: bigint) => bigint;
}
export const DOUBLES: Lanes = { count: 2, take: (v) => elements(v, 64), give: (x) => x };
export const SINGLES: Lanes = { count: 4, take: (v) => elements(v, 32).map(widened), give: narrowed };

/** Exceptions of all elements together; FR, FI and FPRF as before; whether one is enabled. */
export function accumulated(fpscr: number, of: readonly Expected[]): { readonly fpscr: number; readonly suppressed: boolean } {
  const raised = of.reduce((all, e) => all | (e.fpscr & EXCEPTIONS), 0);
  const suppressed = (fpscrAfter(fpscr & CONTROLS, raised) & FEX) !== 0;
  return { fpscr: fpscrAfter(fpscr, raised | (fpscr & FIELDS)), suppressed };
}

/** A vector instruction whose every element is as a classic reference has it on an FPSCR without exceptions. */
export const vector = (reference: Reference, lanes: Lanes, operands: (a: bigint, b: bigint, t: bigint) => Partial<Input>): VsxReference => (i) => {
  const [a, b, t] = [lanes.take(i.a), lanes.take(i.b), lanes.take(i.t)];
  const fpscr = settled(i.fpscr & CONTROLS);
  const results = a.map((_, k) => reference({ a: 0n, b: 0n, c: 0n, old: 0n, fpscr, word: i.word, ...operands(a[k]!, b[k]!, t[k]!) }));
  if (!results.every((e) => e !== undefined)) return undefined;
  const after = accumulated(i.fpscr, results);
  if (after.suppressed) return { fpscr: after.fpscr };
  const bits = 128 / lanes.count;
  if (results.some((e) => e.accepts)) {
    const fits = (x: bigint, k: number) => results[k]!.accepts?.(lanes.count === 4 ? widened(x) : x) ?? x === lanes.give(results[k]!.frt!);
    return { fpscr: after.fpscr, accepts: (xt) => elements(xt, bits).every(fits) };
  }
  return { fpscr: after.fpscr, xt: vectorOf(results.map((e) => lanes.give(e.frt!)), bits) };
}; // prettier-ignore
