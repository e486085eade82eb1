import { ConfigError } from '../config-error.js';

/** Flattened devicetree format (Devicetree Specification v0.4, chapter 5). All fields are big-endian. */
export const MAGIC = 0xd00dfeed;
/** the version written, and the newest that is read */
export const VERSION = 17;
/** the oldest version that is read: what kernels write that build the tree from Open Firmware; it lacks size_dt_struct */
export const OLDEST_VERSION = 16;
/** header fields by byte offset */
export const HEADER = {
  magic: 0,
  totalSize: 4,
  structureOffset: 8,
  stringsOffset: 12,
  reservationsOffset: 16,
  version: 20,
  lastCompatibleVersion: 24,
  bootCpu: 28,
  stringsSize: 32,
  structureSize: 36,
} as const;
export const HEADER_BYTES = 40;
/** a version 16 header ends before size_dt_struct */
export const HEADER_BYTES_16 = 36;
export const RESERVATION_BYTES = 16;

/** structure block tokens (5.4.1) */
export const TOKEN = { beginNode: 1, endNode: 2, property: 3, nop: 4, end: 9 } as const;

/** Deepest nesting that is read or written: real trees have fewer than ten levels. */
export const MAXIMUM_DEPTH = 64;
/** Longest property name that is read or written; the specification allows 31, Open Firmware uses a few more. */
export const MAXIMUM_PROPERTY_NAME = 255;

/** Biggest tree that is read, in bytes: kernels take 2 MiB at most, and each node costs many times its bytes when taken apart. */
export const MAXIMUM_TOTAL_BYTES = 4 * 2 ** 20;

/** A message about a tree that cannot be read or written. */
export function malformed(what: string, where: string): ConfigError {
  return new ConfigError(what, where, 'rebuild the device tree with dtc');
}

/** True when the text can be a node name: printable ASCII without slash. */
export function isNodeName(name: string): boolean {
  return /^[\x21-\x2e\x30-\x7e]+$/.test(name);
}

/** True when the text can be a property name: printable ASCII, not too long. */
export function isPropertyName(name: string): boolean {
  return name.length <= MAXIMUM_PROPERTY_NAME && /^[\x21-\x7e]+$/.test(name);
}

/** The next multiple of a power of two. */
export function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
