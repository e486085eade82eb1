/** Differences that only the 440 has. */
import { FIELDS } from '../../../jit/isa/operands.js';
import { multiplyAccumulate } from '../../isa/reference/multiply-accumulate.js';
import { crField, field, gpr, isCr, isGpr, type Case, type Explanation } from '../case.js';

const ALL = 0xffffffff;
const PROGRAM = 6;
/** SRR1 bits by which classic processors tell apart program interrupts. */
const CLASSIC_REASON = 0x001f0000;
const XER_RESERVED = 0x1fffff80;
const XER_OVERFLOW = 0xc0000000;

const bit = (word: number, n: number): boolean => ((word >>> (31 - n)) & 1) === 1;

/** Whether our result of a multiply-accumulate instruction is the manual's. */
function isMultiplyAccumulate(c: Case): boolean {
  if (!/^n?mac[chl]hw/.test(c.inst.mnemonic)) return false;
  const [t, a, b] = [gpr(c, FIELDS.RT), gpr(c, FIELDS.RA), gpr(c, FIELDS.RB)];
  const { rt, overflow } = multiplyAccumulate(c.inst.mnemonic, BigInt(t), BigInt(a), BigInt(b));
  const { words } = c.arch;
  const xerBefore = c.oursBefore[words.xer]! & ~XER_RESERVED;
  const kept = xerBefore & ~0x40000000;
  const xer = bit(c.word, FIELDS.OE.from) ? (overflow ? (xerBefore | XER_OVERFLOW) >>> 0 : kept >>> 0) : xerBefore >>> 0;
  const signed = Number(BigInt.asIntN(32, rt));
  const cr0 = ((signed < 0 ? 8 : signed > 0 ? 4 : 2) | (xer >>> 31)) << 28;
  const cr = bit(c.word, FIELDS.Rc.from) ? ((c.oursBefore[words.cr]! & ~crField(0)) | cr0) >>> 0 : c.oursBefore[words.cr]!;
  const { ours } = c;
  return ours[words.gpr(field(c, FIELDS.RT))] === Number(rt) && (ours[words.xer]! & ~XER_RESERVED) >>> 0 === xer && ours[words.cr] === cr;
}

export const PPC440_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'SRR1 of program interrupts',
    reason: 'QEMU writes the reason into SRR1 as classic processors do; in Book E, SRR1 is the MSR and ESR has the reason',
    see: 'III-E 7.6.7',
    explains: (c, d) => (d.word === c.arch.words.exceptionMsr && c.qemu[c.arch.words.vector] === PROGRAM ? CLASSIC_REASON : 0),
  },
  {
    name: 'multiply-accumulate',
    reason:
      'QEMU drops the result unless OE is 1 or the instruction saturates, and judges overflow by a factor instead of the product; ours agrees with an independent computation',
    see: 'PPC440EP UM 3.9',
    explains: (c, d) => {
      if (!isMultiplyAccumulate(c)) return 0;
      if (isGpr(c, d, FIELDS.RT)) return ALL;
      return d.word === c.arch.words.xer ? XER_OVERFLOW : isCr(c, d) ? crField(0) : 0;
    },
  },
];
