/** A source of random numbers. Source: VIRTIO 1.1, section 5.4. */
import type { EntropySource } from '../../bus/entropy.js';
import type { VirtioDevice, VirtioTransport } from './virtio-device.js';
import { VIRTIO_DEVICE_ID } from './virtio-device.js';

const OTHER_DEVICE = 0x00ff00;
/** Most bytes that one buffer gets; the driver asks again for more. */
const MOST_BYTES = 4096;

export class VirtioRng implements VirtioDevice {
  readonly kind = VIRTIO_DEVICE_ID.ENTROPY;
  readonly classCode = OTHER_DEVICE;
  readonly queueSizes = [8];
  readonly features = [];
  readonly config = new Uint8Array(0);
  #transport!: VirtioTransport;

  /** @param entropy where the random bytes come from */
  constructor(
    readonly name: string,
    private readonly entropy: EntropySource,
  ) {}

  attach(transport: VirtioTransport): void {
    this.#transport = transport;
  }

  reset(): void {
    // Nothing is kept.
  }

  notify(): void {
    const queue = this.#transport.queues[0]!;
    for (let chain = queue.pop(); chain; chain = queue.pop()) {
      const bytes = new Uint8Array(Math.min(chain.room, MOST_BYTES));
      this.entropy(bytes);
      chain.write(bytes);
      queue.push(chain);
    }
    queue.signal();
  }
}
