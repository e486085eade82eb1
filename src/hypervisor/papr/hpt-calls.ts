import { HashPageTable, HashTableSizeError, HPT_SHIFT_MAX, HPT_SHIFT_MIN } from '../../../runtime/mmu/hash64/hash-page-table.js';
import {
  HPTE_CHANGED,
  HPTE_COHERENT,
  HPTE_INHIBITED,
  HPTE_KEY_HIGH,
  HPTE_KEY_LOW,
  HPTE_NO_EXECUTE,
  HPTE_PP,
  HPTE_PP0,
  HPTE_REFERENCED,
  HPTE_RPN_HIGH,
  HPTE_RPN_LOW,
  HPTE_VALID,
  HPTE_WIMG,
  HPTE_WRITE_THROUGH,
  HPTES_PER_GROUP,
  pageSizesOf,
  R_HIGH,
  R_LOW,
  V_HIGH,
  V_LOW,
} from '../../../runtime/mmu/hash64/hpte.js';
import { rehashBolted } from '../../../runtime/mmu/hash64/rehash.js';
import {
  H_BULK_REMOVE,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_CLOSED,
  H_ENTER,
  H_NO_MEM,
  H_NOT_FOUND,
  H_PROTECT,
  H_PTEG_FULL,
  H_READ,
  H_REMOVE,
  H_RESIZE_HPT_COMMIT,
  H_RESIZE_HPT_PREPARE,
} from './hpt-call-numbers.js';
import type { HypercallTable } from './hypercall-table.js';
import type { PaprCall } from './papr-call.js';
import { H_PARAMETER, H_RESOURCE, H_SUCCESS } from './status.js';

// Flags of the calls, PAPR 14.5.4.1, by the word they lie in.
const HIGH_EXACT = 0x80;
const HIGH_READ_4 = 0x20;
const LOW_AVPN = 0x80000000 | 0;
const LOW_ANDCOND = 0x40000000;
const LOW_ZERO_PAGE = 0x8000;
/** Where H_PROTECT's flags hold pp0 and the high bits of the key, and how far these are from their place in an entry's high word. */
const PROTECT_PP0_SHIFT = 23;
const PROTECT_KEY_HIGH_SHIFT = 16;

// First words of H_BULK_REMOVE's pairs, high word.
const BULK_TYPE = 0xc0000000 | 0;
const BULK_REQUEST = 0x40000000;
const BULK_RESPONSE = 0x80000000 | 0;
const BULK_END = 0xc0000000 | 0;
const BULK_NOT_FOUND = 0x10000000;
const BULK_PARAMETER = 0x20000000;
const BULK_FLAGS = 0x03000000;
const BULK_ANDCOND = 0x01000000;
const BULK_AVPN = 0x02000000;
const BULK_INDEX_HIGH = 0x00ffffff;
/** How far R and C of an entry are from the place that a response has for them. */
const BULK_RC_SHIFT = 19;
const BULK_PAIRS = 4;

/** Of the first doubleword, what the guest has nothing to do with: two of the software bits are the hypervisor's. */
const HYPERVISOR_BITS = 0x60;
/** Of the second doubleword, high word: reserved. */
const RESERVED_BIT = 0x40000000;
/** Of the first doubleword, what H_AVPN does not compare. */
const BELOW_AVPN = 0x7f;
const WORD = 0x1_0000_0000;

/** Guest memory, as far as these calls have to do with it. */
export interface HptMemory {
  /** Whether all of a range of real addresses is memory. */
  contains(address: number, size: number): boolean;
  write(address: number, bytes: Uint8Array): void;
}

/** A table that H_RESIZE_HPT_PREPARE made. */
interface PreparedTable {
  readonly shift: number;
  readonly words: Int32Array<ArrayBuffer>;
}

/**
 * The hypercalls by which a guest under PAPR changes its hash page table (Power Architecture Platform Requirements, 14.5.4.1). One host
 * thread performs all of them, so entries need no locks.
 *
 * Flags for caches ask for nothing here, and those of the page states belong to memory overcommitment, which is not offered.
 */
