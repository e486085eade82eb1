/**
 * A virtio device as a PCI function, without the legacy interface. Source: VIRTIO 1.1, sections 2.1 to 2.4 and 4.1.
 * Registers are little-endian numbers, as everywhere on the PCI bus.
 */
import type { AccessSize, DeviceLog, InterruptLine } from '../../bus/device.js';
import type { MemoryPort } from '../../bus/memory-port.js';
import { MsiX } from '../pci/msi-x.js';
import type { MessageSink } from '../pci/msi-x.js';
import type { PciFunction } from '../pci/pci-bus.js';
import type { PciConfigSpace } from '../pci/pci-config-space.js';
import type { VirtioDevice, VirtioTransport } from './virtio-device.js';
import { VirtioConfigSpace } from './virtio-config-space.js';
import { MSIX_LAYOUT, REGISTERS_BAR, REGISTERS_LAYOUT, REGISTERS_PART } from './virtio-pci-layout.js';
import { VirtQueue } from './virtqueue.js';
import type { QueueEvents, QueueFault } from './virtqueue.js';

/** Device status bits (section 2.1). */
export const VIRTIO_STATUS = { ACKNOWLEDGE: 1, DRIVER: 2, DRIVER_OK: 4, FEATURES_OK: 8, NEEDS_RESET: 0x40, FAILED: 0x80 } as const;

/** Feature bits that belong to the transport and the queues (section 6). */
export const VIRTIO_FEATURE = { RING_INDIRECT: 28, RING_EVENT_INDEX: 29, VERSION_1: 32 } as const;

/** The common configuration structure (section 4.1.4.3), byte offsets. */
const COMMON = {
  DEVICE_FEATURE_SELECT: 0x00, DEVICE_FEATURE: 0x04, DRIVER_FEATURE_SELECT: 0x08, DRIVER_FEATURE: 0x0c, CONFIG_VECTOR: 0x10,
  QUEUE_COUNT: 0x12, STATUS: 0x14, GENERATION: 0x15, QUEUE_SELECT: 0x16, QUEUE_SIZE: 0x18, QUEUE_VECTOR: 0x1a, QUEUE_ENABLE: 0x1c,
  QUEUE_NOTIFY_OFFSET: 0x1e, QUEUE_DESCRIPTORS: 0x20, QUEUE_AVAILABLE: 0x28, QUEUE_USED: 0x30, END: 0x38,
} as const; // prettier-ignore
/** Bits of the interrupt status register. */
const INTERRUPT = { QUEUE: 1, CONFIG: 2 } as const;
const NO_VECTOR = 0xffff;

/** What the function is wired to. */
export interface VirtioPciWiring {
  /** Guest memory as masters on the PCI bus see it. */
  readonly memory: MemoryPort;
  /** Where the function's interrupt messages go; without it the function has only its interrupt pin. */
  readonly messages?: MessageSink;
  /** Told once when a driver breaks the rules. */
  readonly log: DeviceLog;
}

export class VirtioPciFunction implements PciFunction, VirtioTransport {
  readonly name: string;
  readonly config: PciConfigSpace;
  readonly queues: readonly VirtQueue[];
  readonly msiX: MsiX | undefined;
  /** Everything a snapshot holds besides the queues, the configuration space and the device. */
  readonly state = {
    status: 0,
    interruptStatus: 0,
    deviceFeatureSelect: 0,
    driverFeatureSelect: 0,
    driverFeatures: [0, 0],
    configVector: NO_VECTOR,
    queueSelect: 0,
    generation: 0,
  };
  readonly #offered: readonly [number, number];
  #pin: InterruptLine | undefined;

