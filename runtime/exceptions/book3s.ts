import {
  EXCEPTION_ALIGNMENT,
  EXCEPTION_DECREMENTER,
  EXCEPTION_DOORBELL,
  EXCEPTION_EXTERNAL,
  EXCEPTION_FLOATING,
  EXCEPTION_ILLEGAL,
  EXCEPTION_MACHINE_CHECK,
  EXCEPTION_NONE,
  EXCEPTION_PERFORMANCE_MONITOR,
  EXCEPTION_SYSTEM_RESET,
} from '../../jit/abi/exits.js';
import { FPSCR, LPCR, MMCR0, MSR, MSR_HIGH, SRR1_PROGRAM } from '../../jit/isa/registers.js';
import type { CpuInputs } from '../core.js';
import type { CpuState } from '../cpu-state.js';
import { SPR_DAR, SPR_DPDES, SPR_DSISR, SPR_FSCR, SPR_HIOR, SPR_LPCR, SPR_MMCR0, SPR_SRR0, SPR_SRR1 } from '../sprs/book3s-spr-numbers.js';
import { alignmentSyndrome } from './alignment-syndrome.js';
import { BOOK3S_VECTORS, type Book3sVector } from './book3s-vectors.js';

const EE = MSR.EE.mask;
const ME = MSR.ME.mask;
const LE = MSR.LE.mask;
const FE = MSR.FE0.mask | MSR.FE1.mask;
const RELOCATION = MSR.IR.mask | MSR.DR.mask;
const SF = MSR_HIGH.SF.mask;
const HV = MSR_HIGH.HV.mask;

/** SRR1 bits 33:36 and 42:47, low word: they tell of the exception, all others are the MSR's (III-S 6.4.3). */
const SRR1_STATUS = 0x783f0000;
const ILE = LPCR.ILE.mask;
/** Alternate interrupt locations of LPCR[AIL] (III-S 2.2): the offset's low word. */
const AIL_NEAR = 2;
const AIL_FAR = 3;
const NEAR_OFFSET = 0x18000;
const FAR_OFFSET = 0x4000;
const FAR_OFFSET_HIGH = 0xc0000000;
const FSCR_IC_SHIFT = 24;
const FSCR_WITHOUT_IC = 0x00ffffff;

/** What models and the machine decide. */
export interface Book3sExceptionOptions {
  /** LPCR[ILE] exists: interrupts may be taken in little-endian mode. */
  readonly interruptEndian: boolean;
  /** LPCR[AIL] exists: interrupts may be taken with relocation on. */
  readonly alternateLocation: boolean;
  /** HIOR exists: handlers are at an offset (970FX). */
  readonly offsetRegister: boolean;
  /** Whether the decrementer's exception exists now. */
  readonly decrementerPending: () => boolean;
  /** The instruction at PC, undefined where none can be fetched. */
  readonly instruction: () => number | undefined;
  /** Asked before an asynchronous interrupt is offered; false holds it back (paravirtual critical sections). */
  readonly mayDeliver?: (exception: number) => boolean;
}

/** Exception delivery and interrupt arbitration of the 64-bit Book III-S, for one CPU (Power ISA 2.07B, Book III-S chapter 6). */
export class Book3sExceptions {
  readonly #vectors: readonly (Book3sVector | undefined)[] = Array.from({ length: 64 }, (_, n) => BOOK3S_VECTORS[n]);
  readonly #illegal = BOOK3S_VECTORS[EXCEPTION_ILLEGAL] as Book3sVector;
  /** The hypervisor asked for a system reset interrupt, which nothing masks. */
  systemReset = false;

  constructor(
    private readonly state: CpuState,
    private readonly options: Book3sExceptionOptions,
  ) {}

  /**
   * Takes an interrupt: saves PC and MSR, records syndrome and address, sets MSR and PC. Context, key and attention are for the caller to
   * compute anew. Exceptions that Book III-S has not are taken as illegal instructions. PC in the state is the address of the instruction
   * that raised it (for `sc`, of the `sc`); for interrupts, of the next instruction.
   *
   * @param exception EXCEPTION_*; if an instruction raised it, it is in the state, too
   * @param syndrome SRR1 or DSISR bits, or the cause for FSCR, as the kind of exception has it
   * @param address low word for DAR
   * @param addressHigh high word for DAR
   */
  deliver(exception: number, syndrome = 0, address = 0, addressHigh = 0): void {
    const { state } = this;
    const vector = this.#vectors[exception] ?? this.#illegal;
    const { msr, msrHigh, pc, pcHigh } = state;
    let status = vector.srr1;
    if (vector.syndromeTo === 'SRR1') status |= syndrome;
    else if (vector.syndromeTo === 'DSISR') state.setSpr(SPR_DSISR, syndrome);
    else if (vector.syndromeTo === 'FSCR') {
      // The cause lies in the upper word.
      state.setSpr(SPR_FSCR, state.spr(SPR_FSCR), (state.sprHigh(SPR_FSCR) & FSCR_WITHOUT_IC) | (syndrome << FSCR_IC_SHIFT));
    }
    if (exception === EXCEPTION_ALIGNMENT) state.setSpr(SPR_DSISR, alignmentSyndrome(this.options.instruction() ?? 0));
    // The message has arrived.
    if (exception === EXCEPTION_DOORBELL) state.setSpr(SPR_DPDES, 0);
    // No instruction raised it: the MSR was set so that a pending one is taken, before the instruction behind.
    if (exception === EXCEPTION_FLOATING && state.exception === EXCEPTION_NONE) status |= SRR1_PROGRAM.NOT_THE_ADDRESS.mask;
    if (vector.setsDar) state.setSpr(SPR_DAR, address, addressHigh);
    if (vector.completes) this.#saveNext(pc, pcHigh, msrHigh);
    else state.setSpr(SPR_SRR0, pc, pcHigh);
    state.setSpr(SPR_SRR1, (msr & ~SRR1_STATUS) | status, msrHigh);
    this.#enter(exception, vector, msr, msrHigh);
  }

