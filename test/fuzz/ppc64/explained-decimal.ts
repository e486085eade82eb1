/** Differences of decimal floating point. */
import { FIELDS } from '../../../jit/isa/operands.js';
import { FPSCR } from '../../../jit/isa/registers.js';
import { crField, field, isCr, isException, type Case, type Explanation } from '../case.js';
import { enabledExceptions, fpscr, isDecimal, isFpscr, isTarget, operandB, result, vsrOf } from '../float-case.js';

/** VR n is VSR 32 + n. */
const VRS = 32;
const ALL = 0xffffffff;
const FPRF = (FPSCR.C.mask | FPSCR.FL.mask | FPSCR.FG.mask | FPSCR.FE.mask | FPSCR.FU.mask) >>> 0;
/** Combination fields of infinities and NaNs begin so. */
const NAN = 0x7cn << 56n;
const SPECIAL = 0x78n << 56n;

/** Packed decimal: 31 digits and a sign code, which is above 9 (I 6.12). */
function isPackedDecimal(v: bigint): boolean {
  const codes = [...v.toString(16).padStart(32, '0')];
  return codes.every((code, k) => (k === 31 ? code > '9' : code <= '9'));
}
const vrOf = (c: Case, n: number): bigint => vsrOf(c, c.oursBefore, VRS + n);

export const DECIMAL_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'enabled exceptions of decimal instructions',
    reason: 'QEMU does not raise them',
    see: 'I 5.5.10',
    explains: (c, d) => {
      const only = c.arch.tookFloatException(c.ours) && !c.arch.tookFloatException(c.qemu);
      if (!isDecimal(c) || !only) return 0;
      return isException(c, d) || isFpscr(c, d) || isTarget(c, d) ? ALL : isCr(c, d) ? crField(1) : 0;
    },
  },
  {
    name: 'invalid packed decimal numbers',
    reason: 'the result of bcdadd. and bcdsub. is undefined; QEMU does not see all of them in CR6',
    see: 'I 6.12.2',
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
    see: 'I 5.5',
    explains: (c, d) => (isDecimal(c) && isFpscr(c, d) && (fpscr(c, c.oursBefore) & FPSCR.FI.mask) !== 0 ? FPSCR.FI.mask : 0),
  },
  {
    name: 'FEX at decimal instructions',
    reason: 'QEMU sets FEX with an exception that is not enabled',
    see: 'I 4.2.2',
    explains: (c, d) => {
      const rightly = enabledExceptions(fpscr(c, c.ours)) === 0 && (fpscr(c, c.ours) & FPSCR.FEX.mask) === 0;
      return isDecimal(c) && isFpscr(c, d) && rightly ? FPSCR.FEX.mask : 0;
    },
  },
  {
    name: 'digits that denbcd cannot encode',
    reason: 'they are an invalid operation, whose result is a NaN; QEMU does not set FPRF',
    see: 'I 5.6.5',
    explains: (c, d) => (/^denbcdq?$/.test(c.inst.mnemonic) && isFpscr(c, d) && (fpscr(c, c.ours) & FPSCR.VXCVI.mask) !== 0 ? FPRF : 0),
  },
  {
    name: 'rounding to half of the length',
    reason: 'QEMU puts the result of drdpq into the second register, and records exceptions and the class otherwise',
    see: 'I 5.6.4',
    explains: (c, d) => {
      if (c.inst.mnemonic !== 'drdpq') return 0;
      return isTarget(c, d) || isFpscr(c, d) ? ALL : 0;
    },
  },
  {
    name: 'decimal NaNs rounded to short',
    reason: 'drsp keeps the NaN and its payload, and tells its class; QEMU gives the default NaN',
    see: 'I 5.6.4',
    explains: (c, d) => {
      if (c.inst.mnemonic !== 'drsp' || (operandB(c) & NAN) !== NAN) return 0;
      return isTarget(c, d) ? ALL : isFpscr(c, d) ? FPRF : 0;
    },
  },
  {
    name: 'decimal infinities and NaNs',
    reason: 'instructions that shift or insert keep bits of them in QEMU that have no meaning',
    see: 'I 5.5.2',
    explains: (c, d) =>
      /^d(?:iex|scl|scr)/.test(c.inst.mnemonic) && isTarget(c, d) && (result(c.ours, c) & SPECIAL) === SPECIAL ? ALL : 0,
  },
];
