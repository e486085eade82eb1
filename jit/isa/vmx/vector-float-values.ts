/** Singles in vectors: NaN, and what VSCR[NJ] does to denormalized numbers (Power ISA Book I, 6.3.2 and 6.6.2). */
import { VSCR_OFFSET } from '../../abi/layout.js';
import type { Emitter } from '../emitter.js';
import { VSCR } from '../registers.js';
import type { V128 } from '../values.js';
import { words } from './vector-facility.js';

/** Ones where an element is a NaN. */
export const isNan = (e: Emitter, v: V128): V128 => e.simd2('f32x4.ne', v, v);
/** NaNs made quiet. */
export const quieted = (e: Emitter, v: V128): V128 => e.simd2('v128.or', v, words(e, 0x00400000));
/** The NaN of operations without result. */
export const notANumber = (e: Emitter): V128 => words(e, 0x7fc00000);

/** What is cleared of a denormalized number: all but the sign with VSCR[NJ] = 1, else nothing. */
export function ofNonJava(e: Emitter): V128 {
  const bit = e.shl(e.state32(VSCR_OFFSET).get(), e.i32(31 - VSCR.NJ.lsb));
  return e.splat('i32x4', e.shrU(e.shrS(bit, e.i32(31)), e.i32(1)));
}
/** Denormalized numbers as VSCR[NJ] wants them; `nonJava` is from ofNonJava. */
export function withoutDenormals(e: Emitter, v: V128, nonJava: V128): V128 {
  const denormal = e.simd2('i32x4.eq', e.simd2('v128.and', v, words(e, 0x7f800000)), words(e, 0));
  return e.simd2('v128.andnot', v, e.simd2('v128.and', denormal, nonJava));
}
