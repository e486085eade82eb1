import { beforeEach, describe, expect, it } from 'vitest';
import type { AccessSize, InterruptLine } from '../../src/bus/device.js';
import { PhysicalBus } from '../../src/bus/physical-bus.js';
import { swapBytes } from '../../src/bus/byte-order.js';
import { ConfigError } from '../../src/config-error.js';
import { PciBus } from '../../src/devices/pci/pci-bus.js';
import type { PciFunction } from '../../src/devices/pci/pci-bus.js';
import { PciConfigSpace } from '../../src/devices/pci/pci-config-space.js';
import { PPC4XX_PCI_SIZE, Ppc4xxPciBridge } from '../../src/devices/pci/ppc4xx-pci-bridge.js';
import { ByteMemory } from '../support/byte-memory.js';
import { ProbeLine } from '../support/probe-line.js';
import { ProbeLog } from '../support/probe-log.js';

const CONFIG = 0xeec00000;
const REGISTERS = 0xef400000;
const IO = 0xe8000000;
const MEMORY = 0xa0000000;
const RMA = 0x2000;

/** A function with 4 KiB of memory, 64 ports of I/O and a 64-bit window, that notes its accesses. */
class TestFunction implements PciFunction {
  readonly config = new PciConfigSpace(
    { vendorId: 0x1af4, deviceId: 0x1001, classCode: 0x010000, revisionId: 1, subsystemVendorId: 0x1af4, subsystemId: 2, interruptPin: 1 },
    [
      { kind: 'io', size: 64 },
      { kind: 'memory', size: 4096 },
      { kind: 'memory', size: 16384, wide: true, prefetchable: true },
    ],
  );
  readonly accesses: string[] = [];
  constructor(readonly name: string) {}
  readBar(bar: number, offset: number, size: AccessSize): number {
    this.accesses.push(`r${size} ${bar}+${offset}`);
    return size === 4 ? 0x11223344 : size === 2 ? 0x1122 : 0x11;
  }
  writeBar(bar: number, offset: number, size: AccessSize, value: number): void {
    this.accesses.push(`w${size} ${bar}+${offset}=${value.toString(16)}`);
  }
  reset(): void {
    this.accesses.length = 0;
  }
}

let bus: PhysicalBus;
let pci: PciBus;
let bridge: Ppc4xxPciBridge;
let memory: ByteMemory;
let lines: ProbeLine[];

beforeEach(() => {
  lines = Array.from({ length: 5 }, () => new ProbeLine());
  pci = new PciBus((device) => lines[device]);
  memory = new ByteMemory(0x10000);
  bridge = new Ppc4xxPciBridge('pci0', { bus: pci, memory });
  bus = new PhysicalBus(new ProbeLog());
  bus.attach(bridge.configuration, CONFIG, PPC4XX_PCI_SIZE.CONFIGURATION);
  bus.attach(bridge.registers, REGISTERS, PPC4XX_PCI_SIZE.REGISTERS);
  bus.attach(bridge.interruptAcknowledge, 0xeed00000, PPC4XX_PCI_SIZE.INTERRUPT_ACKNOWLEDGE);
  bus.attach(bridge.io, IO, PPC4XX_PCI_SIZE.IO);
  bus.attach(bridge.memoryWindow(MEMORY), MEMORY, 0x40000000);
});

/** Accesses as a driver's little-endian accessors make them. */
const le = {
  read: (pa: number, size: AccessSize = 4): number => swapBytes(bus.read(pa, size), size),
  write: (pa: number, value: number, size: AccessSize = 4): void => bus.write(pa, size, swapBytes(value, size)),
};
const select = (device: number, register: number, busNumber = 0, fn = 0): void =>
  le.write(CONFIG, (0x80000000 | (busNumber << 16) | (device << 11) | (fn << 8) | (register & 0xfc)) >>> 0);
function readConfig(device: number, register: number, size: AccessSize = 4, busNumber = 0, fn = 0): number {
  select(device, register, busNumber, fn);
  return le.read(CONFIG + 4 + (register & 3), size);
}
function writeConfig(device: number, register: number, value: number, size: AccessSize = 4): void {
  select(device, register);
  le.write(CONFIG + 4 + (register & 3), value, size);
}
function mapMaster(plb: number, pciAddress: number, mask: number): void {
  [plb, mask, pciAddress, 0].forEach((value, i) => le.write(REGISTERS + 4 * i, value));
}

