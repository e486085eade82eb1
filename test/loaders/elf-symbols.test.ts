import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { loadElf } from '../../src/loaders/elf.js';
import type { SymbolTable } from '../../src/loaders/elf-symbols.js';
import { makeElf } from '../support/images.js';
import type { SymbolDescription } from '../support/images.js';

const SEGMENTS = [{ virtual: 0xc0000000n, physical: 0n, bytes: new Uint8Array(256) }];
const SYMBOLS: SymbolDescription[] = [
  { name: 'second', address: 0xc0000020n, size: 8, type: 2 },
  { name: 'label', address: 0xc0000000n, size: 0, type: 0 },
  { name: 'start', address: 0xc0000000n, size: 16, type: 2 },
  { name: 'tail', address: 0xc0000040n, size: 0, type: 0 },
  { name: 'elsewhere', address: 0n, size: 0, type: 0, section: 0 },
  { name: 'file.c', address: 0n, size: 0, type: 4, section: 0xfff1 },
  { name: 'constant', address: 0xc0000028n, size: 0, type: 0, section: 0xfff1 },
];

function tableOf(bits: 32 | 64, endianness: 'big' | 'little', spoil?: (file: Uint8Array) => void): SymbolTable {
  const file = makeElf({ bits, endianness, entry: 0xc0000000n, segments: SEGMENTS, symbols: SYMBOLS });
  spoil?.(file);
  const table = loadElf(file, { maximumBytes: 4096 }, 'k').symbols?.();
  if (!table) throw new Error('no symbol table');
  return table;
}

describe('readElfSymbols', () => {
  it.each([
    [32, 'big'],
    [32, 'little'],
    [64, 'big'],
    [64, 'little'],
  ] as const)('reads %d-bit %s-endian tables', (bits, endianness) => {
    const table = tableOf(bits, endianness);
    expect(table.symbols.map(({ name }) => name)).toEqual(['second', 'label', 'start', 'tail', 'constant']);
    expect(table.find('second')).toEqual({ name: 'second', address: 0xc0000020n, size: 8, kind: 'function', absolute: false });
    expect(table.find('elsewhere')).toBeUndefined();
  });

  it('finds the symbol that covers an address', () => {
    const table = tableOf(32, 'big');
    const at = (address: bigint): string | undefined => {
      const found = table.at(address);
      return found && `${found.symbol.name}+${found.offset}`;
    };
    expect(at(0xbfffffffn)).toBeUndefined();
    expect(at(0xc0000000n)).toBe('start+0');
    expect(at(0xc000000fn)).toBe('start+15');
    expect(at(0xc0000010n)).toBeUndefined();
    expect(at(0xc0000027n)).toBe('second+7');
    expect(at(0xc0000028n)).toBeUndefined();
    expect(at(0xc0000100n)).toBe('tail+192');
  });

  it('gives an empty table for a stripped file', () => {
    const image = loadElf(makeElf({ bits: 32, endianness: 'big', entry: 0xc0000000n, segments: SEGMENTS }), { maximumBytes: 4096 }, 'k');
    expect(image.symbols?.().symbols).toEqual([]);
  });

  it('moves addresses, but no absolute values, by the bias', () => {
    const file = makeElf({ bits: 32, endianness: 'big', type: 3, entry: 0xc0000000n, segments: SEGMENTS, symbols: SYMBOLS });
    const table = loadElf(file, { maximumBytes: 4096, bias: 0x1000 }, 'k').symbols?.();
    expect(table?.find('start')?.address).toBe(0xc0001000n);
    expect(table?.find('constant')?.address).toBe(0xc0000028n);
  });

  it('refuses names outside the string table', () => {
    const symbolsStart = 52 + 32 + 256;
    const spoil = (file: Uint8Array): void => new DataView(file.buffer).setUint32(symbolsStart + 16, 0x7fffffff);
    expect(() => tableOf(32, 'big', spoil)).toThrow(ConfigError);
  });

  it('refuses tables that spell one long text from each of its letters', () => {
    const names = Array.from({ length: 200 }, (_, index) => ({
      name: index === 0 ? 'x'.repeat(5000) : 'y',
      address: 0xc0000000n,
      size: 0,
      type: 0,
    }));
    const file = makeElf({ bits: 32, endianness: 'big', entry: 0xc0000000n, segments: SEGMENTS, symbols: names });
    const view = new DataView(file.buffer);
    for (let index = 1; index < names.length; index++) view.setUint32(52 + 32 + 256 + 16 * (index + 1), 1 + index);
    expect(() => loadElf(file, { maximumBytes: 4096 }, 'k').symbols?.()).toThrow(/overlap beyond reason/);
  });
});
