/** Book III-S chapters 3, 4 and 11: returns from interrupts, the MSR, messages; and Book II chapter 7: event-based branches. */
import { EXCEPTION_PRIVILEGED } from '../../abi/exits.js';
import { setMsrBits, writeMsr, returnFrom } from '../book3e/system.js';
import type { Emitter } from '../emitter.js';
import { lowWordOfSpr, switchedOff, unavailable } from '../facilities.js';
import { X, inst, type Form, type Instruction } from '../inst.js';
import { RA0_RB, RB, RS, RT, immediate } from '../operands.js';
import { MMCR0, MSR, MSR_HIGH } from '../registers.js';
import type { I64, Word } from '../values.js';

/** L of mtmsr and mtmsrd: 1 changes EE and RI only. */
const L = immediate('L', { name: 'L15', from: 15, to: 15 });
/** S of rfebb: the new BESCR[GE]. */
const S = immediate('S', { name: 'S', from: 20, to: 20 });
/** A buffer entry's number. */
const BHRBE = immediate('BHRBE', { name: 'BHRBE', from: 11, to: 20 });

const QUIET = (MSR.EE.mask | MSR.RI.mask) >>> 0;
const SRR0 = 26;
const HSRR0 = 314;
const BESCR = 806;
const EBBRR = 805;
const SPR_MMCR0 = 795;

/** What problem state brings with it: MSR[EE], MSR[IR] and MSR[DR] are 1 where MSR[PR] is. */
const WITH_PR = MSR.EE.mask | MSR.IR.mask | MSR.DR.mask;
/** Bits of the low word that mtmsr and mtmsrd leave alone: bits 41, ME and LE (III-S 4.4.4). */
const KEPT_BY_MTMSR = 0x00400000 | MSR.ME.mask | MSR.LE.mask;
/** Bits of the low word that rfid leaves alone: 33:36, 42:47, and ME outside hypervisor state (III-S 3.3.1). */
const KEPT_BY_RFID = 0x783f0000 | MSR.ME.mask;
/** The upper word's: only a hypervisor's return changes HV, and there is no other state here. */
const KEPT_HIGH = MSR_HIGH.HV.mask;

/** The MSR with another value but for some bits, as 64 bits; the value's PR brings its companions. */
function composeMsr(e: Emitter, value: I64, keptHigh: number, kept: number): I64 {
  const keep = e.i64(keptHigh | 0, kept | 0);
  const merged = e.or(e.and(e.i64OfWord(e.msr.get()), keep), e.and(value, e.complement(keep)));
  const problem = e.bitOf(value, MSR.PR.lsb);
  return e.select(problem, e.or(merged, e.i64(0, WITH_PR)), merged);
}

/** rfid and hrfid: to the address of a save register, cut to 32 bits when the new mode has no more. */
function returnWide(e: Emitter, save: number): void {
  const value = e.i64OfWord(e.spr(save + 1).get());
  const address = e.and(e.spr(save).get(), e.word(-4));
  const wide = e.bitOf(value, MSR_HIGH.SF.lsb + 32);
  const target = e.select(wide, address, e.extU(e.low32(address)));
  e.call('writeMsr', e.wordOfI64(composeMsr(e, value, KEPT_HIGH, KEPT_BY_RFID)));
  e.resync();
  e.branch(e.bit(true), target, 'jump');
}

/** mtmsr and mtmsrd with L = 0: stays in the code when only EE and RI change. */
function moveToMsr(e: Emitter, value: I64, keptHigh: number): void {
  const changed = composeMsr(e, value, keptHigh, KEPT_BY_MTMSR);
  const others = e.and(e.xor(e.i64OfWord(e.msr.get()), changed), e.i64(-1, ~QUIET));
  e.when(e.eq(others, e.i64(0, 0)), () => setMsrBits(e, QUIET, e.low32Of64(changed)), () => {
    e.call('writeMsr', e.wordOfI64(changed));
    e.resync();
  }); // prettier-ignore
}

/** An instruction that only a hypervisor may execute, on CPUs that always have one above them. */
const forHypervisor = (mnemonic: string, form: Form, operands: Instruction['operands']): Instruction =>
  inst(mnemonic, form, operands, { see: 'III-S 3.3.2, 4.4.1, 11.3', needs: ['isa206'], privileged: true }, (e) =>
    e.raise(EXCEPTION_PRIVILEGED),
  );
const POWER_SAVING = { hrfid: 274, doze: 402, nap: 434, sleep: 466, rvwinkle: 498 };
const LOADS_PAST_THE_CACHE = { lwzcix: 789, lhzcix: 821, lbzcix: 853, ldcix: 885 };
const STORES_PAST_THE_CACHE = { stwcix: 917, sthcix: 949, stbcix: 981, stdcix: 1013 };
const each = (numbers: Readonly<Record<string, number>>, opcd: number, operands: Instruction['operands']): Instruction[] =>
  Object.entries(numbers).map(([mnemonic, xo]) => forHypervisor(mnemonic, X(opcd, xo), operands));

