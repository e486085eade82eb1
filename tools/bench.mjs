// Builds, then runs the benchmarks; arguments go to them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { execute } from './steps/execute.mjs';
import { ROOT } from './steps/root.mjs';

await build();
const benches = readdirSync(join(ROOT, 'bench')).filter((name) => name === 'run.mjs');
for (const name of benches) {
  const { status } = await execute(process.execPath, [join('bench', name), ...process.argv.slice(2)]);
  if (status !== 0) process.exit(status);
}
