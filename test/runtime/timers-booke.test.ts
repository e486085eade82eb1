import { beforeEach, describe, expect, it } from 'vitest';
import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { BookeTimers } from '../../runtime/timers/booke-timers.js';

const TSR = 336;
const TCR = 340;
const [ENW, WIS, DIS, FIS] = [0x80000000, 0x40000000, 0x08000000, 0x04000000];
const [WIE, DIE, FIE, ARE] = [0x08000000, 0x04000000, 0x00800000, 0x00400000];

let now: number;
let resets: string[];
let state: CpuState;
let timers: BookeTimers;

beforeEach(() => {
  now = 1000;
  resets = [];
  state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
  timers = new BookeTimers(state, { ticks: () => now }, (kind) => resets.push(kind));
});
const timebase = (): bigint => (BigInt(timers.timebaseHigh) << 32n) | BigInt(timers.timebaseLow);

describe('timebase', () => {
  it('counts from 0 at reset, past 32 bits', () => {
    expect(timebase()).toBe(0n);
    now += 2 ** 32 - 1;
    expect(timebase()).toBe(0xffffffffn);
    now += 1;
    expect(timebase()).toBe(0x100000000n);
    now = 2 ** 53 - 1;
    expect(timebase()).toBe(2n ** 53n - 1001n);
  });

  it('is written in halves and wraps at 64 bits', () => {
    now = 2 ** 40 + 12345;
    timers.writeTimebaseLow(0);
    timers.writeTimebaseHigh(0xfffffffe);
    timers.writeTimebaseLow(0xfffffff0);
    expect(timebase()).toBe(0xfffffffe_fffffff0n);
    now += 0x10;
    expect(timebase()).toBe(0xffffffff_00000000n);
    now += 2 ** 32;
    expect(timebase()).toBe(0n);
    now += 5;
    timers.writeTimebaseHigh(7);
    expect(timebase()).toBe(0x7_00000005n);
  });

  it('each write leaves the other half', () => {
    for (const at of [0, 2 ** 31, 2 ** 32 - 1, 2 ** 33 + 77]) {
      now = at + 1000;
      for (const [high, low] of [
        [0, 0],
        [1, 0xffffffff],
        [0xffffffff, 0x80000000],
      ]) {
        timers.writeTimebaseLow(low);
        timers.writeTimebaseHigh(high);
        expect(timebase()).toBe((BigInt(high) << 32n) | BigInt(low));
      }
    }
  });
});

