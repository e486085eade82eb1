import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepProgress } from '../../src/debian/step-progress.js';
import { getDebian } from '../../src/host/node/debian/get-debian.js';
import { GuestCache } from '../../src/host/node/debian/guest-cache.js';
import { FakeApt, kernelAndBusybox, splitKernelAndBusybox } from './fake-apt.js';

/** Remembers what a user would have seen. */
class Seen implements StepProgress {
  readonly steps: string[] = [];
  readonly shares: number[] = [];
  readonly notes: string[] = [];
  step = (label: string) => void this.steps.push(label);
  share = (done: number) => void this.shares.push(done);
  note = (text: string) => void this.notes.push(text);
  end = () => undefined;
}

let apt: FakeApt;
let cache: GuestCache;
let seen: Seen;
beforeEach(() => {
  apt = new FakeApt();
  apt.offer(kernelAndBusybox('6.1.1-1'));
  cache = new GuestCache(apt.environment, 'debian');
  seen = new Seen();
});
afterEach(() => apt.remove());

const get = (refresh = false, init = '#!/bin/busybox sh\n', environment = apt.environment) =>
  getDebian({ cache, environment, progress: seen, init: new TextEncoder().encode(init), refresh });

const vmlinux = (): string => readFileSync(join(cache.current, 'vmlinux'), 'utf8');
const leftovers = (): string[] => readdirSync(cache.folder).filter((name) => name.startsWith('work-'));

describe('getting Debian', () => {
  it('fetches kernel and busybox, and says what they are', async () => {
    const { manifest } = await get();
    expect(vmlinux()).toBe('kernel 6.1.1-1');
    expect(manifest.release).toBe('6.1.0-1-powerpc64le');
    expect(manifest.packages.map(({ name, version }) => [name, version])).toEqual([
      ['linux-image-6.1.0-1-powerpc64le', '6.1.1-1'],
      ['busybox-static', '1:1.0'],
    ]);
    expect(cache.read()?.manifest).toEqual(manifest);
    expect(seen.steps[0]).toBe('package lists');
    expect(seen.shares).toContain(0.5);
    expect(leftovers()).toEqual([]);
  });

  it('asks apt no second time', async () => {
    const first = await get();
    expect(await get()).toEqual(first);
    expect(apt.calls('update')).toBe(1);
  });

  it('fetches newer ones when told to, and keeps the set before for those who read it', async () => {
    const first = await get();
    apt.offer(kernelAndBusybox('6.1.2-1'));
    await get();
    expect(vmlinux()).toBe('kernel 6.1.1-1');
    await get(true);
    expect(vmlinux()).toBe('kernel 6.1.2-1');
    expect(readFileSync(join(first.folder, 'vmlinux'), 'utf8')).toBe('kernel 6.1.1-1');
  });

  it('makes the initial RAM disk again without a network when its script is another', async () => {
    const first = await get();
    apt.set('offline', true);
    const second = await get(false, '#!/bin/busybox sh\necho other\n');
    expect(second.manifest.files.initrd).not.toBe(first.manifest.files.initrd);
    expect(second.manifest.packages).toEqual(first.manifest.packages);
    expect(apt.calls('update')).toBe(1);
  });

  it('fetches again what has been damaged', async () => {
    const { folder } = await get();
    writeFileSync(join(folder, 'vmlinux'), 'damaged');
    await get();
    expect(vmlinux()).toBe('kernel 6.1.1-1');
    expect(seen.notes.join()).toContain('incomplete');
    writeFileSync(join(cache.current, 'manifest.json'), '{');
    await get();
    expect(cache.read()?.manifest.packages).toHaveLength(2);
  });
});

const noXz = spawnSync('xz', ['--version']).error !== undefined;
describe.skipIf(noXz)(`newer releases of Debian${noXz ? ' (skipped: no xz)' : ''}`, () => {
  it('pack the kernel in parts, and compress modules', async () => {
    apt.offer(splitKernelAndBusybox('7.2-1', (bytes) => spawnSync('xz', ['--stdout'], { input: bytes }).stdout));
    const { manifest, folder } = await get();
    expect(manifest.packages.map(({ name }) => name)).toEqual([
      'linux-image-6.1.0-1-powerpc64le',
      'linux-binary-6.1.0-1-powerpc64le',
      'linux-modules-6.1.0-1-powerpc64le',
      'busybox-static',
    ]);
    expect(manifest.release).toBe('6.1.0-1-powerpc64le');
    expect(vmlinux()).toBe('kernel 7.2-1');
    const initrd = new TextDecoder('latin1').decode(gunzipSync(readFileSync(join(folder, 'initrd'))));
    expect(initrd).toContain('lib/modules/6.1.0-1-powerpc64le/kernel/fs/ext4/ext4.ko\0');
    expect(initrd).toContain('alias fs-ext4 ext4\n');
  });
});

