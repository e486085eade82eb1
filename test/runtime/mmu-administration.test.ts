import { beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE } from '../../jit/abi/exits.js';
import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { MSR } from '../../jit/isa/registers.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Booke44xMmu } from '../../runtime/mmu/booke44x.js';
import {
  MAP_CACHE_INHIBITED,
  MAP_GUARDED,
  MAP_LITTLE_ENDIAN,
  MAP_SUPERVISOR_ALL,
  MAP_USER_ALL,
  MAP_USER_READ,
  MappingError,
} from '../../runtime/mmu/mmu.js';

let state: CpuState;
let mmu: Booke44xMmu;

beforeEach(() => {
  state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
  mmu = new Booke44xMmu(state);
});

describe('getTlb and setTlb', () => {
  it('round trip exactly', () => {
    for (let n = 0; n < 64; n++) {
      state.setSpr(946, n);
      mmu.tlbwe(n, 0, (0x10000 * n) | (n & 1 ? 0x200 : 0) | (n & 2 ? 0x100 : 0) | ((n & 15) << 4));
      mmu.tlbwe(n, 1, 0x400 * n + (n & 15));
      mmu.tlbwe(n, 2, n * 1021);
    }
    const image = mmu.getTlb();
    const dropped: unknown[] = [];
    mmu.reload();
    mmu.onEntryChanged = (...range) => dropped.push(range);
    mmu.setTlb(image);
    expect(mmu.getTlb()).toEqual(image);
    expect(dropped).toEqual([]);
    mmu.reset();
    mmu.setTlb(image);
    expect(mmu.getTlb()).toEqual(image);
  });

  it('setting an entry drops what came from the old one', () => {
    mmu.map({ virtual: 0, real: 0, size: 0x1000000, flags: MAP_SUPERVISOR_ALL });
    mmu.translate(0, ACCESS_READ);
    const dropped: unknown[] = [];
    mmu.onEntryChanged = (...range) => dropped.push(range);
    mmu.setTlb(mmu.getTlb().map((e, n) => (n === 0 ? { ...e, word1: 0x02000000 } : e)));
    expect(dropped).toEqual([[0, 0x1000000, 0, 0]]);
    expect(mmu.translate(4, ACCESS_READ).physical).toBe(0x02000004);
  });

  it('refuses images that the part cannot hold, unchanged', () => {
    const image = mmu.getTlb();
    expect(() => mmu.setTlb(image.slice(1))).toThrow(MappingError);
    expect(() => mmu.setTlb(image.map((e, n) => (n === 9 ? { ...e, tid: 256 } : { ...e, word0: 0x200 })))).toThrow(/entry 9/);
    expect(mmu.getTlb()).toEqual(image);
  });
});

describe('map', () => {
  it('makes the board start of bamboo from two entries', () => {
    mmu.map({ virtual: 0, real: 0, size: 16 << 20, flags: MAP_SUPERVISOR_ALL });
    mmu.map({ virtual: 0xef600000, real: 0xef600000, size: 4096, flags: MAP_SUPERVISOR_ALL | MAP_CACHE_INHIBITED | MAP_GUARDED });
    expect(mmu.getTlb().slice(0, 3)).toEqual([
      { tid: 0, word0: 0x00000270, word1: 0, word2: 0x7 },
      { tid: 0, word0: 0xef600210, word1: 0xef600000, word2: 0x507 },
      { tid: 0, word0: 0, word1: 0, word2: 0 },
    ]);
    expect(mmu.translate(0xef600300, ACCESS_WRITE)).toMatchObject({ ok: true, physical: 0xef600300, cacheInhibited: true, guarded: true });
    expect(mmu.translate(0xfffffc, ACCESS_FETCH)).toMatchObject({ ok: true, physical: 0xfffffc });
    state.msr = MSR.PR.mask;
    expect(mmu.translate(0, ACCESS_READ).ok).toBe(false);
  });

  it('covers odd ranges with the largest pages that fit, up to 36 bits', () => {
    mmu.map({ virtual: 0x00fffc00, real: 0x8_00fffc00, size: 0x1001400, flags: MAP_USER_ALL | MAP_LITTLE_ENDIAN });
    expect(mmu.getTlb().filter((e) => e.word0 & 0x200)).toHaveLength(3);
    state.msr = MSR.PR.mask;
    for (const ea of [0x00fffc00, 0x01000000, 0x01ffffff, 0x02000000, 0x02000fff])
      expect(mmu.translate(ea, ACCESS_READ)).toMatchObject({ ok: true, physical: 0x8_0000_0000 + ea, littleEndian: true });
    expect(mmu.translate(0x02001000, ACCESS_READ).ok).toBe(false);
    expect(mmu.translate(0x00fffbff, ACCESS_READ).ok).toBe(false);
  });

  it('replaces what it overlaps and evicts in turn when full, never its own pages', () => {
    mmu.map({ virtual: 0x10000000, real: 0, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    mmu.map({ virtual: 0x10000000, real: 0x4000, size: 0x4000, flags: MAP_USER_READ });
    expect(mmu.getTlb().filter((e) => e.word0 & 0x200)).toHaveLength(1);
    for (let n = 0; n < 70; n++) mmu.map({ virtual: 0x20000000 + n * 0x2000, real: 0, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    expect(mmu.getTlb().filter((e) => e.word0 & 0x200)).toHaveLength(64);
    expect(mmu.translate(0x20000000 + 69 * 0x2000, ACCESS_READ).ok).toBe(true);
    mmu.map({ virtual: 0x1000, real: 0x2000, size: 0x8000, flags: MAP_SUPERVISOR_ALL });
    for (let ea = 0x1000; ea < 0x9000; ea += 0x1000) expect(mmu.translate(ea, ACCESS_READ).physical).toBe(ea + 0x1000);
  });

  it.each([
    ['alignment', { virtual: 0x200, real: 0, size: 0x400, flags: MAP_USER_READ }],
    ['no size', { virtual: 0, real: 0, size: 0, flags: MAP_USER_READ }],
    ['effective addresses', { virtual: 0xfffff000, real: 0, size: 0x2000, flags: MAP_USER_READ }],
    ['real addresses', { virtual: 0, real: 0xf_ffff_f000, size: 0x2000, flags: MAP_USER_READ }],
    ['unknown flags', { virtual: 0, real: 0, size: 0x1000, flags: MAP_USER_READ | 0x8000 }],
    ['no permission', { virtual: 0, real: 0, size: 0x1000, flags: MAP_GUARDED }],
    ['too many pages', { virtual: 0x400, real: 0, size: 0x11000, flags: MAP_USER_READ }],
    ['not a number', { virtual: NaN, real: 0, size: 0x1000, flags: MAP_USER_READ }],
  ])('refuses %s and changes nothing', (_, mapping) => {
    const before = mmu.getTlb();
    expect(() => mmu.map(mapping)).toThrow(MappingError);
    expect(mmu.getTlb()).toEqual(before);
  });
});

it('dumpTlb shows guest and shadow entries', () => {
  mmu.map({ virtual: 0xef600000, real: 0x1_ef600000, size: 4096, flags: MAP_SUPERVISOR_ALL | MAP_GUARDED });
  const lines = mmu.dumpTlb([{ virtual: 0x1000, target: 0x4001000, size: 4096, access: 'rw', context: 0x401 }]).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^G {3}0 {2}ef600000 +4K +1ef600000 +0 +0 +--- +xwr +---G- 0$/);
  expect(lines[2]).toMatch(/^S +00001000 +4K +004001000 +rw +context 401$/);
});
