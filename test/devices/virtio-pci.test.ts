import { beforeEach, describe, expect, it } from 'vitest';
import type { VirtioDevice, VirtioTransport } from '../../src/devices/virtio/virtio-device.js';
import { VirtioDriver } from '../support/virtio-driver.js';

/** Copies what it can read of a buffer to what it can write. */
class Echo implements VirtioDevice {
  readonly name = 'echo';
  readonly kind = 4;
  readonly classCode = 0x00ff00;
  readonly features = [3];
  readonly queueSizes = [64, 16];
  readonly config = Uint8Array.of(1, 2, 3, 4, 5);
  readonly heard: string[] = [];
  transport!: VirtioTransport;
  attach(transport: VirtioTransport): void {
    this.transport = transport;
  }
  start(): void {
    this.heard.push('start');
  }
  reset(): void {
    this.heard.push('reset');
  }
  configWritten(offset: number, byte: number): void {
    this.heard.push(`config ${offset}=${byte}`);
  }
  notify(index: number): void {
    this.heard.push(`notify ${index}`);
    const queue = this.transport.queues[index];
    for (let chain = queue.pop(); chain; chain = queue.pop()) {
      chain.write(chain.read(chain.left));
      queue.push(chain);
    }
    queue.signal();
  }
}

let device: Echo;
let driver: VirtioDriver;
beforeEach(() => {
  device = new Echo();
  driver = new VirtioDriver(device);
  device.heard.length = 0;
});

