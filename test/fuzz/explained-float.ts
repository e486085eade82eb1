/** Differences of floating-point instructions. */
import { FIELDS } from '../../jit/isa/operands.js';
import { FPSCR } from '../../jit/isa/registers.js';
import { crField, field, isCr, isException, type Case, type Explanation } from './case.js';
import { doubleword, type Difference, type State } from './state.js';
import { numberOf } from './values.js';

const ALL = 0xffffffff;
/** A double's exponent, in its upper word. */
const EXPONENT = 0x7ff00000;
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

const isFpscr = ({ arch: { words } }: Case, d: Difference): boolean => d.word === words.fpscr || d.word === words.exceptionFpscr;
/** The FPSCR as the instruction left it: the handler of floating-point exceptions changes it. */
const fpscr = ({ arch }: Case, s: State): number => (arch.tookFloatException(s) ? s[arch.words.exceptionFpscr]! : s[arch.words.fpscr]!);
const fprOf = ({ arch: { words } }: Case, s: State, n: number): bigint => doubleword(s, words.fpr(n));
const targetLow = (c: Case): number => c.arch.words.fpr(field(c, FIELDS.RT));
const isTarget = (c: Case, d: Difference): boolean => d.word === targetLow(c) || d.word === targetLow(c) - 1;
const result = (s: State, c: Case): bigint => fprOf(c, s, field(c, FIELDS.RT));
const operandB = (c: Case): bigint => fprOf(c, c.oursBefore, field(c, FIELDS.RB));
const exponentOf = (bits: bigint): number => Number(bits >> 52n) & 0x7ff;
const isSignalling = (bits: bigint): boolean =>
  exponentOf(bits) === 0x7ff && (bits & (1n << 51n)) === 0n && (bits & ((1n << 52n) - 1n)) !== 0n;
const is = (c: Case, ...mnemonics: readonly string[]): boolean => mnemonics.includes(c.inst.mnemonic);
const isArithmetic = (c: Case): boolean => /^f(?:n?m?(?:add|sub)|mul|div|sqrt|re|rsqrte|rsp|cti[wd]|cfid|ri[nzpm]|cmp)/.test(c.inst.mnemonic);
const isToInteger = (c: Case): boolean => /^fcti/.test(c.inst.mnemonic);
const isEstimate = (c: Case): boolean => is(c, 'fre', 'fres', 'frsqrte', 'frsqrtes');
/** Rounding towards plus or minus infinity. */
const isDirected = (c: Case): boolean => (fpscr(c, c.oursBefore) & 2) !== 0;

/** Whether our target and FPRF are as they were, as an enabled exception wants it. */
function wasSuppressed(c: Case): boolean {
  const now = fpscr(c, c.ours);
  const enabled = (now & FPSCR.VE.mask && now & FPSCR.VX.mask) || (now & FPSCR.ZE.mask && now & FPSCR.ZX.mask);
  const kept = ((now ^ fpscr(c, c.oursBefore)) & FPRF) === 0 && (now & (FR | FI)) === 0;
  return isArithmetic(c) && enabled !== 0 && kept && result(c.ours, c) === result(c.oursBefore, c);
}

