import { SLB_PAGE_16M, SLB_PAGE_4K, SLB_PAGE_64K, SHIFT_16M, SHIFT_4K, SHIFT_64K } from '../../runtime/mmu/hash64/hpte.js';
import type { PseriesCpu, SegmentPageSizes } from '../device-tree/pseries-cpus.js';

/** 512 MHz, as on all processors of this family. */
export const TIMEBASE_HZ = 512_000_000;
const CLOCK_HZ = 1_000_000_000;

/**
 * Page sizes that guests are told of. One segment may mix sizes: the encodings of larger pages in a segment with small ones are the
 * architecture's.
 */
const PAGE_SIZES: readonly SegmentPageSizes[] = [
  { base: SHIFT_4K, slbEncoding: SLB_PAGE_4K, actual: [{ size: SHIFT_4K, encoding: 0 }] },
  { base: SHIFT_64K, slbEncoding: SLB_PAGE_64K, actual: [{ size: SHIFT_64K, encoding: 1 }] },
  { base: SHIFT_16M, slbEncoding: SLB_PAGE_16M, actual: [{ size: SHIFT_16M, encoding: 0 }] },
];

/** What the device tree says of a model that the model itself does not. */
interface ModelFacts {
  /** Logical processor version: the level of the architecture, which kernels look at before the chip's own version. */
  readonly version: number;
  /** ibm,pa-features: byte 0, bits of the MMU; byte 22, no transactional memory. */
  readonly attributes: readonly number[];
}

const MODELS: Readonly<Record<string, ModelFacts>> = {
  POWER7: { version: 0x0f000003, attributes: [0xf6, 0x3f, 0xc7, 0x00, 0x80, 0xc0] },
  POWER8: {
    version: 0x0f000004,
    attributes: [0xf6, 0x3f, 0xc7, 0xc0, 0x80, 0xf0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0x80, 0, 0x80, 0, 0, 0],
  },
};

/** Models that a pSeries machine can have, the default first. */
export const PSERIES_MODELS = ['POWER8', 'POWER7'] as const;
export const SLB_ENTRIES = 32;

/**
 * What the device tree says about the CPUs.
 * @param model one of PSERIES_MODELS
 * @param hashTableShift log2 of the hash page table's bytes
 */
export function pseriesCpu(model: string, hashTableShift: number): PseriesCpu {
  const { version, attributes } = MODELS[model]!;
  return {
    model,
    version,
    attributes: Uint8Array.from(attributes),
    slbEntries: SLB_ENTRIES,
    segmentPageSizes: PAGE_SIZES,
    hashTableShift,
    timebaseHz: TIMEBASE_HZ,
    clockHz: CLOCK_HZ,
  };
}
