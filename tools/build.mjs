// Builds everything that is out of date into dist: TypeScript, the native part of the runtime, the interpreters.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { executeQuietly } from './steps/execute.mjs';
import { DoneSteps, fingerprint } from './steps/fingerprint.mjs';
import { install } from './steps/install.mjs';
import { ROOT } from './steps/root.mjs';

const NATIVES = ['--runtime', 'stub', '--noAssert', '-O3', '--importMemory', '--sharedMemory', '--initialMemory', '1',
  '--maximumMemory', '65536', '--enable', 'threads', '--enable', 'simd', '--enable', 'bulk-memory', '--importTable']; // prettier-ignore

const isNative = (path) => path.startsWith(join('runtime', 'native'));

/** name: shown; inputs: what the result depends on; products: files that must be there; run: makes them. */
const COMPILE = {
  name: 'TypeScript',
  inputs: () =>
    fingerprint(['tsconfig.json', 'tsconfig.base.json', 'package-lock.json', 'jit', 'runtime', 'src'], (path) => !isNative(path)),
  products: ['dist/src/cli/program.js'],
  run: () => executeQuietly(process.execPath, ['node_modules/typescript/bin/tsc', '-b']),
};
const ASSEMBLE = {
  name: 'native runtime',
  inputs: () => fingerprint(['runtime/native', 'jit/abi', 'package-lock.json', 'tools/build.mjs']),
  products: ['dist/native/natives32.wasm'],
  run: () =>
    executeQuietly(process.execPath, [
      ...['node_modules/assemblyscript/bin/asc.js', 'runtime/native/index.ts', '--outFile', 'dist/native/natives32.wasm'],
      ...NATIVES,
    ]),
};
const GENERATE = {
  name: 'interpreters',
  // Regions and their workers are no part of it.
  inputs: () =>
    fingerprint(
      ['abi', 'interpreter', 'ir', 'isa', 'lower'].map((folder) => join('dist/jit', folder)),
      (path) => path.endsWith('.js'),
    ),
  products: ['dist/native/handlers-440ep.wasm'],
  async run() {
    const { generateInterpreters } = await import(pathToFileURL(join(ROOT, 'dist/jit/interpreter/generate.js')).href);
    for (const { name, bytes } of generateInterpreters()) writeFileSync(join(ROOT, 'dist/native', name), bytes);
  },
};

/** Does the steps that are out of date; those of one group do not depend on each other. */
export async function build() {
  await install();
  mkdirSync(join(ROOT, 'dist/native'), { recursive: true });
  const done = new DoneSteps();
  const doStep = async (step) => {
    const print = step.inputs();
    if (done.isDone(step.name, print, step.products)) return;
    const start = performance.now();
    try {
      await step.run();
    } catch (error) {
      console.error(`build: ${step.name} failed\n${error instanceof Error ? error.message : error}`);
      process.exit(1);
    }
    done.record(step.name, print);
    console.log(`build: ${step.name}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
  };
  for (const group of [[COMPILE, ASSEMBLE], [GENERATE]]) await Promise.all(group.map(doStep));
}

if (process.argv[1] === import.meta.filename) await build();
