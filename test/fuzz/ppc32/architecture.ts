/** The 440 of the bamboo board. */
import { Assembler } from '../../../jit/isa/assemble.js';
import { assembleProgram } from '../../../jit/isa/assemble-program.js';
import { PPC440EP } from '../../../jit/isa/cpus/index.js';
import { Decoder } from '../../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../../jit/isa/index.js';
import { ESR, MSR } from '../../../jit/isa/registers.js';
import type { Architecture, StateWords } from '../architecture.js';
import { FIXED_EXPLANATIONS } from '../explained-fixed.js';
import { FLOAT_EXPLANATIONS } from '../explained-float.js';
import { STORAGE_EXPLANATIONS } from '../explained-storage.js';
import { initialTarget, type Placement } from '../image.js';
import { QemuReference } from '../qemu-reference.js';
import { qemuVersion } from '../run-qemu.js';
import { doubleword, putDoubleword, putWindow, windowOf, type State } from '../state.js';
import { DRIVER_SOURCE } from './driver.js';
import { PPC440_EXPLANATIONS } from './explained.js';
import { DRIVER, DUMP, RECORD, RECORDS, RESULTS, RESULTS_SIZE, SLOTS, WINDOW, WINDOW_PAGE, WINDOW_SIZE } from './layout.js';
import { Powerjit440 } from './powerjit.js';
import { BAMBOO } from './qemu.js';

/** IVORs of the exceptions that an address which is not allowed raises. */
const DATA_STORAGE = 2;
const DATA_TLB = 13;

const range = (from: number, to: number): number[] => Array.from({ length: (to - from) / 4 }, (_, k) => from / 4 + k);

const WORDS: StateWords = {
  count: DUMP.size / 4,
  gpr: (n) => DUMP.gpr / 4 + n,
  fpr: (n) => DUMP.fpr / 4 + 2 * n + 1,
  cr: DUMP.cr / 4,
  xer: DUMP.xer / 4,
  pc: DUMP.pc / 4,
  msr: DUMP.msr / 4,
  fpscr: DUMP.fpscr / 4 + 1,
  exceptions: DUMP.exceptions / 4,
  vector: DUMP.vector / 4,
  exceptionPc: DUMP.exceptionPc / 4,
  exceptionMsr: DUMP.exceptionMsr / 4,
  syndrome: DUMP.esr / 4,
  address: DUMP.dear / 4,
  lastOfException: DUMP.exceptionMsr / 4,
  exceptionFpscr: DUMP.exceptionFpscr / 4,
  window: DUMP.window / 4,
  layoutDependent: new Set(
    [DUMP.pc, DUMP.lr, DUMP.ctr, DUMP.exceptionFpscr].map((at) => at / 4).concat(range(DUMP.exceptions, DUMP.fpscr)),
  ),
  // mffs leaves the upper word of the register undefined.
  ignored: new Set([DUMP.fpscr / 4]),
  nameOf,
};

const NAMES: ReadonlyMap<number, string> = new Map([
  [DUMP.cr, 'CR'], [DUMP.xer, 'XER'], [DUMP.lr, 'LR'], [DUMP.ctr, 'CTR'], [DUMP.pc, 'next instruction'], [DUMP.msr, 'MSR'], [DUMP.exceptions, 'exceptions'],
  [DUMP.vector, 'exception: IVOR'], [DUMP.exceptionPc, 'exception: SRR0'], [DUMP.esr, 'exception: ESR'], [DUMP.dear, 'exception: DEAR'],
  [DUMP.exceptionMsr, 'exception: SRR1'], [DUMP.exceptionFpscr, 'exception: FPSCR'], [DUMP.fpscr, 'FPSCR, upper word'], [DUMP.fpscr + 4, 'FPSCR'], [DUMP.usprg0, 'USPRG0'],
]); // prettier-ignore

function nameOf(word: number): string {
  const at = 4 * word;
  const name = NAMES.get(at);
  if (name !== undefined) return name;
  if (at < DUMP.cr) return `r${word}`;
  if (at >= DUMP.window && at < DUMP.window + WINDOW_SIZE) return `storage at 0x${(WINDOW + at - DUMP.window).toString(16)}`;
  return `f${(at - DUMP.fpr) >> 3}${at & 4 ? ', upper word' : ', lower word'}`;
}

