import { createHash } from 'node:crypto';
import type { Machine } from '../../src/machine-api.js';

const REGISTERS = [
  ...Array.from({ length: 32 }, (_, n) => `r${n}`),
  ...Array.from({ length: 32 }, (_, n) => `f${n}`),
  ...[
    'pc',
    'msr',
    'lr',
    'ctr',
    'cr',
    'xer',
    'fpscr',
    'srr0',
    'srr1',
    'csrr0',
    'csrr1',
    'dear',
    'esr',
    'dec',
    'tsr',
    'tcr',
    'pid',
    'mmucr',
    'ivpr',
  ],
];

/** Everything that two runs of one machine must agree about. */
export interface Fingerprint {
  readonly instructions: number;
  readonly console: string;
  readonly registers: Readonly<Record<string, string>>;
  /** Of all of RAM. */
  readonly memory: string;
}

/** Takes down what a machine prints from now on. */
export function recordConsole(machine: Machine): { text: string } {
  const record = { text: '' };
  machine.console.onOutput((bytes) => (record.text += String.fromCharCode(...bytes)));
  return record;
}

/** @param memoryBytes size of the machine's RAM */
export function fingerprint(machine: Machine, console: { readonly text: string }, memoryBytes: number): Fingerprint {
  const hash = createHash('sha256');
  for (let at = 0; at < memoryBytes; at += 0x100000) hash.update(machine.readMemory(at, 0x100000));
  return {
    instructions: machine.stats().instructions,
    console: console.text,
    registers: Object.fromEntries(REGISTERS.map((name) => [name, machine.readRegister(name).toString(16)])),
    memory: hash.digest('hex'),
  };
}
