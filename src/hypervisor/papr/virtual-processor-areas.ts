import { H_REGISTER_VPA } from './call-numbers.js';
import type { Cpus } from './cpus.js';
import type { HypercallTable } from './hypercall-table.js';
import type { PaprCall } from './papr-call.js';
import type { PhysicalMemory } from './physical-memory.js';
import { H_PARAMETER, H_RESOURCE, H_SUCCESS } from './status.js';

/** What H_REGISTER_VPA does, in bits 16 to 18 of its flags. */
const SUBFUNCTION = {
  registerVpa: 1,
  registerLog: 2,
  registerSlbShadow: 3,
  deregisterVpa: 5,
  deregisterLog: 6,
  deregisterSlbShadow: 7,
} as const;
/** The subfunction lies in the flags' high word. */
const SUBFUNCTION_SHIFT = 45 - 32;

/** Offsets in a virtual processor area (PAPR, table of the per virtual processor area's fields). */
const VPA_SIZE = 4;
const VPA_PROCESSOR_STATUS = 9;
const VPA_LOG_MASK = 0xb8;
const VPA_DISPATCH_COUNT = 0x100;
const VPA_LOG_INDEX = 0x218;
/** In the processor's status: it is shared with others. */
const SHARED_PROCESSOR = 2;

const SMALLEST_VPA = 640;
const VPA_ALIGNMENT = 128;
const PAGE = 0x1000;
/** Of the SLB shadow buffer and the dispatch trace log: their sizes are in their second words. */
const BUFFER_SIZE = 4;
const SMALLEST_SLB_SHADOW = 8;
const LOG_ENTRY = 48;

/** Bits of VPA_LOG_MASK: which dispatches are to be noted. */
const LOG_CEDED = 1;
const LOG_PREEMPTED = 2;
/** Why a CPU was dispatched, in an entry: no particular reason. */
const DISPATCH_REASON = 7;

interface Area {
  vpa: number | undefined;
  slbShadow: number | undefined;
  log: { readonly address: number; readonly entries: number } | undefined;
  suspended: 'no' | 'ceded' | 'preempted';
}

/**
 * The areas of memory that each CPU shares with the hypervisor (PAPR, 14.11.3.2): the virtual processor area, whose dispatch count is odd
 * while the CPU does not run; the SLB shadow buffer; and the dispatch trace log.
 */
export class VirtualProcessorAreas {
  readonly #areas: Area[];

  /** @param ticks timebase */
  constructor(
    readonly cpus: Cpus,
    readonly memory: PhysicalMemory,
    private readonly ticks: () => number,
  ) {
    this.#areas = Array.from({ length: cpus.count }, () => ({ vpa: undefined, slbShadow: undefined, log: undefined, suspended: 'no' }));
    cpus.onSuspended = (cpu) => this.#suspended(cpu);
    cpus.onDispatched = (cpu) => this.#dispatched(cpu);
  }

