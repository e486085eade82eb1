/** Rounding of decimal numbers (Power ISA Book I, 5.5.3), and what brings exact results into a format (5.5.10). */
import { FPSCR } from '../../jit/isa/registers.js';
import { digitCount, finite, greatestExponent, leastExponent, powerOfTen, special, type Decimal, type DecimalFormat } from './number.js';

/** Rounding modes by their numbers in FPSCR[DRN]. */
export const NEAREST_EVEN = 0;
export const TOWARD_ZERO = 1;
export const TOWARD_POSITIVE = 2;
export const TOWARD_NEGATIVE = 3;
export const NEAREST_AWAY = 4;
export const NEAREST_TOWARD_ZERO = 5;
export const AWAY_FROM_ZERO = 6;
/** To prepare for shorter precision: toward zero, but no inexact result ends in 0 or 5. */
export const PREPARE_SHORTER = 7;

/** What an instruction finds in the FPSCR. */
export interface DecimalEnvironment {
  /** The low word: enables. */
  readonly fpscr: number;
  /** DRN. */
  readonly mode: number;
}
/** What an instruction delivers. */
export interface Outcome {
  /** The result; absent when an enabled exception suppresses it. */
  readonly value?: Decimal;
  /** The format that it is written in. */
  readonly format: DecimalFormat;
  /** Exception bits of the FPSCR. */
  readonly raised: number;
  /** FI and FR. */
  readonly inexact?: boolean;
  readonly incremented?: boolean;
}

/** A number that may have digits beyond those given. */
export interface Exact {
  readonly negative: boolean;
  readonly coefficient: bigint;
  readonly exponent: number;
  /** It is greater in magnitude, by less than one unit of the last digit. Then there are more digits than any format has. */
  readonly more: boolean;
}

/** Result of leaving out digits. */
export interface Shortened {
  readonly coefficient: bigint;
  readonly inexact: boolean;
  readonly incremented: boolean;
}

/** Leaves out the last `count` digits of a number and rounds; `more` digits may follow those if there are some. */
export function shorten(negative: boolean, coefficient: bigint, count: number, mode: number, more = false): Shortened {
  if (count <= 0) return { coefficient, inexact: false, incremented: false };
  const unit = powerOfTen(count);
  const kept = coefficient / unit;
  const rest = coefficient % unit;
  const inexact = rest !== 0n || more;
  const beyondHalf = 2n * rest > unit || (2n * rest === unit && more);
  const half = 2n * rest === unit && !more;
  const incremented = inexact && increments(mode, negative, kept, beyondHalf, half);
  return { coefficient: incremented ? kept + 1n : kept, inexact, incremented };
}
function increments(mode: number, negative: boolean, kept: bigint, beyondHalf: boolean, half: boolean): boolean {
  switch (mode) {
    case NEAREST_EVEN: return beyondHalf || (half && (kept & 1n) === 1n);
    case TOWARD_POSITIVE: return !negative;
    case TOWARD_NEGATIVE: return negative;
    case NEAREST_AWAY: return beyondHalf || half;
    case NEAREST_TOWARD_ZERO: return beyondHalf;
    case AWAY_FROM_ZERO: return true;
    case PREPARE_SHORTER: return kept % 5n === 0n;
    default: return false;
  }
} // prettier-ignore

/** Whether a number too great becomes an infinity; else it becomes the greatest number of the format. */
function overflowsToInfinity(mode: number, negative: boolean): boolean {
  switch (mode) {
    case TOWARD_ZERO: case PREPARE_SHORTER: return false;
    case TOWARD_POSITIVE: return !negative;
    case TOWARD_NEGATIVE: return negative;
    default: return true;
  }
} // prettier-ignore

const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), high);
const enabled = (environment: DecimalEnvironment, bit: 'OE' | 'UE'): boolean => (environment.fpscr & FPSCR[bit].mask) !== 0;

/**
 * Brings an exact result into a format: rounded to its digits, with the exponent as near to the ideal one as an exact result allows, and with the
 * exceptions that this makes. Enabled overflow and underflow wrap the exponent.
 * @param wrapped the format that such results are written in, if another
 */
export function deliver(environment: DecimalEnvironment, f: DecimalFormat, x: Exact, ideal: number, wrapped = f): Outcome {
  const { negative } = x;
  const [least, greatest] = [leastExponent(f), greatestExponent(f)];
  if (x.coefficient === 0n) return { value: finite(negative, 0n, clamp(ideal, least, greatest)), format: f, raised: 0 };
  let { coefficient, exponent } = x;
  while (!x.more && exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent++;
  }
  const count = digitCount(coefficient);
  // Before rounding, as all decimal instructions detect it.
  const tiny = exponent + count < least + f.digits;
  const wrapsUp = tiny && enabled(environment, 'UE');
  const excess = Math.max(count - f.digits, wrapsUp ? 0 : least - exponent);
  const rounded = shorten(negative, coefficient, excess, environment.mode, x.more);
  const { inexact, incremented } = rounded;
  coefficient = rounded.coefficient;
  exponent += Math.max(excess, 0);
  if (coefficient === powerOfTen(f.digits)) {
    coefficient /= 10n;
    exponent++;
  }
  let raised = inexact ? FPSCR.XX.mask : 0;
  let format = f;
  if (wrapsUp) {
    exponent += f.wrap;
    format = wrapped;
    raised |= FPSCR.UX.mask;
  } else if (tiny && inexact) raised |= FPSCR.UX.mask;
  if (!wrapsUp && exponent + digitCount(coefficient) > greatest + f.digits) {
    if (!enabled(environment, 'OE')) return overflow(environment, f, negative);
    exponent -= f.wrap;
    format = wrapped;
    raised |= FPSCR.OX.mask;
  }
  const padding = Math.max(exponent - greatestExponent(format), 0);
  return { value: finite(negative, coefficient * powerOfTen(padding), exponent - padding), format, raised, inexact, incremented };
}

function overflow({ mode }: DecimalEnvironment, f: DecimalFormat, negative: boolean): Outcome {
  const infinite = overflowsToInfinity(mode, negative);
  const value = infinite ? special('infinity', negative) : finite(negative, powerOfTen(f.digits) - 1n, greatestExponent(f));
  return { value, format: f, raised: FPSCR.OX.mask | FPSCR.XX.mask, inexact: true, incremented: infinite };
}
