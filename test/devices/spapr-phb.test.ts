import { beforeEach, describe, expect, it } from 'vitest';
import type { AccessSize } from '../../src/bus/device.js';
import { swapBytes } from '../../src/bus/byte-order.js';
import { PhysicalBus } from '../../src/bus/physical-bus.js';
import { spaprPhbNode } from '../../src/device-tree/spapr-phb.js';
import { readCells, readStrings } from '../../src/device-tree/properties.js';
import { SourceRow } from '../../src/devices/pci/message-sources.js';
import { MsiX } from '../../src/devices/pci/msi-x.js';
import { PciBus } from '../../src/devices/pci/pci-bus.js';
import type { PciFunction } from '../../src/devices/pci/pci-bus.js';
import { PciConfigSpace } from '../../src/devices/pci/pci-config-space.js';
import { SPAPR_PHB_LAYOUT, SpaprPhb, swizzledLine } from '../../src/devices/pci/spapr-phb.js';
import { ProbeLine } from '../support/probe-line.js';
import { ProbeLog } from '../support/probe-log.js';

const { IO, MEMORY32, MEMORY64 } = SPAPR_PHB_LAYOUT;
const BUID = [0x08000000, 0x20000000] as const;
const FIRST_MESSAGE = 0x1300;
const PARAMETER_ERROR = -3;
const HARDWARE_ERROR = -1;

class TestFunction implements PciFunction {
  readonly config = new PciConfigSpace({ vendorId: 0x1af4, deviceId: 0x1041, classCode: 0x020000, revisionId: 1, subsystemVendorId: 0x1af4, subsystemId: 0x41, interruptPin: 1 }, [
    { kind: 'io', size: 64 },
    { kind: 'memory', size: 4096 },
    { kind: 'memory', size: 2 ** 20 },
    undefined,
    { kind: 'memory', size: 16384, wide: true, prefetchable: true },
  ]); // prettier-ignore
  readonly msiX: MsiX;
  readonly accesses: string[] = [];
  constructor(
    readonly name: string,
    send: (address: number, data: number) => void,
  ) {
    this.msiX = new MsiX(this.config, 3, { bar: 1, tableOffset: 0, pendingOffset: 0x800 }, send);
  }
  readBar(bar: number, offset: number, size: AccessSize): number {
    this.accesses.push(`r${size} ${bar}+${offset}`);
    return 0x11223344 >>> (8 * (4 - size));
  }
  writeBar(bar: number, offset: number, size: AccessSize, value: number): void {
    this.accesses.push(`w${size} ${bar}+${offset}=${value.toString(16)}`);
  }
  reset(): void {
    this.msiX.reset();
  }
}

let lines: ProbeLine[];
let raised: number[];
let phb: SpaprPhb;
let bus: PhysicalBus;
let functions: TestFunction[];
let call: (name: string, ...args: number[]) => readonly number[];
beforeEach(() => {
  lines = Array.from({ length: 4 }, () => new ProbeLine());
  raised = [];
  const sources = Array.from({ length: 8 }, (_, k) => ({ raise: () => raised.push(FIRST_MESSAGE + k) }));
  const pci = new PciBus((device, pin) => lines[swizzledLine(device, pin)]);
  phb = new SpaprPhb('PCI bridge', pci, new SourceRow(FIRST_MESSAGE, sources));
  functions = ['net0', 'net1', 'net2'].map((name) => new TestFunction(name, (address, data) => phb.takeMessage(address, data)));
  functions.forEach((fn, k) => phb.attach(fn, k, fn.msiX));
  bus = new PhysicalBus(new ProbeLog());
  bus.attach(phb.io, IO.physical, IO.size);
  bus.attach(phb.memory32, MEMORY32.physical, MEMORY32.size);
  bus.attach(phb.memory64, MEMORY64.physical, MEMORY64.size);
  bus.reset();
  call = (name, ...args) => phb.rtasFunctions[name](args);
});

describe('configuration space by RTAS', () => {
  it('is read and written in every width, by both kinds of calls', () => {
    expect(call('ibm,read-pci-config', 0, ...BUID, 4)).toEqual([0, 0x10411af4]);
    expect(call('ibm,read-pci-config', 2, ...BUID, 2)).toEqual([0, 0x1041]);
    expect(call('read-pci-config', 0x0b, 1)).toEqual([0, 2]);
    expect(call('ibm,write-pci-config', 0x0804, ...BUID, 2, 6)).toEqual([0]);
    expect([functions[1].config.command, functions[0].config.command]).toEqual([6, 0]);
    expect(call('write-pci-config', 0x103c, 1, 0x55)).toEqual([0]);
    expect(functions[2].config.read(0x3c, 1)).toBe(0x55);
  });

  it.each([
    ['an empty slot', 0x1800, 4],
    ['another function', 0x0100, 4],
    ['another bus', 0x10000, 4],
    ['half a word across words', 3, 2],
    ['an access of three bytes', 0, 3],
    ['registers of PCI Express', 0x10000000, 4],
  ])('has nothing at %s', (_name, address, size) => {
    expect(call('ibm,read-pci-config', address, ...BUID, size)).toEqual([PARAMETER_ERROR, 0xffffffff]);
    expect(call('ibm,write-pci-config', address, ...BUID, size, 0)).toEqual([PARAMETER_ERROR]);
  });

  it('is not that of another bridge', () => {
    expect(call('ibm,read-pci-config', 0, BUID[0], BUID[1] + 1, 4)[0]).toBe(PARAMETER_ERROR);
    expect(call('ibm,write-pci-config', 0, 0, BUID[1], 4, 0)[0]).toBe(PARAMETER_ERROR);
  });
});

