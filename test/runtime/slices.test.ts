import { describe, expect, it } from 'vitest';
import { MSR } from '../../jit/isa/registers.js';
import { BareCpu64 } from '../support/bare-cpu64.js';

/** Slices as short as a loaded host cuts them, and ones that are never cut. */
const SLICES = [1, 7, 23, 111, 1_000_000];
const COUNTING = 0x2000;
const DECREMENTER = 0x900;
const END = 0x3000;
const SPR_DEC = 22;

/** What r31 has counted to when a CPU's decrementer interrupt comes, as it runs in slices of at most so many instructions. */
function countAtInterrupt(ticks: number, slice: number): number {
  const bare = new BareCpu64('interp');
  // Two instructions of 2.56 ticks each.
  bare.loadProgram('loop: addi 31,31,1; b loop', COUNTING);
  bare.loadProgram(`ba ${END}`, DECREMENTER);
  bare.loadProgram('loop: b loop', END);
  bare.setMsr(bare.state.msr | MSR.EE.mask);
  bare.state.pc = COUNTING;
  bare.core.sprs.writeSpr(SPR_DEC, ticks, 0);
  while (bare.state.pc !== END) bare.runner.run(slice);
  return bare.state.gpr(31);
}

describe('slices with an instruction clock', () => {
  it('take a timer interrupt at the same instruction however they are cut', () => {
    for (let ticks = 1000; ticks < 1050; ticks++) {
      const counts = SLICES.map((slice) => countAtInterrupt(ticks, slice));
      expect(new Set(counts).size, `${ticks} ticks: ${counts}`).toBe(1);
      expect(Math.abs(counts[0]! - ticks / 2.56 / 2)).toBeLessThan(2);
    }
  });
});
