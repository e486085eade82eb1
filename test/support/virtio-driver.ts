import type { MemoryPort } from '../../src/bus/memory-port.js';
import type { VirtioDevice } from '../../src/devices/virtio/virtio-device.js';
import { VirtioPciFunction } from '../../src/devices/virtio/virtio-pci.js';
import { ByteMemory } from './byte-memory.js';
import { ProbeLine } from './probe-line.js';
import { ProbeLog } from './probe-log.js';

/** A buffer as the driver describes it: bytes for the device to read, or so many bytes of room for it to write. */
export type Part = Uint8Array | number;

/** A descriptor as it lies in memory. */
export interface RawDescriptor {
  readonly address: number;
  readonly length: number;
  readonly flags: number;
  readonly next: number;
}

export const FLAG = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;
const COMMON = 0x0000;
const QUEUE_BYTES = 0x4000;
const BUFFERS = 0x40000;

/** The driver's side of one split virtqueue, in guest memory. */
export class DriverQueue {
  readonly descriptors: number;
  readonly available: number;
  readonly used: number;
  #nextFree = 0;
  #nextAvailable = 0;
  #seenUsed = 0;
  #bufferAt: number;

  constructor(
    readonly memory: ByteMemory,
    readonly size: number,
    base: number,
    buffers: number,
  ) {
    this.descriptors = base;
    this.available = base + 0x1000;
    this.used = base + 0x2000;
    this.#bufferAt = buffers;
  }

  get view(): DataView {
    return new DataView(this.memory.bytes.buffer);
  }

  putDescriptor(index: number, { address, length, flags, next }: RawDescriptor, table = this.descriptors): void {
    const { view } = this;
    view.setBigUint64(table + 16 * index, BigInt(address), true);
    view.setUint32(table + 16 * index + 8, length, true);
    view.setUint16(table + 16 * index + 12, flags, true);
    view.setUint16(table + 16 * index + 14, next, true);
  }

