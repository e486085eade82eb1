/** Differences of floating-point instructions, of the FPRs and the VSRs. */
import { FIELDS } from '../../jit/isa/operands.js';
import { FPSCR } from '../../jit/isa/registers.js';
import { crField, field, isCr, isException, type Case, type Explanation } from './case.js';
import {
  elements, enabledExceptions, estimated, estimatePrecision, fpscr, fpscrBefore, fprOf, hasSignalling, is, isArithmetic, isCompare, isDirected, isFpscr, isMultiplyAdd,
  isNegativeMultiplyAdd, isScalarSingle, isSignalling, isTarget, isToInteger, isVectorFloat, multiplyAddOperands, numberA, numberB, operandB, result, targetLow, targetNumber, vsrOf,
} from './float-case.js'; // prettier-ignore
import type { State } from './state.js';
import { numberOf } from './values.js';

const ALL = 0xffffffff;
const FX = FPSCR.FX.mask;
const FI = FPSCR.FI.mask;
const FR = FPSCR.FR.mask;
const CLASS_DENORMAL = FPSCR.C.mask;
const FPRF = (FPSCR.C.mask | FPSCR.FL.mask | FPSCR.FG.mask | FPSCR.FE.mask | FPSCR.FU.mask) >>> 0;
const EXCEPTION_BITS = [FPSCR.OX, FPSCR.UX, FPSCR.ZX, FPSCR.XX, FPSCR.VXSNAN, FPSCR.VXISI, FPSCR.VXIDI, FPSCR.VXZDZ, FPSCR.VXIMZ, FPSCR.VXVC, FPSCR.VXSOFT, FPSCR.VXSQRT,
  FPSCR.VXCVI].reduce((mask, bit) => (mask | bit.mask) >>> 0, 0); // prettier-ignore
const SMALLEST_SINGLE = 2 ** -126;
const LARGEST_SINGLE = 3.4028234663852886e38;
const SMALLEST_SINGLE_STEP = 2 ** -149;
const SINGLE_STEP = 1n << 29n;

/**
 * Whether our target and FPRF are as they were, as an enabled exception wants it: an invalid operation, a division by zero; of vectors, any. Minimum
 * and maximum, as vectors, do not alter FR and FI.
 */
function wasSuppressed(c: Case): boolean {
  const now = fpscr(c, c.ours);
  const vector = isVectorFloat(c);
  const enabled = enabledExceptions(now) & (vector ? ALL : FPSCR.VX.mask | FPSCR.ZX.mask);
  const kept =
    ((now ^ fpscrBefore(c)) & (vector ? 0 : FPRF)) === 0 && (vector || /^xsm(?:in|ax)dp$/.test(c.inst.mnemonic) || (now & (FR | FI)) === 0);
  const same = (s: State) => (vector ? vsrOf(c, s, targetNumber(c)) : result(s, c));
  return isArithmetic(c) && enabled !== 0 && kept && same(c.ours) === same(c.oursBefore);
}

/** About what an operation gives, the range of its format aside; undefined where doubles cannot tell. */
function approximation(c: Case): number | undefined {
  const b = numberOf(operandB(c));
  const a = numberOf(fprOf(c, c.oursBefore, numberA(c)));
  const k = numberOf(fprOf(c, c.oursBefore, field(c, FIELDS.RC)));
  const [x, y, z] = multiplyAddOperands(c);
  const name = c.inst.mnemonic.replace(/^xs(.*?)[am]?sp$/, 'f$1s');
  const value = {
    frsp: b, frs: b, fcvdps: b, fadds: a + b, fsubs: a - b, fmuls: c.inst.mnemonic === 'fmuls' ? a * k : a * b, fdivs: a / b, fsqrts: Math.sqrt(b),
    fmadds: x * y + z, fmsubs: x * y - z, fnmadds: -(x * y + z), fnmsubs: z - x * y,
  }[name]; // prettier-ignore
  return value === undefined || !Number.isFinite(value) || value === 0 ? undefined : value;
}

