/** A disk. Source: VIRTIO 1.1, section 5.2. */
import type { BlockStore } from '../../bus/block-store.js';
import type { DescriptorChain } from './descriptor-chain.js';
import type { VirtioDevice, VirtioTransport } from './virtio-device.js';
import { VIRTIO_DEVICE_ID } from './virtio-device.js';
import { QUEUE_SIZE } from './virtqueue.js';

/** Feature bits. */
export const BLOCK_FEATURE = { SEG_MAX: 2, READ_ONLY: 5, BLOCK_SIZE: 6, FLUSH: 9, DISCARD: 13, WRITE_ZEROES: 14 } as const;
/** Kinds of requests. */
const REQUEST = { IN: 0, OUT: 1, FLUSH: 4, GET_ID: 8, DISCARD: 11, WRITE_ZEROES: 13 } as const;
/** What is written into a request's last byte. */
const STATUS = { OK: 0, IO_ERROR: 1, UNSUPPORTED: 2 } as const;
const SECTOR = 512;
const HEADER = { SIZE: 16, SECTOR: 8 } as const;
const ID_LENGTH = 20;
/** A range of discard and write-zeroes requests: 64-bit sector, sectors, flags (bit 0: unmap). */
const RANGE = { SIZE: 16, SECTORS: 8, FLAGS: 12, UNMAP: 1 } as const;
const MOST_RANGES = 64;
/** Most sectors that the driver puts into one range: 32 MiB. */
const MOST_RANGE_SECTORS = 0x10000;
/** Data moves between guest and store in pieces of so many bytes. */
const PIECE = 2 ** 20;
/** Most data descriptors of one request. */
const MOST_SEGMENTS = QUEUE_SIZE - 2;
/** The configuration structure, byte offsets. */
const CONFIG = {
  CAPACITY: 0, SEG_MAX: 12, BLOCK_SIZE: 20, MAX_DISCARD_SECTORS: 36, MAX_DISCARD_SEG: 40, DISCARD_ALIGNMENT: 44,
  MAX_ZEROES_SECTORS: 48, MAX_ZEROES_SEG: 52, ZEROES_MAY_UNMAP: 56, END: 60,
} as const; // prettier-ignore
const MASS_STORAGE = 0x010000;

export class VirtioBlock implements VirtioDevice {
  readonly kind = VIRTIO_DEVICE_ID.BLOCK;
  readonly classCode = MASS_STORAGE;
  readonly queueSizes = [QUEUE_SIZE];
  readonly features: readonly number[];
  readonly config = new Uint8Array(CONFIG.END);
  #transport!: VirtioTransport;

  /** @param store what the disk keeps its bytes in */
  constructor(
    readonly name: string,
    private readonly store: BlockStore,
  ) {
    const { SEG_MAX, READ_ONLY, BLOCK_SIZE, FLUSH, DISCARD, WRITE_ZEROES } = BLOCK_FEATURE;
    this.features = [SEG_MAX, BLOCK_SIZE, FLUSH, ...(store.readOnly ? [READ_ONLY] : [DISCARD, WRITE_ZEROES])];
    const view = new DataView(this.config.buffer);
    view.setBigUint64(CONFIG.CAPACITY, BigInt(Math.floor(store.size / SECTOR)), true);
    view.setUint32(CONFIG.SEG_MAX, MOST_SEGMENTS, true);
    view.setUint32(CONFIG.BLOCK_SIZE, SECTOR, true);
    if (store.readOnly) return;
    view.setUint32(CONFIG.MAX_DISCARD_SECTORS, MOST_RANGE_SECTORS, true);
    view.setUint32(CONFIG.MAX_DISCARD_SEG, MOST_RANGES, true);
    view.setUint32(CONFIG.DISCARD_ALIGNMENT, 1, true);
    view.setUint32(CONFIG.MAX_ZEROES_SECTORS, MOST_RANGE_SECTORS, true);
    view.setUint32(CONFIG.MAX_ZEROES_SEG, MOST_RANGES, true);
    view.setUint8(CONFIG.ZEROES_MAY_UNMAP, 1);
  }