  constructor(
    readonly device: VirtioDevice,
    private readonly wiring: VirtioPciWiring,
  ) {
    this.name = device.name;
    const config = new VirtioConfigSpace(device.kind, device.classCode, (access) => this.#accessThroughConfig(access));
    this.config = config;
    const { messages } = wiring;
    // One vector for each queue, one for changes of the configuration.
    this.msiX = messages && new MsiX(config, device.queueSizes.length + 1, MSIX_LAYOUT, messages);
    config.addVirtioCapabilities();
    config.onControl = () => this.msiX?.controlWritten();
    const events: QueueEvents = {
      used: (queue) => this.#interrupt(INTERRUPT.QUEUE, queue.state.vector),
      broken: (queue, fault) => this.#needReset(queue, fault),
    };
    this.queues = device.queueSizes.map((size) => new VirtQueue(wiring.memory, size, events));
    const offered: [number, number] = [0, 0];
    const { RING_INDIRECT, RING_EVENT_INDEX, VERSION_1 } = VIRTIO_FEATURE;
    for (const bit of [...device.features, RING_INDIRECT, RING_EVENT_INDEX, VERSION_1]) {
      offered[bit >>> 5]! |= 1 << (bit & 31);
    }
    this.#offered = [offered[0] >>> 0, offered[1] >>> 0];
    device.attach(this);
  }

  /** @param pin what `PciBus.attach` returned */
  connect(pin: InterruptLine): void {
    this.#pin = pin;
  }

  reset(): void {
    this.#resetDevice();
    this.msiX?.reset();
  }

  negotiated(bit: number): boolean {
    const { status, driverFeatures } = this.state;
    return (status & VIRTIO_STATUS.FEATURES_OK) !== 0 && (driverFeatures[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  configChanged(): void {
    const { state } = this;
    state.generation = (state.generation + 1) & 0xff;
    if (!(state.status & VIRTIO_STATUS.DRIVER_OK)) return;
    this.#interrupt(INTERRUPT.CONFIG, state.configVector);
  }

  readBar(bar: number, offset: number, size: AccessSize): number {
    if (bar === MSIX_LAYOUT.bar) return this.msiX?.read(offset, size) ?? 0;
    const within = offset % REGISTERS_PART;
    switch (offset - within) {
      case REGISTERS_LAYOUT.COMMON:
        return this.#readCommon(within, size);
      case REGISTERS_LAYOUT.INTERRUPT_STATUS:
        return within === 0 ? this.#takeInterruptStatus() : 0;
      case REGISTERS_LAYOUT.DEVICE:
        return this.#readDevice(within, size);
      default:
        return 0;
    }
  }

  writeBar(bar: number, offset: number, size: AccessSize, value: number): void {
    if (bar === MSIX_LAYOUT.bar) {
      this.msiX?.write(offset, size, value);
      return;
    }
    const within = offset % REGISTERS_PART;
    const part = offset - within;
    if (part === REGISTERS_LAYOUT.COMMON) this.#writeCommon(within, size, value);
    else if (part === REGISTERS_LAYOUT.DEVICE) this.#writeDevice(within, size, value);
    else if (part === REGISTERS_LAYOUT.NOTIFY) this.#notify(within >>> 2);
  }

  /** The PCI configuration access capability (section 4.1.4.9): a window for those who cannot reach memory space. */
  #accessThroughConfig(access: {
    readonly bar: number;
    readonly offset: number;
    readonly size: AccessSize;
    readonly value?: number;
  }): number {
    const { bar, offset, size, value } = access;
    const limit = bar === REGISTERS_BAR ? 4 * REGISTERS_PART : 0;
    if (offset + size > limit || offset % size !== 0) return 0;
    if (value === undefined) return this.readBar(bar, offset, size);
    this.writeBar(bar, offset, size, value);
    return 0;
  }

  /** Reading the interrupt status register clears it and negates the pin (section 4.1.4.5). */
  #takeInterruptStatus(): number {
    const { state } = this;
    const value = state.interruptStatus;
    state.interruptStatus = 0;
    this.#pin?.set(false);
    return value;
  }

  #interrupt(cause: number, vector: number): void {
    if (this.msiX?.enabled) {
      this.msiX.raise(vector);
      return;
    }
    this.state.interruptStatus |= cause;
    this.#pin?.set(true);
  }

