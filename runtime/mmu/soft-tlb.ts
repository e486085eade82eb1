import {
  SITE_COUNT, CONTEXT_COUNT, CONTEXT_SIZE, CONTEXT_TABLE_OFFSET, SOFT_TLB_ADDEND_32, SOFT_TLB_ADDEND_64, SOFT_TLB_ENTRIES, SOFT_TLB_FETCH_32, SOFT_TLB_FETCH_64, SOFT_TLB_READ, SOFT_TLB_SITES, SOFT_TLB_WRITE_32,
  SOFT_TLB_WRITE_64,
} from '../../jit/abi/layout.js'; // prettier-ignore

/** A tag that no address has: low bits are never set in a compared address. */
const NO_TAG = 0xfff;
const PAGE_SHIFT = 12;
/** Pages of 4 KiB below the upper half of an address. */
const PAGES_PER_HIGH = 0x100000;

/** What an entry is for: the number of its table. */
export const FOR_READING = 0;
export const FOR_WRITING = 1;
export const FOR_FETCHING = 2;
const PURPOSES = ['read', 'write', 'fetch'] as const;

/** What a context stands for, as its owner (the MMU) numbers it. */
interface Context {
  id: number;
  lastUse: number;
  /**
   * Where translations of the lower and of the upper half of all addresses were entered, so that large ranges need not be looked for in the whole
   * tables: a guest's kernel has one half and its processes the other. Entries may have been dropped or replaced since, and may be there twice.
   */
  filled: [lower: number[], upper: number[]];
}

/** Longer lists are cleared of what is there twice or no longer. */
const MOST_FILLED = 4096;

/** An entry, for dumps. */
export interface SoftTlbEntry {
  readonly id: number;
  readonly table: (typeof PURPOSES)[number];
  readonly ea: number;
  readonly eaHigh: number;
  readonly addend: number;
}

/**
 * The host-side translations: one set of direct-mapped tables per context (address space × PID × privilege), so that a change of PID or MSR
 * chooses another set instead of flushing. Generated code reads the tables in linear memory.
 *
 * Effective addresses are given as their low words and, on 64-bit models, their high ones.
 */
export class SoftTlb {
  readonly #u32: Uint32Array;
  readonly #contexts: Context[] = [];
  readonly #byId = new Map<number, number>();
  /** Words of an entry, the word that holds the addend, and the tables' offsets. */
  readonly #stride: number;
  readonly #addend: number;
  readonly #tables: readonly number[];
  readonly #wide: boolean;
  #uses = 0;
  /** Entries written since the machine started. */
  fills = 0;
  /** Where write translations were entered since `forgetWrites`; undefined when nobody asks. */
  #writes: number[] | undefined;

  /**
   * @param u32 all of linear memory
   * @param width of the CPU model
   */
  constructor(u32: Uint32Array, width: 32 | 64 = 32) {
    this.#u32 = u32;
    this.#wide = width === 64;
    this.#stride = this.#wide ? 4 : 2;
    this.#addend = (this.#wide ? SOFT_TLB_ADDEND_64 : SOFT_TLB_ADDEND_32) >> 2;
    this.#tables = this.#wide
      ? [SOFT_TLB_READ, SOFT_TLB_WRITE_64, SOFT_TLB_FETCH_64]
      : [SOFT_TLB_READ, SOFT_TLB_WRITE_32, SOFT_TLB_FETCH_32];
  }

