/**
 * The configuration space of one PCI function, type 0 header. Source: PCI Local Bus Specification 2.2, chapter 6.
 * Registers are little-endian; values here are numbers, so the least significant byte of a value is at the lowest register.
 */
import type { AccessSize } from '../../bus/device.js';

/** Register offsets of the type 0 header. */
export const PCI_CONFIG = {
  VENDOR_ID: 0x00,
  DEVICE_ID: 0x02,
  COMMAND: 0x04,
  STATUS: 0x06,
  REVISION_ID: 0x08,
  CLASS_CODE: 0x09,
  CACHE_LINE_SIZE: 0x0c,
  LATENCY_TIMER: 0x0d,
  HEADER_TYPE: 0x0e,
  BAR0: 0x10,
  SUBSYSTEM_VENDOR_ID: 0x2c,
  SUBSYSTEM_ID: 0x2e,
  CAPABILITIES: 0x34,
  INTERRUPT_LINE: 0x3c,
  INTERRUPT_PIN: 0x3d,
} as const;

/** Bits of the command register. */
export const PCI_COMMAND = { IO: 0x0001, MEMORY: 0x0002, MASTER: 0x0004, INTERRUPT_DISABLE: 0x0400 } as const;
/** Bits of the status register. */
export const PCI_STATUS = { INTERRUPT: 0x0008, CAPABILITIES: 0x0010, RECEIVED_MASTER_ABORT: 0x2000 } as const;

/** I/O, memory, master, parity response, SERR and interrupt disable can be written. */
const COMMAND_WRITABLE = 0x0547;
/** The error bits of the status register are cleared by writing ones. */
const STATUS_CLEARABLE = 0xf900;
const SPACE_SIZE = 256;
const BAR_COUNT = 6;
const FIRST_CAPABILITY = 0x40;

/** Who a function says it is. */
export interface PciIdentity {
  readonly vendorId: number;
  readonly deviceId: number;
  /** 24 bits: class, subclass, programming interface. */
  readonly classCode: number;
  readonly revisionId?: number;
  readonly subsystemVendorId?: number;
  readonly subsystemId?: number;
  /** 1 to 4 for INTA# to INTD#, 0 or absent for none. */
  readonly interruptPin?: number;
  readonly multifunction?: boolean;
}

/** A base address register; `size` is a power of two, for memory at least 16 and for I/O at least 4 bytes. */
export type PciBar =
  | { readonly kind: 'io'; readonly size: number }
  | {
      readonly kind: 'memory';
      readonly size: number;
      readonly prefetchable?: boolean;
      /** A 64-bit register, which takes the next one as its upper half. */
      readonly wide?: boolean;
    };

export class PciConfigSpace {
  /** Everything a snapshot holds. */
  readonly state = { bytes: new Uint8Array(SPACE_SIZE) };
  /** Called after a write that may move or switch what the function decodes, or gate its interrupt. */
  onChange: (() => void) | undefined;

  readonly #initial = new Uint8Array(SPACE_SIZE);
  readonly #writable = new Uint8Array(SPACE_SIZE);
  readonly #clearable = new Uint8Array(SPACE_SIZE);
  readonly #bars: (PciBar | undefined)[];
  #capabilityLink: number = PCI_CONFIG.CAPABILITIES;
  #nextCapability = FIRST_CAPABILITY;

