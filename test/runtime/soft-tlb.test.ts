import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTEXT_TABLE_OFFSET } from '../../jit/abi/layout.js';
import { FOR_FETCHING, FOR_READING, FOR_WRITING, SoftTlb } from '../../runtime/mmu/soft-tlb.js';

const PURPOSES = [FOR_READING, FOR_WRITING, FOR_FETCHING];
const NAMES = ['read', 'write', 'fetch'];
const u32 = new Uint32Array((CONTEXT_TABLE_OFFSET + 8 * 0x10000) >> 2);

interface Entry {
  readonly context: number;
  readonly purpose: number;
  readonly page: number;
  readonly high: number;
}
/** Effective pages that meet in the tables: same low bits, other halves, neighbours. */
const pages = fc.record({
  context: fc.integer({ min: 0, max: 2 }),
  purpose: fc.constantFrom(...PURPOSES),
  page: fc.constantFrom(0, 1, 0x3ff, 0x400, 0x401, 0x10000, 0x7ffff, 0x80000, 0x80001, 0xc0001, 0xfffff),
  high: fc.constantFrom(0, 1, 0x7fff, 0xc0000000, 0xffffffff),
});
type Step = { enter: Entry } | { drop: { page: number; high: number; pages: number; context: number | undefined } };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ enter: pages }) },
    {
      weight: 1,
      arbitrary: fc.record({
        drop: fc.record({
          page: fc.constantFrom(0, 1, 0x400, 0x80000, 0xc0000),
          high: fc.constantFrom(0, 1, 0x7fff, 0xc0000000),
          pages: fc.constantFrom(1, 16, 0x1000, 0x10000, 0x10000000, Infinity),
          context: fc.constantFrom(undefined, 0, 1),
        }),
      }),
    },
  ),
  { maxLength: 60 },
);
const number = (high: number, page: number): number => high * 0x100000 + page;

describe.each([32, 64] as const)('soft TLB of a %i-bit model', (width) => {
  it('holds what was entered last and not dropped, in direct-mapped tables', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const tlb = new SoftTlb(u32, width);
        const model = new Map<string, Entry & { addend: number }>();
        const contexts = [10, 20, 30].map((id) => tlb.choose(id));
        list.forEach((step, addend) => {
          if ('enter' in step) {
            const e = { ...step.enter, high: width === 64 ? step.enter.high : 0 };
            tlb.enter(contexts[e.context]!, e.purpose, (e.page << 12) | 0x123, addend, e.high);
            model.set(`${e.context},${e.purpose},${e.page & 0x3ff}`, { ...e, addend });
            return;
          }
          const { page, pages: count, context } = step.drop;
          const high = width === 64 ? step.drop.high : 0;
          tlb.dropRange((page << 12) >>> 0, 0x1000 * count, (id) => context === undefined || id === 10 * (context + 1), high);
          const first = number(high, page);
          for (const [key, e] of model) {
            const at = number(e.high, e.page);
            if ((context === undefined || e.context === context) && at >= first && at < first + count) model.delete(key);
          }
        });
        const expected = [...model.values()].map((e) =>
          [10 * (e.context + 1), NAMES[e.purpose], (e.page << 12) >>> 0, e.high, e.addend].join(),
        );
        expect(tlb.entries().map((e) => [e.id, e.table, e.ea, e.eaHigh, e.addend].join()).sort()).toEqual(expected.sort()); // prettier-ignore
      }),
      { numRuns: 300 },
    );
  });

  it('finds entries to drop also when very many were entered', () => {
    const tlb = new SoftTlb(u32, width);
    const context = tlb.choose(1);
    for (let round = 0; round < 6; round++) {
      for (let page = 0; page < 1024; page++) tlb.enter(context, FOR_READING, (page + 1024 * round) << 12, 0);
    }
    tlb.dropRange(0, 2 ** 30, () => true);
    expect(tlb.entries()).toEqual([]);
  });

  it('displaces nothing for what was not asked for', () => {
    const tlb = new SoftTlb(u32, width);
    const context = tlb.choose(1);
    tlb.enter(context, FOR_READING, 0x1000, 1);
    tlb.enterIfFree(context, FOR_READING, 0x401000, 2);
    tlb.enterIfFree(context, FOR_READING, 0x2000, 3);
    tlb.enterIfFree(context, FOR_READING, 0x1000, 4);
    expect(tlb.entries().map((e) => [e.ea, e.addend])).toEqual([[0x1000, 4], [0x2000, 3]]); // prettier-ignore
  });
});
