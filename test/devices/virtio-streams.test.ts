import { describe, expect, it } from 'vitest';
import type { FrameLink } from '../../src/bus/frame-link.js';
import { VirtioConsole } from '../../src/devices/virtio/virtio-console.js';
import { VirtioNet } from '../../src/devices/virtio/virtio-net.js';
import { VirtioRng } from '../../src/devices/virtio/virtio-rng.js';
import { VirtioDriver } from '../support/virtio-driver.js';

const MAC = Uint8Array.of(0x52, 0x54, 0, 1, 2, 3);
const HEADER = 12;
const CHECKSUM_FEATURES = [0, 1, 11];

class ProbeLink implements FrameLink {
  readonly sent: Uint8Array[] = [];
  deliver: (frame: Uint8Array) => void = () => undefined;
  constructor(readonly offload?: boolean) {}
  transmit(frame: Uint8Array): void {
    this.sent.push(frame);
  }
  onReceive(receiver: (frame: Uint8Array) => void): void {
    this.deliver = receiver;
  }
}

function network(offload?: boolean): { link: ProbeLink; driver: VirtioDriver } {
  const link = new ProbeLink(offload);
  return { link, driver: new VirtioDriver(new VirtioNet('net0', MAC, link), { memoryBytes: 0x200000 }) };
}

describe('the network card', () => {
  it('says its address, and offers offloads where the other end takes them', () => {
    const { driver } = network();
    expect([0, 1, 2, 3, 4, 5].map((k) => driver.fn.readBar(4, 0x2000 + k, 1))).toEqual([...MAC]);
    expect(driver.fn.readBar(4, 0x2006, 2)).toBe(1);
    expect(CHECKSUM_FEATURES.map((bit) => driver.offered().has(bit))).toEqual([false, false, false]);
    expect(CHECKSUM_FEATURES.map((bit) => network(true).driver.offered().has(bit))).toEqual([true, true, true]);
  });

  it('sends frames without their headers, in order', () => {
    const { link, driver } = network();
    driver.start();
    driver.queues[1].add([new Uint8Array(HEADER), Uint8Array.of(1, 2, 3)]);
    driver.queues[1].add([new Uint8Array(HEADER + 2).fill(7, HEADER)], true);
    driver.notify(1);
    expect(link.sent.map((frame) => [...frame])).toEqual([
      [1, 2, 3],
      [7, 7],
    ]);
    expect(driver.queues[1].takeUsed().map(({ written }) => written)).toEqual([0, 0]);
  });

  it('drops what is no frame', () => {
    const { link, driver } = network();
    driver.start();
    driver.request(1, [new Uint8Array(5)]);
    driver.request(1, [new Uint8Array(HEADER)]);
    driver.request(1, [new Uint8Array(HEADER + 14 + 0x10000)]);
    expect(link.sent).toEqual([]);
  });

  it.each([
    [false, 0],
    [true, 2],
  ])('delivers frames with a header (offload: %s)', (offload, flags) => {
    const { link, driver } = network(offload);
    driver.start();
    const [address] = driver.queues[0].add([2048]);
    link.deliver(Uint8Array.of(9, 8, 7));
    expect(driver.queues[0].takeUsed()).toEqual([{ head: 0, written: HEADER + 3 }]);
    expect([...driver.memory.bytes.subarray(address, address + HEADER + 3)]).toEqual([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 9, 8, 7]);
    expect(driver.line.asserted).toBe(true);
  });

  it('keeps frames until there are buffers, but not for ever and not without a driver', () => {
    const { link, driver } = network();
    link.deliver(Uint8Array.of(1));
    driver.start();
    for (let k = 0; k < 1000; k++) link.deliver(Uint8Array.of(k & 0xff, k >>> 8));
    for (let k = 0; k < 4; k++) driver.queues[0].add([100]);
    driver.notify(0);
    expect(driver.queues[0].takeUsed()).toHaveLength(4);
    driver.status = 0;
    driver.start();
    driver.queues[0].add([100]);
    driver.notify(0);
    expect(driver.queues[0].takeUsed()).toHaveLength(0);
  });

  it('gives a buffer back empty when the frame does not fit', () => {
    const { link, driver } = network();
    driver.start();
    driver.queues[0].add([20]);
    driver.queues[0].add([100]);
    link.deliver(new Uint8Array(30).fill(5));
    link.deliver(new Uint8Array(30).fill(6));
    expect(driver.queues[0].takeUsed().map(({ written }) => written)).toEqual([0, 42]);
  });
});

describe('the console', () => {
  it('passes output on and keeps input until it is read', () => {
    let type: (bytes: Uint8Array) => void = () => undefined;
    const output: number[] = [];
    const channel = {
      output: (bytes: Uint8Array) => void output.push(...bytes),
      onInput: (receiver: typeof type) => void (type = receiver),
    };
    const driver = new VirtioDriver(new VirtioConsole('console1', channel));
    type(Uint8Array.of(1, 2, 3));
    driver.start();
    driver.request(1, [Uint8Array.of(65, 66), Uint8Array.of(67)]);
    expect(output).toEqual([65, 66, 67]);
    expect([...driver.request(0, [2]).bytes]).toEqual([1, 2]);
    expect([...driver.request(0, [2]).bytes]).toEqual([3, 0xee]);
    const [address] = driver.queues[0].add([4]);
    type(Uint8Array.of(4));
    expect(driver.queues[0].takeUsed().map(({ written }) => written)).toEqual([1]);
    expect(driver.memory.bytes[address]).toBe(4);
  });
});

describe('the source of random numbers', () => {
  it('fills what the driver gives it', () => {
    let next = 0;
    const entropy = (bytes: Uint8Array): void => bytes.forEach((_, k) => (bytes[k] = next++ & 0xff));
    const driver = new VirtioDriver(new VirtioRng('rng0', entropy));
    driver.start({ queueSize: 8 });
    expect([...driver.request(0, [3, 2]).bytes]).toEqual([0, 1, 2, 3, 4]);
    expect(driver.request(0, [100_000]).written).toBe(4096);
  });
});
