/**
 * What decimal instructions have in common (Power ISA Book I, chapter 5). They are rare: compiled code leaves them to the interpreter, and services
 * of the runtime compute them on the registers in memory.
 */
import type { ServiceName } from '../../abi/services.js';
import { whenFpu } from '../book1/floating-point-facility.js';
import type { Emitter } from '../emitter.js';
import { inst, withBits, type Bound, type Form, type Instruction } from '../inst.js';
import type { Operand } from '../operands.js';
import type { I32 } from '../values.js';

const LONG = 59;
const EXTENDED = 63;
/** Of register fields, the last bit: 0 where it names a pair. */
const LAST_BIT = { FRT: 10, FRA: 15, FRB: 20 } as const;

type Operands = readonly Operand<string, unknown>[];

/** Defines an instruction of the facility, which MSR[FP] makes available. What the FPSCR still lacks is computed first. */
export const decimalInst = <const L extends Operands>(
  mnemonic: string,
  form: Form,
  operands: L,
  see: string,
  semantics: (e: Emitter, o: Bound<L>) => void,
): Instruction =>
  inst(mnemonic, form, operands, { see, needs: ['fpu', 'dfp'], only64: true }, (e, o) => {
    e.interpretOnly();
    whenFpu(e, () => {
      e.call('readFpscr');
      semantics(e, o);
    });
  });

/** A form with primary opcode 59, and with 63 for operands in pairs. */
export const longForm = (form: (opcd: number) => Form): Form => form(LONG);
export const quadForm = (form: (opcd: number) => Form, ...pairs: readonly (keyof typeof LAST_BIT)[]): Form =>
  withBits(form(EXTENDED), ...pairs.map((name) => [LAST_BIT[name], LAST_BIT[name], 0] as const));

/** Calls a service on registers and immediates; the first argument tells it whether this is the quad form. */
export const compute = (e: Emitter, service: ServiceName, quad: boolean, ...args: readonly I32[]): number =>
  e.call(service, e.i32(quad ? 1 : 0), ...args);
