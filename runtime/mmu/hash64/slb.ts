import { GUEST_TLB_OFFSET } from '../../../jit/abi/layout.js';
import type { CpuState } from '../../cpu-state.js';
import { hashOfVsid } from './virtual-page.js';
import {
  basePageShift,
  HPTE_AVPN_LOW,
  SEGMENT_1T,
  SEGMENT_SIZE,
  SHIFT_16M,
  SLB_CLASS,
  SLB_ESID,
  SLB_INDEX,
  SLB_VALID,
  SLB_VSID_1T,
  SLB_VSID_256M,
  SLB_VSID_IMPLEMENTED,
} from './hpte.js';

/** Words of an SLB entry in the CPU state: ESID doubleword low, high; VSID doubleword low, high. */
export const SLB_ENTRY_WORDS = 4;
const SLB = GUEST_TLB_OFFSET >> 2;
const ESID_LOW = 0;
const ESID_HIGH = 1;
const VSID_LOW = 2;
const VSID_HIGH = 3;

/** Bytes of the two kinds of segment. */
export const BYTES_256M = 0x1000_0000;
export const BYTES_1T = 0x100_0000_0000;
/** A low word that no masked address has. */
const NEVER = 1;
const HINTS = 64;

/** A range of effective addresses; see EntryChanged. */
export type SegmentDropped = (startLow: number, startHigh: number, size: number) => void;

/**
 * The segment lookaside buffer of one CPU (ISA 2.07 Book III-S 5.7.6.1 and 5.9.3.1).
 *
 * The entries lie in the CPU state, so they are saved, restored and compared with it; here they are decoded beside it for
 * translation. One more decoded entry stands for the virtual real mode area.
 *
 * Entries that match the same address are a guest's error on the real part; here one of them answers.
 */
export class Slb {
  /** Number of the entry that stands for the virtual real mode area, behind the guest's. */
  readonly realMode: number;
  // Decoded, by entry. An address is in a segment when its masked words are equal to the ESID's.
  readonly esidLow: Int32Array;
  readonly esidHigh: Int32Array;
  readonly maskLow: Int32Array;
  readonly maskHigh: Int32Array;
  /** B and VSID as in the first doubleword of an HPTE. */
  readonly vsidLow: Int32Array;
  readonly vsidHigh: Int32Array;
  /** What of the offset goes into the low word of the AVPN. */
  readonly avpnMask: Int32Array;
  /** What the VSID adds to the hash. */
  readonly hash: Int32Array;
  /** log2 of the base page size; 0 when L and LP encode none. */
  readonly shift: Uint8Array;
  /** Ks, Kp, N, L, C and LP as in the low word of the VSID doubleword. */
  readonly flags: Int32Array;
  /** Entries that may match, by a hash of the address; each is checked before it is used. */
  readonly #hints = new Uint8Array(HINTS);

  /**
   * @param size entries: 32 on POWER7 and POWER8, 64 on the 970; a power of two
   * @param dropped told of segments that ceased to be
   */
  constructor(
    private readonly state: CpuState,
    readonly size: number,
    private readonly dropped: SegmentDropped,
  ) {
    this.realMode = size;
    const words = (): Int32Array => new Int32Array(size + 1);
    this.esidLow = words().fill(NEVER);
    this.esidHigh = words();
    this.maskLow = words();
    this.maskHigh = words();
    this.vsidLow = words();
    this.vsidHigh = words();
    this.avpnMask = words();
    this.hash = words();
    this.flags = words();
    this.shift = new Uint8Array(size + 1);
  }

  /** The entry whose segment holds an address, or -1. Both words may be signed or unsigned. */
  find(eaLow: number, eaHigh: number): number {
    const hint = ((eaLow >>> 28) ^ (eaHigh >>> 6) ^ (eaHigh >>> 26)) & (HINTS - 1);
    const n = this.#hints[hint];
    if ((eaLow & this.maskLow[n]) === this.esidLow[n] && (eaHigh & this.maskHigh[n]) === this.esidHigh[n]) return n;
    const found = this.#scan(eaLow, eaHigh);
    if (found >= 0) this.#hints[hint] = found;
    return found;
  }

