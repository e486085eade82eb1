import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../../src/cli/program.js';
import { FakeHost } from './fake-host.js';

let folder: string;
let program: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'powerjit-dump-'));
  program = join(folder, 'loop.bin');
  // add r3,r3,r4; lwz r5,8(r3); cmpwi r5,0; bne back; blr; an illegal word
  writeFileSync(program, Buffer.from('7c632214' + '80a30008' + '2c050000' + '4082fff4' + '4e800020' + '00000000', 'hex'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const dump = async (...args: string[]) => {
  const host = new FakeHost();
  return { status: await main(['dump', program, ...args], host), out: host.stdout.text, err: host.stderr.text };
};

it('shows guest code, effects and WebAssembly side by side', async () => {
  const { status, out, err } = await dump('0x1000', '--base', '0x1000');
  expect(err).toBe('');
  expect(status).toBe(0);
  expect(out).toMatch(/^>00001000 {2}add r3,r3,r4 +r3 r4 → r3 +\| \(module/m);
  expect(out).toMatch(/^ 00001004 {2}lwz r5,8\(r3\) +r3 \[4\] → r5 +\| /m);
  expect(out).toMatch(/^ 00001008 {2}cmpwi r5,0 +r5 → cr0 +\| /m);
  expect(out).toMatch(/^ 0000100c {2}bne\+ 0x1000 +cr0 → pc +\| /m);
  expect(out).toMatch(/\| .*\(func \$region/);
});

it.each([
  [['0x1014', '--base', '0x1000'], /holds no instruction of the 440EP/],
  [['0x2000', '--base', '0x1000'], /0x2000 does not lie in the file/],
  [['main', '--base', '0x1000'], /neither an address nor a symbol/],
  [['0x1000', '--base', '0x1000', '--cpu', 'POWER8'], /only 32-bit CPU models/],
  [['0x1000', '--base', '0x1000', '--msr', 'x'], /'x' is no address/],
])('refuses %j in one line', async (args, message) => {
  const { status, err } = await dump(...args);
  expect(status).toBe(2);
  expect(err).toMatch(message);
  expect(err).toMatch(/^powerjit: [^\n]*\n$/);
});
