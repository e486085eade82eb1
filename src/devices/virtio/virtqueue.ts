/**
 * A split virtqueue, seen from the device. Source: Virtual I/O Device (VIRTIO) Version 1.1, section 2.6. All fields are little-endian,
 * whatever the guest is.
 */
import type { MemoryPort } from '../../bus/memory-port.js';
import { DescriptorChain } from './descriptor-chain.js';
import type { Segment } from './descriptor-chain.js';

/** Bytes of a descriptor, and where its fields are. */
const DESCRIPTOR = { SIZE: 16, LENGTH: 8, FLAGS: 12, NEXT: 14 } as const;
const DESCRIPTOR_FLAG = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;
/** Both rings begin with flags and an index; then come entries of so many bytes. */
const RING = { FLAGS: 0, INDEX: 2, ENTRIES: 4, AVAILABLE_ENTRY: 2, USED_ENTRY: 8 } as const;
/** In the available ring's flags: the driver wants no interrupts. */
const NO_INTERRUPT = 1;
/** Addresses beyond this are no addresses of memory, and no exact numbers. */
const ADDRESS_LIMIT = 2 ** 52;

/** Why a queue cannot go on: the driver broke the rules of section 2.6. */
export type QueueFault =
  | 'more buffers available than the queue has entries'
  | 'descriptor number out of range'
  | 'descriptors form a loop'
  | 'an indirect table has no whole number of descriptors'
  | 'an indirect table inside an indirect table'
  | 'an indirect descriptor with a successor'
  | 'a readable descriptor behind a writable one'
  | 'a descriptor outside the address space';

/** Largest number of entries of the queues here: the size that Linux drivers get along with everywhere. */
export const QUEUE_SIZE = 256;

/** What a queue tells its transport. */
export interface QueueEvents {
  /** Buffers were given back and the driver wants to know. */
  used(queue: VirtQueue): void;
  /** The queue has got a `fault`. */
  broken(queue: VirtQueue, fault: QueueFault): void;
}

export class VirtQueue {
  /** Everything a snapshot holds. Addresses are guest physical; the two indices count modulo 65536. */
  readonly state = {
    size: 0,
    enabled: false,
    vector: 0xffff,
    descriptors: [0, 0],
    available: [0, 0],
    used: [0, 0],
    nextAvailable: 0,
    nextUsed: 0,
    /** Buffers given back since the driver was last told. */
    unsignalled: 0,
  };
  /** Set by the transport when the driver negotiated VIRTIO_F_EVENT_IDX. */
  eventIndex = false;
  /** Set by the transport while the driver says it is ready. */
  running = false;
  /** Set when the driver broke the rules; the queue stands still until reset. */
  fault: QueueFault | undefined;

  /**
   * @param memory guest memory as the device reaches it
   * @param maximumSize entries, a power of two
   * @param events what the transport wants to know
   */
  constructor(
    private readonly memory: MemoryPort,
    readonly maximumSize: number,
    private readonly events: QueueEvents,
  ) {
    this.reset();
  }

  /** Before negotiation. */
  reset(): void {
    const { state } = this;
    Object.assign(state, { size: this.maximumSize, enabled: false, vector: 0xffff, nextAvailable: 0, nextUsed: 0, unsignalled: 0 });
    for (const address of [state.descriptors, state.available, state.used]) address.fill(0);
    this.eventIndex = false;
    this.running = false;
    this.fault = undefined;
  }

  /** Whether the queue can be worked on. */
  get usable(): boolean {
    return this.running && this.state.enabled && this.fault === undefined;
  }

