/** Power ISA Book I, 6.9.2: vector integer compare. */
import type { SimdBinary } from '../../ir/simd.js';
import type { Emitter } from '../emitter.js';
import { VC, type Facts, type Instruction } from '../inst.js';
import type { V128 } from '../values.js';
import { section, vmxInst } from './vector-facility.js';
import { greaterUnsigned } from './vector-integer-sum.js';
import { RcVector, recordCr6, VRA, VRB, VRT } from './vector-operands.js';

const COMPARE = section('I 6.9.2');
const COMPARE_207 = section('I 6.9.2', 'isa207');

/** A compare: ones in the elements for which the relation holds, unless `record` takes the result for something else. */
export const compare = (
  mnemonic: string,
  xo: number,
  facts: Facts,
  relation: (e: Emitter, a: V128, b: V128) => V128,
  record = recordCr6,
): Instruction =>
  vmxInst(mnemonic, VC(xo), [VRT, VRA, VRB, RcVector], facts, (e, { VRT, VRA, VRB, Rc }) => {
    const holds = relation(e, VRA.get(), VRB.get());
    VRT.set(holds);
    Rc.record(record, holds);
  });
const simple = (mnemonic: string, xo: number, op: SimdBinary, facts: Facts = COMPARE): Instruction =>
  compare(mnemonic, xo, facts, (e, a, b) => e.simd2(op, a, b));

export const VECTOR_INTEGER_COMPARE: readonly Instruction[] = [
  simple('vcmpequb', 6, 'i8x16.eq'),
  simple('vcmpequh', 70, 'i16x8.eq'),
  simple('vcmpequw', 134, 'i32x4.eq'),
  simple('vcmpequd', 199, 'i64x2.eq', COMPARE_207),
  simple('vcmpgtsb', 774, 'i8x16.gt_s'),
  simple('vcmpgtsh', 838, 'i16x8.gt_s'),
  simple('vcmpgtsw', 902, 'i32x4.gt_s'),
  simple('vcmpgtsd', 967, 'i64x2.gt_s', COMPARE_207),
  simple('vcmpgtub', 518, 'i8x16.gt_u'),
  simple('vcmpgtuh', 582, 'i16x8.gt_u'),
  simple('vcmpgtuw', 646, 'i32x4.gt_u'),
  compare('vcmpgtud', 711, COMPARE_207, greaterUnsigned),
];
