/** Differences of scalar floating point that only 64-bit processors have. */
import { FPSCR } from '../../../jit/isa/registers.js';
import { isException, type Case, type Explanation } from '../case.js';
import { areNeighbours } from '../explained-float.js';
import { enabledExceptions, fpscr, fprOf, is, isFpscr, isTarget, numberA, operandB, result, targetLow } from '../float-case.js';
import { numberOf } from '../values.js';

const ALL = 0xffffffff;
const FPRF = (FPSCR.C.mask | FPSCR.FL.mask | FPSCR.FG.mask | FPSCR.FE.mask | FPSCR.FU.mask) >>> 0;
/** What depends on the range of the result, and on its being inexact. */
const RANGE = (FPSCR.OX.mask | FPSCR.UX.mask | FPSCR.XX.mask | FPSCR.FI.mask | FPSCR.FR.mask | FPSCR.FEX.mask | FPRF) >>> 0;
const SMALLEST_DOUBLE = 2 ** -1022;
const SMALLEST_SINGLE = 2 ** -126;
const LARGEST_SINGLE = 3.4028234663852886e38;
const SCALE_SINGLE = 2 ** 192;

/** Single arithmetic that QEMU does as doubles. */
const TWO_STEPS: Readonly<Record<string, (a: number, b: number) => number>> = {
  xsaddsp: (a, b) => a + b,
  xssubsp: (a, b) => a - b,
  xsmulsp: (a, b) => a * b,
  xsdivsp: (a, b) => a / b,
  xssqrtsp: (_a, b) => Math.sqrt(b),
  xsresp: (_a, b) => 1 / b,
};
/** Their range is that of integers: nothing wraps. */
const isFromInteger = (c: Case): boolean => is(c, 'xscvsxdsp', 'xscvuxdsp');

/** The exception for the range of doubles is enabled, and QEMU's first step raises it. */
function firstStepWraps(c: Case): boolean {
  const compute = TWO_STEPS[c.inst.mnemonic];
  if (!compute) return false;
  const b = numberOf(operandB(c));
  const a = is(c, 'xssqrtsp', 'xsresp') ? b : numberOf(fprOf(c, c.oursBefore, numberA(c)));
  const magnitude = Math.abs(compute(a, b));
  // A product or quotient that is too small even for a denormalized number is 0 here.
  const vanishes = is(c, 'xsmulsp', 'xsdivsp') && a !== 0 && b !== 0 && Math.abs(b) !== Infinity;
  const tiny = magnitude < SMALLEST_DOUBLE && (magnitude > 0 || vanishes);
  const huge = magnitude === Infinity && b !== 0 && [a, b].every(Number.isFinite);
  const enabled = fpscr(c, c.ours);
  return (tiny && (enabled & FPSCR.UE.mask) !== 0) || (huge && (enabled & FPSCR.OE.mask) !== 0);
}

/** Underflow that only we record: the sum that QEMU rounds to a single has lost what made it inexact. */
const lostUnderflow = (c: Case): boolean => {
  const [ours, qemu] = [fpscr(c, c.ours), fpscr(c, c.qemu)];
  return (ours & ~qemu & FPSCR.UX.mask) !== 0 && (ours & qemu & FPSCR.XX.mask) !== 0;
};

/** Whether the adjusted exponent of an xscvdpsp does not fit a single. */
function isBeyondSingle(c: Case): boolean {
  const enabled = enabledExceptions(fpscr(c, c.ours));
  const scale = enabled & FPSCR.UX.mask ? SCALE_SINGLE : enabled & FPSCR.OX.mask ? 1 / SCALE_SINGLE : 1;
  const magnitude = Math.abs(numberOf(operandB(c))) * scale;
  return scale !== 1 && magnitude > 0 && (magnitude < SMALLEST_SINGLE || magnitude > LARGEST_SINGLE);
}

export const SCALAR_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'singles in two steps',
    reason:
      'QEMU rounds sums, products, quotients, square roots and integers of xs...sp to double, with the exceptions of that format, and then to single',
    see: 'I 7.6.3',
    explains: (c, d) => {
      if (!TWO_STEPS[c.inst.mnemonic] && !isFromInteger(c)) return 0;
      if (firstStepWraps(c)) {
        const only = c.arch.tookFloatException(c.ours) && !c.arch.tookFloatException(c.qemu);
        if (only && ((fpscr(c, c.ours) ^ fpscr(c, c.qemu)) & ~RANGE) === 0 && (isException(c, d) || isFpscr(c, d))) return ALL;
        return isTarget(c, d) ? ALL : isFpscr(c, d) ? RANGE : 0;
      }
      if (isTarget(c, d)) return areNeighbours(result(c.ours, c), result(c.qemu, c), true) ? ALL : 0;
      return isFpscr(c, d) && lostUnderflow(c) ? FPSCR.UX.mask : 0;
    },
  },
  {
    name: 'adjusted exponents of xscvdpsp',
    reason:
      'an enabled underflow or overflow adjusts the exponent by 192; what is left of one that does not fit a single even so is not defined',
    see: 'I 7.4.3, 7.4.4',
    explains: (c, d) => (is(c, 'xscvdpsp') && isBeyondSingle(c) && d.word === targetLow(c) - 1 ? ALL : 0),
  },
  {
    name: 'targets of conversions that raise an exception',
    reason:
      'an enabled overflow, underflow or inexact exception is raised behind the result; QEMU leaves the target and FPRF of fcfid and xsrsp as they were',
    see: 'I 4.4',
    explains: (c, d) => {
      const both = c.arch.tookFloatException(c.ours) && c.arch.tookFloatException(c.qemu);
      if (!/^fcfidu?s?$|^xsrsp$/.test(c.inst.mnemonic) || !both || result(c.qemu, c) !== result(c.qemuBefore, c)) return 0;
      return isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF : 0;
    },
  },
];