export class HptCalls {
  #prepared: PreparedTable | undefined;

  /**
   * @param largestShift log2 of the largest table that the guest may change to; by default none is too large
   */
  constructor(
    readonly table: HashPageTable,
    private readonly memory: HptMemory,
    private readonly largestShift = HPT_SHIFT_MAX,
  ) {}

  register(calls: HypercallTable): void {
    calls.register(H_ENTER, (call) => this.#enter(call));
    calls.register(H_REMOVE, (call) => this.#removeCall(call));
    calls.register(H_BULK_REMOVE, (call) => this.#bulkRemove(call));
    calls.register(H_READ, (call) => this.#read(call));
    calls.register(H_PROTECT, (call) => this.#protect(call));
    calls.register(H_CLEAR_MOD, (call) => this.#clear(call, HPTE_CHANGED));
    calls.register(H_CLEAR_REF, (call) => this.#clear(call, HPTE_REFERENCED));
    calls.register(H_RESIZE_HPT_PREPARE, (call) => this.#prepare(call));
    calls.register(H_RESIZE_HPT_COMMIT, (call) => this.#commit(call));
  }

  /** The machine was reset: a table that was prepared is given up. */
  reset(): void {
    this.#prepared = undefined;
  }

  /**
   * What H_ENTER does with H_EXACT and no other flag: enters an entry in its place.
   * @returns H_SUCCESS, H_PARAMETER for an entry that cannot be, H_PTEG_FULL when another one is there
   */
  enterExactly(entry: number, vHigh: number, vLow: number, rHigh: number, rLow: number): number {
    if (!this.accepts(vLow, rHigh, rLow) || entry >= this.table.entries) return H_PARAMETER;
    if (this.table.isValid(entry)) return H_PTEG_FULL;
    this.#store(entry, vHigh, vLow, rHigh, rLow);
    return H_SUCCESS;
  }

  /** Whether H_ENTER takes an entry with such words. */
  accepts(vLow: number, rHigh: number, rLow: number): boolean {
    return pageOf(this.memory, vLow, rHigh, rLow) !== PAGE_REFUSED;
  }

  /** H_ENTER (flags, index, first, second doubleword): index of the entry. */
  #enter(call: PaprCall): number {
    const index = indexOf(call.arg(1), call.argHigh(1), this.table.entries);
    const [vLow, vHigh, rLow, rHigh] = [call.arg(2), call.argHigh(2), call.arg(3), call.argHigh(3)];
    const page = pageOf(this.memory, vLow, rHigh, rLow);
    if (index < 0 || page === PAGE_REFUSED) return H_PARAMETER;
    const exact = (call.argHigh(0) & HIGH_EXACT) !== 0;
    const entry = exact ? index : this.table.freeEntry(Math.floor(index / HPTES_PER_GROUP));
    if (entry < 0 || this.table.isValid(entry)) return H_PTEG_FULL;
    if (call.arg(0) & LOW_ZERO_PAGE && page === PAGE_MEMORY) this.#zero(vLow, rHigh, rLow);
    this.#store(entry, vHigh, vLow, rHigh, rLow);
    call.setResult(0, entry >>> 0, Math.floor(entry / WORD));
    return H_SUCCESS;
  }

  #store(entry: number, vHigh: number, vLow: number, rHigh: number, rLow: number): void {
    this.table.store(entry, vHigh, (vLow & ~HYPERVISOR_BITS) | HPTE_VALID, rHigh & ~RESERVED_BIT, rLow);
  }

  #zero(vLow: number, rHigh: number, rLow: number): void {
    const size = 2 ** (pageSizesOf(vLow, rLow) & 0xff);
    this.memory.write(realAddress(rHigh, rLow, size), new Uint8Array(size));
  }

  /** H_REMOVE (flags, index, AVPN): both doublewords as they were. */
  #removeCall(call: PaprCall): number {
    const index = indexOf(call.arg(1), call.argHigh(1), this.table.entries);
    if (index < 0) return H_PARAMETER;
    if (!this.#isMeant(index, call.arg(0), call.arg(2), call.argHigh(2))) return H_NOT_FOUND;
    this.#returnEntry(call, 0, index);
    this.table.store(index, 0, 0, 0, 0);
    return H_SUCCESS;
  }

  /** H_BULK_REMOVE: up to four pairs of (type, flags, index; AVPN), of which the first words tell what became of each. */
  #bulkRemove(call: PaprCall): number {
    for (let pair = 0; pair < BULK_PAIRS; pair++) {
      const high = call.argHigh(2 * pair);
      const low = call.arg(2 * pair);
      if ((high & BULK_TYPE) === BULK_END) break;
      const flags = high & BULK_FLAGS;
      const index = indexOf(low, high & BULK_INDEX_HIGH, this.table.entries);
      const kept = BULK_RESPONSE | flags | (high & BULK_INDEX_HIGH);
      if ((high & BULK_TYPE) !== BULK_REQUEST || flags === BULK_FLAGS || index < 0) {
        call.setResult(2 * pair, low, (kept | BULK_PARAMETER) >>> 0);
        return H_PARAMETER;
      }
      const condition = (flags & BULK_AVPN ? LOW_AVPN : 0) | (flags & BULK_ANDCOND ? LOW_ANDCOND : 0);
      if (!this.#isMeant(index, condition, call.arg(2 * pair + 1), call.argHigh(2 * pair + 1))) {
        call.setResult(2 * pair, low, (kept | BULK_NOT_FOUND) >>> 0);
        continue;
      }
      const status = this.table.word(index, R_LOW) & (HPTE_REFERENCED | HPTE_CHANGED);
      call.setResult(2 * pair, low, (kept | (status << BULK_RC_SHIFT)) >>> 0);
      this.table.store(index, 0, 0, 0, 0);
    }
    return H_SUCCESS;
  }

  /** H_READ (flags, index): both doublewords of the entry, or of the four around it. */
  #read(call: PaprCall): number {
    const index = indexOf(call.arg(1), call.argHigh(1), this.table.entries);
    if (index < 0) return H_PARAMETER;
    const four = (call.argHigh(0) & HIGH_READ_4) !== 0;
    const first = four ? index - (index % 4) : index;
    for (let n = 0; n < (four ? 4 : 1); n++) this.#returnEntry(call, 2 * n, first + n);
    return H_SUCCESS;
  }

  /** H_PROTECT (flags with the new pp, N and key, index, AVPN). */
  #protect(call: PaprCall): number {
    const { table } = this;
    const index = indexOf(call.arg(1), call.argHigh(1), table.entries);
    if (index < 0) return H_PARAMETER;
    const flags = call.arg(0);
    if (!this.#isMeant(index, flags & LOW_AVPN, call.arg(2), call.argHigh(2))) return H_NOT_FOUND;
    const inLow = HPTE_PP | HPTE_NO_EXECUTE | HPTE_KEY_LOW;
    const high = ((flags << PROTECT_PP0_SHIFT) & HPTE_PP0) | ((flags << PROTECT_KEY_HIGH_SHIFT) & HPTE_KEY_HIGH);
    table.store(
      index,
      table.word(index, V_HIGH),
      table.word(index, V_LOW),
      (table.word(index, R_HIGH) & ~(HPTE_PP0 | HPTE_KEY_HIGH)) | high,
      (table.word(index, R_LOW) & ~inLow) | (flags & inLow),
    );
    return H_SUCCESS;
  }

  /** H_CLEAR_MOD and H_CLEAR_REF (flags, index): the second doubleword as it was. */
  #clear(call: PaprCall, mark: number): number {
    const { table } = this;
    const index = indexOf(call.arg(1), call.argHigh(1), table.entries);
    if (index < 0) return H_PARAMETER;
    if (!table.isValid(index)) return H_NOT_FOUND;
    const rLow = table.word(index, R_LOW);
    call.setResult(0, rLow, table.word(index, R_HIGH));
    if (rLow & mark) table.store(index, table.word(index, V_HIGH), table.word(index, V_LOW), table.word(index, R_HIGH), rLow & ~mark);
    return H_SUCCESS;
  }

  /** H_RESIZE_HPT_PREPARE (flags, log2 of the size): makes an empty table, at once; 0 gives up what was prepared. */
  #prepare(call: PaprCall): number {
    const shift = call.address(1);
    if (call.address(0) !== 0 || (shift !== 0 && (shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX))) return H_PARAMETER;
    if (shift > this.largestShift) return H_RESOURCE;
    if (this.#prepared?.shift === shift) return H_SUCCESS;
    this.#prepared = undefined;
    if (shift === 0) return H_SUCCESS;
    try {
      this.#prepared = { shift, words: HashPageTable.allocate(shift) };
    } catch (error) {
      if (error instanceof HashTableSizeError) return H_NO_MEM;
      throw error;
    }
    return H_SUCCESS;
  }

  /** H_RESIZE_HPT_COMMIT (flags, log2 of the size): the bolted entries move into the table prepared, which replaces the old one. */
  #commit(call: PaprCall): number {
    if (call.address(0) !== 0) return H_PARAMETER;
    const prepared = this.#prepared;
    if (!prepared || prepared.shift !== call.address(1)) return H_CLOSED;
    this.#prepared = undefined;
    if (!rehashBolted(this.table, prepared.words)) return H_PTEG_FULL;
    this.table.replace(prepared.shift, prepared.words);
    return H_SUCCESS;
  }

  /** Whether an entry is valid and meets the condition that a caller gave (H_AVPN, H_ANDCOND). */
  #isMeant(index: number, flags: number, conditionLow: number, conditionHigh: number): boolean {
    const { table } = this;
    if (!table.isValid(index)) return false;
    const [low, high] = [table.word(index, V_LOW), table.word(index, V_HIGH)];
    if (flags & LOW_AVPN && ((low & ~BELOW_AVPN) !== (conditionLow | 0) || (high | 0) !== (conditionHigh | 0))) return false;
    return !(flags & LOW_ANDCOND && (low & conditionLow) | (high & conditionHigh));
  }

  #returnEntry(call: PaprCall, result: number, entry: number): void {
    const { table } = this;
    call.setResult(result, table.word(entry, V_LOW), table.word(entry, V_HIGH));
    call.setResult(result + 1, table.word(entry, R_LOW), table.word(entry, R_HIGH));
  }
}

