import {
  ACCESS_FETCH,
  ACCESS_WRITE,
  EXCEPTION_DATA_STORAGE,
  EXCEPTION_DATA_TLB,
  EXCEPTION_INSTRUCTION_STORAGE,
  EXCEPTION_INSTRUCTION_TLB,
  EXCEPTION_NONE,
} from '../../jit/abi/exits.js';
import { GUEST_TLB_OFFSET } from '../../jit/abi/layout.js';
import { ESR, MSR } from '../../jit/isa/registers.js';
import type { CpuState } from '../cpu-state.js';
import {
  ENTRIES_44X,
  ENTRY_WORDS_44X,
  MMUCR_STID,
  MMUCR_STS,
  pageMask44x,
  pageSize44x,
  W0_IMPLEMENTED,
  W0_SIZE_SHIFT,
  W0_TS,
  W0_TS_SHIFT,
  W0_VALID,
  W1_ERPN,
  W1_IMPLEMENTED,
  W1_RPN,
  W2_GUARDED,
  W2_IMPLEMENTED,
  W2_INHIBITED,
  W2_LITTLE_ENDIAN,
  W2_USER_SHIFT,
} from './entry44x.js';
import type { TlbEntry44x } from './entry44x.js';
import { dumpTlb44x } from './dump44x.js';
import { planMapping44x } from './map44x.js';
import { MappingError } from './mmu.js';
import type { EntryChanged, Mapping, Mmu, ShadowEntry, TranslationResult } from './mmu.js';

const SPR_PID = 48;
const SPR_MMUCR = 946;
/** First word of the TLB in the CPU state's words. */
const TLB = GUEST_TLB_OFFSET >> 2;
const IS = MSR.IS.mask;
const DS = MSR.DS.mask;
const PR = MSR.PR.mask;
const PR_SHIFT = MSR.PR.lsb;
const PAGE_HINTS = 256;

/**
 * The MMU of the PPC440: one fully associative TLB of 64 entries that software fills (PPC440x5 UM chapter 5).
 *
 * The entries lie in the CPU state, so they are saved, restored and compared with it. Several entries that match the same
 * address are a guest's error on the real part; here one of them answers.
 */
export class Booke44xMmu implements Mmu {
  onEntryChanged: EntryChanged | undefined;

  /** By SIZE code. */
  readonly #masks = Int32Array.from({ length: 16 }, (_, code) => pageMask44x(code));
  readonly #sizes = Array.from({ length: 16 }, (_, code) => pageSize44x(code));
  /** Entries that may match: of the last access by kind, by 256 MiB, by 4 KiB page. Each is checked before it is used. */
  readonly #lastHit = new Uint8Array(3);
  readonly #segmentHint = new Uint8Array(16);
  readonly #pageHint = new Uint8Array(PAGE_HINTS);
  /** 1 for entries that answered since they were last reported: only those can have been cached by anyone. */
  readonly #answered = new Uint8Array(ENTRIES_44X).fill(1);
  #nextVictim = 0;
  readonly #result: TranslationResult = {
    ok: false,
    physical: 0,
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

  constructor(private readonly state: CpuState) {}

  /** PID (8 bits), MSR[IS], MSR[DS], MSR[PR] from the least significant bit on. */
  contextOf(): number {
    const msr = this.state.msr;
    return (this.state.spr(SPR_PID) & 0xff) | (msr & IS ? 0x100 : 0) | (msr & DS ? 0x200 : 0) | (msr & PR ? 0x400 : 0);
  }