function writeRecord(view: DataView, p: Placement): void {
  const { state } = p.stream;
  view.setUint32(RECORD.slot, p.slot);
  view.setUint32(RECORD.end, p.end);
  view.setUint32(RECORD.result, RESULTS + p.dumps);
  view.setUint32(RECORD.msr, state.msr);
  view.setUint32(RECORD.cr, state.cr);
  view.setUint32(RECORD.xer, state.xer);
  view.setUint32(RECORD.lr, Number(initialTarget(p, 'lr')));
  view.setUint32(RECORD.ctr, Number(initialTarget(p, 'ctr')));
  view.setUint32(RECORD.fpscr + 4, state.fpscr);
  for (let n = 0; n < 32; n++) {
    view.setUint32(RECORD.gpr + 4 * n, Number(state.gpr[n]));
    view.setBigUint64(RECORD.fpr + 8 * n, state.vsr[2 * n]!);
  }
  new Uint8Array(view.buffer, view.byteOffset + RECORD.window, WINDOW_SIZE).set(state.window);
}

function initialState(p: Placement): State {
  const { state } = p.stream;
  const words = new Uint32Array(WORDS.count);
  for (let n = 0; n < 32; n++) {
    words[WORDS.gpr(n)] = Number(state.gpr[n]);
    putDoubleword(words, WORDS.fpr(n), state.vsr[2 * n]!);
  }
  words[WORDS.cr] = state.cr;
  words[WORDS.xer] = state.xer;
  words[DUMP.lr / 4] = Number(initialTarget(p, 'lr'));
  words[DUMP.ctr / 4] = Number(initialTarget(p, 'ctr'));
  words[WORDS.pc] = p.slot;
  words[WORDS.msr] = state.msr;
  words[WORDS.fpscr] = state.fpscr;
  putWindow(words, WORDS, state.window);
  return words;
}

const decoder = new Decoder(INSTRUCTIONS, PPC440EP);

/** The PPC440EP against qemu-system-ppc -M bamboo. */
export const PPC32: Architecture = {
  name: 'ppc32',
  model: PPC440EP,
  decoder,
  places: {
    driver: DRIVER,
    slots: SLOTS,
    records: RECORDS,
    recordSize: RECORD.size,
    results: RESULTS,
    resultsSize: RESULTS_SIZE,
    dumpSize: DUMP.size,
    windowSize: WINDOW_SIZE,
  },
  words: WORDS,
  driver: assembleProgram(new Assembler(decoder), DRIVER_SOURCE, DRIVER),
  explanations: [...PPC440_EXPLANATIONS, ...FIXED_EXPLANATIONS, ...STORAGE_EXPLANATIONS, ...FLOAT_EXPLANATIONS],
  notDrawn: new Map([
    ['sc', 'the driver uses it to have the state written down'],
    ['mftb', 'time passes differently'],
  ]),
  remembering: new Set(),
  sprsRead: [1, 8, 9, 1, 8, 9, 1, 8, 9, 256, 260, 261, 262, 263, 26, 62, 272, 1023],
  sprsWritten: [1, 8, 9, 1, 8, 9, 1, 8, 9, 256, 26, 62, 276, 63],
  addressSpace: () => ({ bits: 32, registerBits: 32, page: BigInt(WINDOW_PAGE), window: BigInt(WINDOW), windowSize: WINDOW_SIZE }),
  addressBits: () => 32,
  // Mostly with floating point, now and then with precise floating-point exceptions.
  anyMode: (random) => {
    let msr = MSR.PR.mask | MSR.ME.mask;
    if (!random.chance(3)) msr |= MSR.FP.mask;
    if (random.chance(6)) msr |= MSR.FE0.mask | MSR.FE1.mask;
    return { msr: msr >>> 0, mode64: false };
  },
  drawRegisters: () => undefined,
  tookFloatException: (s) => (s[WORDS.syndrome]! & ESR.FP.mask) !== 0,
  faulted: (s) => s[WORDS.vector] === DATA_STORAGE || s[WORDS.vector] === DATA_TLB,
  writeRecord,
  initialState,
  beginningWith: (s, like) => ({
    ...like,
    gpr: BigUint64Array.from({ length: 32 }, (_, n) => BigInt(s[WORDS.gpr(n)]!)),
    vsr: BigUint64Array.from({ length: 128 }, (_, k) => (k < 64 && k % 2 === 0 ? doubleword(s, WORDS.fpr(k / 2)) : 0n)),
    cr: s[WORDS.cr]!,
    xer: s[WORDS.xer]!,
    fpscr: s[WORDS.fpscr]!,
    lr: BigInt(s[DUMP.lr / 4]!),
    ctr: BigInt(s[DUMP.ctr / 4]!),
    targets: {},
    window: windowOf(s, WORDS, WINDOW_SIZE),
  }),
  ours: () => new Powerjit440(),
  reference: () => new QemuReference(BAMBOO),
  qemuVersion: () => qemuVersion(BAMBOO.program),
  qemu: BAMBOO.program,
  machine: 'bamboo',
};
