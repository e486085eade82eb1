import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../../src/cli/program.js';
import { FakeHost } from './fake-host.js';

const MONITOR = fileURLToPath(new URL('../../guests/monitor/monitor.elf', import.meta.url));

let folder: string;
let raw: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'powerjit-disasm-'));
  raw = join(folder, 'rom.bin');
  // li r3,1; b .; three words of padding; an illegal word
  writeFileSync(raw, Buffer.from('386000014800000000000000000000000000000004000000', 'hex'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const disasm = async (...args: string[]) => {
  const host = new FakeHost();
  return { status: await main(['disasm', ...args], host), out: host.stdout.text, err: host.stderr.text };
};

it('prints address, word and text of a raw binary', async () => {
  const { status, out } = await disasm(raw, '--base', '0xfff00000');
  expect(status).toBe(0);
  expect(out).toBe(
    'fff00000  38600001  li r3,1\n' +
      'fff00004  48000000  b 0xfff00004\n' +
      'fff00008  00000000  .long 0x0\n' +
      '...\n' +
      'fff00014  04000000  .long 0x4000000\n',
  );
});

it('reads little-endian words', async () => {
  const path = join(folder, 'little.bin');
  writeFileSync(path, Buffer.from('01006038', 'hex'));
  expect((await disasm(path, '--base', '0', '--little-endian')).out).toBe('00000000  38600001  li r3,1\n');
});

it('begins at an address of an ELF file, for a number of instructions', async () => {
  const { status, out } = await disasm(MONITOR, '--start', '0x10000', '--count', '3');
  expect(status).toBe(0);
  expect(out.match(/^0001000[048] {2}[0-9a-f]{8} {2}\S/gm)).toHaveLength(3);
});

it.each([
  [['no-such-file'], /there is no such file/],
  [[], /missing required argument/],
  [[MONITOR, '--start', 'nowhere'], /neither an address nor a symbol/],
  [[MONITOR, '--start', '0x20'], /--start: 0x20 does not lie in/],
  [[MONITOR, '--cpu', 'z80'], /--cpu: 'z80' is no CPU model; give one of 440EP/],
  [[MONITOR, '--count', '0'], /no whole number/],
  [[MONITOR, '--base', 'here'], /--base: 'here' is no address/],
])('refuses %j in one line', async (args, message) => {
  const { status, err } = await disasm(...args);
  expect(status).toBe(2);
  expect(err).toMatch(message);
  expect(err).toMatch(/^powerjit: [^\n]*\n$/);
});

it('asks for --base where the file says nothing about itself', async () => {
  const { status, err } = await disasm(raw);
  expect(status).toBe(2);
  expect(err).toMatch(/rom\.bin: .*give --base ADDRESS/);
});
