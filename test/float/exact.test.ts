/** The exact functions against a rational model, in all rounding modes and with all exceptions enabled or not. */

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadNativeFloat, type NativeFloat } from './native-module.js';
import { finite, moderate, single } from './operands.js';
import * as reference from './reference.js';
import { decode, type Exact, negated, product, quotient, root, sum } from './reference.js';

/** FPSCRs before an operation: any mode, enables, and sticky bits. VX bits stay 0 and FEX, VX consistent. */
const fpscr = fc
  .tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom(0, 0, 0, 0x60, 0x40, 0x20, 0x08, 0xf8),
    fc.constantFrom(0, 0x02000000, 0x9a01f000, 0x00060000),
  )
  .map(
    ([mode, enables, sticky]) => reference.fpscrAfter(mode | enables | (sticky & ~0x80000000), sticky & 0x7f000) | (sticky & 0x80000000),
  );
const operand = fc.oneof(finite, finite, moderate, single);

let native: NativeFloat;
beforeAll(async () => {
  native = await loadNativeFloat();
});

const hex = (value: bigint | number): string => (typeof value === 'number' ? value >>> 0 : value).toString(16);

/** Calls the exact form of `name` and compares result and FPSCR with rounding `exact`. */
function compare(name: string, operands: bigint[], before: number, exact: Exact, negate = false): void {
  const isSingle = name.endsWith('s') && name !== 'fabs';
  const { bits, status } = reference.round(exact, isSingle, before, negate);
  native.setFpscr(before);
  const result = native.call(`${name}Exact`, ...operands, 0x123456789abcdefn);
  const inputs = `${name} ${operands.map(hex).join(' ')} fpscr ${hex(before)}`;
  expect(`${inputs}: ${hex(result)} ${hex(native.fpscr())}`).toBe(`${inputs}: ${hex(bits)} ${hex(reference.fpscrAfter(before, status))}`);
}

/** Enabled overflow and underflow of singles are defined only for operands that the single format holds. */
function defined(name: string, operands: bigint[], before: number): boolean {
  return !name.endsWith('s') || (before & 0x60) === 0 || operands.every((bits) => (bits & 0x1fffffffn) === 0n && isSingleRange(bits));
}

function isSingleRange(bits: bigint): boolean {
  const exponent = Number((bits >> 52n) & 0x7ffn);
  return (exponent > 896 && exponent < 1151) || bits << 1n === 0n;
}

