import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE } from '../../../jit/abi/exits.js';
import { SPACE_VIRTUAL } from '../../../runtime/mmu/hash64/hash64-mmu.js';
import { Hash64Bed, high, low, PAGE_KINDS, PROBLEM, RELOCATED, SPR_AMR, startOf, type Segment } from '../../support/hash64.js';

describe('changes of the table', () => {
  for (const kind of PAGE_KINDS)
    for (const secondary of [false, true])
      it(`the page of an entry is dropped wherever its segment lies: ${kind.name}, ${secondary ? 'secondary' : 'primary'} hash`, () => {
        const bed = new Hash64Bed(19);
        const other = new Hash64Bed(19, 1, bed.table);
        const size = 2 ** kind.base;
        for (const large of [false, true]) {
          const s: Segment = { large, esid: large ? 0xc00001n : 0x1234n, vsid: 0x12_3456_789an, page: kind };
          const offset = large ? 0xff_ff80_0000n & -(1n << BigInt(kind.base)) : 0xf80_0000n & -(1n << BigInt(kind.base));
          for (const k of [0n, kind.base === 24 ? 0n : BigInt(0x7fffff >> kind.base)]) {
            const at = offset + (k << BigInt(kind.base));
            bed.segment(0, s);
            bed.segment(1, { ...s, esid: s.esid + 5n });
            other.segment(9, { ...s, esid: s.esid + 7n });
            const entry = bed.page(s, at, { kind, secondary, real: 0n });
            bed.dropped.length = other.dropped.length = 0;
            bed.table.store(entry, 0, 0, 0, 0);
            const page = (esid: bigint) => ({ start: startOf({ ...s, esid }) + at, size, tid: 0, space: SPACE_VIRTUAL });
            expect(bed.dropped).toEqual([page(s.esid), page(s.esid + 5n)]);
            expect(other.dropped).toEqual([page(s.esid + 7n)]);
          }
        }
      });

  it('nothing is dropped for an entry that was not valid, has no page size or no segment', () => {
    const bed = new Hash64Bed();
    const s: Segment = { large: true, esid: 1n, vsid: 2n, page: PAGE_KINDS[0]! };
    const entry = bed.page(s, 0n, { kind: PAGE_KINDS[0]!, real: 0n });
    bed.table.store(entry, 0, 0, 0, 0);
    bed.segment(0, s);
    bed.table.store(entry, 0x40000000, 0x02000000, 0, 0);
    bed.table.store(entry, 0x40000000, 0x02000005, 0, 0x2000);
    bed.table.store(entry, 0, 0, 0, 0);
    expect(bed.dropped).toEqual([]);
  });

  it('another table, or none of its entries, drops everything', () => {
    const bed = new Hash64Bed();
    const all = { start: 0n, size: Infinity, tid: 0, space: SPACE_VIRTUAL };
    bed.table.reset();
    expect(bed.dropped).toEqual([all]);
    bed.table.replace(19, new Int32Array(2 ** 17));
    expect(bed.dropped).toEqual([all, all]);
    expect([bed.table.shift, bed.table.entries, bed.table.groupMask]).toEqual([19, 2 ** 15, 2 ** 12 - 1]);
  });

  it('tlbie drops the page in the segments that may hold it', () => {
    const bed = new Hash64Bed();
    for (const large of [false, true]) {
      const s: Segment = { large, esid: large ? 0xc0n : 0x77n, vsid: 0xabcd12n, page: PAGE_KINDS[0]! };
      bed.segment(large ? 1 : 0, s);
      const va = (s.vsid << (large ? 40n : 28n)) + 0x345_6000n;
      bed.dropped.length = 0;
      bed.mmu.tlbie(low(va), high(va));
      expect(bed.dropped).toEqual([{ start: startOf(s) + 0x345_6000n, size: 0x1000, tid: 0, space: SPACE_VIRTUAL }]);
      bed.mmu.tlbie(low(va) | 1, high(va));
      expect(bed.dropped[1]).toEqual({ start: startOf(s) + 0x300_0000n, size: 0x1000000, tid: 0, space: SPACE_VIRTUAL });
    }
    bed.dropped.length = 0;
    bed.mmu.tlbie(0x400, 0);
    bed.mmu.tlbia();
    expect(bed.dropped.map((d) => d.size)).toEqual([Infinity, Infinity]);
  });
});

/** What a host keeps of translations: what `translate` said, until `onEntryChanged` takes it back. */
class Keeper {
  readonly kept = new Map<string, { context: number; ea: bigint; said: string; msr: number; amr: number }>();
  /** Entries that are valid. */
  readonly entries = new Set<number>();

  constructor(readonly bed: Hash64Bed) {
    bed.mmu.onEntryChanged = (start, size, tid, space, startHigh = 0) => {
      const concerned = bed.mmu.concerns(tid, space);
      const first = (BigInt(startHigh) << 32n) | BigInt(start);
      for (const [key, k] of this.kept)
        if (concerned(k.context) && (size === Infinity || (k.ea >= first && k.ea < first + BigInt(size)))) this.kept.delete(key);
    };
  }

  keep(ea: bigint, access: number): void {
    const { bed } = this;
    const context = bed.mmu.contextOf();
    if (!bed.translate(ea, access).ok) return;
    this.kept.set(`${context} ${ea}`, { context, ea, said: this.say(ea), msr: bed.state.msr, amr: bed.state.sprHigh(SPR_AMR) });
  }