  attach(transport: VirtioTransport): void {
    this.#transport = transport;
  }

  reset(): void {
    // Requests are finished before the driver runs on: there is nothing under way.
  }

  notify(): void {
    const queue = this.#transport.queues[0]!;
    for (let chain = queue.pop(); chain; chain = queue.pop()) {
      this.#serve(chain);
      queue.push(chain);
    }
    queue.signal();
  }

  #serve(chain: DescriptorChain): void {
    // Without room for the status byte there is no way to answer.
    if (chain.room === 0) return;
    const status = this.#perform(chain);
    chain.seekWrite(chain.writableLength - 1);
    chain.write(Uint8Array.of(status));
  }

  #perform(chain: DescriptorChain): number {
    const header = chain.read(HEADER.SIZE);
    if (header.length < HEADER.SIZE) return STATUS.IO_ERROR;
    const view = new DataView(header.buffer);
    const kind = view.getUint32(0, true);
    const offset = Number(view.getBigUint64(HEADER.SECTOR, true)) * SECTOR;
    switch (kind) {
      case REQUEST.IN:
        return this.#read(chain, offset);
      case REQUEST.OUT:
        return this.#write(chain, offset);
      case REQUEST.FLUSH:
        return this.store.readOnly || this.store.flush() ? STATUS.OK : STATUS.IO_ERROR;
      case REQUEST.GET_ID:
        return this.#identify(chain);
      case REQUEST.DISCARD:
      case REQUEST.WRITE_ZEROES:
        return this.#zero(chain, kind);
      default:
        return STATUS.UNSUPPORTED;
    }
  }

  #inside(offset: number, length: number): boolean {
    return length % SECTOR === 0 && offset + length <= this.store.size;
  }

  #read(chain: DescriptorChain, start: number): number {
    const length = chain.room - 1;
    if (!this.#inside(start, length)) return STATUS.IO_ERROR;
    for (let done = 0; done < length; done += PIECE) {
      const bytes = this.store.read(start + done, Math.min(PIECE, length - done));
      if (!bytes) return STATUS.IO_ERROR;
      chain.write(bytes);
    }
    return STATUS.OK;
  }

  #write(chain: DescriptorChain, start: number): number {
    if (this.store.readOnly || !this.#inside(start, chain.left)) return STATUS.IO_ERROR;
    for (let at = start; chain.left > 0;) {
      const bytes = chain.read(PIECE);
      if (!this.store.write(at, bytes)) return STATUS.IO_ERROR;
      at += bytes.length;
    }
    return STATUS.OK;
  }

  #identify(chain: DescriptorChain): number {
    const id = new Uint8Array(ID_LENGTH);
    id.set(new TextEncoder().encode(this.store.name).subarray(0, ID_LENGTH));
    chain.write(id.subarray(0, chain.room - 1));
    return STATUS.OK;
  }

  #zero(chain: DescriptorChain, kind: number): number {
    if (this.store.readOnly || chain.left % RANGE.SIZE !== 0 || chain.left > MOST_RANGES * RANGE.SIZE) return STATUS.IO_ERROR;
    const ranges: { readonly offset: number; readonly length: number }[] = [];
    while (chain.left > 0) {
      const view = new DataView(chain.read(RANGE.SIZE).buffer);
      const sectors = view.getUint32(RANGE.SECTORS, true);
      const flags = view.getUint32(RANGE.FLAGS, true);
      // Discard knows no flags, write-zeroes only this one (section 5.2.6.2).
      if (flags !== 0 && (kind === REQUEST.DISCARD || flags !== RANGE.UNMAP)) return STATUS.UNSUPPORTED;
      const range = { offset: Number(view.getBigUint64(0, true)) * SECTOR, length: sectors * SECTOR };
      if (sectors > MOST_RANGE_SECTORS || !this.#inside(range.offset, range.length)) return STATUS.IO_ERROR;
      ranges.push(range);
    }
    return ranges.every((range) => this.store.zero(range.offset, range.length)) ? STATUS.OK : STATUS.IO_ERROR;
  }
}
