/** Digits and exponents of decimal data one by one (Power ISA Book I, 5.6.6): binary-coded decimals, exponents, shifts. */
import { FPSCR } from '../../jit/isa/registers.js';
import { exactly, invalid } from './exceptions.js';
import { finite, powerOfTen, special, type Decimal, type DecimalFormat } from './number.js';
import type { DecimalEnvironment, Outcome } from './rounding.js';

/** Hexadecimal digits of a format's binary-coded decimals. */
const places = (f: DecimalFormat): number => f.bits / 4;
const PLUS = 0xcn;
const PLUS_ALTERNATE = 0xfn;
const MINUS = 0xdn;

/** A number's low-order `count` digits, each in four bits. */
export const toBcd = (number: bigint, count: number): bigint => BigInt(`0x${(number % powerOfTen(count)).toString()}`);
/** The number whose digits a pattern holds; undefined when some are none. */
export function fromBcd(pattern: bigint): bigint | undefined {
  const text = pattern.toString(16);
  return /^[0-9]+$/.test(text) ? BigInt(text) : undefined;
}
/** Whether a sign code says minus; undefined when it is none. */
export const isMinus = (code: bigint): boolean | undefined => (code < 10n ? undefined : code === 11n || code === MINUS);

/** ddedpd: low-order digits, with a sign behind them when the first bit of `sp` is 1; plus is 0b1111 when the second one is. */
export function decodeToBcd(f: DecimalFormat, sp: number, b: Decimal): bigint {
  if ((sp & 2) === 0) return toBcd(b.coefficient, places(f));
  const sign = b.negative ? MINUS : sp & 1 ? PLUS_ALTERNATE : PLUS;
  return (toBcd(b.coefficient, places(f) - 1) << 4n) | sign;
}

/** denbcd: an integer from digits, with a sign behind them when `signed`. */
export function encodeFromBcd(environment: DecimalEnvironment, f: DecimalFormat, signed: boolean, pattern: bigint): Outcome {
  const coefficient = fromBcd(signed ? pattern >> 4n : pattern);
  const negative = signed ? isMinus(pattern & 15n) : false;
  if (coefficient === undefined || negative === undefined) return invalid(environment, f, FPSCR.VXCVI.mask);
  return exactly(f, finite(negative, coefficient, 0));
}

const EXPONENT_OF_INFINITY = -1n;
const EXPONENT_OF_QUIET = -2n;
const EXPONENT_OF_SIGNALLING = -3n;

/** dxex: the biased exponent, or what stands for a special symbol. */
export function extractExponent(f: DecimalFormat, b: Decimal): bigint {
  switch (b.kind) {
    case 'finite': return BigInt(b.exponent + f.bias);
    case 'infinity': return EXPONENT_OF_INFINITY;
    case 'quiet': return EXPONENT_OF_QUIET;
    case 'signalling': return EXPONENT_OF_SIGNALLING;
  }
} // prettier-ignore

/** diex: b with another biased exponent, or as a special symbol with its trailing digits. */
export function insertExponent(f: DecimalFormat, biased: bigint, b: Decimal): Decimal {
  if (biased >= 0n && biased <= BigInt(f.maximumBiased)) return finite(b.negative, b.coefficient, Number(biased) - f.bias);
  const digits = b.coefficient % powerOfTen(f.digits - 1);
  if (biased === EXPONENT_OF_INFINITY) return special('infinity', b.negative, digits);
  return special(biased === EXPONENT_OF_SIGNALLING ? 'signalling' : 'quiet', b.negative, digits);
}

/** dscli and dscri: digits moved to the left, or to the right, by `count`; special symbols move those of the trailing significand. */
export function shiftDigits(f: DecimalFormat, a: Decimal, count: number, left: boolean): Decimal {
  const limit = powerOfTen(a.kind === 'finite' ? f.digits : f.digits - 1);
  const factor = powerOfTen(count);
  return { ...a, coefficient: left ? (a.coefficient * factor) % limit : a.coefficient / factor };
}
