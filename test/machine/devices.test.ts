import { describe, expect, it } from 'vitest';
import type { BlockStore } from '../../src/bus/block-store.js';
import { ConfigError } from '../../src/config-error.js';
import { seededEntropy } from '../../src/machine/seeded-entropy.js';
import type { MachineConfig } from '../../src/machine-api.js';
import { requireSlots, virtioFunctions } from '../../src/machines/virtio-functions.js';
import { ByteMemory } from '../support/byte-memory.js';
import { ManualClock } from '../support/manual-clock.js';
import { ProbeLog } from '../support/probe-log.js';

const base: MachineConfig = { machine: 'bamboo', kernel: { name: 'none', bytes: new Uint8Array(0) } };
const store: BlockStore = {
  name: 'disk',
  size: 512,
  readOnly: true,
  read: () => undefined,
  write: () => false,
  zero: () => false,
  flush: () => false,
};
const folder = {} as NonNullable<MachineConfig['shares']>[number]['folder'];

describe('slots', () => {
  it('suffice for what was asked for', () => {
    expect(() => requireSlots({ ...base, drives: [store, store, store, store] }, 'bamboo', 4)).not.toThrow();
    expect(() => requireSlots({ ...base, drives: [store, store, store, store, store] }, 'bamboo', 4)).toThrow(
      /bamboo has 4 PCI slots, not 5/,
    );
    expect(() => requireSlots({ ...base, drives: [store] }, 'thing', 0)).toThrow(ConfigError);
    expect(() => requireSlots(base, 'thing', 0)).not.toThrow();
  });

  it('have shares with tags of their own', () => {
    const shares = [{ tag: 'a', folder }, { tag: 'a', folder }]; // prettier-ignore
    expect(() => requireSlots({ ...base, shares }, 'bamboo', 4)).toThrow(/tag a/);
  });
});

describe('devices', () => {
  it('come in the order of the configuration, and wake a guest that waits', () => {
    let woken = 0;
    let closed = 0;
    let frame: (bytes: Uint8Array) => void = () => undefined;
    let key: (bytes: Uint8Array) => void = () => undefined;
    const clock = new ManualClock();
    const { functions, dispose } = virtioFunctions(
      {
        ...base,
        drives: [store, store],
        network: {
          connect: (given) => {
            expect(given).toBe(clock);
            return { transmit: () => undefined, onReceive: (receiver) => void (frame = receiver), close: () => closed++ };
          },
        },
        shares: [{ tag: 'host', folder }],
        secondConsole: { output: () => undefined, onInput: (receiver) => void (key = receiver) },
      },
      { memory: new ByteMemory(16), clock, log: new ProbeLog(), wake: () => woken++, entropy: seededEntropy() },
    );
    expect(functions.map(({ name }) => name)).toEqual(['disk0', 'disk1', 'net0', 'share0', 'console1', 'rng0']);
    expect(functions.map(({ config }) => config.read(2, 2))).toEqual([0x1042, 0x1042, 0x1041, 0x1049, 0x1043, 0x1044]);
    frame(new Uint8Array(60));
    key(Uint8Array.of(1));
    expect(woken).toBe(2);
    dispose();
    expect(closed).toBe(1);
  });
});

describe('seeded entropy', () => {
  it('is the same in every run, and looks like noise', () => {
    const [a, b] = [new Uint8Array(4096), new Uint8Array(4096)];
    seededEntropy()(a);
    const source = seededEntropy();
    source(b.subarray(0, 1000));
    source(b.subarray(1000));
    expect(a).toEqual(b);
    expect(new Set(a).size).toBe(256);
  });
});
