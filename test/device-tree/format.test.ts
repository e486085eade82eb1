import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { buildDeviceTree } from '../../src/device-tree/build.js';
import { parseDeviceTree } from '../../src/device-tree/parse.js';
import { cells, empty, strings } from '../../src/device-tree/properties.js';
import { node } from '../../src/device-tree/tree.js';
import type { DeviceTree, DeviceTreeNode } from '../../src/device-tree/tree.js';

const nodeName = fc.stringMatching(/^[a-z][a-z0-9,._+-]{0,8}(@[0-9a-f]{1,8})?$/);
const propertyName = fc.stringMatching(/^[a-z#][a-zA-Z0-9,._+?#-]{0,12}$/);
const properties = fc.array(fc.tuple(propertyName, fc.uint8Array({ maxLength: 20 })), { maxLength: 5 }).map((entries) => new Map(entries));
const children: fc.Arbitrary<DeviceTreeNode[]> = fc.letrec<{ node: DeviceTreeNode; nodes: DeviceTreeNode[] }>((tie) => ({
  nodes: fc.array(tie('node'), { maxLength: 3, depthIdentifier: 'tree' }),
  node: fc.record({
    name: nodeName,
    properties,
    children: fc.oneof({ depthIdentifier: 'tree', maxDepth: 4 }, fc.constant<DeviceTreeNode[]>([]), tie('nodes')),
  }),
})).nodes;
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const trees: fc.Arbitrary<DeviceTree> = fc.record({
  root: fc.record({ name: fc.constant(''), properties, children }),
  reservations: fc.array(fc.record({ address: uint64, size: uint64.filter((size) => size !== 0n) }), { maxLength: 3 }),
  bootCpu: fc.nat(0xffffffff),
});

const SMALL: DeviceTree = {
  root: node('', { compatible: strings('a,b', 'c'), flag: empty() }, [
    node('cpus', { '#size-cells': cells(0) }, [node('cpu@0', { reg: cells(0) })]),
  ]),
  reservations: [{ address: 0x1000n, size: 0x234n }],
  bootCpu: 3,
};

describe('round trip', () => {
  it('parse(build(tree)) is the tree', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(parseDeviceTree(buildDeviceTree(tree), 't')).toEqual(tree);
      }),
      { numRuns: 300 },
    );
  });

  it('works on a view that starts at an odd offset of a larger buffer', () => {
    const bytes = buildDeviceTree(SMALL);
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 5);
    expect(parseDeviceTree(larger.subarray(5), 't')).toEqual(SMALL);
  });
});

it('copies values, out of a Node Buffer too', () => {
  const file = Buffer.from(buildDeviceTree(SMALL));
  const tree = parseDeviceTree(file, 't');
  file.fill(0xff);
  expect(tree).toEqual(SMALL);
});

describe('buildDeviceTree', () => {
  it('lays the blocks out as the specification says', () => {
    const tree: DeviceTree = { root: node('', { a: cells(7) }, [node('b', { a: Uint8Array.of(9) })]), reservations: [], bootCpu: 0 };
    const structure = [1, 0, 3, 4, 0, 7, 1, 0x62000000, 3, 1, 0, 0x09000000, 2, 2, 9];
    const size = 56 + structure.length * 4 + 2;
    const header = [0xd00dfeed, size, 56, 56 + structure.length * 4, 40, 17, 16, 0, 2, structure.length * 4];
    const expected = new Uint8Array([...cells(...header, 0, 0, 0, 0, ...structure), 0x61, 0]);
    expect(buildDeviceTree(tree)).toEqual(expected);
  });

  const deep = (levels: number): DeviceTreeNode => (levels === 0 ? node('leaf') : node('n', {}, [deep(levels - 1)]));
  it.each<[string, Partial<DeviceTree>]>([
    ['a node without a name', { root: node('', {}, [node('')]) }],
    ['a node name with a slash', { root: node('', {}, [node('a/b')]) }],
    ['a named root', { root: node('root') }],
    ['a property name with a blank', { root: node('', { 'a b': empty() }) }],
    ['a property name that is too long', { root: node('', { ['x'.repeat(256)]: empty() }) }],
    ['nesting without end', { root: node('', {}, [deep(70)]) }],
    ['a negative reservation', { reservations: [{ address: -1n, size: 1n }] }],
    ['a reservation that reads as the end', { reservations: [{ address: 0n, size: 0n }] }],
    ['a boot CPU of more than 32 bits', { bootCpu: 2 ** 32 }],
  ])('refuses %s', (_, change) => {
    expect(() => buildDeviceTree({ ...SMALL, ...change })).toThrow(ConfigError);
  });
});

