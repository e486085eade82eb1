/** Book III-E chapters 4 and 5: system call, returns from interrupts, the MSR, device control registers. */
import { EXCEPTION_HYPERCALL, EXCEPTION_SYSTEM_CALL } from '../../abi/exits.js';
import { ATTENTION_OFFSET, MSR_OFFSET } from '../../abi/layout.js';
import type { Emitter } from '../emitter.js';
import { SC, X, inst } from '../inst.js';
import { DCRN, immediate, LEV, RA, RS, RT } from '../operands.js';
import { MSR } from '../registers.js';
import type { I32, Word } from '../values.js';
import { heedAttention } from './spr-access.js';

/** E: the new value of MSR[EE] in wrteei. */
const E = immediate('E', { name: 'E', from: 16, to: 16 });

/** Bits of the MSR's low word that may change without anything else to do, besides looking for interrupts. */
export function setMsrBits(e: Emitter, mask: number, value: I32): void {
  const msr = e.state32(MSR_OFFSET);
  const bits = e.and(value, e.i32(mask));
  msr.set(e.or(e.and(msr.get(), e.i32(~mask)), bits));
  const pending = e.ne(e.state32(ATTENTION_OFFSET).get(), e.i32(0));
  e.when(e.both(e.ne(e.and(bits, e.i32(MSR.EE.mask | 0)), e.i32(0)), pending), () => e.resync());
}

/** mtmsr: stays in the code when no bit but those of `mask` changes. */
export function writeMsr(e: Emitter, value: Word, mask: number): void {
  const low = e.low32(value);
  const others = e.and(e.xor(e.state32(MSR_OFFSET).get(), low), e.i32(~mask));
  e.when(e.eq(others, e.i32(0)), () => setMsrBits(e, mask, low), () => {
    e.call('writeMsr', value);
    e.resync();
  }); // prettier-ignore
}

/** Numbers of the pairs of save and restore registers. */
const SRR0 = 0x1a;
const CSRR0 = 0x3a;
const MCSRR0 = 0x23a;
const DSRR0 = 0x23e;

/** Returns to the address in a save register and restores the MSR from the one after it. */
export function returnFrom(e: Emitter, save: number): void {
  const target = e.and(e.spr(save).get(), e.word(-4));
  e.call('writeMsr', e.spr(save + 1).get());
  e.resync();
  e.branch(e.bit(true), target, 'jump');
}

export const SYSTEM = [
  // LEV = 1 asks the hypervisor; where there is none the runtime delivers a system call.
  inst('sc', SC(17), [LEV], { see: 'I 2.6, III-S 3.3.1, III-E 4.3.1' }, (e, { LEV }) => {
    e.when(e.eq(LEV, e.i32(1)), () => e.raise(EXCEPTION_HYPERCALL), () => e.raise(EXCEPTION_SYSTEM_CALL)); // prettier-ignore
  }),

  inst('rfi', X(19, 50), [], { see: 'III-E 4.3.1', needs: ['booke'], privileged: true }, (e) => returnFrom(e, SRR0)),
  inst('rfci', X(19, 51), [], { see: 'III-E 4.3.1', needs: ['booke'], privileged: true }, (e) => returnFrom(e, CSRR0)),
  inst('rfmci', X(19, 38), [], { see: 'III-E 4.3.1', needs: ['booke'], privileged: true }, (e) => returnFrom(e, MCSRR0)),
  inst('rfdi', X(19, 39), [], { see: 'III-E 4.3.1', needs: ['enhancedDebug'], privileged: true }, (e) => returnFrom(e, DSRR0)),

  inst('mfmsr', X(31, 83), [RT], { see: 'III-S 4.4.4, III-E 5.4.2', privileged: true }, (e, { RT }) => {
    RT.set(e.msr.get());
  }),
  inst('mtmsr', X(31, 146), [RS], { see: 'III-E 5.4.2', needs: ['booke'], privileged: true }, (e, { RS }) => {
    writeMsr(e, RS.get(), MSR.EE.mask);
  }),
  inst('wrtee', X(31, 131), [RS], { see: 'III-E 5.4.2', needs: ['booke'], privileged: true }, (e, { RS }) => {
    setMsrBits(e, MSR.EE.mask, e.low32(RS.get()));
  }),
  inst('wrteei', X(31, 163), [E], { see: 'III-E 5.4.2', needs: ['booke'], privileged: true }, (e, { E }) => {
    setMsrBits(e, MSR.EE.mask, e.shl(E, e.i32(MSR.EE.lsb)));
  }),

  inst('mfdcr', X(31, 323), [RT, DCRN], { see: 'III-E 5.4.4', needs: ['dcr'], privileged: true }, (e, { RT, DCRN }) => {
    RT.set(e.call('readDcr', DCRN) as Word);
  }),
  inst('mtdcr', X(31, 451), [DCRN, RS], { see: 'III-E 5.4.4', needs: ['dcr'], privileged: true }, (e, { DCRN, RS }) => {
    e.call('writeDcr', DCRN, RS.get());
    heedAttention(e);
  }),
  inst('mfdcrx', X(31, 259), [RT, RA], { see: 'III-E 5.4.4', needs: ['dcrx'], privileged: true }, (e, { RT, RA }) => {
    RT.set(e.call('readDcr', e.low32(RA.get())) as Word);
  }),
  inst('mtdcrx', X(31, 387), [RA, RS], { see: 'III-E 5.4.4', needs: ['dcrx'], privileged: true }, (e, { RA, RS }) => {
    e.call('writeDcr', e.low32(RA.get()), RS.get());
    heedAttention(e);
  }),
];
