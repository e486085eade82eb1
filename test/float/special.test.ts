/** NaNs, infinities, suppressed operations, compares, estimates, conversions of lfs and stfs, and the FPSCR instructions. */

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadNativeFloat, type NativeFloat } from './native-module.js';
import { special } from './operands.js';

const ONE = 0x3ff0000000000000n;
const INF = 0x7ff0000000000000n;
const MINUS = 1n << 63n;
const QNAN = 0x7ff8000000000000n;
const SNAN = 0x7ff4000000000001n;
const OLD = 0x0123456789abcdefn;
const VE = 0x80;
const ZE = 0x10;

let native: NativeFloat;
beforeAll(async () => {
  native = await loadNativeFloat();
});

/** Result and FPSCR of an exact operation begun with `fpscr`. */
function run(name: string, fpscr: number, ...operands: bigint[]): [string, string] {
  native.setFpscr(fpscr);
  const result = native.call(`${name}Exact`, ...operands, OLD);
  return [result.toString(16), native.fpscr().toString(16)];
}

const hex = (bits: bigint): string => bits.toString(16);

describe('invalid operations', () => {
  it.each([
    ['fsub', [INF, INF], 0xa0811000],
    ['fmul', [INF, 0n], 0xa0111000],
    ['fdiv', [INF, MINUS | INF], 0xa0411000],
    ['fdiv', [0n, 0n], 0xa0211000],
    ['fsqrt', [MINUS | ONE], 0xa0011200],
    ['frsqrte', [MINUS | ONE], 0xa0011200],
    ['fmadd', [INF, ONE, MINUS | INF], 0xa0811000],
    ['fmadd', [0n, INF, ONE], 0xa0111000],
  ])('%s %s: default NaN, or the old target with VE', (name, operands, fpscr) => {
    expect(run(name, 0, ...operands)).toEqual([hex(QNAN), fpscr.toString(16)]);
    const enabled = ((fpscr & ~0x1f000) | 0x40000000 | VE | 0x4000) >>> 0;
    expect(run(name, VE | 0x64000, ...operands)).toEqual([hex(OLD), enabled.toString(16)]);
  });

  it('delivers the first NaN of FRA, FRB, FRC, quieted, never negated', () => {
    const [a, b, c] = [0x7ff400000000000an, 0xfff800000000000bn, 0x7ff800000000000cn];
    for (const name of ['fmadd', 'fmsub', 'fnmadd', 'fnmsub']) {
      expect(run(name, 0, a, c, b)).toEqual(['7ffc00000000000a', 'a1011000']);
      expect(run(name, 0, ONE, c, b)).toEqual(['fff800000000000b', '11000']);
      expect(run(name, 0, ONE, c, ONE)).toEqual(['7ff800000000000c', '11000']);
      expect(run(name, 0, ONE, a, b)).toEqual(['fff800000000000b', 'a1011000']);
    }
    expect(run('fsub', 0, ONE, a)).toEqual(['7ffc00000000000a', 'a1011000']);
    expect(run('fmadd', 0, INF, 0n, QNAN)).toEqual([hex(QNAN), 'a0111000']);
  });

  it('cuts the NaNs of single operations', () => {
    expect(run('fadds', 0, 0x7ff8000031234567n, ONE)[0]).toBe('7ff8000020000000');
    expect(run('frsp', 0, 0xfff0000000000001n)).toEqual(['fff8000000000000', 'a1011000']);
  });

  it('fctiw and fctid have limits', () => {
    expect(run('fctiwz', 0, SNAN)).toEqual(['ffffffff80000000', 'a1000100']);
    expect(run('fctidz', 0, QNAN)).toEqual(['8000000000000000', 'a0000100']);
    expect(run('fctid', 0, INF)).toEqual(['7fffffffffffffff', 'a0000100']);
    expect(run('fctiduz', 0, MINUS | ONE)).toEqual(['0', 'a0000100']);
    expect(run('fctiduz', VE, MINUS | ONE)).toEqual([hex(OLD), 'e0000180']);
  });
});

describe('zero divide', () => {
  it.each(['fdiv', 'fdivs'])('%s', (name) => {
    expect(run(name, 0, MINUS | ONE, 0n)).toEqual(['fff0000000000000', '84009000']);
    expect(run(name, ZE, ONE, 0n)).toEqual([hex(OLD), 'c4000010']);
  });
  it.each(['fre', 'fres', 'frsqrte', 'frsqrtes'])('%s', (name) => {
    expect(run(name, 0, MINUS)).toEqual(['fff0000000000000', '84009000']);
    expect(run(name, ZE, 0n)).toEqual([hex(OLD), 'c4000010']);
  });
});

