import type { Results } from '../results.js';
import { median } from '../statistics.js';
import { groupSpeed, interpreterMips, medianTime } from './metrics.js';

/** A figure that the project has promised. */
export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly value: number;
  readonly met: boolean;
}

/** The promises that these results can answer. */
export function goalsOf(results: Results): Goal[] {
  const goals: Goal[] = [];
  const atLeast = (what: string, least: number, value: number) => {
    if (Number.isFinite(value)) goals.push({ what, wanted: `>= ${least}`, value, met: value >= least });
  };
  const atMost = (what: string, most: number, value: number) => {
    if (Number.isFinite(value)) goals.push({ what, wanted: `<= ${most}`, value, met: value <= most });
  };
  atLeast('integer kernels, jit, speed relative to QEMU', 0.8, groupSpeed(results.kernels, 'integer', 'jit', 'cpuSeconds').mean);
  atLeast('floating-point kernels, jit, speed relative to QEMU', 2, groupSpeed(results.kernels, 'float', 'jit', 'cpuSeconds').mean);
  const boot = results.boot;
  atMost('boot in jit, time relative to QEMU', 4, medianTime(boot?.['jit'], 'wallSeconds') / medianTime(boot?.['qemu'], 'wallSeconds'));
  for (const [kernel, series] of Object.entries(results.pseries?.boots ?? {})) {
    const ratio = medianTime(series['jit'], 'wallSeconds') / medianTime(series['qemu'], 'wallSeconds');
    atMost(`boot of ${kernel} on pseries in jit, time relative to QEMU`, 4, ratio);
  }
  atLeast('interpreter over the boot, MIPS', 50, median(interpreterMips(results.boot)));
  const load = (name: string) => medianTime(results.privileged?.[name]?.forkExec, 'cpuSeconds');
  atLeast("part of trap mode's cost that paravirt removes", 0.5, (load('trap') - load('trap-paravirt')) / (load('trap') - load('inline')));
  atMost('fork and exec in jit, time without paravirt relative to with it', 1.05, load('inline') / load('inline-paravirt'));
  return goals;
}
