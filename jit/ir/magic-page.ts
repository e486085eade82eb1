import { INT_PENDING_OFFSET, MAGIC_PAGE_OFFSET, MSR_OFFSET, SPR_OFFSET } from '../abi/layout.js';

/**
 * The magic page of the KVM paravirtual interface: which register each word of it is (Linux, Documentation/virt/kvm/ppc-pv.rst, and
 * struct kvm_vcpu_arch_shared). Big-endian guests; offsets in bytes.
 */

/** Which family's registers the page shows. */
export type MagicRegisters = 'booke';

/** What generated code must know of a mapped magic page; plain data. */
export interface MagicPageContext {
  /** Effective address of the page: low word, unsigned, and high word, signed. */
  readonly page: number;
  readonly pageHigh: number;
  readonly registers: MagicRegisters;
  /** MSR bits that a store to the page may change. */
  readonly msrMask: number;
}

/**
 * What a word of the page is. `state`: the word at `offset` of the CPU's state or of the page's own storage. `msr`: the low word of the
 * MSR, whose bits stores change by the context's mask. `critical`: as `state`, but interrupts are held back by it. `readOnly`: as `state`, stores are dropped. `zero`: reads as 0, stores are
 * dropped: the upper half of a register that has none.
 */
export interface MagicWord {
  readonly kind: 'state' | 'msr' | 'critical' | 'readOnly' | 'zero';
  readonly offset: number;
}

/** Offsets of fields that the runtime names. */
export const MAGIC_CRITICAL = 24;
export const MAGIC_MSR = 88;
export const MAGIC_INT_PENDING = 100;
/** Size of the page in bytes. */
export const MAGIC_PAGE_SIZE = 0x1000;

/** Fields of 64 bits (upper half first) and of 32 bits, and the SPR each one is. */
interface Layout {
  readonly wide: Readonly<Record<number, number>>;
  readonly narrow: Readonly<Record<number, number>>;
}

const LAYOUTS: Readonly<Record<MagicRegisters, Layout>> = {
  // SPRG0 to SPRG3, SRR0, SRR1, DEAR, MAS2, SPRG4 to SPRG7; MAS0, MAS1, MAS7, MAS3, MAS4, MAS6, ESR, PIR.
  booke: {
    wide: { 32: 0x110, 40: 0x111, 48: 0x112, 56: 0x113, 64: 0x1a, 72: 0x1b, 80: 0x3d, 184: 0x272, 208: 0x114, 216: 0x115, 224: 0x116, 232: 0x117 },
    narrow: { 168: 0x270, 172: 0x271, 176: 0x3b0, 180: 0x273, 192: 0x274, 196: 0x276, 200: 0x3e, 204: 0x11e },
  },
}; // prettier-ignore

/**
 * What the word at an offset of the page is.
 * @param offset a multiple of 4 below MAGIC_PAGE_SIZE
 * @param width of the model's registers
 */
export function magicWord(registers: MagicRegisters, width: 32 | 64, offset: number): MagicWord {
  const { wide, narrow } = LAYOUTS[registers];
  const field = offset & ~7;
  const upper = offset === field;
  if (wide[field] !== undefined) {
    if (upper && width === 32) return { kind: 'zero', offset: 0 };
    return { kind: 'state', offset: SPR_OFFSET + 8 * wide[field] + (upper ? 4 : 0) };
  }
  if (narrow[offset] !== undefined) return { kind: 'state', offset: SPR_OFFSET + 8 * narrow[offset] };
  if (field === MAGIC_MSR) return upper ? { kind: 'readOnly', offset: MSR_OFFSET + 4 } : { kind: 'msr', offset: MSR_OFFSET };
  if (offset === MAGIC_INT_PENDING) return { kind: 'readOnly', offset: INT_PENDING_OFFSET };
  return { kind: field === MAGIC_CRITICAL ? 'critical' : 'state', offset: MAGIC_PAGE_OFFSET + offset };
}
