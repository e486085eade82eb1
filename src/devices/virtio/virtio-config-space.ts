/** Configuration space of a virtio function with its vendor capabilities. Source: VIRTIO 1.1, sections 4.1.2 and 4.1.4. */
import type { AccessSize } from '../../bus/device.js';
import { PciConfigSpace } from '../pci/pci-config-space.js';
import { MSIX_WINDOW, NOTIFY_MULTIPLIER, REGISTERS_BAR, REGISTERS_LAYOUT, REGISTERS_PART } from './virtio-pci-layout.js';

const VENDOR_ID = 0x1af4;
/** Device IDs of functions without the legacy interface start here. */
const FIRST_DEVICE_ID = 0x1040;
/** Identifier of vendor-specific capabilities. */
const VENDOR_CAPABILITY = 0x09;
/** Kinds of structures (cfg_type). */
const STRUCTURE = { COMMON: 1, NOTIFY: 2, INTERRUPT_STATUS: 3, DEVICE: 4, CONFIG_ACCESS: 5 } as const;
/** Fields of a capability, counted from its identifier. */
const FIELD = { LENGTH: 2, KIND: 3, BAR: 4, ID: 5, OFFSET: 8, STRUCTURE_LENGTH: 12, EXTRA: 16 } as const;

/** An access that the driver makes through the configuration access capability; `value` is absent when it reads. */
export interface IndirectAccess {
  readonly bar: number;
  readonly offset: number;
  readonly size: AccessSize;
  readonly value?: number;
}

export class VirtioConfigSpace extends PciConfigSpace {
  /** Called after each write to configuration space. */
  onControl: (() => void) | undefined;
  #accessCapability = 0;

  /** @param kind of virtio device; @param access performs an access to a window and returns what was read */
  constructor(
    kind: number,
    classCode: number,
    private readonly access: (access: IndirectAccess) => number,
  ) {
    super(
      {
        vendorId: VENDOR_ID,
        deviceId: FIRST_DEVICE_ID + kind,
        classCode,
        revisionId: 1,
        subsystemVendorId: VENDOR_ID,
        // Any number from 0x40 up marks a function without the legacy interface.
        subsystemId: 0x40 + kind,
        interruptPin: 1,
      },
      [
        undefined,
        { kind: 'memory', size: MSIX_WINDOW },
        undefined,
        undefined,
        { kind: 'memory', size: 4 * REGISTERS_PART, prefetchable: true, wide: true },
      ],
    );
  }

  /** Appends the five capabilities; call once, behind all others. */
  addVirtioCapabilities(): void {
    this.#add(STRUCTURE.COMMON, REGISTERS_LAYOUT.COMMON, 0x38);
    this.#add(STRUCTURE.INTERRUPT_STATUS, REGISTERS_LAYOUT.INTERRUPT_STATUS, 1);
    this.#add(STRUCTURE.DEVICE, REGISTERS_LAYOUT.DEVICE, REGISTERS_PART);
    this.#add(STRUCTURE.NOTIFY, REGISTERS_LAYOUT.NOTIFY, REGISTERS_PART, NOTIFY_MULTIPLIER);
    this.#accessCapability = this.#add(STRUCTURE.CONFIG_ACCESS, 0, 0, 0);
  }

  /** @returns where the capability begins */
  #add(kind: number, offset: number, length: number, extra?: number): number {
    const bytes = new Uint8Array(extra === undefined ? FIELD.EXTRA : FIELD.EXTRA + 4);
    const view = new DataView(bytes.buffer);
    bytes[FIELD.LENGTH] = bytes.length;
    bytes[FIELD.KIND] = kind;
    bytes[FIELD.BAR] = kind === STRUCTURE.CONFIG_ACCESS ? 0 : REGISTERS_BAR;
    view.setUint32(FIELD.OFFSET, offset, true);
    view.setUint32(FIELD.STRUCTURE_LENGTH, length, true);
    if (extra !== undefined) view.setUint32(FIELD.EXTRA, extra, true);
    const writable = new Uint8Array(bytes.length);
    if (kind === STRUCTURE.CONFIG_ACCESS) {
      writable[FIELD.BAR] = 0xff;
      writable.fill(0xff, FIELD.OFFSET);
    }
    return this.addCapability(VENDOR_CAPABILITY, bytes.subarray(FIELD.LENGTH), writable.subarray(FIELD.LENGTH));
  }

  override read(register: number, size: AccessSize): number {
    const target = this.#indirect(register);
    if (target && register === this.#data) return this.access({ ...target });
    return super.read(register, size);
  }

  override write(register: number, size: AccessSize, value: number): void {
    super.write(register, size, value);
    const target = this.#indirect(register);
    if (target && register === this.#data) this.access({ ...target, value });
    this.onControl?.();
  }

  get #data(): number {
    return this.#accessCapability + FIELD.EXTRA;
  }

  /** What the configuration access capability points at now, if `register` is its data. */
  #indirect(register: number): { bar: number; offset: number; size: AccessSize } | undefined {
    // The constructor of the base class reads before there is a capability.
    if (!this.#accessCapability || register !== this.#data) return undefined;
    const at = this.#accessCapability;
    const size = super.read(at + FIELD.STRUCTURE_LENGTH, 4);
    if (size !== 1 && size !== 2 && size !== 4) return undefined;
    return { bar: super.read(at + FIELD.BAR, 1), offset: super.read(at + FIELD.OFFSET, 4), size };
  }
}
