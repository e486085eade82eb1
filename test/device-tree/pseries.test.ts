import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { buildDeviceTree } from '../../src/device-tree/build.js';
import { parseDeviceTree } from '../../src/device-tree/parse.js';
import { cells, readCells, readStrings } from '../../src/device-tree/properties.js';
import { PSERIES_INTERRUPT_CONTROLLER, pseriesDeviceTree, type PseriesDescription } from '../../src/device-tree/pseries.js';
import { findNode, node, nodesByPhandle, walk, type DeviceTree } from '../../src/device-tree/tree.js';
import { pseriesCpu } from '../../src/machines/pseries-cpus.js';

const DTBS = new URL('../../../shared/guests/dtb/', import.meta.url);
const present = existsSync(DTBS);
if (!present) console.warn('skipped: comparing with real device trees needs ../shared/guests/dtb');

const description: PseriesDescription = {
  memoryBytes: 0x40000000,
  bootargs: 'console=hvc0',
  initrd: { start: 0x2c90000, end: 0x2ece95e },
  cpus: 1,
  cpu: pseriesCpu('POWER8', 24),
  rtas: { address: 0x2fff0000, size: 0x1000, tokens: new Map([['power-off', 0x2003], ['display-character', 0x2000]]) },
  uuid: Uint8Array.from({ length: 16 }, (_, n) => n),
}; // prettier-ignore
const property = (tree: DeviceTree, path: string, name: string): Uint8Array | undefined => findNode(tree, path)?.properties.get(name);
const cellsOf = (tree: DeviceTree, path: string, name: string): number[] | undefined => {
  const value = property(tree, path, name);
  return value && readCells(value);
};
const stringsOf = (tree: DeviceTree, path: string, name: string): string[] | undefined => {
  const value = property(tree, path, name);
  return value && readStrings(value);
};

describe('pseriesDeviceTree', () => {
  it('survives flattening, and refers only to phandles that exist', () => {
    const tree = pseriesDeviceTree(description);
    expect(parseDeviceTree(buildDeviceTree(tree), 'pseries')).toEqual(tree);
    const known = nodesByPhandle(tree, 'pseries');
    expect(known.get(PSERIES_INTERRUPT_CONTROLLER)?.name).toBe('interrupt-controller');
    const console = stringsOf(tree, '/chosen', 'linux,stdout-path')?.[0] ?? '';
    expect(findNode(tree, console)).toBe(known.get(cellsOf(tree, '/chosen', 'stdout')?.[0] ?? 0));
  });

  it('has a node for each CPU, whose number is its interrupt server', () => {
    const tree = pseriesDeviceTree({ ...description, cpus: 3 });
    expect(findNode(tree, '/cpus')?.children.map((c) => c.name)).toEqual(['PowerPC,POWER8@0', 'PowerPC,POWER8@1', 'PowerPC,POWER8@2']);
    for (const cpu of [0, 1, 2]) {
      const path = `/cpus/PowerPC,POWER8@${cpu}`;
      expect(cellsOf(tree, path, 'reg')).toEqual([cpu]);
      expect(cellsOf(tree, path, 'ibm,ppc-interrupt-server#s')).toEqual([cpu]);
      expect(cellsOf(tree, path, 'ibm,ppc-interrupt-gserver#s')).toEqual([cpu, 0]);
    }
    expect(cellsOf(tree, '/interrupt-controller', 'ibm,interrupt-server-ranges')).toEqual([0, 3]);
    expect(cellsOf(tree, '/rtas', 'ibm,lrdr-capacity')?.at(-1)).toBe(3);
  });

  it('tells memory, page table, RTAS, initrd, command line', () => {
    const tree = pseriesDeviceTree(description);
    expect(cellsOf(tree, '/memory@0', 'reg')).toEqual([0, 0, 0, 0x40000000]);
    expect(cellsOf(tree, '/cpus/PowerPC,POWER8@0', 'ibm,pft-size')).toEqual([0, 24]);
    expect([cellsOf(tree, '/rtas', 'power-off'), cellsOf(tree, '/rtas', 'display-character')]).toEqual([[0x2003], [0x2000]]);
    expect([cellsOf(tree, '/rtas', 'linux,rtas-base'), cellsOf(tree, '/rtas', 'rtas-size')]).toEqual([[0x2fff0000], [0x1000]]);
    expect([cellsOf(tree, '/chosen', 'linux,initrd-start'), cellsOf(tree, '/chosen', 'linux,initrd-end')]).toEqual([
      [0x2c90000],
      [0x2ece95e],
    ]);
    expect(stringsOf(tree, '/chosen', 'bootargs')).toEqual(['console=hvc0']);
    expect(tree.reservations).toEqual([{ address: 0x2fff0000n, size: 0x1000n }, { address: 0x2c90000n, size: 0x23e95en }]); // prettier-ignore
    expect(stringsOf(tree, '/', 'vm,uuid')).toEqual(['00010203-0405-0607-0809-0a0b0c0d0e0f']);
  });

  it('leaves out what was not given', () => {
    const rest = { ...description, bootargs: undefined, initrd: undefined };
    const tree = pseriesDeviceTree(rest);
    for (const name of ['bootargs', 'linux,initrd-start', 'rng-seed']) expect(property(tree, '/chosen', name)).toBeUndefined();
    expect(property(pseriesDeviceTree({ ...rest, randomSeed: Uint8Array.of(1) }), '/chosen', 'rng-seed')).toEqual(Uint8Array.of(1));
    expect(tree.reservations.length).toBe(1);
    expect(findNode(tree, '/hypervisor')).toBeUndefined();
  });

  it('tells firmware where the kernel is, and its byte order', () => {
    const kernel = { address: 0x410000, size: 0x12b0000 };
    const little = pseriesDeviceTree({ ...description, firmware: { kernel: { ...kernel, littleEndian: true } } });
    expect(cellsOf(little, '/chosen', 'qemu,boot-kernel')).toEqual([0, 0x410000, 0, 0x12b0000]);
    expect(property(little, '/chosen', 'qemu,boot-kernel-le')?.length).toBe(0);
    const big = pseriesDeviceTree({ ...description, firmware: { kernel: { ...kernel, littleEndian: false } } });
    expect(property(big, '/chosen', 'qemu,boot-kernel-le')).toBeUndefined();
    for (const tree of [pseriesDeviceTree(description), pseriesDeviceTree({ ...description, firmware: {} })]) {
      expect(property(tree, '/chosen', 'qemu,boot-kernel')).toBeUndefined();
    }
  });

  it('takes buses and virtual devices of others', () => {
    const tree = pseriesDeviceTree({ ...description, buses: [node('pci@800000020000000')], virtualDevices: [node('l-lan@71000002', { reg: cells(0x71000002) })] });
    expect([findNode(tree, '/pci')?.name, findNode(tree, '/vdevice/l-lan')?.name]).toEqual(['pci@800000020000000', 'l-lan@71000002']);
  }); // prettier-ignore

  it('describes page sizes as kernels read them: base, encoding, number of sizes, sizes with encodings', () => {
    const words = cellsOf(pseriesDeviceTree(description), '/cpus/PowerPC,POWER8@0', 'ibm,segment-page-sizes') ?? [];
    const sizes = [];
    for (let k = 0; k < words.length; k += 3 + 2 * words[k + 2]!) {
      sizes.push({ base: words[k], slb: words[k + 1], actual: words.slice(k + 3, k + 3 + 2 * words[k + 2]!) });
    }
    expect(sizes).toEqual([
      { base: 12, slb: 0, actual: [12, 0] },
      { base: 16, slb: 0x110, actual: [16, 1] },
      { base: 24, slb: 0x100, actual: [24, 0] },
    ]);
  });

  it.each([0, 4095, 2 ** 30 + 1, NaN])('refuses %d bytes of memory', (memoryBytes) => {
    expect(() => pseriesDeviceTree({ ...description, memoryBytes })).toThrow(ConfigError);
  });
});

