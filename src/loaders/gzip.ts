import { inflateSync } from 'fflate';
import { ConfigError } from '../config-error.js';
import { crc32 } from './crc32.js';

/** RFC 1952: magic, method, flags, time, extra flags, operating system. */
const HEADER_BYTES = 10;
/** RFC 1952: CRC-32 and length modulo 2^32 of the contents, little-endian. */
const TRAILER_BYTES = 8;
const METHOD_DEFLATE = 8;
const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;
/** DEFLATE (RFC 1951) makes at most 258 bytes of 2 bits: whatever promises more than this many bytes per byte lies. */
const MAXIMUM_EXPANSION = 1032;

/** True when the bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Expands a gzip file of one member (RFC 1952) and checks its CRC and length. The output buffer is allocated once, at the length
 * that the trailer gives, so a file that expands beyond `maximumBytes`, or beyond what its own trailer says, costs no memory.
 *
 * @param maximumBytes bound on the expanded size
 * @param where file name for messages
 * @throws ConfigError when the file is truncated, damaged, of several members, or too big
 */
export function gunzip(bytes: Uint8Array, maximumBytes: number, where: string): Uint8Array {
  const damaged = (what: string): ConfigError => new ConfigError(what, where, 'compress the file again with gzip');
  if (!isGzip(bytes)) throw damaged('this is not a gzip file');
  const start = contentStart(bytes, damaged);
  const end = bytes.length - TRAILER_BYTES;
  if (start >= end) throw damaged('the gzip file is truncated');
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER_BYTES);
  const expectedCrc = trailer.getUint32(0, true);
  const length = trailer.getUint32(4, true);
  if (length > maximumBytes) {
    throw new ConfigError(`the gzip file expands to ${length} bytes, more than the ${maximumBytes} allowed`, where, 'give a smaller image');
  }
  if (length > (end - start) * MAXIMUM_EXPANSION) throw damaged('the length in the gzip trailer is impossible: truncated or damaged file');
  const contents = inflate(bytes.subarray(start, end), length, damaged);
  if (contents.length !== length || crc32(contents) !== expectedCrc) {
    throw damaged('the contents do not match the gzip trailer: damaged file, trailing bytes, or several gzip members');
  }
  return contents;
}

/** Offset of the DEFLATE stream behind the header and its optional fields. */
function contentStart(bytes: Uint8Array, damaged: (what: string) => ConfigError): number {
  if (bytes.length < HEADER_BYTES + TRAILER_BYTES) throw damaged('the gzip file is truncated');
  if (bytes[2] !== METHOD_DEFLATE) throw damaged(`compression method ${bytes[2]} is unknown`);
  const flags = bytes[3];
  if (flags & FLAGS_RESERVED) throw damaged('reserved gzip header flags are set');
  let offset = HEADER_BYTES;
  if (flags & FLAG_EXTRA) {
    if (offset + 2 > bytes.length) throw damaged('the gzip header is truncated');
    offset += 2 + (bytes[offset] | (bytes[offset + 1] << 8));
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if (!(flags & flag)) continue;
    const terminator = offset < bytes.length ? bytes.indexOf(0, offset) : -1;
    if (terminator < 0) throw damaged('a text in the gzip header is unterminated');
    offset = terminator + 1;
  }
  return flags & FLAG_HEADER_CRC ? offset + 2 : offset;
}

function inflate(stream: Uint8Array, length: number, damaged: (what: string) => ConfigError): Uint8Array {
  const out = new Uint8Array(length);
  try {
    return inflateSync(stream, { out });
  } catch (error) {
    throw damaged(`the compressed data is damaged (${error instanceof Error ? error.message : String(error)})`);
  }
}
