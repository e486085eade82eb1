import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/program.js';
import { FakeHost } from './fake-host.js';
import { randomArguments, redirectWrites } from './random-arguments.js';

let folder: string;
let kernel: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'powerjit-cli-'));
  kernel = join(folder, 'kernel');
  writeFileSync(kernel, Uint8Array.of(1, 2, 3));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  const host = new FakeHost();
  return { status: await main(args, host), out: host.stdout.text, err: host.stderr.text, config: host.machine?.config };
};

describe('run', () => {
  it('boots the embedded monitor on bamboo when nothing is named', async () => {
    const { status, config } = await run('run');
    expect(status).toBe(0);
    expect(config).toMatchObject({ machine: 'bamboo', mode: 'jit', paravirt: undefined, jitSync: false, icount: false });
    expect(config!.kernel!.name).toBe('monitor.elf');
    expect([...config!.kernel!.bytes.subarray(0, 4)]).toEqual([0x7f, 0x45, 0x4c, 0x46]);
  });

  it('hands every option to the machine', async () => {
    const initrd = join(folder, 'initrd');
    const dtb = join(folder, 'dtb');
    writeFileSync(initrd, 'i');
    writeFileSync(dtb, 'd');
    const { status, config } = await run(
      ...['run', '--machine', 'bamboo', '--cpu', '440EP', '--memory', '128M', '--smp', '2', '--kernel', kernel, '--initrd', initrd],
      ...['--dtb', dtb, '--append', 'console=ttyS0 quiet', '--mode', 'lockstep', '--jit-threshold', '1', '--jit-sync', '--icount'],
      ...[
        '--start-time',
        '2006-06-17T12:30+02:00',
        '--paravirt',
        'off',
        '--until',
        'BOO.ED',
        '--timeout',
        '1.5',
        '--trace',
        'mmu,exceptions',
      ],
    );
    expect(status).toBe(0);
    expect(config).toMatchObject({
      cpu: '440EP',
      memoryBytes: 134_217_728,
      smp: 2,
      append: 'console=ttyS0 quiet',
      mode: 'lockstep',
      jitThreshold: 1,
      jitSync: true,
      icount: true,
      startTimeMs: Date.UTC(2006, 5, 17, 10, 30),
      paravirt: false,
      trace: ['mmu', 'exceptions'],
    });
    expect([...config!.kernel!.bytes]).toEqual([1, 2, 3]);
    expect([config!.initrd!.name, config!.dtb!.name]).toEqual(['initrd', 'dtb']);
  });

  it('takes dates and times for the start, and refuses what is none', async () => {
    const start = async (text: string) => (await run('run', '--start-time', text)).config?.startTimeMs;
    expect(await start('2006-06-17')).toBe(Date.UTC(2006, 5, 17));
    expect(await start('2006-06-17T01:02:03Z')).toBe(Date.UTC(2006, 5, 17, 1, 2, 3));
    for (const wrong of ['now', '17.6.2006', '2006-13-01', '2006-06-17T25:00']) {
      const { status, err } = await run('run', '--start-time', wrong);
      expect(status).toBe(2);
      expect(err).toMatch(/--start-time: .* is no date; .*2026-01-31/);
    }
  });

  it('says on or off about the paravirtual interface only when told to', async () => {
    expect((await run('run', '--paravirt', 'on')).config?.paravirt).toBe(true);
    expect((await run('run', '--paravirt', 'off')).config?.paravirt).toBe(false);
  });

  it.each([
    ['64K', 65_536],
    ['1g', 1_073_741_824],
    ['32MiB', 33_554_432],
  ])('takes %s of memory', async (text, bytes) => expect((await run('run', '--memory', text)).config?.memoryBytes).toBe(bytes));
});

describe('mistakes', () => {
  const cases: [string[], RegExp][] = [
    [['walk'], /unknown command 'walk'/],
    [['runn'], /Did you mean run\?/],
    [['run', '--kernal', 'x'], /unknown option '--kernal'.*Did you mean --kernel\?/],
    [['run', 'vmlinux'], /too many arguments/],
    [['run', '--kernel'], /argument missing/],
    [['run', '--kernel', 'no/such/file'], /no\/such\/file: there is no such file/],
    [['run', '--kernel', ''], /empty file name: there is no such file/],
    [['run', '--kernel', '.'], /this is a folder/],
    [['run', '--kernel', '/dev/zero'], /this is a device/],
    [['run', '--kernel', 'a\0b'], /cannot be used/],
    [['run', '--machine', 'imac'], /imac: no such machine/],
    [['run', '--memory', '128'], /give a number and a unit/],
    [['run', '--memory', '0M'], /is no size/],
    [['run', '--memory', '-1M'], /is no size/],
    [['run', '--memory', '99999999999G'], /is no size/],
    [['run', '--smp', '0'], /no whole number of at least 1/],
    [['run', '--jit-threshold', '1e3'], /no whole number/],
    [['run', '--mode', 'fast'], /Allowed choices are interp, jit, lockstep, trap/],
    [['run', '--paravirt', 'maybe'], /Allowed choices are on, off/],
    [['run', '--until', '('], /not a regular expression: .*Unterminated group/],
    [['run', '--timeout', '0'], /no time-out/],
    [['run', '--timeout', '1e9'], /no time-out/],
    [['run', '--trace', 'mmu,everything'], /'everything' is no topic/],
    [['run', '--stats', '.'], /this is a folder/],
    [['run', '--profile', '.'], /this is a folder; give a file for --profile/],
    [['run', '--profile', 'no/such/folder/p.json'], /folder for it does not exist/],
    [['run', '--stats', 'no/such/folder/s.json'], /folder for it does not exist/],
  ];
  it.each(cases)('%j', async (args, message) => {
    const { status, out, err } = await run(...args);
    expect(status).toBe(2);
    expect(err).toMatch(message);
    expect(err).toMatch(/^powerjit: [^\n]*\n$/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toBe('');
  });

  it('of any kind end in one line and status 2, or in success', async () => {
    await fc.assert(
      fc.asyncProperty(randomArguments, async (words) => {
        const { status, err } = await run(...redirectWrites(words, join(folder, 'stats')));
        if (status === 0) return;
        expect(status).toBe(2);
        expect(err).toMatch(/^powerjit: [^\n]*\n$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('help', () => {
  it.each([[[]], [['--help']], [['help']]])('%j shows the commands on standard output', async (args: string[]) => {
    const { status, out, err } = await run(...args);
    expect(status).toBe(0);
    expect(out).toMatch(/\brun\b.*start a machine/);
    expect(err).toBe('');
  });

  it('of run names every option of the issue, and shows examples', async () => {
    const { status, out } = await run('help', 'run');
    expect(status).toBe(0);
    for (const option of ['machine', 'cpu', 'memory', 'smp', 'kernel', 'initrd', 'dtb', 'append', 'mode', 'jit-threshold', 'jit-sync'])
      expect(out).toContain(`--${option} `);
    for (const option of ['icount', 'paravirt', 'until', 'timeout', 'stats', 'trace']) expect(out).toContain(`--${option} `);
    expect(out).toContain('$ powerjit run --machine bamboo');
    expect(out).toContain('Ctrl-A x quits');
  });

  it('shows the version of package.json', async () => expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/));
  it('lists machines one a line', async () =>
    expect((await run('machines')).out).toBe('bamboo  a board; CPUs A, B; 64M of memory\nother   a board; CPUs A, B; 64M of memory\n'));
});
