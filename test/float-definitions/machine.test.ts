/** Floating-point programs on the whole CPU model: lazy FPSCR fields across instructions, unavailable facility, enabled exceptions. */
import { describe, expect, it } from 'vitest';
import { Assembler } from '../../jit/isa/assemble.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { ESR, MSR } from '../../jit/isa/registers.js';
import { SPR_ESR, SPR_IVOR0, SPR_SRR0, SPR_SRR1 } from '../../runtime/sprs/booke-spr-numbers.js';
import { Scatter } from '../isa/situations.js';
import { BareCpu, type BareMode } from '../support/bare-cpu.js';
import { EDGES, FPSCRS } from './operands.js';

const CODE = 0x1000;
const PROGRAM_VECTOR = 0x700;
const UNAVAILABLE_VECTOR = 0x800;
const SNAN = 0x7ff4000000000000n;
const VE = 0x80;

const assembler = new Assembler(new Decoder(INSTRUCTIONS, PPC440EP));
const assemble = (at: number, lines: readonly string[]) => lines.map((line, k) => assembler.assemble(line, at + 4 * k));

/** A CPU with the program at CODE and handlers that stand still. */
function cpuWith(mode: BareMode, program: readonly string[], msr: number): BareCpu {
  const cpu = new BareCpu(mode);
  cpu.load(CODE, assemble(CODE, [...program, `b 0x${(CODE + 4 * program.length).toString(16)}`]));
  for (const [ivor, vector] of [[6, PROGRAM_VECTOR], [7, UNAVAILABLE_VECTOR]] as const) {
    cpu.load(vector, assemble(vector, [`b 0x${vector.toString(16)}`]));
    cpu.state.setSpr(SPR_IVOR0 + ivor, vector);
  } // prettier-ignore
  cpu.state.msr = msr;
  cpu.engine.contextChanged();
  cpu.engine.interruptsChanged();
  return cpu;
}
const setFpr = (cpu: BareCpu, n: number, v: bigint) => cpu.state.setFpr(n, Number(v & 0xffffffffn), Number(v >> 32n));
const fpr = (cpu: BareCpu, n: number) => (BigInt(cpu.state.fprHigh(n)) << 32n) | BigInt(cpu.state.fprLow(n));

const FP = MSR.FP.mask;
const FE = MSR.FE0.mask | MSR.FE1.mask;
const MODES = ['interp', 'jit'] as const;

describe.each(MODES)('floating-point exceptions, %s', (mode) => {
  it('facility unavailable', () => {
    const cpu = cpuWith(mode, ['nop', 'fadd f3,f4,f5'], 0);
    cpu.run(CODE, 10);
    expect([cpu.state.pc, cpu.state.spr(SPR_SRR0)]).toEqual([UNAVAILABLE_VECTOR, CODE + 4]);
  });

  it('enabled invalid operation: target kept, FPSCR and CR1 set, SRR0 at the instruction', () => {
    const cpu = cpuWith(mode, ['nop', 'fadd. f3,f4,f5', 'nop'], FP | FE);
    cpu.state.fpscr = VE;
    setFpr(cpu, 3, 0x123n);
    setFpr(cpu, 4, SNAN);
    cpu.run(CODE, 10);
    expect([cpu.state.pc, cpu.state.spr(SPR_SRR0), fpr(cpu, 3)]).toEqual([PROGRAM_VECTOR, CODE + 4, 0x123n]);
    expect([cpu.state.spr(SPR_ESR), cpu.state.fpscr, cpu.state.cr]).toEqual([ESR.FP.mask, 0xe1000080, 0x0e000000]);
    expect(cpu.state.spr(SPR_SRR1)).toBe(FP | FE);
    expect(cpu.state.msr & (FP | FE)).toBe(0);
  });

  it('ignored with FE0 = FE1 = 0', () => {
    const cpu = cpuWith(mode, ['fadd. f3,f4,f5', 'nop'], FP);
    cpu.state.fpscr = VE;
    setFpr(cpu, 4, SNAN);
    cpu.run(CODE, 10);
    expect([cpu.state.pc, cpu.state.cr]).toEqual([CODE + 8, 0x0e000000]);
  });

  it('raised by mtfsf that enables what is there', () => {
    const cpu = cpuWith(mode, ['nop', 'mtfsf 255,f4', 'nop'], FP | FE);
    setFpr(cpu, 4, 0x01000080n);
    cpu.run(CODE, 10);
    expect([cpu.state.pc, cpu.state.spr(SPR_SRR0), cpu.state.fpscr]).toEqual([PROGRAM_VECTOR, CODE + 4, 0x61000080]);
  });

  it('taken behind mtmsr that asks for it', () => {
    const cpu = cpuWith(mode, ['nop', 'mtmsr r4', 'nop'], FP);
    cpu.state.fpscr = 0xe1000080;
    cpu.state.setGpr(4, FP | MSR.FE0.mask);
    cpu.run(CODE, 10);
    expect([cpu.state.pc, cpu.state.spr(SPR_SRR0), cpu.state.spr(SPR_ESR)]).toEqual([PROGRAM_VECTOR, CODE + 8, ESR.FP.mask | ESR.PIE.mask]);
  });

  it('taken at the address that rfi returns to', () => {
    const cpu = cpuWith(mode, ['rfi'], 0);
    cpu.state.fpscr = 0xe1000080;
    cpu.state.setSpr(SPR_SRR0, 0x2000);
    cpu.state.setSpr(SPR_SRR1, FP | FE);
    cpu.run(CODE, 10);
    expect([cpu.state.pc, cpu.state.spr(SPR_SRR0), cpu.state.spr(SPR_ESR)]).toEqual([PROGRAM_VECTOR, 0x2000, ESR.FP.mask | ESR.PIE.mask]);
  });
});

