import { describe, expect, it } from 'vitest';
import { XER_REST_OFFSET } from '../../jit/abi/layout.js';
import { BRANCH } from '../../jit/isa/book1/branch.js';
import { FIXED_POINT_DECIMAL } from '../../jit/isa/book1/fixed-point-decimal.js';
import { FIXED_POINT_EXTENDED_DIVIDE } from '../../jit/isa/book1/fixed-point-extended-divide.js';
import { FIXED_POINT_LOAD } from '../../jit/isa/book1/fixed-point-load.js';
import { FIXED_POINT_MULTIPLE } from '../../jit/isa/book1/fixed-point-multiple.js';
import { FIXED_POINT_STORE } from '../../jit/isa/book1/fixed-point-store.js';
import { CACHE } from '../../jit/isa/book2/cache.js';
import { RESERVATION } from '../../jit/isa/book2/reservation.js';
import { BRANCH_CALL, BRANCH_JUMP, BRANCH_RETURN, Op } from '../../jit/ir/ir.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { EvaluatedCpu, PatternMemory } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';
import { Scatter, scatteredValue } from './situations.js';

const byName = (list: readonly Instruction[], mnemonic: string) => list.find((i) => i.mnemonic === mnemonic)!;
const MODE_32 = { width: 32, mode64: false, msr: { PR: false, LE: false } } as const;
const MODE_64 = { width: 64, mode64: true, msr: { PR: false, LE: false } } as const;
const LITTLE_64 = { width: 64, mode64: true, msr: { PR: false, LE: true } } as const;
/** Fields of X-form: RT 3, RA 4, RB 5. */
const X_345 = (3 << 21) | (4 << 16) | (5 << 11);

describe('divide extended', () => {
  it('is exact where the quotient fits, over many divisors', () => {
    const s = new Scatter('divide extended');
    for (const signed of [true, false]) {
      const inst = byName(FIXED_POINT_EXTENDED_DIVIDE, signed ? 'divde' : 'divdeu');
      const word = (inst.match | X_345 | (1 << 10)) >>> 0;
      const ir = irOf(inst, word, 0, MODE_64);
      const read = (v: bigint) => (signed ? BigInt.asIntN(64, v) : v);
      for (let n = 0; n < 1500; n++) {
        const cpu = new EvaluatedCpu(64);
        const b = scatteredValue(s, 64) >> BigInt(s.below(40));
        // Mostly dividends below the divisor.
        const a = s.below(8) ? scatteredValue(s, 64) % (b || 1n) : scatteredValue(s, 64);
        [cpu.gpr[4], cpu.gpr[5]] = [a, b];
        evaluate(ir, cpu, word, 0n);
        const quotient = b === 0n ? undefined : (read(a) << 64n) / read(b);
        const fits = quotient !== undefined && read(BigInt.asUintN(64, quotient)) === quotient;
        expect([a, b, cpu.gpr[3], cpu.ov]).toEqual([a, b, fits ? BigInt.asUintN(64, quotient) : 0n, fits ? 0n : 1n]);
      }
    }
  });
});

describe('decimal assists', () => {
  it('turn every three digits into ten bits and back', () => {
    const pack = byName(FIXED_POINT_DECIMAL, 'cbcdtd');
    const unpack = byName(FIXED_POINT_DECIMAL, 'cdtbcd');
    const there = (pack.match | X_345) >>> 0;
    const back = (unpack.match | X_345) >>> 0;
    const [packing, unpacking] = [irOf(pack, there, 0, MODE_64), irOf(unpack, back, 0, MODE_64)];
    const seen = new Set<bigint>();
    for (let n = 0; n < 1000; n++) {
      const cpu = new EvaluatedCpu(64);
      const digits = BigInt(`0x${n}`);
      cpu.gpr[3] = digits;
      evaluate(packing, cpu, there, 0n);
      const packed = cpu.gpr[4]!;
      expect(packed).toBeLessThan(1024n);
      seen.add(packed);
      cpu.gpr[3] = packed;
      evaluate(unpacking, cpu, back, 0n);
      expect(cpu.gpr[4]).toBe(digits);
    }
    expect(seen.size).toBe(1000);
  });
});

