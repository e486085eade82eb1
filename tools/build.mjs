// Builds everything that is out of date into dist: TypeScript, the native part of the runtime, the interpreters.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { executeQuietly } from './steps/execute.mjs';
import { DoneSteps, fingerprint } from './steps/fingerprint.mjs';
import { install } from './steps/install.mjs';
import { ROOT } from './steps/root.mjs';

const NATIVES = ['--runtime', 'stub', '--noAssert', '-O3', '--importMemory', '--sharedMemory', '--initialMemory', '16',
  '--maximumMemory', '65536', '--enable', 'threads', '--enable', 'simd', '--enable', 'bulk-memory', '--importTable', '--memoryBase', '524288', '--debug']; // prettier-ignore

/** Builds of the native part: bits of a guest's register, and what is XORed to byte addresses of RAM (3: host-endian words). */
const NATIVE_BUILDS = [
  { name: 'natives32', word: 'u32', swizzle: 3 },
  { name: 'natives64', word: 'u64', swizzle: 3 },
  { name: 'natives64le', word: 'u64', swizzle: 0 },
];

/** Compiles one build from a copy of the sources with the build's own version of word.ts. */
async function assemble({ name, word, swizzle }) {
  const folder = join('dist/native', name);
  rmSync(join(ROOT, folder), { recursive: true, force: true });
  for (const source of ['runtime/native', 'jit/abi']) cpSync(join(ROOT, source), join(ROOT, folder, source), { recursive: true });
  const version = `export type Word = ${word};\nexport const SWIZZLE: u32 = ${swizzle};\n`;
  writeFileSync(join(ROOT, folder, 'runtime/native/word.ts'), version);
  const entry = join(folder, 'runtime/native/index.ts');
  const outFile = `dist/native/${name}.wasm`;
  await executeQuietly(process.execPath, ['node_modules/assemblyscript/bin/asc.js', entry, '--outFile', outFile, ...NATIVES]);
  rmSync(join(ROOT, folder), { recursive: true });
}

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
  products: NATIVE_BUILDS.map(({ name }) => `dist/native/${name}.wasm`),
  run: () => Promise.all(NATIVE_BUILDS.map(assemble)),
};
const GENERATE = {
  name: 'interpreters',
  // Regions and their workers are no part of it.
  inputs: () =>
    fingerprint(
      ['abi', 'interpreter', 'ir', 'isa', 'lower'].map((folder) => join('dist/jit', folder)),
      (path) => path.endsWith('.js'),
    ),
  products: ['440ep', 'power7', 'power7-le', 'power8', 'power8-le'].map((cpu) => `dist/native/handlers-${cpu}.wasm`),
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
