import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { KERNEL_BASE, planPseries } from '../../src/machines/pseries-plan.js';
import { makeElf } from '../support/images.js';

const MIB = 2 ** 20;
const BYTES = Uint8Array.from({ length: 0x40 }, (_, n) => n);
const START = 0xc000000000000000n;
type Kind = Parameters<typeof makeElf>[0];

function kernel(change: Partial<Kind> = {}) {
  const segments = [{ virtual: START, physical: 0n, bytes: BYTES, size: 0x12345 }];
  return { name: 'vmlinux', bytes: makeElf({ bits: 64, endianness: 'little', entry: START, segments, ...change }) };
}
const initrd = { name: 'initrd', bytes: new Uint8Array(0x20001) };

describe('planPseries', () => {
  it.each([2, 3])('loads a kernel (ELF type %i) above the vectors, and puts the rest behind it', (type) => {
    const plan = planPseries({ kernel: kernel({ type }), initrd }, 64 * MIB);
    expect(plan.segments[0]).toMatchObject({ physical: KERNEL_BASE, size: 0x12345 });
    expect(plan.entry).toBe(KERNEL_BASE);
    const start = KERNEL_BASE + 0x20000;
    expect(plan.initrd).toEqual({ start, end: start + 0x20001 });
    expect(plan.segments[1]).toEqual({ physical: start, bytes: initrd.bytes, size: 0x20001 });
    expect(plan.deviceTree.address).toBe(start + 0x30000);
    expect(plan.rtas.address).toBeGreaterThanOrEqual(plan.deviceTree.address + plan.deviceTree.room);
    for (const { address } of [plan.deviceTree, plan.rtas]) expect(address % 0x1000).toBe(0);
  });

  it('lays RAM out as the kernel is', () => {
    expect(planPseries({ kernel: kernel() }, 64 * MIB).littleEndian).toBe(true);
    expect(planPseries({ kernel: kernel({ endianness: 'big' }) }, 64 * MIB).littleEndian).toBe(false);
  });

  it('enters where the kernel says, by effective or physical address', () => {
    expect(planPseries({ kernel: kernel({ entry: START + 8n }) }, 64 * MIB).entry).toBe(KERNEL_BASE + 8);
    const low = [{ virtual: 0n, physical: 0n, bytes: BYTES }];
    expect(planPseries({ kernel: kernel({ entry: 0x10n, segments: low }) }, 64 * MIB).entry).toBe(KERNEL_BASE + 0x10);
  });

  it('leaves a kernel where it is that was linked for a higher place', () => {
    const segments = [{ virtual: 0x1000000n, physical: 0x1000000n, bytes: BYTES }];
    const plan = planPseries({ kernel: kernel({ entry: 0x1000004n, segments }) }, 64 * MIB);
    expect([plan.segments[0]!.physical, plan.entry]).toEqual([0x1000000, 0x1000004]);
  });

  it('puts firmware at 0, and the device tree out of its way', () => {
    const firmware = { name: 'slof.bin', bytes: new Uint8Array(0x1000) };
    const plan = planPseries({ firmware, kernel: kernel(), initrd }, 256 * MIB);
    expect(plan.segments.map((s) => s.physical)).toEqual([KERNEL_BASE, 0, KERNEL_BASE + 0x20000]);
    expect([plan.entry, plan.entersFirmware, plan.littleEndian]).toEqual([0x100, true, true]);
    expect(plan.kernel).toEqual({ address: KERNEL_BASE, size: 0x20000, moved: KERNEL_BASE });
    expect(plan.deviceTree.address).toBeGreaterThan(255 * MIB);
    expect(planPseries({ firmware }, 64 * MIB)).toMatchObject({ kernel: undefined, littleEndian: false, entry: 0x100 });
    const big = { name: 'slof.bin', bytes: new Uint8Array(5 * MIB) };
    expect(() => planPseries({ firmware: big }, 64 * MIB)).toThrow(/too big/);
    expect(() => planPseries({}, 64 * MIB)).toThrow(/nothing to start/);
  });

  it.each([
    ['a 32-bit kernel', kernel({ bits: 32, endianness: 'big', entry: 0n, segments: [{ virtual: 0n, physical: 0n, bytes: BYTES }] }), 64 * MIB, /64-bit/],
    ['memory that is no pages', kernel(), 64 * MIB + 1, /whole pages/],
    ['little memory', kernel(), 32 * MIB, /--memory/],
    ['more memory than there can be', kernel(), 4096 * MIB, /--memory/],
    ['an initrd that does not fit', kernel(), 64 * MIB, /fit/],
  ])('refuses %s', (what, image, bytes, message) => {
    const big = { name: 'initrd', bytes: new Uint8Array(60 * MIB) };
    const plan = () => planPseries({ kernel: image, ...(what.includes('initrd') ? { initrd: big } : {}) }, bytes);
    expect(plan).toThrow(ConfigError);
    expect(plan).toThrow(message);
  }); // prettier-ignore
});
