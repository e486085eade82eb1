import {
  ACCESS_FETCH,
  ACCESS_WRITE,
  EXCEPTION_DATA_SEGMENT,
  EXCEPTION_DATA_STORAGE,
  EXCEPTION_INSTRUCTION_SEGMENT,
  EXCEPTION_INSTRUCTION_STORAGE,
  EXCEPTION_NONE,
} from '../../../jit/abi/exits.js';
import { MSR } from '../../../jit/isa/registers.js';
import type { CpuState } from '../../cpu-state.js';
import type { EntryChanged, Mapping, Mmu, ShadowEntry, TranslationResult } from '../mmu.js';
import { AccessKeys } from './access-keys.js';
import { dumpHash64 } from './dump-hash64.js';
import type { HashTableStorage, HashTableUser } from './hash-page-table.js';
import {
  GROUP_WORDS,
  HPTE_CHANGED,
  HPTE_COMPARED,
  HPTE_GUARDED,
  HPTE_INHIBITED,
  HPTE_KEY_HIGH,
  HPTE_KEY_HIGH_SHIFT,
  HPTE_KEY_LOW,
  HPTE_KEY_LOW_SHIFT,
  HPTE_NO_EXECUTE,
  HPTE_PP,
  HPTE_REFERENCED,
  HPTE_RPN_HIGH,
  HPTE_RPN_LOW,
  HPTE_SECONDARY,
  HPTE_VALID,
  HPTE_WORDS,
  pageSizesOf,
  R_HIGH,
  R_LOW,
  SLB_KP,
  SLB_KS,
  SLB_NO_EXECUTE,
  V_HIGH,
  V_LOW,
} from './hpte.js';
import { mapHash64 } from './map-hash64.js';
import { allowedByPp, MAY_ALL, MAY_EXECUTE, MAY_READ, MAY_WRITE } from './permissions.js';
import { Slb } from './slb.js';
import type { VirtualPage } from './virtual-page.js';
import { isVirtualRealMode, VRMA_FIELDS, VRMA_VSID_HIGH, VRMA_VSID_LOW, vrmaPageEncoding } from './vrma.js';

const SPR_LPCR = 318;
const IR = MSR.IR.mask;
const DR = MSR.DR.mask;
const PR = MSR.PR.mask;
const LE = MSR.LE.mask;

/** Bits of a context, from the least significant on; then six bits for the set of access keys, then the number of the CPU. */
const CONTEXT_IR = 1;
const CONTEXT_DR = 2;
const CONTEXT_PR = 4;
const CONTEXT_LE = 8;
const CONTEXT_KEYS_SHIFT = 4;
const CONTEXT_KEYS = 0x3f;
const CONTEXT_CPU_SHIFT = 10;

/** Address spaces as `onEntryChanged` names them: real mode, and effective addresses that the SLB translates. */
export const SPACE_REAL = 0;
export const SPACE_VIRTUAL = 1;

// DSISR, and SRR1 of instruction storage interrupts (ISA 2.07 Book III-S 6.5.3 and 6.5.5).
const NO_TRANSLATION = 0x40000000;
const NO_EXECUTE = 0x10000000;
const PROTECTION = 0x08000000;
const STORE = 0x02000000;
const KEY = 0x00200000;

/** As real mode has no pages: how far around an address everything is alike. */
const REAL_MODE_PAGE = 0x100_0000;
/** Of the high word of an address in real mode: bits that count at all, and those that the virtual real mode area reaches. */
const REAL_ADDRESS_HIGH = 0x0fffffff;
const VRMA_OFFSET_HIGH = 0xff;

/** What a `Hash64Mmu` is. */
export interface Hash64MmuOptions {
  /** Number of the CPU, below 2^20. */
  readonly cpu?: number;
  /** 32 by default. */
  readonly slbEntries?: 32 | 64;
}

/**
 * The hash-table MMU of the 64-bit Book III-S (ISA 2.07 Book III-S 5.7): SLB, hash page table, real mode with addresses taken as they are
 * (but for their four highest bits) or in the virtual real mode area.
 *
 * AMR, IAMR and LPCR are read from the CPU state; who changes them, or MSR bits, sees to it that `contextOf` is asked.
 */
