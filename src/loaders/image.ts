import { ConfigError } from '../config-error.js';
import type { SymbolTable } from './elf-symbols.js';

/** One contiguous piece of guest memory that an image fills. */
export interface LoadedSegment {
  /** guest physical address of the first byte */
  readonly physical: number;
  /** effective address the code was linked for; equal to `physical` where a format knows no other */
  readonly virtual: bigint;
  /** contents of the first `bytes.length` bytes; may be a view of the file */
  readonly bytes: Uint8Array;
  /** bytes occupied in memory, at least `bytes.length`; the rest is zero (.bss) */
  readonly size: number;
}

/** A file taken apart into what has to lie in guest memory and where execution starts. Nothing has been copied to a guest yet. */
export interface LoadedImage {
  readonly kind: 'elf' | 'uimage' | 'raw';
  readonly bits: 32 | 64;
  readonly endianness: 'big' | 'little';
  /** effective address of the first instruction, as the file gives it (see {@link entryPhysical}) */
  readonly entry: bigint;
  /** non-empty, ascending by physical address, not overlapping */
  readonly segments: readonly LoadedSegment[];
  /** Reads the symbol table on demand; absent where the format has none. Throws ConfigError when the table is malformed. */
  readonly symbols?: () => SymbolTable;
}

/** Default bound on the bytes an image occupies in memory or expands to: 1 GiB. */
export const DEFAULT_MAXIMUM_BYTES = 2 ** 30;

/**
 * Physical address of the first instruction. Kernels are linked at a high effective address and loaded low: the entry is
 * translated through the segment whose effective range holds it; an entry that lies in no effective range is physical already.
 *
 * @returns undefined when the entry lies in no segment, neither by effective nor by physical address
 */
export function entryPhysical(image: LoadedImage): number | undefined {
  for (const { physical, virtual, size } of image.segments) {
    const offset = image.entry - virtual;
    if (offset >= 0n && offset < BigInt(size)) return physical + Number(offset);
  }
  const inPhysical = image.segments.some(
    ({ physical, size }) => image.entry >= BigInt(physical) && image.entry < BigInt(physical) + BigInt(size),
  );
  return inPhysical ? Number(image.entry) : undefined;
}

/** First physical address above the whole image, .bss included: where an initrd or a device tree may be put. */
export function imageEnd(image: LoadedImage): number {
  return image.segments.reduce((end, { physical, size }) => Math.max(end, physical + size), 0);
}

/**
 * Refuses an image that does not lie wholly inside RAM.
 *
 * @param memoryBytes RAM size in bytes; RAM starts at physical 0
 * @param where file name for the message
 * @throws ConfigError
 */
export function requireImageFits(image: LoadedImage, memoryBytes: number, where: string): void {
  const end = imageEnd(image);
  if (end <= memoryBytes) return;
  throw new ConfigError(
    `the image ends at physical 0x${end.toString(16)}, beyond the ${memoryBytes} bytes of memory`,
    where,
    'give the machine more memory or link the image lower',
  );
}

/**
 * Checks what every format promises about its segments and puts them into ascending physical order.
 *
 * @param maximumBytes bound on the sum of the memory sizes
 * @throws ConfigError when there is none, when they overlap, or when they are too big
 */
export function orderSegments(segments: readonly LoadedSegment[], maximumBytes: number, where: string): LoadedSegment[] {
  const ordered = segments.filter(({ size }) => size > 0).sort((a, b) => a.physical - b.physical);
  if (ordered.length === 0) throw new ConfigError('nothing in this file is to be loaded', where, 'give an executable image');
  let total = 0;
  let previousEnd = 0;
  for (const { physical, size } of ordered) {
    if (physical < previousEnd) {
      throw new ConfigError(
        `segments overlap at physical 0x${physical.toString(16)}`,
        where,
        'the file is damaged or needs a loader that relocates: link it again',
      );
    }
    previousEnd = physical + size;
    total += size;
  }
  if (total > maximumBytes) {
    throw new ConfigError(`the image needs ${total} bytes of memory, more than the ${maximumBytes} allowed`, where, 'give a smaller image');
  }
  return ordered;
}
