import { beforeEach, describe, expect, it } from 'vitest';
import { EXCEPTION_FACILITY_UNAVAILABLE, EXCEPTION_ILLEGAL, EXCEPTION_NONE, EXCEPTION_PRIVILEGED } from '../../jit/abi/exits.js';
import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { POWER7, POWER8, PPC970FX } from '../../jit/isa/cpus/index.js';
import type { SprSet } from '../../jit/isa/sprs.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Book3sSprs } from '../../runtime/sprs/book3s-sprs.js';
import { Book3sTimers } from '../../runtime/timers/book3s-timers.js';
import { POWER8_SPRS, type Outcome } from './book3s-spr-table.js';

const [DSCR, UAMR, DEC, AMR, IAMR, FSCR, UAMOR, DPDES, PVR, LPCR, UMMCR0, MMCR0, BESCR, TAR, PPR, PPR32, PIR] = [
  3, 13, 22, 29, 61, 153, 157, 176, 287, 318, 779, 795, 806, 815, 896, 898, 1023,
] as const;
const PR = 0x4000;
const ALL_FACILITIES = 0x184;
/** MMCR0[PMCC]. */
const pmcc = (n: number) => n << 18;

let now: number;
let calls: string[];
let logged: string[];
let state: CpuState;
let timers: Book3sTimers;
let sprs: Book3sSprs;

function make(set: SprSet = POWER8.sprs, pvr = POWER8.pvr): Book3sSprs {
  return new Book3sSprs(
    state,
    set,
    timers,
    { contextChanged: () => calls.push('context'), interruptsChanged: () => calls.push('interrupts') },
    { unimplemented: (message) => logged.push(message) },
    { pvr, pir: 3 },
  );
}
const read = (n: number) => {
  const low = sprs.readSpr(n);
  return (BigInt(state.serviceHigh) << 32n) | BigInt(low >>> 0);
};
const write = (n: number, value: bigint) => sprs.writeSpr(n, Number(value & 0xffffffffn), Number(value >> 32n));
/** What an access comes to: as the interpreter does it. */
function outcome(n: number, writes: boolean): Outcome | string {
  state.setException(EXCEPTION_NONE);
  const allowed = sprs.access(n, writes);
  switch (state.exception) {
    case EXCEPTION_NONE: return allowed ? 'done' : 'nothing';
    case EXCEPTION_PRIVILEGED: return 'privileged';
    case EXCEPTION_ILLEGAL: return 'illegal';
    case EXCEPTION_FACILITY_UNAVAILABLE: return `${{ 2: 'DSCR', 3: 'PMU', 5: 'TM', 7: 'EBB', 8: 'TAR' }[state.exceptionSyndrome]} unavailable`;
    default: return `exception ${state.exception}`;
  }
} // prettier-ignore

beforeEach(() => {
  now = 0;
  calls = [];
  logged = [];
  state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
  timers = new Book3sTimers({ ticks: () => now });
  sprs = make();
  state.msr = 0;
});

