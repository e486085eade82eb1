import type { VirtQueue } from './virtqueue.js';

/** Kinds of devices (VIRTIO 1.1, section 5). */
export const VIRTIO_DEVICE_ID = { NETWORK: 1, BLOCK: 2, CONSOLE: 3, ENTROPY: 4, FILE_SYSTEM_9P: 9 } as const;

/** What a device is given by its transport. */
export interface VirtioTransport {
  readonly queues: readonly VirtQueue[];
  /** Whether the driver took feature bit `bit`; false before it has said so. */
  negotiated(bit: number): boolean;
  /** The device configuration changed: the driver is told. */
  configChanged(): void;
}

/** What a virtio device is, apart from how it is reached. */
export interface VirtioDevice {
  /** Shown in messages; unique in a machine. */
  readonly name: string;
  /** One of {@link VIRTIO_DEVICE_ID}. */
  readonly kind: number;
  /** PCI class code, 24 bits. */
  readonly classCode: number;
  /** Feature bits of the device's kind that it offers; the transport adds its own. */
  readonly features: readonly number[];
  /** Entries of each queue, powers of two. */
  readonly queueSizes: readonly number[];
  /** The device configuration structure, little-endian. */
  readonly config: Uint8Array;
  /** Called once, before anything else. */
  attach(transport: VirtioTransport): void;
  /** The driver made buffers available in a queue. Only called while the driver says it is ready. */
  notify(queue: number): void;
  /** The driver is ready. */
  start?(): void;
  /** The driver stores a byte of the device configuration. */
  configWritten?(offset: number, byte: number): void;
  /** Back to the state after power-on; queues are reset by the transport. */
  reset(): void;
}