  /**
   * @param identity the read-only registers
   * @param bars base address registers 0 to 5; a hole is `undefined`, also after one that is `wide`
   */
  constructor(identity: PciIdentity, bars: readonly (PciBar | undefined)[] = []) {
    this.#bars = Array.from({ length: BAR_COUNT }, (_, i) => bars[i]);
    this.#preset(PCI_CONFIG.VENDOR_ID, 2, identity.vendorId);
    this.#preset(PCI_CONFIG.DEVICE_ID, 2, identity.deviceId);
    this.#preset(PCI_CONFIG.REVISION_ID, 1, identity.revisionId ?? 0);
    this.#preset(PCI_CONFIG.CLASS_CODE, 3, identity.classCode);
    this.#preset(PCI_CONFIG.HEADER_TYPE, 1, identity.multifunction ? 0x80 : 0);
    this.#preset(PCI_CONFIG.SUBSYSTEM_VENDOR_ID, 2, identity.subsystemVendorId ?? 0);
    this.#preset(PCI_CONFIG.SUBSYSTEM_ID, 2, identity.subsystemId ?? 0);
    this.#preset(PCI_CONFIG.INTERRUPT_PIN, 1, identity.interruptPin ?? 0);
    this.makeWritable(PCI_CONFIG.COMMAND, 2, COMMAND_WRITABLE);
    put(this.#clearable, PCI_CONFIG.STATUS, 2, STATUS_CLEARABLE);
    this.makeWritable(PCI_CONFIG.CACHE_LINE_SIZE, 1, 0xff);
    this.makeWritable(PCI_CONFIG.LATENCY_TIMER, 1, 0xff);
    this.makeWritable(PCI_CONFIG.INTERRUPT_LINE, 1, 0xff);
    this.#bars.forEach((bar, index) => bar && this.#defineBar(index, bar));
    this.reset();
  }

  /** Registers beyond the standard ones: lets the guest change the bits of `mask` in the `size` bytes at `register`. */
  makeWritable(register: number, size: 1 | 2 | 4, mask: number): void {
    put(this.#writable, register, size, mask);
  }

  /**
   * Appends a capability (section 6.7); call before the guest runs.
   * @param id capability identifier
   * @param body what follows the identifier and the link
   * @param writable masks of the bits of `body` that the guest may change
   * @returns register offset of the capability
   */
  addCapability(id: number, body: Uint8Array, writable: Uint8Array = new Uint8Array(body.length)): number {
    const offset = this.#nextCapability;
    this.#preset(offset, 1, id);
    body.forEach((byte, i) => this.#preset(offset + 2 + i, 1, byte));
    this.#writable.set(writable, offset + 2);
    this.#preset(this.#capabilityLink, 1, offset);
    this.#preset(PCI_CONFIG.STATUS, 2, PCI_STATUS.CAPABILITIES);
    this.#capabilityLink = offset + 1;
    this.#nextCapability = (offset + 2 + body.length + 3) & ~3;
    return offset;
  }

  /** Back to the values before configuration. */
  reset(): void {
    this.state.bytes.set(this.#initial);
    this.onChange?.();
  }

  /** The unsigned value of the `size` bytes at `register`. */
  read(register: number, size: AccessSize): number {
    return get(this.state.bytes, register, size);
  }

  /** A configuration write: read-only bits keep their value, error bits are cleared by ones. */
  write(register: number, size: AccessSize, value: number): void {
    for (let i = 0; i < size; i++) {
      const at = register + i;
      const byte = (value >>> (8 * i)) & 0xff;
      const kept = this.state.bytes[at] & ~(this.#clearable[at] & byte) & ~this.#writable[at];
      this.state.bytes[at] = kept | (byte & this.#writable[at]);
    }
    this.onChange?.();
  }

  /** Sets or clears status bits, as the function itself does. */
  setStatus(bits: number, on: boolean): void {
    const status = this.read(PCI_CONFIG.STATUS, 2);
    put(this.state.bytes, PCI_CONFIG.STATUS, 2, on ? status | bits : status & ~bits);
  }

  /** The command register. */
  get command(): number {
    return this.read(PCI_CONFIG.COMMAND, 2);
  }

  /** The base address registers as declared. */
  get bars(): readonly (PciBar | undefined)[] {
    return this.#bars;
  }

  /** PCI address that base address register `index` decodes now; undefined if it is absent or its space is switched off. */
  barAddress(index: number): number | undefined {
    const bar = this.#bars[index];
    if (!bar) return undefined;
    const register = PCI_CONFIG.BAR0 + 4 * index;
    const low = this.read(register, 4);
    if (bar.kind === 'io') return this.command & PCI_COMMAND.IO ? (low & ~3) >>> 0 : undefined;
    if (!(this.command & PCI_COMMAND.MEMORY)) return undefined;
    const high = bar.wide ? this.read(register + 4, 4) : 0;
    return high * 2 ** 32 + ((low & ~0xf) >>> 0);
  }

  /** Replaces base address register `index` while running, for bridges whose windows are programmable; keeps the address bits that remain. */
  redefineBar(index: number, bar: PciBar | undefined): void {
    const register = PCI_CONFIG.BAR0 + 4 * index;
    const address = this.read(register, 4);
    this.#bars[index] = bar;
    put(this.#writable, register, 4, 0);
    put(this.#initial, register, 4, 0);
    if (bar) this.#defineBar(index, bar);
    put(this.state.bytes, register, 4, (address & get(this.#writable, register, 4)) | get(this.#initial, register, 4));
    this.onChange?.();
  }

  #defineBar(index: number, bar: PciBar): void {
    const register = PCI_CONFIG.BAR0 + 4 * index;
    // A size of 2^32 leaves no address bit to write, which is also what the formula gives.
    const low = (-bar.size & 0xffffffff) >>> 0;
    if (bar.kind === 'io') {
      this.#preset(register, 4, 0x1);
      this.makeWritable(register, 4, low & ~0x3);
      return;
    }
    this.#preset(register, 4, (bar.wide ? 0x4 : 0) | (bar.prefetchable ? 0x8 : 0));
    this.makeWritable(register, 4, low & ~0xf);
    if (bar.wide) this.makeWritable(register + 4, 4, bar.size > 2 ** 32 ? -(bar.size / 2 ** 32) : 0xffffffff);
  }

  #preset(register: number, size: 1 | 2 | 3 | 4, value: number): void {
    put(this.#initial, register, size, value);
    put(this.state.bytes, register, size, value);
  }
}

function get(bytes: Uint8Array, register: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = ((value << 8) | bytes[register + i]) >>> 0;
  return value;
}

function put(bytes: Uint8Array, register: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) bytes[register + i] = (value >>> (8 * i)) & 0xff;
}
