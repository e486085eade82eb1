/** The 64-bit guest program that loads states, runs streams and writes down what became of them: real mode, big-endian, under PAPR. */
import {
  ASTRAY_VECTORS, CONTEXT, DECREMENTER_VECTOR, DRIVER, DRIVER_CODE, DUMP, DUMP_VECTOR, RECORD, RECORDS, START_VECTOR, VECTORS, WINDOW_PAGE_REAL, WINDOW_REAL, WINDOW_SIZE,
} from './layout.js'; // prettier-ignore
import { PAGES, SEGMENTS } from './mappings.js';

/** Offsets in the context block. The exceptions are as in a dump. */
const C = { r2: 0, record: 8, result: 16, end: 24, reservation: 32, cr: 40, zero: 48, vs0: 64, exceptions: 80, arguments: 160 } as const;
/** Where the guest keeps the address of the record to load next: its low word. */
export const NEXT_RECORD = CONTEXT + C.record + 4;
const EXCEPTIONS_SIZE = DUMP.exceptionFpscr + 8 - DUMP.exceptions;
const inContext = (dumpOffset: number): number => C.exceptions + dumpOffset - DUMP.exceptions;

const DSCR = 17;
const DSISR = 18;
const DAR = 19;
const DEC = 22;
const SRR0 = 26;
const SRR1 = 27;
const FSCR = 153;
const VRSAVE = 256;
const SPRG0 = 272;
const SPRG1 = 273;
const SPRG2 = 274;
const TAR = 815;
/** FSCR: the facilities TAR and DSCR. */
const FACILITIES = 0x104;
/** SRR1 bits that are not the MSR's after an interrupt, upper half of the low word (III-S 6.5). */
const REASON = 0x783f;
/** SRR1 of a program interrupt: enabled floating-point exception. */
const FP_ENABLED = 0x0010;

const H_ENTER = 8;
/** H_ENTER's flag to use the very entry: bit 24 of the doubleword. */
const H_EXACT = 1n << 39n;
const H_RTAS = 0xf000;
/** Token of power-off in QEMU 7.2, whose device tree would tell. */
const RTAS_POWER_OFF = 0x2003;

const set = (register: string, value: bigint | number): string => {
  const v = BigInt(value);
  const part = (shift: bigint) => (v >> shift) & 0xffffn;
  const signed = (n: bigint) => BigInt.asIntN(16, n);
  if (v >> 31n === 0n) return `lis ${register},${part(16n)}; ori ${register},${register},${part(0n)}`;
  return `lis ${register},${signed(part(48n))}; ori ${register},${register},${part(32n)}; sldi ${register},${register},32; oris ${register},${register},${part(16n)}; ori ${register},${register},${part(0n)}`;
};
const repeat = (count: number, line: (k: number) => string) => Array.from({ length: count }, (_, k) => line(k)).join('\n');

/** Copies the window by way of r16 to r31. */
const copyWindow = (from: string, fromOffset: number, to: string, toOffset: number) =>
  `${repeat(WINDOW_SIZE / 8, (k) => `ld r${16 + k},${fromOffset + 8 * k}(${from})`)}
  ${repeat(WINDOW_SIZE / 8, (k) => `std r${16 + k},${toOffset + 8 * k}(${to})`)}`;

/** Turns on floating point, VMX and VSX, by way of a register. */
const vectorsOn = (register: string) =>
  `mfmsr ${register}; oris ${register},${register},0x0280; ori ${register},${register},0x2000; mtmsrd ${register},0`;

const start = `
start:
  li r1,${CONTEXT}; mtspr ${SPRG0},r1
  li r0,${FACILITIES}; mtspr ${FSCR},r0
  li r0,0; mtspr ${DSCR},r0
  slbia 0
  ${SEGMENTS.map(({ rs, rb }) => `${set('r4', rs)}; ${set('r5', rb)}; slbmte r4,r5`).join('\n')}
  ${PAGES.map(({ index, high, low }) => `${set('r4', H_EXACT)}; ${set('r5', index)}; ${set('r6', high)}; ${set('r7', low)}; li r3,${H_ENTER}; sc 1`).join('\n')}
  isync
  ${vectorsOn('r5')}
  ${set('r5', RECORDS)}; std r5,${C.record}(r1)
`;

/** Zeroes the window's page: what streams store outside of the window is not to be seen by others. */
const clearPage = `
  ${set('r5', WINDOW_PAGE_REAL)}
  li r4,${0x1000 / 64}; mtctr r4
  li r4,0
clearPage: ${repeat(8, (k) => `std r4,${8 * k}(r5)`)}
  addi r5,r5,64; bdnz clearPage
`;

