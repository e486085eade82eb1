import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BAMBOO, interpreterOf, jitOf, PROJECT, PSERIES, qemuOf, type BenchMachine } from './host/emulators.js';
import { machineInfo } from './host/machine-info.js';
import { newBaseline, readBaseline, regressions } from './report/baseline.js';
import { metricsOf } from './report/metrics.js';
import { bootPlot, kernelPlot, privilegedPlot } from './report/plots.js';
import { describeRegressions, describeResults } from './report/text.js';
import type { PseriesResults, Results } from './results.js';
import { runBoots } from './suites/boot.js';
import { expectedChecksums, runKernels } from './suites/kernels.js';
import { runHashTable } from './suites/hash-table.js';
import { unpackLinuxGuest, unpackPseriesGuest, unpackPseriesGuests } from './suites/linux-guest.js';
import { runMicro } from './suites/micro.js';
import { runPrivileged } from './suites/privileged.js';
import { runWorkloads } from './suites/workloads.js';

const SUITES = ['kernels', 'boot', 'privileged', 'workloads', 'hash-table', 'micro'] as const;
type Suite = (typeof SUITES)[number];
const MACHINES = [BAMBOO.name, PSERIES.name] as const;

const RESULTS = `${PROJECT}bench/results/`;
const BASELINE = `${RESULTS}baseline.json`;

/** How much is done: a kernel's repetitions take about half a second in QEMU at scale 1, and ten times as long in the interpreter. */
const FULL = {
  samples: 5,
  kernels: { qemu: { warmSeconds: 0.3, scale: 1 }, jit: { warmSeconds: 2, scale: 1 }, interp: { warmSeconds: 0.1, scale: 0.1 } },
  // What is left of translating, by chance more in one run than in another, is to be little of what is measured.
  programs: { warmUp: 1600, measured: 1600 },
  hashTable: { passes: 8, interval: 1000 },
  microSeconds: 2,
};
const QUICK = {
  samples: 3,
  kernels: { qemu: { warmSeconds: 0.1, scale: 0.2 }, jit: { warmSeconds: 1.5, scale: 0.4 }, interp: { warmSeconds: 0.05, scale: 0.02 } },
  programs: { warmUp: 200, measured: 100 },
  hashTable: { passes: 4, interval: 1000 },
  microSeconds: 0.5,
};

/** Options as commander gives them. */
interface Options {
  readonly quick?: true;
  readonly only?: Suite[];
  readonly machine: (typeof MACHINES)[number][];
  readonly samples?: number;
  readonly kernel?: string[];
  readonly guests: string;
  readonly timeout: number;
  readonly updateBaseline?: true;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 is needed');
  return value;
}

