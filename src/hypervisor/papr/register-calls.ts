import type { CpuModel } from '../../../jit/isa/cpus/index.js';
import { H_SET_DABR, H_SET_MODE, H_SET_SPRG0, H_SET_XDABR } from './call-numbers.js';
import type { Cpus } from './cpus.js';
import type { HypercallTable } from './hypercall-table.js';
import type { PaprCall } from './papr-call.js';
import { H_HARDWARE, H_P2, H_P3, H_P4, H_PARAMETER, H_RESERVED_DABR, H_SUCCESS, H_UNSUPPORTED_FLAG } from './status.js';

const SPR = { SPRG0: 272, DAWR0: 180, CIABR: 187, DAWRX0: 188, LPCR: 318, DABR: 1013, DABRX: 1015 } as const;

/** LPCR fields that H_SET_MODE sets: interrupts are taken little-endian (bit 38), and where with translation on (bits 39 and 40). */
const LPCR_ILE = 0x02000000;
const LPCR_AIL_SHIFT = 23;
const LPCR_AIL = 3 << LPCR_AIL_SHIFT;

/** Resources of H_SET_MODE. */
const RESOURCE = { ciabr: 1, dawr0: 2, interruptAddresses: 3, interruptEndianness: 4 } as const;

/** DABR without DABRX: translation on (BT), which must be set. DABRX: for problem state and for the kernel, not for the hypervisor. */
const DABR_TRANSLATION = 4;
const DABRX_GUEST = 3;
const DABRX_MASK = 0xf;
const DABRX_HYPERVISOR = 4;
/** CIABR and DAWRX privilege fields: the hypervisor's is all ones, and its own bit. */
const CIABR_PRIVILEGE = 3;
const CIABR_HYPERVISOR = 3;
const DAWRX_HYPERVISOR = 4;
/** Fields that turn watching on: no core here watches addresses, so only turning it off succeeds. */
const DABR_WATCHED = 3;
const DAWRX_WATCHED = 0x60;

/** Calls that set registers which the guest itself may not (PAPR, 14.5.4.5 and 14.11.3.8). */
export class RegisterCalls {
  readonly #hasDabr: boolean;
  readonly #hasDabrx: boolean;
  readonly #hasDawr: boolean;

  constructor(
    readonly cpus: Cpus,
    model: CpuModel,
  ) {
    this.#hasDabr = model.sprs.byNumber.has(SPR.DABR);
    this.#hasDabrx = model.sprs.byNumber.has(SPR.DABRX);
    this.#hasDawr = model.sprs.byNumber.has(SPR.DAWR0);
  }

  register(calls: HypercallTable): void {
    calls.register(H_SET_SPRG0, (call) => {
      this.cpus.state(call.cpu).setSpr(SPR.SPRG0, call.arg(0), call.argHigh(0));
      return H_SUCCESS;
    });
    calls.register(H_SET_DABR, (call) => {
      if (!this.#hasDabr) return H_HARDWARE;
      if (!this.#hasDabrx && (call.arg(0) & DABR_TRANSLATION) === 0) return H_RESERVED_DABR;
      return this.#setDabr(call, DABRX_GUEST);
    });
    calls.register(H_SET_XDABR, (call) => {
      if (!this.#hasDabr) return H_HARDWARE;
      const flags = call.arg(1);
      const kinds = flags & DABRX_MASK;
      if (kinds === 0 || kinds !== flags || (flags & DABRX_HYPERVISOR) !== 0) return H_PARAMETER;
      return this.#setDabr(call, flags);
    });
    calls.register(H_SET_MODE, (call) => this.#setMode(call));
  }

  #setDabr(call: PaprCall, flags: number): number {
    if ((call.arg(0) & DABR_WATCHED) !== 0) return H_HARDWARE;
    const state = this.cpus.state(call.cpu);
    state.setSpr(SPR.DABR, call.arg(0), call.argHigh(0));
    state.setSpr(SPR.DABRX, flags);
    this.cpus.registersChanged(call.cpu);
    return H_SUCCESS;
  }

  #setMode(call: PaprCall): number {
    const flags = call.arg(0);
    switch (call.arg(1)) {
      case RESOURCE.interruptEndianness: {
        const wrong = wanting(call, 2);
        if (wrong !== H_SUCCESS) return wrong;
        if (flags > 1) return H_UNSUPPORTED_FLAG;
        this.#setLpcr(LPCR_ILE, flags === 1 ? LPCR_ILE : 0);
        return H_SUCCESS;
      }
      case RESOURCE.interruptAddresses: {
        const wrong = wanting(call, 2);
        if (wrong !== H_SUCCESS) return wrong;
        // 1 is reserved.
        if (flags > 3 || flags === 1) return H_UNSUPPORTED_FLAG;
        this.#setLpcr(LPCR_AIL, flags << LPCR_AIL_SHIFT);
        return H_SUCCESS;
      }
      case RESOURCE.ciabr:
        if (!this.#hasDawr) return H_P2;
        if (flags !== 0) return H_UNSUPPORTED_FLAG;
        if ((call.arg(2) & CIABR_PRIVILEGE) === CIABR_HYPERVISOR) return H_P3;
        if (call.address(3) !== 0) return H_P4;
        if ((call.arg(2) & CIABR_PRIVILEGE) !== 0) return H_P2;
        return this.#setSprs(call, [[SPR.CIABR, 2]]);
      case RESOURCE.dawr0:
        if (!this.#hasDawr) return H_P2;
        if (flags !== 0) return H_UNSUPPORTED_FLAG;
        if ((call.arg(3) & DAWRX_HYPERVISOR) !== 0) return H_P4;
        if ((call.arg(3) & DAWRX_WATCHED) !== 0) return H_P2;
        return this.#setSprs(call, [[SPR.DAWR0, 2], [SPR.DAWRX0, 3]]); // prettier-ignore
      default:
        return H_P2;
    }
  }

  /** Sets SPRs of the calling CPU to arguments. */
  #setSprs(call: PaprCall, sprs: readonly (readonly [spr: number, argument: number])[]): number {
    const state = this.cpus.state(call.cpu);
    for (const [spr, n] of sprs) state.setSpr(spr, call.arg(n), call.argHigh(n));
    this.cpus.registersChanged(call.cpu);
    return H_SUCCESS;
  }

  /** The mode of interrupts is the partition's: every CPU gets it. */
  #setLpcr(field: number, value: number): void {
    const { cpus } = this;
    for (let cpu = 0; cpu < cpus.count; cpu++) {
      const state = cpus.state(cpu);
      state.setSpr(SPR.LPCR, ((state.spr(SPR.LPCR) & ~field) | value) >>> 0, state.sprHigh(SPR.LPCR));
      cpus.registersChanged(cpu);
    }
  }
}

/** Arguments from `first` on must be zero; says which is not. */
function wanting(call: PaprCall, first: number): number {
  if (call.address(first) !== 0) return H_P3;
  return call.address(first + 1) === 0 ? H_SUCCESS : H_P4;
}
