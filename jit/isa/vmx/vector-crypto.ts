/** Power ISA Book I, 6.11: AES, SHA-2, multiplication of binary polynomials, permute and exclusive or. */
import type { ServiceName } from '../../abi/services.js';
import type { SimdShift } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import { VX, type Instruction } from '../inst.js';
import type { I32, V128 } from '../values.js';
import { ofAB, ofABC, section, vmxInst, words } from './vector-facility.js';
import { SIX, ST, VRA, VRT } from './vector-operands.js';

const AES = section('I 6.11.1', 'isa207');
const SHA = section('I 6.11.2', 'isa207');
const POLYNOMIAL = section('I 6.11.3', 'isa207');
const PERMUTE = section('I 6.11.4', 'isa207');

const byService = (mnemonic: ServiceName, xo: number, facts: typeof AES): Instruction =>
  ofAB(mnemonic, xo, facts, (e, a, b) => e.call(mnemonic, a, b) as V128);

type Shape = 'i32x4' | 'i64x2';
/** Two rotations to the right and a shift, or three rotations. */
interface Sigma {
  readonly rotations: readonly number[];
  readonly shift?: number;
}
/** The functions of FIPS 180-4, 4.1.2 and 4.1.3: sigma 0 and 1, then capital sigma 0 and 1. */
const SIGMAS: Readonly<Record<Shape, readonly [Sigma, Sigma, Sigma, Sigma]>> = {
  i32x4: [{ rotations: [7, 18], shift: 3 }, { rotations: [17, 19], shift: 10 }, { rotations: [2, 13, 22] }, { rotations: [6, 11, 25] }],
  i64x2: [{ rotations: [1, 8], shift: 7 }, { rotations: [19, 61], shift: 6 }, { rotations: [28, 34, 39] }, { rotations: [14, 18, 41] }],
}; // prettier-ignore
function sigma(e: Emitter, shape: Shape, v: V128, { rotations, shift }: Sigma): V128 {
  const shifted = (op: 'shl' | 'shr_u', by: number) => e.simdShift(`${shape}.${op}` as SimdShift, v, e.i32(by));
  const bits = shape === 'i32x4' ? 32 : 64;
  const terms = rotations.map((by) => e.simd2('v128.or', shifted('shr_u', by), shifted('shl', bits - by)));
  if (shift !== undefined) terms.push(shifted('shr_u', shift));
  return terms.reduce((x, y) => e.simd2('v128.xor', x, y));
}
/** Ones in the elements whose bit of SIX is 1: bit n for word n, bit 2n for double word n. */
function chosen(e: Emitter, shape: Shape, six: I32): V128 {
  const bits = shape === 'i32x4' ? e.const128(8, 4, 2, 1) : e.const128(8, 8, 2, 2);
  const set = e.simd2('v128.and', e.splat('i32x4', six), bits);
  return e.simd1('v128.not', e.simd2('i32x4.eq', set, words(e, 0)));
}
const shaSigma = (mnemonic: string, xo: number, shape: Shape): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRA, ST, SIX], SHA, (e, { VRT, VRA, ST, SIX }) => {
    const v = VRA.get();
    const of = (k: 0 | 1 | 2 | 3) => sigma(e, shape, v, SIGMAS[shape][k]);
    const capital = e.eq(ST, e.i32(1));
    const first = () => e.select(capital, of(2), of(0));
    const second = () => e.select(capital, of(3), of(1));
    // All elements use one function, as a rule.
    const six = e.constantOf(SIX);
    if (six === 0) VRT.set(first());
    else if (six === 15) VRT.set(second());
    else VRT.set(e.bitselect(second(), first(), chosen(e, shape, SIX)));
  });

export const VECTOR_CRYPTO: readonly Instruction[] = [
  byService('vcipher', 1288, AES),
  byService('vcipherlast', 1289, AES),
  byService('vncipher', 1352, AES),
  byService('vncipherlast', 1353, AES),
  vmxInst('vsbox', VX(1480), [VRT, VRA], AES, (e, { VRT, VRA }) => VRT.set(e.call('vsbox', VRA.get()) as V128)),

  shaSigma('vshasigmaw', 1666, 'i32x4'),
  shaSigma('vshasigmad', 1730, 'i64x2'),

  byService('vpmsumb', 1032, POLYNOMIAL),
  byService('vpmsumh', 1096, POLYNOMIAL),
  byService('vpmsumw', 1160, POLYNOMIAL),
  byService('vpmsumd', 1224, POLYNOMIAL),

  ofABC('vpermxor', 45, PERMUTE, (e, a, b, c) => {
    const fifteen = words(e, 0x0f0f0f0f);
    const inA = e.swizzle(a, e.simd2('i8x16.sub', fifteen, e.simdShift('i8x16.shr_u', c, e.i32(4))));
    const inB = e.swizzle(b, e.simd2('i8x16.sub', fifteen, e.simd2('v128.and', c, fifteen)));
    return e.simd2('v128.xor', inA, inB);
  }),
];
