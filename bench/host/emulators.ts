import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from './conversation.js';

/** The project's folder as seen from the compiled program in dist/bench/host. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

const POWERJIT = `${PROJECT}bin/powerjit.js`;
const QEMU = 'qemu-system-ppc';

/** What a guest run needs; both emulators have 128 MiB of RAM and no network card. */
export interface GuestRun {
  readonly kernel: string;
  readonly initrd?: string;
  readonly append?: string;
  /** Console text at which powerjit ends by itself (a regular expression). QEMU has no such thing. */
  readonly until?: string;
  /** File for powerjit's statistics. */
  readonly statistics?: string;
}

/** One way to run a bamboo guest. */
export interface Emulator {
  /** Key in results. */
  readonly name: string;
  /** For tables and plots. */
  readonly title: string;
  command(run: GuestRun): Command;
  /** Why it cannot run on this host, in one line; undefined when it can. */
  missing(): string | undefined;
}

/** The reference. */
export const qemu: Emulator = {
  name: 'qemu',
  title: 'QEMU',
  command: (run) => ({
    file: QEMU,
    args: [
      ...['-M', 'bamboo', '-m', '128', '-display', 'none', '-serial', 'stdio', '-no-reboot', '-nic', 'none', '-kernel', run.kernel],
      ...(run.initrd === undefined ? [] : ['-initrd', run.initrd]),
      ...(run.append === undefined ? [] : ['-append', run.append]),
    ],
  }),
  missing: () => (qemuVersion() === undefined ? `${QEMU} is not installed` : undefined),
};

/** Powerjit with some of its options, through its command line as a user starts it. */
export function powerjit(name: string, title: string, options: readonly string[]): Emulator {
  return {
    name,
    title,
    command: (run) => ({
      file: process.execPath,
      args: [
        ...[POWERJIT, 'run', '--machine', 'bamboo', '--memory', '128M', '--kernel', run.kernel],
        ...(run.initrd === undefined ? [] : ['--initrd', run.initrd]),
        ...(run.append === undefined ? [] : ['--append', run.append]),
        ...(run.until === undefined ? [] : ['--until', run.until]),
        ...(run.statistics === undefined ? [] : ['--stats', run.statistics]),
        ...options,
      ],
    }),
    missing: () => (existsSync(POWERJIT) ? undefined : 'bin/powerjit.js is not there'),
  };
}

export const jit = powerjit('jit', 'powerjit jit', ['--mode', 'jit']);
export const interpreter = powerjit('interp', 'powerjit interp', ['--mode', 'interp']);

/** QEMU's version, undefined when it is not installed. */
export function qemuVersion(): string | undefined {
  const { status, stdout } = spawnSync(QEMU, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0].replace(/^.*version /, '') : undefined;
}
