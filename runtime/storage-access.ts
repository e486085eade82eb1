import { ACCESS_FETCH, ACCESS_WRITE, EXCEPTION_MACHINE_CHECK } from '../jit/abi/exits.js';
import {
  DEVICE_ADDRESS_OFFSET, DEVICE_DATA_OFFSET, OVERLAY_MSR_MASK_OFFSET, OVERLAY_OFFSET, OVERLAY_PRESENT_OFFSET, OVERLAY_WORDS_OFFSET,
} from '../jit/abi/layout.js'; // prettier-ignore
import { MSR } from '../jit/isa/registers.js';
import type { Core, PhysicalAccess } from './core.js';
import type { EngineTrace } from './engine-trace.js';
import type { GuestMemory } from './memory.js';
import { FOR_FETCHING, FOR_READING, FOR_WRITING, type SoftTlb } from './mmu/soft-tlb.js';
import type { PredecodedPages } from './predecoded-pages.js';

/** A page that lies over what the guest's MMU maps: loads and stores of the supervisor go to it. Fetches do not. */
export interface Overlay {
  /** Effective address, unsigned, a multiple of 4096; and its upper half, unsigned. */
  readonly page: number;
  readonly pageHigh: number;
  /** Performs accesses; addresses are offsets in the page. */
  readonly access: PhysicalAccess;
  /** Its words as the native part knows them (see OVERLAY_WORDS_OFFSET), and the bits that may change in those that are the MSR. */
  readonly words: Uint32Array;
  readonly msrMask: number;
}

/** How far a region may extend: a run of effective addresses with consecutive host addresses, inside 4 GiB. */
export interface CodeExtent {
  readonly start: number;
  /** Upper half of the addresses, unsigned. */
  readonly startHigh: number;
  readonly size: number;
  readonly host: number;
}

/** What the CPU that has its turn is, as its storage accesses see it. */
export interface AccessingCpu {
  readonly core: Core;
  /** Instructions lie in the other byte order than RAM's. */
  readonly foreignEndian: boolean;
  readonly trace: EngineTrace;
  /** Told of each host address that the guest is about to write. */
  readonly onWrite: ((host: number) => void) | undefined;
  /** Instructions around an address are about to be fetched from a host page, through a guest's page of so many bytes. */
  codeMapped(ea: number, eaHigh: number, pageSize: number, hostPage: number): void;
  /** All instructions known of a host page were overwritten. */
  pageDeserted(hostPage: number): void;
  /** A device was accessed: `what` is for the statistics. */
  noteDevice(what: string): void;
}

const RESULT_FAULT = 0;
const RESULT_DEVICE = 1;

/** What the native part asks when the soft TLB has no answer: translations, predecoded pages, devices. */
export class StorageAccess {
  #overlay: Overlay | undefined;
  /** The device access that was prepared last is one to the overlay. */
  #overlaid = false;
  /** Effective address of the device access that was prepared last. */
  #deviceEa = 0;
  #deviceEaHigh = 0;
  tlbMisses = 0;

  constructor(
    readonly cpu: AccessingCpu,
    readonly memory: GuestMemory,
    readonly bus: PhysicalAccess,
    readonly softTlb: SoftTlb,
    readonly pages: PredecodedPages,
  ) {}

  /** Lays a page over the guest's own mappings, or takes it away. */
  setOverlay(overlay: Overlay | undefined): void {
    this.#overlay = overlay;
    const { u32 } = this.memory;
    u32[OVERLAY_PRESENT_OFFSET >> 2] = overlay ? 1 : 0;
    if (overlay) {
      u32[OVERLAY_OFFSET >> 2] = overlay.page;
      u32[(OVERLAY_OFFSET >> 2) + 1] = overlay.pageHigh;
      u32[OVERLAY_MSR_MASK_OFFSET >> 2] = overlay.msrMask;
      u32.set(overlay.words, OVERLAY_WORDS_OFFSET >> 2);
    }
    this.softTlb.flush();
  }

  /** Translates for a load or store; see `fill` in runtime/native/host.ts. */
  fill(ea: number, eaHigh: number, access: number): number {
    const { state, mmu } = this.cpu.core;
    const overlay = this.#overlay;
    this.#overlaid =
      overlay !== undefined && ea - (ea % 0x1000) === overlay.page && eaHigh === overlay.pageHigh && (state.msr & MSR.PR.mask) === 0;
    if (this.#overlaid) {
      this.#setDeviceAddress(ea & 0xfff);
      return RESULT_DEVICE;
    }
    const r = mmu.translate(ea, access, eaHigh);
    if (!r.ok) return this.#fault(r.exception, r.syndrome, ea, eaHigh);
    const host = this.memory.hostAddress(r.physical);
    if (host < 0) {
      this.#setDeviceAddress(r.physical);
      this.#deviceEa = ea;
      this.#deviceEaHigh = eaHigh;
      return RESULT_DEVICE;
    }
    const { onWrite } = this.cpu;
    // A page of code that has been given to data.
    if (access === ACCESS_WRITE && this.pages.isDeserted(host >>> 12)) this.cpu.pageDeserted(host >>> 12);
    if (r.pageSize >= 0x1000) {
      const addend = host - ea;
      // Stores to pages that hold code must come here. Write entries also serve loads beside a store, so that storage which can only be written has none.
      const holdsCode = this.pages.has(host >>> 12);
      const writable = r.writable && r.readable && !holdsCode;
      if (access === ACCESS_WRITE) {
        if (writable) this.softTlb.enter(state.context, FOR_WRITING, ea, addend, eaHigh);
        else if (holdsCode) this.pages.noteStore(host >>> 12);
        // Loads may follow; but a copy loop must not lose what it reads from.
        if (r.readable) this.softTlb.enterIfFree(state.context, FOR_READING, ea, addend, eaHigh);
      } else {
        if (r.readable) this.softTlb.enter(state.context, FOR_READING, ea, addend, eaHigh);
        if (writable && onWrite === undefined) this.softTlb.enterIfFree(state.context, FOR_WRITING, ea, addend, eaHigh);
      }
    }
    if (access === ACCESS_WRITE) onWrite?.(host);
    return host;
  }

