import type { Instruction } from '../../jit/isa/inst.js';
import { insert } from '../../jit/isa/inst.js';
import { FIELDS } from '../../jit/isa/operands.js';

/** Registers that a branch can take its target from. */
export type TargetRegister = 'lr' | 'ctr' | 'tar';

/** What a user-level program sees of the CPU, and its storage. Words are unsigned; what a model lacks is 0. */
export interface InitialState {
  readonly gpr: BigUint64Array;
  /** Doublewords 0 and 1 of each VSR in turn, 128 in all: FPR n is doubleword 0 of VSR n, VR n is VSR 32 + n. */
  readonly vsr: BigUint64Array;
  cr: number;
  xer: number;
  fpscr: number;
  /** Upper word of the FPSCR, which has the decimal rounding mode. */
  fpscrHigh: number;
  vscr: number;
  vrsave: number;
  /** Low word of the MSR, and MSR[SF]. */
  msr: number;
  mode64: boolean;
  lr: bigint;
  ctr: bigint;
  tar: bigint;
  /** These registers hold the address of an instruction of the stream (by its number) instead. */
  readonly targets: Partial<Record<TargetRegister, number>>;
  readonly window: Uint8Array;
}

/** One instruction of a stream. */
export interface StreamInstruction {
  readonly inst: Instruction;
  /** The word; a branch's target field is 0. */
  readonly word: number;
  /** Of a branch with a displacement: number of the instruction it goes to; the stream's length means its end. */
  readonly to?: number;
}

/** A short program without loops, and the state it begins in. */
export interface Stream {
  readonly state: InitialState;
  readonly instructions: readonly StreamInstruction[];
}

/**
 * Where a stream's instructions lie: one after the other (`straight`: the state is written down at the end), or each followed by `sc`
 * (`stepped`: it is written down after each).
 */
export type Layout = 'straight' | 'stepped';
export const LAYOUTS: readonly Layout[] = ['stepped', 'straight'];

const SC = 0x44000002;
const ABSOLUTE = FIELDS.AA;
const TARGET_MASK = { i: 0x03fffffc, b: 0x0000fffc };

/** Bytes of a stream's code. */
export const codeSize = (stream: Stream, layout: Layout): number =>
  (layout === 'stepped' ? 8 : 4) * stream.instructions.length + (layout === 'stepped' ? 0 : 4);

/** Address of an instruction by its number; as a branch's target, of the `sc` in front of it, so that the state is written down first. */
export function addressOf(slot: number, layout: Layout, number: number, asTarget: boolean): number {
  return layout === 'straight' ? slot + 4 * number : slot + 8 * number - (asTarget ? 4 : 0);
}

/** The words of a stream at an address. */
export function codeOf(stream: Stream, slot: number, layout: Layout): number[] {
  const words: number[] = [];
  stream.instructions.forEach((instruction, k) => {
    words.push(withTarget(instruction, slot, layout, k));
    if (layout === 'stepped') words.push(SC);
  });
  if (layout === 'straight') words.push(SC);
  return words;
}

/** The word of one instruction with its branch target, if it has one, filled in. */
export function withTarget({ inst, word, to }: StreamInstruction, slot: number, layout: Layout, number: number): number {
  if (to === undefined) return word;
  const target = addressOf(slot, layout, to, true);
  const absolute = insert(0, ABSOLUTE, 1) & word;
  const distance = absolute ? target : target - addressOf(slot, layout, number, false);
  return (word | (distance & (inst.form.name === 'I' ? TARGET_MASK.i : TARGET_MASK.b))) >>> 0;
}
