import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtQueue } from '../../src/devices/virtio/virtqueue.js';
import type { QueueFault } from '../../src/devices/virtio/virtqueue.js';
import { ByteMemory } from '../support/byte-memory.js';
import { DriverQueue, FLAG } from '../support/virtio-driver.js';

const SIZE = 8;

function setUp({ eventIndex = false, size = SIZE } = {}) {
  const memory = new ByteMemory(0x40000);
  const driver = new DriverQueue(memory, size, 0x1000, 0x8000);
  let interrupts = 0;
  const faults: QueueFault[] = [];
  const queue = new VirtQueue(memory, 256, { used: () => interrupts++, broken: (_queue, fault) => faults.push(fault) });
  queue.running = true;
  queue.eventIndex = eventIndex;
  Object.assign(queue.state, { enabled: true, size });
  [queue.state.descriptors, queue.state.available, queue.state.used].forEach((words, k) => {
    words[0] = [driver.descriptors, driver.available, driver.used][k];
  });
  return { memory, driver, queue, faults, interrupts: () => interrupts };
}

describe('taking buffers', () => {
  it('gives nothing while there is nothing, or before the driver is ready', () => {
    const { queue, driver } = setUp();
    expect(queue.pop()).toBeUndefined();
    driver.add([4]);
    queue.running = false;
    expect(queue.pop()).toBeUndefined();
    queue.running = true;
    queue.state.enabled = false;
    expect(queue.pop()).toBeUndefined();
    queue.state.enabled = true;
    expect(queue.pop()?.room).toBe(4);
    expect(queue.pop()).toBeUndefined();
  });

  it.each([false, true])('reads and writes across the borders of descriptors (indirect: %s)', (indirect) => {
    const { queue, driver, memory } = setUp();
    const addresses = driver.add([Uint8Array.of(1, 2, 3), Uint8Array.of(4), new Uint8Array(0), Uint8Array.of(5, 6), 2, 0, 3], indirect);
    const chain = queue.pop()!;
    expect([chain.readableLength, chain.writableLength]).toEqual([6, 5]);
    expect([...chain.read(2)]).toEqual([1, 2]);
    expect([...chain.read(100)]).toEqual([3, 4, 5, 6]);
    expect([...chain.read(1)]).toEqual([]);
    expect(chain.write(Uint8Array.of(7))).toBe(1);
    expect(chain.write(Uint8Array.of(8, 9, 10, 11, 12))).toBe(4);
    expect([...memory.bytes.subarray(addresses[4], addresses[4] + 2)]).toEqual([7, 8]);
    expect([...memory.bytes.subarray(addresses[6], addresses[6] + 3)]).toEqual([9, 10, 11]);
    queue.push(chain);
    expect(driver.takeUsed()).toEqual([{ head: 0, written: 5 }]);
  });

  it('takes an indirect table behind ordinary descriptors, whatever its write flag says', () => {
    const { queue, driver } = setUp();
    driver.putDescriptor(0, { address: 0x8000, length: 3, flags: FLAG.NEXT, next: 5 });
    driver.putDescriptor(5, { address: 0x9000, length: 32, flags: FLAG.INDIRECT | FLAG.WRITE, next: 0 });
    driver.putDescriptor(0, { address: 0xa000, length: 5, flags: FLAG.NEXT, next: 1 }, 0x9000);
    driver.putDescriptor(1, { address: 0xb000, length: 7, flags: FLAG.WRITE, next: 0 }, 0x9000);
    driver.offer(0);
    const chain = queue.pop()!;
    expect([chain.readableLength, chain.writableLength]).toEqual([8, 7]);
  });

  it('goes around the rings, and over 65535, without losing or repeating a buffer', () => {
    const { queue, driver } = setUp();
    for (let round = 0; round < 70_000; round++) {
      driver.putDescriptor(round % SIZE, { address: 0x8000, length: 16, flags: FLAG.WRITE, next: 0 });
      driver.offer(round % SIZE);
      const chain = queue.pop()!;
      if (chain.head !== round % SIZE || queue.pop()) throw new Error(`round ${round}: ${chain.head}`);
      queue.push(chain, round & 0xff);
      const used = driver.takeUsed();
      if (used.length !== 1 || used[0].written !== (round & 0xff)) throw new Error(`round ${round}: ${JSON.stringify(used)}`);
    }
    expect(queue.state.nextUsed).toBe(70_000 & 0xffff);
  });
});

