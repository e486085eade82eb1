import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadElf } from '../../src/loaders/elf.js';

const present = spawnSync('powerpc-linux-gnu-gcc', ['--version']).status === 0;
if (!present) console.warn("skipped: comparing with the linker's output needs powerpc-linux-gnu-gcc");

const SOURCE = `
  .globl _start, table
  .text
  .type _start,@function
_start: b _start
  .long 0x12345678
  .size _start,.-_start
  .data
  .type table,@object
table: .long 1,2,3
  .size table,.-table
  .bss
  .space 64
`;

describe.skipIf(!present)('linked files', () => {
  it('gives the segments and symbols that the linker and nm know', () => {
    const directory = mkdtempSync(join(tmpdir(), 'powerjit-elf-'));
    try {
      const file = join(directory, 'a.elf');
      const flags = ['-nostdlib', '-static', '-Wl,-Ttext=0x10000', '-Wl,-Tdata=0x20000', '-Wl,--build-id=none', '-x', 'assembler', '-'];
      execFileSync('powerpc-linux-gnu-gcc', ['-o', file, ...flags], { input: SOURCE, stdio: ['pipe', 'ignore', 'ignore'] });
      const image = loadElf(readFileSync(file), { maximumBytes: 2 ** 24 }, file);
      expect(image).toMatchObject({ bits: 32, endianness: 'big', entry: 0x10000n });
      const table = image.symbols?.();
      for (const line of execFileSync('powerpc-linux-gnu-nm', ['--defined-only', file], { encoding: 'utf8' }).trim().split('\n')) {
        const [address, , name] = line.split(' ');
        expect(table?.find(name)?.address, name).toBe(BigInt(`0x${address}`));
      }
      expect(table?.find('_start')).toMatchObject({ kind: 'function', size: 8 });
      expect(table?.find('table')).toMatchObject({ kind: 'object', size: 12, address: 0x20000n });
      const code = image.segments.find(({ virtual, size }) => virtual <= 0x10000n && 0x10000n < virtual + BigInt(size));
      const offset = 0x10000 - Number(code?.virtual);
      expect([...(code?.bytes.subarray(offset, offset + 8) ?? [])]).toEqual([0x48, 0, 0, 0, 0x12, 0x34, 0x56, 0x78]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