  #scan(eaLow: number, eaHigh: number): number {
    const { esidLow, esidHigh, maskLow, maskHigh, size } = this;
    for (let n = 0; n < size; n++) if ((eaLow & maskLow[n]) === esidLow[n] && (eaHigh & maskHigh[n]) === esidHigh[n]) return n;
    return -1;
  }

  /** Whether the guest's entry is valid. */
  isValid(entry: number): boolean {
    return this.esidLow[entry] !== NEVER;
  }

  /** slbmte RS,RB: writes an entry. */
  slbmte(rsLow: number, rsHigh: number, rbLow: number, rbHigh: number): void {
    this.write(rbLow & SLB_INDEX & (this.size - 1), rsLow, rsHigh, rbLow, rbHigh);
  }

  /**
   * Writes an entry, from the values of its VSID and ESID doublewords; the segment that it held is dropped.
   * @param entry its number, below `size`
   */
  write(entry: number, vsidLow: number, vsidHigh: number, esidLow: number, esidHigh: number): void {
    const { words } = this.state;
    const at = SLB + entry * SLB_ENTRY_WORDS;
    const esid = (esidLow & (SLB_ESID | SLB_VALID)) >>> 0;
    const vsid = (vsidLow & SLB_VSID_IMPLEMENTED) >>> 0;
    const [high, vHigh] = [esidHigh >>> 0, vsidHigh >>> 0];
    if (words[at + ESID_LOW] === esid && words[at + ESID_HIGH] === high && words[at + VSID_LOW] === vsid && words[at + VSID_HIGH] === vHigh)
      return;
    this.#report(entry);
    words[at + ESID_LOW] = esid;
    words[at + ESID_HIGH] = high;
    words[at + VSID_LOW] = vsid;
    words[at + VSID_HIGH] = vHigh;
    this.#decode(entry);
  }

  /** slbie RB: invalidates the entry that translates an address, whatever B and C of RB say. */
  slbie(rbLow: number, rbHigh: number): void {
    for (let n = this.#scan(rbLow, rbHigh); n >= 0; n = this.#scan(rbLow, rbHigh)) this.#invalidate(n);
  }

  /**
   * slbia IH: 3 (ISA 3.0) invalidates the entries of class 1, 4 all, 7 none (it is about caches of translations, which never hold more than
   * the SLB does), every other value all but entry 0.
   */
  slbia(ih: number): void {
    if (ih === 7) return;
    for (let n = ih === 3 || ih === 4 ? 0 : 1; n < this.size; n++) {
      if (!this.isValid(n) || (ih === 3 && !(this.flags[n] & SLB_CLASS))) continue;
      this.#invalidate(n);
    }
  }

  /** slbmfee RT,RB: the ESID doubleword of an entry; the high word goes to serviceHigh. */
  slbmfee(rbLow: number): number {
    return this.#read(rbLow, ESID_LOW);
  }
  /** slbmfev RT,RB: the VSID doubleword of an entry; the high word goes to serviceHigh. */
  slbmfev(rbLow: number): number {
    return this.#read(rbLow, VSID_LOW);
  }
  /** slbfee. RT,RB: the VSID doubleword of the entry that translates an address, -1 in both words when none does. */
  slbfee(rbLow: number, rbHigh: number): number {
    const n = this.#scan(rbLow, rbHigh);
    if (n >= 0) return this.#read(n, VSID_LOW);
    this.state.serviceHigh = 0xffffffff;
    return 0xffffffff;
  }

  /** The state was replaced: decodes it anew. */
  reload(): void {
    for (let n = 0; n < this.size; n++) this.#decode(n);
  }

  /** No valid entry; the dropped segments are not reported one by one. */
  reset(): void {
    this.state.words.fill(0, SLB, SLB + this.size * SLB_ENTRY_WORDS);
    this.reload();
  }

  /**
   * Decodes the entry that stands for real mode: EA 0 to 1 TB.
   * @param vsidLow B, VSID, Ks, Kp, N, L and LP as an SLB entry has them
   */
  setRealMode(vsidLow: number, vsidHigh: number): void {
    this.#decodeInto(this.realMode, SLB_VALID, 0, vsidLow, vsidHigh);
  }

  #read(entry: number, word: number): number {
    const at = SLB + (entry & SLB_INDEX & (this.size - 1)) * SLB_ENTRY_WORDS + word;
    const { words } = this.state;
    this.state.serviceHigh = words[at + 1];
    return words[at];
  }

  #invalidate(entry: number): void {
    this.#report(entry);
    const at = SLB + entry * SLB_ENTRY_WORDS;
    this.state.words[at + ESID_LOW] = (this.state.words[at + ESID_LOW] & ~SLB_VALID) >>> 0;
    this.esidLow[entry] = NEVER;
  }

  #report(entry: number): void {
    if (!this.isValid(entry)) return;
    this.dropped(this.esidLow[entry] >>> 0, this.esidHigh[entry] >>> 0, this.maskLow[entry] === 0 ? BYTES_1T : BYTES_256M);
  }

  #decode(entry: number): void {
    const { words } = this.state;
    const at = SLB + entry * SLB_ENTRY_WORDS;
    this.#decodeInto(entry, words[at + ESID_LOW], words[at + ESID_HIGH], words[at + VSID_LOW], words[at + VSID_HIGH]);
  }

  #decodeInto(entry: number, esidLow: number, esidHigh: number, vsidLow: number, vsidHigh: number): void {
    const large = (vsidHigh & SEGMENT_SIZE) === SEGMENT_1T;
    this.maskLow[entry] = large ? 0 : SLB_ESID;
    this.maskHigh[entry] = large ? 0xffffff00 : 0xffffffff;
    this.esidLow[entry] = esidLow & SLB_VALID ? esidLow & this.maskLow[entry] : NEVER;
    this.esidHigh[entry] = esidHigh & this.maskHigh[entry];
    this.vsidLow[entry] = vsidLow & (large ? SLB_VSID_1T : SLB_VSID_256M);
    this.vsidHigh[entry] = vsidHigh;
    this.hash[entry] = hashOfVsid(vsidHigh, this.vsidLow[entry]);
    this.shift[entry] = basePageShift(vsidLow);
    // The AVPN of a base page above 8 MiB leaves out its lowest bit.
    this.avpnMask[entry] = this.shift[entry] >= SHIFT_16M ? HPTE_AVPN_LOW & ~0x80 : HPTE_AVPN_LOW;
    this.flags[entry] = vsidLow & 0xfff;
  }
}
