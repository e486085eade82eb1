import { MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import type { CpuState } from '../../runtime/cpu-state.js';
import type { CpuTurns } from '../../runtime/cpu-turns.js';
import type { Engine } from '../../runtime/engine.js';
import type { Cpus } from '../hypervisor/papr/cpus.js';

const SPR_LPCR = 318;

/** The CPUs of an engine, for its hypervisor. */
export class EngineCpus implements Cpus {
  onSuspended: (cpu: number) => void = () => {};
  onDispatched: (cpu: number) => void = () => {};
  readonly #suspended: boolean[];

  /**
   * All CPUs but the first are stopped.
   * @param synchronize sets a CPU's timebase to another one's: what is the machine's is not reset when a CPU is
   */
  constructor(
    readonly engine: Engine,
    private readonly turns: CpuTurns,
    private readonly synchronize: (cpu: number, other: number) => void,
  ) {
    engine.cpus.forEach((cpu) => (cpu.online = cpu.number === 0));
    this.#suspended = engine.cpus.map(() => false);
    turns.onLeft = (cpu) => this.#suspend(cpu);
    turns.onRuns = (cpu) => {
      if (!this.#suspended[cpu]) return;
      this.#suspended[cpu] = false;
      this.onDispatched(cpu);
    };
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
    this.turns.runnableChanged(cpu);
  }

  start(cpu: number, pcLow: number, pcHigh: number, r3Low: number, r3High: number): void {
    const { core } = this.engine.cpus[cpu]!;
    const { state } = core;
    const caller = this.state(this.current);
    core.reset();
    this.synchronize(cpu, this.current);
    state.setSpr(SPR_LPCR, caller.spr(SPR_LPCR), caller.sprHigh(SPR_LPCR));
    state.msr = MSR.ME.mask;
    state.msrHigh = MSR_HIGH.SF.mask;
    state.pc = pcLow;
    state.pcHigh = pcHigh;
    state.setGpr(3, r3Low, r3High);
    this.#suspended[cpu] = false;
    this.engine.cpus[cpu]!.online = true;
    this.registersChanged(cpu);
    this.turns.runnableChanged(cpu);
  }
  stop(cpu: number): void {
    this.#suspended[cpu] = true;
    this.engine.cpus[cpu]!.online = false;
    this.turns.runnableChanged(cpu);
    if (cpu === this.current) this.confer(undefined);
  }
  isStopped(cpu: number): boolean {
    return !this.engine.cpus[cpu]!.online;
  }

  cede(cpu: number): void {
    const ceding = this.engine.cpus[cpu]!;
    ceding.core.state.idle = 1;
    ceding.interruptsChanged();
    // With an interrupt pending it goes on at once.
    if (ceding.core.waiting()) this.#suspend(cpu);
  }
  isWaiting(cpu: number): boolean {
    return this.state(cpu).idle !== 0;
  }
  prod(cpu: number): void {
    this.state(cpu).idle = 0;
    this.engine.cpus[cpu]!.interruptsChanged();
    this.turns.runnableChanged(cpu);
  }
  signalSystemReset(cpu: number): void {
    this.engine.cpus[cpu]!.core.raiseSystemReset?.();
    this.turns.runnableChanged(cpu);
  }
  confer(to: number | undefined): void {
    this.turns.endTurn(to);
  }
  end(kind: 'power-off' | 'reboot'): void {
    this.engine.reset(kind);
  }

  #suspend(cpu: number): void {
    if (this.#suspended[cpu]) return;
    this.#suspended[cpu] = true;
    this.onSuspended(cpu);
  }
}
