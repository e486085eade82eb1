/** Power ISA Book I, 4.6.2 and 4.6.4: floating-point loads. */
import type { Emitter } from '../emitter.js';
import { D, DS, X, type Facts, type Instruction } from '../inst.js';
import { DS_RA0, D_RA0, D_RAu, FRT, FRTn, RA0_RB, RA_RBu } from '../operands.js';
import type { EA, F64, I32, I64, Target } from '../values.js';
import { fpInst } from './floating-point-facility.js';

const SEE: Facts = { see: 'I 4.6.2' };
const PAIR: Facts = { see: 'I 4.6.4', needs: ['isa205'], only64: true };

/** Least normalized single, and how far the magnitudes of normalized singles reach from it. */
const SINGLE_NORMALIZED = 0x00800000;
const SINGLE_NORMALIZED_RANGE = 0x7f000000;
/** Difference of the exponent biases (1023 - 127) as the high word of a double has it. */
const BIAS_HIGH = 896 << 20;

/**
 * The single at EA in double format, signalling NaNs as they are. Zeros and normalized numbers, most of all, are written first and the
 * others mended, so that no path keeps the register's old content alive.
 */
export function loadSingle(e: Emitter, ea: EA, FRT: Target<F64>): void {
  const word = e.low32(e.load(4, ea));
  const magnitude = e.and(word, e.i32(0x7fffffff));
  const zero = e.eq(magnitude, e.i32(0));
  const sign = e.shl(e.i64U(e.xor(word, magnitude)), e.i64(0, 32));
  const bias = e.select(zero, e.i64(0, 0), e.i64(BIAS_HIGH, 0));
  FRT.set(e.f64OfBits(e.or(sign, e.add(e.shl(e.i64U(magnitude), e.i64(0, 29)), bias))));
  const normalized = e.ltU(e.sub(magnitude, e.i32(SINGLE_NORMALIZED)), e.i32(SINGLE_NORMALIZED_RANGE));
  e.when(e.not(e.either(normalized, zero)), () => FRT.set(e.f64OfBits(e.call('doubleFromSingle', word) as I64)));
}
const loadDouble = (e: Emitter, ea: EA, FRT: Target<F64>): void => FRT.set(e.f64OfBits(e.loadDouble(ea)));

type Load = typeof loadDouble;

/** The four addressing modes of one access: with displacement, the same with update, indexed, indexed with update. */
const loads = (mnemonic: string, load: Load, opcd: number, xo: number): Instruction[] => [
  fpInst(mnemonic, D(opcd), [FRT, D_RA0], SEE, (e, { FRT, EA }) => load(e, EA, FRT)),
  fpInst(`${mnemonic}u`, D(opcd + 1), [FRT, D_RAu], SEE, (e, { FRT, mem }) => {
    load(e, mem.ea, FRT);
    mem.update();
  }),
  fpInst(`${mnemonic}x`, X(31, xo), [FRT, RA0_RB], SEE, (e, { FRT, EA }) => load(e, EA, FRT)),
  fpInst(`${mnemonic}ux`, X(31, xo + 32), [FRT, RA_RBu], SEE, (e, { FRT, mem }) => {
    load(e, mem.ea, FRT);
    mem.update();
  }),
];

/** Both registers of a pair, of which `n` is one; the even one comes first in storage. */
function loadPair(e: Emitter, ea: EA, n: I32): void {
  const first = e.loadDouble(ea);
  const second = e.loadDouble(e.ea(e.add(e.eaAsWord(ea), e.word(8))));
  const little = e.msrBit('LE');
  e.fpr(e.and(n, e.i32(30))).set(e.f64OfBits(e.select(little, second, first)));
  e.fpr(e.or(n, e.i32(1))).set(e.f64OfBits(e.select(little, first, second)));
}

export const FLOATING_POINT_LOAD: readonly Instruction[] = [
  ...loads('lfs', loadSingle, 48, 535),
  ...loads('lfd', loadDouble, 50, 599),
  fpInst('lfiwax', X(31, 855), [FRT, RA0_RB], { see: 'I 4.6.2', needs: ['isa205'] }, (e, { FRT, EA }) => {
    FRT.set(e.f64OfBits(e.i64S(e.low32(e.load(4, EA)))));
  }),
  fpInst('lfiwzx', X(31, 887), [FRT, RA0_RB], { see: 'I 4.6.2', needs: ['isa206'] }, (e, { FRT, EA }) => {
    FRT.set(e.f64OfBits(e.i64U(e.low32(e.load(4, EA)))));
  }),
  fpInst('lfdp', DS(57, 0), [FRTn, DS_RA0], PAIR, (e, { FRTn, EA }) => loadPair(e, EA, FRTn)),
  fpInst('lfdpx', X(31, 791), [FRTn, RA0_RB], PAIR, (e, { FRTn, EA }) => loadPair(e, EA, FRTn)),
];
