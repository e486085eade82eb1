import {
  MAP_CACHE_INHIBITED,
  MAP_GUARDED,
  MAP_LITTLE_ENDIAN,
  MAP_SUPERVISOR_ALL,
  MAP_SUPERVISOR_EXECUTE,
  MAP_SUPERVISOR_READ,
  MAP_USER_ALL,
  MAP_USER_EXECUTE,
  MappingError,
} from '../mmu.js';
import type { Mapping } from '../mmu.js';
import { hashOfVsid } from './virtual-page.js';
import type { HashTableStorage } from './hash-page-table.js';
import {
  HPTE_BOLTED,
  HPTE_CHANGED,
  HPTE_COHERENT,
  HPTE_COMPARED,
  HPTE_GUARDED,
  HPTE_INHIBITED,
  HPTE_LARGE,
  HPTE_LP_SHIFT,
  HPTE_NO_EXECUTE,
  HPTE_PP0,
  HPTE_REFERENCED,
  HPTE_SECONDARY,
  HPTE_VALID,
  HPTE_WORDS,
  HPTES_PER_GROUP,
  LARGE_PAGE_ENCODINGS,
  SHIFT_16M,
  SHIFT_4K,
  SHIFT_64K,
  SLB_KP,
  SLB_KS,
  SLB_PAGE_16M,
  SLB_PAGE_4K,
  SLB_PAGE_64K,
  SLB_VALID,
  V_HIGH,
  V_LOW,
} from './hpte.js';
import { allowedByPp, PP_CODES } from './permissions.js';
import { BYTES_256M } from './slb.js';
import type { Slb } from './slb.js';

const WORD = 0x1_0000_0000;
const REAL_SPACE = 2 ** 60;
const ADDRESS_SPACE = 2 ** 64;
const PAGE_SHIFTS = [SHIFT_16M, SHIFT_64K, SHIFT_4K] as const;
const SLB_PAGES: Readonly<Record<number, number>> = { [SHIFT_16M]: SLB_PAGE_16M, [SHIFT_64K]: SLB_PAGE_64K, [SHIFT_4K]: SLB_PAGE_4K };
const READ_WRITE = 3;

const low = (address: number): number => (address % WORD) | 0;
const high = (address: number): number => Math.floor(address / WORD) | 0;
const hex = (value: number): string => `0x${value.toString(16)}`;

/**
 * Enters a mapping as bolted entries. A segment that is not there yet gets an SLB entry (256 MB, VSID = ESID or the next free one, Ks = 0, Kp = 1)
 * with the largest base page that fits; in one that is there, its base page is used.
 *
 * @throws MappingError when something does not fit; SLB entries and pages entered before stay
 */
export function mapHash64(mapping: Mapping, slb: Slb, table: HashTableStorage): void {
  const { virtual, real, size } = mapping;
  const where = `mapping of ${hex(size)} bytes at ${hex(virtual)} to ${hex(real)}`;
  check(mapping, where);
  for (let done = 0; done < size;) {
    const address = virtual + done;
    const part = Math.min(size - done, BYTES_256M - (address % BYTES_256M));
    const segment = segmentOf(slb, { virtual: address, real: real + done, size: part, flags: mapping.flags }, where);
    const page = 2 ** slb.shift[segment];
    if ([address, real + done, part].some((n) => n % page !== 0))
      throw new MappingError(`the segment has pages of ${hex(page)} bytes`, where, 'align addresses and size to them');
    const rLow = attributes(mapping.flags, slb.flags[segment], where);
    for (let at = 0; at < part; at += page) enter(table, slb, segment, address + at, real + done + at, rLow, where);
    done += part;
  }
}

function check({ virtual, real, size, flags }: Mapping, where: string): void {
  const all = MAP_USER_ALL | MAP_SUPERVISOR_ALL | MAP_CACHE_INHIBITED | MAP_GUARDED;
  if (![virtual, real, size].every((n) => Number.isInteger(n) && n >= 0 && n % 0x1000 === 0) || size === 0)
    throw new MappingError('addresses and size are not positive multiples of 4 KiB', where, 'align them to 4096 bytes');
  if (virtual + size > ADDRESS_SPACE) throw new MappingError('it ends beyond 64-bit effective addresses', where, 'make it end below 2^64');
  if (real + size > REAL_SPACE) throw new MappingError('it ends beyond 60-bit real addresses', where, 'make it end below 2^60');
  if (flags & MAP_LITTLE_ENDIAN) throw new MappingError('pages have no byte order of their own', where, 'leave MAP_LITTLE_ENDIAN out');
  if ((flags & ~all) !== 0) throw new MappingError(`flags ${hex(flags & ~all)} are unknown`, where, 'combine MAP_* bits');
}

