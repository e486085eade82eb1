import type { AccessSize } from './device.js';

/** Reverses the bytes of an unsigned value of `size` 1, 2 or 4 bytes: between big-endian bus order and little-endian registers. */
export function swapBytes(value: number, size: AccessSize): number {
  if (size === 1) return value & 0xff;
  if (size === 2) return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/** All bits set in a value of `size` 1, 2 or 4 bytes: what an undriven bus reads as. */
export function allOnes(size: AccessSize): number {
  return size === 1 ? 0xff : size === 2 ? 0xffff : 0xffffffff;
}

/**
 * An access of `size` bytes to a device that is one byte wide, made as the bus sizing of the 4xx peripheral bus does:
 * byte after byte, lowest address first and most significant.
 */
export function readBytewise(offset: number, size: AccessSize, readByte: (offset: number) => number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = ((value << 8) | (readByte(offset + i) & 0xff)) >>> 0;
  return value;
}

/** The store that belongs to `readBytewise`. */
export function writeBytewise(offset: number, size: AccessSize, value: number, writeByte: (offset: number, byte: number) => void): void {
  for (let i = 0; i < size; i++) writeByte(offset + i, (value >>> (8 * (size - 1 - i))) & 0xff);
}
