import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTar, type TarEntry } from '../../src/archives/tar-reader.js';
import { dpkgDatabase, type UnpackedPackage } from '../../src/debian/dpkg-database.js';
import { tarArchive, type TarMember } from '../support/tar-archive.js';

async function unpacked(control: Readonly<Record<string, string>>, members: readonly TarMember[]): Promise<UnpackedPackage> {
  const entries: TarEntry[] = [];
  for await (const entry of readTar(one(tarArchive(members)), () => false, 'x')) entries.push(entry);
  const files = Object.entries(control).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  return { control: new Map(files), entries, md5: new Map([['etc/one.conf', '0123456789abcdef0123456789abcdef']]) };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const FIELDS = 'Version: 1.0\nMaintainer: nobody <nobody@example.org>\nArchitecture: ppc64el\nDescription: a package\n more\n';

async function database(): Promise<Map<string, string>> {
  const library = await unpacked(
    { control: `Package: libone\nMulti-Arch: same\n${FIELDS}`, triggers: 'interest-noawait ldconfig\nactivate-noawait other\n' },
    [{ path: './', type: '5' }, { path: './lib/', type: '5' }, { path: './lib/libone.so', contents: 'x' }],
  );
  const program = await unpacked(
    {
      control: `Package: one\nDepends: libone\n${FIELDS}`,
      conffiles: '/etc/one.conf\nremove-on-upgrade /etc/old.conf\n',
      postinst: '#!/bin/sh\n',
      triggers: '# comment\ninterest /usr/lib/one\ninterest-await ldconfig\n',
    },
    [{ path: './', type: '5' }, { path: './etc/', type: '5' }, { path: './etc/one.conf', contents: 'x' }],
  );
  const files = dpkgDatabase([library, program]);
  return new Map([...files].map(([path, contents]) => [path.replace('var/lib/dpkg/', ''), new TextDecoder().decode(contents)]));
} // prettier-ignore

describe("dpkg's database", () => {
  it('says that packages are unpacked, with sums of their configuration files', async () => {
    const status = (await database()).get('status')!;
    expect(status).toContain('Package: libone\nStatus: install ok unpacked\nMulti-Arch: same\n');
    expect(status).toContain('\nConffiles:\n /etc/one.conf 0123456789abcdef0123456789abcdef\n');
    expect(status).not.toContain('old.conf');
  });

  it('lists files and keeps scripts by the names that dpkg looks for', async () => {
    const files = await database();
    expect(files.get('info/libone:ppc64el.list')).toBe('/.\n/lib\n/lib/libone.so\n');
    expect(files.get('info/one.list')).toBe('/.\n/etc\n/etc/one.conf\n');
    expect(files.get('info/one.postinst')).toBe('#!/bin/sh\n');
    expect(files.has('info/one.control')).toBe(false);
    expect(files.get('info/format')).toBe('1\n');
  });

  it('knows who wants to hear of what', async () => {
    const files = await database();
    expect(files.get('triggers/File')).toBe('/usr/lib/one one\n');
    expect(files.get('triggers/ldconfig')).toBe('libone:ppc64el/noawait\none\n');
    expect(files.has('triggers/other')).toBe(false);
  });

  const missing = spawnSync('dpkg-query', ['--version']).error !== undefined;
  it.skipIf(missing)(`is read by dpkg${missing ? ' (skipped: no dpkg)' : ''}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'powerjit-dpkg-'));
    try {
      for (const [path, text] of await database()) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      mkdirSync(join(folder, 'updates'));
      const query = (...args: string[]) => spawnSync('dpkg-query', [`--admindir=${folder}`, ...args], { encoding: 'utf8' });
      const shown = query('-W', '-f', '${Package} ${db:Status-Status}${Conffiles}\n');
      expect(shown.stderr).toBe('');
      expect(shown.stdout).toMatch(/^libone unpacked\none unpacked\s+\/etc\/one\.conf 0123456789abcdef0123456789abcdef\n$/);
      expect(query('-L', 'libone:ppc64el').stdout).toBe('/.\n/lib\n/lib/libone.so\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