  /** What may be done with an address and where it is, without touching R and C. */
  say(ea: bigint): string {
    const { words } = this.bed.table;
    const before = [...this.entries].map((n) => [4 * n + 3, words[4 * n + 3]!] as const);
    const said = [ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH].map((access) => {
      const r = this.bed.translate(ea, access);
      return r.ok ? `${r.physical} ${r.pageSize}` : 'refused';
    });
    for (const [at, word] of before) words[at] = word;
    return said.join(', ');
  }

  /** Expects that all that is kept would still be said. */
  check(): void {
    const { state } = this.bed;
    const [msr, amr] = [state.msr, state.sprHigh(SPR_AMR)];
    for (const k of this.kept.values()) {
      state.msr = k.msr;
      state.setSpr(SPR_AMR, 0, k.amr);
      expect(this.say(k.ea)).toBe(k.said);
    }
    state.msr = msr;
    state.setSpr(SPR_AMR, 0, amr);
  }
}

/** Places that segments and pages of the property below share: in the first four segments, pages 0 to 2 and one at 16 MiB. */
const offsetOf = (page: number, base = 12): bigint => (page === 3 ? 0x100_0000n : BigInt(page) << 12n) & -(1n << BigInt(base));

it('whatever is done, what is kept of translations and not dropped stays true', () => {
  const segment = fc.record({
    large: fc.boolean(),
    esid: fc.bigInt(0n, 3n),
    vsid: fc.bigInt(0n, 1n),
    ks: fc.boolean(),
    kp: fc.boolean(),
    n: fc.boolean(),
    page: fc.constantFrom(PAGE_KINDS[0]!, PAGE_KINDS[1]!, PAGE_KINDS[3]!, PAGE_KINDS[5]!),
  });
  const page = fc.integer({ min: 0, max: 3 });
  const ea = fc
    .record({ page, segment: fc.bigInt(0n, 3n), large: fc.boolean() })
    .map((p) => offsetOf(p.page) + (p.segment << (p.large ? 40n : 28n)));
  const access = fc.record({ what: fc.constant('access' as const), ea, access: fc.constantFrom(ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH) });
  const slbmte = fc.record({ what: fc.constant('slbmte' as const), index: fc.integer({ min: 0, max: 3 }), segment });
  const enter = fc.record({
    what: fc.constant('enter' as const),
    segment,
    page,
    pp: fc.integer({ min: 0, max: 7 }),
    key: fc.integer({ min: 0, max: 2 }),
    secondary: fc.boolean(),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: access },
    { weight: 3, arbitrary: slbmte },
    { weight: 4, arbitrary: enter },
    fc.record({ what: fc.constant('slbie' as const), ea }),
    fc.record({ what: fc.constant('slbia' as const), ih: fc.integer({ min: 0, max: 7 }) }),
    fc.record({ what: fc.constant('remove' as const), which: fc.nat() }),
    fc.record({ what: fc.constant('protect' as const), which: fc.nat(), pp: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ what: fc.constant('amr' as const), amr: fc.integer({ min: 0, max: 63 }) }),
    fc.record({ what: fc.constant('msr' as const), user: fc.boolean() }),
  );
  let kept = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 100 }), (steps) => {
      const bed = new Hash64Bed();
      const keeper = new Keeper(bed);
      const { table, mmu, state } = bed;
      const { slb } = mmu;
      for (const s of steps) {
        switch (s.what) {
          case 'slbmte': {
            // Two segments for one address would be a guest's error.
            const inside = s.segment.large ? [0n, 1n, 2n, 3n].map((n) => startOf(s.segment) + (n << 28n)) : [startOf(s.segment)];
            if (inside.every((a) => slb.find(low(a), high(a)) < 0)) bed.segment(s.index, s.segment);
            break;
          }
          case 'slbie':
            slb.slbie(low(s.ea), high(s.ea));
            break;
          case 'slbia':
            slb.slbia(s.ih);
            break;
          case 'enter': {
            const kind = s.segment.page;
            const offset = offsetOf(s.page, kind.base);
            // Two entries for one page would be a guest's error, too.
            const other = new Hash64Bed(18, 0, table);
            other.segment(0, s.segment);
            const start = startOf(s.segment) + offset;
            if (keeper.entries.size < 7 && other.mmu.probe(low(start), high(start)) < 0)
              keeper.entries.add(
                bed.page(s.segment, offset, { kind, pp: s.pp, key: s.key, secondary: s.secondary, c: true, real: 0x1000_0000n }),
              );
            break;
          }
          case 'remove':
          case 'protect': {
            const entry = [...keeper.entries][s.which % Math.max(1, keeper.entries.size)];
            if (entry === undefined) break;
            if (s.what === 'remove') {
              table.store(entry, 0, 0, 0, 0);
              keeper.entries.delete(entry);
            } else table.store(entry, table.word(entry, 0), table.word(entry, 1), table.word(entry, 2), (table.word(entry, 3) & ~3) | s.pp);
            break;
          }
          case 'amr':
            state.setSpr(SPR_AMR, 0, s.amr << 26);
            mmu.contextOf();
            break;
          case 'msr':
            state.msr = s.user ? RELOCATED | PROBLEM : RELOCATED;
            break;
          case 'access':
            keeper.keep(s.ea, s.access);
            break;
        }
        keeper.check();
        kept += keeper.kept.size;
      }
    }),
    { numRuns: 150 },
  );
  expect(kept).toBeGreaterThan(0);
}, 60_000);
