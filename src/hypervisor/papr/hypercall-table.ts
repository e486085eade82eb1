import type { PaprCall, PaprFunction } from './papr-call.js';

/**
 * What a call's outcome depends on. `processor`: on the calling machine's CPUs, memory and hash page table alone, so that a machine that
 * repeats another one's execution performs it as well. `machine`: on devices or the world, so that it takes the other machine's outcome.
 */
export type CallScope = 'processor' | 'machine';

/** A call that there is. */
export interface RegisteredCall {
  readonly number: number;
  readonly scope: CallScope | ((call: PaprCall) => CallScope);
  readonly perform: PaprFunction;
}

/** The hypercalls that there are, by number. Each group of calls registers its own. */
export class HypercallTable {
  readonly #calls = new Map<number, RegisteredCall>();

  /** @throws Error when the number is taken: a defect of ours */
  register(number: number, perform: PaprFunction, scope: RegisteredCall['scope'] = 'processor'): void {
    if (this.#calls.has(number)) throw new Error(`hypercall 0x${number.toString(16)} is registered twice`);
    this.#calls.set(number, { number, scope, perform });
  }

  find(number: number): RegisteredCall | undefined {
    return this.#calls.get(number);
  }
}
