import { converse } from '../host/conversation.js';
import type { Emulator } from '../host/emulators.js';
import { showProgress } from '../progress.js';
import type { Series, WorkloadResult } from '../results.js';
import { emptySeries } from './kernels.js';
import type { GuestFiles } from './linux-guest.js';

export interface WorkloadOptions {
  readonly samples: number;
  readonly timeoutSeconds: number;
}

/** What the guest prints at the end of its list. */
const END = /BENCHEND/;
/** Lines of cbench and fbench: repetitions, microseconds, checksum. */
const TIMED = /^(?:CBENCH|FBENCH) (\w+)\s+it=\d+\s+us=(\d+)\s+sum=(\w+)/gm;
const DHRYSTONE = /^DHRY \S+ it=\d+ us=(\d+)/m;
/** Lines of busybox's programs, each timed by `time`: the name, what the program prints (a checksum, if anything), the time. */
const PROGRAM = /^## (\S+)\n([^]*?)^real\s+(?:(\d+)m )?([\d.]+)s/gm;
/** What differs from run to run, or is timed in detail by lines of its own. */
const LEFT_OUT = new Set(['cbench', 'fbench', 'dhry']);

/** One line of the list: seconds by the guest's clock, and what must be the same in every emulator. */
export interface WorkloadLine {
  readonly name: string;
  readonly seconds: number;
  readonly checksum: string;
}

/** The lines of a run's output. */
export function parseWorkloads(output: string): WorkloadLine[] {
  const text = output.replaceAll('\r', '');
  const programs = [...text.matchAll(PROGRAM)].filter(([, name]) => !LEFT_OUT.has(name!)).map(([, name, printed, minutes, seconds]) => ({
    name: name!,
    seconds: 60 * Number(minutes ?? 0) + Number(seconds),
    checksum: /\b[0-9a-f]{32,}\b|^\d+$/m.exec(printed!)?.[0] ?? '',
  })); // prettier-ignore
  const timed = [...text.matchAll(TIMED)].map(([, name, us, checksum]) => ({
    name: name!,
    seconds: Number(us) / 1e6,
    checksum: checksum!,
  }));
  const dhrystone = DHRYSTONE.exec(text);
  return [...programs, ...timed, ...(dhrystone ? [{ name: 'dhrystone', seconds: Number(dhrystone[1]) / 1e6, checksum: '' }] : [])];
}

/** Runs the list that the initrd has, in each emulator in turn; checksums must be the first emulator's. */
export async function runWorkloads(
  guest: GuestFiles,
  emulators: readonly Emulator[],
  { samples, timeoutSeconds }: WorkloadOptions,
): Promise<WorkloadResult[]> {
  const results = new Map<string, WorkloadResult>();
  const checksums = new Map<string, string>();
  const whole = new Map<string, Series>(emulators.map((emulator) => [emulator.name, emptySeries(emulator)]));
  const progress = showProgress('workloads', emulators.length * samples);
  for (let round = 0; round < samples; round++) {
    for (const emulator of emulators) {
      progress.step(emulator.title);
      const state = whole.get(emulator.name)!;
      if (state.unavailable !== undefined) continue;
      const command = emulator.command({ ...guest, append: 'console=hvc0 quiet bench' });
      const { output, failure } = await converse(command, [{ pattern: END }], { timeoutSeconds, atEnd: 'stop' });
      if (failure !== undefined) {
        state.unavailable = failure;
        continue;
      }
      for (const { name, seconds, checksum } of parseWorkloads(output)) {
        const series = seriesOf(results, emulators, name)[emulator.name];
        const expected = checksums.get(name) ?? checksum;
        checksums.set(name, expected);
        if (checksum === expected) series.samples.push({ wallSeconds: seconds, cpuSeconds: seconds });
        else series.unavailable = `checksum ${checksum} where ${expected} is expected`;
      }
    }
  }
  progress.end();
  for (const [emulator, { unavailable }] of whole) {
    if (unavailable !== undefined) seriesOf(results, emulators, 'all')[emulator].unavailable = unavailable;
  }
  return [...results.values()];
}

function seriesOf(results: Map<string, WorkloadResult>, emulators: readonly Emulator[], name: string): Record<string, Series> {
  let result = results.get(name);
  if (!result) {
    result = { name, series: Object.fromEntries(emulators.map((emulator) => [emulator.name, { samples: [] }])) };
    results.set(name, result);
  }
  return result.series;
}
