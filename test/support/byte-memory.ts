import type { MemoryPort } from '../../src/bus/memory-port.js';

/** A memory port over plain bytes from guest physical address 0. */
export class ByteMemory implements MemoryPort {
  readonly bytes: Uint8Array;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  read(pa: number, length: number): Uint8Array {
    const copy = new Uint8Array(length).fill(0xff);
    copy.set(this.bytes.subarray(pa, pa + length));
    return copy;
  }

  write(pa: number, bytes: Uint8Array): void {
    if (pa < this.bytes.length) this.bytes.set(bytes.subarray(0, this.bytes.length - pa), pa);
  }
}
