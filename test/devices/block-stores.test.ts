import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockStore } from '../../src/bus/block-store.js';
import { ConfigError } from '../../src/config-error.js';
import { CLUSTER_BYTES, CopyOnWrite, MemoryClusters } from '../../src/devices/block/copy-on-write.js';
import { OverlayFile } from '../../src/devices/block/overlay-file.js';
import { RawImage } from '../../src/devices/block/raw-image.js';
import { MemoryFile } from '../support/memory-file.js';

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => (k * 7 + (k >>> 8)) & 0xff);

describe('a raw image', () => {
  it('is its file', () => {
    const file = new MemoryFile(pattern(2048));
    const image = new RawImage('disk', file, false);
    expect(image.size).toBe(2048);
    expect(image.read(500, 4)).toEqual(pattern(2048).slice(500, 504));
    expect(image.write(512, Uint8Array.of(1, 2))).toBe(true);
    expect([...file.bytes.slice(511, 515)]).toEqual([pattern(2048)[511], 1, 2, pattern(2048)[514]]);
    expect(image.zero(512, 1024)).toBe(true);
    expect(file.bytes.slice(512, 1536).every((byte) => byte === 0)).toBe(true);
    expect([image.flush(), file.flushes]).toEqual([true, 1]);
  });

  it('fills a last half sector up with zeros, but only to be read', () => {
    const file = new MemoryFile(pattern(700));
    const image = new RawImage('disk', file, true);
    expect(image.size).toBe(1024);
    expect([...image.read(698, 4)!]).toEqual([pattern(700)[698], pattern(700)[699], 0, 0]);
    expect(() => new RawImage('disk', file, false)).toThrow(ConfigError);
    expect(() => new RawImage('disk', new MemoryFile(), true)).toThrow(/empty/);
  });

  it('turns failures of the host into values', () => {
    const file = new MemoryFile(pattern(1024));
    const image = new RawImage('disk', file, false);
    file.failing = true;
    expect([image.read(0, 512), image.write(0, pattern(512)), image.zero(0, 512), image.flush()]).toEqual([undefined, false, false, false]);
  });
});

const SIZE = 3 * CLUSTER_BYTES + 512;

/** An overlay over `base`, and what makes the same one again as after a restart. */
const kinds: readonly (readonly [string, (base: BlockStore) => { store: BlockStore; again?: () => BlockStore; file?: MemoryFile }])[] = [
  ['in memory', (base) => ({ store: new CopyOnWrite(base, new MemoryClusters()) })],
  [
    'in a file',
    (base) => {
      const file = new MemoryFile();
      const open = (): BlockStore => new CopyOnWrite(base, new OverlayFile('overlay', file, base.size));
      return { store: open(), again: open, file };
    },
  ],
];

describe.each(kinds)('an overlay %s', (_name, make) => {
  it('reads and writes as a plain disk, and leaves its base alone', () => {
    const place = fc.integer({ min: 0, max: SIZE / 512 - 1 });
    const action = fc.record({ sector: place, sectors: fc.integer({ min: 1, max: 300 }), kind: fc.constantFrom('read', 'write', 'zero', 'reopen'), fill: fc.integer({ min: 1, max: 255 }) }); // prettier-ignore
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const file = new MemoryFile(pattern(SIZE));
        const { store: first, again } = make(new RawImage('disk', file, true));
        let store = first;
        const model = pattern(SIZE);
        for (const { sector, sectors, kind, fill } of actions) {
          const offset = sector * 512;
          const length = Math.min(sectors * 512, SIZE - offset);
          if (kind === 'write') {
            model.fill(fill, offset, offset + length);
            expect(store.write(offset, new Uint8Array(length).fill(fill))).toBe(true);
          } else if (kind === 'zero') {
            model.fill(0, offset, offset + length);
            expect(store.zero(offset, length)).toBe(true);
          } else if (kind === 'reopen') store = again?.() ?? store;
          else expect(Buffer.compare(store.read(offset, length)!, model.subarray(offset, offset + length))).toBe(0);
        }
        expect(Buffer.compare(store.read(0, SIZE)!, model)).toBe(0);
        expect(Buffer.compare(file.bytes, pattern(SIZE))).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('does not change when its base cannot be read', () => {
    const file = new MemoryFile(pattern(SIZE));
    const { store } = make(new RawImage('disk', file, true));
    file.failing = true;
    expect(store.read(0, 512)).toBeUndefined();
    expect(store.write(0, pattern(512))).toBe(false);
    // A whole cluster needs nothing of the base.
    expect(store.write(CLUSTER_BYTES, new Uint8Array(CLUSTER_BYTES).fill(9))).toBe(true);
    expect(store.read(CLUSTER_BYTES + 5, 1)).toEqual(Uint8Array.of(9));
    expect(store.flush()).toBe(true);
  });
});

describe('an overlay in a file', () => {
  const base = new RawImage('disk', new MemoryFile(pattern(SIZE)), true);

  it('turns failures into values', () => {
    const file = new MemoryFile();
    const store = new CopyOnWrite(base, new OverlayFile('overlay', file, SIZE));
    store.write(0, pattern(512));
    file.failing = true;
    expect([store.read(0, 512), store.write(0, pattern(512)), store.write(CLUSTER_BYTES, pattern(512)), store.flush()]).toEqual([
      undefined,
      false,
      false,
      false,
    ]);
  });

  it.each([
    ['something else', (bytes: Uint8Array) => bytes.fill(1, 0, 4), /no overlay/],
    ['the overlay of another disk', (bytes: Uint8Array) => bytes.fill(1, 9, 10), /belongs to a disk of/],
    ['a table that points behind the end', (bytes: Uint8Array) => bytes.fill(99, 4096, 4097), /damaged/],
    ['a table with a cluster twice', (bytes: Uint8Array) => bytes.copyWithin(4100, 4096, 4100), /damaged/],
  ])('refuses %s', (_name, damage, message) => {
    const file = new MemoryFile();
    new CopyOnWrite(base, new OverlayFile('overlay', file, SIZE)).write(0, pattern(512));
    damage(file.bytes);
    expect(() => new OverlayFile('overlay', file, SIZE)).toThrow(message);
  });

  it('refuses a file that is too short to be one', () => {
    expect(() => new OverlayFile('overlay', new MemoryFile(pattern(10)), SIZE)).toThrow(ConfigError);
  });
});
