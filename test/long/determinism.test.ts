import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackLinuxGuest, type LinuxGuest } from '../../bench/suites/linux-guest.js';
import { createMachine } from '../../src/index.js';
import type { MachineConfig } from '../../src/machine-api.js';
import { fingerprint, recordConsole, type Fingerprint } from '../support/fingerprint.js';

const GUESTS = fileURLToPath(new URL('../../../shared/guests', import.meta.url));
const missing = existsSync(GUESTS) ? '' : ' (skipped: needs ../shared/guests)';
const MEMORY = 2 ** 26;
const INSTRUCTIONS = 20_000_000;

describe.skipIf(missing !== '')(`20 million instructions of Linux with --icount${missing}`, () => {
  let guest: LinuxGuest;
  beforeAll(() => {
    const unpacked = unpackLinuxGuest(GUESTS);
    if (typeof unpacked === 'string') throw new Error(unpacked);
    guest = unpacked;
  });
  afterAll(() => guest.dispose());

  async function boot(mode: Partial<MachineConfig>): Promise<Fingerprint> {
    const file = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(name)) });
    const append = 'console=ttyS0 end=reboot';
    const machine = await createMachine({ machine: 'bamboo', memoryBytes: MEMORY, kernel: file(guest.kernel), initrd: file(guest.initrd), append, icount: true, ...mode }); // prettier-ignore
    const record = recordConsole(machine);
    expect(machine.step(INSTRUCTIONS)).toBe(INSTRUCTIONS);
    const result = fingerprint(machine, record, MEMORY);
    await machine.dispose();
    return result;
  }

  it('are the same each time, interpreted and compiled', async () => {
    const first = await boot({ mode: 'interp' });
    expect(first.console).toContain('Linux version');
    expect(await boot({ mode: 'interp' })).toEqual(first);
    for (const jitThreshold of [1, 30]) expect(await boot({ mode: 'jit', jitSync: true, jitThreshold })).toEqual(first);
    expect(await boot({ mode: 'jit', jitSync: true })).toEqual(first);
  });
});
