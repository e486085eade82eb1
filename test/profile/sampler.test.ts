import { describe, expect, it } from 'vitest';
import { ExecutionSplit } from '../../runtime/profile/execution-split.js';
import { SampleLog } from '../../runtime/profile/sample-log.js';
import { SamplePoints } from '../../runtime/profile/sample-points.js';
import type { TimeReason } from '../../runtime/profile/time-kinds.js';

const COMPILED: TimeReason = { kind: 'compiled', knowsPlace: false };
const IDLE: TimeReason = { kind: 'idle', knowsPlace: false };
const INTERVAL = 1000;

/** How often each of `places` places of a loop, as many instructions long, is sampled. */
function hitsInLoop(places: number, samples: number): number[] {
  const points = new SamplePoints(INTERVAL, 0);
  const hits = new Array<number>(places).fill(0);
  for (let k = 0; k < samples; k++) {
    const at = points.next;
    if (points.advance(at - 1) || !points.advance(at)) throw new Error('a sample is due when it is due');
    hits[at % places]!++;
  }
  return hits;
}

describe('sample points', () => {
  it.each([2, 10, 100])('meet all %d places of a loop whose length divides the interval, equally often', (places) => {
    const hits = hitsInLoop(places, 400 * places);
    expect(Math.min(...hits)).toBeGreaterThan(300);
    expect(Math.max(...hits)).toBeLessThan(500);
  });

  it('lie between half and one and a half intervals apart, one on average, and alike in every run', () => {
    const points = new SamplePoints(INTERVAL, 7);
    const again = new SamplePoints(INTERVAL, 7);
    const distances: number[] = [];
    let last = points.next;
    for (let k = 0; k < 10_000; k++) {
      points.advance(last);
      again.advance(last);
      distances.push(points.next - last);
      last = points.next;
    }
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(INTERVAL / 2);
    expect(Math.max(...distances)).toBeLessThanOrEqual((3 * INTERVAL) / 2);
    expect(last / 10_000).toBeCloseTo(INTERVAL, -1);
    expect(again.next).toBe(points.next);
    expect(points.left(last)).toBe(1);
    expect(points.left(last - 5)).toBe(5);
  });
});

describe('the split between interpreter and compiled code', () => {
  it('finds out what an instruction costs in each', () => {
    const split = new ExecutionSplit();
    let [interpreted, all] = [0, 0];
    for (let k = 1; k <= 2000; k++) {
      const i = (k * 7919) % 5000;
      const c = 20_000 + ((k * 104_729) % 100_000);
      const ms = (i * 40 + c * 2) / 1e6;
      const share = split.add(ms, i, c);
      if (k > 1000) {
        interpreted += share;
        all += (i * 40) / 1e6;
      }
    }
    expect(split.ratio).toBeCloseTo(20, 3);
    expect(interpreted / all).toBeCloseTo(1, 3);
  });

  it('gives all of the time to who executed all instructions, whatever it knows', () => {
    const split = new ExecutionSplit();
    expect(split.add(3, 1000, 0)).toBeCloseTo(3);
    expect(split.add(3, 0, 1000)).toBe(0);
    expect(split.add(1, 0, 0)).toBe(1);
  });
});

describe('the log', () => {
  it('merges samples that differ in time alone, and keeps the order of the others', () => {
    const log = new SampleLog();
    const [a, b] = [log.frame('a'), log.frame('b')];
    log.add(COMPILED, [a, b], 1);
    log.add(COMPILED, [a, b], 2);
    log.add(IDLE, [], 4);
    log.add(IDLE, [], 0);
    log.add(COMPILED, [a], 8);
    expect([...log.samples()].map(({ stack, ms }) => [stack.join(), ms])).toEqual([['0,1', 3], ['', 4], ['0', 8]]); // prettier-ignore
    expect(log.totalMs).toBe(15);
    expect(log.frame('a')).toBe(a);
  });

  it('stays small, loses no time, and leaves to each place its share', () => {
    const log = new SampleLog(1000);
    const frames = Array.from({ length: 10 }, (_, n) => log.frame(`f${n}`));
    let all = 0;
    for (let k = 0; k < 50_000; k++) {
      const n = (k * 7) % 10;
      log.add(COMPILED, [frames[n]!], n + 1);
      all += n + 1;
    }
    expect(log.length).toBeLessThanOrEqual(1000);
    expect(log.thinned).toBeGreaterThan(3);
    expect(log.totalMs).toBe(all);
    const sums = new Map<number, number>();
    let total = 0;
    for (const { stack, ms } of log.samples()) {
      sums.set(stack[0]!, (sums.get(stack[0]!) ?? 0) + ms);
      total += ms;
    }
    expect(total).toBeCloseTo(all, 3);
    for (let n = 0; n < 10; n++) expect(Math.abs(sums.get(n)! / all - (n + 1) / 55)).toBeLessThan(0.05);
  });
});
