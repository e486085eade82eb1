import type { CpuState } from '../../../runtime/cpu-state.js';

const FIRST_ARGUMENT = 4;
const WORD = 0x1_0000_0000;

/** One hypercall, as who performs it sees it. Words are unsigned. */
export interface PaprCall {
  /** The calling CPU. */
  readonly cpu: number;
  /** The low word of argument n, from 0: of r(4 + n). */
  arg(n: number): number;
  argHigh(n: number): number;
  /** Argument n as a number: exact below 2^53, where all addresses and sizes that exist lie. */
  address(n: number): number;
  /** Sets result n, from 0: r(4 + n). */
  setResult(n: number, low: number, high?: number): void;
}

/** Performs a call; returns the status for r3, signed. */
export type PaprFunction = (call: PaprCall) => number;

/** A call in a CPU's registers. */
export class RegisterCall implements PaprCall {
  cpu = 0;
  #state!: CpuState;

  /** The object serves for all calls, one at a time. */
  begin(cpu: number, state: CpuState): void {
    this.cpu = cpu;
    this.#state = state;
  }
  arg(n: number): number {
    return this.#state.gpr(FIRST_ARGUMENT + n);
  }
  argHigh(n: number): number {
    return this.#state.gprHigh(FIRST_ARGUMENT + n);
  }
  address(n: number): number {
    return this.argHigh(n) * WORD + this.arg(n);
  }
  setResult(n: number, low: number, high = 0): void {
    this.#state.setGpr(FIRST_ARGUMENT + n, low, high);
  }
}