/** Problem state needs MMCR0[BHRBA] (III-S 9.4.4). */
function whenRecording(e: Emitter, then: () => void): void {
  const allowed = e.bitOf(lowWordOfSpr(e, SPR_MMCR0), MMCR0.BHRBA.lsb);
  e.when(e.both(e.msrBit('PR'), e.not(allowed)), () => unavailable(e, 'BHRB'), then);
}

export const SYSTEM_S: readonly Instruction[] = [
  inst('rfi', X(19, 50), [], { see: 'PEM32 8, rfi', needs: ['book3s'], absent: ['64bit'], privileged: true }, (e) => returnFrom(e, SRR0)),
  inst('rfid', X(19, 18), [], { see: 'III-S 3.3.1', needs: ['book3s'], only64: true, privileged: true }, (e) => returnWide(e, SRR0)),
  inst(
    'hrfid',
    X(19, 274),
    [],
    { see: 'III-S 3.3.1', needs: ['book3s', 'hypervisor'], absent: ['isa206'], only64: true, privileged: true },
    (e) => returnWide(e, HSRR0),
  ),
  ...each(POWER_SAVING, 19, []),
  ...each(LOADS_PAST_THE_CACHE, 31, [RT, RA0_RB]),
  ...each(STORES_PAST_THE_CACHE, 31, [RS, RA0_RB]),

  inst('mtmsr', X(31, 146), [RS, L], { see: 'PEM32 8, mtmsr', needs: ['book3s'], absent: ['64bit'], privileged: true }, (e, { RS, L }) => {
    const low = e.low32(RS.get());
    e.when(e.ne(L, e.i32(0)), () => setMsrBits(e, QUIET, low), () => writeMsr(e, RS.get(), QUIET)); // prettier-ignore
  }),
  // The upper half of the MSR stays as it is.
  inst('mtmsr', X(31, 146), [RS, L], { see: 'III-S 4.4.4', needs: ['book3s'], only64: true, privileged: true }, (e, { RS, L }) => {
    const value = RS.get();
    e.when(e.ne(L, e.i32(0)), () => setMsrBits(e, QUIET, e.low32(value)), () => moveToMsr(e, e.i64OfWord(value), -1)); // prettier-ignore
  }),
  inst('mtmsrd', X(31, 178), [RS, L], { see: 'III-S 4.4.4', needs: ['book3s'], only64: true, privileged: true }, (e, { RS, L }) => {
    const value = RS.get();
    e.when(e.ne(L, e.i32(0)), () => setMsrBits(e, QUIET, e.low32(value)), () => moveToMsr(e, e.i64OfWord(value), KEPT_HIGH)); // prettier-ignore
  }),

  forHypervisor('msgsnd', X(31, 206), [RB]),
  forHypervisor('msgclr', X(31, 238), [RB]),
  inst('msgsndp', X(31, 142), [RB], { see: 'III-S 11.3', needs: ['isa207'], privileged: true }, (e, { RB }) => {
    e.call('sendDoorbell', RB.get());
    e.resync();
  }),
  inst('msgclrp', X(31, 174), [RB], { see: 'III-S 11.3', needs: ['isa207'], privileged: true }, (e, { RB }) => {
    e.call('clearDoorbell', RB.get());
  }),

  // No event-based branch is ever taken here, but a guest may return from where it thinks it is.
  inst('rfebb', X(19, 146), [S], { see: 'II 7.3', needs: ['isa207'] }, (e, { S }) => {
    e.when(switchedOff(e, 'EBB'), () => unavailable(e, 'EBB'), () => {
      const enables = e.spr64(BESCR);
      const global: Word = e.wordOfI64(e.shl(e.i64U(S), e.i64(0, 63)));
      enables.set(e.or(e.and(enables.get(), e.i64(0x7fffffff, -1)), e.i64OfWord(global)));
      e.branch(e.bit(true), e.and(e.spr(EBBRR).get(), e.word(-4)), 'jump');
    }); // prettier-ignore
  }),

  // The branch history rolling buffer: nothing is ever entered, so it is always empty, and its entries are 0.
  inst('clrbhrb', X(31, 430), [], { see: 'II 8.1', needs: ['isa207'] }, (e) => whenRecording(e, () => undefined)),
  inst('mfbhrbe', X(31, 302), [RT, BHRBE], { see: 'II 8.1', needs: ['isa207'] }, (e, { RT }) => whenRecording(e, () => RT.set(e.word(0)))),
];
