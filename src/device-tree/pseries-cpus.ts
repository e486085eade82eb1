import { cells, empty, joined, strings } from './properties.js';
import { node } from './tree.js';
import type { DeviceTreeNode } from './tree.js';

/** Page sizes of segments with one base page size; sizes are powers of two. */
export interface SegmentPageSizes {
  readonly base: number;
  /** L and LP of an SLB entry for this base, as slbmte takes them. */
  readonly slbEncoding: number;
  /** Actual page sizes with the LP field of their page table entries. */
  readonly actual: readonly { readonly size: number; readonly encoding: number }[];
}

/** What the tree says about every CPU. */
export interface PseriesCpu {
  /** Name of the model, such as POWER8. */
  readonly model: string;
  /** Processor version: of the chip, or a logical one of an architecture level, which compatible kernels prefer. */
  readonly version: number;
  /** Processor architecture attributes, behind the header (PAPR, ibm,pa-features). */
  readonly attributes: Uint8Array;
  readonly slbEntries: number;
  readonly segmentPageSizes: readonly SegmentPageSizes[];
  /** log2 of the hash page table's bytes. */
  readonly hashTableShift: number;
  readonly timebaseHz: number;
  readonly clockHz: number;
}

const CACHE_BYTES = 0x8000;
const CACHE_BLOCK = 128;
/** Segments of 256 MiB and 1 TiB. */
const SEGMENT_SHIFTS = [28, 40, 0xffffffff, 0xffffffff] as const;
/** Vector facility: 1 VMX, 2 VSX as well. */
const VSX = 2;

/** The node /cpus: `count` CPUs of one thread each, whose numbers are their interrupt servers'. */
export function cpusNode(count: number, cpu: PseriesCpu): DeviceTreeNode {
  const each = Array.from({ length: count }, (_, number) => cpuNode(number, cpu));
  return node('cpus', { '#address-cells': cells(1), '#size-cells': cells(0) }, each);
}

function cpuNode(number: number, cpu: PseriesCpu): DeviceTreeNode {
  const pageSizes = cpu.segmentPageSizes.flatMap(({ base, slbEncoding, actual }) => [
    base,
    slbEncoding,
    actual.length,
    ...actual.flatMap(({ size, encoding }) => [size, encoding]),
  ]);
  return node(`PowerPC,${cpu.model}@${number.toString(16)}`, {
    device_type: strings('cpu'),
    reg: cells(number),
    status: strings('okay'),
    'cpu-version': cells(cpu.version),
    '64-bit': empty(),
    'timebase-frequency': cells(cpu.timebaseHz),
    'clock-frequency': cells(cpu.clockHz),
    'd-cache-size': cells(CACHE_BYTES),
    'i-cache-size': cells(CACHE_BYTES),
    'd-cache-line-size': cells(CACHE_BLOCK),
    'd-cache-block-size': cells(CACHE_BLOCK),
    'i-cache-line-size': cells(CACHE_BLOCK),
    'i-cache-block-size': cells(CACHE_BLOCK),
    'slb-size': cells(cpu.slbEntries),
    'ibm,slb-size': cells(cpu.slbEntries),
    'ibm,pft-size': cells(0, cpu.hashTableShift),
    'ibm,processor-segment-sizes': cells(...SEGMENT_SHIFTS),
    'ibm,segment-page-sizes': cells(...pageSizes),
    // Length, and the format of what follows.
    'ibm,pa-features': joined(Uint8Array.of(cpu.attributes.length, 0), cpu.attributes),
    'ibm,vmx': cells(VSX),
    'ibm,dfp': cells(1),
    'ibm,purr': cells(1),
    'ibm,spurr': cells(1),
    'ibm,chip-id': cells(number),
    'ibm,ppc-interrupt-server#s': cells(number),
    'ibm,ppc-interrupt-gserver#s': cells(number, 0),
  });
}
