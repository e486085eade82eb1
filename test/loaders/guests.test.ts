import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { entryPhysical, imageEnd } from '../../src/loaders/image.js';
import { loadImage } from '../../src/loaders/load-image.js';

const GUESTS = new URL('../../../shared/guests/', import.meta.url);
const present = existsSync(GUESTS);
if (!present) console.warn('skipped: loading real kernels needs ../shared/guests');

const read = (name: string): Uint8Array => readFileSync(new URL(name, GUESTS));
const readXz = (name: string): Uint8Array => execFileSync('xz', ['-dc'], { input: read(name), maxBuffer: 2 ** 28 });

describe.skipIf(!present)('real images', () => {
  it('loads the bamboo uImage, equal to the first bytes of its vmlinux', () => {
    const uimage = loadImage(read('kernels/uImage-bamboo'), { where: 'uImage-bamboo' });
    const vmlinux = loadImage(readXz('kernels/vmlinux-bamboo.xz'), { where: 'vmlinux-bamboo' });
    expect(uimage).toMatchObject({ kind: 'uimage', entry: 0n });
    expect(vmlinux).toMatchObject({ kind: 'elf', bits: 32, endianness: 'big', entry: 0xc0000000n });
    expect(entryPhysical(vmlinux)).toBe(0);
    expect(imageEnd(vmlinux)).toBe(0x53662c);
    expect(vmlinux.segments[0].bytes.length).toBe(0x509cec);
    expect(Buffer.compare(uimage.segments[0].bytes.subarray(0, 0x500000), vmlinux.segments[0].bytes.subarray(0, 0x500000))).toBe(0);
    expect(vmlinux.symbols?.().symbols).toEqual([]);
  });

  it.each([
    ['be', 'big'],
    ['le', 'little'],
  ])('loads the 64-bit pseries-%s kernel', (suffix, endianness) => {
    const image = loadImage(readXz(`kernels/vmlinux-pseries-${suffix}.xz`), { where: suffix });
    expect(image).toMatchObject({ kind: 'elf', bits: 64, endianness, entry: 0xc000000000000000n });
    expect(entryPhysical(image)).toBe(0);
  });

  it('loads U-Boot', () => {
    const image = loadImage(read('firmware/uboot.elf'), { where: 'uboot.elf' });
    expect(entryPhysical(image)).toBe(0xf00000);
    expect(imageEnd(image)).toBe(0xf65e74);
  });
});
