#!/usr/bin/env node
import { existsSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const program = new URL('dist/src/cli/program.js', root);

if (!existsSync(program)) {
  process.stderr.write('powerjit: not built yet; run npm run build, or npm start, which does it for you\n');
  process.exit(2);
}
const { main } = await import(program.href);
const { nodeHost } = await import(new URL('dist/src/cli/node-host.js', root).href);
// Exits at once: an open standard input or an idle worker must not keep the process alive.
process.exit(await main(process.argv.slice(2), nodeHost(root)));
