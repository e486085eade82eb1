import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCESS_READ, ACCESS_WRITE } from '../../jit/abi/exits.js';
import { fillVrma } from '../../runtime/mmu/hash64/vrma.js';
import {
  HPT_STREAM_BOLTED_ONLY,
  HPT_STREAM_WRITE,
  HptStreamError,
  HptStreams,
  type HptStream,
} from '../../src/hypervisor/papr/hpt-stream.js';
import { H_BULK_REMOVE, H_CLEAR_MOD, H_ENTER, H_PROTECT, H_READ, H_REMOVE } from '../../src/hypervisor/papr/hpt-call-numbers.js';
import { H_SUCCESS } from '../../src/hypervisor/papr/status.js';
import { bit, entryOf, groupOf, PAGE_KINDS, startOf, type Segment } from '../support/hash64.js';
import { HptBed } from '../support/hpt-bed.js';
import { recordBytes, recordsOf, saidBy, type HptRecord } from '../support/hpt-records.js';

const kind = PAGE_KINDS[3]!;
const SEGMENT: Segment = { large: true, esid: 0xc00000n, vsid: 0x5_4321n, page: kind };
const ENTRIES = 2 ** 14;

class StreamBed extends HptBed {
  running = false;
  readonly vrma: number[] = [];
  readonly streams = new HptStreams(this.calls, {
    running: () => this.running,
    restoreVirtualRealMode: (shift) => void this.vrma.push(shift),
  });

  /** Enters a page of the segment; returns its index. */
  enter(page: number, bolted = false): number {
    const offset = BigInt(page) << 16n;
    const { v, r } = entryOf(SEGMENT, offset, { kind, real: BigInt(page & 0xff) << 16n, bolted });
    const group = groupOf(SEGMENT, offset, 16, false, this.table.shift);
    return this.call(H_ENTER, 0n, BigInt(8 * group), v, r) === H_SUCCESS ? Number(this.result(4)) : -1;
  }
  entries(): number[] {
    return Array.from({ length: this.table.entries }, (_, n) => n).filter((n) => this.table.isValid(n));
  }
}

