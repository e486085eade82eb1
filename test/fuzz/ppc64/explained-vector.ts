/** Differences of VMX and VSX. */
import { FIELDS } from '../../../jit/isa/operands.js';
import { FPSCR } from '../../../jit/isa/registers.js';
import { crField, field, isCr, isException, type Case, type Explanation } from '../case.js';
import {
  elementBits,
  elements,
  enabledExceptions,
  fpscr,
  fpscrBefore,
  isFpscr,
  isPair,
  isVectorFloat,
  numberA,
  numberB,
  targetNumber,
  vsrOf,
} from '../float-case.js';
import type { Difference } from '../state.js';
import { VSCR_WORD } from './state.js';

const ALL = 0xffffffff;
const EXCEPTIONS = [FPSCR.OX, FPSCR.UX, FPSCR.ZX, FPSCR.XX, FPSCR.VX, FPSCR.VXSNAN, FPSCR.VXISI, FPSCR.VXIDI, FPSCR.VXZDZ, FPSCR.VXIMZ, FPSCR.VXSQRT, FPSCR.VXCVI,
  FPSCR.VXVC].reduce((mask, bit) => mask | bit.mask, 0); // prettier-ignore
const UNDERFLOW = (FPSCR.UX.mask | FPSCR.FX.mask | FPSCR.FEX.mask) >>> 0;
const VSCR_DEFINED = 0x10001;

/** Number of the word of the target VSR that differs; -1 when it is something else. */
function targetWord(c: Case, d: Difference): number {
  const k = d.word - (c.arch.words.fpr(targetNumber(c)) - 1);
  return k >= 0 && k < 4 ? k : -1;
}

/** Instructions whose target is an FPR (or two), or doubleword 0 of a VSR only. */
const isScalar = (c: Case): boolean => c.inst.operands.some((o) => o.name.startsWith('FRT')) || /^xs|^lxs/.test(c.inst.mnemonic);

/** Words of doubleword 0, or of the whole target, that a conversion leaves undefined (I 7.6.3). */
function undefinedWords({ inst: { mnemonic } }: Case): readonly number[] {
  if (/^xscvdpspn?$/.test(mnemonic)) return [1, 2, 3];
  if (/^xscvdp[su]xws$/.test(mnemonic)) return [0, 2, 3];
  if (/^xvcv(?:dpsp|dp[su]xws|[su]xdsp)$/.test(mnemonic)) return [1, 3];
  return [];
}

/** Whether a word of the target is of an element of a vector that is a NaN, or behind one. */
function isAtOrBehindNaN(c: Case, word: number): boolean {
  if (!/^xvcv[ds]p[su]x[dw]s$/.test(c.inst.mnemonic) || word < 0) return false;
  const operands = elements(c, c.oursBefore, numberB(c));
  const perDoubleword = operands.length / 2;
  const words = /^xvcvsp.*ws$/.test(c.inst.mnemonic);
  const converted = words ? operands : operands.filter((_, k) => k % perDoubleword === 0);
  return converted.slice(0, (words ? word : word >> 1) + 1).some(Number.isNaN);
}

/** Elements of VMX estimates, and whether both are as exact as the architecture asks for (I 6.10.5). */
const VMX_ESTIMATES: Readonly<Record<string, (a: number, estimate: number) => boolean>> = {
  vrefp: (a, e) => Math.abs(e * a - 1) <= 1 / 4096,
  vrsqrtefp: (a, e) => Math.abs(e * Math.sqrt(a) - 1) <= 1 / 4096,
  vexptefp: (a, e) => Math.abs(e / 2 ** a - 1) <= 1 / 16 || (a < -149 && e === 0) || (a >= 128 && e === Infinity),
  vlogefp: (a, e) => Math.abs(e - Math.log2(a)) <= 1 / 32 || (Math.abs(a - 1) > 1 / 8 && Math.abs(e / Math.log2(a) - 1) <= 1 / 32),
};
const isDenormal = (c: Case, v: number): boolean => v !== 0 && Math.abs(v) < (elementBits(c) === 32 ? 2 ** -126 : 2 ** -1022);

const scratch = new DataView(new ArrayBuffer(4));
function single(bits: number): number {
  scratch.setUint32(0, bits);
  return scratch.getFloat32(0);
}

