import { describe, expect, it } from 'vitest';
import { readBytewise, swapBytes, writeBytewise } from '../../src/bus/byte-order.js';
import { DcrBus } from '../../src/bus/dcr-bus.js';
import type { AccessSize, DcrDevice, Device } from '../../src/bus/device.js';
import { PhysicalBus } from '../../src/bus/physical-bus.js';
import { SharedInterruptLine } from '../../src/bus/shared-interrupt-line.js';
import { ConfigError } from '../../src/config-error.js';
import { ByteMemory } from '../support/byte-memory.js';
import { DMA_DEVICE_SIZE, DmaDevice } from '../support/dma-device.js';
import { ProbeLine } from '../support/probe-line.js';
import { ProbeLog } from '../support/probe-log.js';

/** A big-endian memory that notes each access it sees. */
class RecordingDevice implements Device {
  readonly accesses: string[] = [];
  resets = 0;
  readonly #bytes = new Uint8Array(64);
  constructor(readonly name: string) {}
  read(offset: number, size: AccessSize): number {
    this.accesses.push(`r${size}@${offset}`);
    return readBytewise(offset, size, (at) => this.#bytes[at]);
  }
  write(offset: number, size: AccessSize, value: number): void {
    this.accesses.push(`w${size}@${offset}`);
    writeBytewise(offset, size, value, (at, byte) => (this.#bytes[at] = byte));
  }
  reset(): void {
    this.resets++;
  }
}

describe('byte order', () => {
  it.each([
    [0x12, 1, 0x12],
    [0x1234, 2, 0x3412],
    [0x12345678, 4, 0x78563412],
    [0xff, 4, 0xff000000],
  ] as const)('swaps %i of %i bytes to %i', (value, size, swapped) => {
    expect(swapBytes(value, size)).toBe(swapped);
    expect(swapBytes(swapped, size)).toBe(value);
  });
});

describe('PhysicalBus', () => {
  it('finds devices over 40 bits of address and passes offsets', () => {
    const bus = new PhysicalBus(new ProbeLog());
    const bases = [0x1000, 0xef600300, 0xef600400, 0xfe0000000, 2 ** 40 - 64];
    const devices = bases.map((base) => new RecordingDevice(`d${base.toString(16)}`));
    // Attached out of order: the table sorts.
    [3, 0, 4, 2, 1].forEach((i) => bus.attach(devices[i], bases[i], 64));
    bases.forEach((base, i) => {
      bus.write(base + 4, 4, 0xdeadbe00 + i);
      expect(bus.unassigned).toBe(false);
      expect(bus.read(base + 4, 4)).toBe(0xdeadbe00 + i);
      expect(bus.read(base + 6, 1)).toBe(0xbe);
      expect(devices[i].accesses).toEqual(['w4@4', 'r4@4', 'r1@6']);
      expect(bus.find(base)?.device).toBe(devices[i]);
      expect(bus.find(base + 63)?.device).toBe(devices[i]);
      expect(bus.find(base - 1)).toBeUndefined();
      expect(bus.find(base + 64)).toBeUndefined();
    });
  });

  it('splits doublewords into two words, more significant first', () => {
    const bus = new PhysicalBus(new ProbeLog());
    const device = new RecordingDevice('d');
    bus.attach(device, 0x1000, 64);
    bus.write(0x1008, 8, 0x55667788, 0x11223344);
    expect(bus.read(0x1008, 8)).toBe(0x55667788);
    expect(bus.highWord).toBe(0x11223344);
    expect(bus.read(0x1008, 4)).toBe(0x11223344);
    expect(device.accesses).toEqual(['w4@8', 'w4@12', 'r4@8', 'r4@12', 'r4@8']);
  });

  it('gives devices aligned accesses inside their range only', () => {
    const bus = new PhysicalBus(new ProbeLog());
    const device = new RecordingDevice('d');
    bus.attach(device, 0x1000, 6);
    bus.write(0x1001, 4, 0x01020304);
    expect(bus.read(0x1001, 4)).toBe(0x01020304);
    expect(device.accesses).toEqual(['w1@1', 'w1@2', 'w1@3', 'w1@4', 'r1@1', 'r1@2', 'r1@3', 'r1@4']);
    expect(bus.read(0x1004, 4)).toBe(0x04000000);
    expect(bus.unassigned).toBe(true);
  });

  it('reads 0 from unassigned addresses, flags them, and logs each once', () => {
    const log = new ProbeLog();
    const bus = new PhysicalBus(log);
    bus.attach(new RecordingDevice('uart0'), 0xef600300, 8);
    expect(bus.read(0xef600308, 1)).toBe(0);
    expect(bus.unassigned).toBe(true);
    bus.read(0xef600308, 1);
    bus.write(0x10, 1, 1);
    expect(bus.unassigned).toBe(true);
    expect(log.messages).toEqual([
      'read of unassigned physical address 0xef600308 (0x8 past the base of uart0)',
      'write of unassigned physical address 0x10',
    ]);
    bus.read(0xef600300, 1);
    expect(bus.unassigned).toBe(false);
  });

  it('stops logging a sweep', () => {
    const log = new ProbeLog();
    const bus = new PhysicalBus(log);
    for (let pa = 0; pa < 10_000; pa++) bus.read(pa, 1);
    expect(log.messages).toHaveLength(257);
    expect(log.messages[256]).toBe('physical bus: further accesses of this kind are not reported');
  });

  it.each([
    ['same range', 0x1000, 0x10],
    ['one byte at the end', 0x100f, 0x10],
    ['one byte at the start', 0x0ff1, 0x10],
    ['enclosing', 0x0, 0x10000],
    ['inside', 0x1004, 4],
    ['empty', 0x5000, 0],
    ['negative', -4, 8],
    ['beyond 2^40', 2 ** 40 - 4, 8],
  ])('refuses a mapping: %s', (_, base, size) => {
    const bus = new PhysicalBus(new ProbeLog());
    bus.attach(new RecordingDevice('first'), 0x1000, 0x10);
    expect(() => bus.attach(new RecordingDevice('second'), base, size)).toThrow(ConfigError);
    expect(bus.mappings).toHaveLength(1);
  });

  it('accepts neighbours, and resets a device mapped twice once', () => {
    const bus = new PhysicalBus(new ProbeLog());
    const device = new RecordingDevice('d');
    bus.attach(device, 0x1000, 0x10);
    bus.attach(device, 0x1010, 0x10);
    bus.attach(new RecordingDevice('e'), 0x0ff0, 0x10);
    bus.reset();
    expect(device.resets).toBe(1);
  });
});

describe('DcrBus', () => {
  const recorder = (name: string): DcrDevice & { values: number[] } => ({
    name,
    values: [],
    readDcr(register) {
      return this.values[register] ?? -1;
    },
    writeDcr(register, value) {
      this.values[register] = value;
    },
    reset() {
      this.values = [];
    },
  });

  it('routes numbers to units, as unsigned words', () => {
    const bus = new DcrBus(new ProbeLog());
    const [a, b] = [recorder('a'), recorder('b')];
    bus.attach(a, 0xc0, 9);
    bus.attach(b, 0x3ff, 1);
    bus.write(0xc8, -1);
    bus.write(0x3ff, 7);
    expect([a.values[8], b.values[0]]).toEqual([0xffffffff, 7]);
    expect(bus.read(0xc0)).toBe(0xffffffff);
    bus.reset();
    expect([a.values, b.values]).toEqual([[], []]);
  });

  it('logs unimplemented DCRs once by number and reads them as 0', () => {
    const log = new ProbeLog();
    const bus = new DcrBus(log);
    expect(bus.read(0x123)).toBe(0);
    bus.read(0x123);
    bus.write(0x123, 1);
    expect(bus.unassigned).toBe(true);
    expect(log.messages).toEqual(['read of unimplemented DCR 0x123', 'write of unimplemented DCR 0x123']);
  });

  it.each([
    [0xc8, 1],
    [0xb9, 8],
    [1023, 2],
    [-1, 1],
    [0, 0],
  ])('refuses DCRs %i + %i', (base, count) => {
    const bus = new DcrBus(new ProbeLog());
    bus.attach(recorder('uic'), 0xc0, 9);
    expect(() => bus.attach(recorder('other'), base, count)).toThrow(ConfigError);
  });
});

describe('SharedInterruptLine', () => {
  it('is asserted while any source is', () => {
    const target = new ProbeLine();
    const shared = new SharedInterruptLine(target);
    const [a, b] = [shared.source(), shared.source()];
    a.set(true);
    a.set(true);
    b.set(true);
    a.set(false);
    expect(target.asserted).toBe(true);
    b.set(false);
    expect(target.asserted).toBe(false);
  });
});

describe('DmaDevice', () => {
  it('copies what the guest gave it to guest memory', () => {
    const memory = new ByteMemory(64);
    const bus = new PhysicalBus(new ProbeLog());
    bus.attach(new DmaDevice('dma', memory), 0xf0000000, DMA_DEVICE_SIZE);
    bus.write(0xf0000000, 4, 0x20);
    bus.write(0xf0000004, 4, 0x38600001);
    bus.write(0xf0000004, 4, 0x4e800020);
    expect(memory.bytes[0x20]).toBe(0);
    bus.write(0xf0000008, 4, 1);
    expect([...memory.read(0x20, 8)]).toEqual([0x38, 0x60, 0, 1, 0x4e, 0x80, 0, 0x20]);
    expect(bus.read(0xf000000c, 4)).toBe(1);
  });
});
