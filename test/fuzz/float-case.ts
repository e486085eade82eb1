/** What a floating-point instruction of the FPRs or the VSRs computes with, and what it left. */
import { FIELDS } from '../../jit/isa/operands.js';
import { FPSCR } from '../../jit/isa/registers.js';
import { field, type Case } from './case.js';
import { doubleword, type Difference, type State } from './state.js';
import { numberOf } from './values.js';

/** The sixth bits of VSR numbers, and where they lie in the word (I 7.1). */
const SIXTH = { T: 0, B: 1, A: 2, C: 3 } as const;
const sixth = (c: Case, which: keyof typeof SIXTH): number => (isVsx(c) ? ((c.word >>> SIXTH[which]) & 1) << 5 : 0);

/** VSX instructions name VSRs: their mnemonics begin with xs, xv or xx, or with lx and stx. */
export const isVsx = (c: Case): boolean => /^(?:x[svx]|lx|stx)/.test(c.inst.mnemonic);
/** Those of two or four numbers. */
export const isVectorFloat = (c: Case): boolean => /^xv/.test(c.inst.mnemonic);
/** Bits of the numbers that an instruction of the VSRs computes with. */
export const elementBits = (c: Case): 32 | 64 => (/sp[imzpc]*$|^xvcvsp/.test(c.inst.mnemonic) && isVectorFloat(c) ? 32 : 64);

/** Numbers of the VSRs that an instruction names; an FPR is the VSR of its number. */
export const targetNumber = (c: Case): number => field(c, FIELDS.RT) | sixth(c, 'T');
export const numberA = (c: Case): number => field(c, FIELDS.RA) | sixth(c, 'A');
export const numberB = (c: Case): number => field(c, FIELDS.RB) | sixth(c, 'B');

/** Doubleword 0 of a VSR. */
export const fprOf = ({ arch: { words } }: Case, s: State, n: number): bigint => doubleword(s, words.fpr(n));
/** All of a VSR, where there are such. */
export const vsrOf = ({ arch: { words } }: Case, s: State, n: number): bigint =>
  (doubleword(s, words.fpr(n)) << 64n) | doubleword(s, words.fpr(n) + 2);
/** Word of the state that has the low word of the target's doubleword 0. */
export const targetLow = (c: Case): number => c.arch.words.fpr(targetNumber(c));
/** Targets that are two FPRs: four bits name the even one. */
export const isPair = (c: Case): boolean =>
  c.inst.operands.some((o) => o.name === 'FRTn' || (o.name === 'FRT' && o.fields[0]!.to < FIELDS.RT.to));
/** Whether a difference is in doubleword 0 of the target, or of the pair; in a vector's, in any word of it. */
export function isTarget(c: Case, d: Difference): boolean {
  const k = d.word - (targetLow(c) - 1);
  return k === 0 || k === 1 || (isVectorFloat(c) && (k === 2 || k === 3)) || (isPair(c) && (k === 4 || k === 5));
}
export const result = (s: State, c: Case): bigint => fprOf(c, s, targetNumber(c));
/** What the instruction computes with: an FPR or doubleword 0 of a VSR. */
export const operandB = (c: Case): bigint => fprOf(c, c.oursBefore, numberB(c));

export const isFpscr = ({ arch: { words } }: Case, d: Difference): boolean => d.word === words.fpscr || d.word === words.exceptionFpscr;
/** The FPSCR as the instruction left it: the handler of floating-point exceptions changes it. */
export const fpscr = ({ arch }: Case, s: State): number =>
  arch.tookFloatException(s) ? s[arch.words.exceptionFpscr]! : s[arch.words.fpscr]!;
/** The FPSCR that the instruction began with, whatever exception the one before took. */
export const fpscrBefore = ({ arch, oursBefore }: Case): number => oursBefore[arch.words.fpscr]!;

export const is = (c: Case, ...mnemonics: readonly string[]): boolean => mnemonics.includes(c.inst.mnemonic);
/** Decimal floating point. */
export const isDecimal = (c: Case): boolean => c.inst.facts.needs?.includes('dfp') ?? false;
/** Everything that may change status bits of the FPSCR besides the moves. */
export const isArithmetic = (c: Case): boolean =>
  isDecimal(c) ||
  /^f(?:n?m?(?:add|sub)|mul|div|sqrt|re|rsqrte|rsp|cti[wd]|cfid|ri[nzpm]|cmp)|^x[sv](?:n?m?(?:add|sub)|mul|div|sqrt|re|rsqrte|cv|rsp|r[ds]pi|cmp|m[ai][xn])/.test(
    c.inst.mnemonic,
  );
