import {
  GROUP_WORDS,
  HPTE_AVPN_LOW,
  HPTE_SECONDARY,
  HPTE_VALID,
  HPTE_WORDS,
  pageSizesOf,
  R_LOW,
  SEGMENT_1T,
  SEGMENT_SIZE,
  SLB_VSID_1T,
  SLB_VSID_256M,
  V_HIGH,
  V_LOW,
} from './hpte.js';

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

/** Which virtual page an entry is about, from its words and its place. One object serves for many entries, one after the other. */
export class VirtualPage {
  /** B and VSID as in the first word of an entry, signed. */
  vsidHigh = 0;
  /** Low part of the VSID, where the second word of an entry has it, signed; all else zero. */
  vsidLow = 0;
  /** Offset of the base page in its segment: low word, signed, and high word, 0 to 0xff. */
  offsetLow = 0;
  offsetHigh = 0;
  /** log2 of the base page size. */
  shift = 0;

  /**
   * @param words of a table that begins at index 0
   * @returns false when the entry is not valid or no page size is encoded so
   */
  read(words: Int32Array, entry: number): boolean {
    const at = entry * HPTE_WORDS;
    const vLow = words[at + V_LOW];
    if (!(vLow & HPTE_VALID)) return false;
    const sizes = pageSizesOf(vLow, words[at + R_LOW]);
    if (sizes === 0) return false;
    this.shift = sizes >>> 8;
    this.vsidHigh = words[at + V_HIGH];
    const large = (this.vsidHigh & SEGMENT_SIZE) === SEGMENT_1T;
    this.vsidLow = vLow & (large ? SLB_VSID_1T : SLB_VSID_256M);
    // The bits of the offset that the AVPN leaves out (below 2^23) are in the number of the group: tables have 2^11 groups at least.
    const group = Math.floor(at / GROUP_WORDS);
    const page = (vLow & HPTE_SECONDARY ? ~group : group) ^ hashOfVsid(this.vsidHigh, this.vsidLow);
    const below = this.shift < 23 ? (page << this.shift) & 0x7fffff : 0;
    const avpn = vLow & HPTE_AVPN_LOW;
    this.offsetLow = ((avpn << 16) & (large ? 0xff800000 : 0x0f800000)) | below;
    this.offsetHigh = large ? (avpn >>> 16) & 0xff : 0;
    return true;
  }

  /** The primary hash, low 32 bits. */
  hash(): number {
    return hashOfVsid(this.vsidHigh, this.vsidLow) ^ ((this.offsetHigh << (32 - this.shift)) | (this.offsetLow >>> this.shift));
  }
}