/** About what an operation gives, the range of its format aside; undefined where doubles cannot tell. */
function approximation(c: Case): number | undefined {
  const [a, b, k] = [FIELDS.RA, FIELDS.RB, FIELDS.RC].map((f) => numberOf(fprOf(c, c.oursBefore, field(c, f)))) as [number, number, number];
  const value = {
    frsp: b,
    fadds: a + b,
    fsubs: a - b,
    fmuls: a * k,
    fdivs: a / b,
    fmadds: a * k + b,
    fmsubs: a * k - b,
    fnmadds: -(a * k + b),
    fnmsubs: b - a * k,
  }[c.inst.mnemonic];
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
function areNeighbours(a: bigint, b: bigint, single: boolean): boolean {
  const distance = a > b ? a - b : b - a;
  const [x, y] = [Math.abs(numberOf(a)), Math.abs(numberOf(b))];
  if (!single) return distance === 1n;
  return (
    distance === SINGLE_STEP ||
    Math.abs(x - y) === SMALLEST_SINGLE_STEP ||
    (Math.min(x, y) === LARGEST_SINGLE && Math.max(x, y) === Infinity)
  );
}

/** Whether both estimates are as good as the architecture asks for. */
function areEstimates(c: Case): boolean {
  const operand = numberOf(operandB(c));
  const [exact, tolerance] = is(c, 'fre', 'fres') ? [1 / operand, 1 / 256] : [1 / Math.sqrt(operand), 1 / 32];
  const good = (s: State) => Math.abs(numberOf(result(s, c)) / exact - 1) <= tolerance;
  return good(c.ours) && good(c.qemu);
}

/** QEMU took an enabled inexact exception where we took none. */
const onlyQemuRaisedInexact = (c: Case): boolean =>
  c.arch.tookFloatException(c.qemu) &&
  !c.arch.tookFloatException(c.ours) &&
  (fpscr(c, c.qemu) & FPSCR.XE.mask) !== 0 &&
  (fpscr(c, c.qemu) & FPSCR.XX.mask) !== 0;

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
      const altered = (fpscr(c, c.ours) ^ fpscr(c, c.oursBefore)) & (FI | CLASS_DENORMAL);
      return is(c, 'fcmpu', 'fcmpo') && isFpscr(c, d) && altered === 0 ? FI | CLASS_DENORMAL : 0;
    },
  },
  {
    name: 'signalling NaN beside infinity times zero',
    reason: 'a multiply-add sets both VXSNAN and VXIMZ; QEMU sets VXIMZ only',
    see: 'I 4.4.1',
    explains: (c, d) =>
      /^fn?m(?:add|sub)s?$/.test(c.inst.mnemonic) && isFpscr(c, d) && (fpscr(c, c.ours) & FPSCR.VXIMZ.mask) !== 0 && isSignalling(operandB(c))
        ? FPSCR.VXSNAN.mask
        : 0,
  },
  {
    name: 'ordered compare of a signalling NaN',
    reason: 'QEMU sets VXVC also when invalid operations are enabled',
    see: 'I 4.6.8',
    explains: (c, d) => {
      const enabled = fpscr(c, c.ours) & FPSCR.VE.mask && fpscr(c, c.ours) & FPSCR.VXSNAN.mask;
      return is(c, 'fcmpo') && isFpscr(c, d) && enabled && [FIELDS.RA, FIELDS.RB].some((f) => isSignalling(fprOf(c, c.oursBefore, field(c, f))))
        ? FPSCR.VXVC.mask
        : 0;
    },
  },
  {
    name: 'enabled underflow and overflow of singles',
    reason: 'the exponent grows or shrinks by 192; QEMU does something else when the result is far outside of single format',
    see: 'I 4.4.3.2, 4.4.4.2, appendix A.1',
    explains: (c, d) => (isScaled(c) && isTarget(c, d) && d.word === targetLow(c) - 1 ? EXPONENT : 0),
  },
  {
    name: 'FX of exceptions that were recorded before',
    reason: 'QEMU sets FX whenever an exception occurs; it tells that an exception bit went from 0 to 1',
    see: 'I 4.2.2',
    explains: (c, d) => {
      const rising = fpscr(c, c.ours) & ~fpscr(c, c.oursBefore) & EXCEPTION_BITS;
      const kept = ((fpscr(c, c.ours) ^ fpscr(c, c.oursBefore)) & FX) === 0 && (fpscr(c, c.qemu) & FX) !== 0;
      return isArithmetic(c) && isFpscr(c, d) && rising === 0 && kept ? FX : 0;
    },
  },
  {
    name: 'FX of mtfsb1',
    reason: 'setting an exception bit sets FX; QEMU leaves it alone',
    see: 'I 4.2.2',
    explains: (c, d) => {
      const rising = fpscr(c, c.ours) & ~fpscr(c, c.oursBefore) & EXCEPTION_BITS;
      return is(c, 'mtfsb1') && isFpscr(c, d) && rising !== 0 && (fpscr(c, c.ours) & FX) !== 0 ? FX : 0;
    },
  },
  {
    name: 'CR1 of record forms',
    reason: 'it copies FPSCR bits that differ for a reason of this table, or QEMU takes an enabled exception before it writes CR1',
    see: 'I 4.6',
    explains: (c, d) => {
      if (!isCr(c, d) || (c.word & 1) === 0) return 0;
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
    reason: 'reciprocals are exact to 1/256 and those of square roots to 1/32 only, and leave FR and FI undefined and do not alter XX, which QEMU does',
    see: 'I 4.6.6.1',
    explains: (c, d) => {
      if (!isEstimate(c)) return 0;
      if (onlyQemuRaisedInexact(c))
        return isException(c, d) || isFpscr(c, d)
          ? ALL
          : isCr(c, d) && (c.word & 1) === 1
            ? crField(1)
            : isTarget(c, d) && areEstimates(c)
              ? ALL
              : 0;
      const keptXx = ((fpscr(c, c.ours) ^ fpscr(c, c.oursBefore)) & FPSCR.XX.mask) === 0;
      if (isFpscr(c, d)) return FI | FR | (keptXx ? FPSCR.XX.mask | FPSCR.FEX.mask | FX : 0);
      return isTarget(c, d) && areEstimates(c) ? ALL : 0;
    },
  },
  {
    name: 'fres of 0',
    reason: 'QEMU gives 1/2 instead of infinity',
    see: 'I 4.6.6.1',
    explains: (c, d) => {
      const ofZero = is(c, 'fres') && numberOf(operandB(c)) === 0 && Math.abs(numberOf(result(c.ours, c))) === Infinity;
      return !ofZero ? 0 : isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF : 0;
    },
  },
  {
    name: 'directed rounding of negative multiply-add',
    reason: 'QEMU negates before it rounds; the architecture rounds first',
    see: 'I 4.6.6.2',
    explains: (c, d) => {
      if (!/^fnm(?:add|sub)s?$/.test(c.inst.mnemonic) || !isDirected(c) || (fpscr(c, c.ours) & FI) === 0) return 0;
      if (!areNeighbours(result(c.ours, c), result(c.qemu, c), c.inst.mnemonic.endsWith('s'))) return 0;
      const overflows = [c.ours, c.qemu].some((state) => Math.abs(numberOf(result(state, c))) === Infinity);
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
