/** The guest program that loads states, runs streams and writes down what became of them. */
import { ASTRAY_VECTORS, CONTEXT, DRIVER, DUMP, DUMP_VECTOR, RECORD, RECORDS, RESULTS, SLOTS, VECTORS, VECTOR_COUNT, WINDOW, WINDOW_PAGE, WINDOW_PAGE_REAL } from './layout.js'; // prettier-ignore

/** Offsets in the context block. */
const C = { r2: 0, record: 4, result: 8, end: 12, reservation: 16, exceptions: 24, cr: 48, f0: 56, fpscr: 64, zero: 72 } as const;
/** Where the guest keeps the address of the record to load next, as a word. */
export const NEXT_RECORD = CONTEXT + C.record;

const USPRG0 = 256;
const SPRG0 = 272;
const SPRG1 = 273;
const SPRG2 = 274;
const SRR0 = 26;
const SRR1 = 27;
const DEAR = 61;
const ESR = 62;
const IVPR = 63;
const IVOR0 = 400;
const PID = 48;
const MMUCR = 946;
const DBCR0 = 308;
/** DBCR0[RST]: system reset, which ends the run. */
const SYSTEM_RESET = 0x3000;
/** ESR[FP], upper half: an enabled floating-point exception. */
const ESR_FP = 0x0100;
const MSR_FP = 0x2000;
const MSR_ME = 0x1000;

/** TLB words (PPC440x5 UM 5.3): sizes, and who may do what. */
const SIZE_4K = 0x10;
const SIZE_16M = 0x70;
const SUPERVISOR_ALL = 7;
const USER_EXECUTE = 0x20;
const USER_READ_WRITE = 0x18;
const VALID = 0x200;
const ENTRIES: readonly (readonly [ea: number, real: number, size: number, access: number])[] = [
  [0, 0, SIZE_16M, SUPERVISOR_ALL],
  [SLOTS, SLOTS, SIZE_16M, SUPERVISOR_ALL | USER_EXECUTE],
  [RECORDS, RECORDS, SIZE_16M, SUPERVISOR_ALL],
  [RESULTS, RESULTS, SIZE_16M, SUPERVISOR_ALL],
  [WINDOW_PAGE, WINDOW_PAGE_REAL, SIZE_4K, SUPERVISOR_ALL | USER_READ_WRITE],
];
const FIRST_ENTRY = 64 - ENTRIES.length;

const set = (register: string, value: number) => `lis ${register},${value >>> 16}; ori ${register},${register},${value & 0xffff}`;
const repeat = (count: number, line: (k: number) => string) => Array.from({ length: count }, (_, k) => line(k)).join('\n');

const tlb = ENTRIES.map(
  ([ea, real, size, access], k) => `
  li r4,${FIRST_ENTRY + k}
  ${set('r5', ea | VALID | size)}; tlbwe r5,r4,0
  ${set('r5', real)}; tlbwe r5,r4,1
  li r5,${access}; tlbwe r5,r4,2`,
).join('\n');

/** Copies the window by way of r16 to r31. */
const copyWindow = (from: string, fromOffset: number, to: string, toOffset: number) =>
  repeat(2, (k) => `lmw r16,${fromOffset + 64 * k}(${from}); stmw r16,${toOffset + 64 * k}(${to})`);

/** Zeroes the window's page: what streams store outside of the window is not to be seen by others. */
const clearPage = `
  ${set('r5', WINDOW_PAGE)}
  li r4,64; mtctr r4
  ${repeat(16, (k) => `li r${16 + k},0`)}
clearPage: stmw r16,0(r5); addi r5,r5,64; bdnz clearPage
`;

const start = `
start:
  li r0,0; mtspr ${PID},r0; mtspr ${MMUCR},r0
  ${tlb}
  isync
  li r4,${FIRST_ENTRY}; mtctr r4; li r4,0
clear: tlbwe r0,r4,0; addi r4,r4,1; bdnz clear
  isync
  mtspr ${IVPR},r0
  ${repeat(VECTOR_COUNT, (n) => `li r5,${VECTORS + 0x20 * n}; mtspr ${IVOR0 + n},r5`)}
  li r5,${MSR_FP | MSR_ME}; mtmsr r5; isync
  li r1,${CONTEXT}; mtspr ${SPRG0},r1
  ${set('r5', RECORDS)}; stw r5,${C.record}(r1)
`;

/** r1 is the context. FPRs are loaded last but one, as loading the FPSCR needs one of them. */
const next = `
next:
  lwz r3,${C.record}(r1)
  lwz r4,${RECORD.slot}(r3); cmplwi cr0,r4,0; beq cr0,done
  mtspr ${SRR0},r4
  lwz r4,${RECORD.end}(r3); stw r4,${C.end}(r1)
  lwz r4,${RECORD.result}(r3); stw r4,${C.result}(r1)
  lwz r4,${RECORD.msr}(r3); mtspr ${SRR1},r4
  ${clearPage}
  ${set('r5', WINDOW)}
  ${copyWindow('r3', RECORD.window, 'r5', 0)}
  lfd f0,${RECORD.fpscr}(r3); mtfsf 0xff,f0
  ${repeat(32, (n) => `lfd f${n},${RECORD.fpr + 8 * n}(r3)`)}
  lwz r4,${RECORD.cr}(r3); mtcrf 0xff,r4
  lwz r4,${RECORD.xer}(r3); mtxer r4
  lwz r4,${RECORD.lr}(r3); mtlr r4
  lwz r4,${RECORD.ctr}(r3); mtctr r4
  li r4,0
  ${repeat(6, (k) => `stw r4,${C.exceptions + 4 * k}(r1)`)}
  stw r4,${C.fpscr + 4}(r1)
  mtspr ${ESR},r4; mtspr ${DEAR},r4; mtspr ${USPRG0},r4
  addi r4,r3,${RECORD.size}; stw r4,${C.record}(r1)
  mr r1,r3
  lwz r0,${RECORD.gpr}(r1); lmw r2,${RECORD.gpr + 8}(r1); lwz r1,${RECORD.gpr + 4}(r1)
  rfi
done:
  li r5,${MSR_ME}; mtmsr r5; isync
  lis r5,${SYSTEM_RESET}; mtspr ${DBCR0},r5
  b .
`;