export class Hash64Mmu implements Mmu, HashTableUser {
  onEntryChanged: EntryChanged | undefined;
  readonly slb: Slb;
  readonly cpu: number;
  readonly #keys: AccessKeys;
  readonly #concerns: readonly ((context: number) => boolean)[];
  /** The fields of LPCR that say how real mode works, as they were decoded last. */
  #realMode = 0;
  #virtualRealMode = false;
  readonly #result: TranslationResult = {
    ok: false,
    // Not a small integer, so that storing a large one never changes how the object is laid out.
    physical: 2 ** 52,
    pageSize: 0,
    readable: false,
    writable: false,
    executable: false,
    cacheInhibited: false,
    guarded: false,
    littleEndian: false,
    exception: EXCEPTION_NONE,
    syndrome: 0,
  };

  constructor(
    private readonly state: CpuState,
    readonly table: HashTableStorage,
    options: Hash64MmuOptions = {},
  ) {
    this.cpu = options.cpu ?? 0;
    this.slb = new Slb(state, options.slbEntries ?? 32, (low, high, size) => this.onEntryChanged?.(low, size, 0, SPACE_VIRTUAL, high));
    this.#keys = new AccessKeys(state, (set) => this.#keysForgotten(set));
    const mine = (context: number): boolean => context >>> CONTEXT_CPU_SHIFT === this.cpu;
    this.#concerns = [
      (context) => mine(context) && (context & (CONTEXT_IR | CONTEXT_DR)) !== (CONTEXT_IR | CONTEXT_DR),
      (context) => mine(context) && (context & (CONTEXT_IR | CONTEXT_DR)) !== 0,
    ];
    this.slb.reload();
    this.#decodeRealMode();
  }

  /** MSR[IR], [DR], [PR], [LE], number of the set of access keys (6 bits, 0 in real mode), number of the CPU, from the least significant bit on. */
  contextOf(): number {
    const { state } = this;
    if (((state.sprHigh(SPR_LPCR) & VRMA_FIELDS) | 0) !== this.#realMode) this.#decodeRealMode();
    const msr = state.msr;
    return (
      (msr & IR ? CONTEXT_IR : 0) |
      (msr & DR ? CONTEXT_DR : 0) |
      (msr & PR ? CONTEXT_PR : 0) |
      (msr & LE ? CONTEXT_LE : 0) |
      (msr & (IR | DR) ? this.#keys.current() << CONTEXT_KEYS_SHIFT : 0) |
      (this.cpu << CONTEXT_CPU_SHIFT)
    );
  }

  /**
   * Whether a context has to do with a change that `onEntryChanged` reported.
   * @param tid set of access keys, 0 for all
   */
  concerns(tid: number, space: number): (context: number) => boolean {
    const all = this.#concerns[space];
    return tid === 0 ? all : (context) => all(context) && ((context >>> CONTEXT_KEYS_SHIFT) & CONTEXT_KEYS) === tid;
  }

  translate(ea: number, access: number, eaHigh = 0): TranslationResult {
    const { slb } = this;
    const msr = this.state.msr;
    let high = eaHigh | 0;
    let segment: number;
    if (msr & (access === ACCESS_FETCH ? IR : DR)) {
      segment = slb.find(ea, high);
      if (segment < 0) return this.#fail(access === ACCESS_FETCH ? EXCEPTION_INSTRUCTION_SEGMENT : EXCEPTION_DATA_SEGMENT, 0);
    } else {
      high &= REAL_ADDRESS_HIGH;
      if (!this.#virtualRealMode) return this.#real(ea, high);
      segment = slb.realMode;
      if (high & ~VRMA_OFFSET_HIGH) return this.#storageFault(access, NO_TRANSLATION);
    }
    const flags = slb.flags[segment];
    if (access === ACCESS_FETCH && flags & SLB_NO_EXECUTE) return this.#storageFault(access, NO_EXECUTE);
    const at = this.#search(segment, ea, high);
    if (at < 0) return this.#storageFault(access, NO_TRANSLATION);

    const { words } = this.table;
    const rHigh = words[at + R_HIGH];
    const rLow = words[at + R_LOW];
    const key = (flags & (msr & PR ? SLB_KP : SLB_KS)) !== 0;
    const byPp = allowedByPp(key, ((rHigh >>> 31) << 2) | (rLow & HPTE_PP));
    const byKey = segment === slb.realMode ? MAY_ALL : this.#allowedByKey(rHigh, rLow, msr);
    const mayExecute = !((rLow & (HPTE_NO_EXECUTE | HPTE_GUARDED)) | (flags & SLB_NO_EXECUTE));
    const allowed = byPp & byKey & (mayExecute ? MAY_ALL : MAY_READ | MAY_WRITE);
    const wanted = 1 << access;
    if (!(allowed & wanted)) {
      const syndrome = (byPp & wanted ? 0 : PROTECTION) | (byKey & wanted ? 0 : KEY);
      return this.#storageFault(access, access === ACCESS_FETCH && !mayExecute ? syndrome | NO_EXECUTE : syndrome);
    }

    const marks = access === ACCESS_WRITE ? HPTE_REFERENCED | HPTE_CHANGED : HPTE_REFERENCED;
    const updated = rLow | marks;
    if (updated !== rLow) {
      words[at + R_LOW] = updated;
      this.table.updated((at - this.table.base) / HPTE_WORDS);
    }
    const sizes = pageSizesOf(words[at + V_LOW], rLow);
    const result = this.#result;
    result.ok = true;
    result.exception = EXCEPTION_NONE;
    result.syndrome = 0;
    result.physical = physicalOf(rHigh, rLow, sizes & 0xff, ea);
    // Other base pages of a larger page have entries of their own, which may be missing.
    result.pageSize = 1 << (sizes >>> 8);
    result.readable = (allowed & MAY_READ) !== 0;
    // The first store must come here, to set C.
    result.writable = (allowed & MAY_WRITE) !== 0 && (updated & HPTE_CHANGED) !== 0;
    result.executable = (allowed & MAY_EXECUTE) !== 0;
    result.cacheInhibited = (rLow & HPTE_INHIBITED) !== 0;
    result.guarded = (rLow & HPTE_GUARDED) !== 0;
    result.littleEndian = false;
    return result;
  }

  probe(ea: number, eaHigh = 0): number {
    const msr = this.state.msr;
    const physical = this.#probe(ea, eaHigh | 0, (msr & DR) !== 0);
    return physical < 0 && (msr & IR) !== (msr & DR ? IR : 0) ? this.#probe(ea, eaHigh | 0, (msr & IR) !== 0) : physical;
  }

  // --- The table changed ---
  /** Translations of a virtual page are void: called by the table. */
  pageChanged(page: VirtualPage): void {
    const { slb } = this;
    for (let n = 0; n <= slb.size; n++) {
      if (slb.vsidLow[n] !== page.vsidLow || slb.vsidHigh[n] !== page.vsidHigh || !slb.isValid(n)) continue;
      if (n === slb.realMode) this.#realModeChanged();
      else {
        const start = (slb.esidLow[n] | page.offsetLow) >>> 0;
        this.onEntryChanged?.(start, 1 << page.shift, 0, SPACE_VIRTUAL, (slb.esidHigh[n] | page.offsetHigh) >>> 0);
      }
    }
  }
  /** All translations by the table are void. */
  tableChanged(): void {
    this.#allChanged();
    if (this.#virtualRealMode) this.#realModeChanged();
  }

  /**
   * tlbie and tlbiel: translations of a virtual page are void.
   * @param large L of the instruction, where it is not in RB
   */
  tlbie(rbLow: number, rbHigh: number, large = (rbLow & 1) !== 0): void {
    const { slb } = this;
    // IS: not one page but a whole set of them.
    if (rbLow & 0xc00) {
      this.#allChanged();
      return;
    }
    const size = large ? REAL_MODE_PAGE : 0x1000;
    for (let n = 0; n < slb.size; n++) {
      if (!slb.isValid(n)) continue;
      // Of the virtual address RB has the low 64 bits, of which some guests clear 16.
      const virtualHigh = (slb.vsidHigh[n] << 16) | (slb.vsidLow[n] >>> 16);
      const virtualLow = slb.vsidLow[n] << 16;
      if (((virtualHigh ^ rbHigh) & slb.maskHigh[n] & 0xffff) | ((virtualLow ^ rbLow) & slb.maskLow[n])) continue;
      const low = slb.esidLow[n] | (rbLow & ~slb.maskLow[n] & -size);
      this.onEntryChanged?.(low >>> 0, size, 0, SPACE_VIRTUAL, (slb.esidHigh[n] | (rbHigh & ~slb.maskHigh[n])) >>> 0);
    }
  }
  /** tlbia: all translations are void; SLB and table stay. */
  tlbia(): void {
    this.#allChanged();
  }

  // --- Administration ---
  map(mapping: Mapping): void {
    mapHash64(mapping, this.slb, this.table);
    this.#allChanged();
  }
  dumpTlb(shadow: readonly ShadowEntry[] = []): string {
    return dumpHash64(this.slb, this.state, shadow);
  }
  reload(): void {
    this.slb.reload();
    this.#allChanged();
    this.#decodeRealMode();
  }
  reset(): void {
    this.slb.reset();
    this.#allChanged();
    this.#decodeRealMode();
  }

  #allChanged(): void {
    this.onEntryChanged?.(0, Infinity, 0, SPACE_VIRTUAL, 0);
  }
  #realModeChanged(): void {
    this.onEntryChanged?.(0, Infinity, 0, SPACE_REAL, 0);
  }
  #keysForgotten(set: number): void {
    this.onEntryChanged?.(0, Infinity, set, SPACE_VIRTUAL, 0);
  }
  #decodeRealMode(): void {
    const high = this.state.sprHigh(SPR_LPCR);
    this.#realMode = (high & VRMA_FIELDS) | 0;
    this.#virtualRealMode = isVirtualRealMode(high);
    this.slb.setRealMode(VRMA_VSID_LOW | vrmaPageEncoding(high), VRMA_VSID_HIGH);
    this.#realModeChanged();
  }

  /** What AMR, when data is relocated, and IAMR, when instructions are, allow. */
  #allowedByKey(rHigh: number, rLow: number, msr: number): number {
    const key = (((rHigh & HPTE_KEY_HIGH) >>> HPTE_KEY_HIGH_SHIFT) << 3) | ((rLow & HPTE_KEY_LOW) >>> HPTE_KEY_LOW_SHIFT);
    let allowed = MAY_ALL;
    if (msr & DR) allowed &= ~this.#keys.data(key);
    if (msr & IR && this.#keys.instruction(key) & 1) allowed &= ~MAY_EXECUTE;
    return allowed;
  }

  /** Index in the table's words of the entry that translates an address of a segment, -1 for none. */
  #search(segment: number, ea: number, eaHigh: number): number {
    const { slb, table } = this;
    const shift = slb.shift[segment];
    if (shift === 0) return -1;
    const offsetLow = ea & ~slb.maskLow[segment];
    const offsetHigh = eaHigh & ~slb.maskHigh[segment];
    const page = (offsetHigh << (32 - shift)) | (offsetLow >>> shift);
    const avpn = ((offsetHigh << 16) | (offsetLow >>> 16)) & slb.avpnMask[segment];
    const wantedHigh = slb.vsidHigh[segment];
    const wantedLow = slb.vsidLow[segment] | avpn | HPTE_VALID;
    const hash = slb.hash[segment] ^ page;
    const { words, base, groupMask } = table;
    const primary = this.#searchGroup(words, base + ((hash & groupMask) >>> 0) * GROUP_WORDS, wantedHigh, wantedLow, shift);
    if (primary >= 0) return primary;
    return this.#searchGroup(words, base + ((~hash & groupMask) >>> 0) * GROUP_WORDS, wantedHigh, wantedLow | HPTE_SECONDARY, shift);
  }

  #searchGroup(words: Int32Array, from: number, wantedHigh: number, wantedLow: number, shift: number): number {
    for (let at = from; at < from + GROUP_WORDS; at += HPTE_WORDS) {
      const vLow = words[at + V_LOW];
      if ((vLow & HPTE_COMPARED) !== wantedLow || words[at + V_HIGH] !== wantedHigh) continue;
      if (pageSizesOf(vLow, words[at + R_LOW]) >>> 8 === shift) return at;
    }
    return -1;
  }

  #probe(ea: number, eaHigh: number, relocated: boolean): number {
    const high = relocated ? eaHigh : eaHigh & REAL_ADDRESS_HIGH;
    if (!relocated && !this.#virtualRealMode) return high * 0x1_0000_0000 + (ea >>> 0);
    if (!relocated && high & ~VRMA_OFFSET_HIGH) return -1;
    const segment = relocated ? this.slb.find(ea, high) : this.slb.realMode;
    const at = segment < 0 ? -1 : this.#search(segment, ea, high);
    if (at < 0) return -1;
    const { words } = this.table;
    return physicalOf(words[at + R_HIGH], words[at + R_LOW], pageSizesOf(words[at + V_LOW], words[at + R_LOW]) & 0xff, ea);
  }

  #real(ea: number, eaHigh: number): TranslationResult {
    const result = this.#result;
    result.ok = true;
    result.exception = EXCEPTION_NONE;
    result.syndrome = 0;
    result.physical = eaHigh * 0x1_0000_0000 + (ea >>> 0);
    result.pageSize = REAL_MODE_PAGE;
    result.readable = result.writable = result.executable = true;
    result.cacheInhibited = result.guarded = result.littleEndian = false;
    return result;
  }
  #storageFault(access: number, syndrome: number): TranslationResult {
    if (access === ACCESS_FETCH) return this.#fail(EXCEPTION_INSTRUCTION_STORAGE, syndrome);
    return this.#fail(EXCEPTION_DATA_STORAGE, access === ACCESS_WRITE ? syndrome | STORE : syndrome);
  }
  #fail(exception: number, syndrome: number): TranslationResult {
    const result = this.#result;
    result.ok = false;
    result.exception = exception;
    result.syndrome = syndrome;
    return result;
  }
}

/** Real address of a byte in the page of an entry. */
function physicalOf(rHigh: number, rLow: number, shift: number, ea: number): number {
  const inPage = (1 << shift) - 1;
  return (rHigh & HPTE_RPN_HIGH) * 0x1_0000_0000 + (((rLow & HPTE_RPN_LOW & ~inPage) | (ea & inPage)) >>> 0);
}
