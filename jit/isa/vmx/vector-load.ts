/** Power ISA Book I, 6.7.2 and 6.7.4: vector loads, and what they are aligned with. */
import type { Emitter } from '../emitter.js';
import { X, type Instruction } from '../inst.js';
import { RA0_RB } from '../operands.js';
import type { EA, I32, V128, Word } from '../values.js';
import { byteNumbers, section, vmxInst } from './vector-facility.js';
import { VRT } from './vector-operands.js';

const SEE = section('I 6.7.2');
const ALIGNMENT = section('I 6.7.4');

/** An address rounded down to a multiple of `size`. */
export const roundedDown = (e: Emitter, ea: EA, size: number): EA => e.ea(e.and(e.eaAsWord(ea), e.word(-size)));
/** Low four bits of an address. */
export const inQuadword = (e: Emitter, ea: EA): I32 => e.and(e.low32(e.eaAsWord(ea)), e.i32(15));
/**
 * WebAssembly's number of the lowest byte of the element of `size` bytes that an (aligned) address selects: elements are numbered from the
 * end that comes first in storage.
 */
export function elementAt(e: Emitter, ea: EA, size: number): I32 {
  const at = inQuadword(e, ea);
  return e.select(e.msrBit('LE'), at, e.sub(e.i32(16 - size), at));
}

/** Loads one element; the others, which the manual leaves undefined, keep their content. */
const element = (mnemonic: string, xo: number, size: 1 | 2 | 4, splat: (e: Emitter, v: Word) => V128): Instruction =>
  vmxInst(mnemonic, X(31, xo), [VRT, RA0_RB], SEE, (e, { VRT, EA }) => {
    const ea = roundedDown(e, EA, size);
    const value = splat(e, e.load(size, ea));
    // Bytes of the element: their number less that of its lowest is below its size.
    const distance = e.simd2('i8x16.sub', byteNumbers(e), e.splat('i8x16', elementAt(e, ea, size)));
    const mask = e.simd2('i8x16.lt_u', distance, e.splat('i8x16', e.i32(size)));
    VRT.set(e.bitselect(value, VRT.get(), mask));
  });

const quadword = (mnemonic: string, xo: number): Instruction =>
  vmxInst(mnemonic, X(31, xo), [VRT, RA0_RB], SEE, (e, { VRT, EA }) => VRT.set(e.loadVector(roundedDown(e, EA, 16))));

/** Bytes `first` to `first` + 15 of 0x00, 0x01, ..., 0x1f. */
const run = (e: Emitter, first: I32): V128 => e.simd2('i8x16.add', e.splat('i8x16', first), e.const128(0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f)); // prettier-ignore

export const VECTOR_LOAD: readonly Instruction[] = [
  element('lvebx', 7, 1, (e, v) => e.splat('i8x16', e.low32(v))),
  element('lvehx', 39, 2, (e, v) => e.splat('i16x8', e.low32(v))),
  element('lvewx', 71, 4, (e, v) => e.splat('i32x4', e.low32(v))),
  quadword('lvx', 103),
  // "Least recently used" is a hint to the cache.
  quadword('lvxl', 359),
  vmxInst('lvsl', X(31, 6), [VRT, RA0_RB], ALIGNMENT, (e, { VRT, EA }) => VRT.set(run(e, inQuadword(e, EA)))),
  vmxInst('lvsr', X(31, 38), [VRT, RA0_RB], ALIGNMENT, (e, { VRT, EA }) => VRT.set(run(e, e.sub(e.i32(16), inQuadword(e, EA))))),
];
