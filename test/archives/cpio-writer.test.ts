import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cpioDevice, cpioDirectory, cpioFile, cpioLink, writeCpio } from '../../src/archives/cpio-writer.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ENTRIES = [
  cpioDirectory('bin'),
  cpioDirectory('tmp', 0o1777),
  cpioFile('bin/sh', bytes('#!'), 0o755),
  cpioFile('four', bytes('1234')),
  cpioFile('empty', bytes('')),
  cpioLink('link', '/bin/sh'),
  cpioDevice('console', 5, 1),
];

/** Reads an archive as the kernel does (init/initramfs.c reads fields by their places). */
function readCpio(archive: Uint8Array) {
  const found: { path: string; mode: number; size: number; device: number[]; contents: string; inode: number }[] = [];
  for (let offset = 0; ;) {
    const text = new TextDecoder().decode(archive.subarray(offset, offset + 110));
    expect(text.slice(0, 6)).toBe('070701');
    const field = (index: number): number => parseInt(text.slice(6 + 8 * index, 14 + 8 * index), 16);
    const name = offset + 110;
    const data = Math.ceil((name + field(11)) / 4) * 4;
    const path = new TextDecoder().decode(archive.subarray(name, name + field(11) - 1));
    expect(archive[name + field(11) - 1]).toBe(0);
    offset = Math.ceil((data + field(6)) / 4) * 4;
    if (path === 'TRAILER!!!') {
      expect(offset).toBe(archive.length);
      return found;
    }
    const contents = new TextDecoder().decode(archive.subarray(data, data + field(6)));
    found.push({ path, mode: field(1), size: field(6), device: [field(9), field(10)], contents, inode: field(0) });
  }
}

describe('cpio archives', () => {
  it('hold what was put in, in order', () => {
    const read = readCpio(writeCpio(ENTRIES));
    expect(read.map(({ path, mode, contents }) => [path, mode.toString(8), contents])).toEqual([
      ['bin', '40755', ''],
      ['tmp', '41777', ''],
      ['bin/sh', '100755', '#!'],
      ['four', '100644', '1234'],
      ['empty', '100644', ''],
      ['link', '120777', '/bin/sh'],
      ['console', '20600', ''],
    ]);
    expect(read.at(-1)!.device).toEqual([5, 1]);
    // Equal inode numbers would make hard links.
    expect(new Set(read.map(({ inode }) => inode)).size).toBe(ENTRIES.length);
  });

  it('are the same each time', () => expect(writeCpio(ENTRIES)).toEqual(writeCpio(ENTRIES)));

  it.each([0, 1, 2, 3, 4, 5])('are aligned for contents of %d bytes and names of every length', (length) => {
    const entries = ['a', 'ab', 'abc', 'abcd', 'abcde'].map((name) => cpioFile(name, bytes('x'.repeat(length))));
    const read = readCpio(writeCpio(entries));
    expect(read.map(({ path, size }) => [path, size])).toEqual(entries.map(({ path }) => [path, length]));
  });

  const missing = spawnSync('cpio', ['--version']).error !== undefined;
  it.skipIf(missing)(`are read by cpio${missing ? ' (skipped: no cpio)' : ''}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'powerjit-cpio-'));
    try {
      // Without the device, which only root may make.
      const { status } = spawnSync('cpio', ['--extract', '--quiet'], { cwd: folder, input: writeCpio(ENTRIES.slice(0, -1)) });
      expect(status).toBe(0);
      expect(readFileSync(join(folder, 'bin/sh'), 'utf8')).toBe('#!');
      expect(statSync(join(folder, 'bin/sh')).mode & 0o777).toBe(0o755);
      expect(readlinkSync(join(folder, 'link'))).toBe('/bin/sh');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
