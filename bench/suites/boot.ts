import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineStats } from '../../src/machine-api.js';
import { converse } from '../host/conversation.js';
import type { Emulator } from '../host/emulators.js';
import { showProgress } from '../progress.js';
import type { BootSample, Series } from '../results.js';
import { emptySeries } from './kernels.js';
import type { GuestFiles } from './linux-guest.js';

/** What the guest prints when its first process runs. */
const BOOTED = 'BOOTED';

export interface BootOptions {
  /** Kernel command line. */
  readonly append: string;
  readonly samples: number;
  readonly timeoutSeconds: number;
}

/** Times Linux from the start of the emulator, everything included, to the first line of its first process; the emulators in turn. */
export async function runBoots(
  guest: GuestFiles,
  emulators: readonly Emulator[],
  options: BootOptions,
): Promise<Record<string, Series<BootSample>>> {
  const results: Record<string, Series<BootSample>> = {};
  for (const emulator of emulators) results[emulator.name] = emptySeries(emulator);
  const progress = showProgress('boot', emulators.length * options.samples);
  for (let round = 0; round < options.samples; round++) {
    for (const emulator of emulators) {
      progress.step(emulator.title);
      const series = results[emulator.name];
      if (series.unavailable === undefined) await boot(guest, emulator, series, options);
    }
  }
  progress.end();
  return results;
}

async function boot(
  guest: GuestFiles,
  emulator: Emulator,
  series: Series<BootSample>,
  { append, timeoutSeconds }: BootOptions,
): Promise<void> {
  await withStatisticsFile(async (statistics, read) => {
    const command = emulator.command({
      kernel: guest.kernel,
      initrd: guest.initrd,
      append,
      until: BOOTED,
      statistics,
    });
    const { reached, failure } = await converse(command, [{ pattern: new RegExp(BOOTED) }], { timeoutSeconds, atEnd: 'wait' });
    if (failure !== undefined) {
      series.unavailable = failure;
      series.samples.length = 0;
      return;
    }
    const { wallSeconds, cpuSeconds } = reached[0];
    const written = read();
    series.samples.push({ wallSeconds, cpuSeconds, ...(written ? { statistics: written } : {}) });
  });
}

/** Gives a name for a statistics file and a way to read it afterwards (undefined when the emulator wrote none), and removes it. */
export async function withStatisticsFile<T>(use: (file: string, read: () => MachineStats | undefined) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'powerjit-bench-'));
  const file = join(directory, 'stats.json');
  const read = () => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as MachineStats;
    } catch {
      return undefined;
    }
  };
  try {
    return await use(file, read);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