describe('configuration of an empty bus', () => {
  it.each([
    ['vendor and device', 0x00, 4, 0x027f1014],
    ['vendor', 0x00, 2, 0x1014],
    ['device', 0x02, 2, 0x027f],
    ['class and revision', 0x08, 4, 0x06800000],
    ['class', 0x0a, 2, 0x0680],
    ['base class', 0x0b, 1, 0x06],
    ['header type', 0x0e, 1, 0x00],
    ['interrupt pin', 0x3d, 1, 0x00],
    ['no capabilities', 0x34, 1, 0x00],
  ] as const)('00:00.0 %s', (_, register, size, value) => {
    expect(readConfig(0, register, size)).toBe(value);
  });

  it('reads all ones from every other slot, function and bus, and notes the master abort', () => {
    for (let device = 1; device < 32; device++) expect(readConfig(device, 0)).toBe(0xffffffff);
    for (let fn = 1; fn < 8; fn++) expect(readConfig(0, 0, 4, 0, fn)).toBe(0xffffffff);
    expect(readConfig(0, 0, 4, 1)).toBe(0xffffffff);
    expect([readConfig(3, 0, 2), readConfig(3, 0x0e, 1)]).toEqual([0xffff, 0xff]);
    expect(readConfig(0, 6, 2) & RMA).toBe(RMA);
    writeConfig(0, 6, RMA, 2);
    expect(readConfig(0, 6, 2)).toBe(0);
  });

  it('does nothing while the enable bit of the address is clear', () => {
    le.write(CONFIG, 0);
    expect(le.read(CONFIG + 4)).toBe(0xffffffff);
  });

  it('keeps the address register, without its reserved bits', () => {
    le.write(CONFIG, 0xffffffff);
    expect(le.read(CONFIG)).toBe(0x80fffffc);
    // A big-endian load sees the bytes the other way round.
    expect(bus.read(CONFIG, 4)).toBe(0xfcffff80);
    expect(bus.read(CONFIG, 1)).toBe(0xfc);
  });

  it('has no BAR on the bridge until a target map is enabled, then one of its size', () => {
    writeConfig(0, 0x14, 0xffffffff);
    expect(readConfig(0, 0x14)).toBe(0);
    le.write(REGISTERS + 0x30, 0x80000001);
    writeConfig(0, 0x14, 0xffffffff);
    expect(readConfig(0, 0x14)).toBe(0x80000000);
    expect(readConfig(0, 0x10)).toBe(0);
  });

  it('answers interrupt acknowledge and empty I/O space with ones', () => {
    expect(bus.read(0xeed00000, 4)).toBe(0xffffffff);
    expect(bus.read(IO + 0x3f8, 1)).toBe(0xff);
    bus.write(IO + 0x3f8, 1, 0);
    expect(bus.unassigned).toBe(false);
  });
});

describe('bridge registers', () => {
  it('are little-endian, readable, and cleared by reset', () => {
    for (let offset = 0; offset < 0x40; offset += 4) le.write(REGISTERS + offset, 0xa0000000 + offset);
    for (let offset = 0; offset < 0x40; offset += 4) expect(le.read(REGISTERS + offset)).toBe(0xa0000000 + offset);
    expect(bus.read(REGISTERS + 0x08, 4)).toBe(0x080000a0);
    expect([bus.read(REGISTERS + 0x08, 1), bus.read(REGISTERS + 0x0b, 1)]).toEqual([0x08, 0xa0]);
    le.write(REGISTERS + 0x0a, 0xb1b2, 2);
    expect(le.read(REGISTERS + 0x08)).toBe(0xb1b20008);
    bus.reset();
    for (let offset = 0; offset < 0x40; offset += 4) expect(le.read(REGISTERS + offset)).toBe(0);
  });
});

