/** Conversions between decimal formats, and to and from integers (Power ISA Book I, 5.6.5). */
import { FPSCR } from '../../jit/isa/registers.js';
import { exactly, infinity, propagated } from './exceptions.js';
import { EXTENDED, isNaN, LONG, powerOfTen, SHORT, type Decimal, type DecimalFormat } from './number.js';
import { deliver, shorten, type DecimalEnvironment, type Outcome } from './rounding.js';

/** dctdp: short to long; signalling NaNs stay what they are. */
export function lengthenShort(b: Decimal): Outcome {
  return b.kind === 'infinity' ? infinity(LONG, b.negative) : exactly(LONG, b);
}
/** dctqpq: long to extended. */
export function lengthenLong(environment: DecimalEnvironment, b: Decimal): Outcome {
  if (b.kind === 'infinity') return infinity(EXTENDED, b.negative);
  return propagated(environment, EXTENDED, b) ?? exactly(EXTENDED, b);
}

/** The digits of a payload that a narrower format keeps: those of low order. */
const narrowed = (f: DecimalFormat, nan: Decimal): Decimal => ({ ...nan, coefficient: nan.coefficient % powerOfTen(f.digits - 1) });

/** drsp: long to short, signalling NaNs included; results with a wrapped exponent are written as long. */
export function shortenLong(environment: DecimalEnvironment, b: Decimal): Outcome {
  if (isNaN(b)) return exactly(SHORT, narrowed(SHORT, b));
  if (b.kind === 'infinity') return infinity(SHORT, b.negative);
  return deliver(environment, SHORT, { ...b, more: false }, b.exponent, LONG);
}
/** drdpq: extended to long; results with a wrapped exponent are written as extended. */
export function shortenExtended(environment: DecimalEnvironment, b: Decimal): Outcome {
  const nan = propagated(environment, LONG, b);
  if (nan) return nan.value ? { ...nan, value: narrowed(LONG, nan.value) } : nan;
  if (b.kind === 'infinity') return infinity(LONG, b.negative);
  return deliver(environment, LONG, { ...b, more: false }, b.exponent, EXTENDED);
}

/** dcffix: an integer with its sign. */
export function fromInteger(environment: DecimalEnvironment, f: DecimalFormat, integer: bigint): Outcome {
  const coefficient = integer < 0n ? -integer : integer;
  return deliver(environment, f, { negative: integer < 0n, coefficient, exponent: 0, more: false }, 0);
}

/** What dctfix delivers; the integer is absent when an enabled exception suppresses it. */
export interface IntegerOutcome extends Pick<Outcome, 'raised' | 'inexact' | 'incremented'> {
  readonly integer?: bigint;
}
const GREATEST = (1n << 63n) - 1n;
const LEAST = -(1n << 63n);

/** dctfix: a number to an integer of 64 bits; what is out of range becomes the nearest one, a NaN the least. */
export function toInteger(environment: DecimalEnvironment, b: Decimal): IntegerOutcome {
  const outOfRange = (integer: bigint, raised: number): IntegerOutcome =>
    environment.fpscr & FPSCR.VE.mask ? { raised } : { raised, integer };
  if (isNaN(b)) return outOfRange(LEAST, FPSCR.VXCVI.mask | (b.kind === 'signalling' ? FPSCR.VXSNAN.mask : 0));
  const limit = b.negative ? LEAST : GREATEST;
  // 10^20 is out of range.
  if (b.kind === 'infinity' || (b.coefficient !== 0n && b.exponent > 19)) return outOfRange(limit, FPSCR.VXCVI.mask);
  const rounded = shorten(b.negative, b.coefficient, -b.exponent, environment.mode);
  const magnitude = b.exponent > 0 && b.coefficient !== 0n ? b.coefficient * powerOfTen(b.exponent) : rounded.coefficient;
  const integer = b.negative ? -magnitude : magnitude;
  if (integer > GREATEST || integer < LEAST) return outOfRange(limit, FPSCR.VXCVI.mask);
  const { inexact, incremented } = rounded;
  return { integer, raised: inexact ? FPSCR.XX.mask : 0, inexact, incremented };
}
