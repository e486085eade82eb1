/**
 * Changed clusters in a file of their own, which stays when the machine is gone. All numbers are little-endian:
 *
 *   0   magic "PWJOVER1"
 *   8   u64 size of the base in bytes
 *   16  u32 bytes of a cluster
 *   20  zeros up to 4096
 *   4096  a u32 for each cluster of the base: 0, or which cluster of this file holds it, counted from 1
 *   then, at the next multiple of the cluster size, the clusters
 */
import { ConfigError } from '../../config-error.js';
import { CLUSTER_BYTES } from './copy-on-write.js';
import type { ClusterStore } from './copy-on-write.js';
import type { RandomAccessFile } from './random-access-file.js';
import { succeeds } from './raw-image.js';

const MAGIC = new TextEncoder().encode('PWJOVER1');
const HEADER = { BASE_SIZE: 8, CLUSTER: 16, END: 24 } as const;
const TABLE = 4096;
const ENTRY = 4;

export class OverlayFile implements ClusterStore {
  readonly #table: Uint32Array;
  readonly #firstCluster: number;
  #used = 0;

  /**
   * Opens the overlay in a file, or begins one in an empty file.
   * @param name shown in messages
   * @param baseSize of the disk that it changes, in bytes
   * @throws ConfigError when the file holds something else, or the overlay of another disk
   */
  constructor(
    name: string,
    private readonly file: RandomAccessFile,
    baseSize: number,
  ) {
    const count = Math.ceil(baseSize / CLUSTER_BYTES);
    this.#table = new Uint32Array(count);
    this.#firstCluster = Math.ceil((TABLE + ENTRY * count) / CLUSTER_BYTES) * CLUSTER_BYTES;
    if (file.size === 0) this.#begin(baseSize);
    else this.#load(name, baseSize);
  }

  #begin(baseSize: number): void {
    const header = new Uint8Array(HEADER.END);
    const view = new DataView(header.buffer);
    header.set(MAGIC);
    view.setBigUint64(HEADER.BASE_SIZE, BigInt(baseSize), true);
    view.setUint32(HEADER.CLUSTER, CLUSTER_BYTES, true);
    // The table first: a file with a header is complete.
    this.file.write(TABLE, new Uint8Array(ENTRY * this.#table.length));
    this.file.write(0, header);
  }

  #load(name: string, baseSize: number): void {
    const header = this.file.read(0, HEADER.END);
    if (header.length < HEADER.END || !MAGIC.every((byte, k) => header[k] === byte)) {
      throw new ConfigError('this is no overlay of a disk image', name, 'give a new file or one that was made as overlay');
    }
    const view = new DataView(header.buffer, header.byteOffset);
    const size = Number(view.getBigUint64(HEADER.BASE_SIZE, true));
    if (size !== baseSize || view.getUint32(HEADER.CLUSTER, true) !== CLUSTER_BYTES) {
      throw new ConfigError(`it belongs to a disk of ${size} bytes, this one has ${baseSize}`, name, 'give the image that it was made for');
    }
    const bytes = this.file.read(TABLE, ENTRY * this.#table.length);
    const clusters = Math.ceil((this.file.size - this.#firstCluster) / CLUSTER_BYTES);
    const entries = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const seen = new Set<number>();
    for (let k = 0; k < this.#table.length; k++) {
      const entry = ENTRY * (k + 1) <= bytes.length ? entries.getUint32(ENTRY * k, true) : 0;
      if (entry > clusters || (entry !== 0 && seen.has(entry))) {
        throw new ConfigError('its table is damaged', name, 'take a copy of it from before the damage');
      }
      seen.add(entry);
      this.#table[k] = entry;
      this.#used = Math.max(this.#used, entry);
    }
  }

  has(cluster: number): boolean {
    return this.#table[cluster] !== 0;
  }

  read(cluster: number, offset: number, length: number): Uint8Array {
    const bytes = this.file.read(this.#place(cluster) + offset, length);
    if (bytes.length < length) throw new Error('the overlay file was shortened');
    return bytes;
  }

  write(cluster: number, offset: number, bytes: Uint8Array): void {
    this.file.write(this.#place(cluster) + offset, bytes);
  }

  add(cluster: number, bytes: Uint8Array): void {
    const entry = this.#used + 1;
    // The bytes before the entry: one that is in the table is complete.
    this.file.write(this.#firstCluster + (entry - 1) * CLUSTER_BYTES, bytes);
    const encoded = new Uint8Array(ENTRY);
    new DataView(encoded.buffer).setUint32(0, entry, true);
    this.file.write(TABLE + ENTRY * cluster, encoded);
    this.#table[cluster] = entry;
    this.#used = entry;
  }

  flush(): boolean {
    return succeeds(() => this.file.flush());
  }

  #place(cluster: number): number {
    return this.#firstCluster + (this.#table[cluster]! - 1) * CLUSTER_BYTES;
  }
}
