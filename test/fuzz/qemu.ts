import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readSync, closeSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config-error.js';
import { elfImage } from './elf-image.js';
import type { Image } from './image.js';
import { RAM_SIZE, RESULTS } from './layout.js';

const QEMU = 'qemu-system-ppc';
/** The release whose known errors explained.ts lists. */
export const QEMU_RELEASE = '7.2';

/** QEMU's version, undefined when it is not installed. */
export function qemuVersion(): string | undefined {
  const { status, stdout } = spawnSync(QEMU, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /version (\S+)/.exec(stdout)?.[1] : undefined;
}

/** Runs images in QEMU's bamboo. The guest's RAM is a file, which holds the results when the guest has asked for a reset. */
export class QemuTarget {
  readonly #folder = mkdtempSync(join(tmpdir(), 'powerjit-fuzz-'));

  /**
   * @returns the results
   * @throws ConfigError when QEMU cannot run, Error when the guest does not come to its end
   */
  async run(image: Image, timeoutSeconds = 120): Promise<Uint8Array> {
    const ram = join(this.#folder, 'ram');
    const kernel = join(this.#folder, 'fuzz.elf');
    rmSync(ram, { force: true });
    writeFileSync(ram, '');
    truncateSync(ram, RAM_SIZE);
    writeFileSync(kernel, elfImage(image.entry, image.segments));
    await this.#execute(kernel, ram, timeoutSeconds);
    const results = new Uint8Array(image.resultsSize);
    const file = openSync(ram, 'r');
    readSync(file, results, 0, results.length, RESULTS);
    closeSync(file);
    return results;
  }

  /** Removes the files. */
  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #execute(kernel: string, ram: string, timeoutSeconds: number): Promise<void> {
    const megabytes = RAM_SIZE >>> 20;
    const args = [
      ...[
        '-M',
        'bamboo,memory-backend=ram',
        '-m',
        `${megabytes}`,
        '-object',
        `memory-backend-file,id=ram,size=${megabytes}M,mem-path=${ram},share=on`,
      ],
      ...['-display', 'none', '-monitor', 'none', '-serial', 'null', '-nic', 'none', '-no-reboot', '-kernel', kernel],
    ];
    return new Promise((done, failed) => {
      const child = spawn(QEMU, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let errors = '';
      child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
      child.on('error', (error) => {
        clearTimeout(timer);
        failed(new ConfigError(`cannot be started (${error.message})`, QEMU, 'install it (Debian: qemu-system-ppc)'));
      });
      child.on('close', (status, signal) => {
        clearTimeout(timer);
        if (status === 0) done();
        else failed(new Error(`${QEMU} ended with ${signal ?? `status ${status}`}: ${errors.trim() || 'the guest did not end'}`));
      });
    });
  }
}