/** r1 is the context. VSR 0 and VR 0 are loaded late, as loading FPSCR and VSCR needs them. */
const next = `
next:
  ld r3,${C.record}(r1)
  ld r4,${RECORD.slot}(r3); cmpldi cr0,r4,0; beq cr0,done
  mtspr ${SRR0},r4
  ld r4,${RECORD.end}(r3); std r4,${C.end}(r1)
  ld r4,${RECORD.result}(r3); std r4,${C.result}(r1)
  ld r4,${RECORD.msr}(r3); mtspr ${SRR1},r4
  ${clearPage}
  ${set('r5', WINDOW_REAL)}
  ${copyWindow('r3', RECORD.window, 'r5', 0)}
  lfd f0,${RECORD.fpscr}(r3); mtfsf 0xff,f0,1,0
  li r4,${RECORD.vscr}; lxvd2x vs32,r3,r4; mtvscr v0
  ${repeat(64, (n) => `li r4,${RECORD.vsr + 16 * n}; lxvd2x vs${n},r3,r4`)}
  lwz r4,${RECORD.cr}(r3); mtcrf 0xff,r4
  lwz r4,${RECORD.vrsave}(r3); mtspr ${VRSAVE},r4
  ld r4,${RECORD.xer}(r3); mtxer r4
  ld r4,${RECORD.lr}(r3); mtlr r4
  ld r4,${RECORD.ctr}(r3); mtctr r4
  ld r4,${RECORD.tar}(r3); mtspr ${TAR},r4
  ${set('r4', 0x7fffffff)}; mtspr ${DEC},r4
  li r4,0; mtspr ${DSISR},r4; mtspr ${DAR},r4; mtspr ${DSCR},r4
  ${repeat(EXCEPTIONS_SIZE / 8, (k) => `std r4,${C.exceptions + 8 * k}(r1)`)}
  addi r4,r3,${RECORD.size}; std r4,${C.record}(r1)
  mr r1,r3
  ld r0,${RECORD.gpr}(r1)
  ${repeat(30, (k) => `ld r${k + 2},${RECORD.gpr + 8 * (k + 2)}(r1)`)}
  ld r1,${RECORD.gpr + 8}(r1)
  rfid
done:
  addi r4,r1,${C.arguments}
  ${set('r5', RTAS_POWER_OFF)}; stw r5,0(r4); li r5,2; stw r5,4(r4); li r5,1; stw r5,8(r4)
  li r5,-1; std r5,12(r4)
  li r3,0; ori r3,r3,${H_RTAS}; sc 1
  b .
`;

/** Interrupts drop the reservation in one emulator and not in the other (neither is wrong), so the handlers always drop it. */
const dropReservation = `li r0,${CONTEXT + C.reservation}; stdcx. r0,0,r0`;

/**
 * An exception: written down for the next dump; the stream goes on behind its instruction. r2 is the vector. The exception bits of the FPSCR
 * are taken away after an enabled floating-point exception, as the return would raise it again.
 */
const exception = `
exception:
  stw r2,${inContext(DUMP.vector)}(r1)
  mtspr ${SPRG2},r0; mfcr r0; stw r0,${C.cr}(r1)
  mfspr r2,${SRR0}; std r2,${inContext(DUMP.exceptionPc)}(r1); addi r2,r2,4; mtspr ${SRR0},r2
  mfspr r2,${DSISR}; std r2,${inContext(DUMP.dsisr)}(r1)
  mfspr r2,${DAR}; std r2,${inContext(DUMP.dar)}(r1)
  mfspr r2,${SRR1}; std r2,${inContext(DUMP.exceptionMsr)}(r1); lis r0,${REASON}; andc r2,r2,r0; mtspr ${SRR1},r2
  lwz r2,${inContext(DUMP.exceptions)}(r1); addi r2,r2,1; stw r2,${inContext(DUMP.exceptions)}(r1)
  li r2,0; mtspr ${DSISR},r2; mtspr ${DAR},r2
  lwz r2,${inContext(DUMP.vector)}(r1); cmplwi cr0,r2,0x700; bne cr0,resume
  lwz r2,${inContext(DUMP.exceptionMsr) + 4}(r1); andis. r2,r2,${FP_ENABLED}; beq cr0,resume
  ${vectorsOn('r2')}
  li r2,${C.vs0}; stxvd2x vs0,r1,r2; mffs f0; stfd f0,${inContext(DUMP.exceptionFpscr)}(r1)
  lfd f0,${C.zero}(r1); mtfsf 0xfc,f0,0,0; lxvd2x vs0,r1,r2
resume:
  ${dropReservation}
  lwz r0,${C.cr}(r1); mtcrf 0xff,r0; mfspr r0,${SPRG2}
  ld r2,${C.r2}(r1); mfspr r1,${SPRG1}
  rfid
`;

