/**
 * Power ISA Book I, 7.6.1.1: loads and stores. Elements lie in storage one after the other, element 0 first, in both byte orders; each element's
 * bytes lie as the mode says. Nothing here needs aligned addresses.
 */
import { loadSingle } from '../book1/floating-point-load.js';
import { storeSingle } from '../book1/floating-point-store.js';
import type { Emitter } from '../emitter.js';
import type { Facts, Instruction } from '../inst.js';
import { RA0_RB } from '../operands.js';
import type { EA, V128 } from '../values.js';
import { since206, since207, vsxInst, XX1 } from './facility.js';
import { XS, XT, type VsrHandle } from './operands.js';

const SCALAR = since206('I 7.6.1.1.1');
const SCALAR_207 = since207('I 7.6.1.1.1');
const VECTOR = since206('I 7.6.1.1.2');

const load = (mnemonic: string, xo: number, facts: Facts, access: (e: Emitter, ea: EA, XT: VsrHandle) => void): Instruction =>
  vsxInst(mnemonic, XX1(xo), [XT, RA0_RB], facts, (e, { XT, EA }) => access(e, EA, XT));
const store = (mnemonic: string, xo: number, facts: Facts, access: (e: Emitter, ea: EA, XS: VsrHandle) => void): Instruction =>
  vsxInst(mnemonic, XX1(xo), [XS, RA0_RB], facts, (e, { XS, EA }) => access(e, EA, XS));

/** Bytes in the order of the doublewords, or words, turned around: in little-endian mode, 16 bytes as one number have element 0 last. */
const DOUBLEWORDS_REVERSED = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const WORDS_REVERSED = [12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3];
const inElementOrder = (e: Emitter, v: V128, reversed: readonly number[]): V128 => e.select(e.msrBit('LE'), e.shuffle(v, v, reversed), v);

export const VSX_STORAGE_ACCESS: readonly Instruction[] = [
  load('lxsdx', 588, SCALAR, (e, ea, { double }) => double.set(e.f64OfBits(e.loadDouble(ea)))),
  load('lxsspx', 524, SCALAR_207, (e, ea, { double }) => loadSingle(e, ea, double)),
  load('lxsiwax', 76, SCALAR_207, (e, ea, { double }) => double.set(e.f64OfBits(e.i64S(e.low32(e.load(4, ea)))))),
  load('lxsiwzx', 12, SCALAR_207, (e, ea, { double }) => double.set(e.f64OfBits(e.i64U(e.low32(e.load(4, ea)))))),
  load('lxvd2x', 844, VECTOR, (e, ea, XT) => XT.set(inElementOrder(e, e.loadVector(ea), DOUBLEWORDS_REVERSED))),
  load('lxvw4x', 780, VECTOR, (e, ea, XT) => XT.set(inElementOrder(e, e.loadVector(ea), WORDS_REVERSED))),
  load('lxvdsx', 332, VECTOR, (e, ea, XT) => XT.set(e.splat('i64x2', e.loadDouble(ea)))),
  store('stxsdx', 716, SCALAR, (e, ea, { double }) => e.storeDouble(ea, e.bitsOfF64(double.get()))),
  store('stxsspx', 652, SCALAR_207, (e, ea, { double }) => storeSingle(e, ea, double.get())),
  store('stxsiwx', 140, SCALAR_207, (e, ea, { double }) => e.store(4, ea, e.extU(e.low32Of64(e.bitsOfF64(double.get()))))),
  store('stxvd2x', 972, VECTOR, (e, ea, XS) => e.storeVector(ea, inElementOrder(e, XS.get(), DOUBLEWORDS_REVERSED))),
  store('stxvw4x', 908, VECTOR, (e, ea, XS) => e.storeVector(ea, inElementOrder(e, XS.get(), WORDS_REVERSED))),
];