/** Interrupts drop the reservation in one emulator and not in the other (neither is wrong), so the handlers always drop it. */
const dropReservation = `li r0,${CONTEXT + C.reservation}; stwcx. r0,0,r0`;

/**
 * An exception: written down for the next dump; the stream goes on behind its instruction. r2 is the vector's number. The exception bits of the
 * FPSCR are taken away after an enabled floating-point exception, as the return would raise it again (Book III-E 7.6.7). SRR1 keeps MSR bits only.
 */
const exception = `
exception:
  stw r2,${C.exceptions + 4}(r1)
  mfspr r2,${SRR0}; stw r2,${C.exceptions + 8}(r1); addi r2,r2,4; mtspr ${SRR0},r2
  mfspr r2,${ESR}; stw r2,${C.exceptions + 12}(r1)
  mfspr r2,${DEAR}; stw r2,${C.exceptions + 16}(r1)
  mfspr r2,${SRR1}; stw r2,${C.exceptions + 20}(r1); rlwinm r2,r2,0,16,31; mtspr ${SRR1},r2
  lwz r2,${C.exceptions}(r1); addi r2,r2,1; stw r2,${C.exceptions}(r1)
  li r2,0; mtspr ${ESR},r2; mtspr ${DEAR},r2
  mtspr ${SPRG2},r0; mfcr r0; stw r0,${C.cr}(r1)
  lwz r2,${C.exceptions + 12}(r1); andis. r2,r2,${ESR_FP}; beq cr0,resume
  li r2,${MSR_FP | MSR_ME}; mtmsr r2; isync
  stfd f0,${C.f0}(r1); mffs f0; stfd f0,${C.fpscr}(r1)
  lfd f0,${C.zero}(r1); mtfsf 0xfc,f0; lfd f0,${C.f0}(r1)
resume:
  ${dropReservation}
  lwz r0,${C.cr}(r1); mtcrf 0xff,r0; mfspr r0,${SPRG2}
  lwz r2,${C.r2}(r1); mfspr r1,${SPRG1}
  rfi
`;

/** Dumps the state; then on with the stream, or with the next record at its end. */
const dump = `
dump:
  lwz r2,${C.result}(r1)
  stw r0,0(r2); stmw r3,12(r2)
  mfspr r0,${SPRG1}; stw r0,4(r2)
  lwz r0,${C.r2}(r1); stw r0,8(r2)
  mfcr r0; stw r0,${DUMP.cr}(r2)
  mfxer r0; stw r0,${DUMP.xer}(r2)
  mflr r0; stw r0,${DUMP.lr}(r2)
  mfctr r0; stw r0,${DUMP.ctr}(r2)
  mfspr r0,${USPRG0}; stw r0,${DUMP.usprg0}(r2)
  mfspr r0,${SRR0}; stw r0,${DUMP.pc}(r2)
  mfspr r0,${SRR1}; stw r0,${DUMP.msr}(r2)
  li r4,0
  ${repeat(6, (k) => `lwz r3,${C.exceptions + 4 * k}(r1); stw r3,${DUMP.exceptions + 4 * k}(r2); stw r4,${C.exceptions + 4 * k}(r1)`)}
  lwz r3,${C.fpscr + 4}(r1); stw r3,${DUMP.exceptionFpscr}(r2); stw r4,${C.fpscr + 4}(r1)
  li r3,${MSR_FP | MSR_ME}; mtmsr r3; isync
  ${repeat(32, (n) => `stfd f${n},${DUMP.fpr + 8 * n}(r2)`)}
  mffs f0; stfd f0,${DUMP.fpscr}(r2)
  ${set('r5', WINDOW)}
  ${copyWindow('r5', 0, 'r2', DUMP.window)}
  addi r4,r2,${DUMP.size}; stw r4,${C.result}(r1)
  ${dropReservation}
  mfspr r3,${SRR0}; lwz r4,${C.end}(r1); cmplw cr0,r3,r4; beq cr0,next
  lfd f0,${DUMP.fpr}(r2)
  lwz r0,${DUMP.cr}(r2); mtcrf 0xff,r0
  lmw r3,12(r2); lwz r0,0(r2); lwz r1,4(r2); lwz r2,8(r2)
  rfi
`;

/** A stream that went where there is no code: its next dump is missing in the results. */
const astray = `
astray:
  li r3,${MSR_FP | MSR_ME}; mtmsr r3; isync
  b next
`;

const handler = (n: number) => (n === DUMP_VECTOR ? 'dump' : ASTRAY_VECTORS.includes(n) ? 'astray' : 'exception');
const vectors = repeat(
  VECTOR_COUNT,
  (n) => `.org ${VECTORS + 0x20 * n}
  mtspr ${SPRG1},r1; mfspr r1,${SPRG0}; stw r2,${C.r2}(r1); li r2,${n}; b ${handler(n)}`,
);

/** Assembler source of the driver; it begins at DRIVER, and so does execution. */
export const DRIVER_SOURCE = `.org ${DRIVER}\n${start}${next}${vectors}\n.org ${VECTORS + 0x20 * VECTOR_COUNT}\n${exception}${dump}${astray}`;
