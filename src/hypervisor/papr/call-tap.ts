import type { CpuState } from '../../../runtime/cpu-state.js';

/** Stands between a CPU's hypercalls and the devices they reach: in lockstep, one machine performs a call and the other takes its outcome. */
export interface CallTap {
  /**
   * @param number of the call
   * @param state the calling CPU's, with the arguments; afterwards with the results
   * @param really performs the call and returns its status
   * @returns the status that the guest gets
   */
  perform(number: number, state: CpuState, really: () => number): number;
}

/** Performs every call. */
export const DIRECT_CALLS: CallTap = { perform: (_number, _state, really) => really() };