  #readDevice(offset: number, size: AccessSize): number {
    const { config } = this.device;
    let value = 0;
    for (let k = size - 1; k >= 0; k--) value = ((value << 8) | (config[offset + k] ?? 0)) >>> 0;
    return value;
  }

  #writeDevice(offset: number, size: AccessSize, value: number): void {
    for (let k = 0; k < size; k++) this.device.configWritten?.(offset + k, (value >>> (8 * k)) & 0xff);
  }

  #notify(index: number): void {
    if (this.queues[index]?.usable) this.device.notify(index);
  }

  /** Only a reset helps a queue whose driver broke the rules (section 2.1.1). */
  #needReset(queue: VirtQueue, fault: QueueFault): void {
    const { state } = this;
    state.status |= VIRTIO_STATUS.NEEDS_RESET;
    this.wiring.log.unimplemented(`${this.name}: driver error on queue ${this.queues.indexOf(queue)}: ${fault}`);
    this.configChanged();
  }

  #readCommon(offset: number, size: AccessSize): number {
    const register = offset & ~3;
    const word = this.#commonWord(register);
    const shifted = word >>> (8 * (offset - register));
    return size === 4 ? shifted : size === 2 ? shifted & 0xffff : shifted & 0xff;
  }

  #commonWord(register: number): number {
    const { state } = this;
    const queue = this.queues[state.queueSelect]?.state;
    switch (register) {
      case COMMON.DEVICE_FEATURE_SELECT:
        return state.deviceFeatureSelect;
      case COMMON.DEVICE_FEATURE:
        return this.#offered[state.deviceFeatureSelect] ?? 0;
      case COMMON.DRIVER_FEATURE_SELECT:
        return state.driverFeatureSelect;
      case COMMON.DRIVER_FEATURE:
        return state.driverFeatures[state.driverFeatureSelect] ?? 0;
      case COMMON.CONFIG_VECTOR:
        return (state.configVector | (this.queues.length << 16)) >>> 0;
      case COMMON.STATUS:
        return (state.status | (state.generation << 8) | (state.queueSelect << 16)) >>> 0;
      case COMMON.QUEUE_SIZE:
        return queue ? (queue.size | (queue.vector << 16)) >>> 0 : 0;
      case COMMON.QUEUE_ENABLE:
        return queue ? (Number(queue.enabled) | (state.queueSelect << 16)) >>> 0 : 0;
      default:
        return this.#queueAddress(register)?.word() ?? 0;
    }
  }

  /** One of the six words of ring addresses of the selected queue. */
  #queueAddress(register: number): { word(): number; set(value: number): void } | undefined {
    const queue = this.queues[this.state.queueSelect]?.state;
    if (!queue || register < COMMON.QUEUE_DESCRIPTORS || register >= COMMON.END) return undefined;
    const words = [queue.descriptors, queue.available, queue.used][(register - COMMON.QUEUE_DESCRIPTORS) >>> 3]!;
    const half = (register >>> 2) & 1;
    return {
      word: () => words[half]! >>> 0,
      set: (value) => {
        if (!queue.enabled) words[half] = value;
      },
    };
  }

  #writeCommon(offset: number, size: AccessSize, value: number): void {
    const { state } = this;
    const selected = this.queues[state.queueSelect];
    const queue = selected?.state;
    switch (offset) {
      case COMMON.DEVICE_FEATURE_SELECT:
        state.deviceFeatureSelect = value;
        return;
      case COMMON.DRIVER_FEATURE_SELECT:
        state.driverFeatureSelect = value;
        return;
      case COMMON.DRIVER_FEATURE:
        if (state.driverFeatureSelect < 2 && !(state.status & VIRTIO_STATUS.FEATURES_OK)) {
          state.driverFeatures[state.driverFeatureSelect] = value;
        }
        return;
      case COMMON.CONFIG_VECTOR:
        state.configVector = this.#vector(value);
        return;
      case COMMON.STATUS:
        this.#writeStatus(value & 0xff);
        return;
      case COMMON.QUEUE_SELECT:
        state.queueSelect = value & 0xffff;
        return;
      case COMMON.QUEUE_SIZE:
        if (selected && queue && !queue.enabled && isPowerOfTwo(value & 0xffff) && (value & 0xffff) <= selected.maximumSize) {
          queue.size = value & 0xffff;
        }
        return;
      case COMMON.QUEUE_VECTOR:
        if (queue) queue.vector = this.#vector(value);
        return;
      case COMMON.QUEUE_ENABLE:
        if (queue && value & 1) queue.enabled = true;
        return;
      default:
        if (size === 4) this.#queueAddress(offset)?.set(value);
    }
  }

  /** A vector that does not exist cannot be chosen: it reads back as none (section 4.1.5.1.2). */
  #vector(value: number): number {
    const vector = value & 0xffff;
    return this.msiX && vector < this.msiX.vectors ? vector : NO_VECTOR;
  }

  #writeStatus(value: number): void {
    const { state } = this;
    if (value === 0) {
      this.#resetDevice();
      return;
    }
    const { FEATURES_OK, DRIVER_OK, NEEDS_RESET } = VIRTIO_STATUS;
    let status = value | (state.status & NEEDS_RESET);
    if (status & FEATURES_OK && !(state.status & FEATURES_OK) && !this.#acceptFeatures()) status &= ~FEATURES_OK;
    const starts = status & DRIVER_OK && !(state.status & DRIVER_OK);
    state.status = status;
    if (!starts) return;
    for (const queue of this.queues) {
      queue.eventIndex = this.negotiated(VIRTIO_FEATURE.RING_EVENT_INDEX);
      queue.running = true;
    }
    this.device.start?.();
  }

  /** Only offered features can be taken, and a driver that does not know version 1 would speak the legacy interface. */
  #acceptFeatures(): boolean {
    const { driverFeatures } = this.state;
    const version1 = 1 << (VIRTIO_FEATURE.VERSION_1 & 31);
    return driverFeatures.every((word, k) => (word & ~this.#offered[k]!) === 0) && (driverFeatures[1]! & version1) !== 0;
  }

  #resetDevice(): void {
    const { state } = this;
    Object.assign(state, { status: 0, interruptStatus: 0, deviceFeatureSelect: 0, driverFeatureSelect: 0, queueSelect: 0 });
    state.configVector = NO_VECTOR;
    state.driverFeatures.fill(0);
    for (const queue of this.queues) queue.reset();
    this.device.reset();
    this.#pin?.set(false);
  }
}

function isPowerOfTwo(value: number): boolean {
  return value !== 0 && (value & (value - 1)) === 0;
}
