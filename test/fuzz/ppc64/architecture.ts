/** POWER8 under the hypervisor of the pseries machine. */
import { Assembler } from '../../../jit/isa/assemble.js';
import { assembleProgram } from '../../../jit/isa/assemble-program.js';
import { POWER8 } from '../../../jit/isa/cpus/index.js';
import { Decoder } from '../../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../../jit/isa/index.js';
import { MSR } from '../../../jit/isa/registers.js';
import type { Architecture } from '../architecture.js';
import { FIXED_EXPLANATIONS } from '../explained-fixed.js';
import { FLOAT_EXPLANATIONS } from '../explained-float.js';
import { STORAGE_EXPLANATIONS } from '../explained-storage.js';
import { QemuReference } from '../qemu-reference.js';
import { qemuVersion } from '../run-qemu.js';
import { DRIVER_SOURCE } from './driver.js';
import { DATA_VECTORS, DRIVER, DUMP, HIGH_WINDOW_PAGE, PROGRAM_VECTOR, RECORD, RECORDS, RESULTS, RESULTS_SIZE, SLOTS, WINDOW_OFFSET, WINDOW_PAGE, WINDOW_SIZE } from './layout.js'; // prettier-ignore
import { DECIMAL_EXPLANATIONS } from './explained-decimal.js';
import { SCALAR_EXPLANATIONS } from './explained-scalar.js';
import { POWER8_EXPLANATIONS } from './explained.js';
import { VECTOR_EXPLANATIONS } from './explained-vector.js';
import { PowerjitPower8 } from './powerjit.js';
import { PSERIES } from './qemu.js';
import { drawRegisters } from './registers.js';
import { beginningWith, initialState, WORDS, writeRecord } from './state.js';

/** SRR1 of a program interrupt: enabled floating-point exception (III-S 6.5.9). */
const FP_ENABLED = 0x00100000;
/** MSR[SF], in the upper word. */
const SF = 0x80000000;

const decoder = new Decoder(INSTRUCTIONS, POWER8);

/** POWER8 against qemu-system-ppc64 -M pseries. */
export const PPC64: Architecture = {
  name: 'ppc64',
  model: POWER8,
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
  explanations: [
    ...POWER8_EXPLANATIONS,
    ...VECTOR_EXPLANATIONS,
    ...DECIMAL_EXPLANATIONS,
    ...FIXED_EXPLANATIONS,
    ...STORAGE_EXPLANATIONS,
    ...FLOAT_EXPLANATIONS,
    ...SCALAR_EXPLANATIONS,
  ],
  notDrawn: new Map([
    ['sc', 'the driver uses it to have the state written down'],
    ['mftb', 'time passes differently'],
    ['stqcx.', 'QEMU fails where the reservation is held'],
    ['rfebb', 'it leads to where EBBRR says, which no stream sets'],
    ['clrbhrb', 'QEMU has no branch history'],
    ['mfbhrbe', 'QEMU has no branch history'],
    ['dst', 'QEMU has it for other processors only'],
    ['dstt', 'QEMU has it for other processors only'],
    ['dstst', 'QEMU has it for other processors only'],
    ['dststt', 'QEMU has it for other processors only'],
    ['dcba', 'QEMU has it for other processors only'],
    ['icbt', 'QEMU has it for other processors only'],
  ]),
  // They record the exceptions of the floating-point instruction before once more.
  remembering: new Set(['xvcvsxdsp', 'xvcvuxdsp']),
  // XER, LR, CTR; VRSAVE, TAR; privileged: DSCR, DAR, SRR0, SPRG0, PVR; and one that there is not. QEMU does not have the DSCR under its other number.
  sprsRead: [1, 8, 9, 1, 8, 9, 1, 8, 9, 256, 815, 256, 815, 17, 19, 26, 272, 287, 1000],
  sprsWritten: [1, 8, 9, 1, 8, 9, 1, 8, 9, 256, 815, 256, 815, 17, 19, 26, 272, 1000],
  addressSpace: (random, { mode64 }) => {
    const page = mode64 && random.chance(50) ? HIGH_WINDOW_PAGE : WINDOW_PAGE;
    return { bits: mode64 ? 64 : 32, registerBits: 64, page, window: page + BigInt(WINDOW_OFFSET), windowSize: WINDOW_SIZE };
  },
  addressBits: (s) => (s[WORDS.msr - 1]! & SF ? 64 : 32),
  // Each facility is mostly available; problem state has interrupts and translation on (III-S 4.2.1).
  anyMode: (random) => {
    let msr = (MSR.PR.mask | MSR.EE.mask | MSR.IR.mask | MSR.DR.mask | MSR.ME.mask | MSR.RI.mask) >>> 0;
    for (const facility of [MSR.FP, MSR.VEC, MSR.VSX]) if (!random.chance(3)) msr |= facility.mask;
    // Without MSR[FP], QEMU ignores an enabled exception that a VSX instruction raises, and executes the instruction again without end.
    const ignored = (msr & MSR.FP.mask) === 0 && (msr & MSR.VSX.mask) !== 0;
    if (random.chance(6) && !ignored) msr |= MSR.FE0.mask | MSR.FE1.mask;
    if (random.chance(40)) msr |= MSR.LE.mask;
    return { msr: msr >>> 0, mode64: random.chance(85) };
  },
  drawRegisters,
  tookFloatException: (s) => s[WORDS.vector] === PROGRAM_VECTOR && (s[WORDS.exceptionMsr]! & FP_ENABLED) !== 0,
  faulted: (s) => DATA_VECTORS.includes(s[WORDS.vector]!),
  writeRecord,
  initialState,
  beginningWith,
  ours: () => new PowerjitPower8(),
  reference: () => new QemuReference(PSERIES),
  qemuVersion: () => qemuVersion(PSERIES.program),
  qemu: PSERIES.program,
  machine: 'pseries',
};
