import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMachine } from '../../src/index.js';
import type { MachineConfig } from '../../src/machine-api.js';
import { fingerprint, recordConsole, type Fingerprint } from '../support/fingerprint.js';

const MEMORY = 2 ** 25;
const MONITOR = readFileSync(new URL('../../guests/monitor/monitor.elf', import.meta.url));
/** Instructions between two keystrokes. */
const PAUSE = 150_000;

/** A conversation with the monitor, counted in instructions. */
async function converse(mode: Partial<MachineConfig>, words: readonly string[]): Promise<Fingerprint> {
  const kernel = { name: 'monitor.elf', bytes: new Uint8Array(MONITOR) };
  const machine = await createMachine({ machine: 'bamboo', memoryBytes: MEMORY, kernel, icount: true, ...mode });
  const record = recordConsole(machine);
  machine.step(3_000_000);
  for (const word of words) {
    for (const key of `${word}\r`) {
      machine.console.input(Uint8Array.of(key.charCodeAt(0)));
      machine.step(PAUSE);
    }
    machine.step(4_000_000);
  }
  const result = fingerprint(machine, record, MEMORY);
  await machine.dispose();
  return result;
}

describe('with --icount', () => {
  const words = ['info', 'smc', 'tlb', 'fault'];
  const jit = { mode: 'jit', jitSync: true } as const;

  it('two runs of the monitor are the same, and interpreter and compiled code as well', async () => {
    const runs = [
      await converse({ mode: 'interp' }, words),
      await converse({ mode: 'interp' }, words),
      await converse({ ...jit, jitThreshold: 1 }, words),
      await converse({ ...jit, jitThreshold: 1 }, words),
      await converse(jit, words),
    ];
    expect(runs[0]!.console).toContain('smc: 8 of 8 passed');
    expect(runs[0]!.console).toMatch(/powerjit> $/);
    expect(runs[0]!.instructions).toBeGreaterThan(1_000_000);
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0]);
  });

  it('another conversation is another run', async () => {
    const [a, b] = [await converse({ mode: 'interp' }, ['info']), await converse({ mode: 'interp' }, ['help'])];
    expect(a.memory).not.toBe(b.memory);
    expect(a.console).not.toBe(b.console);
  });
});
