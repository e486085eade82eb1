// From a bare clone to a running machine: installs and builds what is missing, fetches Debian's kernel where that is possible, and runs it
// to a shell; else the built-in monitor. Arguments are options of `powerjit run`.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './steps/root.mjs';

const load = (path) => import(pathToFileURL(join(ROOT, path)).href);

await build();
const { startArguments } = await load('dist/src/cli/start-arguments.js');
const { nodeHost } = await load('dist/src/cli/node-host.js');
const program = 'bin/powerjit.js';
process.argv = [process.argv[0], join(ROOT, program), ...(await startArguments(process.argv.slice(2), nodeHost(pathToFileURL(ROOT))))];
await load(program);
