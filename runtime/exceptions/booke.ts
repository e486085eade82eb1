import {
  EXCEPTION_CRITICAL,
  EXCEPTION_DEBUG,
  EXCEPTION_DECREMENTER,
  EXCEPTION_EXTERNAL,
  EXCEPTION_FIT,
  EXCEPTION_FLOATING,
  EXCEPTION_ILLEGAL,
  EXCEPTION_MACHINE_CHECK,
  EXCEPTION_NONE,
  EXCEPTION_WATCHDOG,
} from '../../jit/abi/exits.js';
import { ESR, FPSCR, MSR } from '../../jit/isa/registers.js';
import type { CpuState } from '../cpu-state.js';
import {
  SPR_CSRR0,
  SPR_CSRR1,
  SPR_DBCR0,
  SPR_DBSR,
  SPR_DEAR,
  SPR_ESR,
  SPR_IVPR,
  SPR_MCSR,
  SPR_MCSRR0,
  SPR_MCSRR1,
  SPR_SRR0,
  SPR_SRR1,
  SPR_TCR,
  SPR_TSR,
} from '../sprs/booke-spr-numbers.js';
import { TCR, TSR } from '../timers/timer-bits.js';
import { BOOKE_VECTORS, MCSR_INSTRUCTION_BUS } from './booke-vectors.js';
import type { BookeVector } from './booke-vectors.js';

const CE = MSR.CE.mask;
const EE = MSR.EE.mask;
const ME = MSR.ME.mask;
const DE = MSR.DE.mask;
const FE = MSR.FE0.mask | MSR.FE1.mask;
const KEPT_BY_NON_CRITICAL = CE | ME | DE;
const KEPT_BY_CRITICAL = ME;
const ESR_MCI = ESR.MCI.mask;

const DBCR0_IDM = 0x40000000;
/** Events in DBSR: not IDE, the most recent reset, and the address toggles (PPC440x5 UM 8.5.4). */
const DBSR_EVENTS = 0x4fff8000;

/** The CPU's interrupt inputs, as the interrupt controller drives them now. */
export interface InterruptInputs {
  external: boolean;
  critical: boolean;
  machineCheck: boolean;
}

/** What models and the machine decide. */
export interface BookeExceptionOptions {
  /**
   * Where machine checks save PC and MSR: MCSRR0/1 (440x5 and later), or CSRR0/1 (440x4: 440GP, 440EP). Default: mcsrr.
   */
  readonly machineCheckSave?: 'mcsrr' | 'csrr';
  /** Asked before an asynchronous interrupt is offered; false holds it back (paravirtual critical sections). */
  readonly mayDeliver?: (exception: number) => boolean;
}

/** Exception delivery and interrupt arbitration of Book E, for one CPU (PPC440x5 UM chapter 6, Book III-E 7). */
export class BookeExceptions {
  readonly #vectors: readonly (BookeVector | undefined)[] = Array.from({ length: 64 }, (_, n) => BOOKE_VECTORS[n]);
  readonly #illegal: BookeVector;
  readonly #machineCheckSrr0: number;
  readonly #mayDeliver: ((exception: number) => boolean) | undefined;

  constructor(
    private readonly state: CpuState,
    options: BookeExceptionOptions = {},
  ) {
    this.#illegal = BOOKE_VECTORS[EXCEPTION_ILLEGAL] as BookeVector;
    this.#machineCheckSrr0 = options.machineCheckSave === 'csrr' ? SPR_CSRR0 : SPR_MCSRR0;
    this.#mayDeliver = options.mayDeliver;
  }

  /**
   * Takes an interrupt: saves PC and MSR, records syndrome and address, sets MSR and PC. Context, key and attention are
   * for the caller to compute anew. Exceptions that Book E has not are taken as illegal instructions.
   *
   * @param exception EXCEPTION_*; if an instruction raised it, it is in the state, too
   * @param pc address of the instruction that raised it (for `sc`, of the `sc`); for interrupts, of the next instruction
   * @param syndrome ESR, DBSR or MCSR bits besides those that the kind implies
   * @param address for DEAR
   */
  deliver(exception: number, pc: number, syndrome = 0, address = 0): void {
    const state = this.state;
    const vector = this.#vectors[exception] ?? this.#illegal;
    const old = state.msr;
    const saved = vector.completes ? pc + 4 : pc;
    // No instruction raised it: the MSR was set so that a pending one is taken, before the instruction behind.
    const imprecise = exception === EXCEPTION_FLOATING && state.exception === EXCEPTION_NONE;
    const bits = syndrome | vector.syndrome | (imprecise ? ESR.PIE.mask : 0);
    if (vector.syndromeTo === 'ESR') state.setSpr(SPR_ESR, (state.spr(SPR_ESR) & ESR_MCI) | bits);
    else if (vector.syndromeTo !== undefined) this.#accumulate(vector.syndromeTo, bits);
    if (vector.setsDear) state.setSpr(SPR_DEAR, address);
    if (vector.class === 'non-critical') {
      this.#enter(SPR_SRR0, SPR_SRR1, saved, old & KEPT_BY_NON_CRITICAL);
    } else if (vector.class === 'critical') {
      this.#enter(SPR_CSRR0, SPR_CSRR1, saved, old & KEPT_BY_CRITICAL);
    } else {
      this.#enter(this.#machineCheckSrr0, this.#machineCheckSrr0 === SPR_MCSRR0 ? SPR_MCSRR1 : SPR_CSRR1, saved, 0);
    }
    state.pc = (state.spr(SPR_IVPR) & 0xffff0000) | (state.spr(vector.ivor) & 0xfff0);
  }

