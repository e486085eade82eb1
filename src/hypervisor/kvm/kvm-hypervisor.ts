import { EXCEPTION_NONE, EXCEPTION_PRIVILEGED } from '../../../jit/abi/exits.js';
import type { MagicRegisters } from '../../../jit/ir/magic-page.js';
import { MSR } from '../../../jit/isa/registers.js';
import type { Engine } from '../../../runtime/engine.js';
import { MagicPage, magicMsrMask } from '../../../runtime/paravirt/magic-page.js';
import {
  EV_IDLE,
  EV_SUCCESS,
  EV_UNIMPLEMENTED,
  KVM_FEATURE_MAGIC_PAGE,
  KVM_HC_FEATURES,
  KVM_HC_PPC_MAP_MAGIC_PAGE,
  KVM_MAGIC_FEAT_MAS0_TO_SPRG7,
} from './hypercall-numbers.js';

/** A hypercall that a guest made, for those who watch it. Values are unsigned low words. */
export interface Hypercall {
  /** r11: vendor << 16 | call. */
  readonly number: number;
  /** r3 to r10. */
  readonly parameters: readonly number[];
  /** r3 afterwards. */
  readonly result: number;
}

/** Where the magic page is mapped. */
export interface MagicPageMapping {
  /** Effective address, with translation on. */
  readonly effective: number;
  /** Real address, with translation off (Book E has no such state). */
  readonly real: number;
  /** The guest's flags: bit 0, it sees to the page's not being executable by itself. */
  readonly flags: number;
}

const PAGE = 0xfffff000;
const FLAGS = 0xfff;

/**
 * What a guest reaches as KVM's paravirtual interface, for one CPU: hypercalls and the magic page. There is no hypervisor beneath; the page
 * only lets guests that were taught to avoid privileged instructions do so.
 */
export class KvmHypervisor {
  readonly page: MagicPage;
  /** MSR bits that a guest may change in the page. */
  readonly msrMask: number;
  #mapping: MagicPageMapping | undefined;

  /**
   * @param registers whose registers the page shows
   * @param onHypercall told of each call when it is done
   */
  constructor(
    private readonly engine: Engine,
    private readonly registers: MagicRegisters,
    private readonly onHypercall: (call: Hypercall) => void,
  ) {
    const { core, memory } = engine;
    this.msrMask = magicMsrMask(core.model);
    this.page = new MagicPage(core.state, memory.u32, { registers, msrMask: this.msrMask }, core.model.width);
    engine.onHypercall = () => this.#hypercall();
    core.mayDeliver = () => this.#mapping === undefined || !this.page.critical;
  }

  /** Where the page is mapped, undefined before the guest asks for it. */
  get mapping(): MagicPageMapping | undefined {
    return this.#mapping;
  }

  /** @returns the exception to deliver instead, or EXCEPTION_NONE */
  #hypercall(): number {
    const { state } = this.engine.core;
    if (state.msr & MSR.PR.mask) return EXCEPTION_PRIVILEGED;
    const call = { number: state.gpr(11), parameters: Array.from({ length: 8 }, (_, n) => state.gpr(3 + n)) };
    state.pc += 4;
    const result = this.#perform(call.number);
    state.setGpr(3, result);
    this.onHypercall({ ...call, result });
    return EXCEPTION_NONE;
  }

  #perform(number: number): number {
    const { engine } = this;
    const { state } = engine.core;
    switch (number) {
      case KVM_HC_FEATURES:
        state.setGpr(4, KVM_FEATURE_MAGIC_PAGE);
        return EV_SUCCESS;
      case KVM_HC_PPC_MAP_MAGIC_PAGE: {
        const [address, real] = [state.gpr(3), state.gpr(4)];
        this.#map({ effective: (address & PAGE) >>> 0, real: (real & PAGE) >>> 0, flags: address & FLAGS }, state.gprHigh(3) | 0);
        state.setGpr(4, KVM_MAGIC_FEAT_MAS0_TO_SPRG7);
        return EV_SUCCESS;
      }
      case EV_IDLE:
        state.idle = 1;
        engine.interruptsChanged();
        return EV_SUCCESS;
      default:
        return EV_UNIMPLEMENTED;
    }
  }

  #map(mapping: MagicPageMapping, pageHigh: number): void {
    const { engine, registers } = this;
    this.#mapping = mapping;
    const page = mapping.effective;
    // Code that was translated for the page where it is already stays good.
    const { magicPage } = engine.assumptions;
    if (magicPage?.page === page && magicPage.pageHigh === pageHigh) return;
    const { msrMask } = this;
    engine.setOverlay({ page, pageHigh: pageHigh >>> 0, access: this.page, words: this.page.nativeWords, msrMask });
    engine.setAssumptions({ ...engine.assumptions, magicPage: { page, pageHigh, registers, msrMask } });
  }
}
