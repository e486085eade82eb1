import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { RandomAccessFile } from '../../devices/block/random-access-file.js';

/** How a file is opened: an existing one for reading or for both, or one that is made when it does not exist. */
export type NodeFileMode = 'read' | 'change' | 'make';

const FLAGS: Readonly<Record<NodeFileMode, string>> = { read: 'r', change: 'r+', make: 'a+' };

/** A file of this computer. */
export class NodeFile implements RandomAccessFile {
  readonly #descriptor: number;

  /** Throws Node's own error when the file cannot be opened. */
  constructor(path: string, mode: NodeFileMode) {
    // `a+` makes the file, but its writes go to the end whatever their offset.
    if (mode === 'make') closeSync(openSync(path, FLAGS.make));
    this.#descriptor = openSync(path, mode === 'make' ? FLAGS.change : FLAGS[mode]);
  }

  get size(): number {
    return fstatSync(this.#descriptor).size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.#descriptor, bytes, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  write(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
  }

  flush(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