/** Results in single format, though an FPR or doubleword 0 holds them as doubles. */
export const isScalarSingle = (c: Case): boolean => !isVectorFloat(c) && /s$|^frsp$|sp$/.test(c.inst.mnemonic);
export const isToInteger = (c: Case): boolean => /^fcti|^x[sv]cv[ds]p[su]x/.test(c.inst.mnemonic);
export const isCompare = (c: Case): boolean => is(c, 'fcmpu', 'fcmpo', 'xscmpudp', 'xscmpodp');
export const isNegativeMultiplyAdd = (c: Case): boolean => /^f(?:nm)(?:add|sub)s?$|^x[sv]nm(?:add|sub)/.test(c.inst.mnemonic);
export const isMultiplyAdd = (c: Case): boolean => /^fn?m(?:add|sub)s?$|^x[sv]n?m(?:add|sub)/.test(c.inst.mnemonic);
/** Estimates, and how exact they are to be, as a fraction. */
export function estimatePrecision({ inst: { mnemonic } }: Case): number | undefined {
  if (/^fres?$/.test(mnemonic)) return 1 / 256;
  if (/^frsqrtes?$/.test(mnemonic)) return 1 / 32;
  return /^x[sv](?:re|rsqrte)[sd]p$/.test(mnemonic) ? 2 ** -14 : undefined;
}
/** What an estimate is of. */
export const estimated = ({ inst: { mnemonic } }: Case, v: number): number => (/rsqrte/.test(mnemonic) ? 1 / Math.sqrt(v) : 1 / v);

/** Rounding towards plus or minus infinity. */
export const isDirected = (c: Case): boolean => (fpscrBefore(c) & 2) !== 0;

/** The bits of the numbers of a VSR, or of an FPR: one, two or four. */
function elementsOf(c: Case, s: State, n: number): bigint[] {
  if (!isVectorFloat(c)) return [fprOf(c, s, n)];
  const v = vsrOf(c, s, n);
  const size = elementBits(c);
  return Array.from({ length: 128 / size }, (_, k) => BigInt.asUintN(size, v >> BigInt(128 - size * (k + 1))));
}
/** The numbers of a VSR, or of an FPR: one, two or four. */
export const elements = (c: Case, s: State, n: number): number[] =>
  elementsOf(c, s, n).map((bits) => (isVectorFloat(c) && elementBits(c) === 32 ? singleOf(Number(bits)) : numberOf(bits)));

const SINGLE = { exponent: 0x7f800000n, fraction: 0x7fffffn, quiet: 0x400000n };
const DOUBLE = { exponent: 0x7ffn << 52n, fraction: (1n << 52n) - 1n, quiet: 1n << 51n };
const signalsIn = (bits: bigint, { exponent, fraction, quiet }: typeof DOUBLE): boolean =>
  (bits & exponent) === exponent && (bits & fraction) !== 0n && (bits & quiet) === 0n;
/** Whether the bits of a double are a signalling NaN. */
export const isSignalling = (bits: bigint): boolean => signalsIn(bits, DOUBLE);
/** Whether some number of a VSR or FPR is a signalling NaN. */
export const hasSignalling = (c: Case, n: number): boolean =>
  elementsOf(c, c.oursBefore, n).some((bits) => signalsIn(bits, isVectorFloat(c) && elementBits(c) === 32 ? SINGLE : DOUBLE));

const scratch = new DataView(new ArrayBuffer(4));
function singleOf(bits: number): number {
  scratch.setUint32(0, bits);
  return scratch.getFloat32(0);
}

/** Factors and addend of a multiply-add: FRA FRC FRB; of VSX, the target is the addend in A forms and a factor in M forms. */
export function multiplyAddOperands(c: Case): [number, number, number] {
  const [a, b] = [numberOf(fprOf(c, c.oursBefore, numberA(c))), numberOf(operandB(c))];
  if (!isVsx(c)) return [a, numberOf(fprOf(c, c.oursBefore, field(c, FIELDS.RC))), b];
  const t = numberOf(result(c.oursBefore, c));
  return /a[ds]p$/.test(c.inst.mnemonic) ? [a, b, t] : [a, t, b];
}

/** Exceptions that are recorded and enabled, for whatever instruction. */
export function enabledExceptions(value: number): number {
  const pairs = [
    [FPSCR.VE, FPSCR.VX],
    [FPSCR.OE, FPSCR.OX],
    [FPSCR.UE, FPSCR.UX],
    [FPSCR.ZE, FPSCR.ZX],
    [FPSCR.XE, FPSCR.XX],
  ] as const;
  return (
    pairs.reduce((mask, [enable, exception]) => (value & enable.mask && value & exception.mask ? mask | exception.mask : mask), 0) >>> 0
  );
}
