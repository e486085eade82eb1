import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { createMachine, type Machine, type MachineConfig, type MachineProfile, type SpeedscopeFile } from '../../src/index.js';
import { nodeMachineHost } from '../../src/host/node/node-machine-host.js';
import { EmulatedMachine } from '../../src/machine/machine.js';
import { BAMBOO } from '../../src/machines/bamboo.js';
import { summaryText } from '../../src/profile/summary.js';
import { assemble } from '../support/bare-cpu.js';
import { makeElf } from '../support/images.js';

const MONITOR = fileURLToPath(new URL('../../guests/monitor/monitor.elf', import.meta.url));
const monitor = { name: 'monitor', bytes: new Uint8Array(readFileSync(MONITOR)) };
const base: MachineConfig = { machine: 'bamboo', memoryBytes: 16 << 20, kernel: monitor, jitSync: true, profiling: true };

/** A kernel that runs for ever: nine tenths of its instructions are in `busy`, which `idle_a_bit` and `main` take turns to call. */
function loops(): MachineConfig['kernel'] {
  const START = 0x10000;
  const program = assemble(
    `start: stwu 1, -32(1)
main: bl busy
      bl idle_a_bit
      b main
idle_a_bit: li 3, 10
      mtctr 3
two:  addi 4, 4, 1
      bdnz two
      blr
busy: li 3, 90
      mtctr 3
three: addi 4, 4, 1
      bdnz three
      blr
end:  blr`,
    START,
  );
  const at = (name: string): number => program.symbols.get(name)!;
  const order = ['start', 'idle_a_bit', 'busy', 'end'];
  const symbols = order.slice(0, -1).map((name, k) => ({ name, address: BigInt(at(name)), size: at(order[k + 1]!) - at(name), type: 2 }));
  const segments = [{ virtual: BigInt(START), physical: BigInt(START), bytes: program.bytes }];
  return { name: 'loops', bytes: makeElf({ bits: 32, endianness: 'big', entry: BigInt(START), segments, symbols }) };
}

/** Checks a file against the parts of speedscope's schema that it uses. */
function checkFile(file: SpeedscopeFile): void {
  const read = JSON.parse(JSON.stringify(file)) as SpeedscopeFile;
  expect(read).toEqual(file);
  expect(read.$schema).toBe('https://www.speedscope.app/file-format-schema.json');
  expect(read.profiles).toHaveLength(2);
  expect(new Set(read.shared.frames.map(({ name }) => name)).size).toBe(read.shared.frames.length);
  for (const { type, unit, samples, weights, startValue, endValue } of read.profiles) {
    expect([type, unit, startValue]).toEqual(['sampled', 'nanoseconds', 0]);
    expect(samples.length).toBe(weights.length);
    expect(weights.every((ns) => Number.isInteger(ns) && ns >= 0)).toBe(true);
    expect(weights.reduce((sum, ns) => sum + ns, 0)).toBe(endValue);
    expect(samples.every((stack) => stack.length > 0 && stack.every((n) => n >= 0 && n < read.shared.frames.length))).toBe(true);
  }
  expect(read.profiles[0]!.weights).toEqual(read.profiles[1]!.weights);
}

async function profiled(config: MachineConfig, work: (machine: Machine) => Promise<unknown>): Promise<{ machine: Machine; profile: MachineProfile }> {
  const machine = await createMachine(config);
  const profile = machine.profile({ intervalInstructions: 5000 });
  await work(machine);
  profile.stop();
  await machine.dispose();
  return { machine, profile };
} // prettier-ignore

/** Runs a machine for so many ms of a clock by which each instruction takes 10 ns and all else nothing. */
async function runByInstructions(config: MachineConfig, ms: number): Promise<{ machine: Machine; profile: MachineProfile }> {
  const end = new AbortController();
  const made: { machine?: EmulatedMachine } = {};
  const now = (): number => (made.machine?.board.runner.instructions ?? 0) / 1e5;
  const yieldToHost = (): Promise<void> => {
    if (now() >= ms) end.abort();
    return Promise.resolve();
  };
  const machine = (made.machine = new EmulatedMachine({ ...config, cpu: '440EP' }, BAMBOO, {
    ...nodeMachineHost(() => undefined),
    now,
    yieldToHost,
  }));
  const profile = machine.profile({ intervalInstructions: 5000 });
  expect(await machine.run({ signal: end.signal })).toEqual({ reason: 'aborted' });
  profile.stop();
  await machine.dispose();
  return { machine, profile };
}

