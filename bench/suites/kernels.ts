import { readFileSync } from 'node:fs';
import { converse, type Conversation } from '../host/conversation.js';
import { PROJECT, type Emulator } from '../host/emulators.js';
import { showProgress } from '../progress.js';
import type { KernelResult, Series } from '../results.js';

const FLOAT_KERNELS = new Set(['matmul', 'nbody', 'lu', 'mandel', 'mandelf']);
const KERNELS = `${PROJECT}bench/kernels/`;

/** After so many runs without an end an emulator is not tried on further kernels. */
const TIMEOUTS_ACCEPTED = 2;

/** How long an emulator runs a kernel. */
export interface KernelRun {
  /** Seconds of guest time before the measurement: what is timed is translated code, not the translation (the boots have that). */
  readonly warmSeconds: number;
  /** Factor on the kernel's repetitions. */
  readonly scale: number;
}

export interface KernelEmulator extends KernelRun {
  readonly emulator: Emulator;
}

export interface KernelOptions {
  /** The guest: `kernels.elf`, or the one for pseries, which is entered without firmware. */
  readonly image: 'kernels.elf' | 'kernels-pseries.elf';
  readonly samples: number;
  /** Names of kernels to run; all when absent. */
  readonly names?: readonly string[];
  readonly timeoutSeconds: number;
}

/** The checksums in bench/kernels/expected.txt by kernel, in the order in which the guest runs them. */
export function expectedChecksums(): Map<string, string> {
  const lines = readFileSync(`${KERNELS}expected.txt`, 'utf8').trim().split('\n');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

/**
 * Times each kernel in a run of its own, the emulators in turn, so that a change of the host's speed meets all of them. What is timed
 * is the span between the kernel's `B` and `E` lines as the host sees them.
 */
export async function runKernels(emulators: readonly KernelEmulator[], options: KernelOptions): Promise<KernelResult[]> {
  const checksums = expectedChecksums();
  const names = options.names ?? [...checksums.keys()];
  const results = names.map((name): KernelResult => ({
    name,
    group: FLOAT_KERNELS.has(name) ? 'float' : 'integer',
    series: Object.fromEntries(emulators.map(({ emulator }) => [emulator.name, emptySeries(emulator)])),
  }));
  const timeouts = new Map<string, number>();
  const progress = showProgress(options.image.replace('.elf', ''), results.length * emulators.length * options.samples);
  for (let round = 0; round < options.samples; round++) {
    for (const { name, series } of results) {
      for (const { emulator, ...kernelRun } of emulators) {
        progress.step(`${name}, ${emulator.title}`);
        const of = series[emulator.name];
        if (of.unavailable !== undefined) continue;
        if ((timeouts.get(emulator.name) ?? 0) >= TIMEOUTS_ACCEPTED) {
          of.unavailable = 'left out after runs without an end';
          continue;
        }
        const conversation = await runKernel(emulator, name, kernelRun, options);
        if (conversation.timedOut) timeouts.set(emulator.name, (timeouts.get(emulator.name) ?? 0) + 1);
        takeSample(of, conversation, checksums.get(name)!);
      }
    }
  }
  progress.end();
  return results;
}

/** A series without samples, marked when the emulator cannot run here. */
export function emptySeries(emulator: Emulator): Series<never> {
  const missing = emulator.missing();
  return missing === undefined ? { samples: [] } : { samples: [], unavailable: missing };
}

function runKernel(emulator: Emulator, name: string, { warmSeconds, scale }: KernelRun, options: KernelOptions): Promise<Conversation> {
  const { image, timeoutSeconds } = options;
  const append = `run=${name} warm=${warmSeconds} scale=${scale}`;
  const command = emulator.command({ kernel: `${KERNELS}${image}`, append, bare: true });
  const expectations = [{ pattern: new RegExp(`^B ${name} (\\d+)\\r?\\n`, 'm') }, { pattern: new RegExp(`^E ${name} (\\w+)\\r?\\n`, 'm') }];
  return converse(command, expectations, { timeoutSeconds, atEnd: 'stop' });
}

/** Adds the time of one repetition, or the reason why there is none (which drops the samples taken before: they cannot be trusted). */
function takeSample(series: Series, conversation: Conversation, checksum: string): void {
  const [begin, end] = conversation.reached;
  const failure =
    conversation.failure ?? (end.match[1] === checksum ? undefined : `checksum ${end.match[1]} where ${checksum} is expected`);
  if (failure !== undefined) {
    series.unavailable = failure;
    series.samples.length = 0;
    return;
  }
  const repetitions = Number(begin.match[1]);
  series.samples.push({
    wallSeconds: (end.wallSeconds - begin.wallSeconds) / repetitions,
    cpuSeconds: (end.cpuSeconds - begin.cpuSeconds) / repetitions,
  });
}