function oneOf<T extends string>(choices: readonly T[]): (text: string) => T[] {
  return (text) => {
    const chosen = text.split(',');
    const unknown = chosen.find((name) => !(choices as readonly string[]).includes(name));
    if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${choices.join(', ')}`);
    return chosen as T[];
  };
}

function parseOptions(): Options {
  return new Command('bench')
    .description('Measures powerjit against QEMU, on bamboo and on pseries; writes bench/results/latest.json and SVG plots.')
    .addOption(new Option('--quick', 'short runs: figures are rough'))
    .addOption(new Option('--only <suites>', `comma-separated: ${SUITES.join(', ')}`).argParser(oneOf(SUITES)))
    .addOption(
      new Option('--machine <names>', `comma-separated: ${MACHINES.join(', ')}`)
        .argParser(oneOf(MACHINES))
        .default([...MACHINES], MACHINES.join(',')),
    )
    .addOption(new Option('--samples <n>', 'runs of each emulator on each task (default 5, quick 3)').argParser(positive))
    .addOption(new Option('--kernel <names>', 'only these kernels, comma-separated').argParser(oneOf([...expectedChecksums().keys()])))
    .addOption(
      new Option('--guests <folder>', 'where Linux is (kernels/, initrd/)').default(`${PROJECT}../shared/guests`, '../shared/guests'),
    )
    .addOption(new Option('--timeout <seconds>', 'longest run of an emulator').default(90).argParser(positive))
    .addOption(new Option('--update-baseline', 'make these figures the baseline of later runs, and keep their plots'))
    .parse()
    .opts<Options>();
}

async function run(options: Options): Promise<Results> {
  const chosen = options.quick ? QUICK : FULL;
  const samples = options.samples ?? chosen.samples;
  const timeoutSeconds = options.timeout;
  const wanted = (suite: Suite) => !options.only || options.only.includes(suite);
  const results: Results = { machine: machineInfo(), options: { ...chosen, samples, timeoutSeconds }, metrics: {} };
  const kernelOptions = { samples, timeoutSeconds, ...(options.kernel ? { names: options.kernel } : {}) };
  const emulatorsOf = (machine: BenchMachine) => [qemuOf(machine), jitOf(machine), interpreterOf(machine)];
  const kernelEmulators = (machine: BenchMachine) =>
    emulatorsOf(machine).map((emulator) => ({ emulator, ...chosen.kernels[emulator.name as keyof typeof chosen.kernels] }));

  if (wanted('micro')) results.micro = runMicro(chosen.microSeconds);
  if (options.machine.includes('bamboo')) {
    if (wanted('kernels')) results.kernels = await runKernels(kernelEmulators(BAMBOO), { ...kernelOptions, image: 'kernels.elf' });
    if (wanted('boot') || wanted('privileged')) {
      const guest = unpackLinuxGuest(resolve(options.guests));
      const append = 'console=ttyS0 end=reboot';
      if (typeof guest === 'string') console.log(`Linux is left out: ${guest}`);
      else if (wanted('boot')) results.boot = await runBoots(guest, emulatorsOf(BAMBOO), { samples, timeoutSeconds, append });
      if (wanted('privileged')) results.privileged = await runPrivileged(guest, { samples, timeoutSeconds, programs: chosen.programs });
      if (typeof guest !== 'string') guest.dispose();
    }
  }
  if (options.machine.includes('pseries')) {
    const pseries: PseriesResults = {};
    if (wanted('kernels')) pseries.kernels = await runKernels(kernelEmulators(PSERIES), { ...kernelOptions, image: 'kernels-pseries.elf' });
    const guests = wanted('boot') || wanted('workloads') ? unpackPseriesGuests(resolve(options.guests)) : [];
    for (const { name, files } of guests) {
      if (typeof files === 'string') {
        console.log(`${name} is left out: ${files}`);
        continue;
      }
      if (wanted('boot')) {
        const boot = await runBoots(files, emulatorsOf(PSERIES), { samples, timeoutSeconds, append: 'console=hvc0' });
        pseries.boots = { ...pseries.boots, [name]: boot };
      }
      if (wanted('workloads'))
        pseries.workloads ??= await runWorkloads(files, emulatorsOf(PSERIES).slice(0, 2), { samples, timeoutSeconds });
      files.dispose();
    }
    results.pseries = pseries;
  }
  if (wanted('hash-table')) {
    const guest = unpackPseriesGuest(resolve(options.guests));
    results.hashTable = await runHashTable(guest, { ...chosen.hashTable, timeoutSeconds });
    if (typeof guest !== 'string') guest.dispose();
  }
  results.metrics = metricsOf(results);
  return results;
}

/** Writes the plots that these results allow, and removes older ones of the same name: they would show something else. */
async function writePlots(results: Results, prefix: string): Promise<string[]> {
  const plots = { kernels: kernelPlot, boot: bootPlot, privileged: privilegedPlot };
  const written: string[] = [];
  for (const [name, plot] of Object.entries(plots)) {
    const file = `${RESULTS}${prefix}-${name}.svg`;
    const svg = await plot(results);
    if (svg === undefined) {
      if (prefix === 'latest') rmSync(file, { force: true });
      continue;
    }
    writeFileSync(file, svg);
    written.push(file);
  }
  return written;
}

const options = parseOptions();
// Ends through 'exit', where emulators are stopped and temporary files removed. 128 + number of the signal, as shells count.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
const results = await run(options);
mkdirSync(RESULTS, { recursive: true });
const latest = `${RESULTS}latest.json`;
writeFileSync(latest, `${JSON.stringify(results, null, 1)}\n`);
const files = [latest, ...(await writePlots(results, 'latest'))];
console.log(`\n${describeResults(results)}\n`);

const baseline = readBaseline(BASELINE);
console.log(baseline ? describeRegressions(regressions(results, baseline)) : 'There is no baseline yet: --update-baseline makes one.');
if (options.updateBaseline) {
  writeFileSync(BASELINE, `${JSON.stringify(newBaseline(results, baseline), null, 1)}\n`);
  files.push(BASELINE, ...(await writePlots(results, 'baseline')));
}
console.log(`\nWritten: ${files.map((file) => file.slice(PROJECT.length)).join(', ')}`);
