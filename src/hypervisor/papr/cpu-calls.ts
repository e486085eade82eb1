import { MSR } from '../../../jit/isa/registers.js';
import { H_CEDE, H_CONFER, H_PROD, H_SIGNAL_SYS_RESET } from './call-numbers.js';
import type { Cpus } from './cpus.js';
import type { HypercallTable } from './hypercall-table.js';
import { H_PARAMETER, H_SUCCESS } from './status.js';
import type { VirtualProcessorAreas } from './virtual-processor-areas.js';

/** H_CONFER: to whoever is next. */
const ANYBODY = 0xffffffff;
/** H_SIGNAL_SYS_RESET: all CPUs, or all but the calling one; as low words of negative numbers. */
const ALL = 0xffffffff;
const ALL_OTHERS = 0xfffffffe;
const NEGATIVE = 0xffffffff;

/** Calls by which CPUs wait for one another (Power Architecture Platform Requirements, 14.11.3, shared processor partitions). */
export class CpuCalls {
  /** CPUs that were prodded while they did not wait: their next H_CEDE returns at once. */
  readonly #prodded: boolean[];

  constructor(
    readonly cpus: Cpus,
    private readonly areas: VirtualProcessorAreas,
  ) {
    this.#prodded = new Array<boolean>(cpus.count).fill(false);
  }

  register(calls: HypercallTable): void {
    const { cpus } = this;
    calls.register(H_CEDE, ({ cpu }) => this.#cede(cpu));
    calls.register(H_PROD, (call) => {
      const target = call.address(0);
      return target < cpus.count ? this.#prod(target) : H_PARAMETER;
    });
    calls.register(H_SIGNAL_SYS_RESET, (call) => this.#signalSystemReset(call.cpu, call.arg(0), call.argHigh(0)));
    calls.register(H_CONFER, (call) => this.#confer(call.cpu, call.arg(0), call.argHigh(0), call.arg(1)));
  }

  /** A CPU starts: that it was prodded before does not count. */
  started(cpu: number): void {
    this.#prodded[cpu] = false;
  }

  #cede(cpu: number): number {
    const { cpus } = this;
    const state = cpus.state(cpu);
    const { msr, msrHigh } = state;
    state.msr = msr | MSR.EE.mask;
    state.msrHigh = msrHigh;
    cpus.registersChanged(cpu);
    if (this.#prodded[cpu]) this.#prodded[cpu] = false;
    else cpus.cede(cpu);
    return H_SUCCESS;
  }

  #prod(cpu: number): number {
    const { cpus } = this;
    if (cpus.isWaiting(cpu)) cpus.prod(cpu);
    else this.#prodded[cpu] = true;
    return H_SUCCESS;
  }

  #signalSystemReset(cpu: number, target: number, targetHigh: number): number {
    const { cpus } = this;
    const all = Array.from({ length: cpus.count }, (_, n) => n);
    const single = targetHigh === 0 && target < cpus.count ? [target] : undefined;
    const several = target === ALL ? all : target === ALL_OTHERS ? all.filter((n) => n !== cpu) : undefined;
    const targets = targetHigh === NEGATIVE ? several : single;
    if (!targets) return H_PARAMETER;
    for (const n of targets) if (!cpus.isStopped(n)) cpus.signalSystemReset(n);
    return H_SUCCESS;
  }

  #confer(cpu: number, target: number, targetHigh: number, dispatches: number): number {
    const { cpus } = this;
    if (target === ANYBODY && targetHigh === ANYBODY) {
      cpus.confer(undefined);
      return H_SUCCESS;
    }
    if (targetHigh !== 0 || target >= cpus.count) return H_PARAMETER;
    // To oneself means to wait for a prod; to one that runs again meanwhile, nothing.
    if (target === cpu) {
      if (this.#prodded[cpu]) this.#prodded[cpu] = false;
      else cpus.cede(cpu);
    } else if (this.areas.dispatchCount(target) === dispatches) cpus.confer(target);
    return H_SUCCESS;
  }
}
