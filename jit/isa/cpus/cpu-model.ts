import type { Feature } from '../inst.js';
import { MSR, type MsrBitName } from '../registers.js';
import type { SprSet } from '../sprs.js';

/** Kinds of memory management unit. */
export type MmuKind = 'booke44x' | 'bookeMas' | 'book3s32' | 'hash64';

/** One CPU model: what generated code and runtime must know to be that CPU. */
export interface CpuModel {
  /** As users write it. */
  readonly name: string;
  /** Processor Version Register at reset; users may set another. */
  readonly pvr: number;
  /** Bits of a GPR. */
  readonly width: 32 | 64;
  /** Facilities: they select the definitions. */
  readonly features: ReadonlySet<Feature>;
  readonly mmu: MmuKind;
  /** Interrupt model: Book E (IVPR, IVORs, critical) or Book III-S (fixed vectors). */
  readonly interrupts: 'booke' | 'book3s';
  /** Bytes that dcbz clears. */
  readonly cacheBlock: 32 | 64 | 128;
  /** MSR bits that change what code means: they belong to the key under which code is found, most significant first. */
  readonly keyBits: readonly MsrBitName[];
  /** Implemented MSR bits of the low word; the others read as 0. */
  readonly msrMask: number;
  /** MSR[SF] exists. */
  readonly has64BitMode: boolean;
  /** How BO tells which way a branch will go: by the bits a and t (ISA 2.00 on), or by the bit y and the target's direction. */
  readonly branchHints: 'y' | 'at';
  readonly sprs: SprSet;
}

/** The MSR mask of some bits. */
export const msrMask = (...names: readonly MsrBitName[]): number => names.reduce((mask, name) => (mask | MSR[name].mask) >>> 0, 0);