  #fault(exception: number, syndrome: number, ea: number, eaHigh: number): number {
    this.tlbMisses++;
    this.cpu.trace.fault?.(ea, eaHigh, exception);
    this.cpu.core.state.setException(exception, syndrome, ea, eaHigh);
    return RESULT_FAULT;
  }

  /** Finds or makes the predecoded page of a fetch address; see `fillFetch` in runtime/native/host.ts. */
  fillFetch(ea: number, eaHigh: number): number {
    const { core, foreignEndian } = this.cpu;
    const { state, mmu } = core;
    const r = mmu.translate(ea, ACCESS_FETCH, eaHigh);
    if (!r.ok) return this.#fault(r.exception, r.syndrome, ea, eaHigh);
    const host = this.memory.hostAddress(r.physical);
    if (host < 0) {
      state.setException(EXCEPTION_MACHINE_CHECK, 0, ea, eaHigh);
      return RESULT_FAULT;
    }
    const page = host >>> 12;
    this.cpu.codeMapped(ea, eaHigh, r.pageSize, page);
    const known = this.pages.has(page);
    const predecoded = foreignEndian ? this.pages.foreignPageOf(page) : this.pages.pageOf(page);
    if (!known) this.softTlb.dropWrites(page);
    if (r.pageSize >= 0x1000) this.softTlb.enter(state.context, FOR_FETCHING, ea, predecoded, eaHigh);
    return predecoded + 2 * (ea & 0xffc);
  }

  /**
   * What is mapped around an effective address for fetching, undefined when nothing is, the page is too small to be translated, or instructions
   * lie in the other byte order than RAM's.
   */
  codeExtent(ea: number, eaHigh: number): CodeExtent | undefined {
    if (this.cpu.foreignEndian) return undefined;
    const r = this.cpu.core.mmu.translate(ea, ACCESS_FETCH, eaHigh);
    if (!r.ok || r.pageSize < 0x1000) return undefined;
    const slot = this.memory.slotAt(r.physical);
    if (!slot) return undefined;
    const offset = (ea & (r.pageSize - 1)) >>> 0;
    const physical = Math.max(r.physical - offset, slot.physical);
    const start = ea - (r.physical - physical);
    const size = Math.min(r.physical - offset + r.pageSize, slot.physical + slot.size) - physical;
    return { start, startHigh: eaHigh, size, host: slot.host + (physical - slot.physical) };
  }

  /** The instruction at an effective address, undefined where none can be fetched. */
  instructionAt(pc: number, pcHigh: number): number | undefined {
    const { core, foreignEndian } = this.cpu;
    const r = core.mmu.translate(pc, ACCESS_FETCH, pcHigh);
    const host = r.ok ? this.memory.hostAddress(r.physical) : -1;
    if (host < 0) return undefined;
    const word = this.memory.word(host);
    return foreignEndian ? reversedWord(word) : word;
  }

  // --- Devices ---
  #setDeviceAddress(physical: number): void {
    const at = DEVICE_ADDRESS_OFFSET >> 2;
    this.memory.u32[at] = physical >>> 0;
    this.memory.u32[at + 1] = Math.floor(physical / 0x1_0000_0000);
  }
  /** Who performs the device access that was prepared last. */
  #device(): PhysicalAccess {
    this.cpu.noteDevice(this.#overlaid ? 'magic page' : 'device');
    return this.#overlaid ? this.#overlay!.access : this.bus;
  }
  /** Reads `size` bytes at DEVICE_ADDRESS into DEVICE_DATA. */
  deviceRead(size: number): number {
    const device = this.#device();
    const { deviceAddress } = this.cpu.core.state;
    const at = DEVICE_DATA_OFFSET >> 2;
    this.memory.u32[at] = device.read(deviceAddress, size);
    this.memory.u32[at + 1] = 0;
    this.cpu.trace.device?.('read', deviceAddress, size, this.memory.u32[at]!);
    if (size === 8) {
      // The first word read is the more significant one.
      this.memory.u32[at + 1] = device.highWord;
    }
    return this.#answered(device);
  }
  /** Writes `size` bytes of DEVICE_DATA at DEVICE_ADDRESS. */
  deviceWrite(size: number): number {
    const device = this.#device();
    const { deviceAddress } = this.cpu.core.state;
    const at = DEVICE_DATA_OFFSET >> 2;
    const low = this.memory.u32[at]!;
    const value = size === 1 ? low & 0xff : size === 2 ? low & 0xffff : low;
    this.cpu.trace.device?.('write', deviceAddress, size, value);
    device.write(deviceAddress, size, value, this.memory.u32[at + 1]!);
    return this.#answered(device);
  }
  /** Whether a device access was one, 0 when it raised a machine check. */
  #answered(device: PhysicalAccess): number {
    const syndrome = this.cpu.core.unansweredSyndrome;
    if (device.unassigned !== true || syndrome === undefined) return 1;
    return this.#fault(EXCEPTION_MACHINE_CHECK, syndrome, this.#deviceEa, this.#deviceEaHigh);
  }
}

const reversedWord = (word: number): number => ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