/** Whether our single result is 2^192 times too large or too small, as an enabled underflow or overflow wants it. */
function isScaled(c: Case): boolean {
  const exact = approximation(c);
  const now = fpscr(c, c.ours);
  const scale = now & FPSCR.UE.mask && now & FPSCR.UX.mask ? 2 ** 192 : now & FPSCR.OE.mask && now & FPSCR.OX.mask ? 2 ** -192 : undefined;
  return exact !== undefined && scale !== undefined && Math.abs(numberOf(result(c.ours, c)) / exact / scale - 1) < 2 ** -22;
}

/** Results one step apart, or one of them beyond the largest number. */
export function areNeighbours(a: bigint, b: bigint, single: boolean): boolean {
  const distance = a > b ? a - b : b - a;
  const [x, y] = [Math.abs(numberOf(a)), Math.abs(numberOf(b))];
  if (!single) return distance === 1n;
  return (
    distance === SINGLE_STEP ||
    Math.abs(x - y) === SMALLEST_SINGLE_STEP ||
    (Math.min(x, y) === LARGEST_SINGLE && Math.max(x, y) === Infinity)
  );
}

/** Whether the target's elements are the same or one step apart; each word or doubleword of a vector by itself. */
function areNeighbouringResults(c: Case): boolean {
  if (!isVectorFloat(c)) return areNeighbours(result(c.ours, c), result(c.qemu, c), isScalarSingle(c));
  const bits = /sp$/.test(c.inst.mnemonic) ? 32n : 64n;
  const [ours, qemu] = [vsrOf(c, c.ours, targetNumber(c)), vsrOf(c, c.qemu, targetNumber(c))];
  for (let shift = 0n; shift < 128n; shift += bits) {
    const [a, b] = [BigInt.asUintN(Number(bits), ours >> shift), BigInt.asUintN(Number(bits), qemu >> shift)];
    if (a - b > 1n || b - a > 1n) return false;
  }
  return true;
}

/** Whether both estimates are as good as the architecture asks for. */
function areEstimates(c: Case): boolean {
  const tolerance = estimatePrecision(c)!;
  const operands = elements(c, c.oursBefore, numberB(c));
  const good = (s: State) =>
    elements(c, s, targetNumber(c)).every((v, k) => {
      const exact = estimated(c, operands[k]!);
      return Object.is(v, exact) || (Number.isNaN(v) && Number.isNaN(exact)) || Math.abs(v / exact - 1) <= tolerance || !inRange(c, exact);
    });
  return good(c.ours) && good(c.qemu);
}
/** Whether a number lies safely in the range of the format. */
const inRange = (c: Case, v: number): boolean => {
  const single = isScalarSingle(c) || /sp$/.test(c.inst.mnemonic);
  const magnitude = Math.abs(v);
  return single ? magnitude >= SMALLEST_SINGLE && magnitude <= LARGEST_SINGLE : magnitude >= 2 ** -1022 && magnitude <= Number.MAX_VALUE;
};

/** QEMU took an enabled inexact exception where we took none. */
const onlyQemuRaisedInexact = (c: Case): boolean =>
  c.arch.tookFloatException(c.qemu) &&
  !c.arch.tookFloatException(c.ours) &&
  (fpscr(c, c.qemu) & FPSCR.XE.mask) !== 0 &&
  (fpscr(c, c.qemu) & FPSCR.XX.mask) !== 0;

/** The operands of a multiply-add that are no factors of what is infinity times zero: FRB, or XB and XT. */
const addends = (c: Case): bigint[] =>
  isVectorFloat(c) ? [] : [operandB(c), ...(c.inst.mnemonic.startsWith('x') ? [result(c.oursBefore, c)] : [])];

