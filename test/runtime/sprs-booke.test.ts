import { beforeEach, describe, expect, it } from 'vitest';
import { EXCEPTION_ILLEGAL, EXCEPTION_NONE } from '../../jit/abi/exits.js';
import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { PPC440EP } from '../../jit/isa/cpus/ppc440.js';
import { SPRS_E500V2 } from '../../jit/isa/spr-booke.js';
import type { SprSet } from '../../jit/isa/sprs.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { BookeSprs } from '../../runtime/sprs/booke-sprs.js';
import { BookeTimers } from '../../runtime/timers/booke-timers.js';

const [DEC, PID, DECAR, ESR, PIR, PVR, DBSR, DBCR0, IAC1, TSR, TCR, MCSR, MMUCR] = [
  22, 48, 54, 62, 286, 287, 304, 308, 312, 336, 340, 572, 946,
] as const;

let now: number;
let calls: string[];
let logged: string[];
let state: CpuState;
let timers: BookeTimers;
let sprs: BookeSprs;

function make(set: SprSet = PPC440EP.sprs): BookeSprs {
  return new BookeSprs(
    state,
    set,
    timers,
    {
      contextChanged: () => calls.push(`context ${state.spr(PID)}`),
      interruptsChanged: () => calls.push('interrupts'),
      reset: (kind) => calls.push(`reset ${kind}`),
    },
    { unimplemented: (message) => logged.push(message) },
    { pvr: PPC440EP.pvr, pir: 3 },
  );
}

beforeEach(() => {
  now = 0;
  calls = [];
  logged = [];
  state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
  timers = new BookeTimers(state, { ticks: () => now }, () => undefined);
  sprs = make();
});

it('reset values', () => {
  for (const number of PPC440EP.sprs.byNumber.keys()) state.setSpr(number, 0xffffffff);
  timers.reset();
  sprs.reset('chip');
  const values = new Map<number, number>();
  for (const [number, spr] of PPC440EP.sprs.byNumber) if (spr.read) values.set(number, sprs.readSpr(number));
  expect([...values].filter(([, value]) => value !== 0)).toEqual([
    [PIR, 3],
    [PVR, 0x422218d3],
    [DBSR, 0x20000000],
  ]);
  expect(logged).toEqual([]);
});

describe('registers with a home of their own', () => {
  it('LR, CTR, XER, the timebase', () => {
    sprs.writeSpr(8, 0xc0000001);
    sprs.writeSpr(9, 7);
    sprs.writeSpr(1, 0xffffffff);
    expect([state.lr, state.ctr, state.xer]).toEqual([0xc0000001, 7, 0xe000007f]);
    expect([sprs.readSpr(8), sprs.readSpr(9), sprs.readSpr(1)]).toEqual([0xc0000001, 7, 0xe000007f]);
    sprs.writeSpr(285, 5);
    sprs.writeSpr(284, 0xfffffff0);
    now += 0x20;
    expect([sprs.readSpr(268), sprs.readSpr(269)]).toEqual([0x10, 6]);
  });

  it('problem state reads SPRG4 to SPRG7 under other numbers', () => {
    for (let n = 4; n < 8; n++) {
      sprs.writeSpr(272 + n, 0x80000000 + n);
      expect([sprs.readSpr(256 + n), sprs.readSpr(272 + n)]).toEqual([0x80000000 + n, 0x80000000 + n]);
    }
  });

  it('plain storage keeps unsigned words without calls', () => {
    for (const number of [26, 27, 58, 59, 61, ESR, 63, 256, 275, 415, 570, MMUCR, 947, 888]) {
      sprs.writeSpr(number, -2);
      expect(sprs.readSpr(number)).toBe(0xfffffffe);
      expect(state.spr(number)).toBe(0xfffffffe);
    }
    expect([calls, logged]).toEqual([[], []]);
  });
});

