import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './conversation.js';

/** The project's folder as seen from the compiled program in dist/bench/host. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

const POWERJIT = `${PROJECT}bin/powerjit.js`;

/** A machine that guests are measured on. */
export interface BenchMachine {
  readonly name: 'bamboo' | 'pseries';
  /** RAM, in MiB. */
  readonly memory: number;
  /** QEMU's program. */
  readonly qemu: string;
  /** Its options, besides memory, kernel, initrd and command line; `bare` is for a guest without firmware. */
  qemuOptions(bare: boolean): readonly string[];
}

export const BAMBOO: BenchMachine = {
  name: 'bamboo',
  memory: 128,
  qemu: 'qemu-system-ppc',
  qemuOptions: () => ['-M', 'bamboo', '-nic', 'none'],
};
export const PSERIES: BenchMachine = makePseries();

function makePseries(): BenchMachine {
  let firmware: string | undefined;
  return {
    name: 'pseries',
    memory: 1024,
    qemu: 'qemu-system-ppc64',
    qemuOptions: (bare) => [
      ...['-cpu', 'power8', '-nodefaults', '-M', bare ? 'pseries,kernel-addr=0' : 'pseries,x-vof=on'],
      ...(bare ? ['-bios', (firmware ??= writeBareFirmware())] : []),
    ],
  };
}

/** What a guest run needs; emulators have no network card. */
export interface GuestRun {
  /** The kernel is entered without firmware, with the device tree's address in r3. */
  readonly bare?: true;
  readonly kernel: string;
  readonly initrd?: string;
  readonly append?: string;
  /** Console text at which powerjit ends by itself (a regular expression). QEMU has no such thing. */
  readonly until?: string;
  /** File for powerjit's statistics. */
  readonly statistics?: string;
}

/** One way to run a guest. */
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
export const qemuOf = (machine: BenchMachine): Emulator => ({
  name: 'qemu',
  title: 'QEMU',
  command: (run) => ({
    file: machine.qemu,
    args: [
      ...machine.qemuOptions(run.bare === true),
      ...['-m', `${machine.memory}`, '-display', 'none', '-serial', 'stdio', '-no-reboot', '-kernel', run.kernel],
      ...(run.initrd === undefined ? [] : ['-initrd', run.initrd]),
      ...(run.append === undefined ? [] : ['-append', run.append]),
    ],
  }),
  missing: () => (qemuVersion(machine.qemu) === undefined ? `${machine.qemu} is not installed` : undefined),
});

/** Powerjit with some of its options, through its command line as a user starts it. */
export function powerjit(name: string, title: string, options: readonly string[], machine = BAMBOO): Emulator {
  return {
    name,
    title,
    command: (run) => ({
      file: process.execPath,
      args: [
        ...[POWERJIT, 'run', '--machine', machine.name, '--memory', `${machine.memory}M`, '--kernel', run.kernel],
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

export const jitOf = (machine: BenchMachine): Emulator => powerjit('jit', 'powerjit jit', ['--mode', 'jit'], machine);
export const interpreterOf = (machine: BenchMachine): Emulator => powerjit('interp', 'powerjit interp', ['--mode', 'interp'], machine);

export const qemu = qemuOf(BAMBOO);
export const jit = jitOf(BAMBOO);
export const interpreter = interpreterOf(BAMBOO);

/** Where kernels-pseries.elf is linked, and where QEMU's firmware is entered. */
const BARE_ENTRY = 0x800000;
const RESET_VECTOR = 0x100;

/** Writes a firmware of one instruction, a branch to the bare guest; QEMU enters it with the device tree's address in r3. @returns its file */
function writeBareFirmware(): string {
  const folder = mkdtempSync(join(tmpdir(), 'powerjit-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const bytes = Buffer.alloc(RESET_VECTOR + 4);
  bytes.writeUInt32BE(0x48000000 + BARE_ENTRY - RESET_VECTOR, RESET_VECTOR);
  const file = join(folder, 'firmware.bin');
  writeFileSync(file, bytes);
  return file;
}

/** QEMU's version, undefined when it is not installed. */
export function qemuVersion(program = BAMBOO.qemu): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0].replace(/^.*version /, '') : undefined;
}