describe('the windows', () => {
  it('lead to the functions, little-endian, where reset put them', () => {
    const slots = phb.slots();
    const bars = slots[1].bars;
    for (const { index, address, wide } of bars) {
      expect(functions[1].config.read(0x10 + 4 * index, 4) & ~0xf).toBe((address % 2 ** 32) & ~0xf);
      if (wide) expect(functions[1].config.read(0x14 + 4 * index, 4)).toBe(Math.floor(address / 2 ** 32));
    }
    const memory = bars[1].address - MEMORY32.pci + MEMORY32.physical;
    expect(bus.read(memory, 4)).toBe(0xffffffff);
    call('ibm,write-pci-config', 0x0804, ...BUID, 2, 3);
    expect(bus.read(memory + 8, 4)).toBe(0x44332211);
    expect(bus.read(bars[3].address + 4, 2)).toBe(swapBytes(0x1122, 2));
    bus.write(IO.physical + bars[0].address + 1, 1, 0x77);
    bus.write(bars[3].address, 8, 0x01020304, 0x05060708);
    expect(functions[1].accesses).toEqual(['r4 1+8', 'r2 4+4', 'w1 0+1=77', 'w4 4+0=8070605', 'w4 4+4=4030201']);
  });

  it('hold all functions apart, each at a multiple of its size and in pages of its own', () => {
    const bars = phb.slots().flatMap((slot) => slot.bars);
    expect(bars).toHaveLength(12);
    for (const bar of bars) {
      expect(bar.address % bar.size).toBe(0);
      if (bar.space === 'memory') expect(bar.address % 0x10000).toBe(0);
      const clash = bars.filter(
        (o) => o !== bar && o.space === bar.space && bar.address < o.address + o.size && o.address < bar.address + bar.size,
      );
      expect(clash).toEqual([]);
    }
  });
});

describe('interrupt lines', () => {
  it('differ between neighbouring slots', () => {
    expect([swizzledLine(0, 1), swizzledLine(1, 1), swizzledLine(2, 1), swizzledLine(3, 2)]).toEqual([0, 1, 2, 0]);
  });
});

describe('interrupt messages by RTAS', () => {
  const change = (slot: number, kind: number, count: number): readonly number[] =>
    call('ibm,change-msi', slot << 11, ...BUID, kind, count, 5);
  const query = (slot: number, which: number): readonly number[] => call('ibm,query-interrupt-source-number', slot << 11, ...BUID, which);
  const enable = (fn: TestFunction): void => {
    let at = fn.config.read(0x34, 1);
    while (fn.config.read(at, 1) !== 0x11) at = fn.config.read(at + 1, 1);
    fn.config.write(at + 2, 2, 0x8000);
    for (let vector = 0; vector < 3; vector++) fn.msiX.write(16 * vector + 12, 4, 0);
  };

  it('are given out, told, sent and taken back', () => {
    expect(change(0, 4, 3)).toEqual([0, 3, 6, 4]);
    expect(change(1, 0, 2)).toEqual([0, 2, 6, 4]);
    expect([0, 1, 2, 3].map((which) => query(0, which))).toEqual([[0, 0x1300, 1], [0, 0x1301, 1], [0, 0x1302, 1], [PARAMETER_ERROR, 0, 0]]); // prettier-ignore
    expect(query(1, 1)).toEqual([0, 0x1304, 1]);
    functions.forEach(enable);
    functions[0].msiX.raise(2);
    functions[1].msiX.raise(0);
    expect(raised).toEqual([0x1302, 0x1303]);
    expect(change(0, 4, 0)).toEqual([0, 0, 6, 4]);
    functions[0].msiX.raise(2);
    expect([raised.length, query(0, 0)[0]]).toEqual([2, PARAMETER_ERROR]);
    expect(change(2, 4, 3)).toEqual([0, 3, 6, 4]);
    expect(query(2, 0)).toEqual([0, 0x1300, 1]);
    expect(change(1, 1, 0)).toEqual([0, 0, 6, 4]);
    expect(query(1, 0)[0]).toBe(PARAMETER_ERROR);
  });

  it('are no more than a function can use and the machine has', () => {
    expect(change(0, 4, 100)).toEqual([0, 3, 6, 4]);
    expect(change(1, 4, 3)[1]).toBe(3);
    expect(change(2, 4, 3)).toEqual([HARDWARE_ERROR, 0, 0, 0]);
    expect(change(2, 4, 2)[1]).toBe(2);
  });

  it('are not for empty slots, plain MSI or other bridges', () => {
    expect(change(9, 4, 1)[0]).toBe(PARAMETER_ERROR);
    expect(change(0, 3, 1)[0]).toBe(PARAMETER_ERROR);
    expect(call('ibm,change-msi', 0, 0, 0, 4, 1, 0)[0]).toBe(PARAMETER_ERROR);
  });

  it('reach only sources that were given out', () => {
    change(0, 4, 3);
    enable(functions[0]);
    functions[0].msiX.write(8, 4, 0x1307);
    functions[0].msiX.raise(0);
    phb.takeMessage(0x1000, 0x1300);
    expect(raised).toEqual([]);
  });

  it('are given back by reset', () => {
    change(0, 4, 3);
    bus.reset();
    expect(query(0, 0)[0]).toBe(PARAMETER_ERROR);
    expect([change(0, 4, 3)[1], change(1, 4, 3)[1], change(2, 4, 2)[1]]).toEqual([3, 3, 2]);
  });
});