  translate(ea: number, access: number): TranslationResult {
    const result = this.#result;
    const msr = this.state.msr;
    const space = msr & (access === ACCESS_FETCH ? IS : DS) ? W0_TS : 0;
    const pid = this.state.spr(SPR_PID) & 0xff;
    const entry = this.#find(ea | 0, space, pid, access);
    if (entry < 0) {
      result.ok = false;
      result.exception = access === ACCESS_FETCH ? EXCEPTION_INSTRUCTION_TLB : EXCEPTION_DATA_TLB;
      result.syndrome = access === ACCESS_WRITE ? ESR.ST.mask : 0;
      return result;
    }
    const words = this.state.words;
    const word2 = words[TLB + entry * ENTRY_WORDS_44X + 2];
    // Bits 1, 2, 4 are read, write, execute: 1 << ACCESS_*.
    const allowed = word2 >>> (((msr >>> PR_SHIFT) & 1) * W2_USER_SHIFT);
    if (!(allowed & (1 << access))) {
      result.ok = false;
      result.exception = access === ACCESS_FETCH ? EXCEPTION_INSTRUCTION_STORAGE : EXCEPTION_DATA_STORAGE;
      result.syndrome = access === ACCESS_WRITE ? ESR.ST.mask : 0;
      return result;
    }
    this.#answered[entry] = 1;
    result.ok = true;
    result.exception = EXCEPTION_NONE;
    result.syndrome = 0;
    result.physical = this.#physical(entry, ea);
    result.pageSize = this.#sizes[(words[TLB + entry * ENTRY_WORDS_44X] >>> W0_SIZE_SHIFT) & 15];
    result.readable = (allowed & 1) !== 0;
    result.writable = (allowed & 2) !== 0;
    result.executable = (allowed & 4) !== 0;
    result.cacheInhibited = (word2 & W2_INHIBITED) !== 0;
    result.guarded = (word2 & W2_GUARDED) !== 0;
    result.littleEndian = (word2 & W2_LITTLE_ENDIAN) !== 0;
    return result;
  }

  probe(ea: number): number {
    const pid = this.state.spr(SPR_PID) & 0xff;
    const msr = this.state.msr;
    let entry = this.#scan(ea | 0, msr & DS ? W0_TS : 0, pid);
    if (entry < 0) entry = this.#scan(ea | 0, msr & IS ? W0_TS : 0, pid);
    return entry < 0 ? -1 : this.#physical(entry, ea);
  }

  /** tlbre RT,RA,WS: word 0 also puts the TID into MMUCR[STID]. Words above 2 read as 0 (undefined on the part). */
  tlbre(entry: number, word: number): number {
    const at = TLB + (entry & (ENTRIES_44X - 1)) * ENTRY_WORDS_44X;
    if (word > 2) return 0;
    if (word === 0) this.state.setSpr(SPR_MMUCR, (this.state.spr(SPR_MMUCR) & ~MMUCR_STID) | this.state.words[at + 3]);
    return this.state.words[at + word];
  }

  /** tlbwe RS,RA,WS: word 0 also takes the TID from MMUCR[STID]. Words above 2 change nothing (undefined on the part). */
  tlbwe(entry: number, word: number, value: number): void {
    const index = entry & (ENTRIES_44X - 1);
    const at = TLB + index * ENTRY_WORDS_44X;
    const words = this.state.words;
    if (word > 2) return;
    const cut = (value & (word === 0 ? W0_IMPLEMENTED : word === 1 ? W1_IMPLEMENTED : W2_IMPLEMENTED)) >>> 0;
    const tid = word === 0 ? this.state.spr(SPR_MMUCR) & MMUCR_STID : words[at + 3];
    if (words[at + word] === cut && words[at + 3] === tid) return;
    this.#report(index);
    words[at + word] = cut;
    words[at + 3] = tid;
  }

  /** tlbsx RT,RA,RB: the entry that translates `ea` for MMUCR[STS] and MMUCR[STID], or -1. */
  tlbsx(ea: number): number {
    const mmucr = this.state.spr(SPR_MMUCR);
    return this.#scan(ea | 0, mmucr & MMUCR_STS ? W0_TS : 0, mmucr & MMUCR_STID);
  }

  /** Every entry, exactly. */
  getTlb(): TlbEntry44x[] {
    const words = this.state.words;
    return Array.from({ length: ENTRIES_44X }, (_, n) => {
      const at = TLB + n * ENTRY_WORDS_44X;
      return { tid: words[at + 3], word0: words[at], word1: words[at + 1], word2: words[at + 2] };
    });
  }

