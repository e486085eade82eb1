// Runs the tests: the fast ones, with --all also test/long, with --all --skip-fast only those. Other arguments go to vitest.
// The last line is `N passed, N failed`.
import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { execute } from './steps/execute.mjs';

/** Seconds after which a run counts as hung. */
const FAST_LIMIT = 15 * 60;
const LONG_LIMIT = 40 * 60;

const args = process.argv.slice(2);
const flag = (name) => args.includes(name) && args.splice(args.indexOf(name), 1).length > 0;
const all = flag('--all');
const skipFast = flag('--skip-fast');

/**
 * Runs vitest and counts. A file that cannot even be loaded, and a run that hangs, count as one failure each.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function runTests(title, config, limitSeconds) {
  const folder = mkdtempSync(join(tmpdir(), 'powerjit-test-'));
  const report = join(folder, 'report.json');
  try {
    const { status, timedOut } = await execute(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--config', config, '--passWithNoTests', '--reporter=default', '--reporter=json',
        `--outputFile.json=${report}`, ...args], // prettier-ignore
      { limitSeconds },
    );
    if (timedOut) console.error(`test: the ${title} tests did not end within ${limitSeconds} s`);
    if (!existsSync(report)) return { passed: 0, failed: status === 0 ? 0 : 1 };
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloadable = testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    ).length;
    const failed = numFailedTests + unloadable;
    // Errors outside any test, such as an unhandled rejection, fail the run without failing a test.
    return { passed: numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await build();
const runs = [];
if (!skipFast) runs.push(await runTests('fast', 'vitest.config.ts', FAST_LIMIT));
if (all) runs.push(await runTests('long', 'tools/vitest-long.config.mjs', LONG_LIMIT));
const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
