import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackLinuxGuest, type LinuxGuest } from '../../bench/suites/linux-guest.js';
import { Terminal, tmuxInstalled } from '../support/tmux.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUESTS = fileURLToPath(new URL('../../../shared/guests', import.meta.url));
const BIN = join(ROOT, 'bin/powerjit.js');
const missing = existsSync(GUESTS) ? '' : ' (skipped: needs ../shared/guests)';

describe.skipIf(missing !== '')(`Linux 6.1 on bamboo${missing}`, () => {
  let folder: string;
  let guest: LinuxGuest;
  beforeAll(() => {
    const unpacked = unpackLinuxGuest(GUESTS);
    if (typeof unpacked === 'string') throw new Error(unpacked);
    guest = unpacked;
    folder = mkdtempSync(join(tmpdir(), 'powerjit-linux-'));
  });
  afterAll(() => {
    guest.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const options = (append: string): string[] =>
    ['--machine', 'bamboo', '--memory', '128M', '--kernel', guest.kernel, '--initrd', guest.initrd, '--append', append]; // prettier-ignore

  it.each([
    ['interp', ['--mode', 'interp'], 60],
    ['jit', ['--mode', 'jit'], 60],
    ['jit at once, on the spot', ['--mode', 'jit', '--jit-threshold', '1', '--jit-sync'], 300],
    ['lockstep', ['--mode', 'lockstep'], 900],
  ])('boots to user space: %s', (_name, mode, seconds) => {
    const stats = join(folder, 'stats.json');
    const args = ['run', ...options('console=ttyS0 end=reboot'), ...mode, '--until', 'BOOTED', '--timeout', `${seconds}`, '--stats', stats];
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', timeout: (seconds + 60) * 1000 });
    expect({ status, stderr, end: stdout.slice(-200) }).toMatchObject({ status: 0, end: expect.stringContaining('BOOTED') as string });
    const figures = JSON.parse(readFileSync(stats, 'utf8')) as { bootedSeconds: number; instructions: number };
    expect(figures.bootedSeconds).toBeGreaterThan(0);
    expect(figures.instructions).toBeGreaterThan(1e7);
  });

  it('switches the machine off at its end', () => {
    const args = ['run', ...options('console=ttyS0 end=reboot'), '--timeout', '120'];
    const { status, stdout } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', timeout: 180_000 });
    expect(stdout).toContain('ENDING');
    expect(status).toBe(0);
  });

  it.skipIf(!tmuxInstalled())('gives a shell in a real terminal', async () => {
    const terminal = new Terminal('linux');
    try {
      await terminal.shows(/[#$]/);
      const quoted = ['run', ...options('console=ttyS0 quiet shell end=reboot')].map((word) => `'${word}'`).join(' ');
      terminal.press(`clear; '${process.execPath}' '${BIN}' ${quoted}; echo status=$?`, 'Enter');
      await terminal.shows(/^\/ # *$/m, 60);
      terminal.press('echo $((6 * 7)) answers', 'Enter');
      await terminal.shows(/^42 answers/m);
      // Ctrl-C ends a program of the guest, not the emulator. One that comes before the program runs would hit the shell.
      terminal.press('echo round 1; sleep 1000', 'Enter');
      await terminal.shows(/^round 1/m);
      await setTimeout(1000);
      terminal.press('C-c');
      await terminal.shows(/\^C\s+\/ #/);
      terminal.press('uname -m', 'Enter');
      await terminal.shows(/^ppc$/m);
      terminal.press('exit', 'Enter');
      await terminal.shows(/^status=0$/m, 60);
    } finally {
      terminal.close();
    }
  });
});