describe('exact arithmetic', () => {
  it.each(['fadd', 'fadds', 'fsub', 'fsubs'])('%s', (name) => {
    fc.assert(
      fc.property(operand, operand, fc.integer({ min: -3, max: 3 }), fpscr, (a, other, near, before) => {
        // Half of the pairs nearly cancel.
        const b =
          near === 0
            ? other
            : (a & ~(0x7ffn << 52n)) |
              ((((a >> 52n) & 0x7ffn) < 4n ? 4n : ((a >> 52n) & 0x7ffn) > 2040n ? 2040n : ((a >> 52n) & 0x7ffn) + BigInt(near >> 1)) <<
                52n);
        fc.pre(defined(name, [a, b], before));
        const y = name.startsWith('fsub') ? negated(decode(b)) : decode(b);
        compare(name, [a, b], before, sum(decode(a), y, before & 3));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['fmul', 'fmuls'])('%s', (name) => {
    fc.assert(
      fc.property(operand, operand, fpscr, (a, c, before) => {
        fc.pre(defined(name, [a, c], before));
        compare(name, [a, c], before, product(decode(a), decode(c)));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['fdiv', 'fdivs'])('%s', (name) => {
    fc.assert(
      fc.property(operand, operand, fpscr, (a, b, before) => {
        fc.pre(b << 1n !== 1n << 64n && (b & ~(1n << 63n)) !== 0n && defined(name, [a, b], before));
        compare(name, [a, b], before, quotient(decode(a), decode(b)));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['fsqrt', 'fsqrts'])('%s', (name) => {
    fc.assert(
      fc.property(operand, fc.boolean(), fpscr, (x, square, before) => {
        let b = x & ~(1n << 63n);
        // Exact squares and their neighbours.
        if (square) b = new BigUint64Array(new Float64Array([Math.round(Math.abs(Number(b >> 38n))) ** 2]).buffer)[0] + (x & 1n);
        fc.pre(b !== 0n && defined(name, [b], before));
        compare(name, [b], before, root(decode(b)));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['fmadd', 'fmadds', 'fmsub', 'fmsubs', 'fnmadd', 'fnmadds', 'fnmsub', 'fnmsubs'])('%s', (name) => {
    fc.assert(
      fc.property(operand, operand, operand, fc.integer({ min: 0, max: 4 }), fpscr, (a, c, other, near, before) => {
        let b = other;
        if (near < 2) {
          // The addend cancels the product, or comes near to it.
          const rounded = reference.round(product(decode(a), decode(c)), near === 0, 0).bits;
          if (((rounded >> 52n) & 0x7ffn) !== 0x7ffn) b = rounded ^ (other & (1n << 63n)) ^ (other & 1n);
        }
        fc.pre(defined(name, [a, c, b], before));
        const addend = name.includes('sub') ? negated(decode(b)) : decode(b);
        compare(name, [a, c, b], before, sum(product(decode(a), decode(c)), addend, before & 3), name.startsWith('fn'));
      }),
      { numRuns: 3000 },
    );
  });

  it('fmadd sees the last bit of a product far below the addend', () => {
    const bitsOf = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0];
    // Their product is 2^80 + 1, just over half a unit in the last place of 2^133.
    const [a, c] = [0x28741f88ac01, 0x654075401].map(bitsOf);
    native.setFpscr(0);
    expect(native.call('fmaddExact', a, c, bitsOf(2 ** 133), 0n)).toBe(bitsOf(2 ** 133 + 2 ** 81));
    expect(native.call('fmsubExact', a, c, bitsOf(2 ** 133 + 2 ** 81), 0n)).toBe(bitsOf(-(2 ** 133)));
  });

  it('frsp', () => {
    fc.assert(
      fc.property(operand, fpscr, (b, before) => {
        const { bits, status } = reference.round(decode(b), true, before);
        fc.pre((before & 0x60) === 0 || isSingleRange(b));
        native.setFpscr(before);
        expect([native.call('frspExact', b, 0n), native.fpscr()].map(hex)).toEqual([bits, reference.fpscrAfter(before, status)].map(hex));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['fcfid', false, true],
    ['fcfids', true, true],
    ['fcfidu', false, false],
    ['fcfidus', true, false],
  ])('%s', (name, isSingle, isSigned) => {
    const integer = fc
      .tuple(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.integer({ min: 0, max: 63 }))
      .map(([bits, shift]) => bits >> BigInt(shift));
    fc.assert(
      fc.property(integer, fc.boolean(), fpscr, (magnitude, minus, before) => {
        const bits = BigInt.asUintN(64, minus ? -magnitude : magnitude);
        const value = isSigned ? BigInt.asIntN(64, bits) : bits;
        const exact = { negative: value < 0n, magnitude: value < 0n ? -value : value, exponent: 0, sticky: false };
        const rounded = reference.round(exact, isSingle, before);
        native.setFpscr(before);
        expect([native.call(`${name}Exact`, bits), native.fpscr()].map(hex)).toEqual(
          [rounded.bits, reference.fpscrAfter(before, rounded.status)].map(hex),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['fctiw', 32, true, -1],
    ['fctiwz', 32, true, 1],
    ['fctiwu', 32, false, -1],
    ['fctiwuz', 32, false, 1],
    ['fctid', 64, true, -1],
    ['fctidz', 64, true, 1],
    ['fctidu', 64, false, -1],
    ['fctiduz', 64, false, 1],
  ])('%s', (name, width, isSigned, fixedMode) => {
    const near = fc
      .tuple(
        fc.boolean(),
        fc.oneof(fc.constantFrom(30, 31, 32, 62, 63, 64), fc.integer({ min: -3, max: 66 })),
        fc.bigInt({ min: 0n, max: (1n << 52n) - 1n }),
        fc.integer({ min: 0, max: 52 }),
      )
      .map(([s, e, f, cut]) => (s ? 1n << 63n : 0n) | (BigInt(e + 1023) << 52n) | ((f >> BigInt(cut)) << BigInt(cut)));
    const bound = BigInt(isSigned ? width - 1 : width);
    const [least, greatest] = [isSigned ? -(1n << bound) : 0n, (1n << bound) - 1n];
    fc.assert(
      fc.property(fc.oneof(near, finite), fpscr, (b, before) => {
        const exact = decode(b);
        const { units, inexact, up } = reference.roundAt(exact, 0, fixedMode < 0 ? before & 3 : fixedMode);
        const value = exact.negative ? -units : units;
        const fits = value >= least && value <= greatest;
        const status = fits ? (inexact ? reference.XX | reference.FI | (up ? reference.FR : 0) : 0) : 0x100;
        const result = fits ? value : before & 0x80 ? 0x5555n : exact.negative ? least : greatest;
        native.setFpscr(before);
        expect([native.call(`${name}Exact`, b, 0x5555n), native.fpscr()].map(hex)).toEqual(
          [BigInt.asUintN(64, result), reference.fpscrAfter(before, status | (before & 0x1f000))].map(hex),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the doubles of JavaScript', () => {
    const values = new Float64Array(1);
    const bits = new BigUint64Array(values.buffer);
    const of = (value: number): bigint => ((values[0] = value), bits[0]);
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (x, y) => {
        native.setFpscr(0);
        for (const [name, result] of [
          ['fadd', x + y],
          ['fsub', x - y],
          ['fmul', x * y],
          ['fdiv', x / y],
        ] as const) {
          if (!Number.isNaN(result)) expect(native.call(`${name}Exact`, of(x), of(y), 0n)).toBe(of(result));
        }
        if (x >= 0) expect(native.call('fsqrtExact', of(x), 0n)).toBe(of(Math.sqrt(x)));
        expect(native.call('frspExact', of(x), 0n)).toBe(of(Math.fround(x)));
      }),
      { numRuns: 5000 },
    );
  });
});