/** The SLB entry for a part of a mapping that lies in one segment of 256 MB. */
function segmentOf(slb: Slb, part: Mapping, where: string): number {
  const found = slb.find(low(part.virtual), high(part.virtual));
  if (found >= 0) return found;
  let free = 0;
  while (free < slb.size && slb.isValid(free)) free++;
  if (free === slb.size) throw new MappingError('the SLB is full', where, 'invalidate an entry');
  const shift = PAGE_SHIFTS.find((s) => [part.virtual, part.real, part.size].every((n) => n % 2 ** s === 0)) ?? SHIFT_4K;
  let vsid = Math.floor(part.virtual / BYTES_256M);
  const taken = (): boolean => {
    for (let n = 0; n < slb.size; n++)
      if (slb.isValid(n) && slb.vsidLow[n] === low(vsid * 0x1000) && slb.vsidHigh[n] === high(vsid * 0x1000)) return true;
    return false;
  };
  while (taken()) vsid++;
  const flags = SLB_KP | SLB_PAGES[shift];
  slb.write(free, low(vsid * 0x1000) | flags, high(vsid * 0x1000), (low(part.virtual) & 0xf0000000) | SLB_VALID, high(part.virtual));
  return free;
}

/** Low word of the second doubleword for flags, with pp0 in the place of the lowest bit of the page number, where nothing is yet. */
function attributes(flags: number, segmentFlags: number, where: string): number {
  const supervisor = (flags & MAP_SUPERVISOR_ALL) >>> 4;
  const user = flags & MAP_USER_ALL;
  const pp = PP_CODES.find(
    (code) =>
      (allowedByPp((segmentFlags & SLB_KS) !== 0, code) & READ_WRITE) === (supervisor & READ_WRITE) &&
      (allowedByPp((segmentFlags & SLB_KP) !== 0, code) & READ_WRITE) === (user & READ_WRITE),
  );
  const executes = (flags & (MAP_SUPERVISOR_EXECUTE | MAP_USER_EXECUTE)) !== 0;
  const readers = (flags & MAP_SUPERVISOR_READ ? MAP_SUPERVISOR_EXECUTE : 0) | ((user & 1) * MAP_USER_EXECUTE);
  if (pp === undefined || (executes && (flags & (MAP_SUPERVISOR_EXECUTE | MAP_USER_EXECUTE)) !== readers))
    throw new MappingError('no page protection allows just this', where, 'choose other permissions');
  return (
    HPTE_REFERENCED |
    HPTE_CHANGED |
    (executes ? 0 : HPTE_NO_EXECUTE) |
    (flags & MAP_CACHE_INHIBITED ? HPTE_INHIBITED : HPTE_COHERENT) |
    (flags & MAP_GUARDED ? HPTE_GUARDED : 0) |
    (pp & 3) |
    (pp & 4 ? PP0_PLACE : 0)
  );
}
const PP0_PLACE = 0x1000;

function enter(
  table: HashTableStorage,
  slb: Slb,
  segment: number,
  virtual: number,
  real: number,
  attributeWord: number,
  where: string,
): void {
  const shift = slb.shift[segment];
  const offsetLow = low(virtual) & ~slb.maskLow[segment];
  const offsetHigh = high(virtual) & ~slb.maskHigh[segment];
  const avpn = ((offsetHigh << 16) | (offsetLow >>> 16)) & slb.avpnMask[segment];
  const encoding = LARGE_PAGE_ENCODINGS.find((e) => e.base === shift && e.actual === shift);
  const vLow = slb.vsidLow[segment] | avpn | HPTE_VALID | HPTE_BOLTED | (encoding ? HPTE_LARGE : 0);
  const vHigh = slb.vsidHigh[segment];
  const hash = hashOfVsid(vHigh, slb.vsidLow[segment]) ^ ((offsetHigh << (32 - shift)) | (offsetLow >>> shift));
  const place = findPlace(table, hash, vHigh, vLow);
  if (place < 0) throw new MappingError('both groups of the hash table are full', where, 'make the table larger');
  const secondary = Math.floor(place / HPTES_PER_GROUP) === (hash & table.groupMask) >>> 0 ? 0 : HPTE_SECONDARY;
  const rHigh = high(real) | (attributeWord & PP0_PLACE ? HPTE_PP0 : 0);
  table.store(place, vHigh, vLow | secondary, rHigh, low(real) | ((encoding?.lp ?? 0) << HPTE_LP_SHIFT) | (attributeWord & ~PP0_PLACE));
}

/** The entry that holds the page already, or else a free one, the primary group first; -1 when there is none. */
function findPlace(table: HashTableStorage, hash: number, vHigh: number, vLow: number): number {
  const groups = [(hash & table.groupMask) >>> 0, (~hash & table.groupMask) >>> 0];
  let free = -1;
  for (const [n, group] of groups.entries()) {
    const wanted = (vLow & HPTE_COMPARED) | (n === 0 ? 0 : HPTE_SECONDARY);
    for (let entry = group * HPTES_PER_GROUP; entry < (group + 1) * HPTES_PER_GROUP; entry++) {
      const at = table.base + entry * HPTE_WORDS;
      const word = table.words[at + V_LOW];
      if ((word & HPTE_COMPARED) === wanted && table.words[at + V_HIGH] === vHigh) return entry;
      if (free < 0 && !(word & HPTE_VALID)) free = entry;
    }
  }
  return free;
}
