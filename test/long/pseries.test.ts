import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMachine, type MachineConfig, type RunResult } from '../../src/index.js';

const GUESTS = fileURLToPath(new URL('../../../shared/guests', import.meta.url));
const missing = existsSync(GUESTS) ? '' : ' (skipped: needs ../shared/guests)';

/** Debian's package qemu-system-data. */
const SLOF = '/usr/share/qemu/slof.bin';
const noFirmware = existsSync(SLOF) ? '' : ' (skipped: needs qemu-system-data)';

/** The kernel as an ELF file. */
function kernelOf(endianness: string): Uint8Array {
  const { stdout, status } = spawnSync('xz', ['-dc', join(GUESTS, `kernels/vmlinux-pseries-${endianness}.xz`)], { maxBuffer: 2 ** 27 });
  if (status !== 0) throw new Error('xz failed');
  return stdout;
}

describe.skipIf(missing !== '')(`Linux 6.1 on pseries${missing}`, () => {
  async function run(endianness: string, more: Partial<MachineConfig>): Promise<{ result: RunResult; text: string; log: string[] }> {
    const initrd = join(GUESTS, `initrd/ppc64${endianness === 'le' ? 'le' : ''}.cpio.gz`);
    const log: string[] = [];
    const machine = await createMachine({
      machine: 'pseries',
      memoryBytes: 512 << 20,
      kernel: { name: 'kernel', bytes: kernelOf(endianness) },
      initrd: { name: 'initrd', bytes: readFileSync(initrd) },
      append: 'console=hvc0',
      log: (line) => log.push(line),
      ...more,
    });
    let text = '';
    machine.console.onOutput((bytes) => (text += new TextDecoder().decode(bytes)));
    const result = await machine.run();
    await machine.dispose();
    return { result, text, log };
  }

  const each = ['le', 'be'].flatMap((endianness) =>
    [1, 2].flatMap((smp) => (['interp', 'jit', 'lockstep'] as const).map((mode) => ({ endianness, smp, mode }))),
  );
  it.each(each)('boots and switches itself off: $endianness, $smp CPUs, $mode', { timeout: 900_000 }, async ({ endianness, smp, mode }) => {
    const { result, text, log } = await run(endianness, { smp, mode });
    expect(result).toEqual({ reason: 'power-off' });
    expect(text).toContain('BOOTED');
    expect(text).toContain(`Brought up 1 node, ${smp} CPU`);
    expect(text.match(/^processor\s*:/gm)?.length).toBe(smp);
    expect(text).toMatch(/reboot: Power down/);
    expect(text).not.toMatch(/Oops|Call Trace|BUG:|WARNING:/);
    expect(log).toEqual([]);
  });

  it('boots with eight CPUs, the same in each run', { timeout: 300_000 }, async () => {
    const config = { smp: 8, mode: 'interp', icount: true } as const;
    const [first, second] = [await run('le', config), await run('le', config)];
    expect(first.text).toContain('Brought up 1 node, 8 CPUs');
    expect(second).toEqual(first);
  });

  it('reboot ends the run', { timeout: 120_000 }, async () => {
    const { result, text } = await run('le', { append: 'console=hvc0 end=reboot' });
    expect(result).toEqual({ reason: 'power-off' });
    expect(text).toMatch(/reboot: Restarting system/);
  });

  it.skipIf(noFirmware !== '')(`SLOF starts a kernel${noFirmware}`, { timeout: 600_000 }, async () => {
    const { result, text } = await run('be', { firmware: { name: 'slof.bin', bytes: readFileSync(SLOF) } });
    expect(result).toEqual({ reason: 'power-off' });
    expect(text).toContain('Booting from memory');
    expect(text).toMatch(/client-architecture-support\.\.\. done/);
    expect(text).toContain('BOOTED');
  });
});

describe.skipIf(missing !== '')(`A shell on pseries${missing}`, () => {
  it('tells the date that the machine was given', async () => {
    const machine = await createMachine({
      machine: 'pseries',
      memoryBytes: 256 << 20,
      kernel: { name: 'kernel', bytes: kernelOf('le') },
      initrd: { name: 'initrd', bytes: readFileSync(join(GUESTS, 'initrd/ppc64le.cpio.gz')) },
      append: 'console=hvc0 shell',
      startTimeMs: Date.UTC(2006, 5, 17, 12),
    });
    expect(await machine.run({ until: /\/ # / })).toEqual({ reason: 'until' });
    machine.console.input(new TextEncoder().encode('date -u +%Y-%m-%dT%H\n'));
    expect(await machine.run({ until: /2006-06-17T12/, signal: AbortSignal.timeout(30_000) })).toEqual({ reason: 'until' });
    await machine.dispose();
  });
});

describe.skipIf(noFirmware !== '')(`SLOF on pseries${noFirmware}`, () => {
  it('answers at its prompt, and switches off', { timeout: 600_000 }, async () => {
    const firmware = { name: 'slof.bin', bytes: readFileSync(SLOF) };
    const machine = await createMachine({ machine: 'pseries', memoryBytes: 256 << 20, firmware });
    let text = '';
    machine.console.onOutput((bytes) => (text += new TextDecoder().decode(bytes)));
    expect(await machine.run({ until: /0 > / })).toEqual({ reason: 'until' });
    machine.console.input(new TextEncoder().encode('decimal 6 7 * .\r'));
    expect(await machine.run({ until: /0 > / })).toEqual({ reason: 'until' });
    expect(text).toContain(' 42  ok');
    machine.console.input(new TextEncoder().encode('power-off\r'));
    expect(await machine.run()).toEqual({ reason: 'power-off' });
    await machine.dispose();
  });
});
