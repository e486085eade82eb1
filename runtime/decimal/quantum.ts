/** Quantum adjustment (Power ISA Book I, 5.6.4): quantize, reround, round to integer. */
import { FPSCR } from '../../jit/isa/registers.js';
import { exactly, infinity, invalid, propagated } from './exceptions.js';
import { digitCount, finite, greatestExponent, isZero, powerOfTen, type Decimal, type DecimalFormat } from './number.js';
import { AWAY_FROM_ZERO, NEAREST_AWAY, NEAREST_EVEN, NEAREST_TOWARD_ZERO, shorten, TOWARD_NEGATIVE, TOWARD_POSITIVE, TOWARD_ZERO, type DecimalEnvironment, type Outcome } from './rounding.js'; // prettier-ignore

/** Rounding mode of RMC in instructions without R, and with R = 0; 3 means FPSCR[DRN]. */
const PRIMARY = [NEAREST_EVEN, TOWARD_ZERO, NEAREST_AWAY] as const;
/** With R = 1. */
const SECONDARY = [TOWARD_POSITIVE, TOWARD_NEGATIVE, AWAY_FROM_ZERO, NEAREST_TOWARD_ZERO] as const;
/** The environment with the rounding mode that an instruction names. */
export function withMode(environment: DecimalEnvironment, rmc: number, r = 0): DecimalEnvironment {
  const mode = r ? SECONDARY[rmc & 3]! : (PRIMARY[rmc & 3] ?? environment.mode);
  return { ...environment, mode };
}

/** A finite number with another exponent, rounded; undefined when it has no room in the format. */
function withExponent(environment: DecimalEnvironment, f: DecimalFormat, b: Decimal, exponent: number): Outcome | undefined {
  const more = b.exponent - exponent;
  // Beyond any format's digits, so that no power of ten is needlessly great.
  if (more > f.digits && b.coefficient !== 0n) return undefined;
  const shortened = shorten(b.negative, b.coefficient, -more, environment.mode);
  const coefficient = more > 0 && b.coefficient !== 0n ? b.coefficient * powerOfTen(more) : shortened.coefficient;
  if (digitCount(coefficient) > f.digits) return undefined;
  const { inexact, incremented } = shortened;
  return { value: finite(b.negative, coefficient, exponent), format: f, raised: inexact ? FPSCR.XX.mask : 0, inexact, incremented };
}

/** dquai: the number with a given exponent; an infinity has none. */
export function quantizeTo(environment: DecimalEnvironment, f: DecimalFormat, exponent: number, b: Decimal): Outcome {
  const nan = propagated(environment, f, b);
  if (nan) return nan;
  const result = b.kind === 'finite' ? withExponent(environment, f, b, exponent) : undefined;
  return result ?? invalid(environment, f, FPSCR.VXCVI.mask);
}

/** dqua: the number b with the exponent of a. */
export function quantize(environment: DecimalEnvironment, f: DecimalFormat, a: Decimal, b: Decimal): Outcome {
  const nan = propagated(environment, f, a, b);
  if (nan) return nan;
  if (a.kind === 'infinity' && b.kind === 'infinity') return infinity(f, b.negative);
  if (a.kind === 'infinity') return invalid(environment, f, FPSCR.VXCVI.mask);
  return quantizeTo(environment, f, a.exponent, b);
}

/** drrnd: the number b with at most `significance` digits; 0 leaves all. */
export function reround(environment: DecimalEnvironment, f: DecimalFormat, significance: number, b: Decimal): Outcome {
  const nan = propagated(environment, f, b);
  if (nan) return nan;
  if (b.kind === 'infinity') return infinity(f, b.negative);
  const excess = digitCount(b.coefficient) - significance;
  if (significance === 0 || excess <= 0) return exactly(f, b);
  const shortened = shorten(b.negative, b.coefficient, excess, environment.mode);
  const carry = shortened.coefficient === powerOfTen(significance);
  const exponent = b.exponent + excess + (carry ? 1 : 0);
  if (exponent > greatestExponent(f)) return invalid(environment, f, FPSCR.VXCVI.mask);
  const coefficient = carry ? shortened.coefficient / 10n : shortened.coefficient;
  const { inexact, incremented } = shortened;
  return { value: finite(b.negative, coefficient, exponent), format: f, raised: inexact ? FPSCR.XX.mask : 0, inexact, incremented };
}

/** drintx and drintn: to an integer; `quietly` tells nothing of inexactness. */
export function roundToInteger(environment: DecimalEnvironment, f: DecimalFormat, b: Decimal, quietly: boolean): Outcome {
  const nan = propagated(environment, f, b);
  if (nan) return nan;
  if (b.kind === 'infinity') return infinity(f, b.negative);
  if (b.exponent >= 0) return exactly(f, b);
  if (isZero(b)) return exactly(f, finite(b.negative, 0n, 0));
  const { coefficient, inexact, incremented } = shorten(b.negative, b.coefficient, -b.exponent, environment.mode);
  const value = finite(b.negative, coefficient, 0);
  return quietly ? exactly(f, value) : { value, format: f, raised: inexact ? FPSCR.XX.mask : 0, inexact, incremented };
}
