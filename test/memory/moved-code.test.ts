import { describe, expect, it } from 'vitest';
import { MSR } from '../../jit/isa/registers.js';
import { BareCpu, type BareMode } from '../support/bare-cpu.js';

const FIRST = 0x30000;
const OTHER = 0x50000;
const SPR_PID = 48;
const VALID_4K = 0x210;
const VALID_64K = 0x230;
const ALL = 0x3f;
/** Where a library lies in one process after another. */
const PLACES = [0x40000000, 0x53210000, 0x40000000, 0x7ff00000, 0x10000000, 0x53210000];

/** Code of processes: what is translated at one address runs at others. */
class ProcessCpu extends BareCpu {
  constructor(mode: BareMode) {
    super(mode);
    this.setMsr((this.state.msr | MSR.PR.mask) >>> 0);
  }
  /** Writes a TLB entry; `word0` has address, valid bit and size. */
  map(entry: number, word0: number, real: number, tid = 0): void {
    const { tlbwe44x } = this.core.services as Record<string, (entry: number, word: number, value: number) => void>;
    this.state.setSpr(946, tid);
    tlbwe44x!(entry, 0, word0);
    tlbwe44x!(entry, 1, real);
    tlbwe44x!(entry, 2, ALL);
  }
  choose(pid: number): void {
    (this.core.services as Record<string, (n: number, value: number) => void>)['writeSpr']!(SPR_PID, pid);
  }
  /** Runs from an address with R3 cleared; returns R3. */
  result(pc: number, instructions: number): number {
    this.state.setGpr(3, 0);
    this.run(pc, instructions);
    return this.state.gpr(3);
  }
}

describe.each(['interp', 'jit'] as const)('code of processes at several addresses, mode %s', (mode: BareMode) => {
  /** Calls, returns, jumps beyond the page, an address read by the code itself, and an absolute branch that stays where it goes. */
  const program = `
    start: mflr r20; bl sub; addi r3,r3,1; bl sub; bcl 20,31,next; next: mflr r6; subf r6,r4,r6; add r3,r3,r6; b beyond
    sub: addi r3,r3,16; blr
    .org 0x30200
    back: addi r3,r3,4096; cmpw r3,r5; blt start
    end: b end
    .org 0x31100
    beyond: addi r3,r3,256; bla 0x60000; b back`;
  const ABSOLUTE = 0x60000;
  const prepare = (): ProcessCpu => {
    const cpu = new ProcessCpu(mode);
    cpu.loadProgram(`.org 0x30000; ${program.trim().split('\n').join(';')}`, FIRST);
    cpu.loadProgram('lis r7,1; add r3,r3,r7; blr', ABSOLUTE);
    return cpu;
  };

  it('gives what it would anywhere, and is translated once', () => {
    const cpu = prepare();
    const results = new Set<number>();
    let compiled = 0;
    for (const [n, place] of [...PLACES, ...PLACES].entries()) {
      cpu.map(40, place + VALID_64K, FIRST);
      cpu.state.setGpr(4, place);
      cpu.state.setGpr(5, 0x400000);
      results.add(cpu.result(place, 4000));
      expect(cpu.state.pc - place).toBe(0x20c);
      cpu.map(40, 0, 0);
      if (n === PLACES.length - 1) {
        compiled = cpu.engine.codeCache.counts.compiled;
        cpu.engine.takeInterpreted();
      }
    }
    expect(results.size).toBe(1);
    if (mode === 'interp') return;
    expect(cpu.engine.codeCache.counts.compiled).toBe(compiled);
    expect(cpu.engine.takeInterpreted()).toBeLessThan(100);
  });

  it('is other code where a process has its large page in small ones that lie elsewhere', () => {
    const cpu = new ProcessCpu(mode);
    cpu.loadProgram('.org 0x30ff8; addi r3,r3,1; addi r3,r3,2; addi r3,r3,4; b .-12', FIRST);
    cpu.loadProgram('addi r3,r3,1000; b .-12', OTHER);
    const [large, small] = [0x40000000, 0x53210000];
    cpu.map(40, large + VALID_64K, FIRST, 1);
    cpu.map(41, small + VALID_4K, FIRST, 2);
    cpu.map(42, small + 0x1000 + VALID_4K, OTHER, 2);
    // The large page first, so that there is code of both its halves when the small ones are fetched from.
    for (const [pid, result] of [[1, 700], [2, 100_300], [1, 700], [2, 100_300], [1, 700]] as const) {
      cpu.choose(pid);
      expect([pid, cpu.result((pid === 1 ? large : small) + 0xff8, 400)]).toEqual([pid, result]);
    }
  }); // prettier-ignore

  it('is dropped everywhere when it is written', () => {
    const cpu = new ProcessCpu(mode);
    for (const step of [1, 100]) {
      cpu.loadProgram(`addi r3,r3,${step}; b .-4`, FIRST);
      for (const place of PLACES) {
        cpu.map(40, place + VALID_4K, FIRST);
        expect(cpu.result(place, 200)).toBe(100 * step);
        cpu.map(40, 0, 0);
      }
    }
  });
});
