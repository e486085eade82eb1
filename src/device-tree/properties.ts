import { ConfigError } from '../config-error.js';

const CELL_BYTES = 4;

/** A property without a value: its presence says all. */
export function empty(): Uint8Array {
  return new Uint8Array(0);
}

/**
 * Unsigned 32-bit cells, big-endian (Devicetree Specification, 2.2.4: u32 and prop-encoded-array).
 *
 * @throws ConfigError when a value does not fit
 */
export function cells(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * CELL_BYTES);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) throw unfit(value, 32);
    view.setUint32(index * CELL_BYTES, value);
  });
  return bytes;
}

/**
 * Unsigned 64-bit values, two cells each, high cell first.
 *
 * @throws ConfigError when a value does not fit
 */
export function doubleCells(...values: readonly (number | bigint)[]): Uint8Array {
  return joined(...values.map((value) => numberInCells(value, 2)));
}

/**
 * One address or size in as many cells as #address-cells or #size-cells says.
 *
 * @throws ConfigError when the value does not fit
 */
export function numberInCells(value: number | bigint, count: number): Uint8Array {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw unfit(value, count * 32);
  let rest = BigInt(value);
  if (rest < 0n || rest >> BigInt(count * 32) !== 0n) throw unfit(value, count * 32);
  const words: number[] = [];
  for (let index = 0; index < count; index++, rest >>= 32n) words.unshift(Number(rest & 0xffffffffn));
  return cells(...words);
}

/**
 * NUL-terminated strings one behind the other (string and stringlist), in UTF-8.
 *
 * @throws ConfigError when one contains a NUL
 */
export function strings(...values: readonly string[]): Uint8Array {
  for (const value of values) {
    if (value.includes('\0')) throw new ConfigError('a string contains a NUL character', JSON.stringify(value), 'leave the NUL out');
  }
  return new TextEncoder().encode(values.map((value) => `${value}\0`).join(''));
}

/** Values one behind the other, as prop-encoded arrays of mixed widths have them. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The value as unsigned 32-bit cells; undefined when its length is no multiple of four. */
export function readCells(value: Uint8Array): number[] | undefined {
  if (value.length % CELL_BYTES !== 0) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return Array.from({ length: value.length / CELL_BYTES }, (_, index) => view.getUint32(index * CELL_BYTES));
}

/** The value as NUL-terminated strings; undefined when it is empty or the last is unterminated. */
export function readStrings(value: Uint8Array): string[] | undefined {
  if (value.length === 0 || value[value.length - 1] !== 0) return undefined;
  return new TextDecoder().decode(value.subarray(0, -1)).split('\0');
}

function unfit(value: number | bigint, bits: number): ConfigError {
  return new ConfigError(`${value} is no unsigned ${bits}-bit number`, 'device tree property', 'give a smaller, whole, positive number');
}