describe('configuration space', () => {
  it('says who it is', () => {
    const { config } = driver.fn;
    expect([config.read(0, 4), config.read(8, 4), config.read(0x2c, 4)]).toEqual([0x10441af4, 0x00ff0001, 0x00441af4]);
    expect(config.read(0x3d, 1)).toBe(1);
  });

  it('has all five structures, in the windows where they are', () => {
    const { config } = driver.fn;
    const found = new Map<number, { bar: number; offset: number; length: number; size: number }>();
    for (let at = config.read(0x34, 1); at !== 0; at = config.read(at + 1, 1)) {
      if (config.read(at, 1) !== 9) continue;
      const [size, kind, bar] = [config.read(at + 2, 1), config.read(at + 3, 1), config.read(at + 4, 1)];
      found.set(kind, { bar, offset: config.read(at + 8, 4), length: config.read(at + 12, 4), size });
      if (kind === 2) expect(config.read(at + 16, 4)).toBe(4);
    }
    expect([...found.keys()].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(found.get(1)).toMatchObject({ bar: 4, offset: 0, length: 0x38, size: 16 });
    expect(found.get(2)).toMatchObject({ bar: 4, offset: 0x3000, size: 20 });
    expect(found.get(5)).toMatchObject({ size: 20 });
  });

  it('gives access to the windows to those who cannot reach memory', () => {
    const { config } = driver.fn;
    let at = config.read(0x34, 1);
    while (config.read(at + 3, 1) !== 5) at = config.read(at + 1, 1);
    const select = (offset: number, length: number): void => {
      config.write(at + 4, 1, 4);
      config.write(at + 8, 4, offset);
      config.write(at + 12, 4, length);
    };
    select(0x14, 1);
    config.write(at + 16, 1, 3);
    expect(driver.status).toBe(3);
    expect(config.read(at + 16, 1)).toBe(3);
    select(0x2000, 4);
    expect(config.read(at + 16, 4)).toBe(0x04030201);
    // A window that does not exist, or an access across its end.
    select(0x4000, 4);
    expect(config.read(at + 16, 4)).toBe(0);
    select(0x14, 3);
    config.write(at + 16, 4, 0x01);
    expect(driver.status).toBe(3);
  });
});

describe('starting up', () => {
  it('negotiates: offered features and no others', () => {
    expect([...driver.offered()].sort((a, b) => a - b)).toEqual([3, 28, 29, 32]);
    driver.write(0, 4, 2);
    expect(driver.read(4, 4)).toBe(0);
    driver.status = 3;
    driver.accept([3, 4, 32]);
    driver.status = 11;
    expect(driver.status).toBe(3);
    // Without version 1 there would be another interface.
    driver.accept([3]);
    driver.status = 11;
    expect(driver.status).toBe(3);
    driver.accept([3, 32]);
    driver.status = 11;
    expect(driver.status).toBe(11);
    expect([device.transport.negotiated(3), device.transport.negotiated(28)]).toEqual([true, false]);
    // Too late.
    driver.accept([32]);
    expect(device.transport.negotiated(3)).toBe(true);
    expect(driver.read(0x0c, 4)).toBe(1);
  });

  it('describes its queues, and takes smaller sizes that are powers of two', () => {
    expect(driver.read(0x12, 2)).toBe(2);
    const sizeOf = (queue: number): number => {
      driver.write(0x16, 2, queue);
      return driver.read(0x18, 2);
    };
    expect([sizeOf(0), sizeOf(1), sizeOf(2)]).toEqual([64, 16, 0]);
    driver.write(0x16, 2, 0);
    driver.write(0x18, 2, 100);
    expect(driver.read(0x18, 2)).toBe(64);
    driver.write(0x18, 2, 128);
    expect(driver.read(0x18, 2)).toBe(64);
    driver.write(0x18, 2, 32);
    expect(driver.read(0x18, 2)).toBe(32);
    driver.write(0x20, 4, 0x1000);
    driver.write(0x24, 4, 1);
    driver.write(0x1c, 2, 1);
    expect([driver.read(0x1c, 2), driver.read(0x20, 4), driver.read(0x24, 4)]).toEqual([1, 0x1000, 1]);
    // A queue in use stays where it is.
    driver.write(0x20, 4, 0x2000);
    driver.write(0x18, 2, 16);
    expect([driver.read(0x20, 4), driver.read(0x18, 2)]).toEqual([0x1000, 32]);
  });

  it('works only when the driver is ready', () => {
    driver.start();
    driver.status = 0;
    expect(device.heard).toEqual(['reset', 'start', 'reset']);
    driver.notify(0);
    expect(device.heard).toHaveLength(3);
    driver.start();
    driver.notify(7);
    expect([...driver.request(1, [Uint8Array.of(1, 2), 5]).bytes]).toEqual([1, 2, 0xee, 0xee, 0xee]);
  });
});

describe('the device configuration', () => {
  it('is read in any width, zeros behind its end, and written byte by byte', () => {
    const { fn } = driver;
    expect([fn.readBar(4, 0x2000, 4), fn.readBar(4, 0x2002, 2), fn.readBar(4, 0x2004, 4)]).toEqual([0x04030201, 0x0403, 5]);
    fn.writeBar(4, 0x2002, 2, 0x0201);
    expect(device.heard).toEqual(['config 2=1', 'config 3=2']);
  });

  it('tells the driver of changes', () => {
    const before = driver.read(0x15, 1);
    driver.start();
    device.transport.configChanged();
    expect(driver.read(0x15, 1)).toBe(before + 1);
    expect(driver.line.asserted).toBe(true);
    expect(driver.fn.readBar(4, 0x1000, 1)).toBe(2);
  });
});

describe('interrupts by the pin', () => {
  it('say why, and go away when that is read', () => {
    driver.start();
    driver.request(0, [4]);
    expect(driver.line.asserted).toBe(true);
    expect([driver.fn.readBar(4, 0x1000, 1), driver.fn.readBar(4, 0x1000, 1)]).toEqual([1, 0]);
    expect(driver.line.asserted).toBe(false);
  });

  it('go away with a reset', () => {
    driver.start();
    driver.request(0, [4]);
    driver.status = 0;
    expect([driver.line.asserted, driver.fn.readBar(4, 0x1000, 1), driver.read(0x12, 2)]).toEqual([false, 0, 2]);
  });
});

describe('a driver that breaks the rules', () => {
  it('is told that only a reset helps, and nothing goes on before it', () => {
    driver.start();
    driver.queues[0].offer(999);
    driver.notify(0);
    expect(driver.status).toBe(0x4f);
    expect(driver.fn.readBar(4, 0x1000, 1)).toBe(2);
    expect(driver.log.messages).toEqual(['echo: driver error on queue 0: descriptor number out of range']);
    driver.notify(0);
    driver.status = 0x4f;
    expect(driver.log.messages).toHaveLength(1);
    driver.start();
    expect([...driver.request(0, [Uint8Array.of(9), 1]).bytes]).toEqual([9]);
  });
});

describe('interrupts by messages', () => {
  let table: (vector: number, word: number, value: number) => void;
  const control = (bits: number): void => {
    const { config } = driver.fn;
    let at = config.read(0x34, 1);
    while (config.read(at, 1) !== 0x11) at = config.read(at + 1, 1);
    config.write(at + 2, 2, bits);
  };
  beforeEach(() => {
    driver = new VirtioDriver(device, { messages: true });
    table = (vector, word, value) => driver.fn.writeBar(1, 16 * vector + 4 * word, 4, value);
    driver.fn.config.write(4, 2, 2);
    for (let vector = 0; vector < 3; vector++) [0x1000, 1, 0x40 + vector, 0].forEach((value, word) => table(vector, word, value));
  });
  /** Starts with a vector for each queue and one for the configuration; the vectors are written behind the reset. */
  function start(): void {
    driver.start();
    [0, 1].forEach((queue) => {
      driver.write(0x16, 2, queue);
      driver.write(0x1a, 2, queue + 1);
    });
    driver.write(0x10, 2, 0);
  }

  it('go to the address of the vector, and the pin stays quiet', () => {
    control(0x8000);
    start();
    driver.request(1, [4]);
    device.transport.configChanged();
    expect(driver.messages).toEqual([
      { address: 0x100001000, data: 0x42 },
      { address: 0x100001000, data: 0x40 },
    ]);
    expect([driver.line.asserted, driver.fn.readBar(4, 0x1000, 1)]).toEqual([false, 0]);
  });

  it('wait while a vector or the function is masked', () => {
    control(0x8000);
    start();
    table(1, 3, 1);
    driver.request(0, [4]);
    driver.request(0, [4]);
    expect(driver.messages).toEqual([]);
    expect(driver.fn.readBar(1, 0x800, 4)).toBe(2);
    table(1, 3, 0);
    expect(driver.messages).toEqual([{ address: 0x100001000, data: 0x41 }]);
    expect(driver.fn.readBar(1, 0x800, 4)).toBe(0);
    control(0xc000);
    driver.request(1, [4]);
    expect(driver.messages).toHaveLength(1);
    control(0x8000);
    expect(driver.messages).toHaveLength(2);
  });

  it('cannot have a vector that does not exist', () => {
    driver.write(0x16, 2, 0);
    driver.write(0x1a, 2, 3);
    expect(driver.read(0x1a, 2)).toBe(0xffff);
    driver.write(0x1a, 2, 2);
    expect(driver.read(0x1a, 2)).toBe(2);
    driver.write(0x10, 2, 17);
    expect(driver.read(0x10, 2)).toBe(0xffff);
  });

  it('are not sent for queues without a vector', () => {
    control(0x8000);
    driver.start();
    driver.request(0, [4]);
    expect([driver.messages, driver.line.asserted]).toEqual([[], false]);
  });

  it('leave the pin to drivers that do not switch them on', () => {
    start();
    driver.request(0, [4]);
    expect([driver.messages, driver.line.asserted]).toEqual([[], true]);
  });

  it('have a table of words that starts masked', () => {
    driver.fn.reset();
    expect([driver.fn.readBar(1, 12, 4), driver.fn.readBar(1, 0, 4)]).toEqual([1, 0]);
    table(0, 0, 0x12345678);
    expect([driver.fn.readBar(1, 2, 2), driver.fn.readBar(1, 1, 1)]).toEqual([0x1234, 0x56]);
    driver.fn.writeBar(1, 0, 1, 0xff);
    expect(driver.fn.readBar(1, 0, 4)).toBe(0x12345678);
  });
});
