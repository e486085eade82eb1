import type { PhysicalAccess } from '../../../runtime/core.js';
import type { GuestMemory } from '../../../runtime/memory.js';
import type { MemoryPort } from '../../bus/memory-port.js';

const WORD = 0x1_0000_0000;

/** Guest memory and devices by physical address, as the hypervisor reaches them: numbers are big-endian, whatever the guest is. */
export class PhysicalMemory implements MemoryPort {
  /** The call being performed is done by this machine alone: what it writes is news to one that repeats the machine's execution. */
  external = false;

  /**
   * @param bus devices, for what is not memory
   * @param onWrite told of each page about to be written, by the host address of a byte in it
   */
  constructor(
    readonly memory: GuestMemory,
    readonly bus: PhysicalAccess,
    private readonly onWrite: (host: number) => void = () => {},
  ) {}

  /** Whether all of a range is memory. */
  contains(address: number, size: number): boolean {
    const slot = this.memory.slotAt(address);
    return slot !== undefined && address + size <= slot.physical + slot.size;
  }

  read(address: number, length: number): Uint8Array {
    return this.memory.read(address, length);
  }
  write(address: number, bytes: Uint8Array): void {
    if (this.external) return this.memory.write(address, bytes);
    for (let at = address; at < address + bytes.length; at = (Math.floor(at / 0x1000) + 1) * 0x1000) {
      const host = this.memory.hostAddress(at);
      if (host >= 0) this.onWrite(host);
    }
    this.memory.write(address, bytes, false);
  }

  u8(address: number): number {
    return this.read(address, 1)[0]!;
  }
  u16(address: number): number {
    return viewOf(this.read(address, 2)).getUint16(0);
  }
  u32(address: number): number {
    return viewOf(this.read(address, 4)).getUint32(0);
  }
  /** A doubleword as the words that it consists of. */
  u64(address: number): { readonly low: number; readonly high: number } {
    const view = viewOf(this.read(address, 8));
    return { high: view.getUint32(0), low: view.getUint32(4) };
  }
  /** A doubleword as a number, exact below 2^53. */
  number64(address: number): number {
    const { low, high } = this.u64(address);
    return high * WORD + low;
  }
  setU8(address: number, value: number): void {
    this.write(address, Uint8Array.of(value));
  }
  setU32(address: number, value: number): void {
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint32(0, value);
    this.write(address, bytes);
  }
  setU64(address: number, low: number, high: number): void {
    const bytes = new Uint8Array(8);
    viewOf(bytes).setUint32(0, high);
    viewOf(bytes).setUint32(4, low);
    this.write(address, bytes);
  }

  /**
   * Loads 1, 2, 4 or 8 bytes from memory or a device.
   * @returns the words of the value
   */
  load(address: number, size: number): { readonly low: number; readonly high: number } {
    if (!this.contains(address, size)) {
      const low = this.bus.read(address, size);
      return { low: low >>> 0, high: size === 8 ? this.bus.highWord >>> 0 : 0 };
    }
    if (size === 8) return this.u64(address);
    return { low: size === 4 ? this.u32(address) : size === 2 ? this.u16(address) : this.u8(address), high: 0 };
  }
  /** Stores 1, 2, 4 or 8 bytes to memory or a device. */
  store(address: number, size: number, low: number, high: number): void {
    if (!this.contains(address, size))
      return this.bus.write(address, size, size === 8 ? low : low & (size === 4 ? -1 : 2 ** (8 * size) - 1), high);
    const bytes = new Uint8Array(8);
    viewOf(bytes).setUint32(0, high);
    viewOf(bytes).setUint32(4, low);
    this.write(address, bytes.subarray(8 - size));
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
