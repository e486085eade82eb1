import {
  GROUP_BYTES,
  GROUP_WORDS,
  HPTE_AVPN_LOW,
  HPTE_SECONDARY,
  HPTE_VALID,
  HPTE_WORDS,
  HPTES_PER_GROUP,
  pageSizesOf,
  R_HIGH,
  R_LOW,
  SEGMENT_1T,
  SEGMENT_SIZE,
  V_HIGH,
  V_LOW,
} from './hpte.js';

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

/**
 * Part of a segment whose translations changed.
 *
 * @param vsidHigh B and VSID as in the first word of an entry
 * @param vsidLow low part of the VSID, where the second word of an entry has it, all else zero
 * @param offsetHigh offset in the segment, high word (0 to 0xff)
 * @param offsetLow offset in the segment, low word
 * @param size bytes
 */
export type VirtualPageChanged = (vsidHigh: number, vsidLow: number, offsetHigh: number, offsetLow: number, size: number) => void;

/** Who keeps translations made from a table: the MMU of a CPU. */
export interface HashTableUser {
  /** Translations of a virtual page are void. */
  readonly pageChanged: VirtualPageChanged;
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
  #words = new Int32Array(0);
  /** By entry: 1 when it changed since it was last reported; undefined while nobody wants to know. */
  #marks: Uint8Array | undefined;
  #trackers = 0;
  readonly #users: HashTableUser[] = [];

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
  static allocate(shift: number): Int32Array {
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
  replace(shift: number, words: Int32Array): void {
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
    return this.#words[entry * HPTE_WORDS + word]! >>> 0;
  }
  isValid(entry: number): boolean {
    return (this.#words[entry * HPTE_WORDS + V_LOW]! & HPTE_VALID) !== 0;
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
  clearMark(entry: number): void {
    if (this.#marks) this.#marks[entry] = 0;
  }
  updated(entry: number): void {
    if (this.#marks) this.#marks[entry] = 1;
  }

  /** Announces the end of what an entry translates as it is now. */
  #report(entry: number): void {
    const at = entry * HPTE_WORDS;
    const vLow = this.#words[at + V_LOW]!;
    if (!(vLow & HPTE_VALID)) return;
    const sizes = pageSizesOf(vLow, this.#words[at + R_LOW]!);
    // No page is encoded so: nothing was ever translated by it.
    if (sizes === 0) return;
    const vHigh = this.#words[at + V_HIGH]!;
    const base = sizes >>> 8;
    const large = (vHigh & SEGMENT_SIZE) === SEGMENT_1T;
    const vsidLow = vLow & (large ? 0xff000000 : 0xfffff000);
    const group = Math.floor(entry / HPTES_PER_GROUP);
    // The group says the 11 bits of the offset at least that the AVPN leaves out (up to bit 2^23).
    const page = (vLow & HPTE_SECONDARY ? ~group : group) ^ hashOfVsid(vHigh, vsidLow);
    const avpn = vLow & HPTE_AVPN_LOW;
    const offsetLow = ((avpn << 16) & 0x0f800000) | (large ? (avpn << 16) & 0xf0000000 : 0) | (base < 23 ? (page << base) & 0x7fffff : 0);
    const offsetHigh = large ? (avpn >>> 16) & 0xff : 0;
    for (const user of this.#users) user.pageChanged(vHigh, vsidLow, offsetHigh, offsetLow, 2 ** base);
  }
}

/**
 * The part of the hash that is the VSID's, low 32 bits: tables beyond 2^39 bytes would need more, and no host has room for them.
 * @param vHigh B and VSID as in the first word of an entry or of an SLB entry's VSID doubleword
 * @param vsidLow the second word of it, with nothing but the VSID
 */
export function hashOfVsid(vHigh: number, vsidLow: number): number {
  if ((vHigh & SEGMENT_SIZE) !== SEGMENT_1T) return (vHigh << 20) | (vsidLow >>> 12);
  const vsid = (vHigh << 8) | (vsidLow >>> 24);
  return vsid ^ (vsid << 25);
}

/** log2 of the table for so much memory (bytes): 1/64 of it, rounded up to a power of two. */
export function shiftForMemory(bytes: number, fraction: 64 | 128 | 256 = 64): number {
  return Math.min(HPT_SHIFT_MAX, Math.max(HPT_SHIFT_MIN, Math.ceil(Math.log2(bytes / fraction))));
}

/** Groups of eight entries in a table of 2^shift bytes. */
export const groupsOf = (shift: number): number => 2 ** shift / GROUP_BYTES;
