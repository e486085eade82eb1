import { describe, expect, it } from 'vitest';
import { ACCESS_READ, ACCESS_WRITE } from '../../jit/abi/exits.js';
import {
  H_BULK_REMOVE,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_CLOSED,
  H_ENTER,
  H_NOT_FOUND,
  H_PROTECT,
  H_PTEG_FULL,
  H_READ,
  H_REMOVE,
  H_RESIZE_HPT_COMMIT,
  H_RESIZE_HPT_PREPARE,
} from '../../src/hypervisor/papr/hpt-call-numbers.js';
import { H_PARAMETER, H_RESOURCE, H_SUCCESS } from '../../src/hypervisor/papr/status.js';
import { bit, entryOf, groupOf, PAGE_KINDS, startOf, type Page, type Segment } from '../support/hash64.js';
import { HptBed } from '../support/hpt-bed.js';

// Flags as PAPR numbers their bits.
const EXACT = bit(24);
const READ_4 = bit(26);
const AVPN = bit(32);
const ANDCOND = bit(33);
const ICACHE_INVALIDATE = bit(40);
const ICACHE_SYNCHRONIZE = bit(41);
const ZERO_PAGE = bit(48);
const N = bit(61);

const R = bit(55);
const C = bit(56);
const kind64K = PAGE_KINDS[3]!;
const SEGMENT: Segment = { large: true, esid: 0xc00000n, vsid: 0x5_4321n, page: kind64K };
const PAGE: Page = { kind: kind64K, real: 0x30_0000n, r: true, c: true };
const GROUP = groupOf(SEGMENT, 0n, 16, false, 18);

/** Enters the page at the segment's start; returns its index. */
function enter(bed: HptBed, page: Page = PAGE, flags = 0n, offset = 0n): number {
  const { v, r } = entryOf(SEGMENT, offset, page);
  const group = groupOf(SEGMENT, offset, page.kind.base, page.secondary === true, bed.table.shift);
  expect(bed.call(H_ENTER, flags, BigInt(8 * group), v, r)).toBe(H_SUCCESS);
  return Number(bed.result(4));
}

