import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../../src/config-error.js';
import { EXPLANATIONS } from './explained.js';
import { Emulators, fuzz, type FuzzResult } from './fuzz.js';
import { minimize } from './minimize.js';
import { DECODER, MODES } from './powerjit.js';
import { QEMU_RELEASE, qemuVersion } from './qemu.js';
import { describeFinding } from './report.js';

/** Exit status for a bad option or a missing QEMU. */
const USER_MISTAKE = 2;

interface Options {
  readonly instructions: number;
  readonly seed: string;
  readonly mode?: 'interp' | 'jit';
  readonly only: ReadonlySet<string>;
  readonly most: number;
}

function positive(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 is needed');
  return value;
}

function mnemonics(text: string): ReadonlySet<string> {
  const known = new Set(DECODER.instructions.map((i) => i.mnemonic));
  const chosen = text.split(',');
  const unknown = chosen.find((name) => !known.has(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`the CPU has no instruction ${unknown} (names are written without o, . and l)`);
  return new Set(chosen);
}

function parseOptions(): Options {
  return new Command('fuzz')
    .description(
      'Runs random user-level instructions in powerjit and in qemu-system-ppc -M bamboo, and compares the whole state after each.',
    )
    .addOption(new Option('--instructions <n>', 'how many').default(100_000).argParser(positive))
    .addOption(new Option('--seed <text>', 'another seed gives other instructions').default('1'))
    .addOption(new Option('--mode <mode>', 'how powerjit executes them (default both)').choices(MODES))
    .addOption(
      new Option('--only <mnemonics>', 'only these instructions, comma-separated').default(new Set<string>(), 'all').argParser(mnemonics),
    )
    .addOption(new Option('--most <n>', 'end after so many unexplained differences').default(10).argParser(positive))
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : USER_MISTAKE))
    .parse()
    .opts<Options>();
}

function describe(result: FuzzResult, seconds: number): string {
  const lines = [
    `${result.instructions} instructions in ${result.streams} streams compared after each; ${result.straight} streams compared as straight code, too (${result.straightNotCompared} not comparable); ${seconds.toFixed(0)} s`,
    'explained differences (states, by reason):',
    ...EXPLANATIONS.map((e) => `  ${String(result.explained.get(e.name) ?? 0).padStart(8)}  ${e.name}: ${e.reason} [${e.see}]`),
    `${result.unexplained.length} unexplained differences`,
  ];
  return lines.join('\n');
}

async function main(): Promise<number> {
  const options = parseOptions();
  const version = qemuVersion();
  if (version === undefined) throw new ConfigError('is not installed', 'qemu-system-ppc', 'install it (Debian: qemu-system-ppc)');
  if (!version.startsWith(QEMU_RELEASE)) console.log(`note: differences are explained for QEMU ${QEMU_RELEASE}; this is ${version}`);
  const modes = options.mode === undefined ? MODES : [options.mode];
  const start = performance.now();
  const result = await fuzz({
    instructions: options.instructions, seed: options.seed, only: options.only, modes, mostUnexplained: options.most,
    onProgress: (n) => process.stderr.write(`\r${n} instructions `),
  }); // prettier-ignore
  process.stderr.write('\r');
  const emulators = new Emulators();
  try {
    for (const finding of result.unexplained.slice(0, options.most)) console.log(describeFinding(await minimize(emulators, finding)));
  } finally {
    emulators.dispose();
  }
  console.log(describe(result, (performance.now() - start) / 1000));
  return result.unexplained.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`fuzz: ${error.message}`);
  process.exitCode = USER_MISTAKE;
}
