import { describe, expect, it } from 'vitest';
import { FIRST_SLOT, PREDECODED_PAGE_COUNT, SLOT_NEXT, SLOT_SIZE, SLOT_TABLE_OFFSET } from '../../jit/abi/layout.js';
import { BareCpu } from '../support/bare-cpu.js';

const MIB = 2 ** 20;
/** addi r3,r3,1; andi. r4,r3,3; bne to the first: four times on each page, so that it is compiled on the way. */
const BODY = [0x38630001, 0x70640003, 0x4082fff8];
const BRANCH = 0x48000000;
const INSTRUCTIONS_OF_A_PAGE = 13;

describe.each(['interp', 'jit'] as const)('more code than the runtime keeps, mode %s', (mode) => {
  it('runs on, page after page', () => {
    const cpu = new BareCpu(mode, 16 * MIB);
    const pages = PREDECODED_PAGE_COUNT + 200;
    for (let k = 0; k < pages; k++) {
      const at = k * 0x1000 + 0x100;
      const next = k === pages - 1 ? 0x100 : at + 0x1000;
      cpu.load(at, [...BODY, BRANCH | ((next - at - 12) & 0x03fffffc)]);
    }
    cpu.state.setGpr(3, 0);
    cpu.run(0x100, INSTRUCTIONS_OF_A_PAGE * pages * 2);
    expect(cpu.state.gpr(3)).toBe(8 * pages);
    expect(cpu.state.pc).toBe(0x100);
    if (mode === 'interp') return;
    const { compiled, live, evicted } = cpu.engine.codeCache.counts;
    expect(compiled).toBeGreaterThan(pages);
    expect(live).toBeLessThan(compiled);
    expect(evicted).toBeGreaterThan(0);
    // Little code is kept as well as ever.
    cpu.load(0x100, [...BODY, BRANCH | (-12 & 0x03fffffc)]);
    cpu.run(0x100, 100);
    cpu.engine.takeInterpreted();
    cpu.run(0x100, 1000);
    expect(cpu.engine.takeInterpreted()).toBeLessThan(10);
  });
});

describe('hot code among much that is not', () => {
  const HOT = 0x80;
  const LOOP = [0x38630001, BRANCH | (-4 & 0x03fffffc)];
  /** Puts code that is executed four times into each page, and a way on to the next one. */
  const fill = (cpu: BareCpu, pages: number): void => {
    for (let k = 0; k < pages; k++) cpu.load(k * 0x1000 + 0x100, [...BODY, BRANCH | 0x1000 - 12]);
  }; // prettier-ignore
  /** Runs the hot loop, which should be compiled already. */
  const expectCompiled = (cpu: BareCpu): void => {
    const { compiled } = cpu.engine.codeCache.counts;
    cpu.engine.takeInterpreted();
    cpu.run(HOT, 1000);
    expect(cpu.engine.takeInterpreted()).toBeLessThan(10);
    expect(cpu.engine.codeCache.counts.compiled).toBe(compiled);
  };

  it('stays compiled when the runtime has used up its predecoded pages', () => {
    const cpu = new BareCpu('jit', 16 * MIB, 'bytes', { threshold: 20 });
    const pages = PREDECODED_PAGE_COUNT + 200;
    cpu.load(HOT, LOOP);
    fill(cpu, pages);
    cpu.run(HOT, 1000);
    cpu.run(0x100, INSTRUCTIONS_OF_A_PAGE * pages);
    expectCompiled(cpu);
  });

  it('stays compiled when there are too many modules', () => {
    const cpu = new BareCpu('jit', 16 * MIB);
    const [parts, pages] = [10, 250];
    cpu.load(HOT, LOOP);
    fill(cpu, parts * pages);
    cpu.run(HOT, 1000);
    for (let k = 0; k < parts; k++) {
      cpu.run(k * pages * 0x1000 + 0x100, INSTRUCTIONS_OF_A_PAGE * pages);
      expectCompiled(cpu);
    }
    expect(cpu.engine.codeCache.counts.evicted).toBeGreaterThan(0);
  });

  it('is entered by one slot when the modules of many callers have taken it in', () => {
    const cpu = new BareCpu('jit', 16 * MIB);
    const callers = 40;
    const BLR = 0x4e800020;
    cpu.load(HOT, [0x38630001, BLR]);
    for (let k = 1; k <= callers; k++) {
      const at = k * 0x1000;
      const call = (from: number) => (BRANCH | ((HOT - from) & 0x03fffffc) | 1) >>> 0;
      cpu.load(at, [call(at), call(at + 4), BRANCH | ((k === callers ? 0x1000 * (1 - callers) : 0x1000) - 8 & 0x03fffffc)]);
    }
    cpu.run(0x1000, callers * 7 * 4);
    expect(cpu.state.gpr(3)).toBe(callers * 2 * 4);
    const { u32 } = cpu.memory;
    const count = u32[cpu.engine.pages.entryOf(cpu.memory.hostAddress(HOT)) >> 2]! >>> 16;
    expect(count).toBeGreaterThan(FIRST_SLOT);
    expect(u32[(SLOT_TABLE_OFFSET + (count - FIRST_SLOT) * SLOT_SIZE + SLOT_NEXT) >> 2]).toBe(0);
  }); // prettier-ignore
});