describe('a profile', () => {
  it.each(['interp', 'jit'] as const)('finds the functions that take the time, in their callers, %s', async (mode) => {
    const { machine, profile } = await runByInstructions({ ...base, kernel: loops(), mode }, 100);
    const { symbols, kinds, ms, instructions } = profile.summary();
    const shares = Object.fromEntries(symbols.map(({ name, selfMs }) => [name, selfMs / ms]));
    expect(Object.keys(shares).sort()).toEqual(['busy', 'idle_a_bit', 'start']);
    // Of 209 instructions of a turn.
    expect(Math.abs(shares['busy']! - 183 / 209)).toBeLessThan(0.03);
    expect(Math.abs(shares['idle_a_bit']! - 23 / 209)).toBeLessThan(0.03);
    // All but what no sample has taken when it ends.
    expect(symbols.find(({ name }) => name === 'start')!.totalMs / ms).toBeGreaterThan(0.99);
    expect(instructions).toBe(machine.stats().instructions);
    expect(kinds[0]!.kind).toBe(mode === 'jit' ? 'compiled' : 'interpreted');
    expect(kinds[0]!.ms / ms).toBeGreaterThan(0.95);
    expect(kinds.reduce((sum, k) => sum + k.ms, 0)).toBeCloseTo(ms, 6);
    // All of the run is in it, and nothing else.
    expect(ms / 1000).toBeCloseTo(machine.stats().wallSeconds, 9);
    const file = profile.speedscope();
    checkFile(file);
    expect(file.profiles[0]!.endValue / 1e6).toBeCloseTo(ms, 5);
    const stacks = file.profiles[0]!.samples.map((stack) => stack.map((n) => file.shared.frames[n]!.name).join('>'));
    expect(stacks).toContain('kernel>start>busy');
  });

  it('names hypercalls, counts what the emulator does by kind, and is in the figures', async () => {
    const { machine, profile } = await profiled(base, async (m) => {
      m.console.input(new TextEncoder().encode('paravirt\rreboot\r'));
      expect(await m.run()).toEqual({ reason: 'power-off' });
    });
    const file = profile.speedscope();
    checkFile(file);
    const names = file.shared.frames.map(({ name }) => name);
    expect(names).toContain('[hypercalls: KVM_HC_FEATURES]');
    for (const name of ['[devices: read]', '[translation on the guest’s thread]', '[interpreter]', '[compiled code]', '[MMU fills: fetch]']) expect(names).toContain(name); // prettier-ignore
    const { profile: stats } = machine.stats();
    expect(stats!.samples).toBe(profile.summary().samples);
    expect(Object.values(stats!.ms).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(profile.summary().ms, 6);
    const text = summaryText(profile.summary());
    expect(text.split('\n').length).toBeLessThan(35);
    expect(text).toMatch(/^profile: \d+\.\d\d s, \d+ instructions, \d+ samples\n/);
    expect(text).toContain('kernel 0x1');
  });

  it('covers what runs while it is taken; waiting for input is idleness', async () => {
    const machine = await createMachine(base);
    const until = machine.run({ until: /> $/ });
    await until;
    const profile = machine.profile();
    await machine.run({ signal: AbortSignal.timeout(200) });
    profile.stop();
    const { ms, kinds } = profile.summary();
    expect(ms).toBeGreaterThan(150);
    expect(ms).toBeLessThan(2000);
    machine.console.input(new TextEncoder().encode('help\r'));
    await machine.run({ until: /reboot/ });
    expect(profile.summary().ms).toBe(ms);
    expect(kinds.some(({ kind }) => kind === 'idle' || kind === 'interpreted' || kind === 'compiled')).toBe(true);
    await machine.dispose();
  });
});

describe('mistakes', () => {
  it('are told before anything runs', async () => {
    await expect(createMachine({ ...base, mode: 'lockstep' })).rejects.toThrow(/lockstep.*profile another mode/);
    const plain = await createMachine({ ...base, profiling: false });
    expect(() => plain.profile()).toThrow(ConfigError);
    await plain.dispose();
    const machine = await createMachine(base);
    for (const intervalInstructions of [0, 999, 1e9 + 0.5, NaN]) expect(() => machine.profile({ intervalInstructions })).toThrow(/is no interval/);
    const first = machine.profile();
    expect(() => machine.profile()).toThrow(/stop that one first/);
    first.stop();
    first.stop();
    machine.profile().stop();
    await machine.dispose();
  });
}); // prettier-ignore
