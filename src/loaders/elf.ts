import { ConfigError } from '../config-error.js';
import { damagedElf, rangeInFile, readElfHeader } from './elf-header.js';
import type { ElfFile } from './elf-header.js';
import { readElfSymbols } from './elf-symbols.js';
import { entryPhysical, orderSegments } from './image.js';
import type { LoadedImage, LoadedSegment } from './image.js';

const SEGMENT_LOAD = 1;

/** What may be asked of the ELF loader. */
export interface ElfOptions {
  /** bound on the memory the segments occupy, in bytes */
  readonly maximumBytes: number;
  /** added to every address of a position-independent file (ET_DYN), in bytes; other files refuse anything but 0. Default 0 */
  readonly bias?: number;
}

/**
 * Takes an ELF32 or ELF64 PowerPC executable (ET_EXEC or ET_DYN, either byte order) apart by its PT_LOAD program headers
 * (System V ABI, chapter 5). No relocation is applied: position-independent kernels relocate themselves.
 * `entry` is e_entry as it stands; in ABI v1 programs for an operating system that is a function descriptor, in kernels it is code.
 *
 * @param where file name for messages
 * @throws ConfigError when any header field is inconsistent with the file, or segments overlap or are too big
 */
export function loadElf(bytes: Uint8Array, options: ElfOptions, where: string): LoadedImage {
  const file = readElfHeader(bytes, where);
  const bias = options.bias ?? 0;
  if (!Number.isSafeInteger(bias) || bias < 0 || (bias !== 0 && !file.relocatable)) {
    throw new ConfigError(
      'only a position-independent ELF file can be moved',
      where,
      'leave the load address out or link the file with -pie',
    );
  }
  const loaded: LoadedSegment[] = [];
  for (let index = 0; index < file.programHeaders.count; index++) {
    const segment = readSegment(file, index, bias);
    if (segment) loaded.push(segment);
  }
  const image: LoadedImage = {
    kind: 'elf',
    bits: file.bits,
    endianness: file.endianness,
    entry: file.entry + BigInt(bias),
    segments: orderSegments(loaded, options.maximumBytes, where),
    symbols: () => readElfSymbols(file, BigInt(bias)),
  };
  if (entryPhysical(image) === undefined) {
    throw damagedElf(`the entry 0x${image.entry.toString(16)} lies in no segment that is loaded`, where);
  }
  return image;
}

/** One program header as a segment; undefined for those that are not loaded. */
function readSegment(file: ElfFile, index: number, bias: number): LoadedSegment | undefined {
  const { view, where, bits } = file;
  const little = file.endianness === 'little';
  const wide = bits === 64;
  const base = file.programHeaders.offset + index * file.programHeaders.entryBytes;
  if (view.getUint32(base, little) !== SEGMENT_LOAD) return undefined;
  const field = (wideOffset: number, narrowOffset: number): bigint =>
    wide ? view.getBigUint64(base + wideOffset, little) : BigInt(view.getUint32(base + narrowOffset, little));
  const fileOffset = field(8, 4);
  const virtual = field(16, 8) + BigInt(bias);
  const physical = field(24, 12) + BigInt(bias);
  const fileSize = field(32, 16);
  const memorySize = field(40, 20);
  const align = field(48, 28);

  const name = `segment ${index}`;
  const range = rangeInFile(file.bytes, fileOffset, fileSize, name, where);
  if (fileSize > memorySize) throw damagedElf(`${name} has ${fileSize} bytes in the file but only ${memorySize} in memory`, where);
  if ((align & (align - 1n)) !== 0n && align !== 0n) throw damagedElf(`the alignment ${align} of ${name} is no power of two`, where);
  const space = 1n << BigInt(bits);
  if (virtual + memorySize > space || physical + memorySize > space)
    throw damagedElf(`${name} reaches beyond the ${bits}-bit address space`, where);
  if (physical + memorySize > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ConfigError(
      `${name} lies at physical 0x${physical.toString(16)}, where no memory can be`,
      where,
      'link the file for a lower address',
    );
  }
  return {
    physical: Number(physical),
    virtual,
    bytes: file.bytes.subarray(range.offset, range.offset + range.size),
    size: Number(memorySize),
  };
}
