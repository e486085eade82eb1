/** Differences of decimal floating point. */
import { FIELDS } from '../../../jit/isa/operands.js';
import { FPSCR } from '../../../jit/isa/registers.js';
import {
  classOf,
  decode,
  EXTENDED,
  greatestExponent,
  leastExponent,
  LONG,
  powerOfTen,
  SHORT,
  type DecimalFormat,
} from '../../../runtime/decimal/number.js';
import { crField, field, isCr, isException, type Case, type Explanation } from '../case.js';
import {
  enabledExceptions,
  fpscr,
  fpscrBefore,
  fprOf,
  is,
  isDecimal,
  isFpscr,
  isTarget,
  operandB,
  result,
  targetLow,
  targetNumber,
  vsrOf,
} from '../float-case.js';
import type { Difference, State } from '../state.js';

/** VR n is VSR 32 + n. */
const VRS = 32;
const ALL = 0xffffffff;
const FPRF = (FPSCR.C.mask | FPSCR.FL.mask | FPSCR.FG.mask | FPSCR.FE.mask | FPSCR.FU.mask) >>> 0;
/** What QEMU gets wrong in one decimal instruction or another. */
const UNRELIABLE = (FPRF | FPSCR.FR.mask | FPSCR.FI.mask | FPSCR.FX.mask | FPSCR.FEX.mask | FPSCR.UX.mask | FPSCR.XX.mask) >>> 0;
const INVALID = (FPSCR.VX.mask | FPSCR.FX.mask | FPSCR.FEX.mask) >>> 0;
/** Combination fields of infinities and NaNs begin so. */
const NAN = 0x7cn << 56n;
const SPECIAL = 0x78n << 56n;
const SHORT_NAN = 0x7cn << 24n;

/** Packed decimal: 31 digits and a sign code, which is above 9 (I 6.16). */
function isPackedDecimal(v: bigint): boolean {
  const codes = [...v.toString(16).padStart(32, '0')];
  return codes.every((code, k) => (k === 31 ? code > '9' : code <= '9'));
}
const vrOf = (c: Case, n: number): bigint => vsrOf(c, c.oursBefore, VRS + n);

/** Signalling NaNs have this bit, too. */
const isSignallingDecimal = (bits: bigint): boolean => (bits & (0x7en << 56n)) === 0x7en << 56n;

/** The second register of a pair. */
const secondOf = (c: Case, s: State, n: number): bigint => fprOf(c, s, n | 1);
const isSecondTarget = (c: Case, d: Difference): boolean => d.word > targetLow(c) && isTarget(c, d);

/** Format and value of what QEMU left in the target. */
function qemuResult(c: Case): [DecimalFormat, bigint] {
  const first = result(c.qemu, c);
  if (is(c, 'drsp')) return [SHORT, BigInt.asUintN(32, first)];
  const second = secondOf(c, c.qemu, targetNumber(c));
  if (is(c, 'drdpq')) return [LONG, second];
  return c.inst.mnemonic.endsWith('q') ? [EXTENDED, (first << 64n) | second] : [LONG, first];
}

/** QEMU's target is what an overflow or underflow gives that is not enabled: an end of the format's range. */
function isAtEndOfRange(c: Case, exception: number): boolean {
  const [f, bits] = qemuResult(c);
  const v = decode(f, bits);
  if (exception & FPSCR.OX.mask)
    return v.kind === 'infinity' || (v.coefficient === powerOfTen(f.digits) - 1n && v.exponent === greatestExponent(f));
  const least = leastExponent(f);
  const smallestNormal = v.kind === 'finite' && v.coefficient * powerOfTen(v.exponent - least) === powerOfTen(f.digits - 1);
  return ['zero', 'subnormal'].includes(classOf(f, v)) || smallestNormal;
}

/** The operand of denbcd: whether QEMU, which takes 10 for a digit, sees that it is none. */
function seesInvalidDigits(c: Case): boolean {
  const quadword = c.inst.mnemonic.endsWith('q');
  const b = field(c, FIELDS.RB);
  const pattern = quadword ? (operandB(c) << 64n) | secondOf(c, c.oursBefore, b) : operandB(c);
  const digits = [...pattern.toString(16).padStart(quadword ? 32 : 16, '0')];
  const signed = ((c.word >>> 20) & 1) === 1;
  return (signed && digits.pop()! <= '9') || digits.some((digit) => digit > 'a');
}

/** What QEMU leaves in the FPSCR, but for what it gets wrong, is what our exception's handler found there. */
const onlyRaisedHere = (c: Case): boolean => {
  const invalid = /^denbcdq?$|^drdpq$/.test(c.inst.mnemonic) ? FPSCR.VX.mask | FPSCR.VXCVI.mask | FPSCR.VXSNAN.mask : FPSCR.VXVC.mask;
  return ((fpscr(c, c.ours) ^ fpscr(c, c.qemu)) & ~(UNRELIABLE | invalid)) === 0;
};