/** Reads until nothing comes any more, at most one pass; returns all bytes. */
function readPass(stream: HptStream, size = 1 << 16): Uint8Array {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(size);
  for (;;) {
    const n = stream.read(buffer);
    if (n === 0) break;
    parts.push(buffer.slice(0, n));
  }
  return Uint8Array.from(Buffer.concat(parts));
}
function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof HptStreamError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('reading', () => {
  it('an empty table is one count of invalid entries', () => {
    const stream = new StreamBed().streams.open();
    expect(recordsOf(readPass(stream))).toEqual([{ index: 0, invalid: ENTRIES, entries: [] }]);
    expect(stream.read(new Uint8Array(24))).toBe(0);
  });

  it.each([false, true])('headers and entries in the byte order asked for (little: %s)', (little) => {
    const bed = new StreamBed();
    const index = bed.enter(3);
    const stream = bed.streams.open(little ? { byteOrder: 'little' } : {});
    const bytes = readPass(stream);
    const expected: HptRecord[] = [
      { index: 0, invalid: index, entries: [] },
      { index, invalid: ENTRIES - index - 1, entries: [[bed.first(index), bed.second(index)]] },
    ];
    expect(bytes).toEqual(recordBytes(expected, little));
  });

  it('counts in headers end at 65535', () => {
    const bed = new StreamBed(22);
    const pages = 70000;
    const { v, r } = entryOf(SEGMENT, 0n, { kind, real: 0n });
    for (let n = 0; n < pages; n++) bed.table.store(n, Number(v >> 32n), Number(v & 0xffffffffn), 0, Number(r));
    const records = recordsOf(readPass(bed.streams.open(), 1 << 21));
    expect(records.map((x) => [x.index, x.entries.length, x.invalid])).toEqual([
      [0, 65535, 0],
      [65535, pages - 65535, 65535],
      [pages + 65535, 0, 65535],
      [pages + 2 * 65535, 0, 2 ** 18 - pages - 2 * 65535],
    ]);
  });

  it('starts where it is told to; later passes begin at 0', () => {
    const bed = new StreamBed();
    const [a, b] = [bed.enter(1), bed.enter(100)].sort((x, y) => x - y) as [number, number];
    const stream = bed.streams.open({ startIndex: a + 1 });
    expect(saidBy(recordsOf(readPass(stream))).get(a)).toBe(undefined);
    expect(saidBy(recordsOf(readPass(bed.streams.open({ startIndex: b })))).size).toBe(ENTRIES - b);
    bed.call(H_PROTECT, 3n, BigInt(a), 0n);
    expect([...saidBy(recordsOf(readPass(stream))).keys()]).toEqual([a]);
    // From the end on there is nothing to report at first.
    const late = bed.streams.open({ startIndex: ENTRIES });
    expect(late.read(new Uint8Array(100))).toBe(0);
  });

  it('bolted entries only: all others are invalid', () => {
    const bed = new StreamBed();
    const bolted = [1, 2, 3, 9].map((n) => bed.enter(n, true));
    const others = [4, 5, 6].map((n) => bed.enter(n));
    const stream = bed.streams.open({ flags: HPT_STREAM_BOLTED_ONLY });
    const said = saidBy(recordsOf(readPass(stream)));
    expect(said.size).toBe(ENTRIES);
    expect([...said].filter(([, e]) => e).map(([n]) => n)).toEqual([...bolted].sort((x, y) => x - y));
    for (const n of [...bolted, ...others]) bed.call(H_PROTECT, 3n, BigInt(n), 0n);
    const later = saidBy(recordsOf(readPass(stream)));
    expect([...later.keys()].sort((x, y) => x - y)).toEqual([...bolted, ...others].sort((x, y) => x - y));
    for (const n of others) expect(later.get(n)).toBe(undefined);
    for (const n of bolted) expect(later.get(n)).toEqual([bed.first(n), bed.second(n)]);
  });

  it('a buffer without room for a record is refused', () => {
    const stream = new StreamBed().streams.open();
    for (const size of [0, 8, 23]) expect(codeOf(() => stream.read(new Uint8Array(size)))).toBe('EINVAL');
    expect(stream.read(new Uint8Array(24))).toBe(8);
  });
});

describe('marks', () => {
  it('are set by calls, writes and R and C, while a reader is open', () => {
    const bed = new StreamBed();
    bed.cpus[0].segment(0, SEGMENT);
    const page = bed.enter(5);
    const victim = bed.enter(6);
    const bulk = bed.enter(7);
    const stream = bed.streams.open();
    readPass(stream);
    const changed = (): number[] => [...saidBy(recordsOf(readPass(stream))).keys()];
    const ea = startOf(SEGMENT) + (5n << 16n);
    expect(changed()).toEqual([]);
    bed.cpus[0].translate(ea, ACCESS_READ);
    expect(changed()).toEqual([page]);
    bed.cpus[0].translate(ea, ACCESS_READ);
    expect(changed()).toEqual([]);
    bed.cpus[0].translate(ea, ACCESS_WRITE);
    expect(changed()).toEqual([page]);
    bed.call(H_PROTECT, 1n, BigInt(page), 0n);
    expect(changed()).toEqual([page]);
    bed.call(H_CLEAR_MOD, 0n, BigInt(page));
    expect(changed()).toEqual([page]);
    bed.call(H_READ, 0n, BigInt(page));
    expect(changed()).toEqual([]);
    bed.call(H_REMOVE, 0n, BigInt(victim), 0n);
    expect(changed()).toEqual([victim]);
    bed.call(H_BULK_REMOVE, bit(1) | BigInt(bulk), 0n, 3n << 62n);
    expect(changed()).toEqual([bulk]);
    const entered = bed.enter(8);
    expect(changed()).toEqual([entered]);
    const writer = bed.streams.open({ flags: HPT_STREAM_WRITE });
    writer.write(recordBytes([{ index: entered, invalid: 0, entries: [[bed.first(entered), bed.second(entered)]] }]));
    expect(changed()).toEqual([entered]);
  });

  it('end with the last reader, and the guest does not see them', () => {
    const bed = new StreamBed();
    const index = bed.enter(1);
    const plain = [bed.first(index), bed.second(index)];
    const [one, two] = [bed.streams.open(), bed.streams.open()];
    readPass(one);
    bed.call(H_PROTECT, 0n, BigInt(index), 0n);
    expect(bed.table.isMarked(index)).toBe(true);
    bed.call(H_READ, 0n, BigInt(index));
    expect([bed.result(4), bed.result(5)]).toEqual(plain);
    one.close();
    one.close();
    expect(bed.table.isMarked(index)).toBe(true);
    two.close();
    expect(bed.table.isMarked(index)).toBe(false);
    bed.call(H_PROTECT, 1n, BigInt(index), 0n);
    const three = bed.streams.open();
    expect(bed.table.isMarked(index)).toBe(false);
    expect(readPass(three).length).toBeGreaterThan(0);
    three.close();
    bed.streams.open({ flags: HPT_STREAM_WRITE });
    bed.call(H_PROTECT, 1n, BigInt(index), 0n);
    expect(bed.table.isMarked(index)).toBe(false);
  });

  it('another table is all changed', () => {
    const bed = new StreamBed();
    bed.enter(1, true);
    const stream = bed.streams.open();
    readPass(stream);
    bed.table.replace(19, new Int32Array(2 ** 17));
    expect(saidBy(recordsOf(readPass(stream))).size).toBe(2 * ENTRIES);
  });
});