  /** Address of the tables of a context, emptied if it is new; the least recently chosen one makes room. */
  choose(id: number): number {
    let n = this.#byId.get(id);
    if (n === undefined) {
      n = this.#contexts.length;
      if (n < CONTEXT_COUNT) this.#contexts.push({ id, lastUse: 0, filled: [[], []] });
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
    const context = CONTEXT_TABLE_OFFSET + n * CONTEXT_SIZE;
    this.#u32.fill(NO_TAG, context >> 2, (context + SOFT_TLB_SITES) >> 2);
    this.#u32.fill(context, (context + SOFT_TLB_SITES) >> 2, (context + SOFT_TLB_SITES + 4 * SITE_COUNT) >> 2);
    this.#contexts[n]!.filled = [[], []];
  }

  /** Index of the first word of a table. */
  #table(context: number, purpose: number): number {
    return (CONTEXT_TABLE_OFFSET + context * CONTEXT_SIZE + this.#tables[purpose]!) >> 2;
  }

  /** Empties every context. */
  flush(): void {
    for (let n = 0; n < this.#contexts.length; n++) this.#clear(n);
  }

  /**
   * Enters a translation.
   * @param context address from `choose`
   * @param purpose FOR_READING, FOR_WRITING or FOR_FETCHING
   * @param addend what is added to the low word of the address (to twice the page offset, for fetches)
   */
  enter(context: number, purpose: number, ea: number, addend: number, eaHigh = 0): void {
    const at = this.#entry(context, purpose, ea);
    const half = (this.#wide ? eaHigh : ea) >>> 31;
    const { filled } = this.#contexts[(context - CONTEXT_TABLE_OFFSET) / CONTEXT_SIZE]!;
    const list = filled[half as 0 | 1];
    list.push(at);
    if (list.length > MOST_FILLED) filled[half as 0 | 1] = [...new Set(list)].filter((k) => this.#u32[k] !== NO_TAG);
    this.#u32[at] = ea & 0xfffff000;
    if (this.#wide) this.#u32[at + 1] = eaHigh;
    this.#u32[at + this.#addend] = addend;
    this.fills++;
    if (this.#writes && purpose === FOR_WRITING) this.#writes.push(at);
  }

  /** Enters a translation unless that would displace another one: for what was not asked for, but may be wanted soon. */
  enterIfFree(context: number, purpose: number, ea: number, addend: number, eaHigh = 0): void {
    const tag = this.#u32[this.#entry(context, purpose, ea)];
    if (tag === NO_TAG || tag === (ea & 0xfffff000) >>> 0) this.enter(context, purpose, ea, addend, eaHigh);
  }

  /** Index of the first word of the entry that an address may be in. */
  #entry(context: number, purpose: number, ea: number): number {
    return ((context + this.#tables[purpose]!) >> 2) + ((ea >>> PAGE_SHIFT) & (SOFT_TLB_ENTRIES - 1)) * this.#stride;
  }

  /** Drops the write translations entered since the last call, so that the next store to each page is seen; the first call starts this. */
  forgetWrites(): void {
    if (this.#writes) for (const at of this.#writes) this.#u32[at] = NO_TAG;
    else for (let n = 0; n < this.#contexts.length; n++) this.#clear(n);
    this.#writes = [];
  }

  /**
   * Drops what translates any of `size` bytes from a page on, in the contexts that `concerns` accepts.
   * @param size bytes; infinite for all addresses
   */
  dropRange(start: number, size: number, concerns: (id: number) => boolean, startHigh = 0): void {
    const pages = Math.max(1, size / 0x1000);
    const first = (startHigh >>> 0) * PAGES_PER_HIGH + (start >>> PAGE_SHIFT);
    for (let n = 0; n < this.#contexts.length; n++) {
      if (!concerns(this.#contexts[n]!.id)) continue;
      if (pages >= SOFT_TLB_ENTRIES) this.#dropWithin(n, first, pages);
      else for (let k = 0; k < pages; k++) this.#dropPage(n, first + k);
    }
  }

  #dropPage(n: number, page: number): void {
    const offset = (page & (SOFT_TLB_ENTRIES - 1)) * this.#stride;
    for (let purpose = 0; purpose < PURPOSES.length; purpose++) {
      const at = this.#table(n, purpose) + offset;
      if (this.#u32[at] !== NO_TAG && this.#pageAt(at) === page) this.#u32[at] = NO_TAG;
    }
  }

  /** Number of the effective page that an entry translates. */
  #pageAt(at: number): number {
    const low = this.#u32[at]! >>> PAGE_SHIFT;
    return this.#wide ? this.#u32[at + 1]! * PAGES_PER_HIGH + low : low;
  }

  #dropWithin(n: number, first: number, pages: number): void {
    const { filled } = this.#contexts[n]!;
    const middle = this.#wide ? 2 ** 51 : 2 ** 19;
    if (first < middle) filled[0] = this.#dropListed(filled[0], first, pages);
    if (first + pages > middle) filled[1] = this.#dropListed(filled[1], first, pages);
  }
  /** Drops what lies in a range; returns what is left. */
  #dropListed(list: readonly number[], first: number, pages: number): number[] {
    const left: number[] = [];
    for (const at of list) {
      if (this.#u32[at] === NO_TAG) continue;
      const page = this.#pageAt(at);
      if (page >= first && page < first + pages) this.#u32[at] = NO_TAG;
      else left.push(at);
    }
    return left;
  }

  /** Drops the write translations of a host page: it holds code now, its stores must be seen. */
  dropWrites(hostPage: number): void {
    for (let n = 0; n < this.#contexts.length; n++) {
      const from = this.#table(n, FOR_WRITING);
      for (let at = from; at < from + this.#stride * SOFT_TLB_ENTRIES; at += this.#stride) {
        const tag = this.#u32[at]!;
        if (tag !== NO_TAG && (tag + this.#u32[at + this.#addend]!) >>> PAGE_SHIFT === hostPage) this.#u32[at] = NO_TAG;
      }
    }
  }

  /** Drops the fetch translations to a predecoded page. */
  dropFetchesOf(predecoded: number): void {
    for (let n = 0; n < this.#contexts.length; n++) {
      const from = this.#table(n, FOR_FETCHING);
      for (let at = from; at < from + this.#stride * SOFT_TLB_ENTRIES; at += this.#stride) {
        if (this.#u32[at] !== NO_TAG && this.#u32[at + this.#addend] === predecoded) this.#u32[at] = NO_TAG;
      }
    }
  }

  /** Drops all fetch translations: predecoded pages moved. */
  dropFetches(): void {
    for (let n = 0; n < this.#contexts.length; n++) {
      const from = this.#table(n, FOR_FETCHING);
      for (let at = from; at < from + this.#stride * SOFT_TLB_ENTRIES; at += this.#stride) this.#u32[at] = NO_TAG;
    }
  }

  /** Contents of every context, for dumps. */
  entries(): SoftTlbEntry[] {
    const out: SoftTlbEntry[] = [];
    this.#contexts.forEach((c, n) => {
      PURPOSES.forEach((table, purpose) => {
        const from = this.#table(n, purpose);
        for (let at = from; at < from + this.#stride * SOFT_TLB_ENTRIES; at += this.#stride) {
          if (this.#u32[at] === NO_TAG) continue;
          const eaHigh = this.#wide ? this.#u32[at + 1]! : 0;
          out.push({ id: c.id, table, ea: this.#u32[at]!, eaHigh, addend: this.#u32[at + this.#addend]! });
        }
      });
    });
    return out;
  }
}
