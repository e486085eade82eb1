/**
 * Hash page table entries and SLB entries of the 64-bit Book III-S (ISA 2.07 Book III-S 5.7.6 and 5.7.7): fields and page-size encodings.
 *
 * An entry is two doublewords, here four 32-bit words, high word first: as such tables lie in the RAM of a big-endian guest too.
 */

/** 32-bit words of an entry, entries of a group (PTEG), words of a group. */
export const HPTE_WORDS = 4;
export const HPTES_PER_GROUP = 8;
export const GROUP_WORDS = HPTE_WORDS * HPTES_PER_GROUP;
/** Bytes of an entry and of a group. */
export const HPTE_BYTES = 16;
export const GROUP_BYTES = 128;

/** The words of an entry. */
export const V_HIGH = 0;
export const V_LOW = 1;
export const R_HIGH = 2;
export const R_LOW = 3;

// --- First doubleword, low word ---
/** The entry is valid. */
export const HPTE_VALID = 0x1;
/** The entry lies in the group of the secondary hash. */
export const HPTE_SECONDARY = 0x2;
/** Large page: the second doubleword holds LP. */
export const HPTE_LARGE = 0x4;
/** A software bit: the entry is to stay (Linux and PAPR call it bolted). */
export const HPTE_BOLTED = 0x10;
/** AVPN, H and V: what a search compares, besides the whole high word. */
export const HPTE_COMPARED = 0xffffff83 | 0;
/** Low part of the AVPN. */
export const HPTE_AVPN_LOW = 0xffffff80 | 0;

// --- First doubleword, high word ---
/** Segment size field B, in the first word of HPTE and of the SLB's VSID doubleword: 0 is 256 MB, this is 1 TB. */
export const SEGMENT_1T = 0x40000000;
export const SEGMENT_SIZE = 0xc0000000 | 0;

// --- Second doubleword, low word ---
/** pp1 and pp2. */
export const HPTE_PP = 0x3;
/** No execute. */
export const HPTE_NO_EXECUTE = 0x4;
export const HPTE_GUARDED = 0x8;
export const HPTE_COHERENT = 0x10;
export const HPTE_INHIBITED = 0x20;
export const HPTE_WRITE_THROUGH = 0x40;
export const HPTE_WIMG = 0x78;
export const HPTE_CHANGED = 0x80;
export const HPTE_REFERENCED = 0x100;
/** Low three bits of the virtual page class key. */
export const HPTE_KEY_LOW = 0xe00;
export const HPTE_KEY_LOW_SHIFT = 9;
export const HPTE_LP_SHIFT = 12;
/** ARPN with LP, low word. */
export const HPTE_RPN_LOW = 0xfffff000 | 0;

// --- Second doubleword, high word ---
/** pp0. */
export const HPTE_PP0 = 0x80000000 | 0;
/** High two bits of the key. */
export const HPTE_KEY_HIGH = 0x30000000;
export const HPTE_KEY_HIGH_SHIFT = 28;
/** ARPN, high word. */
export const HPTE_RPN_HIGH = 0x0fffffff;

// --- SLB, VSID doubleword, low word (high word: SEGMENT_SIZE) ---
export const SLB_KS = 0x800;
export const SLB_KP = 0x400;
export const SLB_NO_EXECUTE = 0x200;
export const SLB_LARGE = 0x100;
export const SLB_CLASS = 0x80;
export const SLB_LP = 0x30;
/** VSID of a segment of 256 MB and of 1 TB, low words. */
export const SLB_VSID_256M = 0xfffff000 | 0;
export const SLB_VSID_1T = 0xff000000 | 0;
/** What slbmte keeps of RS. */
export const SLB_VSID_IMPLEMENTED = 0xffffffb0 | 0;

// --- SLB, ESID doubleword, low word ---
export const SLB_VALID = 0x08000000;
export const SLB_ESID = 0xf0000000 | 0;
export const SLB_INDEX = 0xfff;

/** log2 of the page sizes. */
export const SHIFT_4K = 12;
export const SHIFT_64K = 16;
export const SHIFT_16M = 24;

/** SLB page size encodings (L and LP) of each base page size. */
export const SLB_PAGE_4K = 0;
export const SLB_PAGE_64K = SLB_LARGE | 0x10;
export const SLB_PAGE_16M = SLB_LARGE;

/** A base page size, a page size, and how an HPTE of that page in a segment of that base encodes it. */
export interface PageEncoding {
  /** log2 of the base page size, which the hash uses and the segment has. */
  readonly base: number;
  /** log2 of the page's size. */
  readonly actual: number;
  /** Low bits of LP: four for 64 KiB, eight for 16 MiB. The bits above belong to the real page number. */
  readonly lp: number;
}

/** Pages in HPTEs with L = 1, as POWER7 and POWER8 have them. With L = 0 both sizes are 4 KiB. */
export const LARGE_PAGE_ENCODINGS: readonly PageEncoding[] = [
  { base: SHIFT_4K, actual: SHIFT_64K, lp: 0x7 },
  { base: SHIFT_4K, actual: SHIFT_16M, lp: 0x38 },
  { base: SHIFT_64K, actual: SHIFT_64K, lp: 0x1 },
  { base: SHIFT_64K, actual: SHIFT_16M, lp: 0x8 },
  { base: SHIFT_16M, actual: SHIFT_16M, lp: 0x0 },
];

/** By LP, 256 of L = 0 and 256 of L = 1: base << 8 | actual, 0 for none. */
function pageSizes(): Uint16Array {
  const table = new Uint16Array(512).fill((SHIFT_4K << 8) | SHIFT_4K, 0, 256);
  for (const { base, actual, lp } of LARGE_PAGE_ENCODINGS) {
    const mask = actual === SHIFT_64K ? 0xf : 0xff;
    for (let n = 0; n < 256; n++) if ((n & mask) === lp) table[256 + n] = (base << 8) | actual;
  }
  return table;
}
const PAGE_SIZES: Uint16Array = pageSizes();

/**
 * Page sizes of an entry, from the low words of its doublewords.
 * @returns log2 of the base page size << 8 | log2 of the page's size, or 0 when no page is encoded so
 */
export const pageSizesOf = (vLow: number, rLow: number): number =>
  PAGE_SIZES[((vLow & HPTE_LARGE) << 6) | ((rLow >>> HPTE_LP_SHIFT) & 0xff)];

/** log2 of a segment's base page size by L and LP of its SLB entry; 0 when no page size is encoded so. */
export function basePageShift(vsidLow: number): number {
  switch (vsidLow & (SLB_LARGE | SLB_LP)) {
    case SLB_PAGE_4K:
      return SHIFT_4K;
    case SLB_PAGE_64K:
      return SHIFT_64K;
    case SLB_PAGE_16M:
      return SHIFT_16M;
    default:
      return 0;
  }
}
