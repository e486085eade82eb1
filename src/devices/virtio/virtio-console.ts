/** A console with one port. Source: VIRTIO 1.1, section 5.3. */
import type { ByteChannel } from '../../bus/byte-channel.js';
import type { VirtioDevice, VirtioTransport } from './virtio-device.js';
import { VIRTIO_DEVICE_ID } from './virtio-device.js';

const COMMUNICATION = 0x078000;
const QUEUE = { RECEIVE: 0, TRANSMIT: 1 } as const;
/** Output goes on in pieces of at most so many bytes. */
const PIECE = 0x10000;

export class VirtioConsole implements VirtioDevice {
  readonly kind = VIRTIO_DEVICE_ID.CONSOLE;
  readonly classCode = COMMUNICATION;
  readonly queueSizes = [64, 64];
  readonly features = [];
  readonly config = new Uint8Array(12);
  #transport!: VirtioTransport;
  /** Input that waits for buffers, oldest first. */
  #waiting: Uint8Array[] = [];

  /** @param channel the host's end */
  constructor(
    readonly name: string,
    private readonly channel: ByteChannel,
  ) {
    channel.onInput((bytes) => {
      this.#waiting.push(bytes.slice());
      this.#feed();
    });
  }

  attach(transport: VirtioTransport): void {
    this.#transport = transport;
  }

  reset(): void {
    // Input stays: it was typed to the machine, not to one driver.
  }

  start(): void {
    this.#feed();
  }

  notify(index: number): void {
    if (index === QUEUE.RECEIVE) {
      this.#feed();
      return;
    }
    const queue = this.#transport.queues[QUEUE.TRANSMIT]!;
    for (let chain = queue.pop(); chain; chain = queue.pop()) {
      while (chain.left > 0) this.channel.output(chain.read(PIECE));
      queue.push(chain);
    }
    queue.signal();
  }

  #feed(): void {
    const queue = this.#transport.queues[QUEUE.RECEIVE]!;
    while (this.#waiting.length > 0) {
      const chain = queue.pop();
      if (!chain) break;
      const [bytes] = this.#waiting;
      const taken = chain.write(bytes!);
      if (taken === bytes!.length) this.#waiting.shift();
      else this.#waiting[0] = bytes!.subarray(taken);
      queue.push(chain);
    }
    queue.signal();
  }
}