describe('H_ENTER', () => {
  it('takes the first free place of the group and says which', () => {
    const bed = new HptBed();
    const { v, r } = entryOf(SEGMENT, 0n, PAGE);
    for (let n = 0; n < 8; n++) {
      // The place in the group that the caller names does not matter.
      expect(bed.call(H_ENTER, 0n, BigInt(8 * GROUP + ((5 * n) & 7)), v, r)).toBe(H_SUCCESS);
      expect(bed.result(4)).toBe(BigInt(8 * GROUP + n));
      expect([bed.first(8 * GROUP + n), bed.second(8 * GROUP + n)]).toEqual([v, r]);
    }
    expect(bed.call(H_ENTER, 0n, BigInt(8 * GROUP), v, r)).toBe(H_PTEG_FULL);
    bed.call(H_REMOVE, 0n, BigInt(8 * GROUP + 6), 0n);
    expect(bed.call(H_ENTER, 0n, BigInt(8 * GROUP), v, r)).toBe(H_SUCCESS);
    expect(bed.result(4)).toBe(BigInt(8 * GROUP + 6));
  });

  it('H_EXACT: that place or none', () => {
    const bed = new HptBed();
    const { v, r } = entryOf(SEGMENT, 0n, PAGE);
    const index = 8 * GROUP + 5;
    expect(bed.call(H_ENTER, EXACT, BigInt(index), v, r)).toBe(H_SUCCESS);
    expect(bed.result(4)).toBe(BigInt(index));
    const before = bed.image();
    expect(bed.call(H_ENTER, EXACT, BigInt(index), v, r | N)).toBe(H_PTEG_FULL);
    expect(bed.image()).toEqual(before);
  });

  it.each(PAGE_KINDS)('H_ZERO_PAGE zeroes the whole page of $name before it is there', ({ actual, ...rest }) => {
    const bed = new HptBed();
    const kind = { actual, ...rest };
    const segment = { ...SEGMENT, page: kind };
    const { v, r } = entryOf(segment, 0n, { kind, real: 0x300_0000n });
    expect(bed.call(H_ENTER, ICACHE_INVALIDATE | ICACHE_SYNCHRONIZE, 0n, v, r)).toBe(H_SUCCESS);
    expect(bed.written).toEqual([]);
    expect(bed.call(H_ENTER, ZERO_PAGE | ICACHE_INVALIDATE, 0n, v, r)).toBe(H_SUCCESS);
    expect(bed.written.map((w) => [w.address, w.bytes.length, w.bytes.some((b) => b !== 0)])).toEqual([[0x300_0000, 2 ** actual, false]]);
  });

  it('H_ZERO_PAGE is ignored for devices', () => {
    const bed = new HptBed();
    const { v, r } = entryOf(SEGMENT, 0n, { ...PAGE, real: 0x100_0000_0000n, i: true, g: true });
    expect(bed.call(H_ENTER, ZERO_PAGE, 0n, v, r)).toBe(H_SUCCESS);
    expect(bed.written).toEqual([]);
  });

  it('keeps nothing of the hypervisor’s, and makes the entry valid', () => {
    const bed = new HptBed();
    const { v, r } = entryOf(SEGMENT, 0n, PAGE);
    expect(bed.call(H_ENTER, 0n, 0n, (v | 0x78n) & ~1n, r | bit(1))).toBe(H_SUCCESS);
    expect([bed.first(0), bed.second(0)]).toEqual([v | 0x18n, r]);
  });

  it.each([
    ['the index', 0x4000n, 0n, 0n],
    ['the index, in its high word', 1n << 32n, 0n, 0n],
    ['the page size', 0n, 0n, 0x2000n],
    ['cached devices', 0n, 0n, 1n << 40n],
  ])('H_PARAMETER for %s', (_what, index, extraV, extraR) => {
    const bed = new HptBed();
    const { v, r } = entryOf(SEGMENT, 0n, PAGE);
    const before = bed.image();
    expect(bed.call(H_ENTER, 0n, index, v | extraV, r | extraR)).toBe(H_PARAMETER);
    expect(bed.image()).toEqual(before);
  });

  it('WIMG: coherent memory (or strongly ordered), uncached devices', () => {
    for (let wimg = 0; wimg < 16; wimg++)
      for (const memory of [true, false]) {
        const bed = new HptBed();
        const { v, r } = entryOf(SEGMENT, 0n, { ...PAGE, real: memory ? 0n : 0x100_0000_0000n });
        const status = bed.call(H_ENTER, 0n, 0n, v, (r & ~0x78n) | (BigInt(wimg) << 3n));
        const fits = memory ? wimg === 0b0010 || wimg === 0b1110 : (wimg & 0b1100) === 0b0100;
        expect([wimg, memory, status]).toEqual([wimg, memory, fits ? H_SUCCESS : H_PARAMETER]);
      }
  });

  it('a page that is memory only in part is refused', () => {
    const bed = new HptBed(18, 0x1000_8000);
    const { v, r } = entryOf(SEGMENT, 0n, { ...PAGE, real: 0x1000_0000n });
    expect(bed.call(H_ENTER, 0n, 0n, v, r)).toBe(H_PARAMETER);
  });
});

