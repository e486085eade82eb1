import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfPatchingKernel } from './self-patching-kernel.js';

/** A Linux kernel and its initial RAM disk, as files. */
export interface GuestFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** Removes the temporary files. */
  dispose(): void;
}

/** Linux for bamboo. */
export interface LinuxGuest extends GuestFiles {
  /** The same kernel, made to patch itself for the paravirtual interface; it needs MEMORY_LIMIT on its command line. */
  readonly patchingKernel: string;
}

/** Where the guests come from that this repository does not hold. */
const BAMBOO = { kernel: 'vmlinux-bamboo', initrd: 'initrd/ppc32.cpio.gz' };
const PSERIES = { kernel: 'vmlinux-pseries-le', initrd: 'initrd/ppc64le.cpio.gz' };

/**
 * Unpacks Linux for bamboo from a folder of guests.
 * @returns the reason, in one line, when that is not possible
 */
export function unpackLinuxGuest(folder: string): LinuxGuest | string {
  const files = unpack(folder, BAMBOO);
  if (typeof files === 'string') return files;
  const patchingKernel = `${files.kernel}-patching`;
  writeFileSync(patchingKernel, selfPatchingKernel(readFileSync(files.kernel)));
  return { ...files, patchingKernel };
}

/** As `unpackLinuxGuest`, for pseries. */
export const unpackPseriesGuest = (folder: string): GuestFiles | string => unpack(folder, PSERIES);

function unpack(folder: string, of: { readonly kernel: string; readonly initrd: string }): GuestFiles | string {
  const packed = join(folder, `kernels/${of.kernel}.xz`);
  const initrd = join(folder, of.initrd);
  for (const file of [packed, initrd]) {
    if (!existsSync(file)) return `${file} is not there`;
  }
  const directory = mkdtempSync(join(tmpdir(), 'powerjit-bench-'));
  const dispose = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', dispose);
  const kernel = join(directory, of.kernel);
  const target = openSync(kernel, 'w');
  const { status, error } = spawnSync('xz', ['-dc', packed], { stdio: ['ignore', target, 'ignore'] });
  closeSync(target);
  if (status !== 0) return `xz cannot unpack ${packed}${error ? `: ${error.message}` : ''}`;
  return { kernel, initrd, dispose };
}
