import { ConfigError } from '../config-error.js';
import { orderSegments } from './image.js';
import type { LoadedImage } from './image.js';

/** Where a file without a format goes and what it holds. */
export interface RawPlacement {
  /** guest physical address of the first byte, which is also the entry */
  readonly address: number;
  /** default 32 */
  readonly bits?: 32 | 64;
  /** default big */
  readonly endianness?: 'big' | 'little';
}

/**
 * Takes a file as it is: one segment, entered at its first byte.
 *
 * @param maximumBytes bound on the size
 * @param where file name for messages
 * @throws ConfigError when the file is empty or too big, or the address is no address
 */
export function loadRaw(bytes: Uint8Array, placement: RawPlacement, maximumBytes: number, where: string): LoadedImage {
  const { address, bits = 32, endianness = 'big' } = placement;
  const space = bits === 32 ? 2 ** 32 : Number.MAX_SAFE_INTEGER;
  if (!Number.isInteger(address) || address < 0 || address + bytes.length > space) {
    throw new ConfigError(`the load address ${address} is not in the guest's address space`, where, 'give a lower load address');
  }
  const segment = { physical: address, virtual: BigInt(address), bytes, size: bytes.length };
  return { kind: 'raw', bits, endianness, entry: BigInt(address), segments: orderSegments([segment], maximumBytes, where) };
}
