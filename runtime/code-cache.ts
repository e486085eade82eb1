import {
  CODE_GRANULE_SHIFT, FIRST_SLOT, SLOT_COUNT, SLOT_FUNCTION, SLOT_KEY, SLOT_MASK, SLOT_MISSES, SLOT_MOVABLE, SLOT_NEXT, SLOT_SELECTOR, SLOT_SIZE, SLOT_TABLE_OFFSET,
} from '../jit/abi/layout.js'; // prettier-ignore
import { isRegionEntry } from '../jit/worker/predecoded.js';
import { FetchedPages } from './fetched-pages.js';
import { PAGE_SIZE } from './memory.js';
import type { PredecodedPages } from './predecoded-pages.js';

/** No key agrees with this one under an empty mask. */
const NEVER = 0xffffffff;
/** Modules that may live at once: V8 keeps some 20 KiB of bookkeeping for each, and calls between modules get slower with their number. */
const MODULE_LIMIT = 1500;
/** Regions of one page that may be invalidated before the page is left to the interpreter. */
const PATCH_LIMIT = 24;

/** A region to install. */
export interface InstalledRegion {
  readonly code: unknown;
  /** Effective address and host address of the instruction each selector enters at. */
  readonly entries: readonly { readonly pc: number; readonly host: number }[];
  /** High word of all effective addresses, unsigned. */
  readonly pcHigh: number;
  /** Host addresses of all instructions it was made from. */
  readonly instructions: readonly number[];
  /** It may run when (current key & mask) === key. */
  readonly key: number;
  readonly mask: number;
  /** It runs wherever its code is mapped (see BuildContext). */
  readonly movable: boolean;
}

interface Region {
  readonly slots: Set<number>;
  /** Host addresses of its instructions. */
  readonly hosts: ReadonlySet<number>;
}

interface Module {
  readonly tableIndices: number[];
  readonly granules: Set<number>;
  readonly regions: Region[];
  /** Effective pages, first and last, of the regions that lie in more than one: they rest on how the pages follow one another. */
  readonly spans: (readonly [first: number, last: number])[];
  /** Those of their pages that hold instructions. */
  readonly spannedPages: Set<number>;
  /** Pages of memory with instructions of movable regions that lie in more than one, and bytes that a guest's page must have to hold such a region. */
  readonly movablePages: Set<number>;
  movableBlock: number;
  readonly bytes: number;
  live: boolean;
}

const WORD = 0x1_0000_0000;
const PAGES_PER_WORD = WORD / PAGE_SIZE;
/** Number of a 4 KiB page of effective addresses: exact for all 64 bits. */
const pageNumber = (low: number, high: number): number => (high >>> 0) * PAGES_PER_WORD + (low >>> 12);

function add(sets: Map<number, Set<Module>>, key: number, module: Module): void {
  let set = sets.get(key);
  if (!set) sets.set(key, (set = new Set()));
  set.add(module);
}
/** Takes a module out of the set of a key; the last one takes the set with it. */
function forget(sets: Map<number, Set<Module>>, key: number, module: Module): void {
  const set = sets.get(key);
  set?.delete(module);
  if (set?.size === 0) sets.delete(key);
}

/** The effective pages of a region that lies in several; undefined when it lies in one. */
function spanOf(r: InstalledRegion): readonly [first: number, last: number] | undefined {
  let [low, high] = [Infinity, 0];
  for (const host of r.instructions) {
    low = Math.min(low, host);
    high = Math.max(high, host);
  }
  const first = r.entries[0];
  if (low >>> 12 === high >>> 12 || !first) return undefined;
  const page = pageNumber((first.pc - (first.host - low)) >>> 0, r.pcHigh);
  return [page, page + (high >>> 12) - (low >>> 12)];
}

/** Bytes of the smallest aligned block of effective addresses that a region lies in. */
function blockOf([first, last]: readonly [first: number, last: number]): number {
  let pages = 1;
  while (Math.floor(first / pages) !== Math.floor(last / pages)) pages *= 2;
  return pages * PAGE_SIZE;
}

/** What the cache has done, for statistics. */
export interface CodeCacheCounts {
  compiled: number;
  live: number;
  invalidated: number;
  evicted: number;
  modules: number;
  wasmBytes: number;
}

/**
 * Compiled regions by the physical place of their code. Predecoded entries name slots (see SLOT_TABLE_OFFSET in layout.ts); modules are
 * installed, invalidated when bytes they were made from are written, and evicted as wholes.
 */