export const FLOAT_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'FPSCR[FR]',
    reason: 'QEMU never sets FR; the hardware vectors have it',
    see: 'I 4.2.2',
    explains: (c, d) => (isFpscr(c, d) && isArithmetic(c) ? FR : 0),
  },
  {
    name: 'FPRF of single denormals',
    reason: 'QEMU classifies a single result by its double format, in which it is normalized',
    see: 'I 4.2.2',
    explains: (c, d) => {
      const magnitude = Math.abs(numberOf(result(c.ours, c)));
      const denormal = magnitude > 0 && magnitude < SMALLEST_SINGLE && (fpscr(c, c.ours) & CLASS_DENORMAL) !== 0;
      return isFpscr(c, d) && isArithmetic(c) && denormal && c.inst.mnemonic !== 'frsqrte' ? CLASS_DENORMAL : 0;
    },
  },
  {
    name: 'FPRF of conversions to integers',
    reason: 'FPRF is undefined after them',
    see: 'I 4.6.7.2',
    explains: (c, d) => (isToInteger(c) && isFpscr(c, d) ? FPRF : 0),
  },
  {
    name: 'FPRF of conversions from integers',
    reason: 'QEMU leaves FPRF as it was, but for fcfid; it tells the class of the result',
    see: 'I 4.6.7.2',
    explains: (c, d) => (is(c, 'fcfids', 'fcfidu', 'fcfidus') && isFpscr(c, d) ? FPRF : 0),
  },
  {
    name: 'FI and C at compares',
    reason: 'QEMU clears FI and may set C; compares alter FPCC, FX, VXSNAN and VXVC only',
    see: 'I 4.6.8',
    explains: (c, d) => {
      const altered = (fpscr(c, c.ours) ^ fpscrBefore(c)) & (FI | CLASS_DENORMAL);
      return isCompare(c) && isFpscr(c, d) && altered === 0 ? FI | CLASS_DENORMAL : 0;
    },
  },
  {
    name: 'signalling NaN beside infinity times zero',
    reason: 'a multiply-add sets both VXSNAN and VXIMZ; QEMU sets VXIMZ only',
    see: 'I 4.4.1',
    explains: (c, d) =>
      isMultiplyAdd(c) && isFpscr(c, d) && (fpscr(c, c.ours) & FPSCR.VXIMZ.mask) !== 0 && addends(c).some(isSignalling)
        ? FPSCR.VXSNAN.mask
        : 0,
  },
  {
    name: 'ordered compare of a signalling NaN',
    reason: 'QEMU sets VXVC also when invalid operations are enabled',
    see: 'I 4.6.8, 7.6.3',
    explains: (c, d) => {
      const enabled = fpscr(c, c.ours) & FPSCR.VE.mask && fpscr(c, c.ours) & FPSCR.VXSNAN.mask;
      const ordered = is(c, 'fcmpo', 'xscmpodp') || /^xvcmpg[te][ds]p$/.test(c.inst.mnemonic);
      return ordered && isFpscr(c, d) && enabled && [numberA(c), numberB(c)].some((n) => hasSignalling(c, n)) ? FPSCR.VXVC.mask : 0;
    },
  },
  {
    name: 'enabled underflow and overflow of singles',
    reason: 'the exponent grows or shrinks by 192; QEMU does something else when the result is far outside of single format',
    see: 'I 4.4.3.2, 4.4.4.2, appendix A.1',
    explains: (c, d) => {
      if (!isScaled(c) || inRange(c, numberOf(result(c.ours, c)))) return 0;
      return isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF : 0;
    },
  },
  {
    name: 'FX of exceptions that were recorded before',
    reason: 'QEMU sets FX whenever an exception occurs; it tells that an exception bit went from 0 to 1',
    see: 'I 4.2.2',
    explains: (c, d) => {
      const rising = fpscr(c, c.ours) & ~fpscrBefore(c) & EXCEPTION_BITS;
      const kept = ((fpscr(c, c.ours) ^ fpscrBefore(c)) & FX) === 0 && (fpscr(c, c.qemu) & FX) !== 0;
      return isArithmetic(c) && isFpscr(c, d) && rising === 0 && kept ? FX : 0;
    },
  },
  {
    name: 'FX of mtfsb1',
    reason: 'setting an exception bit sets FX; QEMU leaves it alone',
    see: 'I 4.2.2',
    explains: (c, d) => {
      const rising = fpscr(c, c.ours) & ~fpscrBefore(c) & EXCEPTION_BITS;
      return is(c, 'mtfsb1') && isFpscr(c, d) && rising !== 0 && (fpscr(c, c.ours) & FX) !== 0 ? FX : 0;
    },
  },
  {
    name: 'CR1 of record forms',
    reason: 'it copies FPSCR bits that differ for a reason of this table, or QEMU takes an enabled exception before it writes CR1',
    see: 'I 4.6',
    explains: (c, d) => {
      if (!isCr(c, d) || (c.word & 1) === 0 || !c.inst.operands.some((o) => o.name === 'Rc')) return 0;
      const raised = c.arch.tookFloatException(c.ours) && c.arch.tookFloatException(c.qemu);
      return raised ? crField(1) : (((fpscr(c, c.ours) ^ fpscr(c, c.qemu)) >>> 4) & crField(1)) >>> 0;
    },
  },
  {
    name: 'results that enabled exceptions suppress',
    reason:
      'an enabled invalid operation or division by zero leaves target and FPRF alone; QEMU writes them unless MSR[FE0,FE1] let it raise the exception',
    see: 'I 4.4.1.2, 4.4.2.2',
    explains: (c, d) => {
      if (!wasSuppressed(c)) return 0;
      return isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF | FI : 0;
    },
  },
  {
    name: 'upper word of conversions to integers',
    reason: 'the upper word of FRT is undefined',
    see: 'I 4.6.7.2',
    explains: (c, d) => (/^fctiw/.test(c.inst.mnemonic) && isTarget(c, d) && d.word === targetLow(c) - 1 ? ALL : 0),
  },
  {
    name: 'estimates',
    reason:
      'reciprocals are exact to 1/256 and those of square roots to 1/32 only, and leave FR and FI undefined and do not alter XX, which QEMU does',
    see: 'I 4.6.6.1',
    explains: (c, d) => {
      if (estimatePrecision(c) === undefined) return 0;
      if (onlyQemuRaisedInexact(c))
        return isException(c, d) || isFpscr(c, d)
          ? ALL
          : isCr(c, d) && (c.word & 1) === 1
            ? crField(1)
            : isTarget(c, d) && areEstimates(c)
              ? ALL
              : 0;
      const keptXx = ((fpscr(c, c.ours) ^ fpscrBefore(c)) & FPSCR.XX.mask) === 0;
      if (isFpscr(c, d)) return FI | FR | (keptXx ? FPSCR.XX.mask | FPSCR.FEX.mask | FX : 0);
      return isTarget(c, d) && areEstimates(c) ? ALL : 0;
    },
  },
  {
    name: 'reciprocal estimate of 0',
    reason: 'fres gives 1/2 instead of infinity in QEMU, and the others do not record the division by zero',
    see: 'I 4.6.6.1',
    explains: (c, d) => {
      const ofZero = estimatePrecision(c) !== undefined && elements(c, c.oursBefore, numberB(c)).includes(0);
      return !ofZero ? 0 : isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF | FPSCR.ZX.mask | FX : 0;
    },
  },
  {
    name: 'directed rounding of negative multiply-add',
    reason: 'QEMU negates before it rounds; the architecture rounds first',
    see: 'I 4.6.6.2',
    explains: (c, d) => {
      if (!isNegativeMultiplyAdd(c) || !isDirected(c) || (!isVectorFloat(c) && (fpscr(c, c.ours) & FI) === 0)) return 0;
      if (!areNeighbouringResults(c)) return 0;
      const overflows = [c.ours, c.qemu].some((state) => elements(c, state, targetNumber(c)).some((v) => Math.abs(v) === Infinity));
      return isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF | (overflows ? FPSCR.OX.mask : 0) : 0;
    },
  },
  {
    name: 'FPSCR moved to a register',
    reason: 'mffs and mcrfs copy status bits that differ for a reason of this table',
    see: 'I 4.6.10',
    explains: (c, d) => {
      const bits = c.known.find((k) => k.word === c.arch.words.fpscr)?.bits ?? 0;
      if (is(c, 'mffs')) return d.word === targetLow(c) ? bits : 0;
      if (!is(c, 'mcrfs') || d.word !== c.arch.words.cr) return 0;
      const nibble = (bits >>> (28 - 4 * field(c, FIELDS.BFA))) & 15;
      return (crField(field(c, FIELDS.BF)) & ((nibble * 0x11111111) >>> 0)) >>> 0;
    },
  },
];
