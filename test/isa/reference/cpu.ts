/**
 * A model of a CPU for expected values, written from the Power ISA's instruction descriptions with integers of any size. It shares
 * nothing with the definitions under test; fields and bits are numbered as the manual prints them.
 */
import type { PatternMemory } from '../../support/evaluated-cpu.js';

/** What an instruction does to the reference CPU. */
export type Semantics = (c: ReferenceCpu) => void;
export type SemanticsTable = Readonly<Record<string, Semantics>>;

/** EXTS: the low `bits` bits as a signed number. */
export const exts = (v: bigint | number, bits: number): bigint => BigInt.asIntN(bits, BigInt(v));
/** The low `bits` bits as an unsigned number. */
export const low = (v: bigint | number, bits: number): bigint => BigInt.asUintN(bits, BigInt(v));
/** Bit `n` of a number of `bits` bits, counted from the left. */
export const bit = (v: bigint, n: number, bits: number): bigint => (v >> BigInt(bits - 1 - n)) & 1n;

export class ReferenceCpu {
  gpr: bigint[] = [];
  cr = 0n;
  so = 0n;
  ov = 0n;
  ca = 0n;
  count = 0n;
  lr = 0n;
  ctr = 0n;
  tar = 0n;
  nia: bigint;
  exception: number | undefined;
  resync = false;
  reservation: bigint | undefined;
  /** The definition is that of Book III-S, which refuses some invalid forms. */
  server = false;

  constructor(
    readonly width: 32 | 64,
    readonly mode64: boolean,
    readonly word: number,
    readonly cia: bigint,
    readonly memory: PatternMemory,
  ) {
    this.nia = this.address(cia + 4n);
  }

  /** Bits from..to of the instruction word. */
  field(from: number, to = from): number {
    return Number((BigInt(this.word) >> BigInt(31 - to)) & ((1n << BigInt(to - from + 1)) - 1n));
  }
  get rt(): number { return this.field(6, 10); } // prettier-ignore
  get ra(): number { return this.field(11, 15); } // prettier-ignore
  get rb(): number { return this.field(16, 20); } // prettier-ignore
  get si(): bigint { return exts(this.field(16, 31), 16); } // prettier-ignore
  get ui(): bigint { return BigInt(this.field(16, 31)); } // prettier-ignore
  get oe(): boolean { return this.field(21) === 1; } // prettier-ignore
  get rc(): boolean { return this.field(31) === 1; } // prettier-ignore

  get RT(): bigint { return this.gpr[this.rt]!; } // prettier-ignore
  set RT(v: bigint) { this.gpr[this.rt] = low(v, this.width); } // prettier-ignore
  /** The same field as a source. */
  get RS(): bigint { return this.gpr[this.rt]!; } // prettier-ignore
  get RA(): bigint { return this.gpr[this.ra]!; } // prettier-ignore
  set RA(v: bigint) { this.gpr[this.ra] = low(v, this.width); } // prettier-ignore
  get RB(): bigint { return this.gpr[this.rb]!; } // prettier-ignore
  /** (RA|0) */
  get RA0(): bigint { return this.ra === 0 ? 0n : this.RA; } // prettier-ignore

  /** How many bits the mode's status and addresses are taken from. */
  get modeBits(): 32 | 64 {
    return this.mode64 ? 64 : 32;
  }
  address(v: bigint): bigint {
    return low(v, this.modeBits);
  }

  /** CR field n from four bits. */
  setCrField(n: number, v: bigint): void {
    const shift = BigInt(4 * (7 - n));
    this.cr = (this.cr & ~(15n << shift)) | (v << shift);
  }
  crField(n: number): bigint {
    return (this.cr >> BigInt(4 * (7 - n))) & 15n;
  }
  crBit(n: number): bigint {
    return bit(this.cr, n, 32);
  }
  setCrBit(n: number, v: bigint): void {
    const at = 1n << BigInt(31 - n);
    this.cr = v ? this.cr | at : this.cr & ~at;
  }
  compare(field: number, a: bigint, b: bigint): void {
    this.setCrField(field, (a < b ? 8n : a > b ? 4n : 2n) | this.so);
  }
  /** CR0 from a result, in every record form. */
  recordResult(v: bigint): void {
    this.compare(0, exts(v, this.modeBits), 0n);
  }
  /** CR0 when Rc = 1. */
  record(v: bigint): void {
    if (this.rc) this.recordResult(v);
  }
  /** OV and SO when OE = 1. */
  overflow(happened: boolean): void {
    if (!this.oe) return;
    this.ov = happened ? 1n : 0n;
    if (happened) this.so = 1n;
  }
  /** Whether a signed number is too large for the mode. */
  misfits(v: bigint, bits: number = this.modeBits): boolean {
    return exts(v, bits) !== v;
  }

  load(address: bigint, size: number): bigint {
    return this.memory.read(address, size, false);
  }
  store(address: bigint, size: number, v: bigint): void {
    this.memory.write(address, size, v, false);
  }
  /** EA of X-form accesses, of D-form and DS-form ones. */
  get eaX(): bigint { return this.address(this.RA0 + this.RB); } // prettier-ignore
  get eaD(): bigint { return this.address(this.RA0 + this.si); } // prettier-ignore
  get eaDS(): bigint { return this.address(this.RA0 + (this.si & ~3n)); } // prettier-ignore
}
