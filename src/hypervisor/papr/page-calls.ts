import {
  H_LOGICAL_CACHE_LOAD,
  H_LOGICAL_CACHE_STORE,
  H_LOGICAL_CI_LOAD,
  H_LOGICAL_CI_STORE,
  H_LOGICAL_DCBF,
  H_LOGICAL_ICBI,
  H_LOGICAL_MEMOP,
  H_PAGE_INIT,
} from './call-numbers.js';
import type { HypercallTable } from './hypercall-table.js';
import type { PaprCall } from './papr-call.js';
import type { PhysicalMemory } from './physical-memory.js';
import { H_PARAMETER, H_SUCCESS } from './status.js';

const PAGE = 0x1000;

/** Flags of H_PAGE_INIT, in the low word (PAPR, 14.5.4.2). Caches are coherent here: theirs ask for nothing. */
const ICACHE_INVALIDATE = 0x800000;
const ICACHE_SYNCHRONIZE = 0x400000;
const ZERO_PAGE = 0x8000;
const COPY_PAGE = 0x4000;
/** Flags of the high word that say how the page will be used: cooperative memory overcommitment, nothing of which is done here. */
const PAGE_STATE_HIGH = 0xf;

/** Operations of H_LOGICAL_MEMOP. */
const MEMOP = { copy: 0, copyInverted: 1 } as const;
/** Biggest element of H_LOGICAL_MEMOP, as a power of two. */
const LARGEST_ELEMENT = 3;

const SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8]);

/** Calls that read and write memory, or devices, by their logical real addresses. */
export class PageCalls {
  constructor(readonly memory: PhysicalMemory) {}

  register(calls: HypercallTable): void {
    calls.register(H_PAGE_INIT, (call) => this.#initialize(call));
    for (const number of [H_LOGICAL_CI_LOAD, H_LOGICAL_CACHE_LOAD]) calls.register(number, (call) => this.#load(call), 'machine');
    for (const number of [H_LOGICAL_CI_STORE, H_LOGICAL_CACHE_STORE]) calls.register(number, (call) => this.#store(call), 'machine');
    for (const number of [H_LOGICAL_ICBI, H_LOGICAL_DCBF]) {
      calls.register(number, (call) => (this.memory.contains(call.address(0), 1) ? H_SUCCESS : H_PARAMETER));
    }
    calls.register(H_LOGICAL_MEMOP, (call) => this.#operate(call), 'machine');
  }

  #initialize(call: PaprCall): number {
    const { memory } = this;
    const flags = call.arg(0);
    const to = call.address(1);
    if ((flags & ~(ICACHE_INVALIDATE | ICACHE_SYNCHRONIZE | ZERO_PAGE | COPY_PAGE)) !== 0) return H_PARAMETER;
    if ((call.argHigh(0) & ~PAGE_STATE_HIGH) !== 0) return H_PARAMETER;
    if (!this.#isPage(to)) return H_PARAMETER;
    if ((flags & COPY_PAGE) !== 0) {
      const from = call.address(2);
      if (!this.#isPage(from)) return H_PARAMETER;
      memory.write(to, memory.read(from, PAGE));
    } else if ((flags & ZERO_PAGE) !== 0) memory.write(to, new Uint8Array(PAGE));
    return H_SUCCESS;
  }

  #isPage(address: number): boolean {
    return address % PAGE === 0 && this.memory.contains(address, PAGE);
  }

  #load(call: PaprCall): number {
    const size = call.address(0);
    const address = call.address(1);
    if (!SIZES.has(size) || address % size !== 0) return H_PARAMETER;
    const { low, high } = this.memory.load(address, size);
    call.setResult(0, low, high);
    return H_SUCCESS;
  }

  #store(call: PaprCall): number {
    const size = call.address(0);
    const address = call.address(1);
    if (!SIZES.has(size) || address % size !== 0) return H_PARAMETER;
    this.memory.store(address, size, call.arg(2), call.argHigh(2));
    return H_SUCCESS;
  }

  /** Copies elements, as if at once where the ranges overlap, or their ones' complement. */
  #operate(call: PaprCall): number {
    const [to, from, power, count, operation] = [0, 1, 2, 3, 4].map((n) => call.address(n)) as [number, number, number, number, number];
    if (power > LARGEST_ELEMENT || operation > MEMOP.copyInverted || count > Number.MAX_SAFE_INTEGER / 8) return H_PARAMETER;
    const size = 2 ** power;
    if (to % size !== 0 || from % size !== 0) return H_PARAMETER;
    const invert = operation === MEMOP.copyInverted ? -1 : 0;
    const descending = to > from && to < from + count * size;
    for (let k = 0; k < count; k++) {
      const offset = (descending ? count - 1 - k : k) * size;
      const { low, high } = this.memory.load(from + offset, size);
      this.memory.store(to + offset, size, (low ^ invert) >>> 0, (high ^ invert) >>> 0);
    }
    return H_SUCCESS;
  }
}
