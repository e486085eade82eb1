import type { CpuState } from '../../../runtime/cpu-state.js';

/**
 * The CPUs of a machine as the hypervisor reaches them. CPUs are numbered from 0; their numbers are their interrupt servers'. While a call is
 * performed, no CPU executes.
 */
export interface Cpus {
  readonly count: number;
  /** The CPU whose call is being performed. */
  readonly current: number;
  state(cpu: number): CpuState;
  /** MSR, LPCR or an SPR of this CPU was changed in its state: what derives from them is to be computed anew. */
  registersChanged(cpu: number): void;
  /** Drives the CPU's external interrupt input. */
  setExternal(cpu: number, asserted: boolean): void;
  /**
   * Starts a CPU that is stopped: reset state, MSR[SF] and MSR[ME] set and nothing else, the given PC and r3, interrupts as the calling CPU's
   * LPCR has them.
   */
  start(cpu: number, pcLow: number, pcHigh: number, r3Low: number, r3High: number): void;
  /** Stops a CPU for good, or until it is started again. */
  stop(cpu: number): void;
  isStopped(cpu: number): boolean;
  /** The CPU waits until an interrupt that its MSR enables is pending, or until it is prodded; MSR[EE] is set already. */
  cede(cpu: number): void;
  /** Whether a CPU waits because of `cede`. */
  isWaiting(cpu: number): boolean;
  /** Ends the CPU's waiting. */
  prod(cpu: number): void;
  /** The CPU takes a system reset interrupt, whatever its MSR says; one that waits goes on there. */
  signalSystemReset(cpu: number): void;
  /** Ends the current CPU's turn. @param to the CPU to run next, if it can run */
  confer(to: number | undefined): void;
  /** Ends the run: the guest switched the machine off, or wants it to start again. */
  end(kind: 'power-off' | 'reboot'): void;
  /**
   * Told when a CPU that ran will not go on at once: it waits, or its turn is over. Set by the hypervisor.
   */
  onSuspended: (cpu: number) => void;
  /** Told before a suspended CPU executes again. Set by the hypervisor. */
  onDispatched: (cpu: number) => void;
}
