import { beforeEach, describe, expect, it } from 'vitest';
import { Book3sTimers } from '../../runtime/timers/book3s-timers.js';

let now: number;
let timers: Book3sTimers;
beforeEach(() => {
  now = 1000;
  timers = new Book3sTimers({ ticks: () => now });
});
const timebase = (): bigint => (BigInt(timers.timebaseHigh) << 32n) | BigInt(timers.timebaseLow);

describe('timebase', () => {
  it('counts from 0 at reset, past 32 bits', () => {
    expect(timebase()).toBe(0n);
    now += 2 ** 32 + 5;
    expect(timebase()).toBe(0x100000005n);
    now = 2 ** 53 - 1;
    expect(timebase()).toBe(2n ** 53n - 1001n);
  });

  it('a hypervisor writes it in halves, and it wraps at 64 bits', () => {
    now = 2 ** 40 + 12345;
    timers.writeTimebaseHigh(0xffffffff);
    timers.writeTimebaseLow(0xfffffff0);
    expect(timebase()).toBe(0xffffffff_fffffff0n);
    now += 0x11;
    expect(timebase()).toBe(1n);
  });
});

describe('decrementer', () => {
  it('is quiet after reset', () => {
    expect([timers.decrementer, timers.decrementerPending]).toEqual([0x7fffffff, false]);
  });

  it('counts down through 0, and its exception exists while it is negative', () => {
    timers.writeDecrementer(100);
    expect(timers.nextEventTicks()).toBe(101);
    now += 100;
    expect([timers.decrementer, timers.update(), timers.decrementerPending]).toEqual([0, false, false]);
    expect(timers.nextEventTicks()).toBe(1);
    now += 1;
    expect(timers.decrementerPending).toBe(false);
    expect(timers.nextEventTicks()).toBe(0);
    expect([timers.update(), timers.decrementerPending, timers.decrementer]).toEqual([true, true, 0xffffffff]);
    expect(timers.update()).toBe(false);
    expect(timers.nextEventTicks()).toBe(Infinity);
    // It goes on, becomes positive by itself, and comes again.
    now += 2 ** 31 - 1;
    expect([timers.decrementer, timers.decrementerPending]).toEqual([0x80000000, true]);
    now += 1;
    expect([timers.update(), timers.decrementer, timers.decrementerPending]).toEqual([true, 0x7fffffff, false]);
    expect(timers.nextEventTicks()).toBe(2 ** 31);
    now += 2 ** 31;
    expect([timers.update(), timers.decrementer]).toEqual([true, 0xffffffff]);
  });

  it('is written with negative values, which raise it at once, and with others, which end it', () => {
    timers.writeDecrementer(0xffffffff);
    expect([timers.decrementerPending, timers.nextEventTicks()]).toEqual([true, Infinity]);
    timers.writeDecrementer(0);
    expect([timers.decrementerPending, timers.nextEventTicks()]).toEqual([false, 1]);
    timers.writeDecrementer(-2);
    expect([timers.decrementerPending, timers.decrementer]).toEqual([true, 0xfffffffe]);
    timers.writeDecrementer(0x7fffffff);
    expect([timers.decrementerPending, timers.nextEventTicks()]).toEqual([false, 2 ** 31]);
  });

  it('has its exception as of the last update: reading it does not hide the news', () => {
    timers.writeDecrementer(10);
    now += 20;
    expect([timers.decrementer, timers.decrementerPending]).toEqual([0xfffffff6, false]);
    expect([timers.update(), timers.decrementerPending]).toEqual([true, true]);
  });

  it('is right far from the beginning', () => {
    now = 2 ** 52;
    timers.writeDecrementer(512e6);
    now += 1e6;
    expect([timers.decrementer, timers.nextEventTicks()]).toEqual([511e6, 511e6 + 1]);
  });

  it('goes on from a snapshot', () => {
    timers.writeDecrementer(1000);
    now += 400;
    const snapshot = timers.snapshot();
    const other = new Book3sTimers({ ticks: () => now });
    other.restore(snapshot);
    expect([other.decrementer, other.timebaseLow]).toEqual([600, 400]);
    // What had not been noticed is still to be.
    now += 1000;
    other.restore(timers.snapshot());
    expect([other.decrementerPending, other.update(), other.decrementerPending]).toEqual([false, true, true]);
  });
});
