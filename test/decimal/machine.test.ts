/** Decimal instructions as part of the machine: exceptions, invalid forms, compiled code, the FPSCR's upper word. */
import { describe, expect, it } from 'vitest';
import { FPSCR_HIGH_OFFSET } from '../../jit/abi/layout.js';
import { Assembler } from '../../jit/isa/assemble.js';
import { POWER7, POWER8, PPC970FX } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { FPSCR, MSR, SRR1_PROGRAM } from '../../jit/isa/registers.js';
import { BareCpu64 } from '../support/bare-cpu64.js';

const BASE = 0x1000;
const SRR0 = 26;
const SRR1 = 27;
const ONE = 0x2238_0000_0000_0001n;
const SIGNALLING = 0x7e00_0000_0000_0000n;
const ALL = (MSR.FP.mask | MSR.VEC.mask | MSR.VSX.mask | MSR.ME.mask) >>> 0;

/** A CPU with a program at BASE and one number each in FPRs 1, 2... */
function cpuWith(source: string, ...fpr: readonly bigint[]): BareCpu64 {
  const cpu = new BareCpu64('interp');
  cpu.loadProgram(source, BASE);
  fpr.forEach((value, n) => cpu.setVsr(n + 1, value << 64n));
  return cpu;
}
const fpr = (cpu: BareCpu64, n: number): bigint => cpu.vsr(n) >> 64n;

describe('decimal instructions', () => {
  it('are not available while MSR[FP] is 0, packed ones while MSR[VEC] is 0', () => {
    const decimal = cpuWith('dadd 3,1,2', ONE, ONE);
    decimal.setMsr(ALL & ~MSR.FP.mask);
    decimal.run(BASE, 1);
    expect([decimal.state.pc, decimal.state.spr(SRR0), fpr(decimal, 3)]).toEqual([0x800, BASE, 0n]);
    const packed = cpuWith('bcdadd. 3,1,2,0');
    packed.setMsr(ALL & ~MSR.VEC.mask);
    packed.run(BASE, 1);
    expect([packed.state.pc, packed.state.spr(SRR0)]).toEqual([0xf20, BASE]);
  });

  it.each(['FE0', 'FE1'] as const)('make a program interrupt of an enabled exception when MSR[%s] is 1', (mode) => {
    const cpu = cpuWith('dadd 3,1,2', SIGNALLING, ONE);
    cpu.state.fpscr = FPSCR.VE.mask;
    cpu.setMsr(ALL | MSR[mode].mask);
    cpu.run(BASE, 1);
    expect([cpu.state.pc, cpu.state.spr(SRR0), fpr(cpu, 3)]).toEqual([0x700, BASE, 0n]);
    expect(cpu.state.spr(SRR1) & SRR1_PROGRAM.FLOATING.mask).not.toBe(0);
    const { FX, FEX, VX, VXSNAN, VE } = FPSCR;
    expect(cpu.state.fpscr).toBe((FX.mask | FEX.mask | VX.mask | VXSNAN.mask | VE.mask) >>> 0);
  });

  it('write the result before the interrupt of an enabled inexact exception', () => {
    const cpu = cpuWith('ddiv 3,1,2', ONE, 0x2238_0000_0000_0003n);
    cpu.state.fpscr = FPSCR.XE.mask;
    cpu.setMsr(ALL | MSR.FE0.mask);
    cpu.run(BASE, 1);
    expect(cpu.state.pc).toBe(0x700);
    // 3333333333333333 x 10^-16.
    expect(fpr(cpu, 3)).toBe(0x2df9_b36c_db36_cdb3n);
    expect(cpu.state.fpscr & FPSCR.FI.mask).not.toBe(0);
  });

  it('are illegal with an odd register for a pair', () => {
    const decoder = new Decoder(INSTRUCTIONS, POWER8);
    const daddq = new Assembler(decoder).assemble('daddq 4,6,8', 0);
    for (const bit of [10, 15, 20]) expect(decoder.decode((daddq | (1 << (31 - bit))) >>> 0), `bit ${bit}`).toBeUndefined();
    expect(() => new Assembler(decoder).assemble('daddq 4,7,8', 0)).toThrow(/even/);
    const cpu = new BareCpu64('interp');
    cpu.load(BASE, [(daddq | (1 << 21)) >>> 0]);
    cpu.run(BASE, 1);
    expect(cpu.state.pc).toBe(0x700);
    expect(cpu.state.spr(SRR1) & SRR1_PROGRAM.ILLEGAL.mask).not.toBe(0);
  });

  it('exist on POWER7 and POWER8, packed ones on POWER8', () => {
    const names = (model: typeof POWER8) => new Set(new Decoder(INSTRUCTIONS, model).instructions.map((i) => i.mnemonic));
    expect([PPC970FX, POWER7, POWER8].map((m) => names(m).has('dadd'))).toEqual([false, true, true]);
    expect([PPC970FX, POWER7, POWER8].map((m) => names(m).has('bcdadd.'))).toEqual([false, false, true]);
  });

  it('see the FPSCR that a binary operation left to be computed', () => {
    // 1.0 + 1.0, whose FPRF comes late; the compare keeps its C, and the sum is a normalized number: C = 0.
    const cpu = cpuWith('fadd 4,3,3\ndcmpu 1,1,2\nmffs 5', ONE, 0x2238_0000_0000_0002n, 0x3ff0_0000_0000_0000n);
    cpu.state.fpscr = FPSCR.XX.mask | FPSCR.FX.mask | FPSCR.C.mask;
    cpu.run(BASE, 3);
    expect(Number(fpr(cpu, 5) & 0x1f000n)).toBe(FPSCR.FL.mask);
    expect(cpu.state.cr).toBe(0x08000000);
  });
});

