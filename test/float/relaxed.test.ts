/** The fused forms built on relaxed SIMD, where this host has it and fuses. */

import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { expect, it } from 'vitest';
import { loadNativeFloat } from './native-module.js';
import { any, moderate } from './operands.js';

const XX = 0x82000000;

it('double fused forms with relaxed SIMD agree with the exact path', async (context) => {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  const native = await loadNativeFloat('relaxed-simd');
  if (!native) return context.skip('this host has no relaxed SIMD');
  const bitsOf = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0];
  native.setFpscr(XX);
  const probe = native.call('fmaddFast', bitsOf(1 + 2 ** -30), bitsOf(1 - 2 ** -30), bitsOf(-1), 0n);
  if (probe !== bitsOf(-(2 ** -60))) return context.skip('relaxed multiply-add is not fused on this host');
  const triple = fc.oneof(fc.tuple(any, any, any), fc.tuple(moderate, moderate, moderate));
  fc.assert(
    fc.property(fc.constantFrom('fmadd', 'fmsub', 'fnmadd', 'fnmsub'), triple, (name, operands) => {
      native.setFpscr(XX);
      const fast = [native.call(`${name}Fast`, ...operands, 1n), native.fpscr()];
      native.setFpscr(XX);
      expect(fast).toEqual([native.call(`${name}Exact`, ...operands, 1n), native.fpscr()]);
    }),
    { numRuns: 5000 },
  );
});
