import { CODE_GRANULES_OFFSET, CODE_GRANULE_SHIFT, RAM_OFFSET } from '../jit/abi/layout.js';

const WASM_PAGE = 0x10000;
/** Pages of the soft TLB and of code tracking, in bytes. */
export const PAGE_SIZE = 0x1000;

/** A run of guest physical addresses that generated code accesses directly. */
export interface MemorySlot {
  readonly name: string;
  /** Guest physical address of the first byte, a multiple of PAGE_SIZE. */
  readonly physical: number;
  /** Size in bytes, a multiple of PAGE_SIZE. */
  readonly size: number;
  /** Byte offset in linear memory. */
  readonly host: number;
  readonly writable: boolean;
}

/**
 * Linear memory: the tables of jit/abi/layout.ts and behind them the guest's RAM. RAM of big-endian machines lies as host-endian
 * words: guest byte a is at host address a ^ 3, so that aligned words need no swapping; little-endian machines use the natural order.
 */
export class GuestMemory {
  readonly memory: WebAssembly.Memory;
  readonly slots: readonly MemorySlot[];
  /** Views of all of linear memory. */
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  /** Told before memory that holds known instructions changes by other means than the guest's own stores. */
  onCodeWritten: (host: number, size: number) => void = () => {};
  /** Told of the host bytes that a device or the embedder stores: reservations on them are lost. */
  onStored: (host: number, size: number) => void = () => {};
  /** Told of every such write, for lockstep followers. */
  onExternalWrite: (physical: number, bytes: Uint8Array) => void = () => {};

  /**
   * @param regions memory to provide, in any order; physical addresses and sizes are multiples of PAGE_SIZE
   * @param swizzled host-endian words (big-endian guests)
   */
  constructor(
    regions: readonly { readonly name: string; readonly physical: number; readonly size: number; readonly writable?: boolean }[],
    readonly swizzled: boolean,
  ) {
    let next = RAM_OFFSET;
    this.slots = regions.map((r) => {
      const slot = { name: r.name, physical: r.physical, size: r.size, host: next, writable: r.writable ?? true };
      next += r.size;
      return slot;
    });
    const pages = Math.ceil(next / WASM_PAGE);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
    const { buffer } = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
  }

  /** The slot that holds a guest physical address. */
  slotAt(physical: number): MemorySlot | undefined {
    for (const s of this.slots) if (physical >= s.physical && physical < s.physical + s.size) return s;
    return undefined;
  }

  /** Host address of a guest physical one, -1 where there is no memory. */
  hostAddress(physical: number): number {
    const s = this.slotAt(physical);
    return s ? s.host + (physical - s.physical) : -1;
  }

  /**
   * Copies guest memory out.
   * @returns the bytes in guest order; outside memory they read as 0xff
   */
  read(physical: number, length: number): Uint8Array {
    const out = new Uint8Array(length).fill(0xff);
    const flip = this.swizzled ? 3 : 0;
    for (let k = 0; k < length;) {
      const s = this.slotAt(physical + k);
      if (!s) {
        k++;
        continue;
      }
      const end = Math.min(length, s.physical + s.size - physical);
      const base = s.host - s.physical + physical;
      if (flip === 0) {
        out.set(this.u8.subarray(base + k, base + end), k);
        k = end;
      }
      for (; k < end; k++) out[k] = this.u8[(base + k) ^ flip]!;
    }
    return out;
  }

  /**
   * Copies bytes into guest memory as a device would: what is outside memory is dropped, code is invalidated.
   * @param external false for what the guest's own execution does, which a lockstep follower does itself
   */
  write(physical: number, bytes: Uint8Array, external = true): void {
    const flip = this.swizzled ? 3 : 0;
    for (let k = 0; k < bytes.length;) {
      const s = this.slotAt(physical + k);
      if (!s) {
        k++;
        continue;
      }
      const end = Math.min(bytes.length, s.physical + s.size - physical);
      const base = s.host - s.physical + physical;
      this.#noteWrite(base + k, end - k);
      this.onStored(base + k, end - k);
      if (flip === 0) {
        this.u8.set(bytes.subarray(k, end), base + k);
        k = end;
      }
      for (; k < end; k++) this.u8[(base + k) ^ flip] = bytes[k]!;
    }
    if (external) this.onExternalWrite(physical, bytes);
  }

  /** Zeroes guest memory, for loaders. */
  zero(physical: number, length: number): void {
    const host = this.hostAddress(physical);
    if (host < 0) return;
    this.#noteWrite(host, length);
    const flip = this.swizzled ? 3 : 0;
    let k = 0;
    for (; k < length && ((host + k) & 3) !== 0; k++) this.u8[(host + k) ^ flip] = 0;
    const whole = (length - k) & ~3;
    this.u8.fill(0, host + k, host + k + whole);
    for (k += whole; k < length; k++) this.u8[(host + k) ^ flip] = 0;
  }

  /** An instruction word at a host address; words lie host-endian in both layouts as far as the guest's instruction order agrees. */
  word(host: number): number {
    return this.u32[host >>> 2]!;
  }

  #noteWrite(host: number, size: number): void {
    for (let page = host >>> 12; page <= (host + size - 1) >>> 12; page++) {
      const granules = this.u32[(CODE_GRANULES_OFFSET >> 2) + page]!;
      if (granules === 0) continue;
      const from = Math.max(host, page << 12);
      const to = Math.min(host + size, (page + 1) * PAGE_SIZE);
      const first = (from & 0xfff) >> CODE_GRANULE_SHIFT;
      const last = ((to - 1) & 0xfff) >> CODE_GRANULE_SHIFT;
      for (let g = first; g <= last; g++) {
        if ((granules >>> g) & 1) {
          this.onCodeWritten(from, to - from);
          break;
        }
      }
    }
  }
}