export const VECTOR_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'doubleword 1 of scalar results',
    reason: 'it is undefined; QEMU clears it, here it stays',
    see: 'I 7.2.1.1',
    explains: (c, d) => {
      if (!isScalar(c)) return 0;
      const pair = isPair(c);
      const first = pair ? targetNumber(c) & 30 : targetNumber(c);
      const low = c.arch.words.fpr(first) + 1;
      const isSecond = [low, low + 1, ...(pair ? [low + 4, low + 5] : [])].includes(d.word);
      return isSecond && c.ours[d.word] === c.oursBefore[d.word] && c.qemu[d.word] === 0 ? ALL : 0;
    },
  },
  {
    name: 'words that conversions leave undefined',
    reason: 'a single or a word takes half of a doubleword; the other half is undefined',
    see: 'I 7.6.3',
    explains: (c, d) => (undefinedWords(c).includes(targetWord(c, d)) ? ALL : 0),
  },
  {
    name: 'reserved bits of the VSCR',
    reason: 'QEMU keeps what mtvscr writes to them; here they read as 0',
    see: 'I 6.3.2',
    explains: (_c, d) => (d.word === VSCR_WORD ? ~VSCR_DEFINED >>> 0 : 0),
  },
  {
    name: 'exceptions of several elements',
    reason:
      'they are those of all elements; QEMU records no underflow beside an overflow, and raises an enabled exception before it comes to the next element',
    see: 'I 7.4',
    explains: (c, d) => {
      if (!isVectorFloat(c)) return 0;
      const missing = fpscr(c, c.ours) & ~fpscr(c, c.qemu);
      const hidden = missing & FPSCR.UX.mask && fpscr(c, c.qemu) & FPSCR.OX.mask;
      if (c.arch.tookFloatException(c.qemu)) return isFpscr(c, d) ? (missing & EXCEPTIONS) >>> 0 : 0;
      if (!hidden) return 0;
      if (!c.arch.tookFloatException(c.ours)) return isFpscr(c, d) ? UNDERFLOW : 0;
      const same = ((fpscr(c, c.ours) ^ fpscr(c, c.qemu)) & ~(UNDERFLOW | FPSCR.FI.mask)) === 0;
      return same && (isException(c, d) || isFpscr(c, d) || targetWord(c, d) >= 0) ? ALL : 0;
    },
  },
  {
    name: 'FI at vectors',
    reason: 'QEMU clears FI, which VSX instructions of several elements do not alter',
    see: 'I 7.4',
    explains: (c, d) => {
      const kept = ((fpscr(c, c.ours) ^ fpscrBefore(c)) & FPSCR.FI.mask) === 0;
      return isVectorFloat(c) && isFpscr(c, d) && kept ? FPSCR.FI.mask : 0;
    },
  },
  {
    name: 'minimum and maximum of denormals',
    reason: 'they are one of the operands; QEMU scales it, and records or raises an underflow, where that is enabled',
    see: 'I 7.6.3',
    explains: (c, d) => {
      if (!/^x[sv]m(?:in|ax)/.test(c.inst.mnemonic) || !(fpscr(c, c.qemu) & FPSCR.UE.mask)) return 0;
      if (![numberA(c), numberB(c)].some((n) => elements(c, c.oursBefore, n).some((v) => isDenormal(c, v)))) return 0;
      const raised = c.arch.tookFloatException(c.qemu) && !c.arch.tookFloatException(c.ours) && (fpscr(c, c.qemu) & FPSCR.UX.mask) !== 0;
      if (raised && (isException(c, d) || isFpscr(c, d))) return ALL;
      return targetWord(c, d) >= 0 ? ALL : isFpscr(c, d) ? UNDERFLOW : 0;
    },
  },
  {
    name: 'enabled exceptions of vector compares',
    reason: 'QEMU records them and does not raise them',
    see: 'I 7.6.3',
    explains: (c, d) => {
      const only = c.arch.tookFloatException(c.ours) && !c.arch.tookFloatException(c.qemu);
      return /^xvcmp/.test(c.inst.mnemonic) && only && (isException(c, d) || isFpscr(c, d) || targetWord(c, d) >= 0) ? ALL : 0;
    },
  },
  {
    name: 'enabled division by zero of estimates',
    reason: 'QEMU does not see that the reciprocal of 0 divides by zero',
    see: 'I 7.6.3',
    explains: (c, d) => {
      const only = c.arch.tookFloatException(c.ours) && !c.arch.tookFloatException(c.qemu);
      const divided = /^x[sv]r(?:sqrt)?e[sd]p/.test(c.inst.mnemonic) && elements(c, c.oursBefore, numberB(c)).includes(0);
      return divided &&
        enabledExceptions(fpscr(c, c.ours)) & FPSCR.ZX.mask &&
        only &&
        (isException(c, d) || isFpscr(c, d) || targetWord(c, d) >= 0)
        ? ALL
        : 0;
    },
  },
  {
    name: 'CR6 of suppressed compares',
    reason: 'it is undefined after an enabled invalid operation',
    see: 'I 7.6.3',
    explains: (c, d) =>
      /^xvcmp/.test(c.inst.mnemonic) && isCr(c, d) && enabledExceptions(fpscr(c, c.ours)) & FPSCR.VX.mask ? crField(6) : 0,
  },
  {
    name: 'conversions of NaNs to integers',
    reason: 'in a vector QEMU takes what follows a NaN for one, and a NaN behind a number that does not fit for another such',
    see: 'I 7.6.3',
    explains: (c, d) => (isAtOrBehindNaN(c, targetWord(c, d)) ? ALL : 0),
  },
  {
    name: 'VMX estimates',
    reason: 'reciprocals are exact to 1/4096, powers to 1/16 and logarithms to 1/32 only; large powers of QEMU are not',
    see: 'I 6.10.5',
    explains: (c, d) => {
      const isGood = VMX_ESTIMATES[c.inst.mnemonic];
      const k = d.word - (c.arch.words.fpr(32 + field(c, FIELDS.RT)) - 1);
      if (!isGood || k < 0 || k > 3) return 0;
      const operand = single(Number((vsrOf(c, c.oursBefore, 32 + (numberB(c) & 31)) >> BigInt(96 - 32 * k)) & 0xffffffffn));
      const qemuIsGood = c.inst.mnemonic === 'vexptefp' || isGood(operand, single(c.qemu[d.word]!));
      return isGood(operand, single(c.ours[d.word]!)) && qemuIsGood ? ALL : 0;
    },
  },
];
