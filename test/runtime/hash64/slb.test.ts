import { beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_READ, EXCEPTION_DATA_SEGMENT } from '../../../jit/abi/exits.js';
import { GUEST_TLB_OFFSET } from '../../../jit/abi/layout.js';
import { SPACE_VIRTUAL } from '../../../runtime/mmu/hash64/hash64-mmu.js';
import { bit, Hash64Bed, high, low, PAGE_KINDS, slbmteOperands, startOf, wide, type Segment } from '../../support/hash64.js';

const page = PAGE_KINDS[0]!;
const LARGE: Segment = { large: true, esid: 0xc00000n, vsid: 0x3f_ffff_fffen, ks: true, c: true, page: PAGE_KINDS[5]! };
const SMALL: Segment = { large: false, esid: 0xf_ffff_fff1n, vsid: 0x3_1234_5678_9abdn, kp: true, n: true, page };

let bed: Hash64Bed;
beforeEach(() => {
  bed = new Hash64Bed();
});
const slbmfee = (n: number): bigint => wide(bed.mmu.slb.slbmfee(n), bed.state.serviceHigh);
const slbmfev = (n: number): bigint => wide(bed.mmu.slb.slbmfev(n), bed.state.serviceHigh);
const slbfee = (ea: bigint): bigint => wide(bed.mmu.slb.slbfee(low(ea), high(ea)), bed.state.serviceHigh);
const slbie = (rb: bigint): void => bed.mmu.slb.slbie(low(rb), high(rb));
const valid = (): number[] => Array.from({ length: 32 }, (_, n) => n).filter((n) => bed.mmu.slb.isValid(n));
const space = SPACE_VIRTUAL;

