import { describe, expect, it } from 'vitest';
import { MSR } from '../../../jit/isa/registers.js';
import { SPACE_REAL, SPACE_VIRTUAL } from '../../../runtime/mmu/hash64/hash64-mmu.js';
import { Hash64Bed, RELOCATED, SPR_AMR, SPR_IAMR } from '../../support/hash64.js';

describe('contexts', () => {
  it('are different for every CPU, space and privilege, and below 2^31', () => {
    const seen = new Set<number>();
    for (const cpu of [0, 1, 7, 2 ** 20 - 1])
      for (let n = 0; n < 16; n++) {
        const bed = new Hash64Bed(18, cpu);
        const bits = [MSR.IR.mask, MSR.DR.mask, MSR.PR.mask, MSR.LE.mask];
        bed.state.msr = bits.reduce((msr, mask, k) => (n & (1 << k) ? msr | mask : msr), 0);
        seen.add(bed.mmu.contextOf());
      }
    expect(seen.size).toBe(64);
    for (const id of seen) expect(id >= 0 && id < 2 ** 31).toBe(true);
  });

  it('AMR and IAMR make contexts, which are found again', () => {
    const bed = new Hash64Bed();
    const values = [0, 1, 0x80000000, 0xffffffff];
    const contextOf = (n: number): number => {
      bed.state.setSpr(SPR_AMR, values[n & 3]!, values[(n >> 2) & 3]);
      bed.state.setSpr(SPR_IAMR, values[(n >> 4) & 1]!, values[(n >> 5) & 1]);
      return bed.mmu.contextOf();
    };
    const first = Array.from({ length: 63 }, (_, n) => contextOf(n));
    expect(new Set(first).size).toBe(63);
    expect(bed.dropped).toEqual([]);
    expect(Array.from({ length: 63 }, (_, n) => contextOf(n))).toEqual(first);
    // One more needs the place of another one, whose translations are void.
    const context = contextOf(63);
    expect(bed.dropped).toHaveLength(1);
    const { tid, space, size } = bed.dropped[0]!;
    expect([space, size]).toEqual([SPACE_VIRTUAL, Infinity]);
    expect(first.indexOf(context)).toBeGreaterThanOrEqual(0);
    expect(first.filter(bed.mmu.concerns(tid, space))).toEqual([context]);
  });

  it('real mode has no keys', () => {
    const bed = new Hash64Bed();
    bed.state.msr = 0;
    const before = bed.mmu.contextOf();
    bed.state.setSpr(SPR_AMR, 1, 1);
    expect(bed.mmu.contextOf()).toBe(before);
  });

  it('changes concern contexts of their CPU that use the space', () => {
    const [a, b] = [new Hash64Bed(18, 0), new Hash64Bed(18, 1)];
    const contexts = (bed: Hash64Bed): number[] =>
      [0, MSR.IR.mask, MSR.DR.mask, RELOCATED].map((msr) => {
        bed.state.msr = msr;
        return bed.mmu.contextOf();
      });
    const all = [...contexts(a), ...contexts(b)];
    expect(all.map(a.mmu.concerns(0, SPACE_VIRTUAL))).toEqual([false, true, true, true, false, false, false, false]);
    expect(all.map(b.mmu.concerns(0, SPACE_VIRTUAL))).toEqual([false, false, false, false, false, true, true, true]);
    expect(all.map(a.mmu.concerns(0, SPACE_REAL))).toEqual([true, true, true, false, false, false, false, false]);
  });
});
