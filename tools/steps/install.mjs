import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './execute.mjs';
import { ROOT } from './root.mjs';

/** Installs the packages of the lock file unless they are there already and not older than it. */
export async function install() {
  const lock = join(ROOT, 'package-lock.json');
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('set-up: npm ci');
  const { status } = await execute('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) {
    console.error('set-up: npm ci failed; it needs the network, or a filled npm cache');
    process.exit(1);
  }
}
