import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ExecutionMode, MachineStats } from '../../src/machine-api.js';
import { createMachine } from '../../src/index.js';

const MONITOR = fileURLToPath(new URL('../../guests/monitor/monitor.elf', import.meta.url));

interface Run {
  readonly output: string;
  readonly calls: unknown[];
  readonly stats: MachineStats;
}

/** The monitor's `paravirt` command, twice; after the first time its code is compiled. */
async function paravirtCommand(mode: ExecutionMode, paravirt?: boolean): Promise<Run> {
  const machine = await createMachine({
    machine: 'bamboo',
    memoryBytes: 16 << 20,
    kernel: { name: 'monitor', bytes: readFileSync(MONITOR) },
    mode,
    jitSync: true,
    ...(paravirt === undefined ? {} : { paravirt }),
  });
  let output = '';
  const calls: unknown[] = [];
  const decoder = new TextDecoder();
  machine.console.onOutput((bytes) => (output += decoder.decode(bytes, { stream: true })));
  machine.on('hypercall', (call) => calls.push(call));
  machine.console.input(new TextEncoder().encode('paravirt\rparavirt\rreboot\r'));
  expect(await machine.run()).toEqual({ reason: 'power-off' });
  const stats = machine.stats();
  await machine.dispose();
  return { output, calls, stats };
}

it.each(['interp', 'jit', 'trap', 'lockstep'] as const)('the monitor finds the interface right, %s', async (mode) => {
  const { output, calls, stats } = await paravirtCommand(mode);
  expect(output.match(/PASS/g)).toHaveLength(4);
  expect(output).not.toContain('FAIL');
  expect(output).toContain('unknown call gives 12');
  expect(calls).toHaveLength(6);
  expect(calls[2]).toMatchObject({ number: (42 << 16) | 4, parameters: expect.arrayContaining([0xfffff000]) as number[], result: 0 });
  // The three loops with privileged instructions take 4 of them in each of 100,000 turns.
  if (mode === 'trap') expect(stats.exits['privileged']).toBeGreaterThan(800_000);
  else expect(stats.exits['privileged']).toBeUndefined();
  // Compiled code reaches the page without leaving: what is left was interpreted before.
  if (mode === 'jit' || mode === 'trap') expect(stats.exits['magic page'] ?? 0).toBeLessThan(200_000);
});

it('is not offered when it is switched off', async () => {
  const { output, calls } = await paravirtCommand('jit', false);
  expect(output).toContain('no /hypervisor node: not offered');
  expect(calls).toEqual([]);
});
