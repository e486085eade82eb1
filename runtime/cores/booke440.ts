import { EXCEPTION_NONE } from '../../jit/abi/exits.js';
import type { CpuModel } from '../../jit/isa/cpus/index.js';
import { MSR } from '../../jit/isa/registers.js';
import type { Core, CoreHost, CoreTime, CpuInputs, DcrAccess } from '../core.js';
import type { CpuState } from '../cpu-state.js';
import { BookeExceptions } from '../exceptions/booke.js';
import { Booke44xMmu } from '../mmu/booke44x.js';
import { BookeSprs } from '../sprs/booke-sprs.js';
import { BookeTimers } from '../timers/booke-timers.js';

/** Contexts of the 44x MMU: PID, then IS, DS, PR (see Booke44xMmu.contextOf). */
const CONTEXT_PID = 0xff;
const CONTEXT_IS = 0x100;
const CONTEXT_DS = 0x200;

/** The PPC440 family: 44x MMU, Book E interrupts and timers, DCRs. */
export class Booke440Core implements Core {
  readonly mmu: Booke44xMmu;
  readonly exceptions: BookeExceptions;
  readonly timers: BookeTimers;
  readonly sprs: BookeSprs;
  readonly inputs: CpuInputs = { external: false, critical: false, machineCheck: false };
  readonly services: Core['services'];
  /** Asked before an interrupt is delivered; the paravirtual interface holds it back in critical sections. */
  mayDeliver: (exception: number) => boolean = () => true;

  constructor(
    readonly model: CpuModel,
    readonly state: CpuState,
    time: CoreTime,
    dcrs: DcrAccess,
    host: CoreHost,
  ) {
    this.mmu = new Booke44xMmu(state);
    this.exceptions = new BookeExceptions(state, { machineCheckSave: 'csrr', mayDeliver: (e) => this.mayDeliver(e) });
    this.timers = new BookeTimers(state, time, (kind) => host.reset(kind));
    const effects = {
      contextChanged: () => host.contextChanged(),
      interruptsChanged: () => host.interruptsChanged(),
      reset: (kind: string) => host.reset(kind),
    };
    this.sprs = new BookeSprs(
      state,
      model.sprs,
      this.timers,
      effects,
      { unimplemented: (message) => host.log(message) },
      { pvr: model.pvr },
    );
    this.mmu.onEntryChanged = (start, size, tid, space) =>
      host.translationChanged(start, size, (context) => {
        const spaceBits = context & (CONTEXT_IS | CONTEXT_DS);
        const inSpace = space === 1 ? spaceBits !== 0 : spaceBits !== (CONTEXT_IS | CONTEXT_DS);
        return inSpace && (tid === 0 || (context & CONTEXT_PID) === tid);
      });
    this.services = {
      writeMsr: (value: number) => {
        state.msr = (value & model.msrMask) >>> 0;
        host.contextChanged();
        host.interruptsChanged();
      },
      // readSpr and writeSpr raise what is to be raised.
      accessSpr: () => 1,
      readSpr: (n: number) => this.sprs.readSpr(n),
      writeSpr: (n: number, value: number) => this.sprs.writeSpr(n, value >>> 0),
      timebase: () => {
        state.serviceHigh = this.timers.timebaseHigh;
        return this.timers.timebaseLow;
      },
      readDcr: (n: number) => dcrs.read(n & 0x3ff),
      writeDcr: (n: number, value: number) => dcrs.write(n & 0x3ff, value >>> 0),
      tlbre44x: (entry: number, word: number) => this.mmu.tlbre(entry, word),
      tlbwe44x: (entry: number, word: number, value: number) => this.mmu.tlbwe(entry, word, value >>> 0),
      tlbsx44x: (ea: number) => this.mmu.tlbsx(ea >>> 0),
      invalidateInstructionBlock: (ea: number) => {
        host.invalidateInstructions(ea >>> 0);
        return 1;
      },
    };
  }

  deliver(exception: number, syndrome: number, address: number): void {
    this.exceptions.deliver(exception, this.state.pc, syndrome, address);
  }
  pendingInterrupt(): number {
    return this.exceptions.pendingInterrupt(this.inputs);
  }
  exceptionName(exception: number): string {
    return this.exceptions.nameOf(exception);
  }
  attention(): boolean {
    return this.exceptions.attention(this.inputs) || this.waiting();
  }
  waitsForEe(): boolean {
    return this.exceptions.waitsForEe(this.inputs);
  }
  waiting(): boolean {
    const { msr, idle } = this.state;
    // MSR[WE] lasts until an interrupt is taken (PPC440x5 UM 2.4.1), the hypercall until there is one, masked or not.
    if ((msr & MSR.WE.mask) !== 0 && this.pendingInterrupt() === EXCEPTION_NONE) return true;
    return idle !== 0 && !this.exceptions.attention(this.inputs);
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
  reset(): void {
    this.state.clear();
    this.sprs.reset();
    this.timers.reset();
    this.mmu.reset();
    this.inputs.external = this.inputs.critical = this.inputs.machineCheck = false;
  }
}
