/** Decimal floating-point numbers and their formats (Power ISA Book I, 5.3 and 5.4). */
import { fromDeclets, toDeclets } from './declets.js';

/** One of the three formats; exponents are those of a coefficient that is an integer (the right-units view). */
export interface DecimalFormat {
  /** Bits in all, and of the combination field behind the five that hold the leftmost digit. */
  readonly bits: number;
  readonly continuation: number;
  /** Digits of the coefficient. */
  readonly digits: number;
  /** What is added to an exponent for storing it, and the greatest sum. */
  readonly bias: number;
  readonly maximumBiased: number;
  /** What an exponent out of range is moved by when the exception is enabled (5.5.10). */
  readonly wrap: number;
}
export const SHORT: DecimalFormat = { bits: 32, continuation: 6, digits: 7, bias: 101, maximumBiased: 191, wrap: 192 };
export const LONG: DecimalFormat = { bits: 64, continuation: 8, digits: 16, bias: 398, maximumBiased: 767, wrap: 576 };
export const EXTENDED: DecimalFormat = { bits: 128, continuation: 12, digits: 34, bias: 6176, maximumBiased: 12287, wrap: 9216 };

/** A datum: a finite number coefficient x 10^exponent, or one of the special symbols. */
export interface Decimal {
  readonly kind: 'finite' | 'infinity' | 'quiet' | 'signalling';
  readonly negative: boolean;
  /** Of special symbols the digits of the trailing significand: the payload of a NaN. */
  readonly coefficient: bigint;
  /** 0 of special symbols. */
  readonly exponent: number;
}

export const finite = (negative: boolean, coefficient: bigint, exponent: number): Decimal => ({
  kind: 'finite',
  negative,
  coefficient,
  exponent,
});
/** A special symbol, with no digits unless given. */
export const special = (kind: Exclude<Decimal['kind'], 'finite'>, negative: boolean, digits = 0n): Decimal =>
  ({ kind, negative, coefficient: digits, exponent: 0 }); // prettier-ignore
/** What an invalid operation delivers. */
export const DEFAULT_NAN: Decimal = special('quiet', false);
export const isNaN = (d: Decimal): boolean => d.kind === 'quiet' || d.kind === 'signalling';
export const isZero = (d: Decimal): boolean => d.kind === 'finite' && d.coefficient === 0n;

export const leastExponent = (f: DecimalFormat): number => -f.bias;
export const greatestExponent = (f: DecimalFormat): number => f.maximumBiased - f.bias;
export const powerOfTen = (n: number): bigint => 10n ** BigInt(n);
/** Significant digits of a number; zero has none. */
export const digitCount = (coefficient: bigint): number => (coefficient === 0n ? 0 : coefficient.toString().length);

const declets = (f: DecimalFormat): number => (f.digits - 1) / 3;
const INFINITY = 30;
const NAN = 31;

/** Reads a datum; declets need not be the preferred ones. */
export function decode(f: DecimalFormat, bits: bigint): Decimal {
  const trailingBits = 10 * declets(f);
  const trailing = fromDeclets(bits, declets(f));
  const negative = ((bits >> BigInt(f.bits - 1)) & 1n) === 1n;
  const continuation = Number((bits >> BigInt(trailingBits)) & ((1n << BigInt(f.continuation)) - 1n));
  const leading = Number((bits >> BigInt(f.bits - 6)) & 31n);
  if (leading === INFINITY) return special('infinity', negative, trailing);
  if (leading === NAN) return special(continuation >> (f.continuation - 1) ? 'signalling' : 'quiet', negative, trailing);
  const large = leading >= 24;
  const digit = large ? 8 + (leading & 1) : leading & 7;
  const high = large ? (leading >> 1) & 3 : leading >> 3;
  const biased = high * 2 ** f.continuation + continuation;
  return finite(negative, BigInt(digit) * powerOfTen(f.digits - 1) + trailing, biased - f.bias);
}

/**
 * Writes a datum with preferred declets. Of special symbols the low-order digits are kept that the trailing significand holds; of finite numbers
 * coefficient and exponent must be in the format's range.
 */
export function encode(f: DecimalFormat, d: Decimal): bigint {
  const trailingBits = BigInt(10 * declets(f));
  const sign = d.negative ? 1n << BigInt(f.bits - 1) : 0n;
  const trailing = toDeclets(d.coefficient, declets(f));
  const combined = (leading: number, continuation: number) =>
    sign | (BigInt(leading) << BigInt(f.bits - 6)) | (BigInt(continuation) << trailingBits) | trailing;
  if (d.kind === 'infinity') return combined(INFINITY, 0);
  if (d.kind !== 'finite') return combined(NAN, d.kind === 'signalling' ? 2 ** (f.continuation - 1) : 0);
  const biased = d.exponent + f.bias;
  const digit = Number(d.coefficient / powerOfTen(f.digits - 1));
  const high = biased >> f.continuation;
  const leading = digit >= 8 ? 24 | (high << 1) | (digit & 1) : (high << 3) | digit;
  return combined(leading, biased & (2 ** f.continuation - 1));
}

/** Kinds that tests and FPRF distinguish. */
export type DecimalClass = 'zero' | 'subnormal' | 'normal' | 'infinity' | 'quiet' | 'signalling';
/** Class of a datum of a format: subnormal is what is less than the least number with all digits (5.4.1). */
export function classOf(f: DecimalFormat, d: Decimal): DecimalClass {
  if (d.kind !== 'finite') return d.kind;
  if (d.coefficient === 0n) return 'zero';
  return d.exponent + digitCount(d.coefficient) < leastExponent(f) + f.digits ? 'subnormal' : 'normal';
}
