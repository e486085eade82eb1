import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = `${ROOT}/bin/powerjit.js`;
const built = existsSync(`${ROOT}/dist/src/cli/program.js`);
const missing = built ? '' : ' (skipped: not built; npm test builds)';

const powerjit = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', input, timeout: 30_000 });

describe.skipIf(!built)(`the installed program${missing}`, () => {
  it('boots the monitor and stops at the awaited output', () => {
    const { status, stdout, stderr } = powerjit(['run', '--until', 'powerjit> ', '--timeout', '20']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/Powerjit monitor[\s\S]*powerjit> $/);
    expect(status).toBe(0);
  });

  it('hands piped input to the guest, which can switch itself off', () => {
    const { status, stdout } = powerjit(['run', '--timeout', '20'], 'info\rreboot\r');
    expect(stdout).toContain('amcc,bamboo');
    expect(stdout).toContain('system reset');
    expect(status).toBe(0);
  });

  it('runs out of time with status 3', () => {
    const { status, stderr } = powerjit(['run', '--until', 'never', '--timeout', '0.5']);
    expect(status).toBe(3);
    expect(stderr).toBe('powerjit: time-out after 0.5 s without /never/ on the console\n');
  });

  it('tells a mistake in one line and status 2', () => {
    for (const args of [['run', '--machine', 'imac'], ['run', '--cpu', 'z80'], ['run', '--smp', '2'], ['run', '--memory', '1K'], ['run', '--kernel', BIN]]) {
      const { status, stdout, stderr } = powerjit(args);
      expect(stderr).toMatch(/^powerjit: [^\n]*\n$/);
      expect(stdout).toBe('');
      expect(status).toBe(2);
    }
  });

  it('ends quietly when nobody reads any more', async () => {
    const child = spawn(process.execPath, [BIN, 'disasm', `${ROOT}/guests/monitor/monitor.elf`]);
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += String(data)));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
}); // prettier-ignore
