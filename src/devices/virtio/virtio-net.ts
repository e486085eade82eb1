/** A network card. Source: VIRTIO 1.1, section 5.1. */
import type { FrameLink } from '../../bus/frame-link.js';
import type { DescriptorChain } from './descriptor-chain.js';
import type { VirtioDevice, VirtioTransport } from './virtio-device.js';
import { VIRTIO_DEVICE_ID } from './virtio-device.js';
import { QUEUE_SIZE } from './virtqueue.js';

/** Feature bits. */
export const NET_FEATURE = { CHECKSUM: 0, GUEST_CHECKSUM: 1, MAC: 5, HOST_TSO4: 11, STATUS: 16 } as const;
const ETHERNET = 0x020000;
const QUEUE = { RECEIVE: 0, TRANSMIT: 1 } as const;
/** The header before each frame, and fields of it. */
const HEADER = { SIZE: 12, FLAGS: 0, BUFFERS: 10 } as const;
const DATA_VALID = 2;
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
  #waiting: Uint8Array[] = [];
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
    const { CHECKSUM, GUEST_CHECKSUM, MAC, HOST_TSO4, STATUS } = NET_FEATURE;
    this.features = [MAC, STATUS, ...(link.offload ? [CHECKSUM, GUEST_CHECKSUM, HOST_TSO4] : [])];
    this.config.set(mac);
    this.config[CONFIG.STATUS] = CONFIG.LINK_UP;
    link.onReceive((frame) => this.#receive(frame));
  }

  attach(transport: VirtioTransport): void {
    this.#transport = transport;
  }

  reset(): void {
    this.#started = false;
    this.#waiting = [];
  }

  start(): void {
    this.#started = true;
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

  #receive(frame: Uint8Array): void {
    if (!this.#started || this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push(frame);
    this.#feed();
  }

  #feed(): void {
    const queue = this.#transport.queues[QUEUE.RECEIVE]!;
    const header = new Uint8Array(HEADER.SIZE);
    header[HEADER.BUFFERS] = 1;
    if (this.#transport.negotiated(NET_FEATURE.GUEST_CHECKSUM)) header[HEADER.FLAGS] = DATA_VALID;
    while (this.#waiting.length > 0) {
      const chain = queue.pop();
      if (!chain) break;
      const frame = this.#waiting.shift()!;
      // A frame that does not fit is lost; the buffer is given back empty.
      if (chain.room >= HEADER.SIZE + frame.length) {
        chain.write(header);
        chain.write(frame);
      }
      queue.push(chain);
    }
    queue.signal();
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