  register(calls: HypercallTable): void {
    calls.register(H_REGISTER_VPA, (call) => this.#register(call));
  }

  /** Where a CPU's virtual processor area is. */
  vpa(cpu: number): number | undefined {
    return this.#areas[cpu]!.vpa;
  }
  /** Where a CPU's SLB shadow buffer is. */
  slbShadow(cpu: number): number | undefined {
    return this.#areas[cpu]!.slbShadow;
  }
  /** How often a CPU was suspended and dispatched; odd while it does not run. 0 without an area. */
  dispatchCount(cpu: number): number {
    const { vpa } = this.#areas[cpu]!;
    return vpa === undefined ? 0 : this.memory.u32(vpa + VPA_DISPATCH_COUNT);
  }

  /** A CPU is stopped: what it registered is forgotten. */
  forget(cpu: number): void {
    Object.assign(this.#areas[cpu]!, { vpa: undefined, slbShadow: undefined, log: undefined, suspended: 'no' });
  }

  #register(call: PaprCall): number {
    const cpu = call.address(1);
    const area = this.#areas[cpu];
    if (!area) return H_PARAMETER;
    const address = call.address(2);
    switch ((call.argHigh(0) >>> SUBFUNCTION_SHIFT) & 7) {
      case SUBFUNCTION.registerVpa:
        return this.#registerVpa(area, address);
      case SUBFUNCTION.registerSlbShadow:
        if (area.vpa === undefined) return H_RESOURCE;
        if (this.#buffer(address, SMALLEST_SLB_SHADOW) === 0 || crosses(address, this.memory.u32(address + BUFFER_SIZE)))
          return H_PARAMETER;
        area.slbShadow = address;
        return H_SUCCESS;
      case SUBFUNCTION.registerLog: {
        if (area.vpa === undefined) return H_RESOURCE;
        const size = this.#buffer(address, LOG_ENTRY);
        if (size === 0) return H_PARAMETER;
        area.log = { address, entries: Math.floor(size / LOG_ENTRY) };
        this.memory.setU64(area.vpa + VPA_LOG_INDEX, 0, 0);
        return H_SUCCESS;
      }
      case SUBFUNCTION.deregisterVpa:
        if (area.slbShadow !== undefined || area.log !== undefined) return H_RESOURCE;
        if (area.vpa !== undefined) this.#count(area.vpa, 1);
        area.vpa = undefined;
        return H_SUCCESS;
      case SUBFUNCTION.deregisterSlbShadow:
        area.slbShadow = undefined;
        return H_SUCCESS;
      case SUBFUNCTION.deregisterLog:
        area.log = undefined;
        return H_SUCCESS;
      default:
        return H_PARAMETER;
    }
  }

  #registerVpa(area: Area, address: number): number {
    const { memory } = this;
    if (address % VPA_ALIGNMENT !== 0 || !memory.contains(address, SMALLEST_VPA)) return H_PARAMETER;
    const size = memory.u16(address + VPA_SIZE);
    if (size < SMALLEST_VPA || crosses(address, size)) return H_PARAMETER;
    area.vpa = address;
    memory.setU8(address + VPA_PROCESSOR_STATUS, memory.u8(address + VPA_PROCESSOR_STATUS) | SHARED_PROCESSOR);
    // Even: whoever registers runs, unless another CPU does it for one that does not.
    this.#count(address, area.suspended === 'no' ? 0 : 1);
    return H_SUCCESS;
  }

  /** Size of a buffer that says its size itself; 0 when it is too small or not in memory. */
  #buffer(address: number, smallest: number): number {
    const { memory } = this;
    if (address % 4 !== 0 || !memory.contains(address, BUFFER_SIZE + 4)) return 0;
    const size = memory.u32(address + BUFFER_SIZE);
    return size >= smallest && memory.contains(address, size) ? size : 0;
  }

  #suspended(cpu: number): void {
    const area = this.#areas[cpu]!;
    area.suspended = this.cpus.isWaiting(cpu) ? 'ceded' : 'preempted';
    if (area.vpa !== undefined) this.#count(area.vpa, 1);
  }
  #dispatched(cpu: number): void {
    const area = this.#areas[cpu]!;
    const why = area.suspended;
    area.suspended = 'no';
    if (area.vpa === undefined) return;
    this.#count(area.vpa, 0);
    if (area.log && why !== 'no' && (this.memory.u8(area.vpa + VPA_LOG_MASK) & (why === 'ceded' ? LOG_CEDED : LOG_PREEMPTED)) !== 0) {
      this.#note(area.vpa, area.log, cpu);
    }
  }

  /** Counts on to the next odd (1) or even (0) number. */
  #count(vpa: number, parity: 0 | 1): void {
    const { memory } = this;
    const count = memory.u32(vpa + VPA_DISPATCH_COUNT);
    if ((count & 1) !== parity) memory.setU32(vpa + VPA_DISPATCH_COUNT, (count + 1) >>> 0);
  }

  /** Writes an entry into the dispatch trace log: who was dispatched, when and where. */
  #note(vpa: number, log: { readonly address: number; readonly entries: number }, cpu: number): void {
    const { memory, cpus } = this;
    const { low, high } = memory.u64(vpa + VPA_LOG_INDEX);
    const index = high * 0x1_0000_0000 + low;
    const state = cpus.state(cpu);
    const ticks = this.ticks();
    const bytes = new Uint8Array(LOG_ENTRY);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, DISPATCH_REASON);
    view.setUint16(2, cpu);
    view.setBigUint64(16, BigInt(ticks));
    view.setUint32(36, state.pc);
    view.setUint32(32, state.pcHigh);
    view.setUint32(44, state.msr);
    view.setUint32(40, state.msrHigh);
    memory.write(log.address + (index % log.entries) * LOG_ENTRY, bytes);
    memory.setU64(vpa + VPA_LOG_INDEX, (index + 1) >>> 0, Math.floor((index + 1) / 0x1_0000_0000));
  }
}

/** Whether a range reaches into another 4 KiB page. */
function crosses(address: number, size: number): boolean {
  return Math.floor(address / PAGE) !== Math.floor((address + size - 1) / PAGE);
}
