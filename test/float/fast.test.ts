/** The fast functions give what the exact ones give, and leave the same FPSCR once it is looked at. */

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadNativeFloat, OPERANDS, type NativeFloat, UNSUPPRESSED } from './native-module.js';
import { any, moderate, single } from './operands.js';

const XX = 0x82000000;
const FRT = 0x0123456789abcdefn;
const ARITY: Record<string, number> = { ...OPERANDS, ...Object.fromEntries(UNSUPPRESSED.map((name) => [name, 1])), fcmpu: 2, fcmpo: 2 };
const names = Object.keys(ARITY);

let native: NativeFloat;
beforeAll(async () => {
  native = await loadNativeFloat();
});

const hex = (value: bigint | number): string => value.toString(16);

/** Runs one instruction in its fast or exact version. */
function run(name: string, version: 'Fast' | 'Exact', operands: bigint[]): bigint | number {
  if (name.startsWith('fcmp')) return native.call32(name + version, ...operands);
  return native.call(name + version, ...operands, ...(name.startsWith('fcfid') ? [] : [FRT]));
}

const rounding = fc.constantFrom(XX, XX, XX, XX, 0, XX | 1, XX | 2, 3, XX | 0x80, 0x08, XX | 0x70);
const triple = fc.oneof(fc.tuple(any, any, any), fc.tuple(single, single, single), fc.tuple(moderate, moderate, moderate));

describe('fast arithmetic', () => {
  it.each(names)('%s', (name) => {
    fc.assert(
      fc.property(triple, rounding, fc.boolean(), (values, fpscr, cancel) => {
        const operands = values.slice(0, ARITY[name]);
        if (cancel && operands.length > 1) operands[operands.length - 1] = operands[0] ^ (operands[1] & (1n << 63n));
        native.setFpscr(fpscr);
        const fast = run(name, 'Fast', operands);
        const prompt = native.prompt();
        const fastFpscr = native.fpscr();
        expect(prompt).toBe(native.prompt());
        native.setFpscr(fpscr);
        const exact = run(name, 'Exact', operands);
        const inputs = `${name} ${operands.map(hex).join(' ')} fpscr ${hex(fpscr)}`;
        expect(`${inputs}: ${hex(fast)} ${hex(fastFpscr)}`).toBe(`${inputs}: ${hex(exact)} ${hex(native.fpscr())}`);
      }),
      { numRuns: 1500 },
    );
  });

  it('fused forms keep a last bit that decides a tie', () => {
    const bitsOf = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0];
    // The first two multiply to 2^80 + 1, just over half a unit in the last place of 2^133.
    const [a, c, b] = [0x28741f88ac01, 0x654075401, 2 ** 133].map(bitsOf);
    native.setFpscr(XX);
    expect(native.call('fmaddFast', a, c, b, FRT)).toBe(bitsOf(2 ** 133 + 2 ** 81));
    expect(native.call('fnmaddFast', a, c, b, FRT)).toBe(bitsOf(-(2 ** 133) - 2 ** 81));
    expect(native.call('fmaddFast', a, c, bitsOf(2 ** 80), FRT)).toBe(bitsOf(2 ** 81));
    expect(native.pending()).toBe(true);
  });

  it('leaves results that were tiny before rounding to the exact path', () => {
    const bitsOf = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0];
    native.setFpscr(XX);
    expect(native.call('fmulFast', bitsOf(2 ** -1021 - 2 ** -1074), bitsOf(0.5), FRT)).toBe(bitsOf(2 ** -1022));
    expect(native.prompt() & 0x08000000).not.toBe(0);
    native.setFpscr(XX);
    expect(native.call('frspFast', bitsOf(2 ** -126 - 2 ** -160), FRT)).toBe(bitsOf(2 ** -126));
    expect(native.prompt() & 0x08000000).not.toBe(0);
  });

  it('a conversion replaces FR and FI of the conversion before', () => {
    native.setFpscr(XX);
    native.call('fctiwFast', 0x3ffc000000000000n, FRT);
    native.call('fctiwFast', 0x3ff4000000000000n, FRT);
    expect(native.fpscr() & 0x60000).toBe(0x20000);
  });

  it('takes the lazy way for ordinary operands, and only with XX set, no enables, rounding to nearest', () => {
    const [one, three] = [0x3ff0000000000000n, 0x4008000000000000n];
    for (const [name, count] of Object.entries(OPERANDS)) {
      if (/^(fct|fre|frsqrte)/.test(name)) continue;
      for (const [fpscr, lazy] of [
        [XX, true],
        [0, false],
        [XX | 1, false],
        [XX | 0x08, false],
      ] as const) {
        native.setFpscr(fpscr);
        run(name, 'Fast', [three, one, one].slice(0, count));
        expect(`${name} ${hex(fpscr >>> 0)} ${native.pending()}`).toBe(`${name} ${hex(fpscr >>> 0)} ${lazy}`);
      }
    }
  });

  it('sequences leave the same FPSCR, whatever is pending', () => {
    const step = fc.tuple(fc.constantFrom(...names), triple);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), rounding, (steps, fpscr) => {
        const trace = (version: 'Fast' | 'Exact'): string[] => {
          native.setFpscr(fpscr);
          const results = steps.map(([name, values]) => `${name} ${hex(run(name, version, values.slice(0, ARITY[name])))}`);
          return [...results, hex(native.fpscr())];
        };
        expect(trace('Fast')).toEqual(trace('Exact'));
      }),
      { numRuns: 5000 },
    );
  });
});
