import { describe, expect, it } from 'vitest';
import { LEAST_FAVORED, Xics } from '../../src/devices/interrupt/xics.js';
import { ProbeLine } from '../support/probe-line.js';

const [A, B, C] = [0x1100, 0x1101, 0x1102];
const IPI = 2;
const xirr = (priority: number, number: number): number => ((priority << 24) | number) >>> 0;

function build(servers = 1) {
  const lines = Array.from({ length: servers }, () => new ProbeLine());
  const xics = new Xics('XICS', lines);
  return { xics, lines, line: lines[0]! };
}

describe('XICS', () => {
  it('presents nothing while CPPR is 0', () => {
    const { xics, line } = build();
    const level = xics.source(A);
    xics.setRoute(A, { server: 0, priority: 1 });
    level.set(true);
    xics.setIpiPriority(0, 1);
    expect([line.asserted, xics.poll(0)]).toEqual([false, { xirr: 0, mfrr: 1 }]);
  });

  it('a level interrupt comes back until its line is negated', () => {
    const { xics, line } = build();
    const level = xics.source(A);
    xics.setRoute(A, { server: 0, priority: 5 });
    xics.setPriority(0, 0xff);
    level.set(true);
    for (let k = 0; k < 2; k++) {
      expect(line.asserted).toBe(true);
      expect(xics.accept(0)).toBe(xirr(0xff, A));
      expect([line.asserted, xics.poll(0).xirr]).toEqual([false, xirr(5, 0)]);
      xics.end(0, xirr(0xff, A));
    }
    expect(xics.accept(0)).toBe(xirr(0xff, A));
    level.set(false);
    xics.end(0, xirr(0xff, A));
    expect([line.asserted, xics.poll(0).xirr]).toEqual([false, xirr(0xff, 0)]);
  });

  it('a message interrupts once, however often it is raised before it is taken', () => {
    const { xics, line } = build();
    const message = xics.message(A);
    xics.setRoute(A, { server: 0, priority: 5 });
    message.raise();
    message.raise();
    xics.setPriority(0, 0xff);
    expect(line.raised).toBe(1);
    expect(xics.accept(0)).toBe(xirr(0xff, A));
    xics.end(0, xirr(0xff, A));
    expect(line.asserted).toBe(false);
  });

  it('a message that is raised while it is handled comes after the end', () => {
    const { xics, line } = build();
    const message = xics.message(A);
    xics.setRoute(A, { server: 0, priority: 5 });
    xics.setPriority(0, 0xff);
    message.raise();
    xics.accept(0);
    message.raise();
    expect(line.asserted).toBe(false);
    xics.end(0, xirr(0xff, A));
    expect([line.asserted, xics.poll(0).xirr]).toEqual([true, xirr(0xff, A)]);
  });

  it('the more favoured interrupt displaces the other one, which comes later', () => {
    const { xics, line } = build();
    const [first, second, third] = [xics.message(A), xics.source(B), xics.message(C)];
    [A, B, C].forEach((n, k) => xics.setRoute(n, { server: 0, priority: 7 - k }));
    xics.setPriority(0, 0xff);
    first.raise();
    second.set(true);
    third.raise();
    const taken: number[] = [];
    while (line.asserted) {
      const x = xics.accept(0);
      taken.push(x & 0xffffff);
      if ((x & 0xffffff) === B) second.set(false);
      xics.end(0, x);
    }
    expect(taken).toEqual([C, B, A]);
  });

  it('interrupts nest by priority, not by equal priority', () => {
    const { xics, line } = build();
    const [low, same, urgent] = [xics.message(A), xics.message(B), xics.message(C)];
    xics.setRoute(A, { server: 0, priority: 6 });
    xics.setRoute(B, { server: 0, priority: 6 });
    xics.setRoute(C, { server: 0, priority: 3 });
    xics.setPriority(0, 0xff);
    low.raise();
    const outer = xics.accept(0);
    same.raise();
    expect(line.asserted).toBe(false);
    urgent.raise();
    expect(line.asserted).toBe(true);
    const inner = xics.accept(0);
    expect([inner, xics.poll(0).xirr]).toEqual([xirr(6, C), xirr(3, 0)]);
    xics.end(0, inner);
    expect(line.asserted).toBe(false);
    xics.end(0, outer);
    expect(xics.accept(0)).toBe(xirr(0xff, B));
  });

  it('raising CPPR lets what was rejected through; a more favoured CPPR takes back what is presented', () => {
    const { xics, line } = build();
    const message = xics.message(A);
    xics.setRoute(A, { server: 0, priority: 5 });
    xics.setPriority(0, 5);
    message.raise();
    expect(line.asserted).toBe(false);
    xics.setPriority(0, 6);
    expect(line.asserted).toBe(true);
    xics.setPriority(0, 4);
    expect([line.asserted, xics.poll(0).xirr]).toEqual([false, xirr(4, 0)]);
    xics.setPriority(0, 0xff);
    expect(xics.accept(0)).toBe(xirr(0xff, A));
  });

  it('taking nothing changes nothing', () => {
    const { xics } = build();
    xics.setPriority(0, 9);
    expect([xics.accept(0), xics.accept(0)]).toEqual([xirr(9, 0), xirr(9, 0)]);
  });

  it('interprocessor interrupts stay until MFRR is least favoured', () => {
    const { xics, lines } = build(2);
    xics.setPriority(1, 0xff);
    xics.setIpiPriority(1, 4);
    expect(lines.map((l) => l.asserted)).toEqual([false, true]);
    expect(xics.accept(1)).toBe(xirr(0xff, IPI));
    xics.end(1, xirr(0xff, IPI));
    expect(lines[1]!.asserted).toBe(true);
    expect(xics.accept(1)).toBe(xirr(0xff, IPI));
    xics.setIpiPriority(1, LEAST_FAVORED);
    xics.end(1, xirr(0xff, IPI));
    expect([lines[1]!.asserted, xics.poll(1)]).toEqual([false, { xirr: xirr(0xff, 0), mfrr: 0xff }]);
  });

  it('an interprocessor interrupt displaces a less favoured device', () => {
    const { xics } = build();
    const message = xics.message(A);
    xics.setRoute(A, { server: 0, priority: 5 });
    xics.setPriority(0, 0xff);
    message.raise();
    xics.setIpiPriority(0, 4);
    const first = xics.accept(0);
    xics.setIpiPriority(0, LEAST_FAVORED);
    xics.end(0, first);
    expect([first, xics.accept(0)]).toEqual([xirr(0xff, IPI), xirr(0xff, A)]);
  });

  it('a masked source keeps its interrupt, and its priority', () => {
    const { xics, line } = build();
    const message = xics.message(A);
    xics.setRoute(A, { server: 0, priority: 5 });
    xics.setPriority(0, 0xff);
    xics.mask(A);
    xics.mask(A);
    message.raise();
    expect([line.asserted, xics.route(A)]).toEqual([false, { server: 0, priority: LEAST_FAVORED }]);
    xics.unmask(A);
    expect([line.asserted, xics.route(A)]).toEqual([true, { server: 0, priority: 5 }]);
  });

  it('a source that waits follows its route', () => {
    const { xics, lines } = build(2);
    const level = xics.source(A);
    xics.setRoute(A, { server: 0, priority: 5 });
    level.set(true);
    xics.setPriority(1, 0xff);
    expect(lines[1]!.asserted).toBe(false);
    xics.setRoute(A, { server: 1, priority: 5 });
    expect(lines.map((l) => l.asserted)).toEqual([false, true]);
  });

  it('knows what exists', () => {
    const { xics } = build();
    xics.source(A);
    expect([xics.setRoute(B, { server: 0, priority: 1 }), xics.setRoute(A, { server: 1, priority: 1 })]).toEqual([false, false]);
    expect([xics.mask(B), xics.unmask(B), xics.route(B), xics.hasServer(1)]).toEqual([false, false, undefined, false]);
    expect(() => xics.message(A)).toThrow(/taken/);
    expect(() => xics.message(IPI)).toThrow(/taken/);
  });

  it('reset masks everything; levels show again when they are routed', () => {
    const { xics, line } = build();
    const [level, message] = [xics.source(A), xics.message(B)];
    for (const n of [A, B]) xics.setRoute(n, { server: 0, priority: 5 });
    xics.setPriority(0, 0xff);
    level.set(true);
    message.raise();
    xics.setIpiPriority(0, 1);
    xics.reset();
    expect([line.asserted, xics.poll(0), xics.route(A)]).toEqual([false, { xirr: 0, mfrr: 0xff }, { server: 0, priority: LEAST_FAVORED }]);
    xics.setPriority(0, 0xff);
    xics.setRoute(B, { server: 0, priority: 5 });
    expect(line.asserted).toBe(false);
    xics.setRoute(A, { server: 0, priority: 5 });
    expect(line.asserted).toBe(true);
  });
});
