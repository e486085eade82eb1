import { describe, expect, it } from 'vitest';
import { EXCEPTION_DATA_STORAGE, EXCEPTION_DATA_TLB } from '../../jit/abi/exits.js';
import { MSR } from '../../jit/isa/registers.js';
import { MAP_SUPERVISOR_ALL, MAP_SUPERVISOR_READ } from '../../runtime/mmu/mmu.js';
import { BareCpu, type BareMode } from '../support/bare-cpu.js';

const CODE = 0x10000;
const VIRTUAL = 0x40000000;
const FIRST = 0x30000;
const OTHER = 0x50000;
const SPR_PID = 48;
const VALID_4K = 0x210;
const VALID_64K = 0x230;
const ALL = 0x3f;

/** Writes a TLB entry as the guest would; `word0` has address, valid bit and size. */
function writeEntry(cpu: BareCpu, entry: number, word0: number, real: number, tid = 0, permissions = ALL): void {
  const { tlbwe44x } = cpu.core.services as Record<string, (entry: number, word: number, value: number) => void>;
  cpu.state.setSpr(946, tid);
  tlbwe44x!(entry, 0, word0);
  tlbwe44x!(entry, 1, real);
  tlbwe44x!(entry, 2, permissions);
}
const writePid = (cpu: BareCpu, pid: number) =>
  (cpu.core.services as Record<string, (n: number, value: number) => void>)['writeSpr']!(SPR_PID, pid);