describe('a device behind the bridge', () => {
  let fn: TestFunction;
  let pin: InterruptLine;

  beforeEach(() => {
    fn = new TestFunction('blk0');
    pin = pci.attach(fn, 1);
    mapMaster(0xa0000000, 0xa0000000, 0xe0000001);
  });

  it.each([
    ['I/O of 64', 0x10, 0xffffffc1, 0x1],
    ['memory of 4 KiB', 0x14, 0xfffff000, 0x0],
    ['64-bit prefetchable memory, lower half', 0x18, 0xffffc00c, 0xc],
    ['64-bit prefetchable memory, upper half', 0x1c, 0xffffffff, 0x0],
    ['absent', 0x20, 0, 0],
    ['no expansion ROM', 0x30, 0, 0],
  ])('BAR sizing: %s', (_, register, ones, zeros) => {
    writeConfig(1, register, 0xffffffff);
    expect(readConfig(1, register)).toBe(ones);
    writeConfig(1, register, 0);
    expect(readConfig(1, register)).toBe(zeros);
  });

  it('shows its identity and keeps it', () => {
    writeConfig(1, 0x00, 0);
    writeConfig(1, 0x08, 0);
    writeConfig(1, 0x2c, 0);
    expect([readConfig(1, 0), readConfig(1, 8), readConfig(1, 0x2c)]).toEqual([0x10011af4, 0x01000001, 0x00021af4]);
    writeConfig(1, 0x3c, 28, 1);
    expect(readConfig(1, 0x3c, 2)).toBe(0x011c);
  });

  it('decodes memory and I/O only while the command register says so', () => {
    writeConfig(1, 0x14, 0xa0010000);
    writeConfig(1, 0x10, 0x1000);
    expect(le.read(0xa0010008)).toBe(0xffffffff);
    expect(le.read(IO + 0x1004)).toBe(0xffffffff);
    writeConfig(1, 4, 0x3, 2);
    expect(le.read(0xa0010008)).toBe(0x11223344);
    expect(bus.read(0xa0010008, 4)).toBe(0x44332211);
    bus.write(0xa0010ffc, 4, 0x78563412);
    le.write(IO + 0x103e, 0xbeef, 2);
    expect(le.read(IO + 0x1000, 1)).toBe(0x11);
    expect(fn.accesses).toEqual(['r4 1+8', 'r4 1+8', 'w4 1+4092=12345678', 'w2 0+62=beef', 'r1 0+0']);
    expect(le.read(0xa0011000)).toBe(0xffffffff);
    writeConfig(1, 4, 0, 2);
    expect(le.read(0xa0010008)).toBe(0xffffffff);
  });

  it('moves with its BAR', () => {
    writeConfig(1, 4, 2, 2);
    writeConfig(1, 0x14, 0xa0010000);
    expect(le.read(0xa0010000)).toBe(0x11223344);
    writeConfig(1, 0x14, 0xa0020000);
    expect(le.read(0xa0010000)).toBe(0xffffffff);
    expect(le.read(0xa0020000)).toBe(0x11223344);
  });

  it('is reached through the translation of a master map, and not without one', () => {
    writeConfig(1, 4, 2, 2);
    writeConfig(1, 0x14, 0x00100000);
    mapMaster(0xb0000000, 0x00000000, 0xf0000001);
    expect(le.read(0xb0100010)).toBe(0x11223344);
    expect(le.read(0xa0100010)).toBe(0xffffffff);
    le.write(REGISTERS + 4, 0xf0000000);
    expect(le.read(0xb0100010)).toBe(0xffffffff);
  });

  it('drives its interrupt pin, status bit and obeys the disable bit', () => {
    pin.set(true);
    expect(lines[1].asserted).toBe(true);
    expect(readConfig(1, 6, 2) & 8).toBe(8);
    writeConfig(1, 4, 0x0400, 2);
    expect(lines[1].asserted).toBe(false);
    expect(readConfig(1, 6, 2) & 8).toBe(8);
    writeConfig(1, 4, 0, 2);
    expect(lines[1].asserted).toBe(true);
    pin.set(false);
    expect([lines[1].asserted, readConfig(1, 6, 2) & 8]).toEqual([false, 0]);
  });

  it('shares a line with another function of its slot', () => {
    const other = pci.attach(new TestFunction('blk1'), 1, 1);
    pin.set(true);
    other.set(true);
    pin.set(false);
    expect(lines[1].asserted).toBe(true);
    other.set(false);
    expect(lines[1].asserted).toBe(false);
  });

  it('is reset with the bridge', () => {
    writeConfig(1, 0x14, 0xa0010000);
    writeConfig(1, 4, 7, 2);
    fn.accesses.push('x');
    bus.reset();
    expect(fn.accesses).toEqual([]);
    expect([readConfig(1, 4, 2), readConfig(1, 0x14)]).toEqual([0, 0]);
  });

  it.each([
    [1, 0],
    [0, 0],
    [32, 0],
    [2, 8],
  ])('refuses slot %i.%i', (device, functionNumber) => {
    expect(() => pci.attach(new TestFunction('x'), device, functionNumber)).toThrow(ConfigError);
  });
});

