import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { cells, doubleCells, joined, numberInCells, readCells, readStrings, strings } from '../../src/device-tree/properties.js';
import { findNode, node, nodesByPhandle, phandleOf, walk } from '../../src/device-tree/tree.js';
import type { DeviceTree } from '../../src/device-tree/tree.js';

describe('property values', () => {
  it('are big-endian', () => {
    expect(cells(0x12345678, 0xffffffff)).toEqual(Uint8Array.of(0x12, 0x34, 0x56, 0x78, 255, 255, 255, 255));
    expect(doubleCells(0x123456789n)).toEqual(Uint8Array.of(0, 0, 0, 1, 0x23, 0x45, 0x67, 0x89));
    expect(numberInCells(7, 3)).toEqual(cells(0, 0, 7));
    expect(joined(cells(1), strings('a'))).toEqual(Uint8Array.of(0, 0, 0, 1, 0x61, 0));
    expect(readCells(cells(1, 2))).toEqual([1, 2]);
    expect(readCells(Uint8Array.of(1))).toBeUndefined();
    expect(strings('ab', 'ü')).toEqual(Uint8Array.of(0x61, 0x62, 0, 0xc3, 0xbc, 0));
    expect(readStrings(strings('ab', 'ü'))).toEqual(['ab', 'ü']);
    expect(readStrings(Uint8Array.of(0x61))).toBeUndefined();
  });

  it.each([
    ['a cell of 33 bits', () => cells(2 ** 32)],
    ['a negative cell', () => cells(-1)],
    ['a broken cell', () => cells(1.5)],
    ['65 bits', () => doubleCells(2n ** 64n)],
    ['no number', () => doubleCells(NaN)],
    ['33 bits in one cell', () => numberInCells(2 ** 32, 1)],
    ['a string with a NUL', () => strings('a\0b')],
  ])('refuse %s', (_, make) => {
    expect(make).toThrow(ConfigError);
  });
});

describe('look-up', () => {
  const uart0 = node('serial@100', { phandle: cells(1) });
  const uart1 = node('serial@200', { 'linux,phandle': cells(2), phandle: cells(2) });
  const bus = node('bus', {}, [uart0, uart1]);
  const aliases = node('aliases', { serial1: strings('/bus/serial@200'), broken: strings('serial1') });
  const tree: DeviceTree = { root: node('', {}, [aliases, bus]), reservations: [], bootCpu: 0 };

  it('finds nodes by path, with and without unit address, and by alias', () => {
    expect(findNode(tree, '/')).toBe(tree.root);
    expect(findNode(tree, '/bus/serial@200')).toBe(uart1);
    expect(findNode(tree, '/bus/serial')).toBe(uart0);
    expect(findNode(tree, '/bus/serial@300')).toBeUndefined();
    expect(findNode(tree, 'serial1:115200n8')).toBe(uart1);
    expect(findNode(tree, 'broken')).toBeUndefined();
    expect(findNode(tree, 'serial9')).toBeUndefined();
    expect(findNode(tree, '/none/serial')).toBeUndefined();
  });

  it('walks parents before children', () => {
    expect([...walk(tree)].map(({ path }) => path)).toEqual(['/', '/aliases', '/bus', '/bus/serial@100', '/bus/serial@200']);
  });

  it('finds phandles and refuses double ones', () => {
    expect(phandleOf(uart1)).toBe(2);
    expect(phandleOf(bus)).toBeUndefined();
    expect(nodesByPhandle(tree, 't').get(1)).toBe(uart0);
    const twice = { ...tree, root: node('', {}, [bus, node('other', { phandle: cells(1) })]) };
    expect(() => nodesByPhandle(twice, 't')).toThrow(/used twice/);
  });
});
