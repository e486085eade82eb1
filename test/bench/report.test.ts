import { describe, expect, it } from 'vitest';
import { newBaseline, regressions } from '../../bench/report/baseline.js';
import { goalsOf } from '../../bench/report/goals.js';
import { metricsOf } from '../../bench/report/metrics.js';
import { describeRegressions, describeResults } from '../../bench/report/text.js';
import type { Results, Series } from '../../bench/results.js';
import { geometricMean, median, spread } from '../../bench/statistics.js';
import { parseCosts } from '../../bench/suites/privileged.js';

const series = (...seconds: number[]): Series => ({ samples: seconds.map((s) => ({ wallSeconds: s * 2, cpuSeconds: s })) });

function results(jitSeconds: number): Results {
  const machine = { cpu: 'A', node: 'v20', cores: 2, loadAverage: 0, system: '', date: '', memoryMiB: 1, v8: '', qemu: null, commit: null };
  const made: Results = {
    machine,
    options: {},
    metrics: {},
    kernels: [
      {
        name: 'crc32',
        group: 'integer',
        series: { qemu: series(1, 1, 1), jit: series(jitSeconds), interp: { samples: [], unavailable: 'no build' } },
      },
      {
        name: 'fib',
        group: 'integer',
        series: { qemu: series(1), jit: series(jitSeconds * 4), interp: { samples: [], unavailable: 'no build' } },
      },
    ],
  };
  made.metrics = metricsOf(made);
  return made;
}

describe('statistics', () => {
  it('takes medians, geometric means and spreads', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(geometricMean([1, 4])).toBeCloseTo(2);
    expect(spread([1, 2, 3, 4, 5])).toBeCloseTo(2 / 3);
    expect(median([])).toBeNaN();
  });
});

describe('metrics', () => {
  it('are speeds relative to QEMU, and absent for what did not run', () => {
    const { metrics } = results(0.5);
    expect(metrics['kernels.jit.crc32'].value).toBeCloseTo(2);
    expect(metrics['kernels.jit.integer.geomean'].value).toBeCloseTo(1);
    expect(Object.keys(metrics).filter((name) => name.includes('interp'))).toEqual([]);
  });

  it('answer the goals they can', () => {
    expect(goalsOf(results(0.5)).map(({ met }) => met)).toEqual([true]);
    expect(goalsOf(results(1)).map(({ met }) => met)).toEqual([false]);
  });

  it('are described with the reasons for what is missing', () => {
    const text = describeResults(results(0.5));
    expect(text).toContain('not available: interp crc32, interp fib: no build');
    expect(text).toMatch(/^crc32 .* 2\.00 .* n\/a/m);
  });
});

describe('the baseline', () => {
  it('tells losses over 5 %, with their explanation', () => {
    const before = results(0.5);
    const baseline = newBaseline(before, undefined);
    expect(regressions(before, baseline)).toEqual([]);
    expect(regressions(results(0.52), baseline)).toEqual([]);
    const found = regressions(results(0.6), { ...baseline, explanations: { 'kernels.jit.fib': 'known' } });
    expect(found.map(({ name }) => name)).toEqual(['kernels.jit.crc32', 'kernels.jit.fib', 'kernels.jit.integer.geomean']);
    expect(describeRegressions(found)).toMatch(/crc32.*NOT EXPLAINED\n.*fib.*known\n/);
  });

  it('compares figures of the host only on the same host', () => {
    const before = results(0.5);
    before.metrics['micro.decode'] = { value: 10, spread: 0, absolute: true };
    const now = results(0.5);
    now.metrics['micro.decode'] = { value: 5, spread: 0, absolute: true };
    expect(regressions(now, newBaseline(before, undefined)).map(({ name }) => name)).toEqual(['micro.decode']);
    const elsewhere = { ...now, machine: { ...now.machine, cpu: 'B' } };
    expect(regressions(elsewhere, newBaseline(before, undefined))).toEqual([]);
  });

  it('keeps figures that were not measured again', () => {
    const baseline = newBaseline(results(0.5), undefined);
    const { metrics } = newBaseline({ ...results(0.5), metrics: {} }, baseline);
    expect(metrics).toEqual(baseline.metrics);
  });
});

describe('costs of privileged instructions', () => {
  it('are the last table of the monitor', () => {
    const head = 'CPU PVR 422218d3, 128 MiB of memory, timebase 400.000 MHz, now 0\r\n';
    const part = (ticks: string) =>
      `ticks each, 100000 times:  instruction  magic page\r\n                     mfmsr   ${ticks}       2.00\r\n`;
    expect(parseCosts(`${head}${part(' 9.00')}${part('12.00')}          wrteei 0 + 1   4.00\r\npowerjit> `)).toEqual([
      { instruction: 'mfmsr', nanoseconds: 30, magicPageNanoseconds: 5 },
      { instruction: 'wrteei 0 + 1', nanoseconds: 10, magicPageNanoseconds: null },
    ]);
  });
});