describe('every number', () => {
  it.each([
    ['privileged', 0],
    ['problem', PR],
  ])('is allowed, ignored or refused as the manual says, in %s state', (_, msr) => {
    state.msr = msr;
    state.setSpr(FSCR, ALL_FACILITIES);
    state.setSpr(MMCR0, pmcc(2));
    for (let n = 0; n < 1024; n++) {
      // The privilege bit is checked before the service is asked.
      if (msr === PR && n & 0x10) continue;
      for (const writes of [false, true])
        expect(outcome(n, writes).replace('nothing', 'n'), `${n} ${writes}`).toBe(
          // A write that goes nowhere is allowed, and nothing happens.
          n >= 880 && n <= 882 && writes ? 'n' : POWER8_SPRS[n]!.outcome(writes, msr === PR).replace('nothing', 'n'),
        );
    }
  });

  it('reads back as many bits as it has', () => {
    for (let n = 0; n < 1024; n++) {
      const row = POWER8_SPRS[n]!;
      if (row.outcome(false, false) !== 'done') continue;
      expect(POWER8.sprs.byNumber.get(n)!.width, row.name).toBe(row.width);
      expect(POWER8.sprs.byNumber.get(n)!.name).toBe(row.name);
      if (row.outcome(true, false) === 'done') write(n, 0xcafefacec0debaben);
      if (row.width === 32) expect(read(n) >> 32n, row.name).toBe(0n);
    }
  });

  it('reset values', () => {
    for (const { at } of POWER8.sprs.byNumber.values()) state.setSpr(at, 0xffffffff, 0xffffffff);
    sprs.reset();
    const values = [...POWER8.sprs.byNumber.values()]
      .filter((s) => s.read && s.read !== 'hypervisor')
      .map((s) => [s.number, read(s.number)]);
    expect(values.filter(([, v]) => v !== 0n)).toEqual([
      [DEC, 0x7fffffffn],
      [PVR, 0x4d0200n],
      [PIR, 3n],
    ]);
  });
});

describe('facilities that may be off in problem state', () => {
  it.each([
    ['DSCR', DSCR, 0x4],
    ['TAR', TAR, 0x100],
    ['EBB', BESCR, 0x80],
    ['EBB', 804, 0x80],
    ['EBB', 801, 0x80],
  ])('%s by its bit of FSCR (SPR %i)', (name, number, bit) => {
    for (const writes of [false, true]) {
      state.msr = PR;
      state.setSpr(FSCR, ~bit);
      expect(outcome(number, writes)).toBe(`${name} unavailable`);
      state.setSpr(FSCR, bit);
      expect(outcome(number, writes)).toBe('done');
      state.msr = 0;
      state.setSpr(FSCR, 0);
      expect(outcome(number, writes)).toBe('done');
    }
  });

  it.each([
    [0, 'done', 'illegal', 'done', 'illegal'],
    [1, 'PMU unavailable', 'PMU unavailable', 'PMU unavailable', 'PMU unavailable'],
    [2, 'done', 'done', 'done', 'done'],
    [3, 'done', 'done', 'PMU unavailable', 'PMU unavailable'],
  ])('the performance monitor by MMCR0[PMCC] = %i', (control, reading, writing, readingLast, writingLast) => {
    state.setSpr(MMCR0, pmcc(control));
    state.msr = PR;
    for (const n of [769, 770, 771, 774, 779]) expect([outcome(n, false), outcome(n, true)]).toEqual([reading, writing]);
    for (const n of [775, 776]) expect([outcome(n, false), outcome(n, true)]).toEqual([readingLast, writingLast]);
    for (const n of [768, 780, 781, 782]) expect([outcome(n, false), outcome(n, true)]).toEqual([reading, 'illegal']);
    state.msr = 0;
    for (const n of [769, 771, 775, 779]) expect([outcome(n, false), outcome(n, true)]).toEqual(['done', 'done']);
  });
});

