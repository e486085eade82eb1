/** What the references say an instruction does, and the parts that many of them share (Power ISA Book I, 4.3 to 4.5). */
import { fpscrAfter, round, type Exact } from '../float/reference.js';

export const SIGN = 1n << 63n;
export const MAGNITUDE = SIGN - 1n;
export const INFINITY = 0x7ffn << 52n;
export const QUIET = 1n << 51n;
const DEFAULT_NAN = INFINITY | QUIET;

export const VXSNAN = 0x01000000;
export const VXISI = 0x00800000;
export const VXIDI = 0x00400000;
export const VXZDZ = 0x00200000;
export const VXIMZ = 0x00100000;
export const VXVC = 0x00080000;
export const VXSQRT = 0x00000200;
export const VXCVI = 0x00000100;
export const ZX = 0x04000000;
export const VE = 0x80;
export const ZE = 0x10;
export const FPRF = 0x1f000;
/** FR, FI and FPRF. */
export const FIELDS = 0x7f000;
const CLASS_NAN = 0x11000;
const CLASS_INFINITY = 0x5000;
const CLASS_MINUS_INFINITY = 0x9000;

/** Operands as FRA, FRB, FRC hold them, the old FRT, the FPSCR; and the instruction word, for those that name numbers. */
export interface Input {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  readonly old: bigint;
  readonly fpscr: number;
  readonly word: number;
}
export interface Expected {
  /** FRT after; absent: unchanged. */
  readonly frt?: bigint;
  /** Instead of `frt`, where the architecture does not say exactly which number. */
  readonly accepts?: (frt: bigint) => boolean;
  readonly fpscr: number;
  /** FPSCR bits that are undefined. */
  readonly undefined?: number;
  /** What the CR field that the instruction names receives. */
  readonly cr?: number;
}
/** Undefined where a reference does not know. */
export type Reference = (i: Input) => Expected | undefined;

export const isNaN = (x: bigint): boolean => (x & MAGNITUDE) > INFINITY;
export const isSignalling = (x: bigint): boolean => isNaN(x) && (x & QUIET) === 0n;
export const isInfinite = (x: bigint): boolean => (x & MAGNITUDE) === INFINITY;
export const isZero = (x: bigint): boolean => (x & MAGNITUDE) === 0n;
export const isNegative = (x: bigint): boolean => x >> 63n === 1n;

/** The FPSCR with VX and FEX as they follow from the other bits. */
export const settled = (fpscr: number): number => fpscrAfter(fpscr, fpscr & FIELDS);

/** A result that comes with exception bits: suppressed if `enable` is set in the FPSCR. */
function deliver(i: Input, frt: bigint, raised: number, enable: number, fields: number): Expected {
  if (raised !== 0 && (i.fpscr & enable) !== 0) return { fpscr: fpscrAfter(i.fpscr, raised | (i.fpscr & FPRF)) };
  return { frt, fpscr: fpscrAfter(i.fpscr, raised | fields) };
}
/** The first NaN among operands in the order FRA, FRB, FRC, quieted; `raised` besides what signalling ones raise. */
export function nanOf(i: Input, operands: readonly bigint[], single: boolean, raised = 0): Expected | undefined {
  const nan = operands.find(isNaN);
  if (nan === undefined) return undefined;
  const quiet = (nan | QUIET) & (single ? ~0x1fffffffn : ~0n);
  return deliver(i, quiet, raised | (operands.some(isSignalling) ? VXSNAN : 0), VE, CLASS_NAN);
}
/**
 * A rounded finite result. A single whose exponent, adjusted for an enabled overflow or underflow, is still outside the single format comes
 * from operands that are no singles: what it is then, the architecture does not say.
 */
export function finite(i: Input, x: Exact, single: boolean, negate = false): Expected | undefined {
  const { bits, status } = round(x, single, i.fpscr, negate);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  if (single && (i.fpscr & 0x60) !== 0 && x.magnitude !== 0n && (exponent < 897 || exponent > 1150)) return undefined;
  return { frt: bits, fpscr: fpscrAfter(i.fpscr, status) };
}
export const invalid = (i: Input, raised: number): Expected => deliver(i, DEFAULT_NAN, raised, VE, CLASS_NAN);
export const infinite = (i: Input, negative: boolean, raised = 0): Expected =>
  deliver(i, INFINITY | (negative ? SIGN : 0n), raised, ZE, negative ? CLASS_MINUS_INFINITY : CLASS_INFINITY);
