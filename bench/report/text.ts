import type { BootSample, Results, Series } from '../results.js';
import { median, spread } from '../statistics.js';
import { goalsOf } from './goals.js';
import { groupSpeed, interpreterMips, medianTime, speed, type TimeKind } from './metrics.js';
import type { Regression } from './baseline.js';
import { figure, percent, table } from './table.js';

/** The results as text for a terminal. */
export function describeResults(results: Results): string {
  return [
    machineText(results),
    kernelText(results),
    bootText(results),
    privilegedText(results),
    hashTableText(results),
    microText(results),
    goalText(results),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function machineText({ machine }: Results): string {
  const busy = machine.loadAverage > machine.cores / 4 ? ': others are at work, times are noisy' : '';
  return `${machine.cpu}, ${machine.cores} cores; ${machine.system}; Node ${machine.node}; QEMU ${machine.qemu ?? 'absent'}; commit ${machine.commit ?? '?'}; load ${machine.loadAverage.toFixed(2)}${busy}`;
}

const speedOrReason = (series: Series | undefined, reference: Series | undefined, kind: TimeKind) =>
  series?.unavailable !== undefined ? 'n/a' : figure(speed(series, reference, kind));

/** Reasons for missing samples, each said once with the names it holds for. */
function reasons(entries: readonly (readonly [string, { unavailable?: string } | undefined])[]): string {
  const byReason = new Map<string, string[]>();
  for (const [name, series] of entries) {
    if (series?.unavailable !== undefined) byReason.set(series.unavailable, [...(byReason.get(series.unavailable) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => `\n  not available: ${names.join(', ')}: ${reason}`).join('');
}

function kernelText(results: Results): string {
  if (!results.kernels) return '';
  const rows = results.kernels.map(({ name, series }) => [
    name,
    figure(medianTime(series['qemu'], 'cpuSeconds') * 1e6),
    figure(medianTime(series['jit'], 'cpuSeconds') * 1e6),
    figure(medianTime(series['interp'], 'cpuSeconds') * 1e6),
    speedOrReason(series['jit'], series['qemu'], 'cpuSeconds'),
    speedOrReason(series['jit'], series['qemu'], 'wallSeconds'),
    speedOrReason(series['interp'], series['qemu'], 'cpuSeconds'),
    percent(Math.max(...['qemu', 'jit'].map((emulator) => spread((series[emulator]?.samples ?? []).map((s) => s.cpuSeconds)) || 0))),
  ]);
  for (const group of ['integer', 'float']) {
    const all = (emulator: string, kind: TimeKind) => {
      const { mean, ran, of } = groupSpeed(results, group, emulator, kind);
      return ran === of || ran === 0 ? figure(mean) : `${figure(mean)} (${ran}/${of})`;
    };
    if (!results.kernels.some((kernel) => kernel.group === group)) continue;
    rows.push([`geomean ${group}`, '', '', '', all('jit', 'cpuSeconds'), all('jit', 'wallSeconds'), all('interp', 'cpuSeconds')]);
  }
  const header = ['kernel', 'QEMU us', 'jit us', 'interp us', 'jit x', 'jit x wall', 'interp x', 'spread'];
  const missing = results.kernels.flatMap(({ name, series }) =>
    Object.entries(series).map(([emulator, of]) => [`${emulator} ${name}`, of] as const),
  );
  return `Kernels: CPU time of one repetition; speed relative to QEMU (more than 1 is faster)\n${table(header, rows)}${reasons(missing)}`;
}

function bootText(results: Results): string {
  const boot = results.boot;
  if (!boot) return '';
  const last = (series: Series<BootSample>) => series.samples.at(-1)?.statistics;
  const rows = Object.entries(boot).map(([emulator, series]) => {
    const statistics = last(series);
    return [
      emulator,
      figure(medianTime(series, 'wallSeconds')),
      figure(medianTime(series, 'cpuSeconds')),
      speedOrReason(series, boot['qemu'], 'wallSeconds'),
      percent(spread(series.samples.map((sample) => sample.wallSeconds))),
      figure(statistics?.mips),
      statistics ? String(statistics.regions.compiled) : '',
      statistics ? figure(statistics.compile.cpuMs) : '',
      statistics ? figure((statistics.instructionsInterpreted / statistics.instructions) * 100) : '',
    ];
  });
  const header = ['boot', 'wall s', 'CPU s', 'x QEMU', 'spread', 'MIPS', 'regions', 'compile ms', 'interpreted %'];
  const mips = interpreterMips(results);
  const lines = [table(header, rows) + reasons(Object.entries(boot))];
  if (mips.length) lines.push(`interpreter: ${figure(median(mips))} MIPS over the boot`);
  if (boot['jit']) lines.push(compileCost(last(boot['jit'])));
  return `Linux from start to BOOTED\n${lines.filter((line) => line !== '').join('\n')}`;
}

/** What compilation cost per region and per guest instruction, as far as the statistics tell. */
function compileCost(statistics: BootSample['statistics']): string {
  if (!statistics || statistics.regions.compiled === 0) return '';
  const { compile, regions } = statistics as {
    compile: typeof statistics.compile & { instructions?: number };
    regions: typeof statistics.regions;
  };
  const each = compile.instructions ? `, ${figure((compile.cpuMs * 1000) / compile.instructions)} us per guest instruction` : '';
  return `compilation: ${figure(compile.cpuMs / regions.compiled)} ms per region${each}, ${compile.modules} modules, at most ${figure(compile.mainThreadMaxMs)} ms on the main thread`;
}

function privilegedText(results: Results): string {
  const privileged = results.privileged;
  if (!privileged) return '';
  const emulators = Object.values(privileged);
  const instructions = [...new Set(emulators.flatMap(({ costs }) => costs.map((cost) => cost.instruction)))];
  const cell = (costs: (typeof emulators)[number]['costs'], instruction: string) => {
    const cost = costs.find((one) => one.instruction === instruction);
    if (!cost) return 'n/a';
    return cost.magicPageNanoseconds === null
      ? figure(cost.nanoseconds)
      : `${figure(cost.nanoseconds)} / ${figure(cost.magicPageNanoseconds)}`;
  };
  const costRows = instructions.map((instruction) => [instruction, ...emulators.map(({ costs }) => cell(costs, instruction))]);
  const costs = table(['ns each (/ magic page)', ...emulators.map(({ title }) => title)], costRows);
  const loadRows = emulators.map(({ title, forkExec }) => {
    const exits = forkExec.exits;
    const seconds = medianTime(forkExec, 'wallSeconds');
    const total = exits && Object.values(exits).reduce((sum, count) => sum + count, 0);
    const top = Object.entries(exits ?? {})
      .sort(([, a], [, b]) => b - a)
      .slice(0, 3)
      .map(([reason, count]) => `${reason} ${figure(count / seconds)}`);
    return [
      title,
      figure(seconds),
      figure(medianTime(forkExec, 'cpuSeconds')),
      figure(total && total / seconds),
      String(total ?? '-'),
      top.join(', '),
    ];
  });
  const load = table(['fork and exec', 'wall s', 'CPU s', 'exits/s', 'exits', 'most frequent, per s'], loadRows);
  const missing = [
    ...Object.entries(privileged).map(([name, of]) => [`costs ${name}`, { unavailable: of.costsUnavailable }] as const),
    ...Object.entries(privileged).map(([name, of]) => [`load ${name}`, of.forkExec] as const),
  ];
  return `Privileged instructions\n${costs}\n\n${load}${reasons(missing)}`;
}

function hashTableText({ hashTable }: Results): string {
  if (!hashTable) return '';
  const rows = hashTable.passes.map(({ name, milliseconds, records, valid, invalid, bytes, naiveBytes }) => [
    name,
    figure(milliseconds),
    String(records),
    String(valid),
    String(invalid),
    String(bytes),
    String(naiveBytes),
    percent(bytes / naiveBytes),
  ]);
  const header = ['pass', 'ms', 'records', 'valid', 'invalid', 'bytes', 'index per entry', 'of that'];
  const missing = reasons([['hash page table', hashTable]]);
  return `Hash page table as a stream: after the boot, while a shell starts programs, and what is left when the guest stops\n${table(header, rows)}${missing}`;
}

function microText({ micro }: Results): string {
  if (!micro) return '';
  const rows = micro.map((result) => [result.name, figure(result.microseconds), percent(result.spread), result.unit]);
  return `Micro-benchmarks\n${table(['', 'us', 'spread', 'for one'], rows)}`;
}

function goalText(results: Results): string {
  const rows = goalsOf(results).map(({ what, wanted, value, met }) => [what, wanted, figure(value), met ? 'met' : 'NOT MET']);
  return rows.length === 0 ? '' : `Goals\n${table(['', 'wanted', 'is', ''], rows)}`;
}

/** What got slower since the baseline, one line each; a sentence when nothing did. */
export function describeRegressions(found: readonly Regression[]): string {
  if (found.length === 0) return 'Nothing is more than 5 % slower than the baseline.';
  const lines = found.map(({ name, before, now, change, withinNoise, explanation }) => {
    const why = explanation ?? (withinNoise ? 'within the noise of the measurements' : 'NOT EXPLAINED');
    return `  ${name}: ${figure(before)} -> ${figure(now)} (${percent(change)}): ${why}`;
  });
  return `Slower than the baseline by more than 5 %:\n${lines.join('\n')}`;
}
