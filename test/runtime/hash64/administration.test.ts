import { describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE } from '../../../jit/abi/exits.js';
import { HashPageTable, HashTableSizeError, shiftForMemory } from '../../../runtime/mmu/hash64/hash-page-table.js';
import {
  MAP_CACHE_INHIBITED,
  MAP_GUARDED,
  MAP_LITTLE_ENDIAN,
  MAP_SUPERVISOR_ALL,
  MAP_SUPERVISOR_READ,
  MAP_SUPERVISOR_WRITE,
  MAP_USER_ALL,
  MAP_USER_READ,
  MappingError,
} from '../../../runtime/mmu/mmu.js';
import { Hash64Bed, PAGE_KINDS, PROBLEM, RELOCATED, startOf, type Segment } from '../../support/hash64.js';

const MIB = 0x10_0000;
const READ_WRITE = MAP_SUPERVISOR_READ | MAP_SUPERVISOR_WRITE;

describe('the table', () => {
  it.each([17, 47, 18.5, NaN])('2^%s bytes are refused', (shift) => {
    expect(() => new HashPageTable(shift)).toThrow(HashTableSizeError);
  });
  it('a size that the host has no room for is refused', () => {
    expect(() => new HashPageTable(46)).toThrow(/no room/);
  });
  it('sizes for memory: a fraction of it, rounded up to a power of two, 256 KiB at least', () => {
    expect([64, 128, 256].map((f) => shiftForMemory(2 ** 30, f as 64))).toEqual([24, 23, 22]);
    expect([1, MIB, 16 * MIB, 17 * MIB, 2 ** 31 + 1, 2 ** 60].map((b) => shiftForMemory(b))).toEqual([18, 18, 18, 19, 26, 46]);
  });
});