describe('writing', () => {
  const open = (bed: StreamBed): HptStream => bed.streams.open({ flags: HPT_STREAM_WRITE });
  const entry = (page: number): readonly [bigint, bigint] => {
    const { v, r } = entryOf(SEGMENT, BigInt(page) << 16n, { kind, real: 0n });
    return [v, r];
  };

  it('replaces and invalidates entries, and drops what was translated by them', () => {
    const bed = new StreamBed();
    bed.cpus[1].segment(3, SEGMENT);
    const [a, b] = [bed.enter(1), bed.enter(2)];
    for (const page of [1n, 2n]) expect(bed.cpus[1].translate(startOf(SEGMENT) + (page << 16n), ACCESS_READ).ok).toBe(true);
    const bytes = recordBytes([
      { index: a, invalid: 0, entries: [entry(0x777)] },
      { index: b - 1, invalid: 2, entries: [] },
      { index: 100, invalid: 3, entries: [entry(5), entry(6)] },
    ]);
    expect(open(bed).write(bytes)).toBe(bytes.length);
    expect(bed.entries().sort((x, y) => x - y)).toEqual([100, 101, a].sort((x, y) => x - y));
    expect([bed.first(a), bed.second(a)]).toEqual(entry(0x777));
    expect(bed.cpus[1].dropped.map((d) => d.start)).toEqual([startOf(SEGMENT) + 0x10000n, startOf(SEGMENT) + 0x20000n]);
    for (const page of [1n, 2n]) expect(bed.cpus[1].translate(startOf(SEGMENT) + (page << 16n), ACCESS_READ).ok).toBe(false);
  });

  it('EBUSY while CPUs run: nothing changes', () => {
    const bed = new StreamBed();
    bed.running = true;
    const before = bed.image();
    expect(codeOf(() => open(bed).write(recordBytes([{ index: 0, invalid: 0, entries: [entry(1)] }])))).toBe('EBUSY');
    expect(bed.image()).toBe(before);
  });

  it.each([
    ['an index beyond the table', { index: ENTRIES, invalid: 0, entries: [entry(1)] }, 'EINVAL'],
    ['entries beyond it', { index: ENTRIES - 1, invalid: 0, entries: [entry(1), entry(2)] }, 'EINVAL'],
    ['invalid ones beyond it', { index: ENTRIES - 2, invalid: 2, entries: [entry(1)] }, 'EINVAL'],
    ['an index that wraps', { index: 0xffffffff, invalid: 1, entries: [] }, 'EINVAL'],
    ['an entry without the valid bit', { index: 5, invalid: 0, entries: [entry(1), [entry(2)[0] & ~1n, entry(2)[1]] as const] }, 'EINVAL'],
    ['an entry that H_ENTER refuses', { index: 5, invalid: 0, entries: [entry(1), [entry(2)[0], entry(2)[1] | 0x2000n] as const] }, 'EIO'],
  ])('%s: refused as a whole, what came before stays', (_what, bad, code) => {
    const bed = new StreamBed();
    const good: HptRecord = { index: 40, invalid: 0, entries: [entry(3)] };
    const bytes = recordBytes([good, bad]);
    let consumed = -1;
    try {
      open(bed).write(bytes);
    } catch (error) {
      expect((error as HptStreamError).code).toBe(code);
      consumed = (error as HptStreamError).consumed;
    }
    expect(consumed).toBe(24);
    expect(bed.entries()).toEqual([40]);
  });

  it('a record that is cut off: the result says what was consumed', () => {
    const records: HptRecord[] = [
      { index: 10, invalid: 0, entries: [entry(1)] },
      { index: 20, invalid: 1, entries: [entry(2), entry(3)] },
    ];
    const bytes = recordBytes(records);
    for (let size = 0; size <= bytes.length; size++) {
      const bed = new StreamBed();
      const whole = size < 24 ? 0 : size < bytes.length ? 24 : bytes.length;
      expect(open(bed).write(bytes.subarray(0, size))).toBe(whole);
      expect(bed.entries()).toEqual(whole === 0 ? [] : whole === 24 ? [10] : [10, 20, 21]);
    }
  });

  it.each([12, 16, 24])('a virtual real mode area of 2^%i byte pages is used again', (shift) => {
    const source = new StreamBed();
    fillVrma(source.table, 0x400_0000, shift);
    const bytes = readPass(source.streams.open());
    const bed = new StreamBed();
    expect(open(bed).write(bytes)).toBe(bytes.length);
    expect(bed.vrma).toEqual([shift]);
    expect(bed.image()).toBe(source.image());
    open(bed).write(recordBytes([{ index: 3, invalid: 0, entries: [entry(1)] }]));
    expect(bed.vrma).toEqual([shift]);
  });
});

