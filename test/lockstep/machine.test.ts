import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createMachine } from '../../src/index.js';
import type { EmulatedMachine } from '../../src/machine/machine.js';

const MONITOR = fileURLToPath(new URL('../../guests/monitor/monitor.elf', import.meta.url));

/** The monitor in lockstep, and all that it has written to its console. */
async function monitor(jitThreshold?: number): Promise<{ machine: EmulatedMachine; output: () => string }> {
  const kernel = { name: 'monitor', bytes: readFileSync(MONITOR) };
  const machine = (await createMachine({
    machine: 'bamboo',
    memoryBytes: 16 << 20,
    kernel,
    mode: 'lockstep',
    jitThreshold,
  })) as EmulatedMachine;
  let text = '';
  const decoder = new TextDecoder();
  machine.console.onOutput((bytes) => (text += decoder.decode(bytes, { stream: true })));
  return { machine, output: () => text };
}
const type = (machine: EmulatedMachine, text: string): void => machine.console.input(new TextEncoder().encode(text));

it.each([undefined, 1])('the monitor patches code, faults and computes without a difference: threshold %s', async (threshold) => {
  const { machine, output } = await monitor(threshold);
  type(machine, 'smc\rfault\rbench matmul\rbench mandelf\rreboot\r');
  expect(await machine.run()).toEqual({ reason: 'power-off' });
  expect(output()).toContain('smc: 8 of 8 passed');
  expect(output()).toContain('continued after 2 program interrupts: PASS');
  expect(output().match(/^(matmul|mandelf) .*PASS\r?$/gm)).toHaveLength(2);
  const { regions, exits, mode } = machine.stats();
  expect(mode).toBe('lockstep');
  expect(regions.compiled).toBeGreaterThan(10);
  expect(exits['device']).toBeGreaterThan(100);
  await machine.dispose();
});

it('a machine ends with a report when the sides differ', async () => {
  const { machine, output } = await monitor();
  expect((await machine.run({ until: /powerjit> $/ })).reason).toBe('until');
  // What embedders write, both sides get.
  machine.writeRegister('SPRG7', 0x1234n);
  machine.writeMemory(0x800000, Uint8Array.of(1, 2, 3, 4));
  type(machine, 'dump 800000 4\r');
  expect((await machine.run({ until: /01 ?02 ?03 ?04[\s\S]*powerjit> $/ })).reason).toBe('until');
  machine.board.runner.engine.core.state.setSpr(279, 0x1235);
  type(machine, 'help\r');
  const result = await machine.run();
  expect(result.reason).toBe('lockstep-difference');
  expect(result.detail).toContain('SPRG7: 0x00001235 != 0x00001234');
  expect(output()).toContain('dump 800000 4');
  await machine.dispose();
});
