// Builds, then runs the benchmarks; arguments go to them.
import { build } from './build.mjs';
import { execute } from './steps/execute.mjs';

await build();
const compiled = await execute(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'bench']);
if (compiled.status !== 0) process.exit(compiled.status);
const { status } = await execute(process.execPath, ['dist/bench/main.js', ...process.argv.slice(2)]);
process.exit(status);
