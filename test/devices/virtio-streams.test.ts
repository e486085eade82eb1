import { describe, expect, it } from 'vitest';
import type { FrameLink, FrameReceiver } from '../../src/bus/frame-link.js';
import { VirtioConsole } from '../../src/devices/virtio/virtio-console.js';
import { VirtioNet } from '../../src/devices/virtio/virtio-net.js';
import { VirtioRng } from '../../src/devices/virtio/virtio-rng.js';
import { VirtioDriver } from '../support/virtio-driver.js';

const MAC = Uint8Array.of(0x52, 0x54, 0, 1, 2, 3);
const HEADER = 12;
/** Checksums both ways, segmentation both ways. */
const OFFLOADS = [0, 1, 7, 11];
const MERGE_BUFFERS = 15;
const WITHOUT_MERGING = [5, 16, 32];

class ProbeLink implements FrameLink {
  readonly sent: Uint8Array[] = [];
  deliver: FrameReceiver = () => undefined;
  large: boolean | undefined;
  constructor(readonly offload?: boolean) {}
  transmit(frame: Uint8Array): void {
    this.sent.push(frame);
  }
  onReceive(receiver: FrameReceiver): void {
    this.deliver = receiver;
  }
  takesLargeFrames(takes: boolean): void {
    this.large = takes;
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
    expect(OFFLOADS.map((bit) => driver.offered().has(bit))).toEqual([false, false, false, false]);
    expect(OFFLOADS.map((bit) => network(true).driver.offered().has(bit))).toEqual([true, true, true, true]);
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
    driver.start({ features: WITHOUT_MERGING });
    driver.queues[0].add([20]);
    driver.queues[0].add([100]);
    link.deliver(new Uint8Array(30).fill(5));
    link.deliver(new Uint8Array(30).fill(6));
    expect(driver.queues[0].takeUsed().map(({ written }) => written)).toEqual([0, 42]);
  });

  it('spreads a frame over several buffers where the driver merges them, and waits until there are enough', () => {
    const { link, driver } = network();
    driver.start({ features: [...WITHOUT_MERGING, MERGE_BUFFERS] });
    const [first] = driver.queues[0].add([20]);
    link.deliver(Uint8Array.from({ length: 30 }, (_, k) => k));
    expect(driver.queues[0].takeUsed()).toEqual([]);
    const [second] = driver.queues[0].add([10]);
    const [third] = driver.queues[0].add([100]);
    driver.notify(0);
    expect(driver.queues[0].takeUsed().map(({ head, written }) => [head, written])).toEqual([[0, 20], [1, 10], [2, 12]]); // prettier-ignore
    const { bytes } = driver.memory;
    expect([...bytes.subarray(first + 10, first + 20)]).toEqual([3, 0, 0, 1, 2, 3, 4, 5, 6, 7]);
    expect([bytes[second], bytes[third], bytes[third + 11]]).toEqual([8, 18, 29]);
  });

  it('gives everything back empty when even a whole queue has not enough room', () => {
    const { link, driver } = network();
    driver.start({ queueSize: 4 });
    for (let k = 0; k < 4; k++) driver.queues[0].add([10]);
    link.deliver(new Uint8Array(100));
    expect(driver.queues[0].takeUsed().map(({ written }) => written)).toEqual([0, 0, 0, 0]);
  });

  it('lets the other end know whether large frames are welcome, and says what they are', () => {
    const { link, driver } = network(true);
    driver.start({ features: [32, 1] });
    expect(link.large).toBe(false);
    driver.start();
    expect(link.large).toBe(true);
    const [address] = driver.queues[0].add([4096]);
    link.deliver(new Uint8Array(3000).fill(9), 1460);
    const header = new DataView(driver.memory.bytes.buffer, address, HEADER);
    expect([header.getUint8(0), header.getUint8(1)]).toEqual([1, 1]);
    expect([2, 4, 6, 8, 10].map((at) => header.getUint16(at, true))).toEqual([54, 1460, 34, 16, 1]);
    driver.status = 0;
    expect(link.large).toBe(false);
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
