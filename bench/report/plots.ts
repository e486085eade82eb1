import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Results } from '../results.js';
import { median, quantile } from '../statistics.js';
import { medianTime, speed } from './metrics.js';

/** Colours that people with any colour vision tell apart (Okabe and Ito). */
const COLOURS = { domain: ['QEMU', 'jit', 'interp'], range: ['#999999', '#0072b2', '#e69f00'] };
const WITHOUT_QEMU = { domain: COLOURS.domain.slice(1), range: COLOURS.range.slice(1) };
const PAGE = { background: 'white', config: { font: 'sans-serif' } };
const TITLES: Readonly<Record<string, string>> = { qemu: 'QEMU', jit: 'jit', interp: 'interp' };
const GROUPS: Readonly<Record<string, string>> = { integer: 'integer', float: 'floating point' };

/** Bars of each kernel's speed relative to QEMU. @returns SVG text, undefined when nothing was measured */
export async function kernelPlot(results: Results): Promise<string | undefined> {
  const values = (results.kernels ?? []).flatMap(({ name, group, series }) =>
    ['jit', 'interp'].flatMap((emulator) => {
      const value = speed(series[emulator], series['qemu'], 'cpuSeconds');
      return Number.isFinite(value) ? [{ kernel: name, group: GROUPS[group], emulator: TITLES[emulator], speed: value }] : [];
    }),
  );
  if (values.length === 0) return undefined;
  return render({
    ...PAGE,
    title: 'Speed relative to qemu-system-ppc, the dashed line (CPU time, medians)',
    data: { values },
    facet: { column: { field: 'group', title: null, sort: Object.values(GROUPS) } },
    spec: {
      height: 220,
      width: { step: 18 },
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            x: { field: 'kernel', type: 'nominal', sort: null, title: null, axis: { labelAngle: -45 } },
            xOffset: { field: 'emulator', sort: WITHOUT_QEMU.domain },
            y: { field: 'speed', type: 'quantitative', title: 'times as fast as QEMU' },
            color: { field: 'emulator', scale: WITHOUT_QEMU, title: null },
          },
        },
        { mark: { type: 'rule', strokeDash: [4, 3] }, encoding: { y: { datum: 1 } } },
      ],
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
  });
}

/** Bars of the time from start to BOOTED, with the span of the samples. @returns SVG text, undefined when nothing was measured */
export async function bootPlot(results: Results): Promise<string | undefined> {
  const values = Object.entries(results.boot ?? {}).flatMap(([emulator, series]) => {
    const seconds = series.samples.map((sample) => sample.wallSeconds);
    if (seconds.length === 0) return [];
    return [{ emulator: TITLES[emulator], seconds: median(seconds), least: quantile(seconds, 0), most: quantile(seconds, 1) }];
  });
  if (values.length === 0) return undefined;
  return render({
    ...PAGE,
    title: 'Linux on bamboo, start to BOOTED (medians; lines from least to most)',
    data: { values },
    width: 420,
    height: { step: 34 },
    encoding: { y: { field: 'emulator', type: 'nominal', sort: COLOURS.domain, title: null } },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x: { field: 'seconds', type: 'quantitative', title: 'seconds' },
          color: { field: 'emulator', scale: COLOURS, legend: null },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x: { field: 'least', type: 'quantitative' }, x2: { field: 'most' } },
      },
    ],
  });
}

/** Bars of the fork and exec load's time by the way privileged instructions are executed. */
export async function privilegedPlot(results: Results): Promise<string | undefined> {
  const values = Object.values(results.privileged ?? {}).flatMap(({ title, forkExec }) => {
    const seconds = medianTime(forkExec, 'cpuSeconds');
    return Number.isFinite(seconds) ? [{ title, seconds }] : [];
  });
  if (values.length === 0) return undefined;
  return render({
    ...PAGE,
    title: 'A shell starting programs: CPU time by the way privileged instructions are executed',
    data: { values },
    width: 420,
    height: { step: 30 },
    mark: { type: 'bar', color: COLOURS.range[1] },
    encoding: {
      y: { field: 'title', type: 'nominal', sort: null, title: null },
      x: { field: 'seconds', type: 'quantitative', title: 'seconds' },
    },
  });
}

async function render(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
