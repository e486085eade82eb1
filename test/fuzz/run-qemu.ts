/** QEMU as a program. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { ConfigError } from '../../src/config-error.js';
import type { Segment } from './segment.js';

/** The release whose known errors the explanations list. */
export const QEMU_RELEASE = '7.2';

/** Version of a QEMU program, undefined when it is not installed. */
export function qemuVersion(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /version (\S+)/.exec(stdout)?.[1] : undefined;
}

/**
 * Runs QEMU to its end.
 * @throws ConfigError when it cannot be started, Error when it fails or the guest does not end in time
 */
export function runQemu(program: string, args: readonly string[], timeoutSeconds: number): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
    child.on('error', (error) => {
      clearTimeout(timer);
      failed(new ConfigError(`cannot be started (${error.message})`, program, 'install it (Debian: qemu-system-ppc)'));
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      if (status === 0) done();
      else failed(new Error(`${program} ended with ${signal ?? `status ${status}`}: ${errors.trim() || 'the guest did not end'}`));
    });
  });
}

/** Makes a file that is the guest's RAM, of so many bytes; what no segment covers is 0 and takes no room. */
export function writeRam(path: string, size: number, segments: readonly Segment[]): void {
  rmSync(path, { force: true });
  writeFileSync(path, '');
  truncateSync(path, size);
  const file = openSync(path, 'r+');
  for (const { address, bytes } of segments) writeSync(file, bytes, 0, bytes.length, address);
  closeSync(file);
}

/** Reads a part of the guest's RAM out of its file. */
export function readRam(path: string, address: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const file = openSync(path, 'r');
  readSync(file, bytes, 0, size, address);
  closeSync(file);
  return bytes;
}