export class CodeCache {
  readonly #u32: Uint32Array;
  /** In the order in which they are evicted. */
  #modules: Module[] = [];
  readonly #byGranule = new Map<number, Set<Module>>();
  /** By effective page, the modules with spans there. */
  readonly #bySpannedPage = new Map<number, Set<Module>>();
  /** By page of memory, the modules with movable regions of several pages there. */
  readonly #byMovablePage = new Map<number, Set<Module>>();
  readonly #fetched = new FetchedPages();
  readonly #freeTable: number[] = [];
  readonly #freeSlots: number[] = [];
  readonly #patches = new Map<number, number>();
  #nextSlot = 1;
  /**
   * Told of effective addresses where a region of several pages was installed: every later fetch from them has to be announced by `mapped`, so
   * translations that exist already are to be dropped.
   */
  onSpanning: (start: number, size: number, startHigh: number) => void = () => {};
  readonly counts: CodeCacheCounts = { compiled: 0, live: 0, invalidated: 0, evicted: 0, modules: 0, wasmBytes: 0 };

  /**
   * @param u32 all of linear memory
   * @param table the runtime's table; regions take indices behind what is in it now
   */
  constructor(
    u32: Uint32Array,
    readonly table: WebAssembly.Table,
    readonly pages: PredecodedPages,
  ) {
    this.#u32 = u32;
  }

