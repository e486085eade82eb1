import { extract, type Field, type Instruction } from '../../jit/isa/inst.js';
import { FIELDS } from '../../jit/isa/operands.js';
import { CR_WORD, EXCEPTION_MSR_WORD, EXCEPTIONS_WORD, GPR_WORD, VECTOR_WORD, XER_WORD, type Difference, type State } from './state.js';
import type { Layout } from './stream.js';

/** An instruction, what it started from and what became of it. */
export interface Case {
  readonly inst: Instruction;
  readonly word: number;
  readonly layout: Layout;
  /** Both states in front of the instruction, and what is known to differ between them. */
  readonly oursBefore: State;
  readonly qemuBefore: State;
  readonly known: readonly Difference[];
  readonly ours: State;
  readonly qemu: State;
}

/** A reason for differences that are not ours to mend. */
export interface Explanation {
  /** For counts and the documentation. */
  readonly name: string;
  readonly reason: string;
  /** Book and section that says so; Power ISA 2.07B unless another manual is named. */
  readonly see: string;
  /** Which bits of a differing word it explains, as a mask; 0 for none. */
  explains(c: Case, d: Difference): number;
}

/** A field of the instruction. */
export const field = (c: Case, f: Field): number => extract(c.word, f);
/** The value that a register field names, in front of the instruction. */
export const gpr = (c: Case, f: Field): number => c.oursBefore[GPR_WORD + field(c, f)]!;

/** The CR difference that comes of a field being different. */
export const crField = (n: number): number => (0xf0000000 >>> (4 * n)) >>> 0;

/** Whether a word of the state is the register that a field names. */
export const isGpr = (c: Case, d: Difference, f: Field): boolean => d.word === GPR_WORD + field(c, f);

const CACHE_BLOCK = 32;
const DATA_STORAGE = 2;
const DATA_TLB = 13;
/** An exception was taken for an address that is not allowed. */
export const faulted = (s: State): boolean => s[VECTOR_WORD] === DATA_STORAGE || s[VECTOR_WORD] === DATA_TLB;
export const bothFaulted = ({ ours, qemu }: Case): boolean => ours[VECTOR_WORD] === qemu[VECTOR_WORD] && faulted(ours);

/** Effective address and length in bytes of an access to storage, or of the block of a cache instruction; undefined for other instructions. */
export function accessOf(c: Case): { readonly ea: number; readonly length: number } | undefined {
  const operand = c.inst.operands.find((o) => o.name === 'EA' || o.name === 'mem');
  if (!operand) return undefined;
  const base = field(c, FIELDS.RA) === 0 && operand.name === 'EA' ? 0 : gpr(c, FIELDS.RA);
  const rest = operand.fields.includes(FIELDS.D) ? field(c, FIELDS.D) : operand.fields.includes(FIELDS.RB) ? gpr(c, FIELDS.RB) : 0;
  const ea = (base + rest) >>> 0;
  return /^[di]cb/.test(c.inst.mnemonic) ? { ea: (ea & -CACHE_BLOCK) >>> 0, length: CACHE_BLOCK } : { ea, length: lengthOf(c) };
}

function lengthOf(c: Case): number {
  const { mnemonic } = c.inst;
  if (mnemonic.endsWith('mw')) return 4 * (32 - field(c, FIELDS.RT));
  if (mnemonic.endsWith('swi')) return field(c, FIELDS.RB) || 32;
  if (mnemonic.endsWith('swx')) return c.oursBefore[XER_WORD]! & 127;
  return accessSize(mnemonic);
}

/** Bytes that a load or store of one register moves. */
export function accessSize(mnemonic: string): number {
  if (/^(?:l|st)b/.test(mnemonic)) return 1;
  if (/^(?:l|st)h/.test(mnemonic)) return 2;
  return /^(?:l|st)fd/.test(mnemonic) ? 8 : 4;
}

/** Bits of CR0 that compare a result with 0. */
export const COMPARES_RESULT = 0xe0000000;
export const isCr = (d: Difference): boolean => d.word === CR_WORD;
/** What the handler wrote down of an exception, but for the FPSCR. */
export const isException = (d: Difference): boolean => d.word >= EXCEPTIONS_WORD && d.word <= EXCEPTION_MSR_WORD;