describe('refusals', () => {
  it.each([4, 3 + 4, 8, 0x80000000, -1, 1.5])('flags %s: EINVAL', (flags) => {
    const bed = new StreamBed();
    expect(codeOf(() => bed.streams.open({ flags }))).toBe('EINVAL');
  });
  it.each([-1, 0.5, NaN])('start at %s: EINVAL', (startIndex) => {
    expect(codeOf(() => new StreamBed().streams.open({ startIndex }))).toBe('EINVAL');
  });
  it('a reader cannot be written, a writer cannot be read, and neither after closing', () => {
    const bed = new StreamBed();
    const reader = bed.streams.open();
    for (const flags of [HPT_STREAM_WRITE, HPT_STREAM_WRITE | HPT_STREAM_BOLTED_ONLY]) {
      const writer = bed.streams.open({ flags, startIndex: 99 });
      expect(codeOf(() => writer.read(new Uint8Array(100)))).toBe('EBADF');
      expect(writer.write(new Uint8Array(0))).toBe(0);
      writer.close();
      expect(codeOf(() => writer.write(new Uint8Array(0)))).toBe('EBADF');
    }
    expect(codeOf(() => reader.write(new Uint8Array(8)))).toBe('EBADF');
    reader.close();
    expect(codeOf(() => reader.read(new Uint8Array(100)))).toBe('EBADF');
  });
});

/** One thing that guest or CPU do to the table. */
type Operation =
  | { readonly what: 'enter'; readonly page: number; readonly bolted: boolean }
  | { readonly what: 'remove' | 'protect' | 'clear' | 'load' | 'store'; readonly which: number };

