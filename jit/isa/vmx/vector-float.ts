/**
 * Power ISA Book I, 6.10.1, 6.10.2 and 6.10.5: vector floating-point arithmetic, maximum and minimum, estimates. Results are rounded to
 * nearest. A NaN among the operands is the result, quieted: VRA's before VRB's before VRC's. With VSCR[NJ] = 1 denormalized operands and
 * results are zeros with their sign.
 */
import type { ServiceName } from '../../abi/services.js';
import type { Emitter } from '../emitter.js';
import { VA, VX, type Instruction } from '../inst.js';
import type { V128 } from '../values.js';
import { isNan, notANumber, quieted, ofNonJava, withoutDenormals } from './vector-float-values.js';
import { doubleWords, ofAB, ofB, section, vmxInst, words } from './vector-facility.js';
import { VRA, VRB, VRC, VRT } from './vector-operands.js';

const ARITHMETIC = section('I 6.10.1');
const EXTREME = section('I 6.10.2');
const ESTIMATE = section('I 6.10.5');

/** 2 to the power of -100 and -70: results from there on do not depend on what NJ does to denormalized operands. */
const SUM_MATTERS = 0x0d800000;
const PRODUCT_MATTERS = 0x1c800000;

/** Results that are NaN or small without being 0: for the native, which knows about NaN and NJ. */
function doubtful(e: Emitter, result: V128, matters: number): V128 {
  const magnitude = e.simd1('f32x4.abs', result);
  const large = e.simd2('f32x4.ge', magnitude, words(e, matters));
  return e.simd2('v128.andnot', e.simd2('f32x4.ne', result, words(e, 0)), large);
}
/** The quick result, put right by the native where something is doubtful. */
const mended = (e: Emitter, VRT: { set(v: V128): void }, quick: V128, doubt: V128, exact: () => number): void => {
  VRT.set(quick);
  e.when(e.anyTrue(doubt), () => VRT.set(exact() as V128));
};

const sum = (mnemonic: 'vaddfp' | 'vsubfp', xo: number, op: 'f32x4.add' | 'f32x4.sub'): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRA, VRB], ARITHMETIC, (e, { VRT, VRA, VRB }) => {
    const [a, b] = [VRA.get(), VRB.get()];
    const quick = e.simd2(op, a, b);
    mended(e, VRT, quick, doubtful(e, quick, SUM_MATTERS), () => e.call(mnemonic, a, b));
  });

/** Denormalized numbers of which there are some: twice the magnitude is below 2^24 and not 0. */
function someDenormal(e: Emitter, ...operands: readonly V128[]): V128 {
  const lessOne = operands.map((v) => e.simd2('i32x4.sub', e.simd2('i32x4.add', v, v), words(e, 1)));
  const least = lessOne.reduce((x, y) => e.simd2('i32x4.min_u', x, y));
  return e.simd2('i32x4.lt_u', least, words(e, 0x00ffffff));
}
/**
 * A x C +- B rounded once: the product is exact in double format, and rounding the sum there before rounding it to single makes a difference only
 * where it lies in the middle between two singles then.
 */
const fused = (mnemonic: 'vmaddfp' | 'vnmsubfp', xo: number): Instruction =>
  vmxInst(mnemonic, VA(xo), [VRT, VRA, VRC, VRB], ARITHMETIC, (e, { VRT, VRA, VRC, VRB }) => {
    const [a, b, c] = [VRA.get(), VRB.get(), VRC.get()];
    const upper = (v: V128) => e.shuffle(v, v, [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7]);
    const half = (of: (v: V128) => V128): V128 => {
      const long = (v: V128) => e.simd1('f64x2.promote_low_f32x4', of(v));
      return e.simd2(mnemonic === 'vmaddfp' ? 'f64x2.add' : 'f64x2.sub', e.simd2('f64x2.mul', long(a), long(c)), long(b));
    };
    const [low, high] = [half((v) => v), half(upper)];
    const single = (v: V128) => e.simd1('f32x4.demote_f64x2_zero', v);
    const joined = e.shuffle(single(high), single(low), [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]);
    const quick = mnemonic === 'vmaddfp' ? joined : e.simd1('f32x4.neg', joined);
    const inMiddle = (v: V128) => e.simd2('i64x2.eq', e.simd2('v128.and', v, doubleWords(e, 0, 0x1fffffff)), doubleWords(e, 0, 0x10000000));
    const doubts = [doubtful(e, quick, PRODUCT_MATTERS), someDenormal(e, a, b, c), inMiddle(low), inMiddle(high)];
    const doubt = doubts.reduce((x, y) => e.simd2('v128.or', x, y));
    mended(e, VRT, quick, doubt, () => e.call(mnemonic, a, c, b));
  });

/** Maximum and minimum; that of +0 and -0 is +0, or -0. */
const extreme = (mnemonic: string, xo: number, op: 'f32x4.max' | 'f32x4.min'): Instruction =>
  ofAB(mnemonic, xo, EXTREME, (e, a, b) => {
    const nj = ofNonJava(e);
    const ordered = e.simd2(op, withoutDenormals(e, a, nj), withoutDenormals(e, b, nj));
    return e.bitselect(quieted(e, a), e.bitselect(quieted(e, b), ordered, isNan(e, b)), isNan(e, a));
  });

const ONE = 0x3f800000;
/** An estimate that is exact but for rounding: better than the manual asks for. NaN operands come back; other NaNs are the default one. */
const estimate = (mnemonic: string, xo: number, of: (e: Emitter, b: V128) => V128): Instruction =>
  ofB(mnemonic, xo, ESTIMATE, (e, b) => {
    const nj = ofNonJava(e);
    const result = withoutDenormals(e, of(e, withoutDenormals(e, b, nj)), nj);
    const ordered = e.bitselect(notANumber(e), result, isNan(e, result));
    return e.bitselect(quieted(e, b), ordered, isNan(e, b));
  });
const byService = (mnemonic: ServiceName, xo: number): Instruction => ofB(mnemonic, xo, ESTIMATE, (e, b) => e.call(mnemonic, b) as V128);

export const VECTOR_FLOAT: readonly Instruction[] = [
  sum('vaddfp', 10, 'f32x4.add'),
  sum('vsubfp', 74, 'f32x4.sub'),
  fused('vmaddfp', 46),
  fused('vnmsubfp', 47),
  extreme('vmaxfp', 1034, 'f32x4.max'),
  extreme('vminfp', 1098, 'f32x4.min'),
  estimate('vrefp', 266, (e, b) => e.simd2('f32x4.div', words(e, ONE), b)),
  estimate('vrsqrtefp', 330, (e, b) => e.simd2('f32x4.div', words(e, ONE), e.simd1('f32x4.sqrt', b))),
  byService('vexptefp', 394),
  byService('vlogefp', 458),
];