describe('quadwords', () => {
  const quad = (list: readonly Instruction[], mnemonic: string, little: boolean) => {
    const inst = byName(list, mnemonic);
    const word = (inst.match | (6 << 21) | (4 << 16) | (mnemonic.endsWith('q') ? 0 : 5 << 11)) >>> 0;
    const cpu = new EvaluatedCpu(64, new PatternMemory(), little);
    cpu.gpr[4] = 0x2000n;
    [cpu.gpr[6], cpu.gpr[7]] = [0x1111n, 0x2222n];
    return { cpu, run: () => evaluate(irOf(inst, word, 0, little ? LITTLE_64 : MODE_64), cpu, word, 0n) };
  };
  it.each([false, true])('keep the more significant doubleword in the even register (little-endian: %s)', (little) => {
    const first = little ? 0x2222n : 0x1111n;
    for (const [list, mnemonic] of [[FIXED_POINT_STORE, 'stq'], [RESERVATION, 'stqcx.']] as const) {
      const { cpu, run } = quad(list, mnemonic, little);
      cpu.reservation = 0x2000n;
      run();
      expect([cpu.load(0x2000n, 8), cpu.load(0x2008n, 8)]).toEqual([first, 0x3333n - first]);
    }
    for (const [list, mnemonic] of [[FIXED_POINT_LOAD, 'lq'], [RESERVATION, 'lqarx']] as const) {
      const { cpu, run } = quad(list, mnemonic, little);
      cpu.store(0x2000n, 8, 0x55n);
      cpu.store(0x2008n, 8, 0x66n);
      run();
      expect([cpu.gpr[6], cpu.gpr[7]]).toEqual(little ? [0x66n, 0x55n] : [0x55n, 0x66n]);
    }
  }); // prettier-ignore

  it('must lie on their boundary for reservations', () => {
    for (const mnemonic of ['lqarx', 'stqcx.']) {
      const { cpu, run } = quad(RESERVATION, mnemonic, false);
      cpu.gpr[4] = 0x2008n;
      expect(run().exception?.number).toBe(7);
      expect(cpu.gpr[6]).toBe(0x1111n);
    }
  });
});

describe('strings', () => {
  it('of no bytes touch nothing, not even storage that faults', () => {
    for (const mnemonic of ['lswx', 'stswx']) {
      const inst = byName(FIXED_POINT_MULTIPLE, mnemonic);
      const word = (inst.match | X_345) >>> 0;
      const cpu = new EvaluatedCpu(32);
      cpu.memory.limit = 0n;
      cpu.gpr[3] = 7n;
      cpu.state.set(XER_REST_OFFSET, 0n);
      expect(evaluate(irOf(inst, word, 0, MODE_32), cpu, word, 0n)).toMatchObject({ next: 4n });
      expect([cpu.gpr[3], cpu.memory.written.size]).toEqual([7n, 0]);
    }
  });
  it('are left to the interpreter', () => {
    for (const inst of FIXED_POINT_MULTIPLE.filter((i) => i.facts.needs?.includes('string'))) {
      expect(irOf(inst, (inst.match | X_345) >>> 0, 0, MODE_32, 'unknown').op).toContain(Op.interpret);
    }
  });
});

describe('branches', () => {
  const kindOf = (mnemonic: string, bits: number) => {
    const inst = byName(BRANCH, mnemonic);
    const ir = irOf(inst, (inst.match | bits) >>> 0, 0x1000, MODE_32);
    return ir.c[ir.op.indexOf(Op.branch)];
  };
  const ALWAYS = 20 << 21;
  it('tell calls, returns and jumps apart', () => {
    expect(kindOf('b', 8)).toBe(BRANCH_JUMP);
    expect(kindOf('b', 9)).toBe(BRANCH_CALL);
    expect(kindOf('bc', 9)).toBe(BRANCH_CALL);
    expect(kindOf('bclr', ALWAYS)).toBe(BRANCH_RETURN);
    expect(kindOf('bclr', ALWAYS | 1)).toBe(BRANCH_CALL);
    expect(kindOf('bcctr', ALWAYS)).toBe(BRANCH_JUMP);
    expect(kindOf('bcctr', ALWAYS | 1)).toBe(BRANCH_CALL);
  });
  it('know that bcl 20,31 only asks where it is', () => {
    expect(kindOf('bc', ALWAYS | (31 << 16) | 5)).toBe(BRANCH_JUMP);
  });
  it('cost nothing but the jump when unconditional', () => {
    const inst = byName(BRANCH, 'bclr');
    const ir = irOf(inst, (inst.match | ALWAYS) >>> 0, 0x1000, MODE_32);
    expect(ir.op.filter((op) => op >= Op.set)).toEqual([Op.branch]);
    expect(ir.op[ir.a[ir.op.indexOf(Op.branch)]!]).toBe(Op.const);
  });
});

describe('cache instructions', () => {
  const run = (mnemonic: string, msr: { PR: boolean }, limit: bigint) => {
    const inst = byName(CACHE, mnemonic);
    const word = (inst.match | X_345) >>> 0;
    const cpu = new EvaluatedCpu(32);
    cpu.memory.limit = limit;
    return evaluate(irOf(inst, word, 0x1000, { width: 32, mode64: false, msr }), cpu, word, 0x1000n);
  };
  it('hint without faulting', () => {
    for (const mnemonic of ['dcbt', 'dcbtst', 'dcba', 'icbt'])
      expect(run(mnemonic, { PR: true }, 0n)).toMatchObject({ next: 0x1004n, calls: [] });
  });
  it('ask for permission', () => {
    for (const mnemonic of ['dcbst', 'dcbf', 'dcbz', 'icbi']) expect(run(mnemonic, { PR: true }, 0n).exception?.number).toBe(8);
    expect(run('icbi', { PR: true }, 1n).calls).toEqual(['touch', 'invalidateInstructionBlock']);
  });
  it('invalidate data in privileged state only', () => {
    expect(run('dcbi', { PR: true }, 100n)).toMatchObject({ exception: { number: 3 }, calls: [] });
    expect(run('dcbi', { PR: false }, 100n)).toMatchObject({ next: 0x1004n, calls: ['touch'] });
  });
});
