/** Differences that only 64-bit processors have. */
import { FIELDS } from '../../../jit/isa/operands.js';
import { COMPARES_RESULT, field, isCr, isGpr, wideGpr, type Case, type Explanation } from '../case.js';
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

/** SRR1 of a program interrupt: illegal and privileged instruction. */
const ILLEGAL_OR_PRIVILEGED = 0x000c0000;

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
      /^m[ft]spr$/.test(c.inst.mnemonic) && d.word === c.arch.words.exceptionMsr && c.ours[c.arch.words.vector] === PROGRAM_VECTOR
        ? ILLEGAL_OR_PRIVILEGED
        : 0,
  },
  {
    name: 'privileged instructions that QEMU takes for illegal',
    reason: 'in problem state they raise a privileged instruction exception',
    see: 'III-S 6.5.9',
    explains: (c, d) =>
      c.inst.facts.privileged && d.word === c.arch.words.exceptionMsr && c.ours[c.arch.words.vector] === PROGRAM_VECTOR
        ? ILLEGAL_OR_PRIVILEGED
        : 0,
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
      return bothMisaligned(c) && (d.word === syndrome || d.word === address || d.word === address - 1) ? ALL : 0;
    },
  },
];
