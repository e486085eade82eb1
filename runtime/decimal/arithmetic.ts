/** Decimal arithmetic (Power ISA Book I, 5.6.1). */
import { FPSCR } from '../../jit/isa/registers.js';
import { exactly, infinity, invalid, propagated } from './exceptions.js';
import { digitCount, finite, isZero, leastExponent, powerOfTen, type Decimal, type DecimalFormat } from './number.js';
import { deliver, TOWARD_NEGATIVE, type DecimalEnvironment, type Outcome } from './rounding.js';

/** An operation on two operands of a format. */
export type Binary = (environment: DecimalEnvironment, f: DecimalFormat, a: Decimal, b: Decimal) => Outcome;

const signed = (d: Decimal): bigint => (d.negative ? -d.coefficient : d.coefficient);

/** dadd. */
export const add: Binary = (environment, f, a, b) => propagated(environment, f, a, b) ?? sum(environment, f, a, b);
/** dsub; a NaN keeps its sign. */
export const subtract: Binary = (environment, f, a, b) =>
  propagated(environment, f, a, b) ?? sum(environment, f, a, { ...b, negative: !b.negative });

function sum(environment: DecimalEnvironment, f: DecimalFormat, a: Decimal, b: Decimal): Outcome {
  if (a.kind === 'infinity' && b.kind === 'infinity' && a.negative !== b.negative) return invalid(environment, f, FPSCR.VXISI.mask);
  if (a.kind === 'infinity') return infinity(f, a.negative);
  if (b.kind === 'infinity') return infinity(f, b.negative);
  const exponent = Math.min(a.exponent, b.exponent);
  const total = signed(a) * powerOfTen(a.exponent - exponent) + signed(b) * powerOfTen(b.exponent - exponent);
  const zeroSign = a.negative === b.negative ? a.negative : environment.mode === TOWARD_NEGATIVE;
  const negative = total === 0n ? zeroSign : total < 0n;
  return deliver(environment, f, { negative, coefficient: total < 0n ? -total : total, exponent, more: false }, exponent);
}

/** dmul. */
export const multiply: Binary = (environment, f, a, b) => {
  const nan = propagated(environment, f, a, b);
  if (nan) return nan;
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinity' || b.kind === 'infinity')
    return isZero(a) || isZero(b) ? invalid(environment, f, FPSCR.VXIMZ.mask) : infinity(f, negative);
  const exponent = a.exponent + b.exponent;
  return deliver(environment, f, { negative, coefficient: a.coefficient * b.coefficient, exponent, more: false }, exponent);
};

/** ddiv. */
export const divide: Binary = (environment, f, a, b) => {
  const nan = propagated(environment, f, a, b);
  if (nan) return nan;
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinity') return b.kind === 'infinity' ? invalid(environment, f, FPSCR.VXIDI.mask) : infinity(f, negative);
  if (b.kind === 'infinity') return exactly(f, finite(negative, 0n, leastExponent(f)));
  if (b.coefficient === 0n) {
    if (a.coefficient === 0n) return invalid(environment, f, FPSCR.VXZDZ.mask);
    const raised = FPSCR.ZX.mask;
    return environment.fpscr & FPSCR.ZE.mask ? { format: f, raised } : { ...infinity(f, negative), raised };
  }
  const ideal = a.exponent - b.exponent;
  // So many digits that rounding has some to leave out, in whatever place.
  const scale = Math.max(f.digits + 4 + digitCount(b.coefficient) - digitCount(a.coefficient), 0);
  const dividend = a.coefficient * powerOfTen(scale);
  const exact = { negative, coefficient: dividend / b.coefficient, exponent: ideal - scale, more: dividend % b.coefficient !== 0n };
  return deliver(environment, f, exact, ideal);
};
