import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCESS_FETCH,
  ACCESS_READ,
  ACCESS_WRITE,
  EXCEPTION_DATA_SEGMENT,
  EXCEPTION_DATA_STORAGE,
  EXCEPTION_INSTRUCTION_SEGMENT,
  EXCEPTION_INSTRUCTION_STORAGE,
  EXCEPTION_NONE,
} from '../../../jit/abi/exits.js';
import { Hash64Bed, PAGE_KINDS, startOf, type PageKind, type Segment } from '../../support/hash64.js';

const KERNEL: Segment = { large: true, esid: 0xc00000n, vsid: 0x3_1415_9265n, ks: false, kp: true, page: PAGE_KINDS[0]! };
const USER: Segment = { large: false, esid: 0x7_ffff_fff3n, vsid: 0x2_7182_8182_8459n & 0x3ffffffffffffn, kp: true, page: PAGE_KINDS[0]! };
const segments = (kind: PageKind): Segment[] => [
  { ...KERNEL, page: kind },
  { ...USER, page: kind },
];

describe('hash translation', () => {
  it('has no segment after reset', () => {
    const bed = new Hash64Bed();
    expect(bed.translate(0n, ACCESS_READ)).toMatchObject({ ok: false, exception: EXCEPTION_DATA_SEGMENT, syndrome: 0 });
    expect(bed.translate(0n, ACCESS_WRITE)).toMatchObject({ ok: false, exception: EXCEPTION_DATA_SEGMENT });
    expect(bed.translate(0xc000_0000_0000_0000n, ACCESS_FETCH)).toMatchObject({
      ok: false,
      exception: EXCEPTION_INSTRUCTION_SEGMENT,
      syndrome: 0,
    });
  });

  it.each([
    [ACCESS_READ, EXCEPTION_DATA_STORAGE, 0x40000000],
    [ACCESS_WRITE, EXCEPTION_DATA_STORAGE, 0x42000000],
    [ACCESS_FETCH, EXCEPTION_INSTRUCTION_STORAGE, 0x40000000],
  ])('a page that is not there: access %i', (access, exception, syndrome) => {
    const bed = new Hash64Bed();
    bed.segment(0, KERNEL);
    expect(bed.translate(startOf(KERNEL) + 0x1000n, access)).toMatchObject({ ok: false, exception, syndrome });
  });

  for (const kind of PAGE_KINDS)
    for (const segment of segments(kind))
      for (const secondary of [false, true])
        it(`page ${kind.name} in ${segment.large ? '1 TB' : '256 MB'}, ${secondary ? 'secondary' : 'primary'} hash`, () => {
          const bed = new Hash64Bed(20);
          bed.segment(7, segment);
          const size = 1n << BigInt(kind.actual);
          const base = 1n << BigInt(kind.base);
          const offset = segment.large ? 0x12_3400_0000n + 3n * base : 0x0300_0000n + (kind.base === 24 ? 0n : 3n * base);
          const real = 0x3_4500_0000n + (kind.actual < 24 ? 5n * size : 0n);
          bed.page(segment, offset, { kind, real, secondary });
          for (const inside of [0n, 1n, base / 2n + 4n, base - 1n]) {
            const ea = startOf(segment) + offset + inside;
            const physical = Number(real + ((offset + inside) & (size - 1n)));
            expect(bed.translate(ea, ACCESS_READ)).toMatchObject({ ok: true, physical, pageSize: Number(base), exception: EXCEPTION_NONE });
            expect(bed.mmu.probe(Number(ea & 0xffffffffn), Number(ea >> 32n))).toBe(physical);
          }
          for (const outside of [-1n, base])
            expect(bed.translate(startOf(segment) + offset + outside, ACCESS_READ)).toMatchObject({ ok: false });
        });

  it('finds the entry of its own page size only', () => {
    for (const kind of PAGE_KINDS)
      for (const other of PAGE_KINDS) {
        const bed = new Hash64Bed(20);
        const segment = { ...KERNEL, page: kind };
        bed.segment(0, segment);
        // Offset 0 has the same hash for all base pages.
        bed.page({ ...KERNEL, page: other }, 0n, { kind: other, real: 0n });
        expect(bed.translate(startOf(segment), ACCESS_READ).ok).toBe(kind.base === other.base);
      }
  });

  it('any virtual address, segment and table size', () => {
    const arbitrary = fc.record({
      kind: fc.constantFrom(...PAGE_KINDS),
      large: fc.boolean(),
      esid: fc.bigInt(0n, (1n << 36n) - 1n),
      vsid: fc.bigInt(0n, (1n << 50n) - 1n),
      offset: fc.bigInt(0n, (1n << 40n) - 1n),
      real: fc.bigInt(0n, (1n << 52n) - 1n),
      shift: fc.integer({ min: 18, max: 22 }),
      index: fc.integer({ min: 0, max: 31 }),
      secondary: fc.boolean(),
    });
    fc.assert(
      fc.property(arbitrary, ({ kind, large, esid, vsid, offset, real, shift, index, secondary }) => {
        const bed = new Hash64Bed(shift);
        const segment: Segment = large ? { large, esid: esid >> 12n, vsid: vsid >> 12n, page: kind } : { large, esid, vsid, page: kind };
        const inSegment = large ? offset : offset & 0xfffffffn;
        const base = (1n << BigInt(kind.base)) - 1n;
        const page = (1n << BigInt(kind.actual)) - 1n;
        bed.segment(index, segment);
        bed.page(segment, inSegment & ~base, { kind, real: real & ~page, secondary });
        const r = bed.translate(startOf(segment) + inSegment, ACCESS_READ);
        expect(r.ok && BigInt(r.physical)).toBe((real & ~page) | (inSegment & page));
        // Nothing else in the segment is translated by it.
        expect(bed.translate(startOf(segment) + (inSegment ^ (base + 1n)), ACCESS_READ).ok).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});
