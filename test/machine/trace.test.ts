import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createMachine } from '../../src/index.js';

const MONITOR = { name: 'monitor.elf', bytes: new Uint8Array(readFileSync(new URL('../../guests/monitor/monitor.elf', import.meta.url))) };
const INSTRUCTIONS = 3_000_000;

/** Lines that a topic logs while the monitor starts and answers a command. */
async function linesOf(topic: string): Promise<string[]> {
  const lines: string[] = [];
  const machine = await createMachine({
    machine: 'bamboo', kernel: MONITOR, icount: true, jitSync: true, jitThreshold: 20, paravirt: true, trace: [topic], log: (line) => lines.push(line),
  }); // prettier-ignore
  machine.console.input(new TextEncoder().encode('paravirt\r'));
  machine.step(INSTRUCTIONS);
  await machine.dispose();
  return lines;
}

it.each([
  ['exceptions', /^exception \S.* at 0x[0-9a-f]+$/],
  ['mmu', /^mmu .*TLB Error for 0x[0-9a-f]+$/],
  ['regions', /^regions installed 0x[0-9a-f]+/],
  ['devices', /^device (read|write) 0xef60030[0-7] size 1 value 0x[0-9a-f]+$/],
  ['hypercalls', /^hypercall \{/],
])('%s are traced, and nothing else', async (topic, form) => {
  const lines = await linesOf(topic);
  expect(lines.filter((l) => form.test(l)).length).toBeGreaterThan(0);
  const topics = lines.map((l) => l.split(' ')[0]);
  const own = form.source.slice(1).split(' ')[0];
  expect(new Set(topics.filter((t) => ['exception', 'mmu', 'regions', 'device', 'hypercall'].includes(t!)))).toEqual(new Set([own]));
});
