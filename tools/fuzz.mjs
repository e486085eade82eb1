// Builds, then compares random instructions with QEMU; arguments go to the fuzzer (test/fuzz/main.ts).
import { build } from './build.mjs';
import { execute } from './steps/execute.mjs';

await build();
const compiled = await execute(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'test/fuzz/command.tsconfig.json']);
if (compiled.status !== 0) process.exit(compiled.status);
const { status } = await execute(process.execPath, ['dist/test/fuzz/main.js', ...process.argv.slice(2)]);
process.exit(status);