  /**
   * The interrupt to take before the next instruction that no instruction raises: a floating-point enabled exception that waited until
   * MSR[FE0 FE1] was set; then the asynchronous ones, by the order of PPC440x5 UM 6.6.2: machine check,
   * debug, critical input, watchdog, external input, fixed-interval timer, decrementer. EXCEPTION_NONE when MSR or
   * `mayDeliver` allow none. Timers are as up to date as TSR is.
   */
  pendingInterrupt(inputs: InterruptInputs): number {
    if (this.#floatingEnabled()) return EXCEPTION_FLOATING;
    const msr = this.state.msr;
    if (!(msr & (EE | CE | ME | DE))) return EXCEPTION_NONE;
    let found = EXCEPTION_NONE;
    const due = this.#dueTimers();
    if (msr & ME && inputs.machineCheck) found = EXCEPTION_MACHINE_CHECK;
    else if (msr & DE && this.#debugEvent()) found = EXCEPTION_DEBUG;
    else if (msr & CE && inputs.critical) found = EXCEPTION_CRITICAL;
    else if (msr & CE && due & TSR.WIS.mask) found = EXCEPTION_WATCHDOG;
    else if (msr & EE && inputs.external) found = EXCEPTION_EXTERNAL;
    else if (msr & EE && due & TSR.FIS.mask) found = EXCEPTION_FIT;
    else if (msr & EE && due & TSR.DIS.mask) found = EXCEPTION_DECREMENTER;
    return found === EXCEPTION_NONE || !this.#mayDeliver || this.#mayDeliver(found) ? found : EXCEPTION_NONE;
  }

  /** Whether anything waits, whatever MSR says now: the value for ATTENTION, which is looked at when MSR changes. */
  attention(inputs: InterruptInputs): boolean {
    return (
      inputs.machineCheck ||
      inputs.critical ||
      this.waitsForEe(inputs) ||
      (this.#dueTimers() & TSR.WIS.mask) !== 0 ||
      this.#debugEvent() ||
      this.#floatingEnabled()
    );
  }

  /** Whether an interrupt waits that MSR[EE] alone masks (the paravirtual int_pending when EE is 0). */
  waitsForEe(inputs: InterruptInputs): boolean {
    return inputs.external || (this.#dueTimers() & (TSR.FIS.mask | TSR.DIS.mask)) !== 0;
  }

  /** Name of an exception as the manual prints it. */
  nameOf(exception: number): string {
    return (this.#vectors[exception] ?? this.#illegal).name;
  }

  #enter(srr0: number, srr1: number, pc: number, msr: number): void {
    this.state.setSpr(srr0, pc);
    this.state.setSpr(srr1, this.state.msr);
    this.state.msr = msr;
  }

  #accumulate(register: 'DBSR' | 'MCSR', bits: number): void {
    const number = register === 'DBSR' ? SPR_DBSR : SPR_MCSR;
    this.state.setSpr(number, this.state.spr(number) | bits);
    if (register === 'MCSR' && bits & MCSR_INSTRUCTION_BUS) this.state.setSpr(SPR_ESR, this.state.spr(SPR_ESR) | ESR_MCI);
  }

  /** TSR bits whose interrupts TCR enables. The enables lie in another order, so they are moved one by one. */
  #dueTimers(): number {
    const tsr = this.state.spr(SPR_TSR);
    if (!(tsr & (TSR.WIS.mask | TSR.DIS.mask | TSR.FIS.mask))) return 0;
    const tcr = this.state.spr(SPR_TCR);
    const enabled =
      (tcr & TCR.WIE.mask ? TSR.WIS.mask : 0) | (tcr & TCR.DIE.mask ? TSR.DIS.mask : 0) | (tcr & TCR.FIE.mask ? TSR.FIS.mask : 0);
    return tsr & enabled;
  }

  /** FPSCR[FEX] with MSR[FE0 FE1]: instructions that set it raise it themselves; mtmsr and rfi may find it set. */
  #floatingEnabled(): boolean {
    return (this.state.msr & FE) !== 0 && (this.state.fpscr & FPSCR.FEX.mask) !== 0;
  }
  #debugEvent(): boolean {
    return (this.state.spr(SPR_DBCR0) & DBCR0_IDM) !== 0 && (this.state.spr(SPR_DBSR) & DBSR_EVENTS) !== 0;
  }
}