describe('compiled code', () => {
  it.each(['big', 'little'] as const)('leaves them to the interpreter, %s-endian', (endian) => {
    const results = (['interp', 'jit'] as const).map((mode) => {
      const cpu = new BareCpu64(mode, { endian });
      // The sum of 1..200, by a sum that grows, and its square in packed decimals.
      cpu.loadProgram(
        `again: dadd 2,2,1
         daddq 4,4,6
         dadd. 3,3,2
         dcmpu 5,3,2
         bcdadd. 3,3,2,0
         addi 3,3,1
         fmr 9,3
         bdnz again
         b .`,
        BASE,
      );
      cpu.setVsr(1, ONE << 64n);
      for (const n of [2, 3]) cpu.setVsr(n, 0x2238_0000_0000_0000n << 64n);
      cpu.setVsr(4, 0x2208_0000_0000_0000n << 64n);
      cpu.setVsr(6, 0x2208_0000_0000_0000n << 64n);
      cpu.setVsr(7, 3n << 64n);
      cpu.setVsr(34, 0x25cn);
      cpu.setVsr(35, 0xcn);
      cpu.state.ctr = 200;
      cpu.run(BASE, 8 * 200);
      return [cpu.gpr(3), cpu.state.cr, cpu.state.fpscr, fpr(cpu, 2), fpr(cpu, 9), fpr(cpu, 5), cpu.vsr(35)];
    });
    // 200, 20100 and 600 in declets; 5000.
    expect(results[0]).toEqual([200n, expect.any(Number), 0x4000, 0x2238_0000_0000_0100n, 0x2238_0000_0000_8080n, 0x300n, 0x5000cn]);
    expect(results[1]).toEqual(results[0]);
  });
});

describe('the rounding mode of decimal arithmetic', () => {
  const after = (source: string, ...values: readonly bigint[]): { drn: number; low: number; cpu: BareCpu64 } => {
    const cpu = cpuWith(source, ...values);
    cpu.state.words[FPSCR_HIGH_OFFSET >> 2] = 5;
    cpu.state.fpscr = FPSCR.XE.mask;
    cpu.run(BASE, source.split('\n').length);
    return { drn: cpu.state.words[FPSCR_HIGH_OFFSET >> 2]!, low: cpu.state.fpscr, cpu };
  };
  it('is read by mffs in bits 29:31', () => {
    expect(fpr(after('mffs 3').cpu, 3)).toBe((5n << 32n) | BigInt(FPSCR.XE.mask));
  });
  it('is set by mtfsfi with W = 1, in field 7', () => {
    expect(after('mtfsfi 7,3,1')).toMatchObject({ drn: 3, low: FPSCR.XE.mask });
    expect(after('mtfsfi 7,15,1').drn).toBe(7);
    expect(after('mtfsfi 6,3,1').drn).toBe(5);
    expect(after('mtfsfi 7,3,0')).toMatchObject({ drn: 5, low: 3 });
  });
  it('is set by mtfsf with W = 1 and the last mask bit, or with L = 1', () => {
    const value = 0xffff_fffa_0000_0040n;
    expect(after('mtfsf 1,1,0,1', value)).toMatchObject({ drn: 2, low: FPSCR.XE.mask });
    expect(after('mtfsf 254,1,0,1', value)).toMatchObject({ drn: 5, low: FPSCR.XE.mask });
    expect(after('mtfsf 0,1,1,0', value)).toMatchObject({ drn: 2, low: FPSCR.OE.mask });
    expect(after('mtfsf 255,1,0,0', value)).toMatchObject({ drn: 5, low: FPSCR.OE.mask });
  });
  it('rounds, while RN rounds binary numbers', () => {
    // Toward minus infinity: 1 / 3 downwards, negative away from zero.
    const source = 'mtfsfi 7,3,1\nmtfsfi 7,0,0\nddiv 3,1,2\nddiv 4,5,2\ndadd 3,3,4';
    const cpu = cpuWith(source, ONE, 0x2238_0000_0000_0003n, 0n, 0n, 0xa238_0000_0000_0001n);
    cpu.run(BASE, 5);
    // -1 unit of the last of 16 digits.
    expect(fpr(cpu, 3)).toBe(0xa1f8_0000_0000_0001n);
  });
});
