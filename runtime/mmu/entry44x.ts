/**
 * A TLB entry of the 44x as its three words and the TID (PPC440x5 UM 5.2, "Unified Translation Lookaside Buffer").
 * Values as tlbre and tlbwe move them, except that TID travels in MMUCR[STID] there.
 */
export interface TlbEntry44x {
  readonly tid: number;
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
}

/** Number of entries, and words that one takes in the CPU state: word0, word1, word2, TID. */
export const ENTRIES_44X = 64;
export const ENTRY_WORDS_44X = 4;

/** Word 0: EPN, V, TS, SIZE (the page has 1 KiB << 2 SIZE). */
export const W0_VALID = 0x200;
export const W0_TS = 0x100;
export const W0_TS_SHIFT = 8;
export const W0_SIZE = 0x0f0;
export const W0_SIZE_SHIFT = 4;
export const W0_IMPLEMENTED = 0xfffffff0;
/** Word 1: RPN, and ERPN = real address bits 0:3 of 36. */
export const W1_RPN = 0xfffffc00;
export const W1_ERPN = 0x00f;
export const W1_IMPLEMENTED = 0xfffffc0f;
/** Word 2: U0-U3, W, I, M, G, E, then the permissions of user (UX UW UR) and supervisor (SX SW SR). */
export const W2_INHIBITED = 0x400;
export const W2_GUARDED = 0x100;
export const W2_LITTLE_ENDIAN = 0x080;
export const W2_USER_SHIFT = 3;
export const W2_IMPLEMENTED = 0xffbf;

/** SIZE codes that the manual defines; 4M and 64M are not among them. */
export const PAGE_SIZE_CODES_44X: readonly number[] = [0, 1, 2, 3, 4, 5, 7, 9];

/** Bytes of a page by its SIZE code. Reserved codes go on with the row, up to the whole address space. */
export function pageSize44x(code: number): number {
  return code >= 11 ? 0x1_0000_0000 : 0x400 * 4 ** code;
}

/** Bits of an effective address that select the page, by SIZE code; as signed words. */
export function pageMask44x(code: number): number {
  return -pageSize44x(code) | 0;
}

/** MMUCR (SPR 946; PPC440x5 UM 5.5.3): search TID and search space, used by tlbre, tlbwe and tlbsx. */
export const MMUCR_STID = 0x000000ff;
export const MMUCR_STS = 0x00010000;
