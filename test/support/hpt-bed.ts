import { createHash } from 'node:crypto';
import { HptCalls } from '../../src/hypervisor/papr/hpt-calls.js';
import { HypercallTable } from '../../src/hypervisor/papr/hypercall-table.js';
import type { PaprCall } from '../../src/hypervisor/papr/papr-call.js';
import { HashPageTable } from '../../runtime/mmu/hash64/hash-page-table.js';
import { Hash64Bed, high, low, wide } from './hash64.js';

const FIRST = 4;

/** A hash page table with its hypercalls, RAM up to `ramBytes` that remembers what is written to it, and the MMUs of two CPUs. */
export class HptBed {
  readonly table: HashPageTable;
  readonly calls: HptCalls;
  readonly cpus: readonly [Hash64Bed, Hash64Bed];
  readonly written: { address: number; bytes: Uint8Array }[] = [];
  /** r4 to r12. */
  readonly registers = new BigUint64Array(9);
  readonly #calls = new HypercallTable();
  readonly #call: PaprCall;

  constructor(
    readonly shift = 18,
    readonly ramBytes = 0x1000_0000,
    largestShift?: number,
  ) {
    this.table = new HashPageTable(shift);
    this.cpus = [new Hash64Bed(shift, 0, this.table), new Hash64Bed(shift, 1, this.table)];
    const memory = {
      contains: (address: number, size: number) => address + size <= this.ramBytes,
      write: (address: number, bytes: Uint8Array) => void this.written.push({ address, bytes }),
    };
    this.calls = new HptCalls(this.table, memory, largestShift);
    this.calls.register(this.#calls);
    const { registers } = this;
    this.#call = {
      cpu: 0,
      arg: (n) => low(registers[n]!),
      argHigh: (n) => high(registers[n]!),
      address: (n) => Number(registers[n]!),
      setResult: (n, lowWord, highWord = 0) => void (registers[n] = wide(lowWord, highWord)),
    };
  }

  /** Performs a call as a guest does: arguments from r4 on; returns r3. */
  call(number: number, ...args: bigint[]): number {
    this.registers.fill(0x5555_5555_5555_5555n);
    args.forEach((value, n) => (this.registers[n] = BigInt.asUintN(64, value)));
    const found = this.#calls.find(number);
    if (!found) throw new Error(`no call ${number}`);
    if (found.scope !== 'processor') throw new Error('the outcome depends on the machine only');
    return found.perform(this.#call);
  }

  /** Register r4 and those behind it. */
  result(n: number): bigint {
    return this.registers[n - FIRST]!;
  }

  first(entry: number): bigint {
    return wide(this.table.word(entry, 1), this.table.word(entry, 0));
  }
  second(entry: number): bigint {
    return wide(this.table.word(entry, 3), this.table.word(entry, 2));
  }
  /** A number for all that is in the table. */
  image(): string {
    return createHash('sha256').update(this.table.words).digest('hex');
  }
}
