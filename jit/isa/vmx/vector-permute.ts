/** Power ISA Book I, 6.8.3 to 6.8.7: merge, splat, permute, select, shift of whole vectors. */
import type { Emitter } from '../emitter.js';
import { VA, VX, type Facts, type Instruction } from '../inst.js';
import type { Operand } from '../operands.js';
import type { I32, V128 } from '../values.js';
import { byteNumbers, bytes, ofAB, ofABC, section, vmxInst } from './vector-facility.js';
import { SHB, SIM, UIM_BYTE, UIM_HALFWORD, UIM_WORD, VRA, VRB, VRT } from './vector-operands.js';

const MERGE = section('I 6.8.3');
const SPLAT = section('I 6.8.4');
const PERMUTE = section('I 6.8.5');
const SELECT = section('I 6.8.6');
const SHIFT = section('I 6.8.7');

/** Takes elements of `size` bytes in turn from both vectors, the ones that `from` names. */
const merge = (mnemonic: string, xo: number, facts: Facts, size: number, from: readonly number[]): Instruction => {
  const element = (n: number) => Array.from({ length: size }, (_b, k) => n * size + k);
  const order = from.flatMap((n) => [...element(n), ...element(n + 16 / size)]);
  return ofAB(mnemonic, xo, facts, (e, a, b) => e.shuffle(a, b, order));
};
const upper = (size: number) => Array.from({ length: 8 / size }, (_e, n) => n);
const lower = (size: number) => upper(size).map((n) => n + 8 / size);

/** Copies the element of `size` bytes that UIM numbers to all elements. */
const splat = (mnemonic: string, xo: number, uim: Operand<'UIM', I32>, size: 1 | 2 | 4): Instruction =>
  vmxInst(mnemonic, VX(xo), [VRT, VRB, uim], SPLAT, (e, { VRT, VRB, UIM }) => {
    // The element's lowest byte in WebAssembly's numbering, and for each byte of an element how far it is from that.
    const lowest = e.sub(e.i32(16 - size), e.mul(UIM, e.i32(size)));
    const within = bytes(e, Array.from({ length: 16 }, (_b, k) => size - 1 - (k % size))); // prettier-ignore
    const first = e.splat('i8x16', lowest);
    const known = e.constantOf(UIM);
    if (known === undefined) return VRT.set(e.swizzle(VRB.get(), size === 1 ? first : e.simd2('i8x16.add', first, within)));
    const element = known % (16 / size);
    VRT.set(e.shuffle(VRB.get(), VRB.get(), Array.from({ length: 16 }, (_b, k) => element * size + (k % size)))); // prettier-ignore
  });

/** Byte by byte, the byte of A||B that C numbers in its low five bits. */
function permuted(e: Emitter, a: V128, b: V128, c: V128): V128 {
  const number = e.simd2('v128.and', c, e.splat('i8x16', e.i32(31)));
  // Numbers of the other vector's bytes become larger than 15.
  const inA = e.simd2('v128.xor', number, e.splat('i8x16', e.i32(15)));
  const inB = e.simd2('v128.xor', number, e.splat('i8x16', e.i32(31)));
  return e.simd2('v128.or', e.swizzle(a, inA), e.swizzle(b, inB));
}

/** Sixteen bytes of A||B from a byte on. */
function shiftedDouble(e: Emitter, a: V128, b: V128, by: I32): V128 {
  const known = e.constantOf(by);
  if (known !== undefined) return e.shuffle(a, b, Array.from({ length: 16 }, (_b, k) => k + known)); // prettier-ignore
  const fromA = e.simd2('i8x16.sub', byteNumbers(e), e.splat('i8x16', by));
  const fromB = e.simd2('i8x16.add', fromA, e.splat('i8x16', e.i32(16)));
  return e.simd2('v128.or', e.swizzle(a, fromA), e.swizzle(b, fromB));
}

/** The bit count of vsl and vsr, 0..7, and the byte count of vslo and vsro, 0..15: both from byte 15 of VRB. */
const bitCount = (e: Emitter, b: V128): I32 => e.and(e.lane('i8x16', b, 15), e.i32(7));
const byteCount = (e: Emitter, b: V128): V128 => e.splat('i8x16', e.and(e.shrU(e.lane('i8x16', b, 15), e.i32(3)), e.i32(15)));
const ZERO = (e: Emitter): V128 => e.const128(0, 0, 0, 0);

function shiftedLeft(e: Emitter, a: V128, by: I32): V128 {
  // What leaves double word 1; in two steps, because a shift by 64 is none.
  const out = e.simdShift('i64x2.shr_u', e.simdShift('i64x2.shr_u', a, e.i32(1)), e.sub(e.i32(63), by));
  const carried = e.shuffle(out, ZERO(e), [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
  return e.simd2('v128.or', e.simdShift('i64x2.shl', a, by), carried);
}
function shiftedRight(e: Emitter, a: V128, by: I32): V128 {
  const out = e.simdShift('i64x2.shl', e.simdShift('i64x2.shl', a, e.i32(1)), e.sub(e.i32(63), by));
  const carried = e.shuffle(out, ZERO(e), [16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7]);
  return e.simd2('v128.or', e.simdShift('i64x2.shr_u', a, by), carried);
}

export const VECTOR_PERMUTE: readonly Instruction[] = [
  merge('vmrghb', 12, MERGE, 1, upper(1)),
  merge('vmrghh', 76, MERGE, 2, upper(2)),
  merge('vmrghw', 140, MERGE, 4, upper(4)),
  merge('vmrglb', 268, MERGE, 1, lower(1)),
  merge('vmrglh', 332, MERGE, 2, lower(2)),
  merge('vmrglw', 396, MERGE, 4, lower(4)),
  merge('vmrgew', 1932, section('I 6.8.3', 'isa207'), 4, [0, 2]),
  merge('vmrgow', 1676, section('I 6.8.3', 'isa207'), 4, [1, 3]),

  splat('vspltb', 524, UIM_BYTE, 1),
  splat('vsplth', 588, UIM_HALFWORD, 2),
  splat('vspltw', 652, UIM_WORD, 4),
  vmxInst('vspltisb', VX(780), [VRT, SIM], SPLAT, (e, { VRT, SIM }) => VRT.set(e.splat('i8x16', SIM))),
  vmxInst('vspltish', VX(844), [VRT, SIM], SPLAT, (e, { VRT, SIM }) => VRT.set(e.splat('i16x8', SIM))),
  vmxInst('vspltisw', VX(908), [VRT, SIM], SPLAT, (e, { VRT, SIM }) => VRT.set(e.splat('i32x4', SIM))),

  ofABC('vperm', 43, PERMUTE, permuted),
  ofABC('vsel', 42, SELECT, (e, a, b, c) => e.bitselect(b, a, c)),

  vmxInst('vsldoi', VA(44), [VRT, VRA, VRB, SHB], SHIFT, (e, { VRT, VRA, VRB, SHB }) =>
    VRT.set(shiftedDouble(e, VRA.get(), VRB.get(), SHB)),
  ),
  ofAB('vsl', 452, SHIFT, (e, a, b) => shiftedLeft(e, a, bitCount(e, b))),
  ofAB('vsr', 708, SHIFT, (e, a, b) => shiftedRight(e, a, bitCount(e, b))),
  ofAB('vslo', 1036, SHIFT, (e, a, b) => e.swizzle(a, e.simd2('i8x16.sub', byteNumbers(e), byteCount(e, b)))),
  ofAB('vsro', 1100, SHIFT, (e, a, b) => e.swizzle(a, e.simd2('i8x16.add', byteNumbers(e), byteCount(e, b)))),
];
