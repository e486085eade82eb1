import { describe, expect, it } from 'vitest';
import { MSR } from '../../jit/isa/registers.js';
import { BareCpu, type BareMode } from '../support/bare-cpu.js';

const CODE = 0x10000;
const HANDLER = 0x700;
const SPR_IVOR0 = 400;
/** What the user is promised, in ms. */
const PROMISED = 20;
const RUNS = 25;

const hostNow = () => performance.now();

/** Time of one slice in ms: on the clock, and of this process alone, which other programs on the host do not lengthen. */
function slice(cpu: BareCpu): { wall: number; own: number } {
  const [start, before] = [hostNow(), process.cpuUsage()];
  cpu.runner.run();
  const { user, system } = process.cpuUsage(before);
  return { wall: hostNow() - start, own: (user + system) / 1000 };
}
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

function makeCpu(mode: BareMode): BareCpu {
  const cpu = new BareCpu(mode, 0x100000, 'bytes', { hostNow });
  for (let n = 0; n < 16; n++) cpu.state.setSpr(SPR_IVOR0 + n, HANDLER);
  return cpu;
}

/** Guests that never come to an end by themselves. */
const GUESTS: Readonly<Record<string, (cpu: BareCpu) => void>> = {
  'a branch to itself': (cpu) => {
    cpu.loadProgram('here: b here', CODE);
  },
  'a loop of two thousand instructions': (cpu) => {
    cpu.loadProgram(`here: ${'addi r3,r3,1;'.repeat(2000)} b here`, CODE);
  },
  'an interrupt that is never acknowledged': (cpu) => {
    cpu.loadProgram('rfi', HANDLER);
    cpu.loadProgram('here: b here', CODE);
    cpu.core.inputs.external = true;
    cpu.setMsr(MSR.EE.mask);
  },
  'data TLB misses that the handler does not mend': (cpu) => {
    cpu.loadProgram('addi r4,r4,1; rfi', HANDLER);
    cpu.loadProgram('lis r3,0x4000; here: lwz r5,0(r3); b here', CODE);
  },
  'a handler that is not mapped itself': (cpu) => {
    for (let n = 0; n < 16; n++) cpu.state.setSpr(SPR_IVOR0 + n, 0x700);
    cpu.state.setSpr(63, 0x40000000);
    cpu.loadProgram('sc', CODE);
  },
  'system calls without end': (cpu) => {
    cpu.loadProgram('rfi', HANDLER);
    cpu.loadProgram('here: sc; b here', CODE);
  },
  'a device that is asked without end': (cpu) => {
    cpu.core.mmu.map({ virtual: 0x50000000, real: 0xe0000000, size: 0x1000, flags: 0x30 });
    cpu.loadProgram('lis r3,0x5000; here: lwz r5,0(r3); b here', CODE);
  },
};

describe.each(['interp', 'jit'] as const)('in mode %s, a slice ends within 20 ms', (mode) => {
  it.each(Object.keys(GUESTS))('of %s', (name) => {
    const cpu = makeCpu(mode);
    // Fast code before it: the plan for a slice must not rest on its speed.
    cpu.loadProgram('here: addi r3,r3,1; b here', 0x20000);
    cpu.state.pc = 0x20000;
    for (let n = 0; n < 20; n++) cpu.runner.run();
    cpu.state.pc = CODE;
    GUESTS[name]!(cpu);
    const before = cpu.runner.instructions;
    const first = slice(cpu);
    const others = Array.from({ length: RUNS }, () => slice(cpu));
    const [wall, own] = [median(others.map((t) => t.wall)), median(others.map((t) => t.own))];
    const ms = (t: number) => `${t.toFixed(1)} ms`;
    console.log(`${mode}, ${name}: first slice ${ms(first.wall)} (${ms(first.own)} of CPU), then ${ms(wall)} (${ms(own)})`);
    expect(cpu.runner.instructions).toBeGreaterThan(before);
    expect(own).toBeLessThan(PROMISED);
    // V8 compiles in threads of its own meanwhile, which count.
    expect(Math.min(first.own, first.wall)).toBeLessThan(3 * PROMISED);
  });
});
