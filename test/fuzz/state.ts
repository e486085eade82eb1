/** A dump's state as words, their names, and how two states differ. */
import { FPSCR } from '../../jit/isa/registers.js';
import type { Placement } from './image.js';
import { initialCtr, initialLr } from './image.js';
import { DUMP, DUMP_WORDS, WINDOW, WINDOW_SIZE } from './layout.js';

/** Words of a dump, unsigned, in the order of DUMP. */
export type State = Uint32Array;

/** A word of the state that differs: `bits` are the different ones. */
export interface Difference {
  readonly word: number;
  readonly bits: number;
}

export const GPR_WORD = DUMP.gpr / 4;
export const CR_WORD = DUMP.cr / 4;
export const XER_WORD = DUMP.xer / 4;
export const LR_WORD = DUMP.lr / 4;
export const CTR_WORD = DUMP.ctr / 4;
export const PC_WORD = DUMP.pc / 4;
export const MSR_WORD = DUMP.msr / 4;
export const EXCEPTIONS_WORD = DUMP.exceptions / 4;
export const VECTOR_WORD = DUMP.vector / 4;
export const EXCEPTION_PC_WORD = DUMP.exceptionPc / 4;
export const ESR_WORD = DUMP.esr / 4;
export const DEAR_WORD = DUMP.dear / 4;
export const EXCEPTION_MSR_WORD = DUMP.exceptionMsr / 4;
export const EXCEPTION_FPSCR_WORD = DUMP.exceptionFpscr / 4;
/** mffs leaves the upper word of the register undefined; the lower is the FPSCR. */
export const FPSCR_HIGH_WORD = DUMP.fpscr / 4;
export const FPSCR_WORD = DUMP.fpscr / 4 + 1;
export const FPR_WORD = DUMP.fpr / 4;
export const WINDOW_WORD = DUMP.window / 4;

const NAMES = new Map<number, string>([
  [CR_WORD, 'CR'], [XER_WORD, 'XER'], [LR_WORD, 'LR'], [CTR_WORD, 'CTR'], [PC_WORD, 'next instruction'], [MSR_WORD, 'MSR'], [EXCEPTIONS_WORD, 'exceptions'],
  [VECTOR_WORD, 'exception: IVOR'], [EXCEPTION_PC_WORD, 'exception: SRR0'], [ESR_WORD, 'exception: ESR'], [DEAR_WORD, 'exception: DEAR'],
  [EXCEPTION_MSR_WORD, 'exception: SRR1'], [EXCEPTION_FPSCR_WORD, 'exception: FPSCR'], [FPSCR_HIGH_WORD, 'FPSCR, upper word'], [FPSCR_WORD, 'FPSCR'],
]); // prettier-ignore

/** Name of a word of the state. */
export function nameOf(word: number): string {
  const name = NAMES.get(word);
  if (name !== undefined) return name;
  if (word < CR_WORD) return `r${word}`;
  if (word >= WINDOW_WORD && word < WINDOW_WORD + WINDOW_SIZE / 4)
    return `storage at 0x${(WINDOW + 4 * (word - WINDOW_WORD)).toString(16)}`;
  return `f${(word - FPR_WORD) >> 1}${(word - FPR_WORD) & 1 ? ', lower word' : ', upper word'}`;
}

/** The dumps of a placement; all zero where none was written. */
export function dumpsOf(results: Uint8Array, p: Placement): State[] {
  return Array.from({ length: p.dumpLimit }, (_, k) => {
    const view = new DataView(results.buffer, results.byteOffset + p.dumps + DUMP.size * k, DUMP.size);
    return Uint32Array.from({ length: DUMP_WORDS }, (_unused, n) => view.getUint32(4 * n));
  });
}

/** The state in which a placement begins. */
export function initialState(p: Placement): State {
  const { state } = p.stream;
  const words = new Uint32Array(DUMP_WORDS);
  words.set(state.gpr, GPR_WORD);
  state.fpr.forEach((v, n) => words.set([Number(v >> 32n), Number(v & 0xffffffffn)], FPR_WORD + 2 * n));
  words[CR_WORD] = state.cr;
  words[XER_WORD] = state.xer;
  words[LR_WORD] = initialLr(p);
  words[CTR_WORD] = initialCtr(p);
  words[PC_WORD] = p.slot;
  words[MSR_WORD] = state.msr;
  words[FPSCR_WORD] = state.fpscr;
  const window = new DataView(state.window.buffer, state.window.byteOffset);
  for (let k = 0; k < WINDOW_SIZE / 4; k++) words[WINDOW_WORD + k] = window.getUint32(4 * k);
  return words;
}

/** Where two states differ. */
export function differences(a: State, b: State): Difference[] {
  const found: Difference[] = [];
  for (let word = 0; word < DUMP_WORDS; word++) {
    const bits = (a[word]! ^ b[word]!) >>> 0;
    if (bits !== 0 && word !== FPSCR_HIGH_WORD) found.push({ word, bits });
  }
  return found;
}

/** An FPR's bits. */
export const fprOf = (s: State, n: number): bigint => (BigInt(s[FPR_WORD + 2 * n]!) << 32n) | BigInt(s[FPR_WORD + 2 * n + 1]!);

/** Names of the FPSCR's bits in a mask. */
export const fpscrBits = (mask: number): string[] =>
  Object.entries(FPSCR)
    .filter(([, bit]) => mask & bit.mask)
    .map(([name]) => name);