describe('decrementer', () => {
  it.each([
    ['decrementer', () => timers.decrementer],
    ['status', () => timers.status],
    ['snapshot', () => timers.snapshot()],
  ])('an event is told of although a look at %s came before', (_name, look) => {
    timers.writeDecrementer(10);
    now += 10;
    look();
    expect([state.spr(TSR) & DIS, timers.update(), timers.update()]).toEqual([DIS, true, false]);
  });

  it('stands at 0 after reset and when 0 is written, without an event', () => {
    expect(timers.decrementer).toBe(0);
    timers.writeDecrementer(0);
    now += 1e10;
    expect([timers.decrementer, timers.status & DIS]).toEqual([0, 0]);
  });

  it('reads as a running counter, raises DIS on 1 to 0 and stops there', () => {
    timers.writeControl(DIE);
    timers.writeDecrementer(100);
    expect([timers.decrementer, timers.nextEventTicks()]).toEqual([100, 100]);
    now += 99;
    expect([timers.decrementer, timers.update(), timers.nextEventTicks()]).toEqual([1, false, 1]);
    now += 1;
    expect(timers.nextEventTicks()).toBe(0);
    expect(timers.update()).toBe(true);
    expect([timers.decrementer, state.spr(TSR), timers.nextEventTicks()]).toEqual([0, DIS, Infinity]);
    timers.clearStatus(DIS);
    now += 1e12;
    expect([timers.decrementer, timers.status & DIS]).toEqual([0, 0]);
  });

  it('takes the whole unsigned range', () => {
    timers.writeDecrementer(0xffffffff);
    now += 2 ** 31;
    expect(timers.decrementer).toBe(0x7fffffff);
    timers.writeDecrementer(-1);
    expect(timers.decrementer).toBe(0xffffffff);
  });

  it('auto-reloads without ever reading 0, also after a long time', () => {
    timers.writeDecrementerReload(30);
    timers.writeControl(DIE | ARE);
    timers.writeDecrementer(10);
    now += 10;
    expect([timers.update(), timers.decrementer]).toEqual([true, 30]);
    timers.clearStatus(DIS);
    now += 29;
    expect([timers.update(), timers.decrementer, timers.nextEventTicks()]).toEqual([false, 1, 1]);
    now += 1;
    expect([timers.update(), timers.decrementer]).toEqual([true, 30]);
    now += 30 * 1e9 + 7;
    expect(timers.decrementer).toBe(23);
    timers.clearStatus(DIS);
    expect(timers.nextEventTicks()).toBe(23);
  });

  it('auto-reload of 0 stops it; switching auto-reload on late changes only what comes', () => {
    timers.writeControl(ARE);
    timers.writeDecrementer(5);
    now += 5;
    expect([timers.decrementer, timers.status]).toEqual([0, DIS]);
    timers.writeControl(0);
    timers.writeDecrementerReload(50);
    timers.writeDecrementer(5);
    now += 6;
    timers.writeControl(ARE);
    now += 1000;
    expect(timers.decrementer).toBe(0);
  });

  it('is no event while disabled or still waiting, but DIS shows', () => {
    timers.writeDecrementer(100);
    expect(timers.nextEventTicks()).toBe(Infinity);
    now += 200;
    expect(timers.status).toBe(DIS);
    timers.writeControl(DIE);
    timers.writeDecrementer(100);
    expect(timers.nextEventTicks()).toBe(Infinity);
  });
});

describe.each([0, 1, 2, 3])('fixed-interval timer, period %i', (period) => {
  const weight = 2 ** (12 + 4 * period);
  it('raises FIS when the bit rises', () => {
    timers.writeControl(FIE | (period << 24));
    expect(timers.nextEventTicks()).toBe(weight);
    now += weight - 1;
    expect(timers.status & FIS).toBe(0);
    now += 1;
    expect([timers.update(), state.spr(TSR) & FIS]).toEqual([true, FIS]);
    timers.clearStatus(FIS);
    expect(timers.nextEventTicks()).toBe(2 * weight);
    now += 2 * weight * 1000 + 3;
    expect([timers.update(), state.spr(TSR) & FIS]).toEqual([true, FIS]);
    timers.clearStatus(FIS);
    expect(timers.nextEventTicks()).toBe(2 * weight - 3);
    expect(timers.status & FIS).toBe(0);
  });

  it('follows writes of the timebase, and takes a written rise as an event', () => {
    timers.writeControl(FIE | (period << 24));
    timers.writeTimebaseLow(weight - 10);
    expect([state.spr(TSR) & FIS, timers.nextEventTicks()]).toEqual([0, 10]);
    timers.writeTimebaseLow(weight + 2);
    expect(state.spr(TSR) & FIS).toBe(FIS);
    timers.clearStatus(FIS);
    timers.writeTimebaseLow(weight + 5);
    timers.writeTimebaseLow(0);
    expect(state.spr(TSR) & FIS).toBe(0);
  });
});

