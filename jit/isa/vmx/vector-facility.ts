/** What instructions of the vector facility have in common (Power ISA Book I, chapter 6). */
import { EXCEPTION_VECTOR_UNAVAILABLE } from '../../abi/exits.js';
import { VSCR_OFFSET } from '../../abi/layout.js';
import type { Emitter } from '../emitter.js';
import { inst, VA, VX, type Bound, type Facts, type Feature, type Form, type Instruction } from '../inst.js';
import type { Operand } from '../operands.js';
import type { V128 } from '../values.js';
import { VRA, VRB, VRC, VRT } from './vector-operands.js';

/** Defines an instruction of the facility: what `inst` does, for models that have it and while MSR[VEC] is 1 (Book III-S 6.5.19). */
export const vmxInst = <const L extends readonly Operand<string, unknown>[]>(
  mnemonic: string,
  form: Form,
  operands: L,
  facts: Facts,
  semantics: (e: Emitter, o: Bound<L>) => void,
): Instruction =>
  inst(mnemonic, form, operands, { ...facts, needs: ['vmx', ...(facts.needs ?? [])] }, (e, o) =>
    e.when(
      e.not(e.msrBit('VEC')),
      () => e.raise(EXCEPTION_VECTOR_UNAVAILABLE),
      () => semantics(e, o),
    ),
  );

/** Facts of a section's instructions; those of ISA 2.07 say so. */
export const section = (see: string, ...needs: readonly Feature[]): Facts => ({ see, needs });

/** VRT from VRA and VRB. */
export const ofAB = (mnemonic: string, xo: number, facts: Facts, compute: (e: Emitter, a: V128, b: V128) => V128): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRA, VRB], facts, (e, { VRT, VRA, VRB }) => VRT.set(compute(e, VRA.get(), VRB.get())));
/** VRT from VRB alone. */
export const ofB = (mnemonic: string, xo: number, facts: Facts, compute: (e: Emitter, b: V128) => V128): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRB], facts, (e, { VRT, VRB }) => VRT.set(compute(e, VRB.get())));
/** VRT from VRA, VRB and VRC. */
export const ofABC = (mnemonic: string, xo: number, facts: Facts, compute: (e: Emitter, a: V128, b: V128, c: V128) => V128): Instruction =>
  vmxInst(mnemonic, VA(xo), [VRT, VRA, VRB, VRC], facts, (e, { VRT, VRA, VRB, VRC }) =>
    VRT.set(compute(e, VRA.get(), VRB.get(), VRC.get())),
  );

/** Sets VSCR[SAT] when some bit of `where` is 1; SAT stays set until mtvscr clears it. */
export function saturate(e: Emitter, where: V128): void {
  const vscr = e.state32(VSCR_OFFSET);
  vscr.set(e.or(vscr.get(), e.bitAsI32(e.anyTrue(where))));
}
/** A result that may be saturated, with the marks of the elements in which it was: some bit of theirs is 1. */
export interface Saturated {
  readonly result: V128;
  readonly where: V128;
}
/** VRT from VRA and VRB, saturating. */
export const saturatingAB = (
  mnemonic: string,
  xo: number,
  facts: Facts,
  compute: (e: Emitter, a: V128, b: V128) => Saturated,
): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRA, VRB], facts, (e, { VRT, VRA, VRB }) => {
    const { result, where } = compute(e, VRA.get(), VRB.get());
    VRT.set(result);
    saturate(e, where);
  });
/** VRT from VRA, VRB and VRC, saturating. */
export const saturatingABC = (
  mnemonic: string,
  xo: number,
  facts: Facts,
  compute: (e: Emitter, a: V128, b: V128, c: V128) => Saturated,
): Instruction =>
  vmxInst(mnemonic, VA(xo), [VRT, VRA, VRB, VRC], facts, (e, { VRT, VRA, VRB, VRC }) => {
    const { result, where } = compute(e, VRA.get(), VRB.get(), VRC.get());
    VRT.set(result);
    saturate(e, where);
  });

// --- Constants ---
/** A vector of four equal words. */
export const words = (e: Emitter, w: number): V128 => e.const128(w, w, w, w);
/** A vector of two equal double words. */
export const doubleWords = (e: Emitter, high: number, low: number): V128 => e.const128(high, low, high, low);
/** A vector of bytes, byte 0 first. */
export const bytes = (e: Emitter, list: readonly number[]): V128 => {
  const word = (k: number) => (list[k]! << 24) | (list[k + 1]! << 16) | (list[k + 2]! << 8) | list[k + 3]!;
  return e.const128(word(0), word(4), word(8), word(12));
};
/** In each byte its number in WebAssembly's numbering, as `swizzle` counts: 15 in byte 0. */
export const byteNumbers = (e: Emitter): V128 => e.const128(0x0f0e0d0c, 0x0b0a0908, 0x07060504, 0x03020100);