describe('round trips', () => {
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ what: fc.constant('enter' as const), page: fc.integer({ min: 0, max: 4000 }), bolted: fc.boolean() }),
    },
    fc.record({
      what: fc.constantFrom('remove' as const, 'protect' as const, 'clear' as const, 'load' as const, 'store' as const),
      which: fc.nat(),
    }),
  );

  /** Does something to the table; returns the entries it changed, or may have changed to what they were. */
  function perform(bed: StreamBed, known: { index: number; page: number }[], op: Operation): number[] {
    if (op.what === 'enter') {
      if (known.some((k) => k.page === op.page)) return [];
      const index = bed.enter(op.page, op.bolted);
      if (index < 0) return [];
      known.push({ index, page: op.page });
      return [index];
    }
    const chosen = known[op.which % Math.max(1, known.length)];
    if (!chosen) return [];
    const index = BigInt(chosen.index);
    const before = bed.second(chosen.index);
    switch (op.what) {
      case 'remove':
        bed.call(H_REMOVE, 0n, index, 0n);
        known.splice(known.indexOf(chosen), 1);
        return [chosen.index];
      case 'protect':
        bed.call(H_PROTECT, BigInt(op.which & 1), index, 0n);
        return [chosen.index];
      case 'clear':
        bed.call(H_CLEAR_MOD, 0n, index);
        break;
      case 'load':
      case 'store':
        bed.cpus[0].translate(startOf(SEGMENT) + (BigInt(chosen.page) << 16n), op.what === 'load' ? ACCESS_READ : ACCESS_WRITE);
        break;
    }
    return bed.second(chosen.index) === before ? [] : [chosen.index];
  }

  it('reproduce the table bit for bit, whatever the buffers and the byte order', () => {
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 24, max: 3000 }),
        fc.constantFrom('big' as const, 'little' as const),
        (operations, size, byteOrder) => {
          const bed = new StreamBed();
          bed.cpus[0].segment(0, SEGMENT);
          const known: { index: number; page: number }[] = [];
          for (const op of operations) perform(bed, known, op);
          const bytes = readPass(bed.streams.open({ byteOrder }), size);
          expect(saidBy(recordsOf(bytes, byteOrder === 'little')).size).toBe(ENTRIES);
          const copy = new StreamBed();
          for (let n = 0; n < 30; n++) copy.enter(5000 + n);
          expect(copy.streams.open({ flags: HPT_STREAM_WRITE, byteOrder }).write(bytes)).toBe(bytes.length);
          expect(copy.image()).toBe(bed.image());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('changed entries only, compared with all entries after every pass', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(operation, { maxLength: 40 }), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 24, max: 600 }),
        (passes, size) => {
          const bed = new StreamBed();
          bed.cpus[0].segment(0, SEGMENT);
          const copy = new StreamBed();
          const known: { index: number; page: number }[] = [];
          const stream = bed.streams.open();
          const writer = copy.streams.open({ flags: HPT_STREAM_WRITE });
          writer.write(readPass(stream, size));
          for (const operations of passes) {
            const touched = new Set(operations.flatMap((op) => perform(bed, known, op)));
            const bytes = readPass(stream, size);
            const said = saidBy(recordsOf(bytes));
            expect([...said.keys()].sort((x, y) => x - y)).toEqual([...touched].sort((x, y) => x - y));
            expect(writer.write(bytes)).toBe(bytes.length);
            expect(copy.image()).toBe(bed.image());
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('changes while a pass is under way are not lost', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 50, maxLength: 400 }), fc.integer({ min: 24, max: 400 }), (operations, size) => {
        const bed = new StreamBed();
        bed.cpus[0].segment(0, SEGMENT);
        const copy = new StreamBed();
        const known: { index: number; page: number }[] = [];
        const stream = bed.streams.open();
        const writer = copy.streams.open({ flags: HPT_STREAM_WRITE });
        const buffer = new Uint8Array(size);
        for (const op of operations) {
          perform(bed, known, op);
          writer.write(buffer.subarray(0, stream.read(buffer)));
        }
        // The stop phase.
        for (let n = stream.read(buffer); n > 0; n = stream.read(buffer)) writer.write(buffer.subarray(0, n));
        expect(copy.image()).toBe(bed.image());
      }),
      { numRuns: 60 },
    );
  });
});