  /** Takes the next buffer that the driver made available; undefined when there is none, or the queue has (now) a `fault`. */
  pop(): DescriptorChain | undefined {
    if (!this.usable) return undefined;
    const { state } = this;
    const waiting = (this.#read16(this.#available + RING.INDEX) - state.nextAvailable) & 0xffff;
    if (waiting === 0) {
      // From now on the driver notifies again.
      if (this.eventIndex) this.#write16(this.#used + RING.ENTRIES + RING.USED_ENTRY * state.size, state.nextAvailable);
      return undefined;
    }
    if (waiting > state.size) return this.#fail('more buffers available than the queue has entries');
    const head = this.#read16(this.#available + RING.ENTRIES + RING.AVAILABLE_ENTRY * (state.nextAvailable % state.size));
    const chain = this.#collect(head);
    if (chain) state.nextAvailable = (state.nextAvailable + 1) & 0xffff;
    return chain;
  }

  /** Puts the buffers that `pop` gave last back, untouched, to take them again later. */
  unpop(count: number): void {
    this.state.nextAvailable = (this.state.nextAvailable - count) & 0xffff;
  }

  /**
   * Gives a buffer back to the driver; `signal` tells the driver of it.
   * @param written bytes that the device wrote into it, from its beginning
   */
  push(chain: DescriptorChain, written = chain.written): void {
    const { state } = this;
    const entry = new Uint8Array(RING.USED_ENTRY);
    const view = new DataView(entry.buffer);
    view.setUint32(0, chain.head, true);
    view.setUint32(4, written, true);
    this.memory.write(this.#used + RING.ENTRIES + RING.USED_ENTRY * (state.nextUsed % state.size), entry);
    state.nextUsed = (state.nextUsed + 1) & 0xffff;
    state.unsignalled++;
    this.#write16(this.#used + RING.INDEX, state.nextUsed);
  }

  /** Interrupts the driver if buffers were given back since the last time and it wants to know (section 2.6.7.2). */
  signal(): void {
    const { state } = this;
    if (state.unsignalled === 0) return;
    const wanted = this.#wantsInterrupt();
    state.unsignalled = 0;
    if (wanted) this.events.used(this);
  }

  #wantsInterrupt(): boolean {
    const { state } = this;
    if (!this.eventIndex) return (this.#read16(this.#available + RING.FLAGS) & NO_INTERRUPT) === 0;
    const event = this.#read16(this.#available + RING.ENTRIES + RING.AVAILABLE_ENTRY * state.size);
    return ((state.nextUsed - event - 1) & 0xffff) < state.unsignalled;
  }

  /** Follows a chain of descriptors, into an indirect table where it leads there. */
  #collect(head: number): DescriptorChain | undefined {
    const { state } = this;
    const readable: Segment[] = [];
    const writable: Segment[] = [];
    let table = address(state.descriptors);
    let count = state.size;
    let indirect = false;
    let index = head;
    for (let seen = 0; ;) {
      if (index >= count) return this.#fail('descriptor number out of range');
      if (seen++ >= count) return this.#fail('descriptors form a loop');
      const descriptor = this.memory.read(table + DESCRIPTOR.SIZE * index, DESCRIPTOR.SIZE);
      const view = new DataView(descriptor.buffer, descriptor.byteOffset, DESCRIPTOR.SIZE);
      const at = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
      const length = view.getUint32(DESCRIPTOR.LENGTH, true);
      const flags = view.getUint16(DESCRIPTOR.FLAGS, true);
      if (at + length > ADDRESS_LIMIT) return this.#fail('a descriptor outside the address space');
      if (flags & DESCRIPTOR_FLAG.INDIRECT) {
        if (indirect) return this.#fail('an indirect table inside an indirect table');
        // The write flag means nothing here.
        if (flags & DESCRIPTOR_FLAG.NEXT) return this.#fail('an indirect descriptor with a successor');
        if (length === 0 || length % DESCRIPTOR.SIZE !== 0 || length / DESCRIPTOR.SIZE > 0x8000) {
          return this.#fail('an indirect table has no whole number of descriptors');
        }
        [table, count, indirect, index, seen] = [at, length / DESCRIPTOR.SIZE, true, 0, 0];
        continue;
      }
      if (flags & DESCRIPTOR_FLAG.WRITE) writable.push({ address: at, length });
      else if (writable.length > 0) return this.#fail('a readable descriptor behind a writable one');
      else readable.push({ address: at, length });
      if (!(flags & DESCRIPTOR_FLAG.NEXT)) return new DescriptorChain(this.memory, head, readable, writable);
      index = view.getUint16(DESCRIPTOR.NEXT, true);
    }
  }

  #fail(fault: QueueFault): undefined {
    this.fault = fault;
    this.events.broken(this, fault);
    return undefined;
  }

  get #available(): number {
    return address(this.state.available);
  }
  get #used(): number {
    return address(this.state.used);
  }
  #read16(at: number): number {
    const bytes = this.memory.read(at, 2);
    return bytes[0]! | (bytes[1]! << 8);
  }
  #write16(at: number, value: number): void {
    this.memory.write(at, Uint8Array.of(value & 0xff, value >>> 8));
  }
}

function address(words: readonly number[]): number {
  return words[1]! * 2 ** 32 + words[0]!;
}
