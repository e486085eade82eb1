import { ConfigError } from '../config-error.js';
import { isElf } from './elf-header.js';
import { loadElf } from './elf.js';
import { gunzip, isGzip } from './gzip.js';
import { DEFAULT_MAXIMUM_BYTES } from './image.js';
import type { LoadedImage } from './image.js';
import { loadRaw } from './raw.js';
import type { RawPlacement } from './raw.js';
import { isUImage, loadUImage } from './uimage.js';

/** How deep gzip may be nested in gzip. */
const MAXIMUM_LAYERS = 3;

/** Formats that people try and that do not start: first bytes, what they are, how to mend it. */
const REFUSED: readonly (readonly [readonly number[], string, string])[] = [
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'this is an xz file', 'decompress it first with xz -d'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'this is a zstd file', 'decompress it first with zstd -d'],
  [[0x42, 0x5a, 0x68], 'this is a bzip2 file', 'decompress it first with bzip2 -d'],
  [[0xd0, 0x0d, 0xfe, 0xed], 'this is a flattened device tree or FIT image', 'give it as --dtb, or give the kernel itself'],
];

/** How to take an image file. */
export interface LoadOptions {
  /** file name for messages */
  readonly where: string;
  /** where to put a file of no known format; without it such a file is refused */
  readonly raw?: RawPlacement;
  /** added to the addresses of a position-independent ELF file, in bytes. Default 0 */
  readonly bias?: number;
  /** bound on expanded and loaded size, in bytes. Default {@link DEFAULT_MAXIMUM_BYTES} */
  readonly maximumBytes?: number;
}

/**
 * Takes a kernel, firmware or program apart by what it contains: gzip is expanded and looked at again, then uImage, ELF, and
 * what is neither is raw.
 *
 * @throws ConfigError when the file is malformed, too big, or of no known format while no raw placement is given
 */
export function loadImage(bytes: Uint8Array, options: LoadOptions): LoadedImage {
  const { where, bias, maximumBytes = DEFAULT_MAXIMUM_BYTES } = options;
  if (bytes.length === 0) throw new ConfigError('the file is empty', where, 'give a kernel or program');
  // A plain view, so that no Node Buffer, whose slice() does not copy, leaves in a segment.
  let contents = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let layer = 0; isGzip(contents); layer++) {
    if (layer === MAXIMUM_LAYERS) throw new ConfigError('the file is gzip inside gzip without end', where, 'decompress it with gzip -d');
    contents = gunzip(contents, maximumBytes, where);
  }
  if (isUImage(contents)) return loadUImage(contents, maximumBytes, where);
  if (isElf(contents)) return loadElf(contents, { maximumBytes, bias }, where);
  if (options.raw) return loadRaw(contents, options.raw, maximumBytes, where);
  for (const [magic, what, mend] of REFUSED) {
    if (magic.every((byte, index) => contents[index] === byte)) throw new ConfigError(what, where, mend);
  }
  throw new ConfigError('this is neither ELF nor uImage nor gzip', where, 'give a load address to take it as a raw binary');
}
