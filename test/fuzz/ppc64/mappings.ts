/** What the guest maps: segments, and the page table entries that it asks the hypervisor for. */
import { HIGH_WINDOW_PAGE, SLOTS, WINDOW_PAGE, WINDOW_PAGE_REAL } from './layout.js';

/** One page in a segment of its own. */
interface Mapping {
  readonly ea: bigint;
  readonly real: number;
  /** Of the page: 4 KiB or 16 MiB. */
  readonly large: boolean;
  readonly vsid: bigint;
  /** Protection bits pp under Kp = 1. */
  readonly pp: number;
}

const READ_WRITE = 2;
const READ_ONLY = 3;

/** VSIDs are such that hash values are small: they fit every size of the table. */
const MAPPINGS: readonly Mapping[] = [
  { ea: BigInt(SLOTS), real: SLOTS, large: true, vsid: 0x10n, pp: READ_ONLY },
  { ea: WINDOW_PAGE, real: WINDOW_PAGE_REAL, large: false, vsid: 0xfff0n, pp: READ_WRITE },
  { ea: HIGH_WINDOW_PAGE, real: WINDOW_PAGE_REAL, large: false, vsid: 0xffe0n, pp: READ_WRITE },
];

/** Book III-S 5.7.6 (SLB) and 5.7.7 (page table). */
const SLB_VALID = 1n << 27n;
const SLB_KP = 0x400n;
const SLB_LARGE = 0x100n;
const HPTE_VALID = 1n;
const HPTE_LARGE = 4n;
const HPTE_REFERENCED_CHANGED_COHERENT = 0x190n;
const SEGMENT_BITS = 28n;
const ENTRIES_PER_GROUP = 8n;

/** Operands of slbmte for each segment: RS and RB. */
export const SEGMENTS: readonly { readonly rs: bigint; readonly rb: bigint }[] = MAPPINGS.map(({ ea, large, vsid }, k) => ({
  rs: (vsid << 12n) | SLB_KP | (large ? SLB_LARGE : 0n),
  rb: ((ea >> SEGMENT_BITS) << SEGMENT_BITS) | SLB_VALID | BigInt(k),
}));

/** Arguments of H_ENTER for each page: its place in the table, and both doublewords of the entry. */
export const PAGES: readonly { readonly index: bigint; readonly high: bigint; readonly low: bigint }[] = MAPPINGS.map(
  ({ ea, real, large, vsid, pp }) => {
    const offset = ea & ((1n << SEGMENT_BITS) - 1n);
    // The abbreviated page number has what lies above 8 MiB; of a 16 MiB page its last bit is 0.
    const abbreviated = (offset >> 23n) & (large ? ~1n : ~0n);
    return {
      index: (vsid ^ (offset >> (large ? 24n : 12n))) * ENTRIES_PER_GROUP,
      high: (vsid << 12n) | (abbreviated << 7n) | (large ? HPTE_LARGE : 0n) | HPTE_VALID,
      low: BigInt(real) | HPTE_REFERENCED_CHANGED_COHERENT | BigInt(pp),
    };
  },
);
