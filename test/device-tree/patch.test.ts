import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { patchDeviceTree } from '../../src/device-tree/patch.js';
import type { DeviceTreePatch } from '../../src/device-tree/patch.js';
import { cells, doubleCells, empty, strings } from '../../src/device-tree/properties.js';
import { findNode, node } from '../../src/device-tree/tree.js';
import type { DeviceTree } from '../../src/device-tree/tree.js';

function board(addressCells = 2, sizeCells = 2): DeviceTree {
  const cpu = (index: number): ReturnType<typeof node> =>
    node(`cpu@${index}`, { device_type: strings('cpu'), 'timebase-frequency': index ? doubleCells(5) : cells(5) });
  return {
    root: node('', { '#address-cells': cells(addressCells), '#size-cells': cells(sizeCells) }, [
      node('cpus', {}, [cpu(0), cpu(1), node('l2-cache')]),
      node('memory@0', { device_type: strings('memory'), reg: empty() }),
      node('memory@10000000', { device_type: strings('memory'), reg: empty() }),
    ]),
    reservations: [],
    bootCpu: 0,
  };
}

const patched = (patch: DeviceTreePatch, tree = board()): DeviceTree => {
  patchDeviceTree(tree, patch, 't');
  return tree;
};
const value = (tree: DeviceTree, path: string, property: string): Uint8Array | undefined => findNode(tree, path)?.properties.get(property);

describe('patchDeviceTree', () => {
  it('leaves the tree alone when there is nothing to say', () => {
    expect(patched({})).toEqual(board());
  });

  it('tells all of memory in one node, in the cells of the tree', () => {
    const tree = patched({ memoryBytes: 0x1_2000_0000 });
    expect(value(tree, '/memory@0', 'reg')).toEqual(cells(0, 0, 1, 0x20000000));
    expect(findNode(tree, '/memory@10000000')).toBeUndefined();
    expect(value(patched({ memoryBytes: 4096 }, board(1, 1)), '/memory@0', 'reg')).toEqual(cells(0, 4096));
    const bare: DeviceTree = { root: node(''), reservations: [], bootCpu: 0 };
    expect(value(patched({ memoryBytes: 4096 }, bare), '/memory', 'reg')).toEqual(cells(0, 0, 4096));
  });

  it('sets frequencies of CPUs only, keeping their width', () => {
    const tree = patched({ timebaseHz: 1000, clockHz: 2000 });
    expect(value(tree, '/cpus/cpu@0', 'timebase-frequency')).toEqual(cells(1000));
    expect(value(tree, '/cpus/cpu@1', 'timebase-frequency')).toEqual(doubleCells(1000));
    expect(value(tree, '/cpus/cpu@1', 'clock-frequency')).toEqual(cells(2000));
    expect(findNode(tree, '/cpus/l2-cache')?.properties.size).toBe(0);
  });

  it('sets and removes command line and initrd', () => {
    const tree = patched({ bootargs: 'quiet', initrd: { start: 0x100, end: 0x200 } });
    expect(value(tree, '/chosen', 'bootargs')).toEqual(strings('quiet'));
    expect(value(tree, '/chosen', 'linux,initrd-start')).toEqual(cells(0x100));
    expect(value(tree, '/chosen', 'linux,initrd-end')).toEqual(cells(0x200));
    patched({ bootargs: null, initrd: null }, tree);
    expect(findNode(tree, '/chosen')?.properties.size).toBe(0);
    expect(value(patched({ initrd: { start: 0x100, end: 0x1_0000_0000 } }), '/chosen', 'linux,initrd-start')).toEqual(doubleCells(0x100));
  });

  it('offers and withdraws the paravirtual interface', () => {
    const tree = patched({ hypervisor: { hcallInstructions: [0x44000022, 0x60000000] } });
    expect(findNode(tree, '/hypervisor')).toEqual(
      node('hypervisor', { compatible: strings('linux,kvm'), 'hcall-instructions': cells(0x44000022, 0x60000000), 'has-idle': empty() }),
    );
    patched({ hypervisor: { hcallInstructions: [1], idle: false } }, tree);
    expect(value(tree, '/hypervisor', 'hcall-instructions')).toEqual(cells(1));
    expect(value(tree, '/hypervisor', 'has-idle')).toBeUndefined();
    patched({ hypervisor: null }, tree);
    expect(findNode(tree, '/hypervisor')).toBeUndefined();
  });

  it.each<[string, DeviceTreePatch, DeviceTree]>([
    ['memory beyond its cells', { memoryBytes: 2 ** 32 }, board(2, 1)],
    ['no memory', { memoryBytes: 0 }, board()],
    ['cells that are neither 1 nor 2', { memoryBytes: 4096 }, board(100)],
    ['a tree without CPUs', { timebaseHz: 1 }, { ...board(), root: node('') }],
    ['a timebase that stands', { timebaseHz: 0 }, board()],
    ['a clock that does not fit', { clockHz: 2 ** 32 }, board()],
    ['an empty initrd', { initrd: { start: 5, end: 5 } }, board()],
    ['five hypercall instructions', { hypervisor: { hcallInstructions: [1, 2, 3, 4, 5] } }, board()],
    ['a NUL in the command line', { bootargs: 'a\0' }, board()],
  ])('refuses %s', (_, patch, tree) => {
    expect(() => patched(patch, tree)).toThrow(ConfigError);
  });
});
