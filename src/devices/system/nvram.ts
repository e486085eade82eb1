/** Signatures of partitions: the system's, and what is free. */
const SYSTEM = 0x70;
const FREE = 0x7f;
const BLOCK = 16;
const NAME_OFFSET = 4;
const NAME_BYTES = 12;
/** Bytes of the system partition with its header. */
const SYSTEM_BYTES = 4096;

/**
 * Nonvolatile memory of a pSeries machine, whose contents begin as firmware leaves them: a partition for the system's variables, all
 * empty, and one of what is free (Common Hardware Reference Platform binding, 4.4: header of signature, checksum, length in blocks of
 * 16 bytes, and name).
 */
export class Nvram {
  readonly bytes: Uint8Array;

  /** @param size bytes, a multiple of 16 and more than 4096 */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#partition(0, SYSTEM, SYSTEM_BYTES, 'common');
    this.#partition(SYSTEM_BYTES, FREE, size - SYSTEM_BYTES, 'wwwwwwwwwwww');
  }

  /** Copies bytes out; undefined when they are not all there. */
  fetch(offset: number, length: number): Uint8Array | undefined {
    return offset + length <= this.bytes.length ? this.bytes.slice(offset, offset + length) : undefined;
  }
  /** Stores bytes; returns whether there is room for all of them. */
  store(offset: number, bytes: Uint8Array): boolean {
    if (offset + bytes.length > this.bytes.length) return false;
    this.bytes.set(bytes, offset);
    return true;
  }

  #partition(offset: number, signature: number, size: number, name: string): void {
    const header = this.bytes.subarray(offset, offset + BLOCK);
    header[0] = signature;
    new DataView(header.buffer, header.byteOffset).setUint16(2, size / BLOCK);
    for (let n = 0; n < Math.min(name.length, NAME_BYTES); n++) header[NAME_OFFSET + n] = name.charCodeAt(n);
    // The sum of all others with the carries added back in.
    let sum = signature;
    for (let n = 2; n < BLOCK; n++) {
      sum += header[n]!;
      if (sum > 0xff) sum = (sum & 0xff) + 1;
    }
    header[1] = sum;
  }
}
