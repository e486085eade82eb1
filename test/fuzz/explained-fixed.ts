/** Differences of exceptions, fixed-point instructions and accesses to storage. */
import { FIELDS } from '../../jit/isa/operands.js';
import { multiplyAccumulate } from '../isa/reference/multiply-accumulate.js';
import {
  accessOf,
  bothFaulted,
  COMPARES_RESULT,
  crField,
  faulted,
  field,
  gpr,
  isCr,
  isException,
  isGpr,
  type Case,
  type Explanation,
} from './case.js';
import { DUMP_WORDS, WINDOW } from './layout.js';
import { CR_WORD, DEAR_WORD, EXCEPTION_MSR_WORD, EXCEPTIONS_WORD, GPR_WORD, VECTOR_WORD, WINDOW_WORD, XER_WORD } from './state.js';

const ALL = 0xffffffff;
const PROGRAM = 6;
/** SRR1 bits by which classic processors tell apart program interrupts. */
const CLASSIC_REASON = 0x001f0000;
const XER_RESERVED = 0x1fffff80;
const XER_OVERFLOW = 0xc0000000;
const REGISTERS = 32;

const isMultipleOrString = (c: Case): boolean => /^(?:l|st)(?:mw|sw[ix])$/.test(c.inst.mnemonic);
const bit = (word: number, n: number): boolean => ((word >>> (31 - n)) & 1) === 1;

/** Division that has no quotient. */
function hasNoQuotient(c: Case): boolean {
  const [a, b] = [gpr(c, FIELDS.RA), gpr(c, FIELDS.RB)];
  if (c.inst.mnemonic === 'divwu') return b === 0;
  return c.inst.mnemonic === 'divw' && (b === 0 || (a === 0x80000000 && b === 0xffffffff));
}

/** Whether our result of a multiply-accumulate instruction is the manual's. */
function isMultiplyAccumulate(c: Case): boolean {
  if (!/^n?mac[chl]hw/.test(c.inst.mnemonic)) return false;
  const [t, a, b] = [gpr(c, FIELDS.RT), gpr(c, FIELDS.RA), gpr(c, FIELDS.RB)];
  const { rt, overflow } = multiplyAccumulate(c.inst.mnemonic, BigInt(t), BigInt(a), BigInt(b));
  const xerBefore = c.oursBefore[XER_WORD]! & ~XER_RESERVED;
  const kept = xerBefore & ~0x40000000;
  const xer = bit(c.word, FIELDS.OE.from) ? (overflow ? (xerBefore | XER_OVERFLOW) >>> 0 : kept >>> 0) : xerBefore >>> 0;
  const signed = Number(BigInt.asIntN(32, rt));
  const cr0 = ((signed < 0 ? 8 : signed > 0 ? 4 : 2) | (xer >>> 31)) << 28;
  const cr = bit(c.word, FIELDS.Rc.from) ? ((c.oursBefore[CR_WORD]! & ~crField(0)) | cr0) >>> 0 : c.oursBefore[CR_WORD]!;
  const { ours } = c;
  return ours[GPR_WORD + field(c, FIELDS.RT)] === Number(rt) && (ours[XER_WORD]! & ~XER_RESERVED) >>> 0 === xer && ours[CR_WORD] === cr;
}

/** Whether an address lies in the access, whose end may be beyond the last address. */
const inAccess = (address: number, { ea, length }: { ea: number; length: number }): boolean => (address - ea) >>> 0 < length;

export const FIXED_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'SRR1 of program interrupts',
    reason: 'QEMU writes the reason into SRR1 as classic processors do; in Book E, SRR1 is the MSR and ESR has the reason',
    see: 'III-E 7.6.7',
    explains: (c, d) => (d.word === EXCEPTION_MSR_WORD && c.qemu[VECTOR_WORD] === PROGRAM ? CLASSIC_REASON : 0),
  },
  {
    name: 'reserved bits of the XER',
    reason: 'QEMU keeps what mtspr writes to bits 3:24; here they read as 0',
    see: 'I 3.2.2',
    explains: (_c, d) => (d.word === XER_WORD ? XER_RESERVED : 0),
  },
  {
    name: 'division without a quotient',
    reason: 'RT and the first three bits of CR0 are undefined after a division by 0 and after 0x80000000 / -1',
    see: 'I 3.3.9',
    explains: (c, d) => {
      if (!hasNoQuotient(c)) return 0;
      return isGpr(c, d, FIELDS.RT) ? ALL : isCr(d) && bit(c.word, FIELDS.Rc.from) ? COMPARES_RESULT : 0;
    },
  },
  {
    name: 'multiply-accumulate',
    reason:
      'QEMU drops the result unless OE is 1 or the instruction saturates, and judges overflow by a factor instead of the product; ours agrees with an independent computation',
    see: 'PPC440EP UM 3.9',
    explains: (c, d) => {
      if (!isMultiplyAccumulate(c)) return 0;
      if (isGpr(c, d, FIELDS.RT)) return ALL;
      return d.word === XER_WORD ? XER_OVERFLOW : isCr(d) ? crField(0) : 0;
    },
  },
  {
    name: 'address of a fault',
    reason: 'DEAR may name any byte of the access that lies in the page which is not allowed',
    see: 'III-E 7.6.3, 7.6.14',
    explains: (c, d) => {
      const access = accessOf(c);
      if (d.word !== DEAR_WORD || !access || !bothFaulted(c)) return 0;
      const [ours, qemu] = [c.ours[DEAR_WORD]!, c.qemu[DEAR_WORD]!];
      return inAccess(ours, access) && inAccess(qemu, access) && ours >>> 12 === qemu >>> 12 ? ALL : 0;
    },
  },
  {
    name: 'partial execution',
    reason: 'multiple and string accesses may have moved some bytes before a fault; QEMU and we choose differently',
    see: 'III-E 7.7',
    explains: (c, d) => {
      const access = accessOf(c);
      if (!access || !isMultipleOrString(c) || !bothFaulted(c)) return 0;
      if (c.inst.mnemonic.startsWith('l'))
        return d.word < GPR_WORD + REGISTERS && ((d.word - field(c, FIELDS.RT)) & 31) < Math.ceil(access.length / 4) ? ALL : 0;
      if (d.word < WINDOW_WORD || d.word >= DUMP_WORDS) return 0;
      const word = WINDOW + 4 * (d.word - WINDOW_WORD);
      return [0, 1, 2, 3].reduce((mask, k) => (inAccess(word + k, access) ? mask | (0xff000000 >>> (8 * k)) : mask), 0) >>> 0;
    },
  },
  {
    name: 'conditional store without reservation',
    reason: 'whether a store that is not performed checks its address is for the implementation to decide; we check, QEMU does not',
    see: 'III-E 7.6.3',
    explains: (c, d) => {
      if (c.inst.mnemonic !== 'stwcx.' || !faulted(c.ours) || c.qemu[EXCEPTIONS_WORD] !== 0) return 0;
      return isException(d) ? ALL : isCr(d) ? crField(0) : 0;
    },
  },
  {
    name: 'unaligned reservation',
    reason: 'lwarx and stwcx. of an address that is no multiple of 4 may raise an alignment exception or do anything bounded',
    see: 'II 4.4.2',
    explains: (c, d) => {
      if ((c.inst.mnemonic !== 'lwarx' && c.inst.mnemonic !== 'stwcx.') || (accessOf(c)!.ea & 3) === 0) return 0;
      return isException(d) ? ALL : isCr(d) ? crField(0) : 0;
    },
  },
];
