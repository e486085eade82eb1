import type { MemoryPort } from '../../bus/memory-port.js';

/** Translation control entry: real page in the upper bits, permissions in the lowest two (PAPR, 3.2.2.1). */
export const TCE_READ = 1;
export const TCE_WRITE = 2;
const PERMISSIONS = TCE_READ | TCE_WRITE;
const WORD = 0x1_0000_0000;

/** The window of an I/O bus through which its devices reach guest memory, one entry for each page. */
export class TranslationControlTable {
  /** Low and high word of each entry. */
  readonly #entries: Uint32Array;

  /**
   * @param number logical I/O bus number
   * @param start bus address of the window
   * @param size bytes
   * @param pageShift bytes of a page as a power of two
   */
  constructor(
    readonly number: number,
    readonly start: number,
    readonly size: number,
    readonly pageShift = 12,
  ) {
    this.#entries = new Uint32Array((2 * size) / 2 ** pageShift);
  }

  get pageSize(): number {
    return 2 ** this.pageShift;
  }
  /** Whether the window holds so many pages from a bus address on. */
  holds(address: number, pages: number): boolean {
    const offset = address - this.start;
    return offset >= 0 && Math.floor(offset / this.pageSize) + pages <= this.#entries.length / 2;
  }
  /** Sets the entry of a bus address inside the window. */
  set(address: number, low: number, high: number): void {
    const at = 2 * Math.floor((address - this.start) / this.pageSize);
    this.#entries[at] = low;
    this.#entries[at + 1] = high;
  }
  /** The entry of a bus address inside the window. */
  get(address: number): { readonly low: number; readonly high: number } {
    const at = 2 * Math.floor((address - this.start) / this.pageSize);
    return { low: this.#entries[at]!, high: this.#entries[at + 1]! };
  }
  /**
   * Where a device's access goes.
   * @param permission TCE_READ or TCE_WRITE
   * @returns the guest physical address, or -1 when the guest has not allowed it
   */
  translate(address: number, permission: number): number {
    if (!this.holds(address, 1)) return -1;
    const { low, high } = this.get(address);
    if ((low & permission) === 0) return -1;
    const entry = high * WORD + low - (low & PERMISSIONS);
    const { pageSize } = this;
    return Math.floor(entry / pageSize) * pageSize + ((address - this.start) % pageSize);
  }

  /** Forgets all entries. */
  clear(): void {
    this.#entries.fill(0);
  }

  /** Guest memory as devices behind this window reach it; what the guest has not allowed reads as 0xff and swallows writes. */
  port(memory: MemoryPort): MemoryPort {
    const pieces = function* (table: TranslationControlTable, address: number, length: number, permission: number) {
      for (let done = 0; done < length;) {
        const size = Math.min(length - done, table.pageSize - ((address + done - table.start) % table.pageSize));
        yield { done, size, physical: table.translate(address + done, permission) };
        done += size;
      }
    };
    return {
      read: (address, length) => {
        const bytes = new Uint8Array(length).fill(0xff);
        for (const { done, size, physical } of pieces(this, address, length, TCE_READ)) {
          if (physical >= 0) bytes.set(memory.read(physical, size), done);
        }
        return bytes;
      },
      write: (address, bytes) => {
        for (const { done, size, physical } of pieces(this, address, bytes.length, TCE_WRITE)) {
          if (physical >= 0) memory.write(physical, bytes.subarray(done, done + size));
        }
      },
    };
  }
}
