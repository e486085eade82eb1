import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfPatchingKernel } from './self-patching-kernel.js';

/** A Linux kernel and its initial RAM disk, as files. */
export interface BootGuest {
  readonly kernel: string;
  readonly initrd: string;
}

/** Linux for bamboo. */
export interface LinuxGuest extends BootGuest {
  /** The same kernel, made to patch itself for the paravirtual interface; it needs MEMORY_LIMIT on its command line. */
  readonly patchingKernel: string;
  /** Removes the temporary files. */
  dispose(): void;
}

/** Where the guest comes from that this repository does not hold. */
const KERNEL_FILE = 'kernels/vmlinux-bamboo.xz';
const INITRD_FILE = 'initrd/ppc32.cpio.gz';

/**
 * Unpacks Linux for bamboo from a folder of guests.
 * @returns the reason, in one line, when that is not possible
 */
export function unpackLinuxGuest(folder: string): LinuxGuest | string {
  const packed = join(folder, KERNEL_FILE);
  const initrd = join(folder, INITRD_FILE);
  for (const file of [packed, initrd]) {
    if (!existsSync(file)) return `${file} is not there`;
  }
  const directory = mkdtempSync(join(tmpdir(), 'powerjit-bench-'));
  const dispose = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', dispose);
  const kernel = join(directory, 'vmlinux-bamboo');
  const failure = unpackXz(packed, kernel);
  if (failure !== undefined) return failure;
  const patchingKernel = join(directory, 'vmlinux-bamboo-patching');
  writeFileSync(patchingKernel, selfPatchingKernel(readFileSync(kernel)));
  return { kernel, initrd, patchingKernel, dispose };
}

/** @returns the reason, in one line, when the file cannot be unpacked */
export function unpackXz(packed: string, file: string): string | undefined {
  const target = openSync(file, 'w');
  const { status, error } = spawnSync('xz', ['-dc', packed], { stdio: ['ignore', target, 'ignore'] });
  closeSync(target);
  return status === 0 ? undefined : `xz cannot unpack ${packed}${error ? `: ${error.message}` : ''}`;
}
