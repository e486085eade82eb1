/** Differences that only 64-bit processors have. */
import { FIELDS } from '../../../jit/isa/operands.js';
import { accessOf, COMPARES_RESULT, field, isCr, isGpr, wideGpr, type Case, type Explanation } from '../case.js';
import { doubleword } from '../state.js';
import { PROGRAM_VECTOR } from './layout.js';

const ALL = 0xffffffff;
const ALIGNMENT = 0x600;

/** Six decimal digits in the last 24 bits of each word, all of them valid. */
function hasInvalidDigit(value: bigint): boolean {
  const digits = [...value.toString(16).padStart(16, '0')];
  return digits.some((digit, k) => k % 8 >= 2 && digit > '9');
}

/** An alignment interrupt was taken on both sides. */
const bothMisaligned = ({ arch: { words }, ours, qemu }: Case): boolean =>
  ours[words.vector] === ALIGNMENT && qemu[words.vector] === ALIGNMENT;

/** Bits of the instruction, numbered from 0, as a number. */
const bits = (word: number, from: number, to: number): number => (word >>> (31 - to)) & (2 ** (to - from + 1) - 1);
const X_FORM = 31;
const DS_FORM = [57, 58, 61, 62];

/** What DSISR tells of the instruction: which form it has and its opcode, RT and RA (III-S 6.5.8). */
function alignmentSyndrome(word: number): number {
  const opcode = bits(word, 0, 5);
  const registers = bits(word, 6, 15);
  if (opcode === X_FORM) return (bits(word, 29, 30) << 15) | (bits(word, 25, 25) << 14) | (bits(word, 21, 24) << 10) | registers;
  const ofForm = DS_FORM.includes(opcode) ? bits(word, 30, 31) << 18 : 0;
  return ofForm | (bits(word, 5, 5) << 14) | (bits(word, 1, 4) << 10) | registers;
}

/** SRR1 of a program interrupt: illegal and privileged instruction. */
const ILLEGAL = 0x00080000;
const PRIVILEGED = 0x00040000;
/** Both took a program interrupt, for these reasons. */
const haveReasons = ({ arch: { words }, ours, qemu }: Case, here: number, there: number): boolean =>
  ours[words.vector] === PROGRAM_VECTOR &&
  qemu[words.vector] === PROGRAM_VECTOR &&
  (ours[words.exceptionMsr]! & (ILLEGAL | PRIVILEGED)) === here &&
  (qemu[words.exceptionMsr]! & (ILLEGAL | PRIVILEGED)) === there;
/** Bit 0 of the number of an SPR, whose halves are swapped in the instruction. */
const PRIVILEGED_SPR = 1 << 20;

/** Instructions whose result is a word in the lower half of RT, which leave the upper one undefined. */
const isWordResult = (c: Case): boolean => /^(?:divwe?u?|mulhwu?)$/.test(c.inst.mnemonic);

export const POWER8_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'upper word of divisions and high products of words',
    reason: 'the upper word of RT is undefined, and so are the first three bits of CR0 in 64-bit mode',
    see: 'I 3.3.9',
    explains: (c, d) => {
      if (!isWordResult(c)) return 0;
      if (d.word === c.arch.words.gpr(field(c, FIELDS.RT)) - 1) return ALL;
      return isCr(c, d) && field(c, FIELDS.Rc) === 1 && c.arch.addressBits(c.oursBefore) === 64 ? COMPARES_RESULT : 0;
    },
  },
  {
    name: 'SPRs that there are not',
    reason:
      'in problem state they raise an illegal instruction exception, or a privileged one when bit 0 of their number is 1; QEMU takes all for privileged',
    see: 'I 3.3.17',
    explains: (c, d) =>
      /^m[ft]spr$/.test(c.inst.mnemonic) &&
      d.word === c.arch.words.exceptionMsr &&
      !(c.word & PRIVILEGED_SPR) &&
      haveReasons(c, ILLEGAL, PRIVILEGED)
        ? ILLEGAL | PRIVILEGED
        : 0,
  },
  {
    name: 'privileged instructions that QEMU takes for illegal',
    reason: 'in problem state they raise a privileged instruction exception',
    see: 'III-S 6.5.9',
    explains: (c, d) =>
      c.inst.facts.privileged && d.word === c.arch.words.exceptionMsr && haveReasons(c, PRIVILEGED, ILLEGAL) ? ILLEGAL | PRIVILEGED : 0,
  },
  {
    name: 'decimal digits above 9',
    reason: 'the result of cbcdtd is undefined',
    see: 'I 3.3.15',
    explains: (c, d) => (c.inst.mnemonic === 'cbcdtd' && isGpr(c, d, FIELDS.RA) && hasInvalidDigit(wideGpr(c, FIELDS.RT)) ? ALL : 0),
  },
  {
    name: 'DSISR and DAR of alignment interrupts',
    reason: 'QEMU gives the fields RT and RA only, and leaves the address out',
    see: 'III-S 6.5.8',
    explains: (c, d) => {
      const { syndrome, address } = c.arch.words;
      if (!bothMisaligned(c)) return 0;
      if (d.word === syndrome) return c.ours[syndrome] === alignmentSyndrome(c.word) && c.qemu[syndrome] === bits(c.word, 6, 15) ? ALL : 0;
      const known = doubleword(c.ours, address) === accessOf(c)?.ea && doubleword(c.qemu, address) === 0n;
      return known && (d.word === address || d.word === address - 1) ? ALL : 0;
    },
  },
];
