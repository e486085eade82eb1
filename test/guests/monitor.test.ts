import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = `${ROOT}/bin/powerjit.js`;
const missing = existsSync(`${ROOT}/dist/src/cli/program.js`) ? '' : ' (skipped: not built; npm test builds)';
/** What the user is promised from the command to the prompt, in ms; hosts that do other work as well may take longer. */
const PROMISED = 2000;
const TRIES = 3;

const MODES: Readonly<Record<string, readonly string[]>> = {
  interp: ['--mode', 'interp'],
  jit: ['--mode', 'jit'],
  'jit at once, on the spot': ['--mode', 'jit', '--jit-threshold', '1', '--jit-sync'],
};
const run = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [BIN, 'run', ...args], { encoding: 'utf8', input, timeout: 60_000 });

describe.skipIf(missing !== '')(`the monitor${missing}`, () => {
  it.each(Object.entries(MODES))('is at its prompt in two seconds: %s', (_name, mode) => {
    const times: number[] = [];
    for (let n = 0; n < TRIES && !times.some((t) => t < PROMISED); n++) {
      const start = performance.now();
      const { status, stdout, stderr } = run([...mode, '--until', 'powerjit> ', '--timeout', '20']);
      times.push(performance.now() - start);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/powerjit> $/);
    }
    expect(Math.min(...times)).toBeLessThan(PROMISED);
  });

  it.each(Object.entries(MODES))('passes all of smc, bench, fault and tlb: %s', (_name, mode) => {
    const { status, stdout } = run([...mode, '--timeout', '50'], 'smc\rbench\rfault\rtlb\rreboot\r');
    expect(stdout).toContain('smc: 8 of 8 passed');
    expect(stdout).toContain('continued after 2 program interrupts: PASS');
    expect(stdout).not.toContain('FAIL');
    expect(stdout.match(/PASS/g)!.length).toBeGreaterThan(12);
    expect(stdout).toContain('system reset');
    expect(status).toBe(0);
  });
});
