import { GROUP_WORDS, HPTE_VALID, HPTE_WORDS, HPTES_PER_GROUP, R_HIGH, R_LOW, V_HIGH, V_LOW } from './hpte.js';
import { VirtualPage } from './virtual-page.js';

/** log2 of the smallest and the largest table, in bytes (PAPR, and the architecture's HTABSIZE). */
export const HPT_SHIFT_MIN = 18;
export const HPT_SHIFT_MAX = 46;

/**
 * A hash table as translation sees it, wherever it is kept: in the hypervisor's own store, or in guest memory (SDR1).
 * What translation does to it are R and C updates, nothing else.
 */
export interface HashTableStorage {
  /** Entries of four words, high word first, from index `base` on. Replaced when the table is. */
  readonly words: Int32Array;
  readonly base: number;
  /** Number of groups - 1. */
  readonly groupMask: number;
  /** Translation has just set R or C of an entry; counted from 0 at `base`. */
  updated(entry: number): void;
  /** Replaces an entry, word by word; what was translated by it is void. */
  store(entry: number, vHigh: number, vLow: number, rHigh: number, rLow: number): void;
}

/** Who keeps translations made from a table: the MMU of a CPU. */
export interface HashTableUser {
  /** Translations of a virtual page are void. The object is another page's afterwards. */
  pageChanged(page: VirtualPage): void;
  /** All of them are. */
  tableChanged(): void;
}

/** The table cannot be had: its size is not one, or the host has no room for it. */
export class HashTableSizeError extends Error {
  override readonly name = 'HashTableSizeError';
}

/**
 * A hash page table that a hypervisor keeps for its guest, outside of guest memory: 2^shift bytes in groups of eight entries
 * (ISA 2.07 Book III-S 5.7.7; for its use PAPR, "Logical Real Mode and Hash Page Table").
 *
 * Entries hold what the guest wrote, besides R and C, and nothing of the hypervisor's. Marks of changed entries are kept beside it.
 */
export class HashPageTable implements HashTableStorage {
  readonly base = 0;
  #shift = 0;
  #words: Int32Array = new Int32Array(0);
  /** By entry: 1 when it changed since it was last reported; undefined while nobody wants to know. */
  #marks: Uint8Array | undefined;
  #trackers = 0;
  readonly #users: HashTableUser[] = [];
  readonly #page = new VirtualPage();

  /**
   * @param shift log2 of its size in bytes, 18 to 46
   * @throws HashTableSizeError
   */
  constructor(shift: number) {
    this.replace(shift, HashPageTable.allocate(shift));
  }

  /**
   * Room for a table, empty.
   * @param shift log2 of its size in bytes, 18 to 46
   * @throws HashTableSizeError
   */
  static allocate(shift: number): Int32Array<ArrayBuffer> {
    if (!Number.isInteger(shift) || shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX)
      throw new HashTableSizeError(`a hash page table of 2^${shift} bytes; give ${HPT_SHIFT_MIN} to ${HPT_SHIFT_MAX}`);
    try {
      return new Int32Array(2 ** shift / 4);
    } catch {
      throw new HashTableSizeError(`no room for a hash page table of 2^${shift} bytes; make the guest's memory or the table smaller`);
    }
  }

  /** log2 of the table's size in bytes. */
  get shift(): number {
    return this.#shift;
  }
  get words(): Int32Array {
    return this.#words;
  }
  get entries(): number {
    return this.#words.length / HPTE_WORDS;
  }
  get groupMask(): number {
    return this.#words.length / GROUP_WORDS - 1;
  }

  /** Tells an MMU of changes from now on. */
  addUser(user: HashTableUser): void {
    this.#users.push(user);
  }

  /**
   * Puts another table in this one's place.
   * @param words from `allocate`, filled as may be
   */
  replace(shift: number, words: Int32Array<ArrayBuffer>): void {
    this.#shift = shift;
    this.#words = words;
    if (this.#marks) this.#marks = new Uint8Array(this.entries).fill(1);
    for (const user of this.#users) user.tableChanged();
  }

  /** Makes every entry invalid, as at a machine's reset. */
  reset(): void {
    this.#words.fill(0);
    this.#marks?.fill(1);
    for (const user of this.#users) user.tableChanged();
  }

  /** One word of an entry: V_HIGH, V_LOW, R_HIGH or R_LOW; unsigned. */
  word(entry: number, word: number): number {
    return this.#words[entry * HPTE_WORDS + word] >>> 0;
  }
  isValid(entry: number): boolean {
    return (this.#words[entry * HPTE_WORDS + V_LOW] & HPTE_VALID) !== 0;
  }

  /** Replaces an entry; what was translated by it is void. */
  store(entry: number, vHigh: number, vLow: number, rHigh: number, rLow: number): void {
    this.#report(entry);
    const words = this.#words;
    const at = entry * HPTE_WORDS;
    words[at + V_HIGH] = vHigh;
    words[at + V_LOW] = vLow;
    words[at + R_HIGH] = rHigh;
    words[at + R_LOW] = rLow;
    this.updated(entry);
  }

  /** The first entry of a group that is not valid, or -1. */
  freeEntry(group: number): number {
    const first = group * HPTES_PER_GROUP;
    for (let n = first; n < first + HPTES_PER_GROUP; n++) if (!this.isValid(n)) return n;
    return -1;
  }

  // --- Who wants to know what changed ---

  /** Starts marking changed entries, or has one more interested; with the first one no entry is marked. */
  startTracking(): void {
    if (this.#trackers++ === 0) this.#marks = new Uint8Array(this.entries);
  }
  /** One less is interested; with the last one marking ends. */
  stopTracking(): void {
    if (this.#trackers > 0 && --this.#trackers === 0) this.#marks = undefined;
  }
  /** Whether an entry changed since its mark was taken last. */
  isMarked(entry: number): boolean {
    return this.#marks?.[entry] === 1;
  }
  /** The first marked entry from one on; the number of entries when there is none. */
  nextMarked(from: number): number {
    const found = this.#marks?.indexOf(1, from) ?? -1;
    return found < 0 ? this.entries : found;
  }
  clearMark(entry: number): void {
    if (this.#marks) this.#marks[entry] = 0;
  }
  updated(entry: number): void {
    if (this.#marks) this.#marks[entry] = 1;
  }

  /** Announces the end of what an entry translates as it is now. */
  #report(entry: number): void {
    // Where no page is encoded, nothing was ever translated.
    const page = this.#page;
    if (!page.read(this.#words, entry)) return;
    for (const user of this.#users) user.pageChanged(page);
  }
}

/** log2 of the table for so much memory (bytes): 1/64 of it, rounded up to a power of two. */
export function shiftForMemory(bytes: number, fraction: 64 | 128 | 256 = 64): number {
  return Math.min(HPT_SHIFT_MAX, Math.max(HPT_SHIFT_MIN, Math.ceil(Math.log2(bytes / fraction))));
}