describe('DMA through the target maps', () => {
  it('reaches memory only where a map is enabled, as Linux sets it up', () => {
    memory.bytes.set([1, 2, 3, 4], 0x2000);
    expect([...bridge.dma.read(0x2000, 4)]).toEqual([255, 255, 255, 255]);
    le.write(REGISTERS + 0x34, 0);
    le.write(REGISTERS + 0x30, 0x80000001);
    writeConfig(0, 0x14, 0);
    expect([...bridge.dma.read(0x2000, 4)]).toEqual([255, 255, 255, 255]);
    writeConfig(0, 4, 2, 2);
    expect([...bridge.dma.read(0x2000, 4)]).toEqual([1, 2, 3, 4]);
    bridge.dma.write(0x2002, Uint8Array.of(9));
    expect(memory.bytes[0x2002]).toBe(9);
    expect([...bridge.dma.read(0x7fffffff, 2)]).toEqual([255, 255]);
  });

  it('translates from the BAR to the local address', () => {
    writeConfig(0, 4, 2, 2);
    le.write(REGISTERS + 0x3c, 0x4000);
    le.write(REGISTERS + 0x38, 0xffffe001);
    writeConfig(0, 0x18, 0x90000000);
    bridge.dma.write(0x90000010, Uint8Array.of(7));
    expect(memory.bytes[0x4010]).toBe(7);
    bridge.dma.write(0x90001fff, Uint8Array.of(8, 8));
    expect(memory.bytes[0x5fff]).toBe(0);
  });

  it('does not take processor accesses away from devices', () => {
    const fn = new TestFunction('blk0');
    pci.attach(fn, 1);
    mapMaster(0xa0000000, 0x00000000, 0xe0000001);
    writeConfig(0, 4, 2, 2);
    le.write(REGISTERS + 0x30, 0x80000001);
    writeConfig(1, 4, 2, 2);
    writeConfig(1, 0x14, 0x1000);
    expect(le.read(0xa0001000)).toBe(0x11223344);
  });
});

describe('PciConfigSpace', () => {
  it('links capabilities', () => {
    const space = new PciConfigSpace({ vendorId: 1, deviceId: 2, classCode: 0 });
    const first = space.addCapability(0x09, Uint8Array.of(5, 1, 2), Uint8Array.of(0, 0xff, 0));
    const second = space.addCapability(0x05, new Uint8Array(12));
    expect([first, second]).toEqual([0x40, 0x48]);
    expect(space.read(0x06, 2)).toBe(0x10);
    expect([space.read(0x34, 1), space.read(0x40, 4), space.read(0x48, 2)]).toEqual([0x40, 0x01054809, 0x0005]);
    space.write(0x40, 4, 0xffffffff);
    expect(space.read(0x40, 4)).toBe(0xff054809);
    space.reset();
    expect(space.read(0x40, 4)).toBe(0x01054809);
  });

  it('decodes a 64-bit BAR above 4 GiB', () => {
    const space = new PciConfigSpace({ vendorId: 1, deviceId: 2, classCode: 0 }, [{ kind: 'memory', size: 2 ** 20, wide: true }]);
    space.write(0x10, 4, 0xc0000000);
    space.write(0x14, 4, 0x12);
    expect(space.barAddress(0)).toBeUndefined();
    space.write(0x04, 2, 2);
    expect(space.barAddress(0)).toBe(0x12c0000000);
  });
});