describe('estimates', () => {
  it('are close, and silent about inexactness', () => {
    const bitsOf = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0];
    expect(run('fres', 0, bitsOf(3))).toEqual([hex(bitsOf(Math.fround(1 / 3))), '4000']);
    expect(run('fre', 0, bitsOf(-3))).toEqual([hex(bitsOf(-1 / 3)), '8000']);
    expect(run('frsqrte', 0, bitsOf(5e-324))).toEqual([hex(bitsOf(1 / Math.sqrt(5e-324))), '4000']);
    expect(run('frsqrtes', 0, bitsOf(2))).toEqual([hex(bitsOf(Math.fround(Math.SQRT1_2))), '4000']);
    expect(run('fres', 0, bitsOf(2 ** -140))).toEqual([hex(INF), '90005000']);
    expect(run('fres', 0, INF)).toEqual(['0', '2000']);
  });
});

describe('rounding to integral numbers', () => {
  it.each([
    ['frin', [3, -3, 2, 0, -(2 ** 52)]],
    ['friz', [2, -2, 1, 0, -(2 ** 52)]],
    ['frip', [3, -2, 2, 1, -(2 ** 52)]],
    ['frim', [2, -3, 1, 0, -(2 ** 52)]],
  ])('%s', (name, expected) => {
    const value = (bits: string): number => new Float64Array(new BigUint64Array([BigInt(`0x${bits}`)]).buffer)[0];
    const inputs = [2.5, -2.5, 1.5, 0.49999999999999994, -(2 ** 52)];
    const results = inputs.map((x) => value(run(name, 0, new BigUint64Array(new Float64Array([x]).buffer)[0])[0]));
    expect(results).toEqual(expected);
    expect(run(name, 0, MINUS)).toEqual([hex(MINUS), '12000']);
    expect(run(name, 0, SNAN)).toEqual([hex(SNAN | 0x0008000000000000n), 'a1011000']);
  });
});

describe('compares', () => {
  it.each(['Exact', 'Fast'])('%s', (version) => {
    const compare = (name: string, fpscr: number, a: bigint, b: bigint): string => {
      native.setFpscr(fpscr);
      return `${native.call32(name + version, a, b)} ${native.fpscr().toString(16)}`;
    };
    for (const name of ['fcmpu', 'fcmpo']) {
      expect(compare(name, 0x7f000, MINUS | ONE, ONE)).toBe('8 78000');
      expect(compare(name, 0, ONE, 0n)).toBe('4 4000');
      expect(compare(name, 0, MINUS, 0n)).toBe('2 2000');
    }
    expect(compare('fcmpu', 0, QNAN, ONE)).toBe('1 1000');
    expect(compare('fcmpo', 0, QNAN, ONE)).toBe('1 a0081000');
    expect(compare('fcmpo', VE, QNAN, ONE)).toBe('1 e0081080');
    expect(compare('fcmpu', 0, ONE, SNAN)).toBe('1 a1001000');
    expect(compare('fcmpo', 0, ONE, SNAN)).toBe('1 a1081000');
    expect(compare('fcmpo', VE, ONE, SNAN)).toBe('1 e1001080');
  });

  it('ftdiv and ftsqrt', () => {
    expect(native.call32('ftdiv', ONE, ONE)).toBe(8);
    expect(native.call32('ftdiv', ONE, 0n)).toBe(14);
    expect(native.call32('ftdiv', ONE, 1n)).toBe(14);
    expect(native.call32('ftdiv', INF, ONE)).toBe(14);
    expect(native.call32('ftdiv', QNAN, ONE)).toBe(10);
    expect(native.call32('ftdiv', ONE, 0x7fc0000000000000n)).toBe(10);
    expect(native.call32('ftsqrt', ONE)).toBe(8);
    expect(native.call32('ftsqrt', MINUS | ONE)).toBe(10);
    expect(native.call32('ftsqrt', 0n)).toBe(14);
  });
});

