import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackLinuxGuest, type LinuxGuest } from '../../bench/suites/linux-guest.js';
import { createMachine, type MachineConfig } from '../../src/index.js';
import type { EmulatedMachine } from '../../src/machine/machine.js';

const GUESTS = fileURLToPath(new URL('../../../shared/guests', import.meta.url));
const missing = existsSync(GUESTS) ? '' : ' (skipped: needs ../shared/guests)';

describe.skipIf(missing !== '')(`Linux 6.1 on bamboo in lockstep${missing}`, () => {
  let guest: LinuxGuest;
  beforeAll(() => {
    const unpacked = unpackLinuxGuest(GUESTS);
    if (typeof unpacked === 'string') throw new Error(unpacked);
    guest = unpacked;
  });
  afterAll(() => guest.dispose());

  const linux = async (more: Partial<MachineConfig>): Promise<EmulatedMachine> =>
    (await createMachine({
      machine: 'bamboo',
      memoryBytes: 128 << 20,
      kernel: { name: 'kernel', bytes: readFileSync(guest.kernel) },
      initrd: { name: 'initrd', bytes: readFileSync(guest.initrd) },
      append: 'console=ttyS0 end=reboot',
      mode: 'lockstep',
      ...more,
    })) as EmulatedMachine;

  it.each([
    ['hot code, paravirtual', {}],
    ['hot code, bare', { paravirt: false }],
    ['all code', { jitThreshold: 1 }],
  ])('runs from reset to reset without a difference: %s', { timeout: 900_000 }, async (_name, more) => {
    const machine = await linux(more);
    let text = '';
    machine.console.onOutput((bytes) => (text += new TextDecoder().decode(bytes)));
    expect(await machine.run()).toEqual({ reason: 'power-off' });
    expect(text).toContain('BOOTED');
    expect(machine.stats().regions.compiled).toBeGreaterThan(100);
    await machine.dispose();
  });

  it('is stopped by a single wrong register in its midst', { timeout: 900_000 }, async () => {
    const machine = await linux({});
    expect((await machine.run({ until: /Unpacking initramfs/ })).reason).toBe('until');
    const { state } = machine.board.runner.engine.core;
    state.setGpr(31, state.gpr(31) ^ 4);
    const result = await machine.run();
    expect(result.reason).toBe('lockstep-difference');
    expect(result.detail).toMatch(/^ {2}r31: 0x\w{8} != 0x\w{8}$/m);
    await machine.dispose();
  });
});
