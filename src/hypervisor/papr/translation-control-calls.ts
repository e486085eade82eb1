import { H_GET_TCE, H_PUT_TCE, H_PUT_TCE_INDIRECT, H_STUFF_TCE } from './call-numbers.js';
import type { HypercallTable } from './hypercall-table.js';
import type { PaprCall, PaprFunction } from './papr-call.js';
import type { PhysicalMemory } from './physical-memory.js';
import { H_PARAMETER, H_SUCCESS } from './status.js';
import type { TranslationControlTable } from './translation-control.js';

/** Entries that H_PUT_TCE_INDIRECT takes from one page, at most. */
const INDIRECT_ENTRIES = 512;
const PAGE = 0x1000;

/** Calls that map memory for devices (PAPR, 14.5.4.2): each names the bus, an address on it, and entries. */
export class TranslationControlCalls {
  readonly #tables = new Map<number, TranslationControlTable>();

  constructor(readonly memory: PhysicalMemory) {}

  /** Adds a bus's window. @throws Error when there is one with its number: a defect of the machine's */
  add(table: TranslationControlTable): TranslationControlTable {
    if (this.#tables.has(table.number)) throw new Error(`logical I/O bus 0x${table.number.toString(16)} exists twice`);
    this.#tables.set(table.number, table);
    return table;
  }

  register(calls: HypercallTable): void {
    const each = (number: number, pages: (call: PaprCall) => number, perform: (table: TranslationControlTable, call: PaprCall) => number): void => {
      const found: PaprFunction = (call) => {
        const table = this.#tables.get(call.address(0));
        return table?.holds(call.address(1), pages(call)) ? perform(table, call) : H_PARAMETER;
      };
      calls.register(number, found, 'machine');
    }; // prettier-ignore
    each(H_PUT_TCE, one, (table, call) => {
      table.set(call.address(1), call.arg(2), call.argHigh(2));
      return H_SUCCESS;
    });
    each(H_GET_TCE, one, (table, call) => {
      const { low, high } = table.get(call.address(1));
      call.setResult(0, low, high);
      return H_SUCCESS;
    });
    each(
      H_STUFF_TCE,
      (call) => call.address(3),
      (table, call) => {
        const pages = call.address(3);
        for (let n = 0; n < pages; n++) table.set(call.address(1) + n * table.pageSize, call.arg(2), call.argHigh(2));
        return H_SUCCESS;
      },
    );
    each(
      H_PUT_TCE_INDIRECT,
      (call) => call.address(3),
      (table, call) => {
        const list = call.address(2);
        const pages = call.address(3);
        if (pages > INDIRECT_ENTRIES || list % PAGE !== 0 || !this.memory.contains(list, PAGE)) return H_PARAMETER;
        for (let n = 0; n < pages; n++) {
          const { low, high } = this.memory.u64(list + 8 * n);
          table.set(call.address(1) + n * table.pageSize, low, high);
        }
        return H_SUCCESS;
      },
    );
  }
}

const one = (): number => 1;
