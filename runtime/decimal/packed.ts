/** Signed packed decimals of 31 digits in vector registers (Power ISA Book I, 6.17). */
import { fromBcd, isMinus, toBcd } from './digits.js';
import { powerOfTen } from './number.js';

/** Digits of a quadword, its sign code apart. */
const DIGITS = 31;
const LESS = 8;
const GREATER = 4;
const EQUAL = 2;
const OVERFLOW_OR_INVALID = 1;
const PLUS = 0xcn;
const PLUS_ALTERNATE = 0xfn;
const MINUS = 0xdn;
const ALL_ONES = (1n << 128n) - 1n;

/** What an operation leaves in the target and in CR field 6. */
export interface PackedResult {
  readonly pattern: bigint;
  readonly field: number;
}

/** The number of a pattern; undefined when digits or sign are none. */
function numberOf(pattern: bigint): bigint | undefined {
  const magnitude = fromBcd(pattern >> 4n);
  const minus = isMinus(pattern & 15n);
  if (magnitude === undefined || minus === undefined) return undefined;
  return minus ? -magnitude : magnitude;
}

/**
 * bcdadd. and bcdsub.: CR6 tells of the sum before its digits are cut. Invalid operands have a result that the architecture leaves open: all ones.
 * @param ps preferred sign: 1 for a plus of 0b1111
 */
export function addPacked(a: bigint, b: bigint, subtract: boolean, ps: number): PackedResult {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === undefined || y === undefined) return { pattern: ALL_ONES, field: OVERFLOW_OR_INVALID };
  const sum = subtract ? x - y : x + y;
  const magnitude = sum < 0n ? -sum : sum;
  const order = sum < 0n ? LESS : sum > 0n ? GREATER : EQUAL;
  const sign = sum < 0n ? MINUS : ps ? PLUS_ALTERNATE : PLUS;
  const overflow = magnitude >= powerOfTen(DIGITS) ? OVERFLOW_OR_INVALID : 0;
  return { pattern: (toBcd(magnitude, DIGITS) << 4n) | sign, field: order | overflow };
}
