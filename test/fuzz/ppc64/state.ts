/** Records and dumps of the 64-bit guest. */
import type { StateWords } from '../architecture.js';
import { initialTarget, type Placement } from '../image.js';
import { doubleword, putDoubleword, putWindow, windowOf, type State } from '../state.js';
import type { InitialState } from '../stream.js';
import { DUMP, RECORD, RESULTS, WINDOW_SIZE } from './layout.js';

const VSRS = 64;
/** The low word of a doubleword. */
const low = (at: number): number => at / 4 + 1;
const words = (from: number, to: number): number[] => Array.from({ length: (to - from) / 4 }, (_, k) => from / 4 + k);
/** The VSCR: the last word of the vector that holds it. */
export const VSCR_WORD = DUMP.vscr / 4 + 3;

export const WORDS: StateWords = {
  count: DUMP.size / 4,
  gpr: (n) => low(DUMP.gpr + 8 * n),
  fpr: (n) => low(DUMP.vsr + 16 * n),
  cr: DUMP.cr / 4,
  xer: low(DUMP.xer),
  pc: low(DUMP.pc),
  msr: low(DUMP.msr),
  fpscr: low(DUMP.fpscr),
  exceptions: DUMP.exceptions / 4,
  vector: DUMP.vector / 4,
  exceptionPc: low(DUMP.exceptionPc),
  exceptionMsr: low(DUMP.exceptionMsr),
  syndrome: low(DUMP.dsisr),
  address: low(DUMP.dar),
  // The FPSCR has an upper word, too.
  lastOfException: low(DUMP.exceptionFpscr) - 1,
  exceptionFpscr: low(DUMP.exceptionFpscr),
  window: DUMP.window / 4,
  layoutDependent: new Set([...words(DUMP.lr, DUMP.dscr), ...words(DUMP.pc, DUMP.msr), ...words(DUMP.exceptions, DUMP.fpscr)]),
  // What lies between the FPSCR and the vector that has the VSCR, and what surrounds that.
  ignored: new Set([...words(DUMP.fpscr + 8, DUMP.vscr + 12)]),
  nameOf,
};

const NAMES: ReadonlyMap<number, string> = new Map([
  [DUMP.cr, 'CR'], [DUMP.vrsave, 'VRSAVE'], [DUMP.exceptions, 'exceptions'], [DUMP.vector, 'exception: vector'], [4 * VSCR_WORD, 'VSCR'],
]); // prettier-ignore
const WIDE_NAMES: ReadonlyMap<number, string> = new Map([
  [DUMP.xer, 'XER'], [DUMP.lr, 'LR'], [DUMP.ctr, 'CTR'], [DUMP.tar, 'TAR'], [DUMP.dscr, 'DSCR'], [DUMP.pc, 'next instruction'], [DUMP.msr, 'MSR'],
  [DUMP.exceptionPc, 'exception: SRR0'], [DUMP.dsisr, 'exception: DSISR'], [DUMP.dar, 'exception: DAR'], [DUMP.exceptionMsr, 'exception: SRR1'],
  [DUMP.exceptionFpscr, 'exception: FPSCR'], [DUMP.fpscr, 'FPSCR'],
]); // prettier-ignore

function nameOf(word: number): string {
  const at = 4 * word;
  const name = NAMES.get(at);
  if (name !== undefined) return name;
  const half = at & 4 ? ', lower word' : ', upper word';
  const wide = WIDE_NAMES.get(at & ~7);
  if (wide !== undefined) return wide + half;
  if (at < DUMP.cr) return `r${at >> 3}${half}`;
  if (at >= DUMP.window) return `storage, byte ${at - DUMP.window} of the window`;
  const n = (at - DUMP.vsr) >> 4;
  return `${n < 32 ? `vs${n}` : `v${n - 32} (vs${n})`}, word ${(at >> 2) & 3}`;
}

/** Writes the record of a placement: what the driver loads. */
export function writeRecord(view: DataView, p: Placement): void {
  const { state } = p.stream;
  const wide = (at: number, value: bigint | number) => view.setBigUint64(at, BigInt(value));
  wide(RECORD.slot, p.slot);
  wide(RECORD.end, p.end);
  wide(RECORD.result, RESULTS + p.dumps);
  wide(RECORD.msr, wholeMsr(state));
  view.setUint32(RECORD.cr, state.cr);
  view.setUint32(RECORD.vrsave, state.vrsave);
  wide(RECORD.xer, state.xer);
  wide(RECORD.lr, initialTarget(p, 'lr'));
  wide(RECORD.ctr, initialTarget(p, 'ctr'));
  wide(RECORD.tar, initialTarget(p, 'tar'));
  wide(RECORD.fpscr, (BigInt(state.fpscrHigh) << 32n) | BigInt(state.fpscr));
  view.setUint32(RECORD.vscr + 12, state.vscr);
  state.gpr.forEach((v, n) => wide(RECORD.gpr + 8 * n, v));
  state.vsr.forEach((v, n) => wide(RECORD.vsr + 8 * n, v));
  new Uint8Array(view.buffer, view.byteOffset + RECORD.window, WINDOW_SIZE).set(state.window);
}

const wholeMsr = ({ msr, mode64 }: InitialState): bigint => (mode64 ? 1n << 63n : 0n) | BigInt(msr);

/** The state in which a placement begins, as a dump has it. */
export function initialState(p: Placement): State {
  const { state } = p.stream;
  const s = new Uint32Array(WORDS.count);
  state.gpr.forEach((v, n) => putDoubleword(s, WORDS.gpr(n), v));
  state.vsr.forEach((v, k) => putDoubleword(s, low(DUMP.vsr + 8 * k), v));
  s[WORDS.cr] = state.cr;
  s[DUMP.vrsave / 4] = state.vrsave;
  s[WORDS.xer] = state.xer;
  putDoubleword(s, low(DUMP.lr), initialTarget(p, 'lr'));
  putDoubleword(s, low(DUMP.ctr), initialTarget(p, 'ctr'));
  putDoubleword(s, low(DUMP.tar), initialTarget(p, 'tar'));
  s[WORDS.pc] = p.slot;
  putDoubleword(s, WORDS.msr, wholeMsr(state));
  s[WORDS.fpscr] = state.fpscr;
  s[WORDS.fpscr - 1] = state.fpscrHigh;
  s[VSCR_WORD] = state.vscr;
  putWindow(s, WORDS, state.window);
  return s;
}

/** A state to begin with, as a dump has it. */
export function beginningWith(s: State, like: InitialState): InitialState {
  return {
    ...like,
    gpr: BigUint64Array.from({ length: 32 }, (_, n) => doubleword(s, WORDS.gpr(n))),
    vsr: BigUint64Array.from({ length: 2 * VSRS }, (_, k) => doubleword(s, low(DUMP.vsr + 8 * k))),
    cr: s[WORDS.cr]!,
    vrsave: s[DUMP.vrsave / 4]!,
    xer: s[WORDS.xer]!,
    fpscr: s[WORDS.fpscr]!,
    fpscrHigh: s[WORDS.fpscr - 1]!,
    vscr: s[VSCR_WORD]!,
    lr: doubleword(s, low(DUMP.lr)),
    ctr: doubleword(s, low(DUMP.ctr)),
    tar: doubleword(s, low(DUMP.tar)),
    targets: {},
    window: windowOf(s, WORDS, WINDOW_SIZE),
  };
}
