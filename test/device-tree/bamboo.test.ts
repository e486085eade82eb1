import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { bambooDeviceTree } from '../../src/device-tree/bamboo.js';
import { buildDeviceTree } from '../../src/device-tree/build.js';
import { parseDeviceTree } from '../../src/device-tree/parse.js';
import { readCells, readStrings } from '../../src/device-tree/properties.js';
import { findNode, nodesByPhandle, walk } from '../../src/device-tree/tree.js';

const DTBS = new URL('../../../shared/guests/dtb/', import.meta.url);
const present = existsSync(DTBS);
if (!present) console.warn('skipped: comparing with real device trees needs ../shared/guests/dtb');

const description = {
  memoryBytes: 0x8000000,
  bootargs: 'console=ttyS0 lsdev dumpfdt',
  initrd: { start: 0x1900000, end: 0x1ae641e },
  timebaseHz: 400_000_000,
  clockHz: 400_000_000,
};

describe('bambooDeviceTree', () => {
  it('survives flattening, and refers only to phandles that exist', () => {
    const tree = bambooDeviceTree({ ...description, hypervisor: { hcallInstructions: [0x44000022] } });
    expect(parseDeviceTree(buildDeviceTree(tree), 'bamboo')).toEqual(tree);
    const known = nodesByPhandle(tree, 'bamboo');
    for (const { node } of walk(tree)) {
      const parent = node.properties.get('interrupt-parent');
      if (parent) expect(known.get(readCells(parent)?.[0] ?? 0)?.name).toBe('interrupt-controller0');
    }
    const consolePath = readStrings(findNode(tree, '/chosen')?.properties.get('stdout-path') ?? new Uint8Array(0))?.[0] ?? '';
    expect(findNode(tree, consolePath)?.name).toBe('serial@ef600300');
    expect(readStrings(findNode(tree, '/hypervisor')?.properties.get('compatible') ?? new Uint8Array(0))).toEqual(['linux,kvm']);
  });

  it('leaves out what the machine has not', () => {
    const tree = bambooDeviceTree({ memoryBytes: 4096, timebaseHz: 1, clockHz: 1, pci: false });
    expect(findNode(tree, '/plb/pci')).toBeUndefined();
    expect(findNode(tree, '/hypervisor')).toBeUndefined();
    expect(findNode(tree, '/chosen')?.properties.has('linux,initrd-start')).toBe(false);
  });

  it.each([0, 4095, 2 ** 31 + 4096, NaN])('refuses %d bytes of memory', (memoryBytes) => {
    expect(() => bambooDeviceTree({ ...description, memoryBytes })).toThrow(ConfigError);
  });
});

describe.skipIf(!present)('real device trees', () => {
  it.each(present ? readdirSync(DTBS).filter((name) => name.endsWith('.dtb')) : [])('%s survives parsing and building', (name) => {
    const tree = parseDeviceTree(readFileSync(new URL(name, DTBS)), name);
    expect(parseDeviceTree(buildDeviceTree(tree), name)).toEqual(tree);
    nodesByPhandle(tree, name);
  });

  it('says of each device what the reference says', () => {
    const reference = parseDeviceTree(readFileSync(new URL('bamboo-m128-linux.dtb', DTBS)), 'reference');
    const ours = bambooDeviceTree(description);
    // A speed of 0 for the second UART makes a guest divide by zero.
    const deliberate = new Set(['/plb/opb/serial@ef600400 current-speed']);
    const notEmulated = new Set(['sdram', 'dma', 'i2c@ef600700', 'i2c@ef600800', 'emac-zmii@ef600d00']);
    for (const { path, node } of walk(reference)) {
      const same = findNode(ours, path);
      if (notEmulated.has(node.name)) {
        expect(same, path).toBeUndefined();
        continue;
      }
      for (const [name, value] of node.properties) {
        if (!deliberate.has(`${path} ${name}`)) expect(same?.properties.get(name), `${path} ${name}`).toEqual(value);
      }
    }
  });
});