describe('when fetching fails', () => {
  it('refuses a package that does not match the lists, and keeps the set that is there', async () => {
    await get();
    apt.offer(kernelAndBusybox('6.1.2-1'));
    apt.spoil('linux-image-6.1.0-1-powerpc64le', '6.1.2-1');
    await expect(get(true)).rejects.toThrow(/linux-image-6\.1\.0-1-powerpc64le 6\.1\.2-1 does not match Debian's list/);
    expect(vmlinux()).toBe('kernel 6.1.1-1');
    expect(leftovers()).toEqual([]);
  });

  it('says in one line that there is no network', async () => {
    apt.set('offline', true);
    await expect(get()).rejects.toThrow(
      /^get debian: Debian's package linux-image-powerpc64le for ppc64el is not to be had; check the network/,
    );
    expect(seen.notes.join()).toContain('Could not resolve host');
    expect(cache.read()).toBeUndefined();
    expect(leftovers()).toEqual([]);
  });

  it('says that there is no apt', async () => {
    await expect(get(false, '', { ...apt.environment, PATH: '/nonexistent' })).rejects.toThrow(
      /^apt-get: this program is not there; .*Debian/,
    );
  });

  it('says that the cache cannot be written', async () => {
    writeFileSync(join(apt.folder, 'file'), '');
    cache = new GuestCache({ XDG_CACHE_HOME: join(apt.folder, 'file') }, 'debian');
    await expect(get()).rejects.toThrow(/the cache cannot be written.*set XDG_CACHE_HOME/);
  });
});

describe('several at once', () => {
  it('leave a whole set', async () => {
    const sets = await Promise.all([get(), get(), get(true)]);
    expect(sets.map(({ manifest }) => manifest.packages.length)).toEqual([2, 2, 2]);
    for (const { folder } of sets) expect(readFileSync(join(folder, 'vmlinux'), 'utf8')).toBe('kernel 6.1.1-1');
    expect(sets.map(({ folder }) => folder)).toContain(join(cache.folder, readlinkSync(cache.current)));
    expect(leftovers()).toEqual([]);
  });

  it('clear away what dead processes have left, and nothing of live ones', async () => {
    const dead = join(cache.folder, 'work-999999999-00');
    const live = join(cache.folder, `work-${process.pid}-00`);
    for (const folder of [dead, live]) mkdirSync(folder, { recursive: true });
    await get();
    expect(leftovers()).toEqual([`work-${process.pid}-00`]);
  });

  it('leave young sets alone', async () => {
    await get();
    for (let count = 0; count < 3; count++) await get(true);
    const sets = readdirSync(cache.folder).filter((name) => name.startsWith('set-'));
    expect(sets).toHaveLength(4);
  });

  it('clear away old sets but the one before', async () => {
    const kept: string[] = [];
    cache = new GuestCache(apt.environment, 'debian', () => Date.now() + 3_600_000);
    for (let count = 0; count < 4; count++) kept.push((await get(true)).folder);
    const sets = readdirSync(cache.folder).filter((name) => name.startsWith('set-'));
    expect(sets.map((name) => join(cache.folder, name)).sort()).toEqual(kept.slice(2).sort());
  });
});

describe('the cache', () => {
  it('lies where the user wants it', () => {
    expect(new GuestCache({ XDG_CACHE_HOME: '/x', HOME: '/h' }, 'debian').folder).toBe('/x/powerjit/debian');
    expect(new GuestCache({ XDG_CACHE_HOME: 'relative', HOME: '/h' }, 'debian').folder).toBe('/h/.cache/powerjit/debian');
    expect(new GuestCache({ HOME: '/h' }, 'debian').folder).toBe('/h/.cache/powerjit/debian');
  });
});
