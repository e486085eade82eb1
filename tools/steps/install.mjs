import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './execute.mjs';
import { ROOT } from './root.mjs';

/** Whether every package of the lock file is installed in its version. Packages for other platforms need not be. */
function installed() {
  const record = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const there = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || there[path]?.version === version || (optional && !there[path]),
  );
}

/** Installs the packages of the lock file unless they are there already. */
export async function install() {
  if (installed()) return;
  console.log('set-up: npm ci');
  const { status } = await execute('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) {
    console.error('set-up: npm ci failed; it needs the network, or a filled npm cache');
    process.exit(1);
  }
}