describe('map', () => {
  it.each([
    ['16M', 0x1_0000_0000, 32 * MIB, 32 * MIB, 0x1000000],
    ['64K', 0x1_0010_0000, 0x30000, 0x50000, 0x10000],
    ['4K', 0x1_0000_1000, 0x2000, 0x5000, 0x1000],
  ])('in pages of %s', (_name, virtual, real, size, page) => {
    const bed = new Hash64Bed(20);
    bed.mmu.map({ virtual, real, size, flags: MAP_SUPERVISOR_ALL });
    expect(bed.dropped.at(-1)?.size).toBe(Infinity);
    for (const at of [0, size / 2, size - 4]) {
      const r = bed.translate(BigInt(virtual + at), ACCESS_READ);
      expect(r).toMatchObject({ ok: true, physical: real + at, pageSize: page, readable: true, writable: true, executable: true });
    }
    expect(bed.translate(BigInt(virtual + size), ACCESS_READ).ok).toBe(false);
    bed.state.msr = RELOCATED | PROBLEM;
    expect(bed.translate(BigInt(virtual), ACCESS_READ)).toMatchObject({ ok: false, syndrome: 0x08000000 });
  });

  it('across segments, high addresses, over what is there', () => {
    const bed = new Hash64Bed(20);
    bed.mmu.map({ virtual: 0xc000_0000_0000_0000 + 0x0ff0_0000, real: 0, size: 2 * MIB, flags: MAP_SUPERVISOR_ALL });
    bed.mmu.map({
      virtual: 0xc000_0000_0000_0000 + 0x0ff0_0000,
      real: 4 * MIB,
      size: MIB,
      flags: MAP_USER_ALL | READ_WRITE | MAP_SUPERVISOR_ALL,
    });
    for (const [ea, physical] of [
      [0xc000_0000_0ff0_1234n, 4 * MIB + 0x1234],
      [0xc000_0000_1000_0000n, MIB],
      [0xc000_0000_100f_fffcn, 2 * MIB - 4],
    ] as const)
      expect(bed.translate(ea, ACCESS_WRITE)).toMatchObject({ ok: true, physical });
    bed.state.msr = RELOCATED | PROBLEM;
    expect([0x0ff0_0000n, 0x1000_0000n].map((ea) => bed.translate(0xc000_0000_0000_0000n + ea, ACCESS_READ).ok)).toEqual([true, false]);
  });

  it('more pages than the primary group holds go to the secondary one, and then nowhere', () => {
    const bed = new Hash64Bed();
    // 2^11 groups: pages 2^11 apart share one.
    for (let n = 0; n < 16; n++) bed.mmu.map({ virtual: n * 8 * MIB, real: 0x1000 * n, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    for (let n = 0; n < 16; n++) expect(bed.translate(BigInt(n * 8 * MIB), ACCESS_READ).physical).toBe(0x1000 * n);
    expect(() => bed.mmu.map({ virtual: 16 * 8 * MIB, real: 0, size: 0x1000, flags: MAP_SUPERVISOR_ALL })).toThrow(MappingError);
  });

  it('permissions and attributes', () => {
    const size = 0x1000;
    for (const [flags, supervisor, user] of [
      [MAP_SUPERVISOR_ALL, 'rwx', ''],
      [READ_WRITE, 'rw', ''],
      [MAP_SUPERVISOR_READ, 'r', ''],
      [READ_WRITE | MAP_USER_READ, 'rw', 'r'],
      [MAP_SUPERVISOR_READ | MAP_USER_READ, 'r', 'r'],
      [MAP_SUPERVISOR_ALL | MAP_USER_ALL, 'rwx', 'rwx'],
    ] as const) {
      const bed = new Hash64Bed();
      bed.mmu.map({ virtual: 0, real: 0, size, flags });
      for (const [msr, letters] of [
        [RELOCATED, supervisor],
        [RELOCATED | PROBLEM, user],
      ] as const) {
        bed.state.msr = msr;
        const can = [ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH].filter((access) => bed.translate(0n, access).ok);
        expect(can.map((access) => 'rwx'[access]).join('')).toBe(letters);
      }
    }
    const bed = new Hash64Bed();
    bed.mmu.map({ virtual: 0, real: 0, size, flags: READ_WRITE | MAP_CACHE_INHIBITED | MAP_GUARDED });
    expect(bed.translate(0n, ACCESS_READ)).toMatchObject({ cacheInhibited: true, guarded: true, executable: false });
  });

  it.each([
    ['half a page', { virtual: 0x800, real: 0, size: 0x1000, flags: MAP_SUPERVISOR_ALL }],
    ['nothing', { virtual: 0, real: 0, size: 0, flags: MAP_SUPERVISOR_ALL }],
    ['the end of addresses', { virtual: 2 ** 64 - 2 ** 20, real: 0, size: 2 * MIB, flags: MAP_SUPERVISOR_ALL }],
    ['the end of real addresses', { virtual: 0, real: 2 ** 60, size: MIB, flags: MAP_SUPERVISOR_ALL }],
    ['a byte order', { virtual: 0, real: 0, size: MIB, flags: MAP_SUPERVISOR_ALL | MAP_LITTLE_ENDIAN }],
    ['unknown flags', { virtual: 0, real: 0, size: MIB, flags: MAP_SUPERVISOR_ALL | 0x1000 }],
    ['more for users than for the supervisor', { virtual: 0, real: 0, size: MIB, flags: MAP_USER_ALL }],
    ['fetches without loads', { virtual: 0, real: 0, size: MIB, flags: MAP_SUPERVISOR_ALL | MAP_USER_READ }],
  ])('refuses %s', (_what, mapping) => {
    const bed = new Hash64Bed();
    const before = bed.table.words.slice();
    expect(() => bed.mmu.map(mapping)).toThrow(MappingError);
    expect(Buffer.compare(Buffer.from(bed.table.words.buffer), Buffer.from(before.buffer))).toBe(0);
  });

  it('uses the pages of the segment that is there, and refuses what does not fit them', () => {
    const bed = new Hash64Bed(20);
    const s: Segment = { large: true, esid: 2n, vsid: 99n, kp: true, page: PAGE_KINDS[3]! };
    bed.segment(0, s);
    const virtual = Number(startOf(s));
    bed.mmu.map({ virtual, real: 16 * MIB, size: 16 * MIB, flags: MAP_SUPERVISOR_ALL });
    expect(bed.translate(startOf(s) + 0x12345n, ACCESS_READ)).toMatchObject({ physical: 16 * MIB + 0x12345, pageSize: 0x10000 });
    expect(() => bed.mmu.map({ virtual: virtual + 0x1000, real: 0, size: 0x1000, flags: MAP_SUPERVISOR_ALL })).toThrow(/pages of 0x10000/);
  });

  it('refuses a new segment when the SLB is full', () => {
    const bed = new Hash64Bed();
    for (let n = 0; n < 32; n++) bed.segment(n, { large: false, esid: BigInt(n), vsid: BigInt(n), page: PAGE_KINDS[0]! });
    expect(() => bed.mmu.map({ virtual: 2 ** 40, real: 0, size: 0x1000, flags: MAP_SUPERVISOR_ALL })).toThrow(/SLB is full/);
  });
});

it('dumpTlb shows the valid segments and the shadow entries', () => {
  const bed = new Hash64Bed();
  bed.segment(1, { large: true, esid: 0xc00000n, vsid: 0x123n, ks: true, page: PAGE_KINDS[5]! });
  bed.segment(12, { large: false, esid: 0x7_ffff_fff3n, vsid: 0x4_5678n, kp: true, n: true, c: true, page: PAGE_KINDS[3]! });
  const text = bed.mmu.dumpTlb([{ virtual: 0x7fff_3000_0000, target: 0x4001000, size: 4096, access: 'rw', context: 0x17 }]);
  expect(text.split('\n')).toEqual([
    '    #  segment           VSID doubleword   size  page Ks Kp N C',
    'G   1  c000000000000000  4000000123000900    1T   16M  1  0 0 0',
    'G  12  7fffffff30000000  0000000045678790  256M   64K  0  1 1 1',
    'S      00007fff30000000  004001000  4096 bytes  rw  context 0017',
    '',
  ]);
});