describe('H_REMOVE', () => {
  it('returns the entry with R and C as accesses left them, and drops what CPUs derived from it', () => {
    const bed = new HptBed();
    const index = enter(bed, { kind: kind64K, real: 0x30_0000n });
    for (const cpu of bed.cpus) cpu.segment(0, SEGMENT);
    expect(bed.cpus[1].translate(startOf(SEGMENT) + 0x1234n, ACCESS_WRITE)).toMatchObject({ ok: true, physical: 0x30_1234 });
    const { v, r } = entryOf(SEGMENT, 0n, PAGE);
    expect(bed.call(H_REMOVE, 0n, BigInt(index), 0n)).toBe(H_SUCCESS);
    expect([bed.result(4), bed.result(5)]).toEqual([v, r]);
    expect([bed.first(index), bed.second(index)]).toEqual([0n, 0n]);
    for (const cpu of bed.cpus) {
      expect(cpu.dropped.map((d) => [d.start, d.size])).toEqual([[startOf(SEGMENT), 0x10000]]);
      expect(cpu.translate(startOf(SEGMENT), ACCESS_READ).ok).toBe(false);
    }
  });

  it.each([
    ['an entry that is not valid', 0n, 3n, 0n, H_NOT_FOUND],
    ['an index beyond the table', 0n, 0x4000n, 0n, H_PARAMETER],
    ['an index far beyond it', 0n, 1n << 40n, 0n, H_PARAMETER],
  ])('%s', (_what, flags, index, avpn, status) => {
    expect(new HptBed().call(H_REMOVE, flags, index, avpn)).toBe(status);
  });

  it('H_AVPN and H_ANDCOND', () => {
    const { v } = entryOf(SEGMENT, 0n, { ...PAGE, bolted: true });
    for (const [flags, argument, status] of [
      [AVPN, v & ~0x7fn, H_SUCCESS],
      [AVPN, v, H_NOT_FOUND],
      [AVPN, (v & ~0x7fn) ^ bit(56), H_NOT_FOUND],
      [AVPN, (v & ~0x7fn) ^ bit(1), H_NOT_FOUND],
      [AVPN, (v & ~0x7fn) ^ bit(31), H_NOT_FOUND],
      [ANDCOND, 0n, H_SUCCESS],
      [ANDCOND, bit(59), H_NOT_FOUND],
      [ANDCOND, bit(1), H_NOT_FOUND],
      [ANDCOND, bit(60), H_SUCCESS],
      [AVPN | ANDCOND, v & ~0x7fn, H_NOT_FOUND],
    ] as const) {
      const bed = new HptBed();
      const index = enter(bed, { ...PAGE, bolted: true });
      const before = bed.image();
      expect(bed.call(H_REMOVE, flags, BigInt(index), argument)).toBe(status);
      if (status === H_SUCCESS) expect(bed.first(index)).toBe(0n);
      else expect(bed.image()).toEqual(before);
    }
  });
});

describe('H_BULK_REMOVE', () => {
  const REQUEST = 1n << 62n;
  const RESPONSE = 2n << 62n;
  const END = 3n << 62n;
  const BY_ANDCOND = 1n << 56n;
  const BY_AVPN = 2n << 56n;

  it('removes up to four entries and tells R and C of each', () => {
    const bed = new HptBed();
    const indices = [0, 1, 2, 3].map((n) => enter(bed, { ...PAGE, r: (n & 1) !== 0, c: (n & 2) !== 0 }, 0n, BigInt(n) << 16n));
    const args = indices.flatMap((index) => [REQUEST | BigInt(index), 0n]);
    expect(bed.call(H_BULK_REMOVE, ...args)).toBe(H_SUCCESS);
    indices.forEach((index, n) => {
      // R in bit 4, C in bit 5 of the response.
      expect(bed.result(4 + 2 * n)).toBe(RESPONSE | (n & 1 ? bit(4) : 0n) | (n & 2 ? bit(5) : 0n) | BigInt(index));
      expect(bed.first(index)).toBe(0n);
    });
  });

  it('conditions, entries that are not found, and the end', () => {
    const bed = new HptBed();
    const { v } = entryOf(SEGMENT, 0n, { ...PAGE, bolted: true });
    const a = enter(bed, { ...PAGE, bolted: true });
    const b = enter(bed, { ...PAGE, bolted: true });
    const args = [
      REQUEST | BY_AVPN | BigInt(a),
      v & ~0x7fn,
      REQUEST | BY_ANDCOND | BigInt(b),
      0x10n,
      REQUEST | 77n,
      0n,
      END | BigInt(b),
      0n,
    ];
    expect(bed.call(H_BULK_REMOVE, ...args)).toBe(H_SUCCESS);
    expect([4, 6, 8, 10].map((n) => bed.result(n))).toEqual([
      RESPONSE | BY_AVPN | bit(4) | bit(5) | BigInt(a),
      RESPONSE | BY_ANDCOND | (1n << 60n) | BigInt(b),
      RESPONSE | (1n << 60n) | 77n,
      END | BigInt(b),
    ]);
    expect([bed.table.isValid(a), bed.table.isValid(b)]).toEqual([false, true]);
  });

  it.each([
    ['no request', 0n, 0n],
    ['a response', RESPONSE, RESPONSE],
    ['both conditions', REQUEST | BY_AVPN | BY_ANDCOND, RESPONSE | BY_AVPN | BY_ANDCOND],
    ['an index beyond the table', REQUEST | 0x4000n, RESPONSE | 0x4000n],
    ['an index far beyond it', REQUEST | (1n << 55n), RESPONSE | (1n << 55n)],
  ])('H_PARAMETER ends it: %s', (_what, bad, answer) => {
    const bed = new HptBed();
    const index = enter(bed);
    const after = enter(bed);
    const args = [REQUEST | BigInt(index), 0n, bad, 0n, REQUEST | BigInt(after), 0n];
    expect(bed.call(H_BULK_REMOVE, ...args)).toBe(H_PARAMETER);
    expect(bed.result(6)).toBe((answer & ~(3n << 62n)) | RESPONSE | (2n << 60n));
    expect([bed.table.isValid(index), bed.table.isValid(after)]).toEqual([false, true]);
    expect(bed.result(8)).toBe(REQUEST | BigInt(after));
  });
});