describe.skipIf(!present)('beside the reference', () => {
  // What direct-ps.dtb is a tree of: the reference's machine with a kernel that was started directly.
  const reference = present ? parseDeviceTree(readFileSync(new URL('direct-ps.dtb', DTBS)), 'reference') : undefined;
  /** Deliberately different: names of the emulator, negotiation of options, dynamic reconfiguration, and what is not offered. */
  const different = new Set([
    ...[
      '/ model',
      '/ compatible',
      '/ vm,uuid',
      '/chosen stdout',
      '/chosen ibm,architecture-vec-5',
      '/chosen ibm,arch-vec-5-platform-support',
    ],
    ...['/rtas ibm,hypertas-functions', '/rtas rtas-size', '/rtas ibm,lrdr-capacity', '/rtas ibm,change-msix-capable'],
    ...['/cpus/PowerPC,POWER8@0 ibm,pft-size', '/cpus/PowerPC,POWER8@0 ibm,segment-page-sizes', '/memory@0 available'],
  ]);
  const isLeftOut = (path: string, name: string): boolean =>
    /phandle$|^ibm,(my-)?drc-|^qemu,|associativity|numa|^ibm,#?dma|^interrupts$|^ibm,associativity/.test(name) ||
    (path === '/rtas' && name in OTHERS) ||
    /^\/(event-sources|ibm,persistent-memory|pci@)/.test(path);
  /** RTAS functions of PCI buses, which register their own, and of what is not offered: hot plugging, firmware-assisted NMI, suspension. */
  const OTHERS: Record<string, true> = Object.fromEntries(
    [...(reference ? (findNode(reference, '/rtas')?.properties.keys() ?? []) : [])]
      .filter((name) => /^ibm,|pci-config|sensor|power-level|indicator|nvram|quiesce|event-scan|check-exception|stop-self|cpu|system-reboot|power-off|time-of-day|display/.test(name))
      .filter((name) => !name.startsWith('ibm,lrdr') && !name.startsWith('ibm,extended'))
      .map((name) => [name, true as const]),
  ); // prettier-ignore

  it('says the same of everything that both have', () => {
    const ours = pseriesDeviceTree(description);
    let compared = 0;
    for (const { path, node: theirs } of walk(reference!)) {
      for (const [name, value] of theirs.properties) {
        if (isLeftOut(path, name) || different.has(`${path} ${name}`)) continue;
        expect(property(ours, path, name), `${path} ${name}`).toEqual(value);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('offers no group of hypercalls that the reference has not', () => {
    const groups = new Set(stringsOf(reference!, '/rtas', 'ibm,hypertas-functions'));
    for (const group of stringsOf(pseriesDeviceTree(description), '/rtas', 'ibm,hypertas-functions') ?? []) expect(groups).toContain(group);
  });
});
