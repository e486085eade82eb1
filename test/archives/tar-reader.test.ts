import { spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar, type TarEntry } from '../../src/archives/tar-reader.js';
import { tarArchive } from '../support/tar-archive.js';

/** The archive in pieces of the given lengths, again and again. */
async function* inPieces(archive: Uint8Array, lengths: readonly number[] = [4096]): AsyncGenerator<Uint8Array> {
  for (let offset = 0, index = 0; offset < archive.length; index++) {
    const length = lengths[index % lengths.length];
    yield archive.subarray(offset, offset + length);
    offset += length;
  }
}

async function read(archive: Uint8Array, wanted: (entry: TarEntry) => boolean = () => true, lengths?: readonly number[]) {
  const entries: TarEntry[] = [];
  for await (const entry of readTar(inPieces(archive, lengths), wanted, 'x.deb')) entries.push(entry);
  return entries;
}

const text = ({ contents }: TarEntry): string | undefined => contents && new TextDecoder().decode(contents);

const MEMBERS = [
  { path: './', type: '5', mode: 0o755 },
  { path: './usr/', type: '5', mode: 0o755 },
  { path: './usr/file', contents: 'contents', mode: 0o4755, owner: 1, group: 42 },
  { path: './usr/link', type: '2', target: '../file' },
  { path: './usr/same', type: '1', target: './usr/file' },
  { path: './big', contents: 'x'.repeat(1500) },
];

describe('tar archives', () => {
  it('give names, kinds, owners and contents', async () => {
    const entries = await read(tarArchive(MEMBERS));
    expect(entries.map(({ path, type, target }) => [path, type, target])).toEqual([
      ['', 'directory', ''],
      ['usr', 'directory', ''],
      ['usr/file', 'file', ''],
      ['usr/link', 'symbolic link', '../file'],
      ['usr/same', 'hard link', 'usr/file'],
      ['big', 'file', ''],
    ]);
    expect(entries[2]).toMatchObject({ mode: 0o4755, owner: 1, group: 42, size: 8, modified: 1_000_000_000 });
    expect([text(entries[2]), text(entries[5])]).toEqual(['contents', 'x'.repeat(1500)]);
  });

  it('leave out contents that nobody wants', async () => {
    const entries = await read(tarArchive(MEMBERS), ({ path }) => path === 'big');
    expect(entries.map(text)).toEqual([undefined, undefined, undefined, undefined, undefined, 'x'.repeat(1500)]);
  });

  it('may come in pieces of any length', async () => {
    const archive = tarArchive(MEMBERS);
    const whole = await read(archive);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }), async (lengths) => {
        expect(await read(archive, undefined, lengths)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('name longer paths by records of GNU tar and of POSIX', async () => {
    const long = `./${'folder/'.repeat(30)}file`;
    const pair = ` path=${long}\n`;
    const paired = `${pair.length + 3}${pair}`;
    const gnu = [{ path: '././@LongLink', type: 'L', contents: `${long}\0` }, { path: long.slice(0, 99), contents: 'a' }];
    const posix = [{ path: 'PaxHeader', type: 'x', contents: paired }, { path: 'short', contents: 'b' }, { path: 'next', contents: 'c' }];
    const entries = await read(tarArchive([...gnu, ...posix]));
    expect(entries.map((entry) => [entry.path, text(entry)])).toEqual([[long.slice(2), 'a'], [long.slice(2), 'b'], ['next', 'c']]);
  }); // prettier-ignore

  it('are refused when damaged or cut off, with the name of the file', async () => {
    const archive = tarArchive(MEMBERS);
    const damaged = archive.slice();
    damaged[512 * 2 + 3] ^= 1;
    await expect(read(damaged)).rejects.toThrow(/x\.deb: .*check sum/);
    await expect(read(archive.subarray(0, 512 * 3 + 4))).rejects.toThrow(/x\.deb: the archive is truncated/);
    await expect(read(archive.subarray(0, 512 * 3 + 4), () => false)).rejects.toThrow(/truncated/);
    await expect(read(tarArchive([{ path: 'a', type: 'Z' }]))).rejects.toThrow(/unknown type/);
  });

  const missing = spawnSync('tar', ['--version']).error !== undefined;
  it.skipIf(missing).each(['gnu', 'posix', 'ustar'])(
    `are read as tar writes them (%s)${missing ? ' (skipped: no tar)' : ''}`,
    async (format) => {
      const folder = mkdtempSync(join(tmpdir(), 'powerjit-tar-'));
      try {
        const deep = join(folder, 'd'.repeat(60), 'e'.repeat(60));
        mkdirSync(deep, { recursive: true });
        writeFileSync(join(deep, 'ü'), 'long');
        writeFileSync(join(folder, 'run'), 'run');
        chmodSync(join(folder, 'run'), 0o2711);
        linkSync(join(folder, 'run'), join(folder, 'run-too'));
        symlinkSync('nowhere', join(folder, 'link'));
        const names = ['run', 'run-too', 'link', `${'d'.repeat(60)}`].map((name) => `./${name}`);
        const { stdout, status } = spawnSync('tar', ['--create', `--format=${format}`, ...names], { cwd: folder, maxBuffer: 1 << 20 });
        expect(status).toBe(0);
        const entries = new Map((await read(stdout)).map((entry) => [entry.path, entry]));
        expect(text(entries.get(`${'d'.repeat(60)}/${'e'.repeat(60)}/ü`)!)).toBe('long');
        expect(entries.get('run')).toMatchObject({ type: 'file', mode: 0o2711, size: 3 });
        expect(entries.get('run-too')).toMatchObject({ type: 'hard link', target: 'run' });
        expect(entries.get('link')).toMatchObject({ type: 'symbolic link', target: 'nowhere' });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