describe('SLB', () => {
  it('slbmte, slbmfee, slbmfev: all fields of all entries', () => {
    const segments = Array.from({ length: 32 }, (_, n): Segment => ({
      large: n % 2 === 0,
      esid: 0xabc00n + BigInt(n),
      vsid: 0x77700n + BigInt(n),
      ks: (n & 1) !== 0,
      kp: (n & 2) !== 0,
      n: (n & 4) !== 0,
      c: (n & 8) !== 0,
      page: PAGE_KINDS[[0, 3, 5][n % 3]!]!,
    }));
    segments.forEach((s, n) => bed.segment(n, s));
    segments.forEach((s, n) => {
      const { rs, rb } = slbmteOperands(n, s);
      expect(slbmfee(n)).toBe(rb & ~0xfffn);
      expect(slbmfev(n)).toBe(rs);
      expect(slbfee(startOf(s) + 0x123n)).toBe(rs);
    });
    expect(slbfee(0n)).toBe(0xffff_ffff_ffff_ffffn);
  });

  it('reserved bits of RS and RB are not kept, the index wraps', () => {
    bed.mmu.slb.slbmte(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff);
    expect(valid()).toEqual([31]);
    expect(slbmfee(31)).toBe(0xffff_ffff_f800_0000n);
    expect(slbmfev(31)).toBe(0xffff_ffff_ffff_ffb0n);
    expect(slbmfee(63)).toBe(slbmfee(31));
  });

  it('lies in the CPU state and is decoded from it', () => {
    bed.segment(3, LARGE);
    bed.segment(4, SMALL);
    const at = GUEST_TLB_OFFSET >> 2;
    const image = bed.state.words.slice(at, at + 128);
    const other = new Hash64Bed();
    other.state.words.set(image, at);
    expect(other.translate(startOf(LARGE), ACCESS_READ).exception).toBe(EXCEPTION_DATA_SEGMENT);
    other.mmu.reload();
    expect(other.translate(startOf(LARGE), ACCESS_READ).exception).not.toBe(EXCEPTION_DATA_SEGMENT);
    expect(other.mmu.dumpTlb()).toBe(bed.mmu.dumpTlb());
    expect(other.dropped).toContainEqual({ start: 0n, size: Infinity, tid: 0, space });
  });

  it('segments reach from their first byte to their last', () => {
    for (const s of [LARGE, SMALL]) {
      bed.segment(0, s);
      const size = s.large ? 1n << 40n : 1n << 28n;
      for (const [ea, found] of [
        [startOf(s), true],
        [startOf(s) + size - 1n, true],
        [startOf(s) - 1n, false],
        [startOf(s) + size, false],
      ] as const)
        expect(bed.translate(ea & 0xffff_ffff_ffff_ffffn, ACCESS_READ).exception === EXCEPTION_DATA_SEGMENT).toBe(!found);
    }
  });

  it('slbie drops the segment and nothing else, whatever B and C of RB', () => {
    for (const extra of [0n, bit(36), bit(38), bit(36) | bit(38)]) {
      bed.segment(5, LARGE);
      bed.segment(6, SMALL);
      bed.dropped.length = 0;
      slbie((startOf(LARGE) + 0x5_0000_0000n) | extra);
      expect(valid()).toEqual([6]);
      expect(bed.dropped).toEqual([{ start: startOf(LARGE), size: 2 ** 40, tid: 0, space }]);
      expect(slbmfee(5) & bit(36)).toBe(0n);
      expect(bed.translate(startOf(LARGE), ACCESS_READ)).toMatchObject({ ok: false, exception: EXCEPTION_DATA_SEGMENT });
      slbie(startOf(SMALL));
      expect(bed.dropped.slice(1)).toEqual([{ start: startOf(SMALL), size: 2 ** 28, tid: 0, space }]);
      slbie(startOf(SMALL));
      expect(bed.dropped).toHaveLength(2);
    }
  });

  it.each([
    [0, [0]],
    [1, [0]],
    [2, [0]],
    [3, [0, 7]],
    [4, []],
    [5, [0]],
    [6, [0]],
    [7, [0, 7, 9]],
  ])('slbia IH=%i leaves entries %j', (ih, left) => {
    bed.segment(0, { ...SMALL, esid: 1n });
    bed.segment(7, { ...SMALL, esid: 2n });
    bed.segment(9, LARGE);
    bed.dropped.length = 0;
    bed.mmu.slb.slbia(ih);
    expect(valid()).toEqual(left);
    expect(bed.dropped).toHaveLength(3 - left.length);
  });

  it('overwriting an entry drops what it was; the same again drops nothing', () => {
    bed.segment(1, LARGE);
    bed.dropped.length = 0;
    bed.segment(1, LARGE);
    expect(bed.dropped).toEqual([]);
    bed.segment(1, { ...LARGE, ks: false });
    expect(bed.dropped).toEqual([{ start: startOf(LARGE), size: 2 ** 40, tid: 0, space }]);
    bed.segment(1, SMALL);
    expect(bed.dropped).toHaveLength(2);
    const { rs, rb } = slbmteOperands(1, SMALL);
    bed.mmu.slb.slbmte(low(rs), high(rs), low(rb & ~bit(36)), high(rb));
    expect(bed.dropped[2]).toEqual({ start: startOf(SMALL), size: 2 ** 28, tid: 0, space });
    expect(valid()).toEqual([]);
  });

  it('a page size that is not encoded translates nothing', () => {
    const { rs, rb } = slbmteOperands(0, LARGE);
    bed.page(LARGE, 0n, { kind: PAGE_KINDS[5]!, pp: 2, real: 0n });
    bed.segment(0, LARGE);
    expect(bed.translate(startOf(LARGE), ACCESS_READ).ok).toBe(true);
    bed.mmu.slb.slbmte(low(rs) | 0x20, high(rs), low(rb), high(rb));
    expect(bed.translate(startOf(LARGE), ACCESS_READ)).toMatchObject({ ok: false, syndrome: 0x40000000 });
  });

  it('reset leaves nothing', () => {
    bed.segment(0, LARGE);
    bed.mmu.reset();
    expect(valid()).toEqual([]);
    expect(slbmfev(0)).toBe(0n);
  });
});