describe('H_READ', () => {
  it('one entry, or the four around it; valid or not', () => {
    const bed = new HptBed();
    const indices = [0, 1, 2].map((n) => enter(bed, { ...PAGE, key: n }));
    expect(bed.call(H_READ, 0n, BigInt(indices[1]!))).toBe(H_SUCCESS);
    expect([bed.result(4), bed.result(5)]).toEqual([bed.first(indices[1]!), bed.second(indices[1]!)]);
    expect(bed.result(6)).toBe(0x5555_5555_5555_5555n);
    expect(bed.call(H_READ, READ_4, BigInt(8 * GROUP + 3))).toBe(H_SUCCESS);
    for (let n = 0; n < 4; n++)
      expect([bed.result(4 + 2 * n), bed.result(5 + 2 * n)]).toEqual([bed.first(8 * GROUP + n), bed.second(8 * GROUP + n)]);
    expect(bed.result(10)).toBe(0n);
    expect(bed.call(H_READ, 0n, 0x3fffn)).toBe(H_SUCCESS);
    expect(bed.call(H_READ, 0n, 0x4000n)).toBe(H_PARAMETER);
  });
});

describe('H_PROTECT', () => {
  it('changes pp, N and key, for every value, and nothing else', () => {
    for (let pp = 0; pp < 8; pp++)
      for (const n of [false, true])
        for (const key of [0, 5, 18, 31]) {
          const bed = new HptBed();
          const index = enter(bed, { ...PAGE, pp: 7 - pp, key: 31 - key, n: !n, bolted: true });
          // pp0 in bit 55, key in bits 50 and 51 and 52 to 54, N in 61, pp1 and pp2 in 62 and 63.
          const flags = (BigInt(pp >> 2) << 8n) | (BigInt(key >> 3) << 12n) | (BigInt(key & 7) << 9n) | (n ? N : 0n) | BigInt(pp & 3);
          expect(bed.call(H_PROTECT, flags, BigInt(index), 0n)).toBe(H_SUCCESS);
          const { v, r } = entryOf(SEGMENT, 0n, { ...PAGE, pp, key, n, bolted: true });
          expect([bed.first(index), bed.second(index)]).toEqual([v, r]);
        }
  });

  it('drops what CPUs derived from the entry', () => {
    const bed = new HptBed();
    bed.cpus[0].segment(0, { ...SEGMENT, ks: true });
    const index = enter(bed, { ...PAGE, pp: 2 });
    expect(bed.cpus[0].translate(startOf(SEGMENT), ACCESS_WRITE).ok).toBe(true);
    expect(bed.call(H_PROTECT, 1n, BigInt(index), 0n)).toBe(H_SUCCESS);
    expect(bed.cpus[0].dropped).toHaveLength(1);
    expect(bed.cpus[0].translate(startOf(SEGMENT), ACCESS_WRITE)).toMatchObject({ ok: false, syndrome: 0x0a000000 });
  });

  it('H_AVPN, and what is not there', () => {
    const bed = new HptBed();
    const index = BigInt(enter(bed));
    const { v } = entryOf(SEGMENT, 0n, PAGE);
    const before = bed.image();
    expect(bed.call(H_PROTECT, AVPN | 3n, index, (v & ~0x7fn) ^ bit(40))).toBe(H_NOT_FOUND);
    expect(bed.call(H_PROTECT, 3n, index + 1n, 0n)).toBe(H_NOT_FOUND);
    expect(bed.call(H_PROTECT, 3n, 0x4000n, 0n)).toBe(H_PARAMETER);
    expect(bed.image()).toEqual(before);
    expect(bed.call(H_PROTECT, AVPN | 3n, index, v & ~0x7fn)).toBe(H_SUCCESS);
    expect(bed.second(Number(index)) & 3n).toBe(3n);
  });
});

