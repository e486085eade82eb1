/** A network card. Source: VIRTIO 1.1, section 5.1. */
import type { FrameLink } from '../../bus/frame-link.js';
import type { DescriptorChain } from './descriptor-chain.js';
import type { VirtioDevice, VirtioTransport } from './virtio-device.js';
import { VIRTIO_DEVICE_ID } from './virtio-device.js';
import { QUEUE_SIZE } from './virtqueue.js';

/** Feature bits. */
export const NET_FEATURE = { CHECKSUM: 0, GUEST_CHECKSUM: 1, MAC: 5, GUEST_TSO4: 7, HOST_TSO4: 11, MERGE_BUFFERS: 15, STATUS: 16 } as const;
const ETHERNET = 0x020000;
const QUEUE = { RECEIVE: 0, TRANSMIT: 1 } as const;
/** The header before each frame, and fields of it. */
const HEADER = {
  SIZE: 12, FLAGS: 0, SEGMENTATION: 1, HEADERS_LENGTH: 2, SEGMENT_SIZE: 4, CHECKSUM_START: 6, CHECKSUM_OFFSET: 8, BUFFERS: 10,
} as const; // prettier-ignore
const HEADER_FLAG = { NEEDS_CHECKSUM: 1, DATA_VALID: 2 } as const;
const SEGMENTATION_TCP4 = 1;
/** Where the headers of a large frame begin and end, and its checksum within the TCP header. */
const LARGE = { TCP: 14 + 20, PAYLOAD: 14 + 20 + 20, CHECKSUM: 16 } as const;
/** The configuration structure: MAC address, then status. */
const CONFIG = { STATUS: 6, END: 8, LINK_UP: 1 } as const;
/** Longest frame that is taken: a whole segmentation offload. */
const LONGEST_FRAME = 14 + 0xffff;
/** Frames for the guest that wait for buffers; further ones are lost, as on a real network. */
const MOST_WAITING = 512;

export class VirtioNet implements VirtioDevice {
  readonly kind = VIRTIO_DEVICE_ID.NETWORK;
  readonly classCode = ETHERNET;
  readonly queueSizes = [QUEUE_SIZE, QUEUE_SIZE];
  readonly features: readonly number[];
  readonly config = new Uint8Array(CONFIG.END);
  #transport!: VirtioTransport;
  #waiting: { readonly frame: Uint8Array; readonly segmentBytes: number | undefined }[] = [];
  #started = false;

  /**
   * @param mac six bytes, the first of them even
   * @param link the cable
   */
  constructor(
    readonly name: string,
    mac: Uint8Array,
    private readonly link: FrameLink,
  ) {
    const { CHECKSUM, GUEST_CHECKSUM, MAC, GUEST_TSO4, HOST_TSO4, MERGE_BUFFERS, STATUS } = NET_FEATURE;
    this.features = [MAC, MERGE_BUFFERS, STATUS, ...(link.offload ? [CHECKSUM, GUEST_CHECKSUM, GUEST_TSO4, HOST_TSO4] : [])];
    this.config.set(mac);
    this.config[CONFIG.STATUS] = CONFIG.LINK_UP;
    link.onReceive((frame, segmentBytes) => this.#receive(frame, segmentBytes));
  }

  attach(transport: VirtioTransport): void {
    this.#transport = transport;
  }

  reset(): void {
    this.#started = false;
    this.#waiting = [];
    this.link.takesLargeFrames?.(false);
  }

  start(): void {
    this.#started = true;
    const { GUEST_CHECKSUM, GUEST_TSO4 } = NET_FEATURE;
    this.link.takesLargeFrames?.(this.#transport.negotiated(GUEST_TSO4) && this.#transport.negotiated(GUEST_CHECKSUM));
  }

  notify(index: number): void {
    if (index === QUEUE.RECEIVE) this.#feed();
    else this.#transmit();
  }

  #transmit(): void {
    const queue = this.#transport.queues[QUEUE.TRANSMIT]!;
    const frames: Uint8Array[] = [];
    for (let chain = queue.pop(); chain; chain = queue.pop()) {
      const frame = takeFrame(chain);
      if (frame) frames.push(frame);
      queue.push(chain, 0);
    }
    queue.signal();
    // Answers to these may come at once, and must find the queue as it is to be.
    for (const frame of frames) this.link.transmit(frame);
  }

  #receive(frame: Uint8Array, segmentBytes: number | undefined): void {
    if (!this.#started || this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push({ frame, segmentBytes });
    this.#feed();
  }

  #feed(): void {
    const queue = this.#transport.queues[QUEUE.RECEIVE]!;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const chains = this.#buffersFor(HEADER.SIZE + next.frame.length);
      if (!chains) break;
      this.#waiting.shift();
      const room = chains.reduce((sum, chain) => sum + chain.room, 0);
      // A frame that does not fit is lost; the buffer is given back empty.
      if (room >= HEADER.SIZE + next.frame.length) this.#fill(chains, next.frame, next.segmentBytes);
      for (const chain of chains) queue.push(chain);
    }
    queue.signal();
  }

  /** Buffers with so much room in all, one where the driver does not merge them; undefined when there are not enough yet. */
  #buffersFor(bytes: number): readonly DescriptorChain[] | undefined {
    const queue = this.#transport.queues[QUEUE.RECEIVE]!;
    const most = this.#transport.negotiated(NET_FEATURE.MERGE_BUFFERS) ? queue.state.size : 1;
    const chains: DescriptorChain[] = [];
    for (let room = 0; room < bytes && chains.length < most; room += chains.at(-1)!.room) {
      const chain = queue.pop();
      if (!chain) {
        queue.unpop(chains.length);
        return undefined;
      }
      chains.push(chain);
    }
    return chains;
  }

  #fill(chains: readonly DescriptorChain[], frame: Uint8Array, segmentBytes: number | undefined): void {
    const header = new Uint8Array(HEADER.SIZE);
    const view = new DataView(header.buffer);
    view.setUint16(HEADER.BUFFERS, chains.length, true);
    if (segmentBytes !== undefined) {
      header[HEADER.FLAGS] = HEADER_FLAG.NEEDS_CHECKSUM;
      header[HEADER.SEGMENTATION] = SEGMENTATION_TCP4;
      view.setUint16(HEADER.HEADERS_LENGTH, LARGE.PAYLOAD, true);
      view.setUint16(HEADER.SEGMENT_SIZE, segmentBytes, true);
      view.setUint16(HEADER.CHECKSUM_START, LARGE.TCP, true);
      view.setUint16(HEADER.CHECKSUM_OFFSET, LARGE.CHECKSUM, true);
    } else if (this.#transport.negotiated(NET_FEATURE.GUEST_CHECKSUM)) header[HEADER.FLAGS] = HEADER_FLAG.DATA_VALID;
    let done = 0;
    for (const [k, chain] of chains.entries()) {
      if (k === 0) chain.write(header);
      done += chain.write(frame.subarray(done));
    }
  }
}

/**
 * The frame of a buffer; undefined when it is none. A checksum that the driver leaves to the card stays open: only links that offload are offered
 * such frames, and they do not look at it.
 */
function takeFrame(chain: DescriptorChain): Uint8Array | undefined {
  if (chain.read(HEADER.SIZE).length < HEADER.SIZE || chain.left > LONGEST_FRAME || chain.left === 0) return undefined;
  return chain.read(LONGEST_FRAME);
}
