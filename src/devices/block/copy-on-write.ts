import type { BlockStore } from '../../bus/block-store.js';

/** Bytes of a cluster: what is copied from the base when a part of it is written for the first time. */
export const CLUSTER_BYTES = 0x10000;

/** Where changed clusters are kept, by number. All but `flush` may throw when the host fails. */
export interface ClusterStore {
  has(cluster: number): boolean;
  /** Bytes of a cluster that is there. */
  read(cluster: number, offset: number, length: number): Uint8Array;
  /** Changes a cluster that is there. */
  write(cluster: number, offset: number, bytes: Uint8Array): void;
  /** Adds a whole cluster. */
  add(cluster: number, bytes: Uint8Array): void;
  flush(): boolean;
}

/** A disk that shows another one with changes of its own, and leaves that one as it is. */
export class CopyOnWrite implements BlockStore {
  readonly readOnly = false;
  readonly name: string;
  readonly size: number;

  constructor(
    private readonly base: BlockStore,
    private readonly clusters: ClusterStore,
  ) {
    this.name = base.name;
    this.size = base.size;
  }

  read(offset: number, length: number): Uint8Array | undefined {
    const whole = new Uint8Array(length);
    for (const part of this.#parts(offset, length)) {
      const bytes = this.#readPart(part);
      if (!bytes) return undefined;
      whole.set(bytes, part.at);
    }
    return whole;
  }

  write(offset: number, bytes: Uint8Array): boolean {
    return this.#parts(offset, bytes.length).every((part) => this.#writePart(part, bytes.subarray(part.at, part.at + part.length)));
  }

  zero(offset: number, length: number): boolean {
    return this.#parts(offset, length).every((part) => this.#writePart(part, new Uint8Array(part.length)));
  }

  flush(): boolean {
    return this.clusters.flush();
  }

  #readPart(part: Part): Uint8Array | undefined {
    if (!this.clusters.has(part.cluster)) return this.base.read(part.cluster * CLUSTER_BYTES + part.offset, part.length);
    try {
      return this.clusters.read(part.cluster, part.offset, part.length);
    } catch {
      return undefined;
    }
  }

  #writePart(part: Part, bytes: Uint8Array): boolean {
    try {
      if (this.clusters.has(part.cluster)) {
        this.clusters.write(part.cluster, part.offset, bytes);
        return true;
      }
      const start = part.cluster * CLUSTER_BYTES;
      const whole = new Uint8Array(CLUSTER_BYTES);
      const inDisk = Math.min(CLUSTER_BYTES, this.size - start);
      if (bytes.length < inDisk) {
        const old = this.base.read(start, inDisk);
        if (!old) return false;
        whole.set(old);
      }
      whole.set(bytes, part.offset);
      this.clusters.add(part.cluster, whole);
      return true;
    } catch {
      return false;
    }
  }

  /** Splits a range at the borders of clusters. */
  #parts(offset: number, length: number): Part[] {
    const parts: Part[] = [];
    for (let at = 0; at < length;) {
      const cluster = Math.floor((offset + at) / CLUSTER_BYTES);
      const within = offset + at - cluster * CLUSTER_BYTES;
      const size = Math.min(length - at, CLUSTER_BYTES - within);
      parts.push({ cluster, offset: within, length: size, at });
      at += size;
    }
    return parts;
  }
}

/** A piece of a range inside one cluster: its offset there, its length, and where it begins in the range. */
interface Part {
  readonly cluster: number;
  readonly offset: number;
  readonly length: number;
  readonly at: number;
}

/** Changes that are gone with the machine. */
export class MemoryClusters implements ClusterStore {
  readonly #clusters = new Map<number, Uint8Array>();

  has(cluster: number): boolean {
    return this.#clusters.has(cluster);
  }
  read(cluster: number, offset: number, length: number): Uint8Array {
    return this.#clusters.get(cluster)!.slice(offset, offset + length);
  }
  write(cluster: number, offset: number, bytes: Uint8Array): void {
    this.#clusters.get(cluster)!.set(bytes, offset);
  }
  add(cluster: number, bytes: Uint8Array): void {
    this.#clusters.set(cluster, bytes.slice());
  }
  flush(): boolean {
    return true;
  }
}
