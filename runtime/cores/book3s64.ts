import type { CpuModel } from '../../jit/isa/cpus/index.js';
import { FPSCR, MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import type { Core, CoreHost, CoreTime, CpuInputs } from '../core.js';
import type { CpuState } from '../cpu-state.js';
import { decimalServices } from '../decimal/services.js';
import { Book3sExceptions } from '../exceptions/book3s.js';
import { isTraced, TRACED } from '../exceptions/book3s-trace.js';
import type { Mmu } from '../mmu/mmu.js';
import { SPR_DPDES, SPR_SIAR } from '../sprs/book3s-spr-numbers.js';
import { Book3sSprs } from '../sprs/book3s-sprs.js';
import { Book3sTimers } from '../timers/book3s-timers.js';

const SF = MSR_HIGH.SF.mask;
const HV = MSR_HIGH.HV.mask;
const POW = MSR.POW.mask;
const FE = MSR.FE0.mask | MSR.FE1.mask;
/** The message that msgsndp sends: a directed privileged doorbell, in bits 32:36 of RB; to the thread in bits 57:63 (III-S 11.3). */
const MESSAGE_TYPE = 0xf8000000;
const MESSAGE_DOORBELL = 5 << 27;
const MESSAGE_THREAD = 0x7f;

/** The instructions on the segment lookaside buffer; 64-bit results leave their high word in the state's `serviceHigh`. */
export interface SegmentInstructions {
  slbmte(rsLow: number, rsHigh: number, rbLow: number, rbHigh: number): void;
  slbie(rbLow: number, rbHigh: number): void;
  slbia(ih: number): void;
  slbmfee(rbLow: number): number;
  slbmfev(rbLow: number): number;
  /** The VSID doubleword, -1 in both words when no entry matches. */
  slbfee(rbLow: number, rbHigh: number): number;
}

/** The hash MMU, as this core drives it. */
export interface Book3s64Mmu extends Mmu {
  readonly slb: SegmentInstructions;
  /** tlbie and tlbiel: translations of a virtual page are void. */
  tlbie(rbLow: number, rbHigh: number, large: boolean): void;
  tlbia(): void;
  /** Whether a context has to do with a change that `onEntryChanged` reported. */
  concerns(tid: number, space: number): (context: number) => boolean;
}

/** What a 64-bit Book III-S CPU is made of, beside its model and state. */
export interface Book3s64Options {
  /** Processor number, for PIR; 0 unless given. */
  readonly number?: number;
}

/**
 * The 64-bit Book III-S family: POWER7 and POWER8 as guests of a hypervisor (MSR[HV] = 0, which nothing changes), and the 970FX in hypervisor
 * state. No thread shares the processor.
 */
export class Book3s64Core implements Core {
  readonly exceptions: Book3sExceptions;
  readonly timers: Book3sTimers;
  readonly sprs: Book3sSprs;
  readonly inputs: CpuInputs = { external: false, critical: false, machineCheck: false };
  readonly services: Core['services'];
  /** Asked before an interrupt is delivered; the paravirtual interface holds it back in critical sections. */
  mayDeliver: (exception: number) => boolean = () => true;
  /** SRR1[42]: a load or store, not a fetch. */
  readonly unansweredSyndrome = 0x00200000;
  readonly #host: CoreHost;
  /** MSR bits, low word, that select code or translations. */
  readonly #contextBits: number;

  constructor(
    readonly model: CpuModel,
    readonly state: CpuState,
    time: CoreTime,
    readonly mmu: Book3s64Mmu,
    host: CoreHost,
    options: Book3s64Options = {},
  ) {
    const has = model.features;
    this.#host = host;
    this.#contextBits = [...model.keyBits, 'IR', 'DR', 'PR'].reduce((mask, name) => mask | MSR[name as keyof typeof MSR].mask, 0);
    this.timers = new Book3sTimers(time);
    this.exceptions = new Book3sExceptions(state, {
      interruptEndian: has.has('isa206'),
      alternateLocation: has.has('isa207'),
      offsetRegister: !has.has('isa206'),
      decrementerPending: () => this.timers.decrementerPending,
      instruction: () => host.instructionAt(state.pc, state.pcHigh),
      mayDeliver: (e) => this.mayDeliver(e),
    });
    this.sprs = new Book3sSprs(
      state,
      model.sprs,
      this.timers,
      { contextChanged: () => host.contextChanged(), interruptsChanged: () => host.interruptsChanged() },
      { unimplemented: (message) => host.log(message) },
      { pvr: model.pvr, pir: options.number ?? 0 },
    );
    mmu.onEntryChanged = (start, size, tid, space, startHigh) => host.translationChanged(start, size, mmu.concerns(tid, space), startHigh);
    this.services = this.#makeServices(mmu, host);
  }

  #makeServices(mmu: Book3s64Mmu, host: CoreHost): Core['services'] {
    const { sprs } = this;
    return {
      ...(this.model.features.has('dfp') ? decimalServices(this.state) : {}),
      writeMsr: (low: number, high: number) => this.writeMsr(low, high),
      accessSpr: (n: number, writes: number) => sprs.access(n, writes !== 0),
      readSpr: (n: number) => sprs.readSpr(n),
      writeSpr: (n: number, low: number, high: number) => sprs.writeSpr(n, low, high),
      timebase: () => sprs.timebase(),
      slbmte: (rsLow: number, rsHigh: number, rbLow: number, rbHigh: number) => mmu.slb.slbmte(rsLow, rsHigh, rbLow, rbHigh),
      slbie: (low: number, high: number) => mmu.slb.slbie(low, high),
      slbia: (ih: number) => mmu.slb.slbia(ih),
      slbmfee: (low: number) => mmu.slb.slbmfee(low),
      slbmfev: (low: number) => mmu.slb.slbmfev(low),
      slbfee: (low: number, high: number) => mmu.slb.slbfee(low, high),
      tlbieBook3s: (low: number, high: number, large: number) => mmu.tlbie(low, high, large !== 0),
      tlbiaBook3s: () => mmu.tlbia(),
      sendDoorbell: (low: number) => this.#doorbell(low, 1),
      clearDoorbell: (low: number) => this.#doorbell(low, 0),
      invalidateInstructionBlock: (low: number) => {
        host.invalidateInstructions(low >>> 0);
        return 1;
      },
    };
  }

  /**
   * Sets the MSR to what an instruction made of it; bits that are not implemented stay 0, and MSR[HV] stays what it is.
   * @param low its low word
   * @param high its high word
   */
  writeMsr(low: number, high: number): void {
    const { state } = this;
    const { msr, msrHigh } = state;
    const newLow = low & this.model.msrMask;
    const newHigh = (high & SF) | (msrHigh & HV);
    state.msr = newLow;
    state.msrHigh = newHigh;
    if (((msr ^ newLow) & this.#contextBits) | (msrHigh ^ newHigh)) this.#host.contextChanged();
    // Whatever waits already is in ATTENTION; only these bits can make more of it.
    if (newLow & (POW | TRACED) || (newLow & FE && state.fpscr & FPSCR.FEX.mask)) this.#host.interruptsChanged();
  }

  deliver(exception: number, syndrome: number, address: number, addressHigh: number): void {
    this.exceptions.deliver(exception, syndrome, address, addressHigh);
  }
  pendingInterrupt(): number {
    return this.exceptions.pendingInterrupt(this.inputs);
  }
  exceptionName(exception: number): string {
    return this.exceptions.nameOf(exception);
  }
  attention(): boolean {
    return this.exceptions.attention(this.inputs) || this.waiting() || this.tracing();
  }
  waitsForEe(): boolean {
    return this.exceptions.waitsForEe(this.inputs);
  }
  waiting(): boolean {
    return ((this.state.msr & POW) !== 0 || this.state.idle !== 0) && !this.exceptions.attention(this.inputs);
  }
  tracing(): boolean {
    return (this.state.msr & TRACED) !== 0;
  }
  beginTraced(word: number): boolean {
    const { state } = this;
    const traced = isTraced(word, state.msr);
    if (traced && this.model.features.has('isa207')) state.setSpr(SPR_SIAR, state.pc, state.pcHigh);
    return traced;
  }
  /** The hypervisor asks for a system reset interrupt, whatever MSR says. */
  raiseSystemReset(): void {
    this.exceptions.systemReset = true;
    this.#host.interruptsChanged();
  }
  updateTimers(): boolean {
    return this.timers.update();
  }
  nextTimerTicks(): number {
    return this.timers.nextEventTicks();
  }
  rememberTimers(): () => void {
    const snapshot = this.timers.snapshot();
    return () => this.timers.restore(snapshot);
  }
  /** 64-bit mode with machine checks enabled, translation off; the 970FX in hypervisor state. */
  reset(): void {
    const { state } = this;
    state.clear();
    state.msr = MSR.ME.mask;
    state.msrHigh = this.model.features.has('isa206') ? SF : SF | HV;
    this.sprs.reset();
    this.timers.reset();
    this.mmu.reset();
    this.exceptions.systemReset = false;
    this.inputs.external = this.inputs.critical = this.inputs.machineCheck = false;
  }

  /** msgsndp and msgclrp: this processor has one thread, number 0 (TIR). */
  #doorbell(message: number, on: 0 | 1): void {
    if ((message & MESSAGE_TYPE) !== MESSAGE_DOORBELL || (message & MESSAGE_THREAD) !== 0) return;
    this.state.setSpr(SPR_DPDES, on);
    this.#host.interruptsChanged();
  }
}