describe('parseDeviceTree', () => {
  const BYTES = buildDeviceTree(SMALL);
  const spoiled = (...words: [offset: number, value: number][]): Uint8Array => {
    const bytes = BYTES.slice();
    for (const [offset, value] of words) new DataView(bytes.buffer).setUint32(offset, value);
    return bytes;
  };
  const structure = new DataView(BYTES.buffer).getUint32(8);

  it('reads version 16, which lacks the structure size', () => {
    expect(parseDeviceTree(spoiled([20, 16], [36, 0xffffffff]), 't')).toEqual(SMALL);
  });

  it('skips NOP tokens', () => {
    const tree: DeviceTree = { root: node('', { a: empty() }), reservations: [], bootCpu: 0 };
    const bytes = buildDeviceTree(tree);
    bytes.set(cells(4, 4, 4), 56 + 8);
    expect(parseDeviceTree(bytes, 't').root.properties.size).toBe(0);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < BYTES.length; length++) expect(() => parseDeviceTree(BYTES.slice(0, length), 't')).toThrow(ConfigError);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['bad magic', spoiled([0, 0xd00dfeee]), /not a flattened/],
    ['an old version', spoiled([20, 15]), /version 15/],
    ['a version that readers of 17 do not know', spoiled([20, 18], [24, 18]), /version 18/],
    ['a total size beyond the file', spoiled([4, BYTES.length + 1]), /truncated/],
    ['a total size below the header', spoiled([4, 39]), /smaller than its header/],
    ['a misaligned structure block', spoiled([8, structure + 1], [36, 8]), /not aligned/],
    ['a structure block beyond the tree', spoiled([36, 0x7ffffff0]), /structure block reaches beyond/],
    ['strings beyond the tree', spoiled([32, 0xffffffff]), /strings block reaches beyond/],
    ['strings over the structure', spoiled([12, structure]), /overlap/],
    ['reservations in the header', spoiled([16, 8]), /misplaced/],
    ['reservations without end', spoiled([16, (BYTES.length & ~7) - 8]), /has no end/],
    ['no root node', spoiled([structure, 3]), /does not start with the root/],
    ['a name on the root', spoiled([structure + 4, 0x61000000]), /no node name/],
    ['an unknown token', spoiled([structure + 8, 5]), /unexpected token 5/],
    ['the end inside a node', spoiled([structure + 8, 9]), /unexpected token 9/],
    ['a property longer than the tree', spoiled([structure + 12, 0xfffffff0]), /truncated/],
    ['a property name outside the strings', spoiled([structure + 16, 0x10000000]), /not in the strings block/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseDeviceTree(bytes, 'board.dtb')).toThrow(ConfigError);
    expect(() => parseDeviceTree(bytes, 'board.dtb')).toThrow(message);
    expect(() => parseDeviceTree(bytes, 'board.dtb')).toThrow(/^board\.dtb: /);
  });

  const handmade = (strings: string, ...words: number[]): Uint8Array => {
    const size = 56 + words.length * 4;
    const text = [...strings].map((character) => character.charCodeAt(0));
    const header = [0xd00dfeed, size + text.length, 56, size, 40, 17, 16, 0, text.length, words.length * 4, 0, 0, 0, 0];
    return new Uint8Array([...cells(...header, ...words), ...text]);
  };
  it.each<[string, Uint8Array, RegExp]>([
    ['a property twice', handmade('a\0', 1, 0, 3, 0, 0, 3, 0, 0, 2, 9), /defined twice/],
    ['a property behind a child', handmade('a\0', 1, 0, 1, 0x62000000, 2, 3, 0, 0, 2, 9), /follows a child/],
    ['an unterminated property name', handmade('abc', 1, 0, 3, 0, 0, 2, 9), /unterminated/],
    ['a property name that is too long', handmade(`${'a'.repeat(256)}\0`, 1, 0, 3, 0, 0, 2, 9), /too long/],
    ['an unterminated node name', handmade('a\0', 1, 0, 1, 0x61616161), /unterminated/],
    ['a second root', handmade('', 1, 0, 2, 1, 0, 2, 9), /follows the root/],
    ['a slash in a node name', handmade('', 1, 0, 1, 0x612f0000, 2, 2, 9), /no node name/],
    [
      'nesting without end',
      handmade('', 1, 0, ...Array.from({ length: 2000 }, (_, index) => (index % 2 ? 0x61000000 : 1))),
      /nested deeper/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseDeviceTree(bytes, 't')).toThrow(ConfigError);
    expect(() => parseDeviceTree(bytes, 't')).toThrow(message);
  });
});
