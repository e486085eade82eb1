/** Power ISA Book I, 6.7.3: vector stores. */
import { X, type Instruction } from '../inst.js';
import { RA0_RB } from '../operands.js';
import { byteNumbers, section, vmxInst } from './vector-facility.js';
import { elementAt, roundedDown } from './vector-load.js';
import { VRS } from './vector-operands.js';

const SEE = section('I 6.7.3');

/** Stores the element that the address selects. */
const element = (mnemonic: string, xo: number, size: 1 | 2 | 4): Instruction =>
  vmxInst(mnemonic, X(31, xo), [VRS, RA0_RB], SEE, (e, { VRS, EA }) => {
    const ea = roundedDown(e, EA, size);
    const moved = e.swizzle(VRS.get(), e.simd2('i8x16.add', byteNumbers(e), e.splat('i8x16', elementAt(e, ea, size))));
    e.store(size, ea, e.extU(e.lane('i32x4', moved, 3)));
  });
const quadword = (mnemonic: string, xo: number): Instruction =>
  vmxInst(mnemonic, X(31, xo), [VRS, RA0_RB], SEE, (e, { VRS, EA }) => e.storeVector(roundedDown(e, EA, 16), VRS.get()));

export const VECTOR_STORE: readonly Instruction[] = [
  element('stvebx', 135, 1),
  element('stvehx', 167, 2),
  element('stvewx', 199, 4),
  quadword('stvx', 231),
  quadword('stvxl', 487),
];
