// From a bare clone to a running machine: installs and builds what is missing, then runs `powerjit run` with the given options.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './steps/root.mjs';

const program = join(ROOT, 'bin/powerjit.js');
await build();
process.argv = [process.argv[0], program, 'run', ...process.argv.slice(2)];
await import(pathToFileURL(program).href);