  /** SRR0 behind a system call: in 32-bit mode addresses have no upper half. */
  #saveNext(pc: number, pcHigh: number, msrHigh: number): void {
    const next = (pc + 4) >>> 0;
    const carry = next < 4 && (msrHigh & SF) !== 0 ? 1 : 0;
    this.state.setSpr(SPR_SRR0, next, pcHigh + carry);
  }

  /** MSR and PC of the handler (III-S 6.4.3, figure "MSR setting due to interrupt"): HV stays, as no interrupt leaves the guest. */
  #enter(exception: number, vector: Book3sVector, msr: number, msrHigh: number): void {
    const { state, options } = this;
    const lpcr = state.spr(SPR_LPCR);
    let low = exception === EXCEPTION_MACHINE_CHECK ? 0 : msr & ME;
    if (options.interruptEndian && lpcr & ILE) low |= LE;
    let { offset } = vector;
    let offsetHigh = 0;
    const ail = (lpcr & (3 << LPCR.AIL.lsb)) >>> LPCR.AIL.lsb;
    if (ail >= AIL_NEAR && options.alternateLocation && !vector.fixed && (msr & RELOCATION) === RELOCATION) {
      low |= RELOCATION;
      if (ail === AIL_FAR) {
        offset |= FAR_OFFSET;
        offsetHigh = FAR_OFFSET_HIGH;
      } else offset |= NEAR_OFFSET;
    }
    if (options.offsetRegister) {
      offset |= state.spr(SPR_HIOR);
      offsetHigh = state.sprHigh(SPR_HIOR);
    }
    state.msr = low;
    state.msrHigh = SF | (msrHigh & HV);
    state.pc = offset;
    state.pcHigh = offsetHigh;
  }

  /**
   * The interrupt to take before the next instruction that no instruction raises, by the order of III-S 6.8: system reset, machine check, a
   * floating-point enabled exception that waited until MSR[FE0 FE1] was set; then external, decrementer, doorbell and performance monitor.
   * EXCEPTION_NONE when MSR or `mayDeliver` allow none.
   */
  pendingInterrupt(inputs: CpuInputs): number {
    if (this.systemReset) {
      this.systemReset = false;
      return EXCEPTION_SYSTEM_RESET;
    }
    const { msr } = this.state;
    if (msr & ME && inputs.machineCheck) return EXCEPTION_MACHINE_CHECK;
    if (this.#floatingEnabled()) return EXCEPTION_FLOATING;
    if (!(msr & EE)) return EXCEPTION_NONE;
    const found = this.#maskable(inputs);
    return found === EXCEPTION_NONE || !this.options.mayDeliver || this.options.mayDeliver(found) ? found : EXCEPTION_NONE;
  }

  /** Whether anything waits, whatever MSR says now: the value for ATTENTION, which is looked at when MSR changes. */
  attention(inputs: CpuInputs): boolean {
    return this.systemReset || inputs.machineCheck || this.waitsForEe(inputs) || this.#floatingEnabled();
  }

  /** Whether an interrupt waits that MSR[EE] alone masks. */
  waitsForEe(inputs: CpuInputs): boolean {
    return this.#maskable(inputs) !== EXCEPTION_NONE;
  }

  /** Name of an exception as the manual prints it. */
  nameOf(exception: number): string {
    return (this.#vectors[exception] ?? this.#illegal).name;
  }

  #maskable(inputs: CpuInputs): number {
    if (inputs.external) return EXCEPTION_EXTERNAL;
    if (this.options.decrementerPending()) return EXCEPTION_DECREMENTER;
    if (this.state.spr(SPR_DPDES) & 1) return EXCEPTION_DOORBELL;
    if (this.#monitorAlert()) return EXCEPTION_PERFORMANCE_MONITOR;
    return EXCEPTION_NONE;
  }

  /** MMCR0[PMAO]: only the guest sets it, since events are not counted. */
  #monitorAlert(): boolean {
    return (this.state.spr(SPR_MMCR0) & MMCR0.PMAO.mask) !== 0;
  }

  /** FPSCR[FEX] with MSR[FE0 FE1]: instructions that set it raise it themselves; mtmsrd and rfid may find it set. */
  #floatingEnabled(): boolean {
    return (this.state.msr & FE) !== 0 && (this.state.fpscr & FPSCR.FEX.mask) !== 0;
  }
}
