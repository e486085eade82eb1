import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { MSR } from '../../jit/isa/registers.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { HashPageTable } from '../../runtime/mmu/hash64/hash-page-table.js';
import { Hash64Mmu } from '../../runtime/mmu/hash64/hash64-mmu.js';

/** Numbers with the manual's 64-bit numbering: bit 0 is the most significant. */
export const bit = (n: number): bigint => 1n << BigInt(63 - n);
/** A field whose last bit is bit n. */
export const field = (value: bigint | number, n: number): bigint => BigInt(value) << BigInt(63 - n);
export const low = (value: bigint): number => Number(value & 0xffffffffn);
export const high = (value: bigint): number => Number((value >> 32n) & 0xffffffffn);
export const wide = (lowWord: number, highWord: number): bigint => (BigInt(highWord >>> 0) << 32n) | BigInt(lowWord >>> 0);

export const RELOCATED = MSR.IR.mask | MSR.DR.mask;
export const PROBLEM = MSR.PR.mask;
export const SPR_AMR = 29;
export const SPR_IAMR = 61;
export const SPR_LPCR = 318;

/** Page sizes in words of the manual: L and LP of the SLB entry, L and LP of the HPTE. LP of the HPTE in its low bits, the rest belongs to the ARPN. */
export interface PageKind {
  readonly name: string;
  readonly base: number;
  readonly actual: number;
  readonly slbL: number;
  readonly slbLp: number;
  readonly l: number;
  readonly lp: number;
}
export const PAGE_KINDS: readonly PageKind[] = [
  { name: '4K', base: 12, actual: 12, slbL: 0, slbLp: 0, l: 0, lp: 0 },
  { name: '64K in 4K', base: 12, actual: 16, slbL: 0, slbLp: 0, l: 1, lp: 0b0111 },
  { name: '16M in 4K', base: 12, actual: 24, slbL: 0, slbLp: 0, l: 1, lp: 0b00111000 },
  { name: '64K', base: 16, actual: 16, slbL: 1, slbLp: 1, l: 1, lp: 0b0001 },
  { name: '16M in 64K', base: 16, actual: 24, slbL: 1, slbLp: 1, l: 1, lp: 0b00001000 },
  { name: '16M', base: 24, actual: 24, slbL: 1, slbLp: 0, l: 1, lp: 0 },
];

/** A segment as the manual describes it. */
export interface Segment {
  readonly large: boolean;
  readonly esid: bigint;
  readonly vsid: bigint;
  readonly ks?: boolean;
  readonly kp?: boolean;
  readonly n?: boolean;
  readonly c?: boolean;
  readonly page: Pick<PageKind, 'slbL' | 'slbLp' | 'base'>;
}

/** RS and RB of slbmte. */
export function slbmteOperands(index: number, s: Segment): { rs: bigint; rb: bigint } {
  const flags =
    (s.ks ? bit(52) : 0n) |
    (s.kp ? bit(53) : 0n) |
    (s.n ? bit(54) : 0n) |
    field(s.page.slbL, 55) |
    (s.c ? bit(56) : 0n) |
    field(s.page.slbLp, 59);
  return {
    rs: (s.large ? field(1, 1) | field(s.vsid, 39) : field(s.vsid, 51)) | flags,
    rb: (s.large ? field(s.esid, 23) : field(s.esid, 35)) | bit(36) | BigInt(index),
  };
}

/** A page as the manual describes its entry. */
export interface Page {
  readonly kind: PageKind;
  readonly pp?: number;
  readonly key?: number;
  readonly n?: boolean;
  readonly g?: boolean;
  readonly i?: boolean;
  readonly r?: boolean;
  readonly c?: boolean;
  readonly secondary?: boolean;
  readonly bolted?: boolean;
  /** Real address, a multiple of the page's size. */
  readonly real: bigint;
}

/** Bits of the offset in a segment. */
const segmentBits = (large: boolean): bigint => (large ? 40n : 28n);

/** Both doublewords of the entry for the base page at an offset of a segment. */
export function entryOf(s: Segment, offset: bigint, p: Page): { v: bigint; r: bigint } {
  const va = (s.vsid << segmentBits(s.large)) | offset;
  const avpn = ((va >> BigInt(p.kind.base)) << BigInt(p.kind.base)) >> 23n;
  const v =
    field(s.large ? 1 : 0, 1) | field(avpn, 56) | (p.bolted ? bit(59) : 0n) | field(p.kind.l, 61) | (p.secondary ? bit(62) : 0n) | bit(63);
  const pp = p.pp ?? 0;
  const key = p.key ?? 0;
  const r =
    field(pp >> 2, 0) |
    field(key >> 3, 3) |
    p.real |
    field(p.kind.lp, 51) |
    field(key & 7, 54) |
    (p.r ? bit(55) : 0n) |
    (p.c ? bit(56) : 0n) |
    (p.i ? bit(58) : bit(59)) |
    (p.g ? bit(60) : 0n) |
    (p.n ? bit(61) : 0n) |
    field(pp & 3, 63);
  return { v, r };
}

/** Group of the primary or secondary hash for a page of a segment, in a table of 2^shift bytes. */
export function groupOf(s: Segment, offset: bigint, base: number, secondary: boolean, shift: number): number {
  const page = offset >> BigInt(base);
  const mask39 = (1n << 39n) - 1n;
  const hash = s.large ? (s.vsid ^ (s.vsid << 25n) ^ page) & mask39 : (s.vsid ^ page) & mask39;
  return Number((secondary ? ~hash : hash) & ((1n << BigInt(shift - 7)) - 1n));
}

/** A CPU's MMU with a table, and what it reported. */
export class Hash64Bed {
  readonly table: HashPageTable;
  readonly state: CpuState;
  readonly mmu: Hash64Mmu;
  readonly dropped: { start: bigint; size: number; tid: number; space: number }[] = [];

  constructor(shift = 18, cpu = 0, table?: HashPageTable) {
    this.table = table ?? new HashPageTable(shift);
    this.state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
    this.mmu = new Hash64Mmu(this.state, this.table, { cpu });
    this.table.addUser(this.mmu);
    this.mmu.onEntryChanged = (start, size, tid, space, startHigh = 0) =>
      this.dropped.push({ start: wide(start, startHigh), size, tid, space });
    this.state.msr = RELOCATED;
    this.mmu.contextOf();
  }

  segment(index: number, s: Segment): void {
    const { rs, rb } = slbmteOperands(index, s);
    this.mmu.slb.slbmte(low(rs), high(rs), low(rb), high(rb));
  }

  /** Enters a page in the first free place of its group; returns its number. */
  page(s: Segment, offset: bigint, p: Page): number {
    const entry = this.table.freeEntry(groupOf(s, offset, p.kind.base, p.secondary === true, this.table.shift));
    if (entry < 0) throw new Error('the group is full');
    const { v, r } = entryOf(s, offset, p);
    this.table.store(entry, high(v), low(v), high(r), low(r));
    return entry;
  }

  translate(ea: bigint, access: number): ReturnType<Hash64Mmu['translate']> {
    return this.mmu.translate(low(ea), access, high(ea));
  }

  /** Second doubleword of an entry. */
  second(entry: number): bigint {
    return wide(this.table.word(entry, 3), this.table.word(entry, 2));
  }
}

/** First effective address of a segment. */
export const startOf = (s: Segment): bigint => s.esid << segmentBits(s.large);