describe('registers that are more than storage', () => {
  it('LR, CTR, XER and the timebase', () => {
    write(8, 0xc000000000000001n);
    write(9, 0x8000000000000007n);
    write(1, 0xffffffffffffffffn);
    expect([read(8), read(9), read(1)]).toEqual([0xc000000000000001n, 0x8000000000000007n, 0xe000007fn]);
    now = 2 ** 32 * 5 + 7;
    expect([read(268), read(269), read(309), read(849)]).toEqual([0x500000007n, 5n, 0x500000007n, 0x500000007n]);
  });

  it('DEC tells of its exception', () => {
    write(DEC, 0x1_ffffffffn);
    expect([read(DEC), timers.decrementerPending, calls]).toEqual([0xffffffffn, true, ['interrupts']]);
  });

  it('other names of the same register', () => {
    write(17, 0x1ffffffn);
    expect(read(DSCR)).toBe(0x1ffffffn);
    write(275, 0x123456789abcn);
    expect(read(259)).toBe(0x123456789abcn);
    write(152, 0xffffffffn);
    expect(read(136)).toBe(0x8001n);
    write(152, 0n);
    expect(read(136)).toBe(0n);
    write(PPR, 0x000c0000_00000000n);
    write(PPR32, 0x00100000n);
    expect([read(PPR), read(PPR32)]).toEqual([0x00100000_00000000n, 0x00100000n]);
  });

  it('storage keys: problem state changes what UAMOR allows, and the context changes with the value', () => {
    write(UAMOR, 0x00ff00ff_00ff00ffn);
    write(AMR, 0x11111111_11111111n);
    write(UAMR, 0xffffffff_ffffffffn);
    expect(read(AMR)).toBe(0x11ff11ff_11ff11ffn);
    expect(calls).toEqual(['context', 'context']);
    write(AMR, 0x11ff11ff_11ff11ffn);
    expect(calls).toHaveLength(2);
    write(IAMR, 0x40000000_00000000n);
    expect([read(IAMR), calls.length]).toEqual([0x40000000_00000000n, 3]);
  });

  it('FSCR has the facilities and the cause', () => {
    write(FSCR, 0xffffffff_ffffffffn);
    expect(read(FSCR)).toBe(0xff000000_00000184n);
  });

  it('BESCR is set and cleared by halves', () => {
    write(BESCR, 0xffffffff_ffffffffn);
    expect(read(BESCR)).toBe(0x80000003_00000003n);
    write(802, 0x80000000_00000001n);
    expect(read(800)).toBe(0x00000003_00000002n);
    write(801, 0x80000000n);
    expect([read(802), read(803)]).toEqual([0x80000003_00000002n, 0x80000003n]);
    write(803, 0x00000003n);
    write(800, 1n);
    expect(read(BESCR)).toBe(0x80000000_00000003n);
  });

  it('problem state changes three bits of MMCR0, and other registers of the monitor as they are', () => {
    write(MMCR0, 0x12345678n);
    write(UMMCR0, 0xffffffffn);
    expect(read(UMMCR0)).toBe(BigInt((0x12345678 | 0x84000080) >>> 0));
    expect(calls).toEqual(['interrupts', 'interrupts']);
    write(771, 0x1_80000000n);
    write(770, 0x12_34567890n);
    expect([read(787), read(786)]).toEqual([0x80000000n, 0x12_34567890n]);
  });
});

describe('other models', () => {
  it('POWER7 has no FSCR, TAR, IAMR; problem state has no DSCR, and only reads the monitor', () => {
    sprs = make(POWER7.sprs, POWER7.pvr);
    for (const n of [FSCR, TAR, IAMR, DPDES, BESCR, DSCR]) expect([outcome(n, false), outcome(n, true)]).toEqual(['nothing', 'nothing']);
    state.msr = PR;
    expect([outcome(771, false), outcome(771, true), outcome(DSCR, false)]).toEqual(['done', 'illegal', 'illegal']);
    expect(read(PVR)).toBe(0x3f0203n);
  });

  it('the 970FX is in hypervisor state: SDR1, HSPRG and the timebase are its own', () => {
    sprs = make(PPC970FX.sprs, PPC970FX.pvr);
    for (const n of [25, 304, 311, 314]) {
      expect([outcome(n, false), outcome(n, true)]).toEqual(['done', 'done']);
      write(n, 0x1_00000040n);
      expect(read(n)).toBe(0x1_00000040n);
    }
    write(285, 9n);
    write(284, 0xfffffff0n);
    now += 0x20;
    expect(read(268)).toBe(0xa_00000010n);
    expect([outcome(AMR, true), outcome(LPCR, false)]).toEqual(['done', 'nothing']);
  });

  it('reports what is not there once', () => {
    sprs.access(1000, true);
    sprs.access(1000, false);
    sprs.access(136, true);
    expect(logged).toHaveLength(2);
    expect(logged[1]).toContain('CTRL');
  });
});
