import type { MemoryPort } from '../../src/bus/memory-port.js';

/** A memory port over plain bytes from guest physical address 0. */
export class ByteMemory implements MemoryPort {
  readonly bytes: Uint8Array;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  read(pa: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => this.bytes[pa + i] ?? 0xff);
  }

  write(pa: number, bytes: Uint8Array): void {
    bytes.forEach((byte, i) => {
      if (pa + i < this.bytes.length) this.bytes[pa + i] = byte;
    });
  }
}
