import type { HashPageTable } from './hash-page-table.js';
import {
  HPTE_BOLTED,
  HPTE_CHANGED,
  HPTE_COHERENT,
  HPTE_LARGE,
  HPTE_LP_SHIFT,
  HPTE_REFERENCED,
  HPTE_VALID,
  HPTES_PER_GROUP,
  LARGE_PAGE_ENCODINGS,
  pageSizesOf,
  SEGMENT_1T,
  SHIFT_16M,
  SHIFT_4K,
  SHIFT_64K,
  SLB_PAGE_16M,
  SLB_PAGE_4K,
  SLB_PAGE_64K,
} from './hpte.js';
import { hashOfVsid } from './virtual-page.js';

/**
 * The virtual real mode area (ISA 2.07 Book III-S 5.7.3.4): with translation off, a guest's accesses go through the hash table as if
 * a segment of 1 TB with VSID 0x1FFFFFF lay at 0. LPCR[VPM0] turns it on, LPCR[VRMASD] is the L and LP of that segment.
 */
const LPCR_VPM0 = 0x80000000;
const LPCR_VRMASD = 0x000f8000;
/** VRMASD is L, two bits of 0, LP; L and LP lie in the low word of the SLB's VSID doubleword, LP at bit 4. */
const VRMASD_SHIFT = 15;
const SLB_LP_SHIFT = 4;
const PAGE_ENCODINGS = new Map([
  [SHIFT_4K, SLB_PAGE_4K],
  [SHIFT_64K, SLB_PAGE_64K],
  [SHIFT_16M, SLB_PAGE_16M],
]);

/** Fields of the high word of LPCR that this is about. */
export const VRMA_FIELDS = LPCR_VPM0 | LPCR_VRMASD;
/** B and VSID of the area, as in the first doubleword of HPTEs. */
export const VRMA_VSID_HIGH = SEGMENT_1T | 0x0001ffff;
export const VRMA_VSID_LOW = 0xff000000 | 0;
const VRMA_AVPN_LOW = 0xffff80;

/** Whether real mode goes through the table. @param lpcrHigh high word of LPCR */
export const isVirtualRealMode = (lpcrHigh: number): boolean => (lpcrHigh & LPCR_VPM0) !== 0;

/** L and LP of the area's segment, as in the low word of an SLB entry. @param lpcrHigh high word of LPCR */
export const vrmaPageEncoding = (lpcrHigh: number): number => ((lpcrHigh & LPCR_VRMASD) >>> VRMASD_SHIFT) << SLB_LP_SHIFT;

/**
 * High word of an LPCR that turns the area on.
 * @param lpcrHigh its high word as it is
 * @param pageShift log2 of the area's base page size: 12, 16 or 24
 */
export function lpcrForVrma(lpcrHigh: number, pageShift: number): number {
  const encoding = PAGE_ENCODINGS.get(pageShift) ?? 0;
  return ((lpcrHigh & ~VRMA_FIELDS) | LPCR_VPM0 | ((encoding >>> SLB_LP_SHIFT) << VRMASD_SHIFT)) >>> 0;
}

/**
 * log2 of the base page size when an entry belongs to the virtual real mode area, otherwise 0.
 * @param vHigh its words, as numbers of any sign
 */
export function vrmaPageShift(vHigh: number, vLow: number, rLow: number): number {
  const isVrma = (vHigh | 0) === VRMA_VSID_HIGH && (vLow & 0xff000000) === VRMA_VSID_LOW && (vLow & HPTE_VALID) !== 0;
  return isVrma ? pageSizesOf(vLow, rLow) >>> 8 : 0;
}

/**
 * Fills a table's virtual real mode area, page by page from real address 0 on: bolted entries that the supervisor may read, write and
 * execute, R and C set.
 *
 * @param bytes how much of it is to be there, a multiple of the page size, at most 1 TB
 * @param pageShift log2 of the page size: 12, 16 or 24
 * @returns bytes entered: less when a group had no room left
 */
export function fillVrma(table: HashPageTable, bytes: number, pageShift: number): number {
  const encoding = LARGE_PAGE_ENCODINGS.find((e) => e.base === pageShift && e.actual === pageShift);
  const pages = Math.ceil(bytes / 2 ** pageShift);
  for (let page = 0; page < pages; page++) {
    const address = page * 2 ** pageShift;
    const avpn = Math.floor(address / 0x1_0000) & VRMA_AVPN_LOW;
    const entry = freeEntryFor(table, page);
    if (entry < 0) return address;
    const vLow = VRMA_VSID_LOW | (pageShift >= SHIFT_16M ? avpn & ~0x80 : avpn) | HPTE_BOLTED | HPTE_VALID | (encoding ? HPTE_LARGE : 0);
    const flags = HPTE_REFERENCED | HPTE_CHANGED | HPTE_COHERENT;
    const rLow = (address >>> 0) | ((encoding?.lp ?? 0) << HPTE_LP_SHIFT) | flags;
    table.store(entry, VRMA_VSID_HIGH, vLow, Math.floor(address / 0x1_0000_0000), rLow);
  }
  return pages * 2 ** pageShift;
}

/** A free entry in the primary group of a page of the area, from the last on: guests fill groups from the first on. */
function freeEntryFor(table: HashPageTable, page: number): number {
  const group = ((hashOfVsid(VRMA_VSID_HIGH, VRMA_VSID_LOW) ^ page) & table.groupMask) >>> 0;
  for (let n = HPTES_PER_GROUP - 1; n >= 0; n--) if (!table.isValid(group * HPTES_PER_GROUP + n)) return group * HPTES_PER_GROUP + n;
  return -1;
}