  /**
   * Replaces every entry.
   *
   * @throws MappingError when the image has another shape or bits that the part has not
   */
  setTlb(entries: readonly TlbEntry44x[]): void {
    if (entries.length !== ENTRIES_44X)
      throw new MappingError(`${entries.length} entries given`, '44x TLB', `give all ${ENTRIES_44X}, as getTlb returns them`);
    entries.forEach((e, n) => {
      const fits = (value: number, mask: number): boolean => (value & mask) >>> 0 === value;
      if (!fits(e.word0, W0_IMPLEMENTED) || !fits(e.word1, W1_IMPLEMENTED) || !fits(e.word2, W2_IMPLEMENTED) || !fits(e.tid, 0xff))
        throw new MappingError('bits that a 44x entry has not', `44x TLB entry ${n}`, 'give unsigned words as getTlb returns them');
    });
    entries.forEach((e, n) => this.#write(n, e));
  }

  map(mapping: Mapping): void {
    const plan = planMapping44x(mapping, this.getTlb(), this.#nextVictim);
    this.#nextVictim = plan.nextVictim;
    for (const change of plan.changes) this.#write(change.index, change.entry);
  }

  dumpTlb(shadow: readonly ShadowEntry[] = []): string {
    return dumpTlb44x(this.getTlb(), shadow);
  }

  reload(): void {
    this.#answered.fill(1);
  }

  reset(): void {
    for (let n = 0; n < ENTRIES_44X; n++) this.#write(n, { tid: 0, word0: 0, word1: 0, word2: 0 });
    this.#nextVictim = 0;
  }

  #write(index: number, entry: TlbEntry44x): void {
    const words = this.state.words;
    const at = TLB + index * ENTRY_WORDS_44X;
    if (words[at] === entry.word0 && words[at + 1] === entry.word1 && words[at + 2] === entry.word2 && words[at + 3] === entry.tid) return;
    this.#report(index);
    words[at] = entry.word0;
    words[at + 1] = entry.word1;
    words[at + 2] = entry.word2;
    words[at + 3] = entry.tid;
  }

  /** Announces the end of an entry as it is now. Linux writes an entry's words one by one: only the first is announced. */
  #report(index: number): void {
    const at = TLB + index * ENTRY_WORDS_44X;
    const word0 = this.state.words[at];
    if (!this.#answered[index]) return;
    this.#answered[index] = 0;
    if (!(word0 & W0_VALID)) return;
    const code = (word0 >>> W0_SIZE_SHIFT) & 15;
    const start = (word0 & this.#masks[code]) >>> 0;
    this.onEntryChanged?.(start, this.#sizes[code], this.state.words[at + 3], (word0 & W0_TS) >> W0_TS_SHIFT);
  }

  #physical(entry: number, ea: number): number {
    const words = this.state.words;
    const at = TLB + entry * ENTRY_WORDS_44X;
    const mask = this.#masks[(words[at] >>> W0_SIZE_SHIFT) & 15];
    const word1 = words[at + 1];
    return (word1 & W1_ERPN) * 0x1_0000_0000 + (((word1 & W1_RPN & mask) | (ea & ~mask)) >>> 0);
  }

  #matches(entry: number, ea: number, space: number, pid: number): boolean {
    const words = this.state.words;
    const at = TLB + entry * ENTRY_WORDS_44X;
    const word0 = words[at];
    if ((word0 & (W0_VALID | W0_TS)) !== (W0_VALID | space)) return false;
    if ((word0 ^ ea) & this.#masks[(word0 >>> W0_SIZE_SHIFT) & 15]) return false;
    const tid = words[at + 3];
    return tid === 0 || tid === pid;
  }

  #find(ea: number, space: number, pid: number, access: number): number {
    const last = this.#lastHit[access];
    if (this.#matches(last, ea, space, pid)) return last;
    const segment = ea >>> 28;
    const hash = ((ea >>> 12) ^ pid) & (PAGE_HINTS - 1);
    let entry = this.#segmentHint[segment];
    if (!this.#matches(entry, ea, space, pid)) {
      entry = this.#pageHint[hash];
      if (!this.#matches(entry, ea, space, pid)) {
        entry = this.#scan(ea, space, pid);
        if (entry < 0) return entry;
        this.#pageHint[hash] = entry;
        this.#segmentHint[segment] = entry;
      }
    }
    this.#lastHit[access] = entry;
    return entry;
  }

  /** `#matches` of all entries, written out: a guest's TLB miss always comes to the end of this loop. */
  #scan(ea: number, space: number, pid: number): number {
    const words = this.state.words;
    const masks = this.#masks;
    const wanted = W0_VALID | space;
    for (let n = 0, at = TLB; n < ENTRIES_44X; n++, at += ENTRY_WORDS_44X) {
      const word0 = words[at];
      if ((word0 & (W0_VALID | W0_TS)) !== wanted || (word0 ^ ea) & masks[(word0 >>> W0_SIZE_SHIFT) & 15]) continue;
      const tid = words[at + 3];
      if (tid === 0 || tid === pid) return n;
    }
    return -1;
  }
}
