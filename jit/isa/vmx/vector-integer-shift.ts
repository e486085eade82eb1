/** Power ISA Book I, 6.9.3 and 6.9.4: vector logical, rotate and shift of elements. */
import { ROTATE_LEFT, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_ALGEBRAIC } from '../../abi/vector-shifts.js';
import type { SimdBinary, SimdShift } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import { VX, type Facts, type Instruction } from '../inst.js';
import type { I32, I64, V128 } from '../values.js';
import { ofAB, section, vmxInst } from './vector-facility.js';
import { VRA, VRB, VRT } from './vector-operands.js';

const LOGICAL = section('I 6.9.3');
const LOGICAL_207 = section('I 6.9.3', 'isa207');
const SHIFT = section('I 6.9.4');
const SHIFT_207 = section('I 6.9.4', 'isa207');

const logical = (mnemonic: string, xo: number, op: SimdBinary): Instruction => ofAB(mnemonic, xo, LOGICAL, (e, a, b) => e.simd2(op, a, b));
const inverted = (mnemonic: string, xo: number, facts: Facts, op: SimdBinary): Instruction =>
  ofAB(mnemonic, xo, facts, (e, a, b) => e.simd1('v128.not', e.simd2(op, a, b)));

type Shape = 'i8x16' | 'i16x8' | 'i32x4';
const BITS = { i8x16: 8, i16x8: 16, i32x4: 32 } as const;
/** By one count for all elements. */
function uniform(e: Emitter, shape: Shape, kind: number, a: V128, by: I32): V128 {
  const shift = (op: 'shl' | 'shr_u' | 'shr_s', count: I32) => e.simdShift(`${shape}.${op}` satisfies SimdShift, a, count);
  if (kind === SHIFT_LEFT) return shift('shl', by);
  if (kind === SHIFT_RIGHT) return shift('shr_u', by);
  if (kind === SHIFT_RIGHT_ALGEBRAIC) return shift('shr_s', by);
  // A rotation by 0 shifts by 0 both ways.
  return e.simd2('v128.or', shift('shl', by), shift('shr_u', e.neg(by)));
}
/** Elements mostly are shifted by one count, for which there is an operation; only where counts differ is it computed one by one. */
const shift = (mnemonic: string, xo: number, shape: Shape, kind: number): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRA, VRB], SHIFT, (e, { VRT, VRA, VRB }) => {
    const [a, b] = [VRA.get(), VRB.get()];
    const by = e.lane(shape, b, 0);
    e.when(
      e.allTrue(shape, e.simd2(`${shape}.eq`, b, e.splat(shape, by))),
      () => VRT.set(uniform(e, shape, kind, a, by)),
      () => VRT.set(e.call('vectorShift', a, b, e.i32(kind | BITS[shape])) as V128),
    );
  });
/** Double words: there are only two. */
const longShift = (mnemonic: string, xo: number, of: (e: Emitter, a: I64, by: I64) => I64): Instruction =>
  ofAB(mnemonic, xo, SHIFT_207, (e, a, b) => {
    const element = (n: number) => of(e, e.lane('i64x2', a, n), e.lane('i64x2', b, n));
    return e.withLane('i64x2', e.splat('i64x2', element(1)), 0, element(0));
  });

export const VECTOR_INTEGER_SHIFT: readonly Instruction[] = [
  logical('vand', 1028, 'v128.and'),
  logical('vandc', 1092, 'v128.andnot'),
  logical('vor', 1156, 'v128.or'),
  logical('vxor', 1220, 'v128.xor'),
  inverted('vnor', 1284, LOGICAL, 'v128.or'),
  ofAB('vorc', 1348, LOGICAL_207, (e, a, b) => e.simd2('v128.or', a, e.simd1('v128.not', b))),
  inverted('vnand', 1412, LOGICAL_207, 'v128.and'),
  inverted('veqv', 1668, LOGICAL_207, 'v128.xor'),

  shift('vrlb', 4, 'i8x16', ROTATE_LEFT),
  shift('vrlh', 68, 'i16x8', ROTATE_LEFT),
  shift('vrlw', 132, 'i32x4', ROTATE_LEFT),
  longShift('vrld', 196, (e, a, by) => e.rotl(a, by)),
  shift('vslb', 260, 'i8x16', SHIFT_LEFT),
  shift('vslh', 324, 'i16x8', SHIFT_LEFT),
  shift('vslw', 388, 'i32x4', SHIFT_LEFT),
  longShift('vsld', 1476, (e, a, by) => e.shl(a, by)),
  shift('vsrb', 516, 'i8x16', SHIFT_RIGHT),
  shift('vsrh', 580, 'i16x8', SHIFT_RIGHT),
  shift('vsrw', 644, 'i32x4', SHIFT_RIGHT),
  longShift('vsrd', 1732, (e, a, by) => e.shrU(a, by)),
  shift('vsrab', 772, 'i8x16', SHIFT_RIGHT_ALGEBRAIC),
  shift('vsrah', 836, 'i16x8', SHIFT_RIGHT_ALGEBRAIC),
  shift('vsraw', 900, 'i32x4', SHIFT_RIGHT_ALGEBRAIC),
  longShift('vsrad', 964, (e, a, by) => e.shrS(a, by)),
];
