import { describe, expect, it } from 'vitest';
import { UIC_DCR, Uic } from '../../src/devices/interrupt/uic.js';
import { ProbeLine } from '../support/probe-line.js';

function build() {
  const nonCritical = new ProbeLine();
  const critical = new ProbeLine();
  const uic = new Uic('UIC0', { nonCritical, critical });
  const set = (register: keyof typeof UIC_DCR, value: number): void => uic.writeDcr(UIC_DCR[register], value >>> 0);
  const get = (register: keyof typeof UIC_DCR): number => uic.readDcr(UIC_DCR[register]);
  return { uic, nonCritical, critical, set, get };
}
const bit = (n: number): number => (0x80000000 >>> n) >>> 0;

describe('UIC', () => {
  it('starts with everything masked', () => {
    const { get, nonCritical, critical } = build();
    for (const register of ['SR', 'ER', 'CR', 'PR', 'TR', 'MSR', 'VR', 'VCR'] as const) expect(get(register)).toBe(0);
    expect([nonCritical.asserted, critical.asserted]).toEqual([false, false]);
  });

  // Wiring, polarity in PR, and whether the asserted line must then show as active.
  it.each([
    { wiring: 'active-high', pr: 1, idle: false, asserted: true },
    { wiring: 'active-high', pr: 0, idle: true, asserted: false },
    { wiring: 'active-low', pr: 0, idle: false, asserted: true },
    { wiring: 'active-low', pr: 1, idle: true, asserted: false },
  ] as const)('level, $wiring wire with PR=$pr', ({ wiring, pr, idle, asserted }) => {
    for (const state of [false, true]) {
      const { uic, set, get, nonCritical } = build();
      const input = uic.input(5, wiring);
      set('PR', pr ? 0xffffffff : 0);
      input.set(state);
      set('SR', 0xffffffff);
      set('ER', bit(5));
      expect(get('SR')).toBe((state ? asserted : idle) ? bit(5) : 0);
      expect(nonCritical.asserted).toBe(state ? asserted : idle);
    }
  });

  it.each([0, 1, 15, 30, 31])('level-sensitive input %i: SR cannot be cleared while active, and stays until cleared', (n) => {
    const { uic, set, get, nonCritical } = build();
    const input = uic.input(n);
    set('PR', 0xffffffff);
    set('SR', 0xffffffff);
    set('ER', bit(n));
    input.set(true);
    expect(get('MSR')).toBe(bit(n));
    expect(nonCritical.asserted).toBe(true);
    set('SR', bit(n));
    expect(get('SR')).toBe(bit(n));
    input.set(false);
    expect(get('SR')).toBe(bit(n));
    set('SR', bit(n));
    expect(get('SR')).toBe(0);
    expect(nonCritical.asserted).toBe(false);
  });

  it.each([
    { pr: 1, edge: true },
    { pr: 0, edge: false },
  ])('edge-sensitive with PR=$pr latches only its own edge', ({ pr, edge }) => {
    const { uic, set, get, nonCritical } = build();
    const input = uic.input(7);
    input.set(!edge);
    set('TR', bit(7));
    set('PR', pr ? bit(7) : 0);
    set('ER', bit(7));
    set('SR', 0xffffffff);
    expect(get('SR')).toBe(0);
    input.set(edge);
    expect(get('MSR')).toBe(bit(7));
    // Acknowledged while the line stays: unlike a level, it is gone.
    set('SR', bit(7));
    expect(nonCritical.asserted).toBe(false);
    input.set(edge);
    input.set(!edge);
    expect(get('SR')).toBe(0);
    input.set(edge);
    expect(nonCritical.asserted).toBe(true);
  });

  it('masks by ER without losing the status', () => {
    const { uic, set, get, nonCritical } = build();
    set('PR', bit(3));
    uic.input(3).set(true);
    expect(get('SR')).toBe(bit(3));
    expect([get('MSR'), nonCritical.asserted]).toEqual([0, false]);
    set('ER', bit(3));
    expect([get('MSR'), nonCritical.asserted]).toEqual([bit(3), true]);
    set('ER', 0);
    expect(nonCritical.asserted).toBe(false);
  });

  it('directs interrupts by CR', () => {
    const { set, nonCritical, critical } = build();
    set('ER', 0xffffffff);
    set('CR', bit(4));
    set('SRS', bit(4));
    expect([nonCritical.asserted, critical.asserted]).toEqual([false, true]);
    set('SRS', bit(5));
    expect([nonCritical.asserted, critical.asserted]).toEqual([true, true]);
    set('CR', 0);
    expect([nonCritical.asserted, critical.asserted]).toEqual([true, false]);
  });

  it('sets status by software through SRS and reads it back', () => {
    const { set, get } = build();
    set('SRS', bit(9) | bit(0));
    expect([get('SR'), get('SRS')]).toEqual([(bit(9) | bit(0)) >>> 0, (bit(9) | bit(0)) >>> 0]);
    set('SR', bit(0));
    expect(get('SR')).toBe(bit(9));
  });

  it.each([
    { name: 'none', pending: [], pro: 0, vr: 0 },
    { name: 'input 31 is first without PRO', pending: [31, 0], pro: 0, vr: 0xfff00000 },
    { name: 'input 0 is last without PRO', pending: [0], pro: 0, vr: 0xfff00000 + 31 * 512 },
    { name: 'input 0 is first with PRO', pending: [31, 0], pro: 1, vr: 0xfff00000 },
    { name: 'input 31 is last with PRO', pending: [31], pro: 1, vr: 0xfff00000 + 31 * 512 },
    { name: 'the more urgent of two', pending: [8, 12], pro: 1, vr: 0xfff00000 + 8 * 512 },
    { name: 'the more urgent of two', pending: [8, 12], pro: 0, vr: 0xfff00000 + 19 * 512 },
  ])('vector of critical interrupts $pending, PRO=$pro: $name', ({ pending, pro, vr }) => {
    const { set, get } = build();
    set('VCR', 0xfff00000 | 2 | pro);
    expect(get('VCR')).toBe((0xfff00000 | pro) >>> 0);
    set('ER', 0xffffffff);
    set('CR', 0xffffffff);
    for (const n of pending) set('SRS', bit(n));
    expect(get('VR')).toBe(vr);
  });

  it('makes no vector for non-critical interrupts', () => {
    const { set, get } = build();
    set('VCR', 0x1000);
    set('ER', bit(2));
    set('SRS', bit(2));
    expect(get('VR')).toBe(0);
  });

  it('ignores unconnected inputs, and writes to read-only registers', () => {
    const { set, get } = build();
    set('PR', 0);
    set('ER', 0xffffffff);
    set('MSR', 0xffffffff);
    set('VR', 0xffffffff);
    expect([get('SR'), get('MSR'), get('VR')]).toEqual([0, 0, 0]);
  });

  it('cascades: outputs of a second controller are inputs 30 and 31 of the first', () => {
    const { uic: uic0, set: set0, get: get0, nonCritical } = build();
    const uic1 = new Uic('UIC1', { nonCritical: uic0.input(30), critical: uic0.input(31) });
    const device = uic1.input(12);
    uic1.writeDcr(UIC_DCR.PR, bit(12));
    uic1.writeDcr(UIC_DCR.ER, bit(12));
    set0('PR', 0xffffffff);
    set0('SR', 0xffffffff);
    set0('ER', 0x3);
    device.set(true);
    expect(get0('MSR')).toBe(0x2);
    expect(uic1.readDcr(UIC_DCR.MSR)).toBe(bit(12));
    expect(nonCritical.asserted).toBe(true);
    // As Linux does it: serve the device, acknowledge the inner, then the outer controller.
    device.set(false);
    uic1.writeDcr(UIC_DCR.SR, bit(12));
    set0('SR', 0x2);
    expect(nonCritical.asserted).toBe(false);
    uic1.writeDcr(UIC_DCR.CR, bit(12));
    device.set(true);
    expect(get0('MSR')).toBe(0x1);
  });

  it('reset clears the registers and negates the outputs', () => {
    const { uic, set, get, nonCritical } = build();
    const input = uic.input(1);
    set('PR', bit(1));
    set('ER', bit(1));
    input.set(true);
    expect(nonCritical.asserted).toBe(true);
    uic.reset();
    expect(nonCritical.asserted).toBe(false);
    expect([get('SR'), get('ER'), get('PR')]).toEqual([0, 0, 0]);
    // The line is still high: with polarity programmed again it shows.
    set('PR', bit(1));
    expect(get('SR')).toBe(bit(1));
  });
});
