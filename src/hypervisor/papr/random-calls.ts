import { H_GET_CPU_CHARACTERISTICS, H_RANDOM } from './call-numbers.js';
import type { HypercallTable } from './hypercall-table.js';
import { H_SUCCESS } from './status.js';

/**
 * Behaviours of H_GET_CPU_CHARACTERISTICS, in the high word: the guest need not flush the L1 data cache on kernel entry (bit 7) or after
 * access to user memory (bit 8), nor put barriers behind stores (bit 9). Instructions are executed in order here, so there is nothing
 * that mitigations would keep from leaking.
 */
const NO_MITIGATIONS_HIGH = 0x01c00000;

/**
 * H_RANDOM, and which mitigations against speculation the guest needs.
 * @param random unsigned 32-bit random numbers
 */
export function registerRandomCalls(calls: HypercallTable, random: () => number): void {
  calls.register(
    H_RANDOM,
    (call) => {
      call.setResult(0, random(), random());
      return H_SUCCESS;
    },
    'machine',
  );
  calls.register(H_GET_CPU_CHARACTERISTICS, (call) => {
    call.setResult(0, 0);
    call.setResult(1, 0, NO_MITIGATIONS_HIGH);
    return H_SUCCESS;
  });
}