  /** Whether code on a host page was patched so often that translating it is wasted. */
  isPatchedOften(hostPage: number): boolean {
    return (this.#patches.get(hostPage) ?? 0) >= PATCH_LIMIT;
  }

  /** Whether regions were made from instructions of a host page. */
  holds(hostPage: number): boolean {
    const first = hostPage << (12 - CODE_GRANULE_SHIFT);
    for (let g = first; g < first + (PAGE_SIZE >> CODE_GRANULE_SHIFT); g++) if (this.#byGranule.has(g)) return true;
    return false;
  }

  /** Whether code at an address can be entered under a key already. */
  isEntry(host: number, pc: number, key: number, pcHigh = 0): boolean {
    return isRegionEntry(this.#u32, host, pc, key, pcHigh);
  }
  /** Where the slots that a predecoded entry names begin, as indices of words. @param entry its address, 0 for none */
  *#slotsOf(entry: number): Generator<number> {
    const count = entry === 0 ? 0 : this.#u32[entry >> 2]! >>> 16;
    for (let n = count < FIRST_SLOT ? 0 : count - FIRST_SLOT; n !== 0;) {
      const at = (SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2;
      yield at;
      n = this.#u32[at + (SLOT_NEXT >> 2)]!;
    }
  }

  /**
   * Installs the regions of one module.
   * @param bytes size of the module
   */
  install(regions: readonly InstalledRegion[], bytes: number): void {
    if (this.#modules.length >= MODULE_LIMIT) this.#evict();
    // Everything has been entered once: what counts is who is from now on.
    if (this.#modules.length === MODULE_LIMIT >> 1) for (const m of this.#modules) this.#takeUse(m);
    const module: Module = {
      tableIndices: [], granules: new Set(), regions: [], spans: [], spannedPages: new Set(), movablePages: new Set(), movableBlock: 0, bytes, live: true,
    }; // prettier-ignore
    for (const r of regions) {
      const index = this.#freeTable.pop() ?? this.table.grow(1);
      this.table.set(index, r.code);
      module.tableIndices.push(index);
      const region: Region = { slots: new Set(), hosts: new Set(r.instructions) };
      module.regions.push(region);
      const span = spanOf(r);
      const movable = r.movable && this.#mayMove(span, r);
      r.entries.forEach((e, selector) => this.#enter(region, e, movable ? selector | SLOT_MOVABLE : selector, index, r));
      if (span && movable) this.#enterMovable(module, span, r);
      else if (span) this.#enterSpan(module, span, r);
      for (const host of r.instructions) {
        this.pages.markCode(host, 4);
        module.granules.add(host >>> CODE_GRANULE_SHIFT);
      }
    }
    for (const g of module.granules) add(this.#byGranule, g, module);
    this.#modules.push(module);
    this.counts.compiled += regions.length;
    this.counts.live += regions.length;
    this.counts.modules++;
    this.counts.wasmBytes += bytes;
  }

  #enter(region: Region, e: { pc: number; host: number }, selector: number, index: number, r: InstalledRegion): void {
    const n = this.#slotFor(e, selector, r);
    if (n === undefined) return;
    region.slots.add(n);
    const at = (SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2;
    this.#u32[at + (SLOT_FUNCTION >> 2)] = index;
    this.#u32[at + (SLOT_SELECTOR >> 2)] = selector;
    this.#u32[at + (SLOT_MISSES >> 2)] = 0;
  }
  /**
   * A slot for an entry. Undefined when there is none left, or the entry is there already: small functions are in the modules of many callers, and
   * the one that is entered from elsewhere stays the same, so that the host need not optimize each of them.
   */
  #slotFor(e: { pc: number; host: number }, selector: number, r: InstalledRegion): number | undefined {
    const words = [r.key, r.mask, e.pc, r.pcHigh];
    for (const at of this.#slotsOf(this.pages.entryOf(e.host))) {
      const same = words.every((word, k) => this.#u32[at + k] === word >>> 0);
      if (same && ((this.#u32[at + (SLOT_SELECTOR >> 2)]! ^ selector) & SLOT_MOVABLE) === 0) return undefined;
    }
    const n = this.#freeSlots.pop() ?? (this.#nextSlot < SLOT_COUNT ? this.#nextSlot++ : undefined);
    if (n === undefined) return undefined;
    const entry = (this.pages.pageOf(e.host >>> 12) + 2 * (e.host & 0xffc)) >> 2;
    const count = this.#u32[entry]! >>> 16;
    const at = (SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2;
    // Key, mask and PC stand first.
    this.#u32.set(words, at);
    this.#u32[at + (SLOT_NEXT >> 2)] = count >= FIRST_SLOT ? count - FIRST_SLOT : 0;
    this.#u32[entry] = (this.#u32[entry]! & 0xffff) | ((FIRST_SLOT + n) << 16);
    return n;
  }

  /** Bytes change that hold instructions: drops all that was made from the granules they touch. */
  written(host: number, size: number): void {
    this.pages.forget(host, size, (granule) => {
      const modules = this.#byGranule.get(granule >>> CODE_GRANULE_SHIFT);
      if (!modules) return;
      const page = granule >>> 12;
      this.#patches.set(page, (this.#patches.get(page) ?? 0) + modules.size);
      for (const m of [...modules]) this.#dropInvalid(m);
    });
  }

  /** A host page holds no code any more; what it is used for next begins without a past. */
  pageGone(hostPage: number): void {
    this.written(hostPage << 12, PAGE_SIZE);
    this.#fetched.forget(hostPage);
    this.#patches.delete(hostPage);
  }

  /**
   * Lets nothing enter the regions made from the instruction at a host address any more, so that it is translated anew when it is hot. The code
   * has not changed: siblings that call these regions may go on doing so.
   */
  retireCodeAt(host: number): void {
    for (const m of this.#byGranule.get(host >>> CODE_GRANULE_SHIFT) ?? []) {
      for (const r of m.regions) {
        if (!r.hosts.has(host)) continue;
        this.#closeSlots([...r.slots], m.granules);
        r.slots.clear();
      }
    }
  }

  /**
   * An instruction is about to be fetched through a page of the guest's, in any context. A region is entered only where its first instruction lies
   * where it did; its others do, too, when they are in the same page of the guest's. Regions that reach beyond it, having been made from a larger
   * one, are dropped.
   * @param pageSize bytes, a power of two
   * @param hostPage page of memory that it is fetched from
   */
  mapped(ea: number, pageSize: number, eaHigh: number, hostPage: number): void {
    this.#fetched.note(hostPage, pageSize);
    for (const m of [...(this.#byMovablePage.get(hostPage) ?? [])]) if (m.movableBlock > pageSize) this.#dropInvalid(m);
    const page = pageNumber(ea, eaHigh);
    const modules = this.#bySpannedPage.get(page);
    if (!modules) return;
    const pages = Math.max(1, pageSize / PAGE_SIZE);
    const first = page - (page % pages);
    for (const m of [...modules]) {
      if (m.spans.some(([from, to]) => from <= page && to >= page && (from < first || to >= first + pages))) this.#dropInvalid(m);
    }
  }

  /** Whether the code of a region has always been fetched through pages that hold all of it: wherever they are mapped, it is as it was. */
  #mayMove(span: readonly [first: number, last: number] | undefined, r: InstalledRegion): boolean {
    if (!span) return true;
    const block = blockOf(span);
    return r.instructions.every((host) => this.#fetched.smallest(host >>> 12) >= block);
  }
  #enterMovable(module: Module, span: readonly [first: number, last: number], r: InstalledRegion): void {
    module.movableBlock = Math.max(module.movableBlock, blockOf(span));
    for (const host of r.instructions) module.movablePages.add(host >>> 12);
    for (const page of module.movablePages) add(this.#byMovablePage, page, module);
  }

  #enterSpan(module: Module, span: readonly [first: number, last: number], r: InstalledRegion): void {
    module.spans.push(span);
    const hostPages = new Set(r.instructions.map((host) => host >>> 12));
    const lowest = Math.min(...hostPages);
    // Only pages with instructions: jumps may lead far away.
    for (const hostPage of hostPages) {
      const page = span[0] + hostPage - lowest;
      module.spannedPages.add(page);
      add(this.#bySpannedPage, page, module);
      this.onSpanning((page * PAGE_SIZE) % WORD, PAGE_SIZE, Math.floor(page / PAGES_PER_WORD));
    }
  }

  /** Drops everything: predecoded entries are gone. */
  clear(): void {
    for (const m of [...this.#modules]) this.#drop(m);
  }

  /** Makes room: the oldest modules go, but those that were entered since they were looked at last count as new. */
  #evict(): void {
    // A few at once, so that a full cache does not evict at each installation.
    const victims: Module[] = [];
    const spared = new Set<Module>();
    for (const m of this.#modules) {
      if (victims.length === MODULE_LIMIT >> 4) break;
      if (this.#takeUse(m)) spared.add(m);
      else victims.push(m);
    }
    this.#modules = [...this.#modules.filter((m) => !spared.has(m)), ...spared];
    for (const m of victims.length > 0 ? victims : this.#modules.slice(0, MODULE_LIMIT >> 4)) {
      this.counts.evicted += m.regions.length;
      this.#drop(m);
    }
  }
  /** Whether a module was entered since this was asked last. */
  #takeUse(m: Module): boolean {
    let used = false;
    for (const r of m.regions) {
      for (const n of r.slots) {
        const at = (SLOT_TABLE_OFFSET + n * SLOT_SIZE + SLOT_MISSES) >> 2;
        used ||= this.#u32[at]! >>> 16 !== 0;
        this.#u32[at]! &= 0xffff;
      }
    }
    return used;
  }

  #dropInvalid(m: Module): void {
    this.counts.invalidated += m.regions.length;
    this.#drop(m);
  }
  #drop(m: Module): void {
    if (!m.live) return;
    m.live = false;
    this.counts.live -= m.regions.length;
    this.counts.wasmBytes -= m.bytes;
    this.#modules.splice(this.#modules.indexOf(m), 1);
    for (const g of m.granules) forget(this.#byGranule, g, m);
    for (const page of m.spannedPages) forget(this.#bySpannedPage, page, m);
    for (const page of m.movablePages) forget(this.#byMovablePage, page, m);
    this.#closeSlots(
      m.regions.flatMap((r) => [...r.slots]),
      m.granules,
    );
    for (const index of m.tableIndices) {
      this.table.set(index, null);
      this.#freeTable.push(index);
    }
  }

  /**
   * Lets nothing enter by these slots any more and gives them back.
   * @param granules where their code lies
   */
  #closeSlots(slots: readonly number[], granules: ReadonlySet<number>): void {
    for (const n of slots) {
      const at = (SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2;
      this.#u32[at + (SLOT_KEY >> 2)] = NEVER;
      this.#u32[at + (SLOT_MASK >> 2)] = 0;
    }
    const gone = new Set(slots);
    const next = (n: number) => this.#u32[((SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2) + (SLOT_NEXT >> 2)]!;
    const entries = new Set<number>();
    for (const g of granules) {
      const entry = this.pages.entryOf(g << CODE_GRANULE_SHIFT);
      if (entry !== 0) for (let k = 0; k < 1 << (CODE_GRANULE_SHIFT - 2); k++) entries.add((entry >> 2) + 2 * k);
    }
    for (const entry of entries) {
      const count = this.#u32[entry]! >>> 16;
      if (count < FIRST_SLOT) continue;
      const chain: number[] = [];
      for (let n = count - FIRST_SLOT; n !== 0; n = next(n)) if (!gone.has(n)) chain.push(n);
      const head = chain[0] === undefined ? 0 : FIRST_SLOT + chain[0];
      this.#u32[entry] = (this.#u32[entry]! & 0xffff) | (head << 16);
      chain.forEach((n, k) => (this.#u32[((SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2) + (SLOT_NEXT >> 2)] = chain[k + 1] ?? 0));
    }
    this.#freeSlots.push(...slots);
  }
}