describe('timers', () => {
  it('DEC runs, DECAR reloads, TSR is cleared by ones, TCR enables', () => {
    sprs.writeSpr(DECAR, 50);
    sprs.writeSpr(DEC, 100);
    sprs.writeSpr(TCR, 0x04400000);
    expect([sprs.readSpr(DEC), sprs.readSpr(TCR)]).toEqual([100, 0x04400000]);
    now += 110;
    expect([sprs.readSpr(DEC), sprs.readSpr(TSR)]).toEqual([40, 0x08000000]);
    sprs.writeSpr(TSR, 0x08000000);
    expect(sprs.readSpr(TSR)).toBe(0);
    expect(calls).toEqual(Array(4).fill('interrupts'));
  });
});

describe('PID', () => {
  it('has 8 bits and tells when it changes', () => {
    sprs.writeSpr(PID, 0x1234);
    expect(sprs.readSpr(PID)).toBe(0x34);
    sprs.writeSpr(PID, 0x34);
    sprs.writeSpr(PID, 0);
    expect(calls).toEqual(['context 52', 'context 0']);
  });
});

describe('debug and identification', () => {
  it.each([
    [1, 'core'],
    [2, 'chip'],
    [3, 'system'],
  ])('DBCR0[RST] = %i resets the %s', (code, kind) => {
    sprs.writeSpr(DBCR0, (0x40000000 | (code << 28)) >>> 0);
    expect(calls).toEqual(['interrupts', `reset ${kind}`]);
    expect(sprs.readSpr(DBCR0)).toBe(0x40000000);
  });

  it('DBSR and MCSR are cleared by ones', () => {
    state.setSpr(DBSR, 0x0f000000);
    state.setSpr(MCSR, 0xc0000000);
    sprs.writeSpr(DBSR, 0x09000000);
    sprs.writeSpr(MCSR, 0x80000000);
    expect([sprs.readSpr(DBSR), sprs.readSpr(MCSR)]).toEqual([0x06000000, 0x40000000]);
  });

  it('reports debug facilities that are not modelled once each, and keeps their values', () => {
    sprs.writeSpr(IAC1, 0);
    sprs.writeSpr(IAC1, 0xc0001000);
    sprs.writeSpr(IAC1, 0xc0002000);
    sprs.writeSpr(DBCR0, 0x48000000);
    sprs.writeSpr(DBCR0, 0x44000000);
    expect(logged).toHaveLength(2);
    expect(logged[0]).toContain('IAC1');
    expect(logged[1]).toContain('DBCR0');
    expect(sprs.readSpr(IAC1)).toBe(0xc0002000);
  });
});

describe('numbers that are not there', () => {
  it.each([
    ['no such SPR', 25, 'both'],
    ['PVR', PVR, 'write'],
    ['DECAR', DECAR, 'read'],
    ['timebase for reading', 268, 'write'],
    ['timebase for writing', 284, 'read'],
  ])('%s: illegal instruction on the 440, logged once', (_, number, direction) => {
    for (let n = 0; n < 2; n++) {
      state.setException(EXCEPTION_NONE);
      if (direction === 'write') sprs.writeSpr(number, 1);
      else expect(sprs.readSpr(number)).toBe(0);
      expect(state.exception).toBe(EXCEPTION_ILLEGAL);
    }
    expect(logged).toHaveLength(1);
    expect(sprs.readSpr(PVR)).toBe(0x422218d3);
  });

  it('are ignored on models that ignore them, but for 0, 4, 5, 6', () => {
    const e500 = make(SPRS_E500V2);
    expect(e500.readSpr(25)).toBe(0);
    e500.writeSpr(1000, 1);
    expect(state.exception).toBe(EXCEPTION_NONE);
    for (const number of [0, 4, 5, 6]) {
      state.setException(EXCEPTION_NONE);
      e500.readSpr(number);
      expect(state.exception).toBe(EXCEPTION_ILLEGAL);
    }
  });
});