describe('a row of sources', () => {
  it('finds gaps', () => {
    const row = new SourceRow(
      10,
      Array.from({ length: 6 }, () => ({ raise: () => undefined })),
    );
    expect([row.allocate(2), row.allocate(2), row.allocate(2), row.allocate(1)]).toEqual([10, 12, 14, undefined]);
    row.release(12, 2);
    expect([row.allocate(3), row.allocate(1), row.allocate(1)]).toEqual([undefined, 12, 13]);
  });
});

describe('the device tree', () => {
  it('shows the bridge as a logical one', () => {
    const tree = spaprPhbNode({ slots: phb.slots(), interruptController: 7, firstLine: 0x1200, messages: 8 });
    const cellsOf = (name: string): number[] => readCells(tree.properties.get(name)!)!;
    expect(tree.name).toBe('pci@800000020000000');
    expect(readStrings(tree.properties.get('compatible')!)).toEqual(['IBM,Logical_PHB']);
    expect(cellsOf('reg')).toEqual([...BUID, 0, 0]);
    expect(cellsOf('ranges')).toEqual([
      ...[0x01000000, 0, 0, 0x80, 0, 0, 0x10000],
      ...[0x02000000, 0, 0x80000000, 0x80, 0x80000000, 0, 0x80000000],
      ...[0x03000000, 0x90, 0, 0x90, 0, 0x10, 0],
    ]);
    const map = cellsOf('interrupt-map');
    expect(map).toHaveLength(32 * 4 * 7);
    expect(map.slice(0, 7)).toEqual([0, 0, 0, 1, 7, 0x1200, 1]);
    expect(map.slice(4 * 7, 5 * 7)).toEqual([0x800, 0, 0, 1, 7, 0x1201, 1]);
    expect(cellsOf('ibm,dma-window')).toEqual([0x80000000, 0, 0, 0, 0x40000000]);
  });

  it('shows each function with the addresses that its registers have', () => {
    const { children } = spaprPhbNode({ slots: phb.slots(), interruptController: 7, firstLine: 0x1200, messages: 8 });
    expect(children.map(({ name }) => name)).toEqual(['ethernet@0', 'ethernet@1', 'ethernet@2']);
    const cellsOf = (name: string): number[] => readCells(children[2].properties.get(name)!)!;
    expect([cellsOf('vendor-id'), cellsOf('device-id'), cellsOf('class-code'), cellsOf('interrupts'), cellsOf('ibm,req#msi-x')]).toEqual([[0x1af4], [0x1041], [0x020000], [1], [3]]); // prettier-ignore
    const bars = phb.slots()[2].bars;
    const assigned = cellsOf('assigned-addresses');
    expect(assigned).toHaveLength(20);
    expect([0, 5, 10, 15].map((at) => assigned[at])).toEqual([0x81001010, 0x82001014, 0x82001018, 0xc3001020]);
    bars.forEach(({ address, size }, k) => {
      expect(assigned.slice(5 * k + 1, 5 * k + 5)).toEqual([Math.floor(address / 2 ** 32), address % 2 ** 32, 0, size]);
    });
    expect(cellsOf('reg').slice(0, 10)).toEqual([0x1000, 0, 0, 0, 0, 0x01001010, 0, 0, 0, 64]);
  });
});