describe('lfs and stfs', () => {
  it('convert every single there and back', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 0, max: 0xffffffff }),
          fc.integer({ min: 0, max: 0x7fffff }),
          fc.constantFrom(0x7f800001, 0xffbfffff, 0x80000000, 1),
        ),
        (word) => {
          const bits = native.call('doubleFromSingle', word);
          const value = new Float32Array(new Uint32Array([word]).buffer)[0];
          if (!Number.isNaN(value)) expect(new Float64Array(new BigUint64Array([bits]).buffer)[0]).toBe(value);
          else expect(bits & 0x7fffffffffffffffn).toBe(INF | (BigInt(word & 0x7fffff) << 29n));
          expect(native.call32('singleFromDouble', bits)).toBe(word);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('stfs cuts bits off', () => {
    expect(native.call32('singleFromDouble', 0x3fffffffffffffffn)).toBe(0x3fffffff);
    expect(native.call32('singleFromDouble', 0x380fffffffffffffn)).toBe(0x007fffff);
    expect(native.call32('singleFromDouble', 0xb690000000000000n)).toBe(0x80000000);
    expect(native.call32('singleFromDouble', 0xb6a0000000000000n)).toBe(0x80000001);
  });
});

describe('FPSCR instructions', () => {
  it('mtfsf and mtfsfi derive FEX and VX and do not set FX', () => {
    native.setFpscr(0);
    native.call32('mtfsf', 0xff, 0xffffffff);
    expect(native.fpscr()).toBe(0xfffff7ff);
    native.call32('mtfsf', 0xff, 0x60000800);
    expect(native.fpscr()).toBe(0);
    native.call32('mtfsf', 0x20, 0xffffffff);
    expect(native.fpscr()).toBe(0x20f00000);
    native.call32('mtfsfi', 6, 8);
    expect(native.fpscr()).toBe(0x60f00080);
    expect(native.call32('enabledExceptionPending')).toBe(1);
    native.call32('mtfsfi', 6, 0);
    expect(native.call32('enabledExceptionPending')).toBe(0);
  });

  it('mtfsb0 and mtfsb1', () => {
    native.setFpscr(0);
    for (const bit of [1, 2, 20]) native.call32('mtfsb1', bit);
    expect(native.fpscr()).toBe(0);
    native.call32('mtfsb1', 30);
    native.call32('mtfsb1', 13);
    expect(native.fpscr()).toBe(0x40002);
    native.call32('mtfsb1', 22);
    expect(native.fpscr()).toBe(0xa0040202);
    native.call32('mtfsb0', 0);
    native.call32('mtfsb1', 22);
    expect(native.fpscr()).toBe(0x20040202);
    native.call32('mtfsb0', 22);
    expect(native.fpscr()).toBe(0x40002);
  });

  it('mcrfs clears exception bits and nothing else', () => {
    native.setFpscr(0xfffff7ff);
    expect(native.call32('mcrfs', 3)).toBe(15);
    expect(native.fpscr()).toBe(0xfff7f7ff);
    expect([0, 1, 2, 4, 5, 6, 7].map((field) => native.call32('mcrfs', field))).toEqual([15, 15, 15, 15, 7, 15, 15]);
    expect(native.fpscr()).toBe(0x0007f0ff);
  });

  it('see what fast operations left pending', () => {
    native.setFpscr(0x82000000);
    native.call('fdivFast', ONE, 0x4008000000000000n, 0n);
    native.call32('mtfsb0', 0);
    expect(native.fpscr()).toBe(0x02024000);
    native.setFpscr(0x82000000);
    native.call('fdivFast', ONE, 0x4008000000000000n, 0n);
    native.call32('fcmpuFast', ONE, 0n);
    native.call('fctiwFast', 0x3ffc000000000000n, 0n);
    expect(native.call32('mcrfs', 4)).toBe(4);
    expect(native.fpscr()).toBe(0x82064000);
  });

  it('suppressed operations keep FPRF, also what a fast compare left of it', () => {
    native.setFpscr(VE | 0x1f000);
    native.call32('fcmpuFast', ONE, 0n);
    expect(native.call('faddFast', SNAN, ONE, OLD)).toBe(OLD);
    expect(native.fpscr()).toBe(0xe1014080);
  });
});

describe('fsel', () => {
  it('copies bits', () => {
    fc.assert(
      fc.property(special, special, (c, b) => {
        expect(native.call('fselFast', MINUS, c, b)).toBe(c);
        expect(native.call('fselFast', MINUS | ONE, c, b)).toBe(b);
        expect(native.call('fselFast', QNAN, c, b)).toBe(b);
      }),
    );
  });
});
