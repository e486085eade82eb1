/** What all instructions of the floating-point facility have in common (Power ISA Book I, chapter 4). */
import { EXCEPTION_FLOATING, EXCEPTION_FP_UNAVAILABLE } from '../../abi/exits.js';
import { FPSCR_OFFSET } from '../../abi/layout.js';
import type { Emitter } from '../emitter.js';
import { inst, type Bound, type Facts, type Form, type Instruction } from '../inst.js';
import type { Operand } from '../operands.js';
import { FPSCR } from '../registers.js';

/** Does `body` when MSR[FP] is 1; else the floating-point unavailable exception comes before anything (Book III-S 6.5.8). */
export function whenFpu(e: Emitter, body: () => void): void {
  e.when(e.not(e.msrBit('FP')), () => e.raise(EXCEPTION_FP_UNAVAILABLE), body);
}

/** Defines an instruction of the facility: what `inst` does, for models that have it and while it is available. */
export const fpInst = <const L extends readonly Operand<string, unknown>[]>(
  mnemonic: string,
  form: Form,
  operands: L,
  facts: Facts,
  semantics: (e: Emitter, o: Bound<L>) => void,
): Instruction =>
  inst(mnemonic, form, operands, { ...facts, needs: ['fpu', ...(facts.needs ?? [])] }, (e, o) => whenFpu(e, () => semantics(e, o)));

/**
 * What ends an instruction that may have set FPSCR[FEX]: a program exception when an enabled exception is pending and MSR[FE0 FE1] ask for
 * it. All modes but "ignore" are precise here. The results are written by then: those that an exception suppresses, the operation itself
 * has left alone (I 4.4, III-S 6.5.9).
 */
export function raiseEnabled(e: Emitter): void {
  const enabled = e.either(e.msrBit('FE0'), e.msrBit('FE1'));
  const pending = e.bitOf(e.state32(FPSCR_OFFSET).get(), FPSCR.FEX.lsb);
  e.when(e.both(enabled, pending), () => e.raiseAfter(EXCEPTION_FLOATING));
}

/** The end of an instruction with Rc: CR1, then the enabled exceptions. */
export function finish(e: Emitter, Rc: { record(): void }): void {
  Rc.record();
  raiseEnabled(e);
}
