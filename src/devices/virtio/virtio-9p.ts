/** A folder of the host by 9P. Source: VIRTIO 1.2, section 5.15 (9P transport). */
import type { SharedFolder } from '../../bus/shared-folder.js';
import { ConfigError } from '../../config-error.js';
import { LONGEST_MESSAGE, NinepServer } from './ninep/server.js';
import type { VirtioDevice, VirtioTransport } from './virtio-device.js';
import { VIRTIO_DEVICE_ID } from './virtio-device.js';

const OTHER_DEVICE = 0x00ff00;
const MOUNT_TAG = 0;
/** The ring must hold the longest message in pages of 4 KiB. */
const QUEUE_ENTRIES = 256;
const LONGEST_TAG = 31;

export class Virtio9p implements VirtioDevice {
  readonly kind = VIRTIO_DEVICE_ID.FILE_SYSTEM_9P;
  readonly classCode = OTHER_DEVICE;
  readonly queueSizes = [QUEUE_ENTRIES];
  readonly features = [MOUNT_TAG];
  readonly config: Uint8Array;
  readonly #server: NinepServer;
  #transport!: VirtioTransport;

  /**
   * @param tag by which the guest mounts the folder
   * @throws ConfigError when the tag is empty or too long
   */
  constructor(
    readonly name: string,
    tag: string,
    folder: SharedFolder,
  ) {
    const bytes = new TextEncoder().encode(tag);
    if (bytes.length === 0 || bytes.length > LONGEST_TAG) {
      throw new ConfigError(`'${tag}' is no mount tag`, 'shared folder', `give 1 to ${LONGEST_TAG} letters`);
    }
    this.config = Uint8Array.of(bytes.length, 0, ...bytes);
    this.#server = new NinepServer(folder);
  }

  attach(transport: VirtioTransport): void {
    this.#transport = transport;
  }

  reset(): void {
    this.#server.reset();
  }

  notify(): void {
    const queue = this.#transport.queues[0]!;
    for (let chain = queue.pop(); chain; chain = queue.pop()) {
      const answer = this.#server.serve(chain.read(LONGEST_MESSAGE), chain.room);
      if (answer) chain.write(answer);
      queue.push(chain);
    }
    queue.signal();
  }
}
