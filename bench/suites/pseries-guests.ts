import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuestCache } from '../../src/host/node/debian/guest-cache.js';
import { unpackXz, type BootGuest } from './linux-guest.js';

/** Kernels for pseries, with a name for tables, and where they come from that this repository does not hold. */
const GUESTS = [
  { name: 'vmlinux-pseries-le', kernel: 'kernels/vmlinux-pseries-le.xz', initrd: 'initrd/ppc64le.cpio.gz' },
  { name: 'vmlinux-pseries-be', kernel: 'kernels/vmlinux-pseries-be.xz', initrd: 'initrd/ppc64.cpio.gz' },
] as const;
/** Debian's own kernel, where `powerjit get debian` has put it. */
const DEBIAN = { name: 'debian', initrd: 'initrd/ppc64le.cpio.gz' } as const;

/** A kernel that can be booted, or the reason why it cannot, in one line. */
export interface PseriesGuest {
  readonly name: string;
  readonly guest: BootGuest | string;
}

/** Finds and unpacks Linux for pseries; temporary files are removed when the program ends. */
export function pseriesGuests(folder: string): PseriesGuest[] {
  const directory = mkdtempSync(join(tmpdir(), 'powerjit-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const unpacked = GUESTS.map(({ name, kernel: packed, initrd }): PseriesGuest => {
    const missing = [packed, initrd].find((file) => !existsSync(join(folder, file)));
    if (missing !== undefined) return { name, guest: `${join(folder, missing)} is not there` };
    const kernel = join(directory, name);
    return { name, guest: unpackXz(join(folder, packed), kernel) ?? { kernel, initrd: join(folder, initrd) } };
  });
  return [...unpacked, debian(folder)];
}

function debian(folder: string): PseriesGuest {
  const { name } = DEBIAN;
  const set = new GuestCache(process.env, 'debian').read();
  const initrd = join(folder, DEBIAN.initrd);
  if (!set) return { name, guest: 'powerjit get debian has not been run' };
  return { name, guest: existsSync(initrd) ? { kernel: join(set.folder, 'vmlinux'), initrd } : `${initrd} is not there` };
}
