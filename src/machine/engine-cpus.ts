import { MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import type { CpuState } from '../../runtime/cpu-state.js';
import type { Engine } from '../../runtime/engine.js';
import type { Cpus } from '../hypervisor/papr/cpus.js';

const SPR_LPCR = 318;

/** Who gives CPUs their turns. */
export interface Turns {
  /** A CPU can run now that could not before, or cannot any more. */
  runnableChanged(cpu: number): void;
  /** The turn of the CPU that runs ends. @param to who is next, if it can run */
  endTurn(to: number | undefined): void;
}

/** The CPUs of an engine, for its hypervisor. */
export class EngineCpus implements Cpus {
  onSuspended: (cpu: number) => void = () => {};
  onDispatched: (cpu: number) => void = () => {};
  readonly #stopped: boolean[];

  /** @param turns with several CPUs; with one, nobody else can have a turn. All CPUs but the first are stopped. */
  constructor(
    readonly engine: Engine,
    private readonly turns: Turns | undefined = undefined,
  ) {
    this.#stopped = engine.cpus.map((_, cpu) => cpu !== 0);
  }

  get count(): number {
    return this.engine.cpus.length;
  }
  get current(): number {
    return this.engine.cpu.number;
  }
  state(cpu: number): CpuState {
    return this.engine.cpus[cpu]!.core.state;
  }
  registersChanged(cpu: number): void {
    const changed = this.engine.cpus[cpu]!;
    // What derives from the state is computed for a CPU that gets its turn in any case.
    if (changed === this.engine.cpu) changed.contextChanged();
    changed.interruptsChanged();
  }
  setExternal(cpu: number, asserted: boolean): void {
    const driven = this.engine.cpus[cpu]!;
    driven.core.inputs.external = asserted;
    driven.interruptsChanged();
    this.turns?.runnableChanged(cpu);
  }

  start(cpu: number, pcLow: number, pcHigh: number, r3Low: number, r3High: number): void {
    const { core } = this.engine.cpus[cpu]!;
    const { state } = core;
    const caller = this.state(this.current);
    core.reset();
    state.setSpr(SPR_LPCR, caller.spr(SPR_LPCR), caller.sprHigh(SPR_LPCR));
    state.msr = MSR.ME.mask;
    state.msrHigh = MSR_HIGH.SF.mask;
    state.pc = pcLow;
    state.pcHigh = pcHigh;
    state.setGpr(3, r3Low, r3High);
    this.#stopped[cpu] = false;
    this.registersChanged(cpu);
    this.turns?.runnableChanged(cpu);
  }
  stop(cpu: number): void {
    this.#stopped[cpu] = true;
    this.turns?.runnableChanged(cpu);
    if (cpu === this.current) this.confer(undefined);
  }
  isStopped(cpu: number): boolean {
    return this.#stopped[cpu]!;
  }

  cede(cpu: number): void {
    this.state(cpu).idle = 1;
    this.engine.cpus[cpu]!.interruptsChanged();
  }
  isWaiting(cpu: number): boolean {
    return this.state(cpu).idle !== 0;
  }
  prod(cpu: number): void {
    this.state(cpu).idle = 0;
    this.engine.cpus[cpu]!.interruptsChanged();
    this.turns?.runnableChanged(cpu);
  }
  confer(to: number | undefined): void {
    this.turns?.endTurn(to);
  }
  end(kind: 'power-off' | 'reboot'): void {
    this.engine.reset(kind);
  }
}
