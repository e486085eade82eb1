import type { RandomAccessFile } from '../../src/devices/block/random-access-file.js';

/** A file in memory that can be made to fail. */
export class MemoryFile implements RandomAccessFile {
  failing = false;
  flushes = 0;

  constructor(public bytes: Uint8Array = new Uint8Array(0)) {}

  get size(): number {
    return this.bytes.length;
  }
  read(offset: number, length: number): Uint8Array {
    this.#mayFail();
    return this.bytes.slice(offset, offset + length);
  }
  write(offset: number, bytes: Uint8Array): void {
    this.#mayFail();
    if (offset + bytes.length > this.bytes.length) {
      const more = new Uint8Array(offset + bytes.length);
      more.set(this.bytes);
      this.bytes = more;
    }
    this.bytes.set(bytes, offset);
  }
  flush(): void {
    this.#mayFail();
    this.flushes++;
  }
  #mayFail(): void {
    if (this.failing) throw new Error('the host failed');
  }
}