describe.each(['interp', 'jit'] as const)('translations that change, mode %s', (mode: BareMode) => {
  it('code at one address in two processes is two programs', () => {
    const cpu = new BareCpu(mode);
    cpu.loadProgram('addi r3,r3,1; b .-4', FIRST);
    cpu.loadProgram('addi r3,r3,100; b .-4', OTHER);
    writeEntry(cpu, 40, VIRTUAL + VALID_4K, FIRST, 1);
    writeEntry(cpu, 41, VIRTUAL + VALID_4K, OTHER, 2);
    for (const [pid, step] of [[1, 1], [2, 100], [1, 1], [2, 100], [2, 100], [1, 1]] as const) {
      writePid(cpu, pid);
      cpu.state.setGpr(3, 0);
      cpu.run(VIRTUAL, 200);
      expect([pid, cpu.state.gpr(3)]).toEqual([pid, 100 * step]);
    }
    if (mode === 'jit') expect(cpu.engine.takeInterpreted()).toBeLessThan(40);
  }); // prettier-ignore

  it('a page of code that moves takes its code with it', () => {
    const cpu = new BareCpu(mode);
    cpu.loadProgram('addi r3,r3,1; b .-4', FIRST);
    cpu.loadProgram('addi r3,r3,100; b .-4', OTHER);
    for (const [real, step] of [[FIRST, 1], [OTHER, 100], [FIRST, 1], [OTHER, 100]] as const) {
      writeEntry(cpu, 40, VIRTUAL + VALID_4K, real);
      cpu.state.setGpr(3, 0);
      cpu.run(VIRTUAL, 200);
      expect(cpu.state.gpr(3)).toBe(100 * step);
    }
  }); // prettier-ignore

  it('a large page is replaced by small ones that lie elsewhere', () => {
    const cpu = new BareCpu(mode);
    // A loop across the end of a page; the second half is another one later.
    cpu.loadProgram('.org 0x30ff8; addi r3,r3,1; addi r3,r3,2; addi r3,r3,4; b .-12', FIRST);
    cpu.loadProgram('addi r3,r3,1000; b .-12', OTHER);
    writeEntry(cpu, 40, VIRTUAL + VALID_64K, FIRST);
    cpu.state.setGpr(3, 0);
    cpu.run(VIRTUAL + 0xff8, 400);
    expect(cpu.state.gpr(3)).toBe(700);
    writeEntry(cpu, 40, VIRTUAL + VALID_4K, FIRST);
    writeEntry(cpu, 41, VIRTUAL + 0x1000 + VALID_4K, OTHER);
    cpu.state.setGpr(3, 0);
    cpu.run(VIRTUAL + 0xff8, 400);
    expect(cpu.state.gpr(3)).toBe(100_300);
    // And back again.
    writeEntry(cpu, 41, 0, 0);
    writeEntry(cpu, 40, VIRTUAL + VALID_64K, FIRST);
    cpu.state.setGpr(3, 0);
    cpu.run(VIRTUAL + 0xff8, 400);
    expect(cpu.state.gpr(3)).toBe(700);
  });

  it('a large page that comes back finds its code as it was', () => {
    const cpu = new BareCpu(mode);
    cpu.loadProgram('.org 0x30ff8; addi r3,r3,1; addi r3,r3,2; addi r3,r3,4; b .-12', FIRST);
    writeEntry(cpu, 40, VIRTUAL + VALID_64K, FIRST);
    cpu.run(VIRTUAL + 0xff8, 400);
    const { invalidated, compiled } = cpu.engine.codeCache.counts;
    expect(compiled > 0).toBe(mode === 'jit');
    cpu.engine.takeInterpreted();
    for (let n = 0; n < 3; n++) {
      writeEntry(cpu, 40, 0, 0);
      writeEntry(cpu, 40, VIRTUAL + VALID_64K, FIRST);
      cpu.state.setGpr(3, 0);
      cpu.run(VIRTUAL + 0xff8, 400);
      expect(cpu.state.gpr(3)).toBe(700);
    }
    expect(cpu.engine.codeCache.counts).toMatchObject({ invalidated, compiled });
    if (mode === 'jit') expect(cpu.engine.takeInterpreted()).toBeLessThan(10);
  });

  it('what one process has in a large page, another one has in small ones that lie elsewhere', () => {
    const cpu = new BareCpu(mode);
    cpu.loadProgram('.org 0x30ff8; addi r3,r3,1; addi r3,r3,2; addi r3,r3,4; b .-12', FIRST);
    cpu.loadProgram('addi r3,r3,1000; b .-12', OTHER);
    writeEntry(cpu, 40, VIRTUAL + VALID_64K, FIRST, 1);
    writeEntry(cpu, 41, VIRTUAL + VALID_4K, FIRST, 2);
    writeEntry(cpu, 42, VIRTUAL + 0x1000 + VALID_4K, OTHER, 2);
    // Too short for translation at first, but long enough for the second process to fetch from its pages.
    for (const [pid, instructions, result] of [[2, 4, 1003], [1, 400, 700], [2, 400, 100_300], [1, 400, 700], [2, 400, 100_300]] as const) {
      writePid(cpu, pid);
      cpu.state.setGpr(3, 0);
      cpu.run(VIRTUAL + 0xff8, instructions);
      expect([pid, cpu.state.gpr(3)]).toEqual([pid, result]);
    }
  }); // prettier-ignore

  it('data moves while a loop reads it', () => {
    const cpu = new BareCpu(mode);
    cpu.memory.write(FIRST, Uint8Array.of(0, 0, 0, 1));
    cpu.memory.write(OTHER, Uint8Array.of(0, 0, 0, 2));
    // Entry 40 is written in turn for one page and for the other, in the same block as the load.
    cpu.loadProgram('loop: tlbwe r10,r9,1; isync; lwz r5,0(r4); add r3,r3,r5; tlbwe r11,r9,1; isync; lwz r5,0(r4); add r3,r3,r5; bdnz loop; here: b here', CODE);
    writeEntry(cpu, 40, VIRTUAL + VALID_4K, FIRST);
    const { state } = cpu;
    for (const [n, v] of [[3, 0], [4, VIRTUAL], [9, 40], [10, FIRST], [11, OTHER]] as const) state.setGpr(n, v);
    state.ctr = 200;
    cpu.run(CODE, 5000);
    expect(state.gpr(3)).toBe(600);
  }); // prettier-ignore

  it('a page becomes read-only, and is taken away, while a loop writes it', () => {
    const cpu = new BareCpu(mode);
    const seen: number[] = [];
    cpu.engine.onException = (exception) => seen.push(exception);
    for (let n = 0; n < 16; n++) cpu.state.setSpr(400 + n, 0x700);
    cpu.loadProgram('here: b here', 0x700);
    cpu.loadProgram('loop: addi r3,r3,1; stw r3,0(r4); b loop', CODE);
    const attempt = (): number => {
      cpu.state.setGpr(3, 0);
      cpu.state.setGpr(4, VIRTUAL);
      cpu.setMsr(0);
      cpu.run(CODE, 300);
      return cpu.word(FIRST);
    };
    cpu.core.mmu.map({ virtual: VIRTUAL, real: FIRST, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    expect(attempt()).toBe(100);
    cpu.core.mmu.map({ virtual: VIRTUAL, real: FIRST, size: 0x1000, flags: MAP_SUPERVISOR_READ });
    cpu.memory.write(FIRST, Uint8Array.of(0, 0, 0, 9));
    expect([attempt(), ...seen]).toEqual([9, EXCEPTION_DATA_STORAGE]);
    cpu.core.mmu.map({ virtual: VIRTUAL, real: FIRST, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    expect(attempt()).toBe(100);
    const { tlbsx44x, tlbwe44x } = cpu.core.services as Record<string, (...args: number[]) => number>;
    tlbwe44x!(tlbsx44x!(VIRTUAL), 0, 0);
    expect(attempt()).toBe(100);
    expect(seen).toEqual([EXCEPTION_DATA_STORAGE, EXCEPTION_DATA_TLB]);
  });

  it('instruction and data address spaces are two', () => {
    const cpu = new BareCpu(mode);
    // IS = DS = 1: space 1 has other code at the same address, and handlers of its own none.
    cpu.loadProgram('addi r3,r3,1; b .-4', FIRST);
    cpu.loadProgram('addi r3,r3,100; b .-4', OTHER);
    writeEntry(cpu, 40, VIRTUAL + VALID_4K, FIRST);
    writeEntry(cpu, 41, VIRTUAL + VALID_4K + 0x100, OTHER);
    for (const [msr, step] of [[0, 1], [MSR.IS.mask | MSR.DS.mask, 100], [0, 1], [MSR.IS.mask, 100]] as const) {
      cpu.setMsr(msr);
      cpu.state.setGpr(3, 0);
      cpu.run(VIRTUAL, 200);
      expect(cpu.state.gpr(3)).toBe(100 * step);
    }
  }); // prettier-ignore
});
