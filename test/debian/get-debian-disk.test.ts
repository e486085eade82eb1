import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISK_PACKAGES } from '../../src/debian/disk-contents.js';
import type { StepProgress } from '../../src/debian/step-progress.js';
import { getDebianDisk } from '../../src/host/node/debian/get-debian-disk.js';
import { getDebian } from '../../src/host/node/debian/get-debian.js';
import { GuestCache, type GuestSet } from '../../src/host/node/debian/guest-cache.js';
import { FakeApt, kernelAndBusybox, type FakePackage } from './fake-apt.js';

const SYSTEM: FakePackage[] = [
  {
    name: 'base',
    version: '1',
    control: [
      { path: './preinst', contents: '#!/bin/sh\n', mode: 0o755 },
      { path: './conffiles', contents: '/etc/base.conf\n' },
    ],
    files: [
      { path: './bin/', type: '5', mode: 0o755 },
      { path: './bin/program', contents: 'program', mode: 0o755 },
      { path: './usr/bin/with blank', contents: 'b', mode: 0o2755, group: 42 },
      { path: './usr/bin/same', type: '1', target: './bin/program' },
      { path: './etc/base.conf', contents: 'x' },
      { path: './var/local/', type: '5', mode: 0o2775, group: 50 },
      { path: './secret/', type: '5', mode: 0o500 },
      { path: './secret/file', contents: 's', mode: 0o400, owner: 7, group: 8 },
      { path: './etc/link', type: '2', target: '../bin/program' },
    ],
  },
  { name: 'large', version: '1', files: [{ path: './large', contents: 'x'.repeat(2 ** 21) }] },
];

const silent: StepProgress = { step: () => undefined, share: () => undefined, note: () => undefined, end: () => undefined };
const find = (command: string): boolean =>
  spawnSync(command, ['-V'], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` } }).error === undefined;
const missing = find('mke2fs') && find('debugfs') ? '' : ' (skipped: no e2fsprogs)'; // prettier-ignore

let apt: FakeApt;
let cache: GuestCache;
let set: GuestSet;
let image: string;
const options = (more: object = {}) => ({
  ...{ cache, environment: apt.environment, progress: silent, set, file: image, bytes: 32 * 2 ** 20, include: ['base'] },
  ...{ firstBoot: new TextEncoder().encode('#!/bin/sh\n'), ...more },
});

beforeAll(async () => {
  apt = new FakeApt();
  const usual = DISK_PACKAGES.filter((name) => !name.startsWith('?')).map((name) => ({ name, version: '1', files: [] }));
  apt.offer([...kernelAndBusybox('6.1.1-1'), ...SYSTEM, ...usual]);
  cache = new GuestCache(apt.environment, 'debian');
  set = await getDebian({ cache, environment: apt.environment, progress: silent, init: new Uint8Array(), refresh: false });
  image = join(apt.folder, 'disk.img');
});
afterAll(() => apt.remove());

const debugfs = (command: string): string =>
  spawnSync('debugfs', ['-R', command, image], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` } })
    .stdout;
/** Mode, owner and group of a file of the image. */
const attributes = (path: string): string[] => {
  const shown = debugfs(`stat "${path}"`);
  return [/Mode: +(\d+)/, /User: +(\d+)/, /Group: +(\d+)/].map((pattern) => pattern.exec(shown)?.[1] ?? '');
}; // prettier-ignore

describe.skipIf(missing !== '')(`a Debian disk${missing}`, () => {
  it('is made, sparse, and leaves nothing else', async () => {
    await getDebianDisk(options());
    const { size, blocks } = statSync(image);
    expect(size).toBe(32 * 2 ** 20);
    expect(blocks * 512).toBeLessThan(size);
    expect(readdirSync(apt.folder).filter((name) => name.includes('disk.img'))).toEqual(['disk.img']);
    expect(readdirSync(cache.folder).filter((name) => name.startsWith('work-'))).toEqual([]);
  });

  it('has files with their modes and owners, whoever made it', () => {
    expect(attributes('/')).toEqual(['0755', '0', '0']);
    expect(attributes('/usr/bin/program')).toEqual(['0755', '0', '0']);
    expect(attributes('/usr/bin/with blank')).toEqual(['02755', '0', '42']);
    expect(attributes('/var/local')).toEqual(['02775', '0', '50']);
    expect(attributes('/secret')).toEqual(['0500', '0', '0']);
    expect(attributes('/secret/file')).toEqual(['0400', '7', '8']);
    expect(attributes('/var/lib/dpkg/info/base.preinst')).toEqual(['0755', '0', '0']);
    expect(attributes('/etc/hostname')).toEqual(['0644', '0', '0']);
  });

  it('has merged folders, links, settings and modules', () => {
    expect(debugfs('stat /bin')).toContain('Type: symlink');
    expect(debugfs('stat /etc/link')).toContain('"../bin/program"');
    expect(debugfs('stat /usr/bin/same')).toContain('Links: 2');
    expect(debugfs('cat /etc/apt/sources.list')).toBe('deb http://deb.example.org/debian stable main\n');
    expect(debugfs('cat /var/lib/dpkg/status')).toContain('Package: base\nStatus: install ok unpacked\n');
    expect(debugfs('cat /var/lib/dpkg/status')).toContain('Conffiles:\n /etc/base.conf 9dd4e461268c8034f5c8564e155c67a6\n');
    expect(debugfs('cat /var/lib/powerjit/first-boot')).toBe('#!/bin/sh\n');
    expect(debugfs('ls -p /usr/lib/modules/6.1.0-1-powerpc64le/kernel/fs/ext4')).toContain('ext4.ko');
    expect(debugfs('ls -p /usr/lib/modules/6.1.0-1-powerpc64le/kernel')).not.toContain('drivers');
  });

  it('never replaces a file', async () => {
    await expect(getDebianDisk(options())).rejects.toThrow(/disk\.img: this file exists already; give another name/);
    await expect(getDebianDisk(options({ file: join(apt.folder, 'none/disk.img') }))).rejects.toThrow(/the folder for it does not exist/);
  });

  it('is not left half made', async () => {
    const file = join(apt.folder, 'other.img');
    await expect(getDebianDisk(options({ file, bytes: 2 ** 20, include: ['large'] }))).rejects.toThrow(/other\.img.*does not fit; give a larger --size/);
    await expect(getDebianDisk(options({ file, include: ['nowhere'] }))).rejects.toThrow(/Unable to locate package nowhere/);
    expect(readdirSync(apt.folder).filter((name) => name.includes('other.img'))).toEqual([]);
  }); // prettier-ignore
});
