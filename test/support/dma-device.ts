import type { AccessSize, Device } from '../../src/bus/device.js';
import type { MemoryPort } from '../../src/bus/memory-port.js';

/** Bytes of address space of a `DmaDevice`. */
export const DMA_DEVICE_SIZE = 16;

/**
 * The smallest device that writes guest memory behind the CPU's back. Big-endian words:
 * 0 ADDRESS of the transfer, guest physical; 4 DATA, each store appends four bytes to the buffer; 8 GO, any store copies the
 * buffer to ADDRESS and empties it; 12 COUNT of transfers made, read-only.
 */
export class DmaDevice implements Device {
  #address = 0;
  #buffer: number[] = [];
  #count = 0;

  constructor(
    readonly name: string,
    private readonly memory: MemoryPort,
  ) {}

  reset(): void {
    this.#address = 0;
    this.#buffer = [];
    this.#count = 0;
  }

  read(offset: number, _size: AccessSize): number {
    return offset === 0 ? this.#address : offset === 12 ? this.#count : 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset === 0) this.#address = value;
    if (offset === 4) this.#buffer.push(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
    if (offset === 8) this.transfer(this.#address, Uint8Array.from(this.#buffer.splice(0)));
  }

  /** The same from the test itself, without the guest: writes `bytes` at guest physical address `pa`. */
  transfer(pa: number, bytes: Uint8Array): void {
    this.memory.write(pa, bytes);
    this.#count++;
  }
}
