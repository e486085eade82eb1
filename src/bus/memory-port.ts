/**
 * How a device that masters the bus reaches guest memory. The implementation knows how RAM is laid out in the host and
 * invalidates translated code that a write changes; devices see only bytes in the order of guest addresses.
 */
export interface MemoryPort {
  /**
   * @param pa guest physical address of the first byte
   * @returns `length` bytes, a copy; bytes outside memory read as 0xff
   */
  read(pa: number, length: number): Uint8Array;
  /** Stores `bytes` from `pa` upwards; bytes outside memory are dropped. */
  write(pa: number, bytes: Uint8Array): void;
}
