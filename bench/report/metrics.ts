import type { Metric, Results, Sample, Series } from '../results.js';
import { geometricMean, median, spread } from '../statistics.js';

/** Which time is compared. CPU time counts all threads of the emulator and is the steadier one on a shared host. */
export type TimeKind = 'cpuSeconds' | 'wallSeconds';

/** The median time of a series; NaN without samples. */
export function medianTime(series: Series | undefined, kind: TimeKind): number {
  return median((series?.samples ?? []).map((sample) => sample[kind]));
}

/** How fast a series is, relative to a reference (1 = the same, 2 = half the time); NaN when one of them has no samples. */
export function speed(series: Series | undefined, reference: Series | undefined, kind: TimeKind): number {
  return medianTime(reference, kind) / medianTime(series, kind);
}

/** The geometric mean of speeds of one emulator over the kernels of a group that it and QEMU ran; how many those are, of how many. */
export function groupSpeed(results: Results, group: string, emulator: string, kind: TimeKind): { mean: number; ran: number; of: number } {
  const kernels = (results.kernels ?? []).filter((kernel) => kernel.group === group);
  const speeds = kernels.map(({ series }) => speed(series[emulator], series['qemu'], kind)).filter(Number.isFinite);
  return { mean: geometricMean(speeds), ran: speeds.length, of: kernels.length };
}

const noise = (series: Series<Sample> | undefined, kind: TimeKind) => spread((series?.samples ?? []).map((sample) => sample[kind]));

/** Every figure worth comparing with the baseline, by a dotted name; those that could not be measured are absent. */
export function metricsOf(results: Results): Record<string, Metric> {
  const metrics: Record<string, Metric> = {};
  const add = (name: string, value: number, spreadOfValue: number, absolute: boolean) => {
    if (Number.isFinite(value)) metrics[name] = { value, spread: Number.isFinite(spreadOfValue) ? spreadOfValue : 0, absolute };
  };
  for (const { name, series } of results.kernels ?? []) {
    for (const [emulator, of] of Object.entries(series)) {
      if (emulator === 'qemu') continue;
      add(
        `kernels.${emulator}.${name}`,
        speed(of, series['qemu'], 'cpuSeconds'),
        noise(of, 'cpuSeconds') + noise(series['qemu'], 'cpuSeconds'),
        false,
      );
    }
  }
  for (const group of ['integer', 'float']) {
    for (const emulator of ['jit', 'interp']) {
      const { mean, ran, of } = groupSpeed(results, group, emulator, 'cpuSeconds');
      if (ran === of) add(`kernels.${emulator}.${group}.geomean`, mean, 0, false);
    }
  }
  const boot = results.boot ?? {};
  for (const [emulator, series] of Object.entries(boot)) {
    if (emulator === 'qemu') continue;
    add(
      `boot.${emulator}`,
      speed(series, boot['qemu'], 'wallSeconds'),
      noise(series, 'wallSeconds') + noise(boot['qemu'], 'wallSeconds'),
      false,
    );
  }
  const mips = interpreterMips(results);
  add('boot.interp.mips', median(mips), spread(mips), true);
  for (const { name, microseconds, spread: noiseOf } of results.micro ?? []) add(`micro.${name}`, 1 / microseconds, noiseOf, true);
  return metrics;
}

/** Million guest instructions per second over the boots of the interpreter. */
export function interpreterMips(results: Results): number[] {
  return (results.boot?.['interp']?.samples ?? []).flatMap(({ statistics }) => (statistics ? [statistics.mips] : []));
}
