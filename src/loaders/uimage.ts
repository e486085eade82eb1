import { ConfigError } from '../config-error.js';
import { crc32 } from './crc32.js';
import { gunzip } from './gzip.js';
import { orderSegments } from './image.js';
import type { LoadedImage } from './image.js';

/** U-Boot include/image.h: `struct legacy_img_hdr`, big-endian. */
const HEADER_BYTES = 64;
const MAGIC = 0x27051956;
const OFFSET_HEADER_CRC = 4;
const OFFSET_DATA_SIZE = 12;
const OFFSET_LOAD_ADDRESS = 16;
const OFFSET_ENTRY = 20;
const OFFSET_DATA_CRC = 24;
const OFFSET_ARCHITECTURE = 29;
const OFFSET_TYPE = 30;
const OFFSET_COMPRESSION = 31;

const ARCHITECTURE_POWERPC = 7;
const TYPE_STANDALONE = 1;
const TYPE_KERNEL = 2;
const TYPE_FIRMWARE = 5;
const COMPRESSION_NONE = 0;
const COMPRESSION_GZIP = 1;
/** Names of what is refused, so that the message can say what the file is. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  3: 'ramdisk',
  4: 'multi-file image',
  6: 'script',
  7: 'file system',
  8: 'device tree',
};
const COMPRESSION_NAMES: Readonly<Record<number, string>> = { 2: 'bzip2', 3: 'lzma', 4: 'lzo', 5: 'lz4', 6: 'zstd' };

/** True when the bytes start as a legacy uImage does. */
export function isUImage(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) === MAGIC;
}

/**
 * Takes a legacy U-Boot image apart: PowerPC kernels, stand-alone programs and firmware, uncompressed or gzip'ed.
 * Both checksums are checked. Bytes behind the data are ignored.
 *
 * @param maximumBytes bound on the expanded size
 * @param where file name for messages
 * @throws ConfigError when the image is damaged or of a kind that does not start on this machine
 */
export function loadUImage(bytes: Uint8Array, maximumBytes: number, where: string): LoadedImage {
  const rebuild = (what: string): ConfigError => new ConfigError(what, where, 'build the image again with mkimage -A ppc -T kernel');
  if (!isUImage(bytes)) throw rebuild('this is not a uImage');
  if (bytes.length < HEADER_BYTES) throw rebuild('the uImage header is truncated');
  // Not bytes.slice(): of a Node Buffer that is a view, and the checksum below would be cleared in the caller's file.
  const header = new Uint8Array(bytes.subarray(0, HEADER_BYTES));
  const view = new DataView(header.buffer);
  const headerCrc = view.getUint32(OFFSET_HEADER_CRC);
  view.setUint32(OFFSET_HEADER_CRC, 0);
  if (crc32(header) !== headerCrc) throw rebuild('the uImage header checksum is wrong: damaged file');

  const size = view.getUint32(OFFSET_DATA_SIZE);
  if (size > bytes.length - HEADER_BYTES) {
    throw rebuild(`the uImage is truncated: ${bytes.length - HEADER_BYTES} of ${size} data bytes are there`);
  }
  const data = bytes.subarray(HEADER_BYTES, HEADER_BYTES + size);
  if (crc32(data) !== view.getUint32(OFFSET_DATA_CRC)) throw rebuild('the uImage data checksum is wrong: damaged file');

  const architecture = view.getUint8(OFFSET_ARCHITECTURE);
  if (architecture !== ARCHITECTURE_POWERPC) throw rebuild(`the uImage is for another architecture (number ${architecture})`);
  const type = view.getUint8(OFFSET_TYPE);
  if (type !== TYPE_KERNEL && type !== TYPE_STANDALONE && type !== TYPE_FIRMWARE) {
    throw rebuild(`the uImage holds no kernel but type ${type}${TYPE_NAMES[type] ? ` (${TYPE_NAMES[type]})` : ''}`);
  }
  const contents = expand(data, view.getUint8(OFFSET_COMPRESSION), maximumBytes, where, rebuild);
  return placed(contents, view.getUint32(OFFSET_LOAD_ADDRESS), view.getUint32(OFFSET_ENTRY), maximumBytes, where, rebuild);
}

function expand(
  data: Uint8Array,
  compression: number,
  maximumBytes: number,
  where: string,
  rebuild: (what: string) => ConfigError,
): Uint8Array {
  if (compression === COMPRESSION_NONE) return data;
  if (compression === COMPRESSION_GZIP) return gunzip(data, maximumBytes, where);
  throw rebuild(`uImage compression ${COMPRESSION_NAMES[compression] ?? compression} is not supported, only none and gzip`);
}

function placed(
  contents: Uint8Array,
  load: number,
  entry: number,
  maximumBytes: number,
  where: string,
  rebuild: (what: string) => ConfigError,
): LoadedImage {
  if (load + contents.length > 2 ** 32) throw rebuild('the uImage reaches beyond the 32-bit address space');
  const segments = orderSegments([{ physical: load, virtual: BigInt(load), bytes: contents, size: contents.length }], maximumBytes, where);
  if (entry < load || entry >= load + contents.length) {
    throw rebuild(`the entry 0x${entry.toString(16)} lies outside the image at 0x${load.toString(16)}`);
  }
  return { kind: 'uimage', bits: 32, endianness: 'big', entry: BigInt(entry), segments };
}