describe('H_CLEAR_MOD and H_CLEAR_REF', () => {
  it.each([
    ['H_CLEAR_MOD', H_CLEAR_MOD, C],
    ['H_CLEAR_REF', H_CLEAR_REF, R],
  ])('%s: returns the second doubleword as it was, and the next access marks it anew', (_name, number, mark) => {
    const bed = new HptBed();
    bed.cpus[0].segment(0, SEGMENT);
    const index = enter(bed);
    const before = bed.second(index);
    expect(bed.call(number, 0n, BigInt(index))).toBe(H_SUCCESS);
    expect(bed.result(4)).toBe(before);
    expect(bed.second(index)).toBe(before & ~mark);
    expect(bed.cpus[0].dropped).toHaveLength(1);
    expect(bed.call(number, 0n, BigInt(index))).toBe(H_SUCCESS);
    expect(bed.result(4)).toBe(before & ~mark);
    expect(bed.cpus[0].dropped).toHaveLength(1);
    bed.cpus[0].translate(startOf(SEGMENT), ACCESS_WRITE);
    expect(bed.second(index)).toBe(before);
    expect(bed.call(number, 0n, BigInt(index + 1))).toBe(H_NOT_FOUND);
    expect(bed.call(number, 0n, 0x4000n)).toBe(H_PARAMETER);
  });
});