describe('drivers that break the rules', () => {
  type Setup = ReturnType<typeof setUp>;
  const cases: readonly (readonly [QueueFault, (s: Setup) => void])[] = [
    ['descriptor number out of range', ({ driver }) => driver.offer(SIZE)],
    [
      'descriptor number out of range',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0, length: 1, flags: FLAG.NEXT, next: 999 });
        driver.offer(0);
      },
    ],
    [
      'descriptors form a loop',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0, length: 1, flags: FLAG.NEXT, next: 1 });
        driver.putDescriptor(1, { address: 0, length: 1, flags: FLAG.NEXT, next: 0 });
        driver.offer(0);
      },
    ],
    [
      'descriptors form a loop',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0x9000, length: 16, flags: FLAG.INDIRECT, next: 0 });
        driver.putDescriptor(0, { address: 0, length: 1, flags: FLAG.NEXT, next: 0 }, 0x9000);
        driver.offer(0);
      },
    ],
    ['more buffers available than the queue has entries', ({ driver }) => driver.view.setUint16(driver.available + 2, SIZE + 1, true)],
    [
      'an indirect table has no whole number of descriptors',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0x9000, length: 17, flags: FLAG.INDIRECT, next: 0 });
        driver.offer(0);
      },
    ],
    [
      'an indirect table has no whole number of descriptors',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0x9000, length: 0, flags: FLAG.INDIRECT, next: 0 });
        driver.offer(0);
      },
    ],
    [
      'an indirect table inside an indirect table',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0x9000, length: 16, flags: FLAG.INDIRECT, next: 0 });
        driver.putDescriptor(0, { address: 0x9000, length: 16, flags: FLAG.INDIRECT, next: 0 }, 0x9000);
        driver.offer(0);
      },
    ],
    [
      'an indirect descriptor with a successor',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0x9000, length: 16, flags: FLAG.INDIRECT | FLAG.NEXT, next: 1 });
        driver.offer(0);
      },
    ],
    [
      'a readable descriptor behind a writable one',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 0, length: 1, flags: FLAG.NEXT | FLAG.WRITE, next: 1 });
        driver.putDescriptor(1, { address: 0, length: 1, flags: 0, next: 0 });
        driver.offer(0);
      },
    ],
    [
      'a descriptor outside the address space',
      ({ driver }) => {
        driver.putDescriptor(0, { address: 2 ** 52, length: 1, flags: 0, next: 0 });
        driver.offer(0);
      },
    ],
  ];

  it.each(cases)('%s', (fault, break_) => {
    const s = setUp();
    break_(s);
    expect(s.queue.pop()).toBeUndefined();
    expect(s.faults).toEqual([fault]);
    // The queue stands still, also for buffers that are in order.
    s.driver.putDescriptor(0, { address: 0x8000, length: 4, flags: 0, next: 0 });
    s.driver.view.setUint16(s.driver.available + 2, 1, true);
    s.driver.view.setUint16(s.driver.available + 4, 0, true);
    expect(s.queue.pop()).toBeUndefined();
    expect(s.faults).toHaveLength(1);
    s.queue.reset();
    expect(s.queue.fault).toBeUndefined();
  });

  it('whatever they write: it ends, and only in values', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), fc.boolean(), (noise, eventIndex) => {
        const { queue, driver, memory } = setUp({ eventIndex });
        memory.bytes.set(noise.subarray(0, 16 * SIZE), driver.descriptors);
        memory.bytes.set(noise.subarray(128, 256), driver.available);
        memory.bytes.set(noise.subarray(256), 0);
        // Most addresses of noise are nowhere; some shall hit the tables themselves.
        for (let k = 0; k < SIZE; k++) driver.view.setBigUint64(driver.descriptors + 16 * k, BigInt(noise[k] * 64), true);
        let taken = 0;
        for (let chain = queue.pop(); chain; chain = queue.pop()) {
          expect(++taken).toBeLessThanOrEqual(SIZE);
          chain.read(64);
          chain.write(Uint8Array.of(1));
          queue.push(chain);
        }
        queue.signal();
      }),
      { numRuns: 500 },
    );
  });
});

describe('telling the driver', () => {
  const serve = ({ queue }: ReturnType<typeof setUp>): void => {
    for (let chain = queue.pop(); chain; chain = queue.pop()) queue.push(chain);
    queue.signal();
  };

  it('interrupts once for all buffers given back, and not for none', () => {
    const s = setUp();
    s.queue.signal();
    expect(s.interrupts()).toBe(0);
    s.driver.add([1]);
    s.driver.add([1]);
    serve(s);
    serve(s);
    expect(s.interrupts()).toBe(1);
  });

  it('does not when the driver set the flag against it', () => {
    const s = setUp();
    s.driver.view.setUint16(s.driver.available, 1, true);
    s.driver.add([1]);
    serve(s);
    expect(s.interrupts()).toBe(0);
  });

  it('with event index: when the used index passes the event, also around 65535', () => {
    const s = setUp({ eventIndex: true });
    const event = (value: number): void => s.driver.view.setUint16(s.driver.available + 4 + 2 * SIZE, value & 0xffff, true);
    let expected = 0;
    for (let k = 0; k < 66_000; k++) {
      // The driver wants to be told of every third buffer.
      event(Math.floor(k / 3) * 3 + 2);
      s.driver.putDescriptor(0, { address: 0x8000, length: 1, flags: FLAG.WRITE, next: 0 });
      s.driver.offer(0);
      serve(s);
      if (k % 3 === 2) expected++;
      if (s.interrupts() !== expected) throw new Error(`after buffer ${k}: ${s.interrupts()} interrupts, not ${expected}`);
    }
    expect(s.interrupts()).toBe(22_000);
  });

  it('with event index: asks for a notification when it has taken everything', () => {
    const s = setUp({ eventIndex: true });
    s.driver.add([1]);
    s.driver.add([1]);
    serve(s);
    expect(s.driver.view.getUint16(s.driver.used + 4 + 8 * SIZE, true)).toBe(2);
  });
});
