import {
  CODE_GRANULES_OFFSET, CODE_GRANULE_SHIFT, COUNT_REQUESTED, DIFFICULT_OFFSET, DIFFICULT_PAGE_SIZE, FIRST_SLOT, PAGE_OF_PREDECODED_OFFSET, PREDECODED_OF_PAGE_OFFSET, PREDECODED_PAGE_COUNT, PREDECODED_PAGE_SIZE,
  PREDECODED_POOL_OFFSET,
} from '../jit/abi/layout.js'; // prettier-ignore

const GRANULE_SIZE = 1 << CODE_GRANULE_SHIFT;
/** Mark of a page whose instructions lie in the other byte order than RAM's. */
const FOREIGN = 1;

/** So many stores into an executed page that had to be looked at make it worth giving it back; twice as many after each time. */
const STORES_BEFORE_RELEASE = 32;
const MOST_DOUBLINGS = 7;
/** When taking back what is not translated gives fewer pages, everything goes: it would soon be needed again. */
const LEAST_TAKEN_BACK = PREDECODED_PAGE_COUNT >> 3;

/** Told of a page that is given back, before it goes: what was made from it must be dropped, and fetches from it no longer find it at these addresses. */
export type PageForgotten = (hostPage: number, predecoded: readonly number[]) => void;

/**
 * Predecoded pages: for each page of memory that was executed, an entry per instruction (see PREDECODED_POOL_OFFSET in layout.ts). The native
 * run loop fills entries; here pages are given out and taken back.
 */
export class PredecodedPages {
  readonly #u32: Uint32Array;
  readonly #foreign = new Map<number, number>();
  #used = 0;
  /** Indices below #used that were given back. */
  readonly #free: number[] = [];
  /** By host page: stores that had to be looked at since it was made, and how often it was given back. */
  readonly #stores = new Map<number, number>();
  readonly #releases = new Map<number, number>();
  /** Pages to be given back. */
  #unwanted: number[] = [];
  /** Asked when the pool is used up: whether code was made from a host page, which is kept then. */
  isTranslated: (hostPage: number) => boolean = () => false;
  /** Called when pages were taken back: those that were not translated may be anywhere from now on. */
  onTakenBack: () => void = () => {};
  /** Called when the pool is used up and all pages were taken back: nothing may refer to entries any more. */
  onRecycled: () => void = () => {};

  /** @param u32 all of linear memory */
  constructor(u32: Uint32Array) {
    this.#u32 = u32;
  }

  /** Whether a host page has been executed: its stores must be seen. */
  has(hostPage: number): boolean {
    return this.#u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + hostPage] !== 0;
  }

  /** Address of the entry for an instruction at a host address, 0 when its page was never executed. */
  entryOf(host: number): number {
    const page = this.#u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + (host >>> 12)]!;
    return page === 0 ? 0 : page + 2 * (host & 0xffc);
  }

  /** Host address of the instruction that an entry stands for. */
  hostOfEntry(entry: number): number {
    const offset = entry - PREDECODED_POOL_OFFSET;
    const page = this.#u32[(PAGE_OF_PREDECODED_OFFSET >> 2) + Math.floor(offset / PREDECODED_PAGE_SIZE)]! & ~FOREIGN;
    return (page >>> 0) + ((offset % PREDECODED_PAGE_SIZE) >> 1);
  }

  /** The predecoded page of a host page, made if it is not there. */
  pageOf(hostPage: number): number {
    const at = (PREDECODED_OF_PAGE_OFFSET >> 2) + hostPage;
    const known = this.#u32[at]!;
    if (known !== 0) return known;
    const address = this.#make(hostPage << 12);
    this.#u32[at] = address;
    return address;
  }

  /** The predecoded page of a host page whose instructions lie in the other byte order than RAM's. They are interpreted only. */
  foreignPageOf(hostPage: number): number {
    // So that the page counts as executed.
    this.pageOf(hostPage);
    let address = this.#foreign.get(hostPage);
    if (address === undefined) {
      address = this.#make((hostPage << 12) | FOREIGN);
      // Making it may have taken all others back.
      this.pageOf(hostPage);
      this.#foreign.set(hostPage, address);
    }
    return address;
  }

  /** @param page its address in linear memory, + FOREIGN */
  #make(page: number): number {
    if (this.#used === PREDECODED_PAGE_COUNT && this.#free.length === 0) {
      this.#takeBackUntranslated();
      if (this.#free.length < LEAST_TAKEN_BACK) this.recycle();
    }
    const index = this.#free.pop() ?? this.#used++;
    const address = PREDECODED_POOL_OFFSET + index * PREDECODED_PAGE_SIZE;
    this.#u32.fill(0, address >> 2, (address + PREDECODED_PAGE_SIZE) >> 2);
    const difficult = DIFFICULT_OFFSET + index * DIFFICULT_PAGE_SIZE;
    this.#u32.fill(0, difficult >> 2, (difficult + DIFFICULT_PAGE_SIZE) >> 2);
    this.#u32[(PAGE_OF_PREDECODED_OFFSET >> 2) + index] = page;
    return address;
  }

