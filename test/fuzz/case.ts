import { extract, type Field, type Instruction } from '../../jit/isa/inst.js';
import { FIELDS } from '../../jit/isa/operands.js';
import type { Architecture } from './architecture.js';
import { doubleword, type Difference, type State } from './state.js';
import type { Layout } from './stream.js';

/** An instruction, what it started from and what became of it. */
export interface Case {
  readonly arch: Architecture;
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
/** Low word of the register that a field names, in front of the instruction. */
export const gpr = (c: Case, f: Field): number => c.oursBefore[c.arch.words.gpr(field(c, f))]!;
/** All of the register. */
export const wideGpr = (c: Case, f: Field): bigint =>
  c.arch.model.width === 32 ? BigInt(gpr(c, f)) : doubleword(c.oursBefore, c.arch.words.gpr(field(c, f)));

/** The CR difference that comes of a field being different. */
export const crField = (n: number): number => (0xf0000000 >>> (4 * n)) >>> 0;

/** Whether a word of the state belongs to the register that a field names. */
export function isGpr(c: Case, d: Difference, f: Field): boolean {
  const low = c.arch.words.gpr(field(c, f));
  return d.word === low || (c.arch.model.width === 64 && d.word === low - 1);
}

/** An exception was taken for an address that is not allowed. */
export const bothFaulted = ({ arch, ours, qemu }: Case): boolean =>
  ours[arch.words.vector] === qemu[arch.words.vector] && arch.faulted(ours);

/** Effective address and length in bytes of an access to storage, or of the block of a cache instruction; undefined for other instructions. */
export function accessOf(c: Case): { readonly ea: bigint; readonly length: number } | undefined {
  const operand = c.inst.operands.find((o) => o.name === 'EA' || o.name === 'mem');
  if (!operand) return undefined;
  const base = field(c, FIELDS.RA) === 0 && operand.name === 'EA' ? 0n : wideGpr(c, FIELDS.RA);
  const displacement = operand.fields.find((f) => f.name.startsWith('D'));
  const rest = displacement ? BigInt(field(c, displacement)) : operand.fields.includes(FIELDS.RB) ? wideGpr(c, FIELDS.RB) : 0n;
  const ea = BigInt.asUintN(c.arch.addressBits(c.oursBefore), base + rest);
  const { cacheBlock } = c.arch.model;
  return /^[di]cb/.test(c.inst.mnemonic) ? { ea: ea & -BigInt(cacheBlock), length: cacheBlock } : { ea, length: lengthOf(c) };
}

function lengthOf(c: Case): number {
  const { mnemonic } = c.inst;
  if (mnemonic.endsWith('mw')) return 4 * (32 - field(c, FIELDS.RT));
  if (mnemonic.endsWith('swi')) return field(c, FIELDS.RB) || 32;
  if (mnemonic.endsWith('swx')) return c.oursBefore[c.arch.words.xer]! & 127;
  return accessSize(mnemonic);
}

/** Bytes that a load or store of one register moves. */
export function accessSize(mnemonic: string): number {
  if (/^(?:l|st)b|^(?:lve|stve)b/.test(mnemonic)) return 1;
  if (/^(?:l|st)h|^(?:lve|stve)h/.test(mnemonic)) return 2;
  if (/^(?:l|st)(?:q|v(?!e)|xv(?:d2|w4)|fdp)/.test(mnemonic)) return 16;
  return /^(?:l|st)(?:f?d|xsd|xvds)/.test(mnemonic) ? 8 : 4;
}

/** Loads that make a reservation, and stores that depend on it. */
export const isReservation = ({ mnemonic }: Instruction): boolean => /^l[bhwdq]arx$|^st[bhwdq]cx\.$/.test(mnemonic);

/** Bits of CR0 that compare a result with 0. */
export const COMPARES_RESULT = 0xe0000000;
export const isCr = (c: Case, d: Difference): boolean => d.word === c.arch.words.cr;
/** What the handler wrote down of an exception, but for the FPSCR. */
export const isException = ({ arch: { words } }: Case, d: Difference): boolean =>
  d.word >= words.exceptions && d.word <= words.lastOfException;
