import type { VirtualTerminal } from '../../devices/serial/virtual-terminal.js';
import { H_GET_TERM_CHAR, H_PUT_TERM_CHAR, H_VIO_SIGNAL } from './call-numbers.js';
import type { HypercallTable } from './hypercall-table.js';
import { H_PARAMETER, H_SUCCESS } from './status.js';

/** Characters that fit into the two registers of a call. */
const MOST_CHARACTERS = 16;

/**
 * Calls for virtual terminals (PAPR, 16.6.2): characters go in r6 and r7 or come in r5 and r6, the first in the most significant byte.
 * @param terminals by unit address
 */
export function registerTerminalCalls(calls: HypercallTable, terminals: ReadonlyMap<number, VirtualTerminal>): void {
  // Programs that have read no device tree yet name 0 and mean the first there is.
  const [earliest] = terminals.values();
  const terminalAt = (unit: number) => terminals.get(unit) ?? (unit === 0 ? earliest : undefined);
  calls.register(
    H_PUT_TERM_CHAR,
    (call) => {
      const terminal = terminalAt(call.address(0));
      const length = call.address(1);
      if (!terminal || length > MOST_CHARACTERS) return H_PARAMETER;
      const bytes = new Uint8Array(MOST_CHARACTERS);
      const view = new DataView(bytes.buffer);
      [call.argHigh(2), call.arg(2), call.argHigh(3), call.arg(3)].forEach((word, n) => view.setUint32(4 * n, word));
      terminal.put(bytes.subarray(0, length));
      return H_SUCCESS;
    },
    'machine',
  );
  calls.register(
    H_GET_TERM_CHAR,
    (call) => {
      const terminal = terminalAt(call.address(0));
      if (!terminal) return H_PARAMETER;
      const taken = terminal.take(MOST_CHARACTERS);
      const bytes = new Uint8Array(MOST_CHARACTERS);
      bytes.set(taken);
      const view = new DataView(bytes.buffer);
      call.setResult(0, taken.length);
      call.setResult(1, view.getUint32(4), view.getUint32(0));
      call.setResult(2, view.getUint32(12), view.getUint32(8));
      return H_SUCCESS;
    },
    'machine',
  );
  // A terminal's interrupt cannot be disabled here: the guest masks it in the interrupt controller.
  calls.register(H_VIO_SIGNAL, (call) => (terminals.has(call.address(0)) && call.address(1) <= 1 ? H_SUCCESS : H_PARAMETER), 'machine');
}
