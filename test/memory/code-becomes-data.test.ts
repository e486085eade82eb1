import { beforeEach, describe, expect, it } from 'vitest';
import { BareCpu } from '../support/bare-cpu.js';

const CODE = 0x8000;
const FILLER = 0x10000;
const PAGE_WORDS = 0x400;
/** Adds 1, or what the word was changed to, 100 times. */
const COUNT = 'addi r3,r3,1; b .-4';
const ADDI_R3 = 0x38630000;
/** Stores r5 to a page of words from r6 on; 4 instructions a word. */
const FILL = 'stw r5,0(r6); addi r6,r6,4; bdnz .-8; b .';

describe.each(['interp', 'jit'] as const)('a page of code that is given to data, mode %s', (mode) => {
  let cpu: BareCpu;
  let translated: number;

  beforeEach(() => {
    cpu = new BareCpu(mode);
    cpu.loadProgram(COUNT, CODE);
    cpu.loadProgram(FILL, FILLER);
    translated = 0;
    const { mmu } = cpu.core;
    const translate = mmu.translate.bind(mmu);
    mmu.translate = (ea, access) => {
      translated++;
      return translate(ea, access);
    };
  });

  const count = (): number => {
    cpu.state.setGpr(3, 0);
    cpu.run(CODE, 200);
    return cpu.state.gpr(3);
  };
  /** Lets the guest fill words of the page; returns how often the MMU was asked. */
  const fill = (value: number, from: number, words: number): number => {
    cpu.state.setGpr(5, value);
    cpu.state.setGpr(6, CODE + 4 * from);
    cpu.state.ctr = words;
    translated = 0;
    cpu.run(FILLER, 3 * words);
    return translated;
  };

  it('takes stores like any other', () => {
    expect(count()).toBe(100);
    // Translates the filler.
    fill(0, PAGE_WORDS + 16, 64);
    fill(0, 0, PAGE_WORDS);
    expect(fill(0x55555555, 0, PAGE_WORDS)).toBeLessThan(8);
    expect(cpu.word(CODE)).toBe(0x55555555);
    expect(cpu.word(CODE + 0xffc)).toBe(0x55555555);
  });

  it('is code again when it is executed, and its stores are seen', () => {
    for (const step of [1, 5, 7, 1000, 3]) {
      // The first word changes, the second one, which was overwritten with the whole page, is put back by the guest as well.
      fill(0, 0, PAGE_WORDS);
      fill(0, 8, PAGE_WORDS - 8);
      fill(ADDI_R3 | step, 0, 1);
      fill(0x4bfffffc, 1, 1);
      expect(count()).toBe(100 * step);
      // One word of code that runs.
      fill(ADDI_R3 | (step + 1), 0, 1);
      expect(count()).toBe(100 * (step + 1));
    }
  });
});
