import type { KernelResult, Metric, Results, Sample, Series } from '../results.js';
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
export function groupSpeed(
  all: readonly KernelResult[] | undefined,
  group: string,
  emulator: string,
  kind: TimeKind,
): { mean: number; ran: number; of: number } {
  const kernels = (all ?? []).filter((kernel) => kernel.group === group);
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
  const addSpeed = (name: string, series: Record<string, Series>, kind: TimeKind) => {
    for (const [emulator, of] of Object.entries(series)) {
      if (emulator === 'qemu') continue;
      const noiseOf = noise(of, kind) + noise(series['qemu'], kind);
      add(name.replace('*', emulator), speed(of, series['qemu'], kind), noiseOf, false);
    }
  };
  const addKernels = (prefix: string, kernels: readonly KernelResult[] | undefined) => {
    for (const { name, series } of kernels ?? []) addSpeed(`${prefix}kernels.*.${name}`, series, 'cpuSeconds');
    for (const group of ['integer', 'float']) {
      for (const emulator of ['jit', 'interp']) {
        const { mean, ran, of } = groupSpeed(kernels, group, emulator, 'cpuSeconds');
        if (ran === of) add(`${prefix}kernels.${emulator}.${group}.geomean`, mean, 0, false);
      }
    }
  };
  addKernels('', results.kernels);
  addSpeed('boot.*', results.boot ?? {}, 'wallSeconds');
  addKernels('pseries.', results.pseries?.kernels);
  for (const [kernel, boot] of Object.entries(results.pseries?.boots ?? {})) addSpeed(`pseries.boot.*.${kernel}`, boot, 'wallSeconds');
  for (const { name, series } of results.pseries?.workloads ?? []) addSpeed(`pseries.workloads.*.${name}`, series, 'wallSeconds');
  const mips = interpreterMips(results.boot);
  add('boot.interp.mips', median(mips), spread(mips), true);
  for (const { name, microseconds, spread: noiseOf } of results.micro ?? []) add(`micro.${name}`, 1 / microseconds, noiseOf, true);
  return metrics;
}

/** Million guest instructions per second over the boots of the interpreter. */
export function interpreterMips(boot: Results['boot']): number[] {
  return (boot?.['interp']?.samples ?? []).flatMap(({ statistics }) => (statistics ? [statistics.mips] : []));
}