export const DECIMAL_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'enabled exceptions of decimal instructions',
    reason: 'QEMU does not raise them',
    see: 'I 5.5.10',
    explains: (c, d) => {
      const only = c.arch.tookFloatException(c.ours) && !c.arch.tookFloatException(c.qemu);
      if (!isDecimal(c) || !only) return 0;
      if (isFpscr(c, d)) return onlyRaisedHere(c) ? ALL : 0;
      return isException(c, d) || isTarget(c, d) ? ALL : isCr(c, d) ? crField(1) : 0;
    },
  },
  {
    name: 'invalid packed decimal numbers',
    reason: 'the result of bcdadd. and bcdsub. is undefined; QEMU does not see all of them in CR6',
    see: 'I 6.16',
    explains: (c, d) => {
      if (!/^bcd(?:add|sub)\.$/.test(c.inst.mnemonic)) return 0;
      if ([FIELDS.RA, FIELDS.RB].every((f) => isPackedDecimal(vrOf(c, field(c, f))))) return 0;
      const low = c.arch.words.fpr(VRS + field(c, FIELDS.RT));
      return d.word >= low - 1 && d.word <= low + 2 ? ALL : isCr(c, d) ? crField(6) : 0;
    },
  },
  {
    name: 'FI at decimal instructions',
    reason: 'QEMU does not clear FI when the result is exact',
    see: 'I 5.5.10',
    explains: (c, d) => (isDecimal(c) && isFpscr(c, d) && (fpscrBefore(c) & FPSCR.FI.mask) !== 0 ? FPSCR.FI.mask : 0),
  },
  {
    name: 'FEX at decimal instructions',
    reason: 'QEMU looks at the rounding mode instead of VE when drrnd and denbcd are invalid',
    see: 'I 4.2.2',
    explains: (c, d) =>
      /^(?:drrnd|denbcd)q?$/.test(c.inst.mnemonic) && isFpscr(c, d) && fpscr(c, c.ours) & FPSCR.VX.mask ? FPSCR.FEX.mask : 0,
  },
  {
    name: 'enabled underflow and overflow of decimals',
    reason: 'the exponent is adjusted; QEMU gives the result that it has when they are not enabled',
    see: 'I 5.5.10',
    explains: (c, d) => {
      const scaled = enabledExceptions(fpscr(c, c.ours)) & (FPSCR.OX.mask | FPSCR.UX.mask);
      if (!isDecimal(c) || !scaled || !isAtEndOfRange(c, scaled)) return 0;
      return isTarget(c, d) ? ALL : isFpscr(c, d) ? UNRELIABLE : 0;
    },
  },
  {
    name: 'ordered decimal compare of a signalling NaN',
    reason: 'QEMU sets VXVC also when invalid operations are enabled',
    see: 'I 5.5.10',
    explains: (c, d) => {
      const now = fpscr(c, c.ours);
      return /^dcmpoq?$/.test(c.inst.mnemonic) && isFpscr(c, d) && now & FPSCR.VE.mask && now & FPSCR.VXSNAN.mask ? FPSCR.VXVC.mask : 0;
    },
  },
  {
    name: 'digits that denbcd cannot encode',
    reason:
      'they are an invalid operation, whose result is a NaN; QEMU takes 10 for a digit, and leaves target and FPRF alone for the others',
    see: 'I 5.6.6',
    explains: (c, d) => {
      if (!/^denbcdq?$/.test(c.inst.mnemonic) || (fpscr(c, c.ours) & FPSCR.VXCVI.mask) === 0) return 0;
      const seen = seesInvalidDigits(c);
      if (isTarget(c, d)) return !seen || c.qemu[d.word] === c.qemuBefore[d.word] ? ALL : 0;
      return isFpscr(c, d) ? (FPRF | FPSCR.FI.mask | (seen ? 0 : INVALID | FPSCR.VXCVI.mask)) >>> 0 : 0;
    },
  },
  {
    name: 'rounding to half of the length',
    reason:
      'QEMU puts the result of drdpq into the second register and 0 into the first, without the payload of a NaN, and overlooks that one signals',
    see: 'I 5.6.5',
    explains: (c, d) => {
      if (!is(c, 'drdpq')) return 0;
      const nan = (operandB(c) & NAN) === NAN;
      if (isFpscr(c, d)) return isSignallingDecimal(operandB(c)) ? (INVALID | FPSCR.VXSNAN.mask) >>> 0 : 0;
      if (!isTarget(c, d)) return 0;
      if (!isSecondTarget(c, d)) return result(c.qemu, c) === 0n ? ALL : 0;
      const second = secondOf(c, c.qemu, targetNumber(c));
      return second === result(c.ours, c) || (nan && (second & NAN) === NAN) ? ALL : 0;
    },
  },
  {
    name: 'decimal NaNs rounded to short',
    reason: 'drsp keeps the NaN and its payload, and tells its class; QEMU gives the default NaN',
    see: 'I 5.6.5',
    explains: (c, d) => {
      if (!is(c, 'drsp') || (operandB(c) & NAN) !== NAN || (result(c.qemu, c) & SHORT_NAN) !== SHORT_NAN) return 0;
      return isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF : 0;
    },
  },
  {
    name: 'decimal infinities and NaNs',
    reason: 'instructions that shift, insert or decode treat their digits differently in QEMU',
    see: 'I 5.6.6',
    explains: (c, d) =>
      isTarget(c, d) &&
      ((/^d(?:iex|scl|scr)/.test(c.inst.mnemonic) && (result(c.ours, c) & SPECIAL) === SPECIAL) ||
        (/^ddedpd/.test(c.inst.mnemonic) && (operandB(c) & SPECIAL) === SPECIAL))
        ? ALL
        : 0,
  },
];