const PAGE_REFUSED = 0;
const PAGE_MEMORY = 1;
const PAGE_DEVICE = 2;

/** An argument as the number of an entry, -1 when there is none of that number. */
function indexOf(low: number, high: number, entries: number): number {
  const index = (high >>> 0) * WORD + (low >>> 0);
  return index < entries ? index : -1;
}

/** First real address of a page. */
const realAddress = (rHigh: number, rLow: number, size: number): number =>
  (rHigh & HPTE_RPN_HIGH) * WORD + ((rLow & HPTE_RPN_LOW & -size) >>> 0);

/**
 * Whether an entry can be: its page size is encoded, and its WIMG bits suit what lies there: coherent memory, or devices without caches. W, I and
 * M together ask for strong access ordering, which is there anyway.
 */
function pageOf(memory: HptMemory, vLow: number, rHigh: number, rLow: number): number {
  const sizes = pageSizesOf(vLow, rLow);
  if (sizes === 0) return PAGE_REFUSED;
  const size = 2 ** (sizes & 0xff);
  const address = realAddress(rHigh, rLow, size);
  const wimg = rLow & HPTE_WIMG;
  if (!memory.contains(address, 1)) return (wimg & (HPTE_WRITE_THROUGH | HPTE_INHIBITED)) === HPTE_INHIBITED ? PAGE_DEVICE : PAGE_REFUSED;
  const strong = HPTE_WRITE_THROUGH | HPTE_INHIBITED | HPTE_COHERENT;
  const suits = wimg === HPTE_COHERENT || wimg === strong;
  return suits && memory.contains(address, size) ? PAGE_MEMORY : PAGE_REFUSED;
}
