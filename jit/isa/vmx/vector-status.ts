/** Power ISA Book I, 6.17, and the data streams of the AltiVec manual: VSCR, hints. */
import { VSCR_OFFSET } from '../../abi/layout.js';
import { inst, VX, X, withBits, type Facts, type Instruction } from '../inst.js';
import { RA, RB } from '../operands.js';
import { VSCR } from '../registers.js';
import { section, vmxInst } from './vector-facility.js';
import { STRM, VRB, VRT } from './vector-operands.js';

const SEE = section('I 6.17');
/** Prefetches: nothing that a program can see, and allowed when MSR[VEC] is 0. */
const STREAM: Facts = { see: 'AltiVec Technology PEM 5.2.1.1', needs: ['vmx'] };

const nothing = (): void => {
  // A hint.
};
const touch = (mnemonic: string, xo: number, transient: 0 | 1): Instruction =>
  inst(mnemonic, withBits(X(31, xo), [6, 6, transient]), [RA, RB, STRM], STREAM, nothing);

export const VECTOR_STATUS: readonly Instruction[] = [
  vmxInst('mfvscr', VX(1540), [VRT], SEE, (e, { VRT }) => VRT.set(e.withLane('i32x4', e.const128(0, 0, 0, 0), 3, e.state32(VSCR_OFFSET).get()))),
  vmxInst('mtvscr', VX(1604), [VRB], SEE, (e, { VRB }) =>
    e.state32(VSCR_OFFSET).set(e.and(e.lane('i32x4', VRB.get(), 3), e.i32(VSCR.NJ.mask | VSCR.SAT.mask))),
  ),
  touch('dst', 342, 0),
  touch('dstt', 342, 1),
  touch('dstst', 374, 0),
  touch('dststt', 374, 1),
  inst('dss', withBits(X(31, 822), [6, 6, 0]), [STRM], STREAM, nothing),
  inst('dssall', withBits(X(31, 822), [6, 6, 1]), [], STREAM, nothing),
]; // prettier-ignore
