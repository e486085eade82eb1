import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { loadElf } from '../../src/loaders/elf.js';
import { entryPhysical, imageEnd, requireImageFits } from '../../src/loaders/image.js';
import { elfOffsets, makeElf } from '../support/images.js';
import type { ElfDescription } from '../support/images.js';

const OPTIONS = { maximumBytes: 2 ** 24 };
const CODE = Uint8Array.of(0x48, 0, 0, 0, 1, 2, 3, 4);
const KERNEL: ElfDescription = {
  bits: 32,
  endianness: 'big',
  entry: 0xc0000004n,
  segments: [{ virtual: 0xc0000000n, physical: 0n, bytes: CODE, size: 32 }],
};

describe('loadElf', () => {
  for (const bits of [32, 64] as const) {
    for (const endianness of ['big', 'little'] as const) {
      it(`takes a ${bits}-bit ${endianness}-endian kernel apart`, () => {
        const virtual = bits === 32 ? 0xc0000000n : 0xc000000000000000n;
        const segments = [
          { virtual: virtual + 0x2000n, physical: 0x2000n, bytes: CODE.slice(0, 3), size: 3 },
          { virtual, physical: 0x1000n, bytes: CODE, size: 0x20 },
        ];
        const image = loadElf(makeElf({ bits, endianness, entry: virtual + 4n, segments }), OPTIONS, 'k');
        expect(image).toMatchObject({ kind: 'elf', bits, endianness, entry: virtual + 4n });
        expect(image.segments).toEqual([
          { physical: 0x1000, virtual, bytes: CODE, size: 0x20 },
          { physical: 0x2000, virtual: virtual + 0x2000n, bytes: CODE.slice(0, 3), size: 3 },
        ]);
        expect(entryPhysical(image)).toBe(0x1004);
        expect(imageEnd(image)).toBe(0x2003);
      });
    }
  }

  it('moves a position-independent file by the bias, and nothing else', () => {
    const image = loadElf(
      makeElf({ ...KERNEL, type: 3, entry: 4n, segments: [{ virtual: 0n, physical: 0n, bytes: CODE }] }),
      { ...OPTIONS, bias: 0x4000 },
      'k',
    );
    expect(image.segments[0]).toMatchObject({ physical: 0x4000, virtual: 0x4000n });
    expect(image.entry).toBe(0x4004n);
    expect(() => loadElf(makeElf(KERNEL), { ...OPTIONS, bias: 0x4000 }, 'k')).toThrow(/position-independent/);
  });

  it('takes an entry that is a physical address', () => {
    expect(entryPhysical(loadElf(makeElf({ ...KERNEL, entry: 8n }), OPTIONS, 'k'))).toBe(8);
  });

  it('works on a view into a larger buffer', () => {
    const file = makeElf(KERNEL);
    const larger = new Uint8Array(file.length + 10);
    larger.set(file, 7);
    expect(loadElf(larger.subarray(7, 7 + file.length), OPTIONS, 'k').segments[0].bytes).toEqual(CODE);
  });

  const spoiled = (change: (view: DataView, offsets: ReturnType<typeof elfOffsets>) => void, bits: 32 | 64 = 32): Uint8Array => {
    const file = makeElf({ ...KERNEL, bits });
    change(new DataView(file.buffer), elfOffsets(bits));
    return file;
  };
  const refusals: [string, Uint8Array, RegExp][] = [
    ['an overlap', makeElf({ ...KERNEL, segments: [...KERNEL.segments, { virtual: 0xd0000000n, physical: 31n, bytes: CODE }] }), /overlap/],
    ['a size beyond the bound', spoiled((v, o) => v.setUint32(o.programHeader + o.memsz, 0x2000000)), /more than the 16777216 allowed/],
    ['memory size under file size', spoiled((v, o) => v.setUint32(o.programHeader + o.memsz, 4)), /only 4 in memory/],
    ['contents beyond the file', spoiled((v, o) => v.setUint32(o.programHeader + o.filesz, 0x1000)), /reaches beyond the file/],
    ['an end beyond 4 GiB', spoiled((v, o) => v.setUint32(o.programHeader + o.paddr, 0xfffffff0)), /32-bit address space/],
    ['an odd alignment', spoiled((v, o) => v.setUint32(o.programHeader + o.align, 3)), /no power of two/],
    ['program headers beyond the file', spoiled((v, o) => v.setUint32(o.phoff, 0xfffffff0)), /program header table/],
    ['64-bit offsets beyond any file', spoiled((v, o) => v.setBigUint64(o.phoff, 2n ** 64n - 8n), 64), /program header table/],
    [
      '64-bit physical addresses beyond memory',
      spoiled((v, o) => v.setBigUint64(o.programHeader + o.paddr, 2n ** 60n), 64),
      /where no memory can be/,
    ],
    ['too many program headers', spoiled((v, o) => v.setUint16(o.phnum, 0xffff)), /not supported/],
    ['section headers beyond the file', spoiled((v, o) => (v.setUint32(o.shoff, 0x1000), v.setUint16(o.shnum, 1))), /section header table/],
    ['no program header', spoiled((v, o) => v.setUint16(o.phnum, 0)), /nothing in this file is to be loaded/],
    ['an entry outside', makeElf({ ...KERNEL, entry: 0x100n }), /lies in no segment/],
    ['another machine', makeElf({ ...KERNEL, machine: 62 }), /not for PowerPC \(machine 62\)/],
    ['32-bit code in a 64-bit file', makeElf({ ...KERNEL, bits: 64, machine: 20 }), /not for PowerPC/],
    ['an object file', makeElf({ ...KERNEL, type: 1 }), /no executable/],
    ['an unknown class', spoiled((v) => v.setUint8(4, 3)), /class 3/],
    ['an unknown byte order', spoiled((v) => v.setUint8(5, 0)), /data encoding 0/],
    ['an unknown version', spoiled((v) => v.setUint8(6, 2)), /version/],
    ['no magic', spoiled((v) => v.setUint8(0, 0)), /not an ELF/],
  ];
  it.each(refusals)('refuses %s', (_, file, message) => {
    expect(() => loadElf(file, OPTIONS, 'kernel.elf')).toThrow(ConfigError);
    expect(() => loadElf(file, OPTIONS, 'kernel.elf')).toThrow(message);
    expect(() => loadElf(file, OPTIONS, 'kernel.elf')).toThrow(/^kernel\.elf: /);
  });

  it('refuses every truncation', () => {
    for (const bits of [32, 64] as const) {
      const file = makeElf({ ...KERNEL, bits, symbols: [{ name: 'a', address: 0n, size: 0, type: 0 }] });
      for (let length = 0; length < file.length; length++) expect(() => loadElf(file.slice(0, length), OPTIONS, 'k')).toThrow(ConfigError);
    }
  });
});

describe('requireImageFits', () => {
  it('refuses what ends beyond RAM', () => {
    const image = loadElf(makeElf(KERNEL), OPTIONS, 'k');
    requireImageFits(image, 32, 'k');
    expect(() => requireImageFits(image, 31, 'k')).toThrow(/ends at physical 0x20/);
  });
});
