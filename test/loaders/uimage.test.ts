import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { entryPhysical } from '../../src/loaders/image.js';
import { loadUImage } from '../../src/loaders/uimage.js';
import { ascii, makeUImage, sealUImage } from '../support/images.js';

const DATA = ascii('kernel '.repeat(20));
const LIMIT = 2 ** 20;

describe('loadUImage', () => {
  it.each([false, true])('takes a kernel apart (compressed: %s)', (compress) => {
    const image = loadUImage(makeUImage({ data: DATA, load: 0x400000, entry: 0x400010, compress }), LIMIT, 'k');
    expect(image).toMatchObject({ kind: 'uimage', bits: 32, endianness: 'big', entry: 0x400010n });
    expect(image.segments).toEqual([{ physical: 0x400000, virtual: 0x400000n, bytes: DATA, size: DATA.length }]);
    expect(entryPhysical(image)).toBe(0x400010);
  });

  it('leaves the file as it was, be it a Node Buffer in a pool', () => {
    const file = makeUImage({ data: DATA, load: 0, entry: 0 });
    const pooled = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(loadUImage(pooled, LIMIT, 'k').segments[0].bytes.length).toBe(DATA.length);
    expect(Buffer.compare(pooled, file)).toBe(0);
  });

  it('ignores bytes behind the data', () => {
    const file = makeUImage({ data: DATA, load: 0, entry: 0 });
    const padded = new Uint8Array(file.length + 100);
    padded.set(file);
    expect(loadUImage(padded, LIMIT, 'k').segments[0].bytes).toEqual(DATA);
  });

  it('notices each flipped bit of header and data', () => {
    const file = makeUImage({ data: DATA, load: 0, entry: 0 });
    for (let offset = 0; offset < file.length; offset++) {
      const flipped = file.slice();
      flipped[offset] ^= 0x10;
      expect(() => loadUImage(flipped, LIMIT, 'k')).toThrow(ConfigError);
    }
  });

  it('refuses every truncation', () => {
    const file = makeUImage({ data: DATA, load: 0, entry: 0, compress: true });
    for (let length = 0; length < file.length; length++) expect(() => loadUImage(file.slice(0, length), LIMIT, 'k')).toThrow(ConfigError);
  });

  it.each([
    ['ARM', { architecture: 2 }, /another architecture \(number 2\)/],
    ['ramdisk', { type: 3 }, /ramdisk/],
    ['lzma', { compression: 3 }, /lzma is not supported/],
    ['gzip that is none', { compression: 1 }, /not a gzip file/],
    ['entry outside', { entry: 0x500000 }, /entry 0x500000 lies outside/],
    ['end beyond 4 GiB', { load: 0xffffffff, entry: 0xffffffff }, /beyond the 32-bit/],
  ])('refuses %s', (_, change, message) => {
    const file = makeUImage({ data: DATA, load: 0x400000, entry: 0x400000, ...change });
    expect(() => loadUImage(file, LIMIT, 'k')).toThrow(ConfigError);
    expect(() => loadUImage(file, LIMIT, 'k')).toThrow(message);
  });

  it('refuses a size that the file does not have, with checksums right', () => {
    const file = makeUImage({ data: DATA, load: 0, entry: 0 });
    new DataView(file.buffer).setUint32(12, 0xffffffff);
    sealUImage(file);
    expect(() => loadUImage(file, LIMIT, 'k')).toThrow(/truncated/);
  });

  it('bounds what it expands', () => {
    const bomb = makeUImage({ data: new Uint8Array(LIMIT * 2), load: 0, entry: 0, compress: true });
    expect(() => loadUImage(bomb, LIMIT, 'k')).toThrow(/more than the 1048576 allowed/);
  });
});
