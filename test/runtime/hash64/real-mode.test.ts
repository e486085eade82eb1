import { describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE, EXCEPTION_DATA_STORAGE, EXCEPTION_INSTRUCTION_STORAGE } from '../../../jit/abi/exits.js';
import { MSR } from '../../../jit/isa/registers.js';
import { SPACE_REAL } from '../../../runtime/mmu/hash64/hash64-mmu.js';
import { fillVrma, lpcrForVrma, vrmaPageShift } from '../../../runtime/mmu/hash64/vrma.js';
import { bit, field, Hash64Bed, high, low, PAGE_KINDS, SPR_AMR, SPR_LPCR, wide, type Segment } from '../../support/hash64.js';

const VRMA: Omit<Segment, 'page'> = { large: true, esid: 0n, vsid: 0x1ff_ffffn };
const KINDS = PAGE_KINDS.filter((k) => k.base === k.actual);

function realModeBed(lpcr: bigint): Hash64Bed {
  const bed = new Hash64Bed();
  bed.state.msr = 0;
  bed.state.setSpr(SPR_LPCR, low(lpcr), high(lpcr));
  bed.mmu.contextOf();
  bed.dropped.length = 0;
  return bed;
}
/** LPCR with VPM0 and the page size in VRMASD: L, 0, 0, LP in bits 12 to 16. */
const lpcrOf = (l: number, lp: number): bigint => bit(0) | field((l << 4) | lp, 16);

describe('real mode', () => {
  it('takes addresses as they are but for their four highest bits', () => {
    const bed = realModeBed(0n);
    for (const access of [ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH]) {
      expect(bed.translate(0xc000_0000_0123_4567n, access)).toMatchObject({
        ok: true,
        physical: 0x123_4567,
        readable: true,
        writable: true,
        executable: true,
        cacheInhibited: false,
        guarded: false,
      });
      expect(bed.translate(0xf00f_ffff_ffff_fff0n, access).physical).toBe(0xf_ffff_ffff_fff0);
    }
    expect(bed.mmu.probe(0x1000, 0xc0000000)).toBe(0x1000);
  });

  it('instructions and data are relocated each by their own bit', () => {
    const bed = realModeBed(0n);
    bed.state.msr = MSR.IR.mask;
    expect([bed.translate(0n, ACCESS_READ).ok, bed.translate(0n, ACCESS_FETCH).ok]).toEqual([true, false]);
    bed.state.msr = MSR.DR.mask;
    expect([bed.translate(0n, ACCESS_READ).ok, bed.translate(0n, ACCESS_FETCH).ok]).toEqual([false, true]);
    // A debugger falls back on the space of the instructions.
    expect(bed.mmu.probe(0x2000)).toBe(0x2000);
  });

  for (const kind of KINDS)
    it(`virtual real mode area of ${kind.name} pages`, () => {
      const bed = realModeBed(lpcrOf(kind.slbL, kind.slbLp));
      const size = 1n << BigInt(kind.base);
      expect(bed.translate(0n, ACCESS_READ)).toMatchObject({ ok: false, exception: EXCEPTION_DATA_STORAGE, syndrome: 0x40000000 });
      expect(bed.translate(0n, ACCESS_FETCH)).toMatchObject({ ok: false, exception: EXCEPTION_INSTRUCTION_STORAGE, syndrome: 0x40000000 });
      bed.page({ ...VRMA, page: kind }, 3n * size, { kind, real: 7n * size, c: true, key: 31 });
      bed.state.setSpr(SPR_AMR, 0xffffffff, 0xffffffff);
      for (const top of [0n, 0xc000_0000_0000_0000n])
        expect(bed.translate(top + 3n * size + 4n, ACCESS_READ)).toMatchObject({
          ok: true,
          physical: Number(7n * size + 4n),
          writable: true,
        });
      expect(bed.translate(3n * size + (1n << 40n), ACCESS_READ)).toMatchObject({ ok: false, syndrome: 0x40000000 });
      expect(bed.mmu.probe(low(3n * size), high(3n * size))).toBe(Number(7n * size));
      expect(bed.mmu.probe(low(3n * size), 0x100)).toBe(-1);
    });

  for (const kind of KINDS)
    it(`fillVrma maps memory one to one: ${kind.name}`, () => {
      const lpcr = wide(0, lpcrForVrma(0xfff00000 & ~0x80000000, kind.base));
      const bed = realModeBed(lpcr);
      expect(lpcr).toBe(field(0x7ff, 11) | lpcrOf(kind.slbL, kind.slbLp));
      const pages = kind.base === 24 ? 4 : 64;
      const bytes = pages * 2 ** kind.base;
      expect(fillVrma(bed.table, bytes, kind.base)).toBe(bytes);
      for (let n = 0; n < pages; n++) {
        const ea = n * 2 ** kind.base + 0x40;
        expect(bed.mmu.translate(ea, ACCESS_WRITE)).toMatchObject({ ok: true, physical: ea, executable: true });
      }
      expect(bed.mmu.translate(bytes, ACCESS_READ).ok).toBe(false);
      let entries = 0;
      for (let n = 0; n < bed.table.entries; n++) {
        const shift = vrmaPageShift(bed.table.word(n, 0), bed.table.word(n, 1), bed.table.word(n, 3));
        if (shift === 0) continue;
        expect(shift).toBe(kind.base);
        expect(bed.table.word(n, 1) & 0x10).toBe(0x10);
        entries++;
      }
      expect(entries).toBe(pages);
    });

  it('fillVrma ends where a group is full', () => {
    const bed = new Hash64Bed();
    // 2^11 groups of eight entries: page 2^11 falls into the group of page 0.
    for (let n = 0; n < 8; n++) bed.page({ ...VRMA, page: PAGE_KINDS[0]! }, 5n << 12n, { kind: PAGE_KINDS[0]!, real: 0n });
    expect(fillVrma(bed.table, 0x10000, 12)).toBe(5 << 12);
  });

  it('a change of LPCR and of the area drops what real mode translated', () => {
    const bed = realModeBed(lpcrOf(0, 0));
    const all = { start: 0n, size: Infinity, tid: 0, space: SPACE_REAL };
    bed.page({ ...VRMA, page: PAGE_KINDS[0]! }, 0n, { kind: PAGE_KINDS[0]!, real: 0n });
    expect(bed.dropped).toEqual([]);
    const entry = Array.from({ length: bed.table.entries }, (_, n) => n).find((n) => bed.table.isValid(n))!;
    bed.table.store(entry, 0, 0, 0, 0);
    expect(bed.dropped).toEqual([all]);
    bed.mmu.contextOf();
    expect(bed.dropped).toEqual([all]);
    bed.state.setSpr(SPR_LPCR, 0, 0);
    bed.mmu.contextOf();
    expect(bed.dropped).toEqual([all, all]);
    expect(bed.translate(0x5000n, ACCESS_READ)).toMatchObject({ ok: true, physical: 0x5000 });
  });
});