/** Dumps the state; then on with the stream, or with the next record at its end. */
const dump = `
dump:
  ld r2,${C.result}(r1)
  std r0,${DUMP.gpr}(r2)
  ${repeat(29, (k) => `std r${k + 3},${DUMP.gpr + 8 * (k + 3)}(r2)`)}
  mfspr r0,${SPRG1}; std r0,${DUMP.gpr + 8}(r2)
  ld r0,${C.r2}(r1); std r0,${DUMP.gpr + 16}(r2)
  mfcr r0; stw r0,${DUMP.cr}(r2)
  mfspr r0,${VRSAVE}; stw r0,${DUMP.vrsave}(r2)
  mfxer r0; std r0,${DUMP.xer}(r2)
  mflr r0; std r0,${DUMP.lr}(r2)
  mfctr r0; std r0,${DUMP.ctr}(r2)
  mfspr r0,${TAR}; std r0,${DUMP.tar}(r2)
  mfspr r0,${DSCR}; std r0,${DUMP.dscr}(r2)
  mfspr r0,${SRR0}; std r0,${DUMP.pc}(r2)
  mfspr r0,${SRR1}; std r0,${DUMP.msr}(r2)
  li r4,0
  ${repeat(EXCEPTIONS_SIZE / 8, (k) => `ld r3,${C.exceptions + 8 * k}(r1); std r3,${DUMP.exceptions + 8 * k}(r2); std r4,${C.exceptions + 8 * k}(r1)`)}
  ${vectorsOn('r3')}
  ${repeat(64, (n) => `li r3,${DUMP.vsr + 16 * n}; stxvd2x vs${n},r2,r3`)}
  mffs f0; stfd f0,${DUMP.fpscr}(r2)
  mfvscr v0; li r3,${DUMP.vscr}; stxvd2x vs32,r2,r3
  li r3,${DUMP.vsr}; lxvd2x vs0,r2,r3; li r3,${DUMP.vsr + 16 * 32}; lxvd2x vs32,r2,r3
  ${set('r5', WINDOW_REAL)}
  ${copyWindow('r5', 0, 'r2', DUMP.window)}
  addi r4,r2,${DUMP.size}; std r4,${C.result}(r1)
  ${dropReservation}
  mfspr r3,${SRR0}; ld r4,${C.end}(r1); cmpld cr0,r3,r4; beq cr0,next
  lwz r0,${DUMP.cr}(r2); mtcrf 0xff,r0
  ld r0,${DUMP.gpr}(r2); ld r1,${DUMP.gpr + 8}(r2)
  ${repeat(29, (k) => `ld r${k + 3},${DUMP.gpr + 8 * (k + 3)}(r2)`)}
  ld r2,${DUMP.gpr + 16}(r2)
  rfid
`;

/** A stream that went where there is no code: its next dump is missing in the results. */
const astray = `
astray:
  ${vectorsOn('r3')}
  b next
decrementer:
  ${set('r2', 0x7fffffff)}; mtspr ${DEC},r2
  ld r2,${C.r2}(r1); mfspr r1,${SPRG1}
  rfid
`;

const handler = (vector: number) =>
  vector === DUMP_VECTOR
    ? 'dump'
    : vector === DECREMENTER_VECTOR
      ? 'decrementer'
      : ASTRAY_VECTORS.includes(vector)
        ? 'astray'
        : 'exception';
const vectors = VECTORS.map((vector) =>
  vector === START_VECTOR
    ? `.org ${vector}\n  b start`
    : `.org ${vector}
  mtspr ${SPRG1},r1; mfspr r1,${SPRG0}; std r2,${C.r2}(r1); li r2,${vector}; b ${handler(vector)}`,
).join('\n');

/** Assembler source of the driver; it begins at DRIVER. */
export const DRIVER_SOURCE = `.org ${DRIVER}\n${vectors}\n.org ${DRIVER_CODE}\n${start}${next}${exception}${dump}${astray}`;
