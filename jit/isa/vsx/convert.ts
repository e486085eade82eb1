/**
 * Power ISA Book I, 7.6.1.5 to 7.6.1.7: conversions between double and single format and integers, rounding to single and to integral numbers.
 * Where a result is one word of a doubleword and the manual leaves the other undefined, both words receive it.
 */
import type { ServiceName } from '../../abi/services.js';
import { raiseEnabled } from '../book1/floating-point-facility.js';
import type { Emitter } from '../emitter.js';
import type { Facts, Instruction } from '../inst.js';
import type { F64, I32, I64, V128 } from '../values.js';
import { since206, since207, vsxInst, XX2 } from './facility.js';
import { XB, XT } from './operands.js';

const FORMAT = since206('I 7.6.1.5');
const FORMAT_207 = since207('I 7.6.1.5');
const INTEGER = since206('I 7.6.1.6');
const INTEGER_207 = since207('I 7.6.1.6');
const INTEGRAL = since206('I 7.6.1.7');

/** Of doubleword 0, by a service that returns the old target when an exception suppresses it. */
const scalar = (mnemonic: string, xo: number, service: ServiceName, facts: Facts): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], facts, (e, { XT, XB }) => {
    XT.double.set(e.call(service, XB.double.get(), XT.double.get()) as F64);
    raiseEnabled(e);
  });
/** From an integer: nothing but inexactness can befall it. */
const fromInteger = (mnemonic: string, xo: number, service: ServiceName, facts: Facts): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], facts, (e, { XT, XB }) => {
    XT.double.set(e.call(service, XB.double.get()) as F64);
    raiseEnabled(e);
  });
/** Of all elements, by the service of its name. */
const vector = (mnemonic: ServiceName, xo: number, facts: Facts): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], facts, (e, { XT, XB }) => {
    XT.set(e.call(mnemonic, XB.get(), XT.get()) as V128);
    raiseEnabled(e);
  });

/** Words 0 and 2 where SIMD conversions of two words find them, in the order of the doublewords they become. */
const evenWords = (e: Emitter, v: V128): V128 => e.shuffle(v, v, [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]);
/** Words 0 and 2 as integers to doubles: always exact, so that the FPSCR stays. */
const fromWords = (mnemonic: string, xo: number, op: 'f64x2.convert_low_i32x4_s' | 'f64x2.convert_low_i32x4_u'): Instruction =>
  vsxInst(mnemonic, XX2(xo), [XT, XB], INTEGER, (e, { XT, XB }) => {
    XT.set(e.simd1(op, evenWords(e, XB.get())));
  });

export const VSX_CONVERT: readonly Instruction[] = [
  scalar('xscvdpsp', 265, 'xscvdpsp', FORMAT),
  scalar('xscvspdp', 329, 'xscvspdp', FORMAT),
  vector('xvcvdpsp', 393, FORMAT),
  vector('xvcvspdp', 457, FORMAT),
  // Formats only: no rounding, no exceptions, signalling NaNs stay.
  vsxInst('xscvdpspn', XX2(267), [XT, XB], FORMAT_207, (e, { XT, XB }) => {
    const word = e.i64U(e.call('singleFromDouble', e.bitsOfF64(XB.double.get())) as I32);
    XT.double.set(e.f64OfBits(e.or(word, e.shl(word, e.i64(0, 32)))));
  }),
  vsxInst('xscvspdpn', XX2(331), [XT, XB], FORMAT_207, (e, { XT, XB }) => {
    const word = e.low32Of64(e.shrU(e.bitsOfF64(XB.double.get()), e.i64(0, 32)));
    XT.double.set(e.f64OfBits(e.call('doubleFromSingle', word) as I64));
  }),
  scalar('xsrsp', 281, 'frsp', FORMAT_207),

  scalar('xscvdpsxds', 344, 'fctidz', INTEGER),
  scalar('xscvdpuxds', 328, 'fctiduz', INTEGER),
  scalar('xscvdpsxws', 88, 'xscvdpsxws', INTEGER),
  scalar('xscvdpuxws', 72, 'xscvdpuxws', INTEGER),
  fromInteger('xscvsxddp', 376, 'fcfid', INTEGER),
  fromInteger('xscvuxddp', 360, 'fcfidu', INTEGER),
  fromInteger('xscvsxdsp', 312, 'fcfids', INTEGER_207),
  fromInteger('xscvuxdsp', 296, 'fcfidus', INTEGER_207),

  vector('xvcvdpsxds', 472, INTEGER),
  vector('xvcvdpuxds', 456, INTEGER),
  vector('xvcvdpsxws', 216, INTEGER),
  vector('xvcvdpuxws', 200, INTEGER),
  vector('xvcvspsxds', 408, INTEGER),
  vector('xvcvspuxds', 392, INTEGER),
  vector('xvcvspsxws', 152, INTEGER),
  vector('xvcvspuxws', 136, INTEGER),
  vector('xvcvsxddp', 504, INTEGER),
  vector('xvcvuxddp', 488, INTEGER),
  vector('xvcvsxdsp', 440, INTEGER),
  vector('xvcvuxdsp', 424, INTEGER),
  vector('xvcvsxwsp', 184, INTEGER),
  vector('xvcvuxwsp', 168, INTEGER),
  fromWords('xvcvsxwdp', 248, 'f64x2.convert_low_i32x4_s'),
  fromWords('xvcvuxwdp', 232, 'f64x2.convert_low_i32x4_u'),

  scalar('xsrdpi', 73, 'frin', INTEGRAL),
  scalar('xsrdpiz', 89, 'friz', INTEGRAL),
  scalar('xsrdpip', 105, 'frip', INTEGRAL),
  scalar('xsrdpim', 121, 'frim', INTEGRAL),
  scalar('xsrdpic', 107, 'xsrdpic', INTEGRAL),
  vector('xvrdpi', 201, INTEGRAL),
  vector('xvrdpiz', 217, INTEGRAL),
  vector('xvrdpip', 233, INTEGRAL),
  vector('xvrdpim', 249, INTEGRAL),
  vector('xvrdpic', 235, INTEGRAL),
  vector('xvrspi', 137, INTEGRAL),
  vector('xvrspiz', 153, INTEGRAL),
  vector('xvrspip', 169, INTEGRAL),
  vector('xvrspim', 185, INTEGRAL),
  vector('xvrspic', 171, INTEGRAL),
];
