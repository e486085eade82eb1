/** Decimal compares and tests (Power ISA Book I, 5.6.2 and 5.6.3): each gives the four bits of FPCC and of the CR field. */
import { FPSCR } from '../../jit/isa/registers.js';
import { classOf, digitCount, isNaN, powerOfTen, type Decimal, type DecimalClass, type DecimalFormat } from './number.js';
import type { DecimalEnvironment } from './rounding.js';

const LESS = 8;
const GREATER = 4;
const EQUAL = 2;
const UNORDERED = 1;
const order = (a: bigint | number, b: bigint | number): number => (a < b ? LESS : a > b ? GREATER : EQUAL);

/** What a compare gives: the field, and the exception bits. */
export interface Comparison {
  readonly field: number;
  readonly raised: number;
}

/** dcmpu, and dcmpo, which refuses quiet NaNs as well. */
export function compare(environment: DecimalEnvironment, a: Decimal, b: Decimal, ordered: boolean): Comparison {
  if (!isNaN(a) && !isNaN(b)) return { field: compareNumbers(a, b), raised: 0 };
  const signalling = a.kind === 'signalling' || b.kind === 'signalling';
  const { VXSNAN, VXVC, VE } = FPSCR;
  if (!signalling) return { field: UNORDERED, raised: ordered ? VXVC.mask : 0 };
  const both = ordered && (environment.fpscr & VE.mask) === 0;
  return { field: UNORDERED, raised: both ? VXSNAN.mask | VXVC.mask : VXSNAN.mask };
}
function compareNumbers(a: Decimal, b: Decimal): number {
  const infinite = (d: Decimal) => (d.kind === 'infinity' ? (d.negative ? -1 : 1) : 0);
  if (infinite(a) || infinite(b)) return order(infinite(a), infinite(b));
  const exponent = Math.min(a.exponent, b.exponent);
  const value = (d: Decimal) => (d.negative ? -d.coefficient : d.coefficient) * powerOfTen(d.exponent - exponent);
  return order(value(a), value(b));
}

/** Sign and match as tests of class and group give them. */
const signAndMatch = (negative: boolean, match: boolean): number => (negative ? 8 : 0) | (match ? 2 : 0);
const CLASSES: readonly DecimalClass[] = ['zero', 'subnormal', 'normal', 'infinity', 'quiet', 'signalling'];

/** dtstdc: whether the datum is of a class in the mask of six bits. */
export const testClass = (f: DecimalFormat, a: Decimal, mask: number): number =>
  signAndMatch(a.negative, ((mask >> (5 - CLASSES.indexOf(classOf(f, a)))) & 1) === 1);

/** dtstdg: whether the datum is of a group in the mask of six bits; the least and the greatest exponent are extreme. */
export const testGroup = (f: DecimalFormat, a: Decimal, mask: number): number =>
  signAndMatch(a.negative, ((mask >> (5 - groupOf(f, a))) & 1) === 1);
function groupOf(f: DecimalFormat, a: Decimal): number {
  const biased = a.exponent + f.bias;
  const extreme = biased === 0 || biased === f.maximumBiased;
  switch (classOf(f, a)) {
    case 'zero': return extreme ? 1 : 0;
    case 'subnormal': return 2;
    case 'normal': return extreme ? 2 : digitCount(a.coefficient) < f.digits ? 3 : 4;
    default: return 5;
  }
} // prettier-ignore

/** dtstex: compares exponents; infinities are equal to one another, and so are NaNs. */
export function testExponent(a: Decimal, b: Decimal): number {
  if (a.kind === 'finite' && b.kind === 'finite') return order(a.exponent, b.exponent);
  const alike = (isNaN(a) && isNaN(b)) || (a.kind === 'infinity' && b.kind === 'infinity');
  return alike ? EQUAL : UNORDERED;
}

/** dtstsf: compares a number of digits with those that are significant; 0 is greater than any. */
export function testSignificance(count: number, b: Decimal): number {
  if (b.kind !== 'finite') return UNORDERED;
  return count === 0 ? GREATER : order(count, digitCount(b.coefficient));
}
