import { existsSync, readFileSync } from 'node:fs';
import type { MachineInfo } from '../host/machine-info.js';
import type { Metric, Results } from '../results.js';

/** Figures that later runs are held against, and the reasons for known losses. */
export interface Baseline {
  readonly machine: MachineInfo;
  readonly metrics: Record<string, Metric>;
  /** Why a figure may be lower than here, by the metric's name; shown beside the loss. Written by hand. */
  readonly explanations: Record<string, string>;
}

/** A loss of more than this fraction is reported. */
const TOLERANCE = 0.05;

/** One figure that is lower than in the baseline by more than the tolerance. */
export interface Regression {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  /** Negative: the fraction lost. */
  readonly change: number;
  /** True when the noise of the two measurements is greater than the loss. */
  readonly withinNoise: boolean;
  readonly explanation?: string;
}

/** @returns undefined when there is no baseline yet */
export function readBaseline(file: string): Baseline | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : undefined;
}

/** The baseline that these results make: figures that were not measured this time, and explanations, stay. */
export function newBaseline(results: Results, old: Baseline | undefined): Baseline {
  return { machine: results.machine, metrics: { ...old?.metrics, ...results.metrics }, explanations: old?.explanations ?? {} };
}

/** What got slower. Figures that depend on the host are compared only on the same kind of host. */
export function regressions(results: Results, baseline: Baseline): Regression[] {
  const sameHost = results.machine.cpu === baseline.machine.cpu && results.machine.node === baseline.machine.node;
  return Object.entries(results.metrics).flatMap(([name, now]) => {
    const before = baseline.metrics[name];
    if (!before || (now.absolute && !sameHost)) return [];
    const change = now.value / before.value - 1;
    if (change >= -TOLERANCE) return [];
    const explanation = baseline.explanations[name];
    return [
      {
        name,
        before: before.value,
        now: now.value,
        change,
        withinNoise: -change <= now.spread + before.spread,
        ...(explanation === undefined ? {} : { explanation }),
      },
    ];
  });
}
