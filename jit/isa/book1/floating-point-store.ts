/** Power ISA Book I, 4.6.3 and 4.6.4: floating-point stores. */
import type { Emitter } from '../emitter.js';
import { D, DS, X, type Facts, type Instruction } from '../inst.js';
import { DS_RA0, D_RA0, D_RAu, FRS, FRTn, RA0_RB, RA_RBu } from '../operands.js';
import type { EA, F64, I32 } from '../values.js';
import { fpInst } from './floating-point-facility.js';

const SEE: Facts = { see: 'I 4.6.3' };
const PAIR: Facts = { see: 'I 4.6.4', needs: ['isa205'], only64: true };

/** The register in single format: bits are dropped, never rounded, and signalling NaNs stay. */
export const storeSingle = (e: Emitter, ea: EA, v: F64): void => e.store(4, ea, e.extU(e.call('singleFromDouble', e.bitsOfF64(v)) as I32));
const storeDouble = (e: Emitter, ea: EA, v: F64): void => e.storeDouble(ea, e.bitsOfF64(v));

/** The four addressing modes of one access: with displacement, the same with update, indexed, indexed with update. */
const stores = (mnemonic: string, store: typeof storeDouble, opcd: number, xo: number): Instruction[] => [
  fpInst(mnemonic, D(opcd), [FRS, D_RA0], SEE, (e, { FRS, EA }) => store(e, EA, FRS.get())),
  fpInst(`${mnemonic}u`, D(opcd + 1), [FRS, D_RAu], SEE, (e, { FRS, mem }) => {
    store(e, mem.ea, FRS.get());
    mem.update();
  }),
  fpInst(`${mnemonic}x`, X(31, xo), [FRS, RA0_RB], SEE, (e, { FRS, EA }) => store(e, EA, FRS.get())),
  fpInst(`${mnemonic}ux`, X(31, xo + 32), [FRS, RA_RBu], SEE, (e, { FRS, mem }) => {
    store(e, mem.ea, FRS.get());
    mem.update();
  }),
];

/** Both registers of a pair, of which `n` is one; the even one comes first in storage. */
function storePair(e: Emitter, ea: EA, n: I32): void {
  const even = e.bitsOfF64(e.fpr(e.and(n, e.i32(30))).get());
  const odd = e.bitsOfF64(e.fpr(e.or(n, e.i32(1))).get());
  const little = e.msrBit('LE');
  e.storeDouble(ea, e.select(little, odd, even));
  e.storeDouble(e.ea(e.add(e.eaAsWord(ea), e.word(8))), e.select(little, even, odd));
}

export const FLOATING_POINT_STORE: readonly Instruction[] = [
  ...stores('stfs', storeSingle, 52, 663),
  ...stores('stfd', storeDouble, 54, 727),
  fpInst('stfiwx', X(31, 983), [FRS, RA0_RB], { see: 'I 4.6.3', needs: ['graphics'] }, (e, { FRS, EA }) => {
    e.store(4, EA, e.extU(e.low32Of64(e.bitsOfF64(FRS.get()))));
  }),
  fpInst('stfdp', DS(61, 0), [FRTn, DS_RA0], PAIR, (e, { FRTn, EA }) => storePair(e, EA, FRTn)),
  fpInst('stfdpx', X(31, 919), [FRTn, RA0_RB], PAIR, (e, { FRTn, EA }) => storePair(e, EA, FRTn)),
];