describe('H_RESIZE_HPT', () => {
  it.each([17n, 47n, 1n << 33n])('PREPARE refuses 2^%i bytes', (shift) => {
    expect(new HptBed().call(H_RESIZE_HPT_PREPARE, 0n, shift)).toBe(H_PARAMETER);
  });

  it('flags, what is not prepared and what is too large', () => {
    const bed = new HptBed(18, 0x1000_0000, 20);
    expect(bed.call(H_RESIZE_HPT_PREPARE, 1n, 19n)).toBe(H_PARAMETER);
    expect(bed.call(H_RESIZE_HPT_COMMIT, 1n, 19n)).toBe(H_PARAMETER);
    expect(bed.call(H_RESIZE_HPT_COMMIT, 0n, 19n)).toBe(H_CLOSED);
    expect(bed.call(H_RESIZE_HPT_PREPARE, 0n, 21n)).toBe(H_RESOURCE);
    expect(bed.call(H_RESIZE_HPT_PREPARE, 0n, 20n)).toBe(H_SUCCESS);
    expect(bed.call(H_RESIZE_HPT_COMMIT, 0n, 19n)).toBe(H_CLOSED);
    expect(bed.call(H_RESIZE_HPT_PREPARE, 0n, 0n)).toBe(H_SUCCESS);
    expect(bed.call(H_RESIZE_HPT_COMMIT, 0n, 20n)).toBe(H_CLOSED);
    expect(bed.call(H_RESIZE_HPT_PREPARE, 0n, 20n)).toBe(H_SUCCESS);
    bed.calls.reset();
    expect(bed.call(H_RESIZE_HPT_COMMIT, 0n, 20n)).toBe(H_CLOSED);
    expect(bed.table.shift).toBe(18);
  });

  for (const kind of PAGE_KINDS)
    it.each([18, 19, 22])(`bolted entries (${kind.name}) move from 2^20 bytes to 2^%i, all others go`, (shift) => {
      const bed = new HptBed(20);
      for (const large of [false, true]) {
        const segment: Segment = { large, esid: large ? 7n : 5n, vsid: 0x1234_5678n + BigInt(large), page: kind };
        bed.cpus[0].segment(large ? 1 : 0, segment);
        for (let n = 0n; n < 12n; n++) {
          // Far from one another, but the last ones share groups.
          const offset = (n * 0x123_4000n + (n > 8n ? 0n : n << 24n)) & ((large ? 1n << 40n : 1n << 28n) - (1n << BigInt(kind.base)));
          const secondary = n % 3n === 0n;
          if (bed.cpus[0].mmu.probe(Number((startOf(segment) + offset) & 0xffffffffn), Number((startOf(segment) + offset) >> 32n)) >= 0)
            continue;
          bed.cpus[0].page(segment, offset, { kind, real: 0x300_0000n, secondary, bolted: n % 2n === 0n, r: true, c: n % 4n === 0n });
        }
      }
      const entries = (): string[] =>
        Array.from({ length: bed.table.entries }, (_, n) => n)
          .filter((n) => bed.first(n) & 0x10n)
          .map((n) => `${bed.first(n)} ${bed.second(n)}`)
          .sort();
      const before = entries();
      expect(before.length).toBeGreaterThan(1);
      const found = translations(bed);
      expect(found.filter((physical) => physical >= 0).length).toBeGreaterThan(1);
      expect(bed.call(H_RESIZE_HPT_PREPARE, 0n, BigInt(shift))).toBe(H_SUCCESS);
      expect(bed.call(H_RESIZE_HPT_COMMIT, 0n, BigInt(shift))).toBe(H_SUCCESS);
      expect(bed.table.shift).toBe(shift);
      expect(entries()).toEqual(before);
      expect(bed.table.words.filter((word, n) => n % 4 === 1 && word & 1)).toHaveLength(before.length);
      expect(bed.cpus.map((cpu) => cpu.dropped.at(-1)?.size)).toEqual([Infinity, Infinity]);
      expect(translations(bed)).toEqual(found);
    });

  /** Where the bolted entries of the test above take the CPU. */
  function translations(bed: HptBed): number[] {
    return [5n << 28n, 7n << 40n].flatMap((start) => {
      const large = start > 1n << 40n;
      return [0n, 2n, 4n, 6n, 8n, 10n].map((n) => {
        const offset = (n * 0x123_4000n + (n > 8n ? 0n : n << 24n)) & ((large ? 1n << 40n : 1n << 28n) - 1n);
        return bed.cpus[0].mmu.probe(Number((start + offset) & 0xffffffffn), Number((start + offset) >> 32n));
      });
    });
  }

  it('more bolted entries than a group has room for: H_PTEG_FULL, and the old table stays', () => {
    const bed = new HptBed(19);
    const segment: Segment = { large: true, esid: 0n, vsid: 1n, page: PAGE_KINDS[0]! };
    // In 2^18 bytes, pages 2^11 apart share a group; in 2^19 they do not.
    for (const start of [0n, 1n << 23n])
      for (let n = 0n; n < 5n; n++) bed.cpus[0].page(segment, start + (n << 35n), { kind: PAGE_KINDS[0]!, real: 0n, bolted: true });
    const before = bed.image();
    bed.call(H_RESIZE_HPT_PREPARE, 0n, 18n);
    expect(bed.call(H_RESIZE_HPT_COMMIT, 0n, 18n)).toBe(H_PTEG_FULL);
    expect(bed.image()).toEqual(before);
    expect(bed.call(H_RESIZE_HPT_COMMIT, 0n, 18n)).toBe(H_CLOSED);
  });
});