  /**
   * A store into a host page that `has` had to be looked at. Pages are used for code, and later for data: where there are many such stores, the
   * page is given back by `release`.
   */
  noteStore(hostPage: number): void {
    const stores = (this.#stores.get(hostPage) ?? 0) + 1;
    this.#stores.set(hostPage, stores);
    const doublings = Math.min(this.#releases.get(hostPage) ?? 0, MOST_DOUBLINGS);
    if (stores === STORES_BEFORE_RELEASE << doublings) this.#unwanted.push(hostPage);
  }

  /**
   * Gives back the pages that are not worth keeping. Not to be called while the guest runs.
   * @param forgotten as `giveBack` has it
   */
  release(forgotten: PageForgotten): void {
    if (this.#unwanted.length === 0) return;
    const pages = this.#unwanted;
    this.#unwanted = [];
    for (const hostPage of pages) {
      if (!this.has(hostPage)) continue;
      this.giveBack(hostPage, forgotten);
      this.#releases.set(hostPage, (this.#releases.get(hostPage) ?? 0) + 1);
    }
  }

  /** Gives back an executed page. While the guest runs, only a deserted one may be: what executes now is in no such page. */
  giveBack(hostPage: number, forgotten: PageForgotten): void {
    const at = (PREDECODED_OF_PAGE_OFFSET >> 2) + hostPage;
    const foreign = this.#foreign.get(hostPage);
    const predecoded = foreign === undefined ? [this.#u32[at]!] : [this.#u32[at]!, foreign];
    forgotten(hostPage, predecoded);
    this.#u32[at] = 0;
    this.#foreign.delete(hostPage);
    this.#stores.delete(hostPage);
    for (const address of predecoded) this.#free.push((address - PREDECODED_POOL_OFFSET) / PREDECODED_PAGE_SIZE);
  }

  /** Takes back the pages that were executed too little to be translated; all of the pool is in use. */
  #takeBackUntranslated(): void {
    for (let k = 0; k < this.#used; k++) {
      const hostPage = this.#hostPageOf(k);
      if (this.isTranslated(hostPage)) continue;
      this.#forgetPage(hostPage);
      this.#foreign.delete(hostPage);
      this.#stores.delete(hostPage);
      this.#free.push(k);
    }
    this.onTakenBack();
  }
  #hostPageOf(index: number): number {
    return this.#u32[(PAGE_OF_PREDECODED_OFFSET >> 2) + index]! >>> 12;
  }
  #forgetPage(hostPage: number): void {
    this.#u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + hostPage] = 0;
    this.#u32[(CODE_GRANULES_OFFSET >> 2) + hostPage] = 0;
  }

  /** Takes all pages back. */
  recycle(): void {
    for (let k = 0; k < this.#used; k++) this.#forgetPage(this.#hostPageOf(k));
    this.#used = 0;
    this.#free.length = 0;
    this.#unwanted = [];
    this.#stores.clear();
    this.#foreign.clear();
    this.onRecycled();
  }

  /** Whether a host page has been executed, but all instructions known of it were overwritten since. */
  isDeserted(hostPage: number): boolean {
    return this.has(hostPage) && this.#u32[(CODE_GRANULES_OFFSET >> 2) + hostPage] === 0;
  }

  /** Counts the executions of all branch targets from 0 again: whatever was translated is gone. */
  resetCounts(): void {
    const end = (PREDECODED_POOL_OFFSET + this.#used * PREDECODED_PAGE_SIZE) >> 2;
    for (let entry = PREDECODED_POOL_OFFSET >> 2; entry < end; entry += 2) this.#u32[entry]! &= 0xffff;
  }

  /** Halves the counts of all branch targets: what is executed seldom never gets hot. */
  ageCounts(): void {
    const end = (PREDECODED_POOL_OFFSET + this.#used * PREDECODED_PAGE_SIZE) >> 2;
    for (let entry = PREDECODED_POOL_OFFSET >> 2; entry < end; entry += 2) {
      const word = this.#u32[entry]!;
      const count = word >>> 16;
      if (count !== 0 && count < COUNT_REQUESTED) this.#u32[entry] = (word & 0xffff) | ((count >>> 1) << 16);
    }
  }

  /** The instruction at a host address is counted again from 0 as a branch target, unless a region can be entered there. */
  countAnew(host: number): void {
    const at = this.entryOf(host) >> 2;
    if (at !== 0 && this.#u32[at]! >>> 16 < FIRST_SLOT) this.#u32[at]! &= 0xffff;
  }

  /** Marks that the bytes hold instructions that were translated. */
  markCode(host: number, size: number): void {
    for (let at = host & ~(GRANULE_SIZE - 1); at < host + size; at += GRANULE_SIZE) {
      this.#u32[(CODE_GRANULES_OFFSET >> 2) + (at >>> 12)]! |= 1 << ((at & 0xfff) >> CODE_GRANULE_SHIFT);
    }
  }

  /**
   * Forgets the entries of all granules that the bytes touch; they hold no code until it is decoded again.
   * @param dropped told of each granule's host address that held code
   */
  forget(host: number, size: number, dropped: (granule: number) => void): void {
    for (let at = host & ~(GRANULE_SIZE - 1); at < host + size; at += GRANULE_SIZE) {
      const index = (CODE_GRANULES_OFFSET >> 2) + (at >>> 12);
      const bit = 1 << ((at & 0xfff) >> CODE_GRANULE_SHIFT);
      if (!(this.#u32[index]! & bit)) continue;
      this.#u32[index]! &= ~bit;
      const entry = this.entryOf(at);
      if (entry !== 0) this.#u32.fill(0, entry >> 2, (entry + 2 * GRANULE_SIZE) >> 2);
      const foreign = this.#foreign.get(at >>> 12);
      if (foreign !== undefined) {
        const from = (foreign + 2 * (at & 0xfff)) >> 2;
        this.#u32.fill(0, from, from + ((2 * GRANULE_SIZE) >> 2));
      }
      dropped(at);
    }
  }
}
