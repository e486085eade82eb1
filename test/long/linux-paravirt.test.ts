import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackLinuxGuest, type LinuxGuest } from '../../bench/suites/linux-guest.js';
import { MEMORY_LIMIT, selfPatchingKernel } from '../../bench/suites/self-patching-kernel.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUESTS = fileURLToPath(new URL('../../../shared/guests', import.meta.url));
const missing = existsSync(GUESTS) ? '' : ' (skipped: needs ../shared/guests)';

describe.skipIf(missing !== '')(`Linux patches itself for the magic page${missing}`, () => {
  let folder: string;
  let guest: LinuxGuest;
  let kernel: string;
  beforeAll(() => {
    const unpacked = unpackLinuxGuest(GUESTS);
    if (typeof unpacked === 'string') throw new Error(unpacked);
    guest = unpacked;
    folder = mkdtempSync(join(tmpdir(), 'powerjit-paravirt-'));
    kernel = join(folder, 'vmlinux');
    writeFileSync(kernel, selfPatchingKernel(readFileSync(guest.kernel)));
  });
  afterAll(() => {
    guest.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['interp', ['--mode', 'interp'], 120],
    ['jit', ['--mode', 'jit'], 120],
    ['jit at once, on the spot', ['--mode', 'jit', '--jit-threshold', '1', '--jit-sync'], 400],
    ['trap', ['--mode', 'trap'], 120],
    ['lockstep', ['--mode', 'lockstep'], 1000],
  ])('over its whole text, and boots: %s', (_name, mode, seconds) => {
    const stats = join(folder, 'stats.json');
    const machine = [
      '--memory',
      '128M',
      '--kernel',
      kernel,
      '--initrd',
      guest.initrd,
      '--append',
      `console=ttyS0 end=reboot ${MEMORY_LIMIT}`,
    ];
    const args = [
      join(ROOT, 'bin/powerjit.js'),
      'run',
      ...machine,
      ...mode,
      '--until',
      'BOOTED',
      '--timeout',
      `${seconds}`,
      '--stats',
      stats,
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: (seconds + 60) * 1000 });
    expect({ status, stderr, end: stdout.slice(-200) }).toMatchObject({ status: 0, end: expect.stringContaining('BOOTED') as string });
    expect(stdout).toContain('KVM: Live patching for a fast VM worked');
    const { exits } = JSON.parse(readFileSync(stats, 'utf8')) as { exits: Record<string, number> };
    expect(exits['hypercall']).toBeGreaterThanOrEqual(2);
  });
});