/** Instructions that a random program is made of; registers are filled in. */
const TEMPLATES = [
  'fadd F,F,F', 'fsub. F,F,F', 'fmul F,F,F', 'fdiv F,F,F', 'fadds F,F,F', 'fmuls. F,F,F', 'fdivs F,F,F', 'fmadd F,F,F,F', 'fnmsub F,F,F,F',
  'fmadds F,F,F,F', 'fmsub. F,F,F,F', 'fsqrt F,F', 'frsp F,F', 'fctiwz F,F', 'fctiw. F,F', 'fres F,F', 'frsqrte F,F', 'fmr F,F', 'fneg. F,F',
  'fabs F,F', 'fnabs F,F', 'fsel F,F,F,F', 'fcmpu C,F,F', 'fcmpo C,F,F', 'mffs F', 'mcrfs C,C', 'mtfsb1 B', 'mtfsb0. B', 'mtfsf 2,F', 'mtfsfi C,3',
  'lfd F,D(r1)', 'lfs F,D(r1)', 'stfd F,D(r1)', 'stfs F,D(r1)', 'stfiwx F,r1,r2', 'lfdx F,r1,r2',
]; // prettier-ignore

describe('random floating-point programs', () => {
  it.each([0, FE])('leave the same compiled as interpreted, MSR[FE] = %i', (fe) => {
    for (let seed = 0; seed < 40; seed++) {
      const s = new Scatter(`program ${seed}`);
      const fill = (t: string) => t.replace(/[FCBD]/g, (c) => (c === 'F' ? `f${s.below(8)}` : c === 'C' ? (t.startsWith('mtfsfi') ? '7' : `cr${s.below(8)}`) : c === 'D' ? `${8 * s.below(16)}` : `${s.pick([3, 6, 7, 14, 24, 27, 28, 30, 31])}`)); // prettier-ignore
      const program = Array.from({ length: 30 }, () => fill(s.pick(TEMPLATES)));
      const values = Array.from({ length: 8 }, () => s.pick(EDGES));
      const fpscr = s.pick(FPSCRS);
      const [interpreted, compiled] = MODES.map((mode) => {
        const cpu = cpuWith(mode, program, FP | fe);
        cpu.state.fpscr = fpscr;
        cpu.state.setGpr(1, 0x8000);
        cpu.state.setGpr(2, 0x40);
        values.forEach((v, n) => setFpr(cpu, n, v));
        // Twice, so that compiled code is entered from its beginning, too.
        cpu.run(CODE, 40);
        const first = cpu.state.pc;
        if (first !== PROGRAM_VECTOR) cpu.run(CODE, 40);
        const stored = cpu.memory.read(0x8000, 0x90);
        expect(cpu.engine.codeCache.counts.compiled > 0).toBe(mode === 'jit');
        cpu.engine.native('materializeFpscr')();
        const { pc, cr, fpscr: status } = cpu.state;
        return {
          first,
          pc,
          cr,
          status,
          srr0: cpu.state.spr(SPR_SRR0),
          fprs: values.map((_, n) => fpr(cpu, n).toString(16)),
          stored: [...stored],
        };
      });
      expect({ program, ...compiled }).toEqual({ program, ...interpreted });
    }
  });
});
