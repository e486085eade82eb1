/** What all instructions of the vector-scalar facility have in common (Power ISA Book I, chapter 7). */
import { EXCEPTION_VSX_UNAVAILABLE } from '../../abi/exits.js';
import type { Emitter } from '../emitter.js';
import { inst, type Bound, type Facts, type Form, type Instruction } from '../inst.js';
import type { Operand } from '../operands.js';

const PRIMARY = 60;
const form = (name: string, ...more: (readonly [number, number, number])[]): Form => ({ name, fixed: [[0, 5, PRIMARY], ...more] });

/** The forms of Book I 1.6 that only this facility has, by their extended opcodes. */
export const XX1 = (xo: number): Form => ({ name: 'XX1', fixed: [[0, 5, 31], [21, 30, xo]] }); // prettier-ignore
export const XX2 = (xo: number): Form => form('XX2', [21, 29, xo]);
export const XX3 = (xo: number): Form => form('XX3', [21, 28, xo]);
/** Compares: the record bit is bit 21. */
export const XX3_RC = (xo: number): Form => form('XX3', [22, 28, xo]);
/** With a two-bit number in bits 22:23. */
export const XX3_NUMBER = (xo: number): Form => form('XX3', [21, 21, 0], [24, 28, xo]);
export const XX4 = (xo: number): Form => form('XX4', [26, 27, xo]);

/** Instructions of ISA 2.06, which came with the facility, and of ISA 2.07. */
export const since206 = (see: string): Facts => ({ see });
export const since207 = (see: string): Facts => ({ see, needs: ['isa207'] });

/** Defines an instruction of the facility: what `inst` does, for models that have it and while MSR[VSX] is 1. */
export const vsxInst = <const L extends readonly Operand<string, unknown>[]>(
  mnemonic: string,
  form: Form,
  operands: L,
  facts: Facts,
  semantics: (e: Emitter, o: Bound<L>) => void,
): Instruction =>
  inst(mnemonic, form, operands, { ...facts, needs: ['vsx', ...(facts.needs ?? [])] }, (e, o) =>
    e.when(e.not(e.msrBit('VSX')), () => e.raise(EXCEPTION_VSX_UNAVAILABLE), () => semantics(e, o)),
  ); // prettier-ignore
