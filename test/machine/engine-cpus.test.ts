import { describe, expect, it } from 'vitest';
import { MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import { EngineCpus } from '../../src/machine/engine-cpus.js';
import { BareCpu64 } from '../support/bare-cpu64.js';

const SPR_LPCR = 318;
const LPCR_ILE = 0x02000000;
/** Branches to themselves. */
const [FIRST, SECOND] = [0x2000, 0x3000];

function build(count = 2) {
  const bare = new BareCpu64('interp', { cpus: count });
  const synchronized: [number, number][] = [];
  const cpus = new EngineCpus(bare.engine, bare.runner.turns, (cpu, other) => synchronized.push([cpu, other]));
  const events: string[] = [];
  cpus.onSuspended = (cpu) => events.push(`suspended ${cpu}`);
  cpus.onDispatched = (cpu) => events.push(`dispatched ${cpu}`);
  for (const at of [FIRST, SECOND]) bare.loadProgram('loop: addi 31,31,1; b loop', at);
  bare.state.pc = FIRST;
  return { bare, cpus, events, synchronized };
}

describe('EngineCpus', () => {
  it('begins with one CPU that runs', () => {
    const { cpus, bare } = build(3);
    expect([0, 1, 2].map((cpu) => cpus.isStopped(cpu))).toEqual([false, true, true]);
    expect([cpus.count, cpus.current, cpus.state(2)]).toEqual([3, 0, bare.engine.cpus[2]!.core.state]);
    bare.goOn(200_000);
    expect(cpus.state(1).gpr(31)).toBe(0);
  });

  it('starts a CPU in reset state, with the mode of interrupts and the time of who starts it', () => {
    const { cpus, bare, synchronized } = build();
    cpus.state(0).setSpr(SPR_LPCR, LPCR_ILE);
    cpus.state(1).setGpr(5, 77);
    cpus.start(1, SECOND, 0, 1, 2);
    const state = cpus.state(1);
    expect([state.pc, state.msr, state.msrHigh, state.gpr(3), state.gprHigh(3), state.gpr(5)]).toEqual([SECOND, MSR.ME.mask, MSR_HIGH.SF.mask, 1, 2, 0]);
    expect([state.spr(SPR_LPCR), synchronized]).toEqual([LPCR_ILE, [[1, 0]]]);
    bare.goOn(200_000);
    for (const cpu of [0, 1]) expect(cpus.state(cpu).gpr(31)).toBeGreaterThan(10_000);
  }); // prettier-ignore

  it('tells when turns end and begin', () => {
    const { cpus, bare, events } = build();
    cpus.start(1, SECOND, 0, 0, 0);
    bare.goOn(120_000);
    expect(events.slice(0, 3)).toEqual(['suspended 0', 'suspended 1', 'dispatched 0']);
  });

  it('a CPU that cedes waits until it is prodded', () => {
    const { cpus, bare, events } = build();
    cpus.cede(0);
    expect([cpus.isWaiting(0), bare.runner.run(1000)]).toEqual([true, 'wait']);
    cpus.prod(0);
    expect([cpus.isWaiting(0), bare.runner.run(1000)]).toEqual([false, 'slice']);
    expect(events).toEqual(['suspended 0', 'dispatched 0']);
    expect(bare.state.gpr(31)).toBeGreaterThan(100);
  });

  it('goes on at once with an interrupt pending', () => {
    const { cpus, events } = build();
    cpus.setExternal(0, true);
    cpus.cede(0);
    expect(events).toEqual([]);
  });

  it('gives the turn to whom it is conferred', () => {
    const { cpus, bare } = build(3);
    for (const cpu of [1, 2]) cpus.start(cpu, SECOND, 0, 0, 0);
    cpus.confer(2);
    bare.goOn(100);
    expect([cpus.current, cpus.state(1).gpr(31)]).toEqual([2, 0]);
  });

  it('a CPU that stops does not run any more', () => {
    const { cpus, bare } = build();
    cpus.start(1, SECOND, 0, 0, 0);
    bare.goOn(120_000);
    cpus.stop(1);
    const before = cpus.state(1).gpr(31);
    bare.goOn(120_000);
    expect([cpus.isStopped(1), cpus.state(1).gpr(31), cpus.current]).toEqual([true, before, 0]);
  });

  it('ends the run', () => {
    const { cpus, bare } = build();
    cpus.end('power-off');
    expect(bare.runner.run(100)).toBe('stop');
    expect(bare.engine.stopped).toBe('power-off');
  });
});
