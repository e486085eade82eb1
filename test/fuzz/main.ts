import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../../src/config-error.js';
import type { Architecture } from './architecture.js';
import { ARCHITECTURES, architectureOf, MODES } from './architectures.js';
import { Emulators, fuzz, type FuzzResult } from './fuzz.js';
import { minimize } from './minimize.js';
import { QEMU_RELEASE } from './run-qemu.js';
import { describeFinding } from './report.js';

/** Exit status for a bad option or a missing QEMU. */
const USER_MISTAKE = 2;

interface Options {
  readonly arch: string;
  readonly instructions: number;
  readonly seed: string;
  readonly mode?: 'interp' | 'jit';
  readonly only?: string;
  readonly most: number;
}

function positive(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 is needed');
  return value;
}

function mnemonics({ decoder, model }: Architecture, text: string | undefined): ReadonlySet<string> {
  if (text === undefined) return new Set();
  const known = new Set(decoder.instructions.map((i) => i.mnemonic));
  const chosen = text.split(',');
  const unknown = chosen.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new ConfigError(`${model.name} has no instruction ${unknown}`, '--only', 'write names without the suffixes o, . and l');
  }
  return new Set(chosen);
}

function parseOptions(): Options {
  return new Command('fuzz')
    .description('Runs random user-level instructions in powerjit and in QEMU, and compares the whole state after each.')
    .addOption(
      new Option('--arch <name>', 'ppc32: the 440EP; ppc64: POWER8, 64-bit and 32-bit mode, both byte orders')
        .choices(ARCHITECTURES.map((a) => a.name))
        .default('ppc32'),
    )
    .addOption(new Option('--instructions <n>', 'how many').default(100_000).argParser(positive))
    .addOption(new Option('--seed <text>', 'another seed gives other instructions').default('1'))
    .addOption(new Option('--mode <mode>', 'how powerjit executes them (default both)').choices(MODES))
    .addOption(new Option('--only <mnemonics>', 'only these instructions, comma-separated (default all)'))
    .addOption(new Option('--most <n>', 'end after so many unexplained differences').default(10).argParser(positive))
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : USER_MISTAKE))
    .parse()
    .opts<Options>();
}

function describe({ explanations }: Architecture, result: FuzzResult, seconds: number): string {
  const lines = [
    `${result.instructions} instructions in ${result.streams} streams compared after each; ${result.straight} streams compared as straight code, too (${result.straightNotCompared} not comparable); ${seconds.toFixed(0)} s`,
    'explained differences (states, by reason):',
    ...explanations.map((e) => `  ${String(result.explained.get(e.name) ?? 0).padStart(8)}  ${e.name}: ${e.reason} [${e.see}]`),
    `${result.unexplained.length} unexplained differences`,
  ];
  return lines.join('\n');
}

async function main(): Promise<number> {
  const options = parseOptions();
  const architecture = architectureOf(options.arch)!;
  const version = architecture.qemuVersion();
  if (version === undefined) throw new ConfigError('is not installed', architecture.qemu, 'install it (Debian: qemu-system-ppc)');
  if (!version.startsWith(QEMU_RELEASE)) console.log(`note: differences are explained for QEMU ${QEMU_RELEASE}; this is ${version}`);
  const modes = options.mode === undefined ? MODES : [options.mode];
  const only = mnemonics(architecture, options.only);
  const start = performance.now();
  const bar = new SingleBar({
    format: 'fuzz [{bar}] {value}/{total} instructions, {eta_formatted} left',
    hideCursor: true, clearOnComplete: true, stream: process.stderr,
  }); // prettier-ignore
  bar.start(options.instructions, 0);
  let result: FuzzResult;
  try {
    result = await fuzz({
      architecture, instructions: options.instructions, seed: options.seed, only, modes, mostUnexplained: options.most,
      onProgress: (n) => bar.update(Math.min(n, options.instructions)),
    }); // prettier-ignore
  } finally {
    bar.stop();
  }
  const emulators = new Emulators(architecture);
  try {
    for (const finding of result.unexplained.slice(0, options.most))
      console.log(describeFinding(architecture, await minimize(emulators, finding)));
  } finally {
    emulators.dispose();
  }
  console.log(describe(architecture, result, (performance.now() - start) / 1000));
  return result.unexplained.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`fuzz: ${error.message}`);
  process.exitCode = USER_MISTAKE;
}