  /** Makes a chain available whose first descriptor is `head`. */
  offer(head: number): void {
    const { view } = this;
    view.setUint16(this.available + 4 + 2 * (this.#nextAvailable % this.size), head, true);
    this.#nextAvailable = (this.#nextAvailable + 1) & 0xffff;
    view.setUint16(this.available + 2, this.#nextAvailable, true);
  }

  /** Puts a buffer of several parts into the queue; returns where the parts lie. */
  add(parts: readonly Part[], indirect = false): number[] {
    const addresses = parts.map((part) => this.#place(part));
    const count = indirect ? 1 : parts.length;
    const heads = Array.from({ length: count }, (_, k) => (this.#nextFree + k) % this.size);
    this.#nextFree = (this.#nextFree + count) % this.size;
    const table = indirect ? this.#place(16 * parts.length) : this.descriptors;
    parts.forEach((part, k) => {
      const last = k === parts.length - 1;
      const flags = (last ? 0 : FLAG.NEXT) | (typeof part === 'number' ? FLAG.WRITE : 0);
      const length = typeof part === 'number' ? part : part.length;
      const [index, next] = indirect ? [k, k + 1] : [heads[k], last ? 0 : heads[k + 1]];
      this.putDescriptor(index, { address: addresses[k], length, flags, next }, table);
    });
    if (indirect) this.putDescriptor(heads[0], { address: table, length: 16 * parts.length, flags: FLAG.INDIRECT, next: 0 });
    this.offer(heads[0]);
    return addresses;
  }

  /** Buffers given back since the last call: number of the first descriptor, bytes written. */
  takeUsed(): { readonly head: number; readonly written: number }[] {
    const { view } = this;
    const found: { head: number; written: number }[] = [];
    for (; this.#seenUsed !== view.getUint16(this.used + 2, true); this.#seenUsed = (this.#seenUsed + 1) & 0xffff) {
      const at = this.used + 4 + 8 * (this.#seenUsed % this.size);
      found.push({ head: view.getUint32(at, true), written: view.getUint32(at + 4, true) });
    }
    return found;
  }

  #place(part: Part): number {
    const length = typeof part === 'number' ? part : part.length;
    const at = this.#bufferAt;
    if (at + length > this.memory.bytes.length) throw new Error('the test needs more memory');
    this.#bufferAt += (length + 15) & ~15;
    if (typeof part === 'number') this.memory.bytes.fill(0xee, at, at + length);
    else this.memory.bytes.set(part, at);
    return at;
  }
}

/** A driver that finds its device in a slot and works it through its registers. */
export class VirtioDriver {
  readonly memory: ByteMemory;
  readonly line = new ProbeLine();
  readonly log = new ProbeLog();
  readonly messages: { readonly address: number; readonly data: number }[] = [];
  readonly fn: VirtioPciFunction;
  queues: DriverQueue[] = [];

  constructor(
    device: VirtioDevice,
    {
      memoryBytes = 0x100000,
      messages = false,
      port,
    }: { memoryBytes?: number; messages?: boolean; port?: (memory: ByteMemory) => MemoryPort } = {},
  ) {
    this.memory = new ByteMemory(memoryBytes);
    this.fn = new VirtioPciFunction(device, {
      memory: port?.(this.memory) ?? this.memory,
      log: this.log,
      ...(messages ? { messages: (address: number, data: number) => void this.messages.push({ address, data }) } : {}),
    });
    this.fn.connect(this.line);
    this.fn.config.reset();
    this.fn.reset();
  }

  read(offset: number, size: 1 | 2 | 4): number {
    return this.fn.readBar(4, COMMON + offset, size);
  }
  write(offset: number, size: 1 | 2 | 4, value: number): void {
    this.fn.writeBar(4, COMMON + offset, size, value);
  }

  get status(): number {
    return this.read(0x14, 1);
  }
  set status(value: number) {
    this.write(0x14, 1, value);
  }

  /** Feature bits that the device offers. */
  offered(): Set<number> {
    const bits = new Set<number>();
    for (const word of [0, 1]) {
      this.write(0x00, 4, word);
      const value = this.read(0x04, 4);
      for (let k = 0; k < 32; k++) if ((value >>> k) & 1) bits.add(32 * word + k);
    }
    return bits;
  }

  accept(bits: Iterable<number>): void {
    const words = [0, 0];
    for (const bit of bits) words[bit >>> 5] |= 1 << (bit & 31);
    words.forEach((word, k) => {
      this.write(0x08, 4, k);
      this.write(0x0c, 4, word >>> 0);
    });
  }

  /** Everything from reset to DRIVER_OK, as section 3.1.1 has it. @param features to take of those offered; all of them unless given */
  start({ features, queueSize = 16 }: { features?: readonly number[]; queueSize?: number } = {}): void {
    this.status = 0;
    this.status = 1 | 2;
    this.accept(features ?? this.offered());
    this.status = 1 | 2 | 8;
    const count = this.read(0x12, 2);
    const room = (this.memory.bytes.length - BUFFERS) / count;
    this.queues = Array.from({ length: count }, (_, k) => {
      const size = Math.min(queueSize, this.fn.queues[k].maximumSize);
      this.memory.bytes.fill(0, QUEUE_BYTES * (k + 1), QUEUE_BYTES * (k + 2));
      const queue = new DriverQueue(this.memory, size, QUEUE_BYTES * (k + 1), BUFFERS + Math.floor((room * k) / 16) * 16);
      this.write(0x16, 2, k);
      this.write(0x18, 2, size);
      [queue.descriptors, queue.available, queue.used].forEach((address, n) => {
        this.write(0x20 + 8 * n, 4, address);
        this.write(0x24 + 8 * n, 4, 0);
      });
      this.write(0x1c, 2, 1);
      return queue;
    });
    this.status = 1 | 2 | 8 | 4;
  }

  notify(queue: number): void {
    this.fn.writeBar(4, 0x3000 + 4 * queue, 2, queue);
  }

  /** Puts a buffer into a queue and notifies; returns what the device wrote. */
  request(queue: number, parts: readonly Part[], indirect = false): { written: number; bytes: Uint8Array } {
    const addresses = this.queues[queue].add(parts, indirect);
    this.notify(queue);
    const used = this.queues[queue].takeUsed();
    if (used.length !== 1) throw new Error(`${used.length} buffers came back instead of one`);
    const bytes: number[] = [];
    parts.forEach((part, k) => {
      if (typeof part === 'number') bytes.push(...this.memory.bytes.subarray(addresses[k], addresses[k] + part));
    });
    return { written: used[0].written, bytes: Uint8Array.from(bytes) };
  }
}
