import { describe, expect, it } from 'vitest';
import { BareCpu64 } from '../support/bare-cpu64.js';

const COUNTING = 0x2000;
const CPUS = 3;

/** CPUs that count, of which the first `online` take turns. */
function counting(online: number, mode: 'interp' | 'jit' = 'interp'): BareCpu64 {
  const bare = new BareCpu64(mode, { cpus: CPUS });
  bare.loadProgram('loop: addi 31,31,1; b loop', COUNTING);
  for (const cpu of bare.engine.cpus) {
    cpu.core.state.msrHigh = bare.state.msrHigh;
    cpu.core.state.pc = COUNTING;
    cpu.online = cpu.number < online;
  }
  return bare;
}
/** Runs in slices of at most so many instructions, and does things at certain instructions. */
function run(bare: BareCpu64, slice: number, plan: readonly { readonly at: number; readonly what: () => void }[], end: number): void {
  for (const { at, what } of [...plan, { at: end, what: () => {} }]) {
    while (bare.runner.instructions < at) bare.runner.run(Math.min(slice, at - bare.runner.instructions));
    what();
  }
}
const counts = (bare: BareCpu64): number[] => bare.engine.cpus.map((cpu) => cpu.core.state.gpr(31));
const wake = (bare: BareCpu64, cpu: number) => () => {
  bare.engine.cpus[cpu]!.online = true;
  bare.runner.turns.runnableChanged(cpu);
};

describe('turns', () => {
  it('go round', () => {
    const bare = counting(3);
    run(bare, 10_000, [], 300_000);
    for (const count of counts(bare)) expect(count).toBeCloseTo(50_000, -3);
  });

  it('are compiled alike', () => {
    const bare = counting(3, 'jit');
    run(bare, 10_000, [], 600_000);
    for (const count of counts(bare)) expect(count).toBeCloseTo(100_000, -3);
    // What little the compiler has not seen yet, and the ends of slices.
    expect(bare.engine.takeInterpreted()).toBeLessThan(60_000);
    expect(bare.engine.regionExits()['slice']).toBeGreaterThan(30);
  });

  it('never end while nobody else can run', () => {
    const bare = counting(1);
    run(bare, 10_000, [], 200_000);
    expect([counts(bare)[1], bare.runner.turns.instructionsLeft]).toEqual([0, Infinity]);
  });

  it('end soon when another CPU is woken', () => {
    const bare = counting(1);
    run(bare, 10_000, [{ at: 120_000, what: wake(bare, 2) }], 126_000);
    expect([bare.engine.cpu.number, counts(bare)[2]]).toEqual([2, 500]);
  });

  it('go to whom they are given', () => {
    const bare = counting(3);
    run(bare, 10_000, [{ at: 1000, what: () => bare.runner.turns.endTurn(2) }], 1100);
    expect(bare.engine.cpu.number).toBe(2);
  });

  it('do not depend on how slices are cut', () => {
    const results = [313, 4_999, 50_000, 77_777, 1_000_000].map((slice) => {
      const bare = counting(1);
      const give = () => bare.runner.turns.endTurn(0);
      run(bare, slice, [{ at: 61_003, what: wake(bare, 1) }, { at: 163_001, what: wake(bare, 2) }, { at: 200_017, what: give }], 700_003);
      return counts(bare);
    }); // prettier-ignore
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0]!.reduce((sum, n) => sum + n, 0)).toBeCloseTo(350_000, -1);
  });
});