describe('watchdog', () => {
  it.each([0, 1, 2, 3])('period %i: arms, then WIS, then nothing without WRC', (period) => {
    const weight = 2 ** (20 + 4 * period);
    timers.writeControl((WIE | (period << 30)) >>> 0);
    expect(timers.nextEventTicks()).toBe(weight);
    now += weight;
    timers.update();
    expect((state.spr(TSR) & (ENW | WIS)) >>> 0).toBe(ENW);
    expect(timers.nextEventTicks()).toBe(2 * weight);
    now += 2 * weight;
    timers.update();
    expect((state.spr(TSR) & (ENW | WIS)) >>> 0).toBe((ENW | WIS) >>> 0);
    expect(timers.nextEventTicks()).toBe(Infinity);
    now += 20 * weight;
    timers.update();
    expect(resets).toEqual([]);
  });

  it.each([
    [1, 'core'],
    [2, 'chip'],
    [3, 'system'],
  ])('WRC %i resets the %s on the third time-out, once', (wrc, kind) => {
    timers.writeControl(wrc << 28);
    now += 2 ** 20;
    expect([timers.update(), timers.nextEventTicks()]).toEqual([true, 2 ** 21]);
    now += 2 ** 21;
    timers.update();
    expect(resets).toEqual([]);
    expect(timers.nextEventTicks()).toBe(2 ** 21);
    now += 2 ** 21;
    timers.update();
    expect(resets).toEqual([kind]);
    expect([(state.spr(TSR) >>> 28) & 3, state.spr(TCR) & 0x30000000]).toEqual([wrc, 0]);
    timers.reset(state.spr(TSR));
    expect([state.spr(TSR), state.spr(TCR)]).toEqual([wrc << 28, 0]);
    now += 2 ** 30;
    timers.update();
    expect(resets).toHaveLength(1);
  });

  it('all steps happen when nobody looked for long', () => {
    timers.writeControl(3 << 28);
    now += 2 ** 25;
    timers.update();
    expect(resets).toEqual(['system']);
  });

  it('software that clears ENW and WIS in time is left alone', () => {
    timers.writeControl((3 << 28) | WIE);
    for (let n = 0; n < 10; n++) {
      now += 2 ** 21;
      timers.clearStatus(ENW | WIS);
    }
    expect(resets).toEqual([]);
    expect(timers.status >>> 30).toBe(0);
  });

  it('WIS without ENW only arms', () => {
    timers.writeControl(3 << 28);
    now += 2 ** 20 + 2 ** 21;
    timers.clearStatus(ENW);
    expect(timers.status >>> 30).toBe(1);
    now += 2 ** 21;
    expect(timers.status >>> 30).toBe(3);
    expect(resets).toEqual([]);
  });
});

describe('TCR, TSR, snapshots', () => {
  it('TCR keeps implemented bits, and WRC bits once set', () => {
    timers.writeControl(0xffffffff);
    expect(state.spr(TCR)).toBe(0xffc00000);
    timers.writeControl(0);
    expect(state.spr(TCR)).toBe(0x30000000);
  });

  it('TSR: only ones written are cleared', () => {
    state.setSpr(TSR, 0xfc000000);
    timers.clearStatus(DIS);
    expect(state.spr(TSR)).toBe((0xfc000000 & ~DIS) >>> 0);
    timers.clearStatus(0xffffffff);
    expect(state.spr(TSR)).toBe(0);
  });

  it('goes on from a snapshot under another clock', () => {
    timers.writeControl(DIE | FIE);
    timers.writeTimebaseHigh(9);
    timers.writeDecrementer(500);
    now += 120;
    const snapshot = timers.snapshot();
    expect(snapshot).toEqual({ timebaseHigh: 9, timebaseLow: 120, decrementer: 380 });
    let later = 7e9;
    const other = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
    const copy = new BookeTimers(other, { ticks: () => later }, () => undefined);
    other.words.set(state.words);
    copy.restore(snapshot);
    expect([copy.timebaseHigh, copy.timebaseLow, copy.decrementer, copy.nextEventTicks()]).toEqual([9, 120, 380, 380]);
    later += 380;
    expect([copy.update(), other.spr(TSR)]).toEqual([true, DIS]);
    expect(copy.nextEventTicks()).toBe(4096 - 500);
  });
});
