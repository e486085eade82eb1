/** Invalid operations and NaNs of decimal instructions (Power ISA Book I, 5.5.6 and 5.5.10.1). */
import { FPSCR } from '../../jit/isa/registers.js';
import { DEFAULT_NAN, isNaN, special, type Decimal, type DecimalFormat } from './number.js';
import type { DecimalEnvironment, Outcome } from './rounding.js';

/** An invalid operation: the NaN, or nothing when VE is 1. @param raised VXSNAN, VXISI... */
export function invalid(environment: DecimalEnvironment, format: DecimalFormat, raised: number, nan: Decimal = DEFAULT_NAN): Outcome {
  return environment.fpscr & FPSCR.VE.mask ? { format, raised } : { format, raised, value: nan };
}
/** A result that is exact as it stands. */
export const exactly = (format: DecimalFormat, value: Decimal): Outcome => ({ format, value, raised: 0 });
export const infinity = (format: DecimalFormat, negative: boolean): Outcome => exactly(format, special('infinity', negative));

/**
 * What an operation delivers when one of its operands is a NaN: the first signalling one, made quiet, else the first quiet one; undefined when none
 * is.
 */
export function propagated(environment: DecimalEnvironment, format: DecimalFormat, ...operands: readonly Decimal[]): Outcome | undefined {
  const signalling = operands.find((d) => d.kind === 'signalling');
  if (signalling) return invalid(environment, format, FPSCR.VXSNAN.mask, { ...signalling, kind: 'quiet' });
  const quiet = operands.find(isNaN);
  return quiet && exactly(format, quiet);
}
