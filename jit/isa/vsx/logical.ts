/** Power ISA Book I, 7.6.1.8 and 7.6.1.9: logical and permute instructions. */
import type { Emitter } from '../emitter.js';
import type { Facts, Instruction } from '../inst.js';
import type { Bit, I32, V128 } from '../values.js';
import { since206, since207, vsxInst, XX2, XX3, XX3_NUMBER, XX4 } from './facility.js';
import { DM, SHW, UIM2, XA, XB, XC, XT, type VsrHandle } from './operands.js';

const LOGICAL = since206('I 7.6.1.8');
const LOGICAL_207 = since207('I 7.6.1.8');
const PERMUTE = since206('I 7.6.1.9');

/** Whether two operands are known to be one register. */
const isSame = (e: Emitter, a: VsrHandle, b: VsrHandle): boolean => {
  const number = e.constantOf(a.number);
  return number !== undefined && number === e.constantOf(b.number);
};
/** Whether an operand is known to be an FPR and its other half. */
const isFpr = (e: Emitter, v: VsrHandle): boolean => (e.constantOf(v.number) ?? 32) < 32;

const logical = (mnemonic: string, xo: number, facts: Facts, of: (e: Emitter, a: V128, b: V128) => V128): Instruction =>
  vsxInst(mnemonic, XX3(xo), [XT, XA, XB], facts, (e, { XT, XA, XB }) => {
    XT.set(of(e, XA.get(), XB.get()));
  });

/** The bytes of words, numbered 0..3 in a and 4..7 in b. */
const bytesOf = (...words: readonly number[]): number[] => words.flatMap((w) => [4 * w, 4 * w + 1, 4 * w + 2, 4 * w + 3]);
const merge = (mnemonic: string, xo: number, ...words: readonly number[]): Instruction =>
  vsxInst(mnemonic, XX3(xo), [XT, XA, XB], PERMUTE, (e, { XT, XA, XB }) => {
    XT.set(e.shuffle(XA.get(), XB.get(), bytesOf(...words)));
  });

/** One of four values by a number of two bits, of which the recompiler knows which one. */
function oneOfFour(e: Emitter, n: I32, of: (k: number) => V128): V128 {
  const known = e.constantOf(n);
  if (known !== undefined) return of(known & 3);
  const [high, low]: readonly [Bit, Bit] = [e.bitOf(n, 1), e.bitOf(n, 0)];
  return e.select(high, e.select(low, of(3), of(2)), e.select(low, of(1), of(0)));
}

export const VSX_LOGICAL: readonly Instruction[] = [
  logical('xxland', 130, LOGICAL, (e, a, b) => e.simd2('v128.and', a, b)),
  logical('xxlandc', 138, LOGICAL, (e, a, b) => e.simd2('v128.andnot', a, b)),
  // With one register twice, programs move by xxlor and clear by xxlxor.
  vsxInst('xxlor', XX3(146), [XT, XA, XB], LOGICAL, (e, { XT, XA, XB }) => {
    XT.set(isSame(e, XA, XB) ? XA.get() : e.simd2('v128.or', XA.get(), XB.get()));
  }),
  vsxInst('xxlxor', XX3(154), [XT, XA, XB], LOGICAL, (e, { XT, XA, XB }) => {
    XT.set(isSame(e, XA, XB) ? e.const128(0, 0, 0, 0) : e.simd2('v128.xor', XA.get(), XB.get()));
  }),
  logical('xxlnor', 162, LOGICAL, (e, a, b) => e.simd1('v128.not', e.simd2('v128.or', a, b))),
  logical('xxlorc', 170, LOGICAL_207, (e, a, b) => e.simd2('v128.or', a, e.simd1('v128.not', b))),
  logical('xxlnand', 178, LOGICAL_207, (e, a, b) => e.simd1('v128.not', e.simd2('v128.and', a, b))),
  logical('xxleqv', 186, LOGICAL_207, (e, a, b) => e.simd1('v128.not', e.simd2('v128.xor', a, b))),

  merge('xxmrghw', 18, 0, 4, 1, 5),
  merge('xxmrglw', 50, 2, 6, 3, 7),
  vsxInst('xxpermdi', XX3_NUMBER(10), [XT, XA, XB, DM], PERMUTE, (e, { XT, XA, XB, DM }) => {
    const [a, b] = [XA.get(), XB.get()];
    const known = e.constantOf(DM);
    if (known !== undefined && isFpr(e, XA) && isFpr(e, XB)) {
      // Halves of their own: nothing to be put together first.
      const [first, second] = [e.lane('f64x2', a, known >> 1), e.lane('f64x2', b, known & 1)];
      XT.set(e.withLane('f64x2', e.splat('f64x2', second), 0, first));
      return;
    }
    XT.set(oneOfFour(e, DM, (k) => e.shuffle(a, b, bytesOf(k & 2, (k & 2) + 1, 4 + 2 * (k & 1), 5 + 2 * (k & 1)))));
  }),
  vsxInst('xxsldwi', XX3_NUMBER(2), [XT, XA, XB, SHW], PERMUTE, (e, { XT, XA, XB, SHW }) => {
    const [a, b] = [XA.get(), XB.get()];
    XT.set(oneOfFour(e, SHW, (k) => e.shuffle(a, b, bytesOf(k, k + 1, k + 2, k + 3))));
  }),
  vsxInst('xxspltw', XX2(164), [XT, XB, UIM2], PERMUTE, (e, { XT, XB, UIM }) => {
    const b = XB.get();
    XT.set(oneOfFour(e, UIM, (k) => e.shuffle(b, b, bytesOf(k, k, k, k))));
  }),
  vsxInst('xxsel', XX4(3), [XT, XA, XB, XC], PERMUTE, (e, { XT, XA, XB, XC }) => {
    XT.set(e.bitselect(XB.get(), XA.get(), XC.get()));
  }),
];
