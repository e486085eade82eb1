import {
  CONTEXT_COUNT, CONTEXT_SIZE, CONTEXT_TABLE_OFFSET, SOFT_TLB_ENTRIES, SOFT_TLB_FETCH_32, SOFT_TLB_READ, SOFT_TLB_WRITE_32,
} from '../../jit/abi/layout.js'; // prettier-ignore

/** A tag that no address has: low bits are never set in a compared address. */
const NO_TAG = 0xfff;
const TABLES = [SOFT_TLB_READ, SOFT_TLB_WRITE_32, SOFT_TLB_FETCH_32] as const;

/** What a context stands for, as its owner (the MMU) numbers it. */
interface Context {
  id: number;
  lastUse: number;
}

/**
 * The host-side translations of a 32-bit model: one set of direct-mapped tables per context (address space × PID × privilege), so that a
 * change of PID or MSR chooses another set instead of flushing. Generated code reads the tables in linear memory.
 */
export class SoftTlb {
  readonly #u32: Uint32Array;
  readonly #contexts: Context[] = [];
  readonly #byId = new Map<number, number>();
  #uses = 0;
  /** Entries written since the machine started. */
  fills = 0;
  /** Where write translations were entered since `forgetWrites`; undefined when nobody asks. */
  #writes: number[] | undefined;

  /** @param u32 all of linear memory */
  constructor(u32: Uint32Array) {
    this.#u32 = u32;
  }

  /** Address of the tables of a context, emptied if it is new; the least recently chosen one makes room. */
  choose(id: number): number {
    let n = this.#byId.get(id);
    if (n === undefined) {
      n = this.#contexts.length;
      if (n < CONTEXT_COUNT) this.#contexts.push({ id, lastUse: 0 });
      else {
        n = this.#contexts.reduce((best, c, k) => (c.lastUse < this.#contexts[best]!.lastUse ? k : best), 0);
        this.#byId.delete(this.#contexts[n]!.id);
        this.#contexts[n]!.id = id;
      }
      this.#byId.set(id, n);
      this.#clear(n);
    }
    this.#contexts[n]!.lastUse = ++this.#uses;
    return CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE;
  }

  #clear(n: number): void {
    const from = (CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE) >> 2;
    this.#u32.fill(NO_TAG, from, from + (CONTEXT_SIZE >> 2));
  }

  /** Empties every context. */
  flush(): void {
    for (let n = 0; n < this.#contexts.length; n++) this.#clear(n);
  }

  /**
   * Enters a translation.
   * @param context address from `choose`
   * @param table SOFT_TLB_READ, SOFT_TLB_WRITE_32 or SOFT_TLB_FETCH_32
   * @param addend what is added to the address (to twice the page offset, for fetches)
   */
  enter(context: number, table: number, ea: number, addend: number): void {
    const at = (context + table + ((ea >>> 9) & 0x1ff8)) >> 2;
    this.#u32[at] = ea & 0xfffff000;
    this.#u32[at + 1] = addend;
    this.fills++;
    if (this.#writes && table === SOFT_TLB_WRITE_32) this.#writes.push(at);
  }

  /** Drops the write translations entered since the last call, so that the next store to each page is seen; the first call starts this. */
  forgetWrites(): void {
    if (this.#writes) for (const at of this.#writes) this.#u32[at] = NO_TAG;
    else for (let n = 0; n < this.#contexts.length; n++) this.#clear(n);
    this.#writes = [];
  }

  /** Drops what translates any of `size` bytes from `start`, in the contexts that `concerns` accepts. */
  dropRange(start: number, size: number, concerns: (id: number) => boolean): void {
    const pages = Math.max(1, size / 0x1000);
    for (let n = 0; n < this.#contexts.length; n++) {
      if (!concerns(this.#contexts[n]!.id)) continue;
      if (pages >= SOFT_TLB_ENTRIES) {
        this.#dropWithin(n, start >>> 0, size);
        continue;
      }
      for (let k = 0; k < pages; k++) {
        const ea = (start + k * 0x1000) & 0xfffff000;
        for (const table of TABLES) {
          const at = (CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE + table + ((ea >>> 9) & 0x1ff8)) >> 2;
          if (((this.#u32[at]! ^ ea) & 0xfffff000) === 0) this.#u32[at] = NO_TAG;
        }
      }
    }
  }

  #dropWithin(n: number, start: number, size: number): void {
    for (const table of TABLES) {
      const from = (CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE + table) >> 2;
      for (let at = from; at < from + 2 * SOFT_TLB_ENTRIES; at += 2) {
        const tag = this.#u32[at]! & 0xfffff000;
        if ((tag - start) >>> 0 < size) this.#u32[at] = NO_TAG;
      }
    }
  }

  /** Drops the write translations of a host page: it holds code now, its stores must be seen. */
  dropWrites(hostPage: number): void {
    for (let n = 0; n < this.#contexts.length; n++) {
      const from = (CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE + SOFT_TLB_WRITE_32) >> 2;
      for (let at = from; at < from + 2 * SOFT_TLB_ENTRIES; at += 2) {
        const tag = this.#u32[at]!;
        if (tag !== NO_TAG && (tag + this.#u32[at + 1]!) >>> 12 === hostPage) this.#u32[at] = NO_TAG;
      }
    }
  }

  /** Drops all fetch translations: predecoded pages moved. */
  dropFetches(): void {
    for (let n = 0; n < this.#contexts.length; n++) {
      const from = (CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE + SOFT_TLB_FETCH_32) >> 2;
      for (let at = from; at < from + 2 * SOFT_TLB_ENTRIES; at += 2) this.#u32[at] = NO_TAG;
    }
  }

  /** Contents of every context, for dumps: EA page, host address, what for. */
  entries(): { id: number; table: 'read' | 'write' | 'fetch'; ea: number; addend: number }[] {
    const out: { id: number; table: 'read' | 'write' | 'fetch'; ea: number; addend: number }[] = [];
    this.#contexts.forEach((c, n) => {
      TABLES.forEach((table, t) => {
        const from = (CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE + table) >> 2;
        for (let at = from; at < from + 2 * SOFT_TLB_ENTRIES; at += 2) {
          if (this.#u32[at] !== NO_TAG)
            out.push({ id: c.id, table: (['read', 'write', 'fetch'] as const)[t]!, ea: this.#u32[at]!, addend: this.#u32[at + 1]! });
        }
      });
    });
    return out;
  }
}
