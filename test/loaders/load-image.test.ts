import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { loadImage } from '../../src/loaders/load-image.js';
import { ascii, makeElf, makeUImage } from '../support/images.js';

const CODE = ascii('code');
const ELF = makeElf({ bits: 32, endianness: 'big', entry: 0n, segments: [{ virtual: 0n, physical: 0n, bytes: CODE }] });
const UIMAGE = makeUImage({ data: CODE, load: 0, entry: 0 });
const where = 'kernel';

describe('loadImage', () => {
  it('goes by content', () => {
    expect(loadImage(ELF, { where }).kind).toBe('elf');
    expect(loadImage(UIMAGE, { where }).kind).toBe('uimage');
    expect(loadImage(gzipSync(ELF), { where }).kind).toBe('elf');
    expect(loadImage(gzipSync(gzipSync(UIMAGE)), { where }).kind).toBe('uimage');
  });

  it('gives plain arrays for Node Buffers', () => {
    for (const file of [ELF, UIMAGE, gzipSync(ELF)]) {
      const [segment] = loadImage(Buffer.concat([file]), { where }).segments;
      expect(segment.bytes.constructor).toBe(Uint8Array);
      expect(segment.bytes).toEqual(CODE);
    }
  });

  it('takes anything else as raw where an address is given', () => {
    const raw = { address: 0x2000, bits: 64, endianness: 'little' } as const;
    const image = loadImage(CODE, { where, raw });
    expect(image).toMatchObject({ kind: 'raw', bits: 64, endianness: 'little', entry: 0x2000n });
    expect(image.segments).toEqual([{ physical: 0x2000, virtual: 0x2000n, bytes: CODE, size: 4 }]);
    expect(() => loadImage(CODE, { where })).toThrow(/neither ELF nor uImage/);
    expect(() => loadImage(CODE, { where, raw: { address: 0xffffffff } })).toThrow(/address space/);
    expect(() => loadImage(CODE, { where, raw: { address: -4 } })).toThrow(/address space/);
  });

  it('names what people give by mistake', () => {
    expect(() => loadImage(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0), { where })).toThrow(/xz -d/);
    expect(() => loadImage(Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed), { where })).toThrow(/--dtb/);
    expect(() => loadImage(new Uint8Array(0), { where })).toThrow(/empty/);
  });

  it('refuses endless nesting and too much memory', () => {
    let nested: Uint8Array = ELF;
    for (let layer = 0; layer < 4; layer++) nested = gzipSync(nested);
    expect(() => loadImage(nested, { where })).toThrow(/without end/);
    expect(() => loadImage(CODE, { where, raw: { address: 0 }, maximumBytes: 3 })).toThrow(ConfigError);
  });
});
