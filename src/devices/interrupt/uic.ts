/**
 * The Universal Interrupt Controller of the IBM/AMCC 4xx chips: 32 inputs, numbered 0 (most significant bit) to 31.
 * Source: PPC405GP Embedded Processor User's Manual, section 10.5 "UIC Registers"; the 440EP has the same unit twice.
 *
 * Chips with several of them cascade: the outputs of UIC1 are inputs 30 (non-critical) and 31 (critical) of UIC0.
 */
import type { DcrDevice, InterruptLine } from '../../bus/device.js';

/** DCR numbers within the unit. */
export const UIC_DCR = { SR: 0, SRS: 1, ER: 2, CR: 3, PR: 4, TR: 5, MSR: 6, VR: 7, VCR: 8 } as const;
/** How many DCRs the unit takes; on bamboo they start at 0xC0. */
export const UIC_DCR_COUNT = 9;

const VCR = { VBA: 0xfffffffc, PRO: 0x00000001 } as const;
/** Distance between the handlers of neighbouring interrupts in the vector table, in bytes. */
const VECTOR_SPACING = 512;

/** The lines to the CPU, or to another controller. */
export interface UicOutputs {
  readonly nonCritical: InterruptLine;
  readonly critical: InterruptLine;
}

/** Which electrical level of an input means that its device wants service; the guest says the same in PR. */
export type UicWiring = 'active-high' | 'active-low';

export class Uic implements DcrDevice {
  /** Everything a snapshot holds. `level` is the electrical level of the inputs, `connected` those that have one. */
  readonly state = { sr: 0, er: 0, cr: 0, pr: 0, tr: 0, vcr: 0, level: 0, connected: 0 };

  constructor(
    readonly name: string,
    private readonly outputs: UicOutputs,
  ) {}

  /**
   * The wire to input `number` (0..31). Inputs for which this is never called stay inactive.
   * @param wiring electrical level when asserted; the guest must program PR to match, or sees it inverted
   */
  input(number: number, wiring: UicWiring = 'active-high'): InterruptLine {
    const bit = (0x80000000 >>> number) >>> 0;
    const inverted = wiring === 'active-low';
    this.state.connected = (this.state.connected | bit) >>> 0;
    if (inverted) this.state.level = (this.state.level | bit) >>> 0;
    return { set: (asserted) => this.#drive(bit, asserted !== inverted) };
  }

  /** Registers are cleared (the chip leaves most of them undefined); inputs keep their levels, outputs are negated. */
  reset(): void {
    Object.assign(this.state, { sr: 0, er: 0, cr: 0, pr: 0, tr: 0, vcr: 0 });
    this.#latchLevels();
    this.#updateOutputs();
  }

  readDcr(register: number): number {
    const { sr, er, cr, pr, tr, vcr } = this.state;
    switch (register) {
      case UIC_DCR.SR:
      case UIC_DCR.SRS:
        return sr;
      case UIC_DCR.ER:
        return er;
      case UIC_DCR.CR:
        return cr;
      case UIC_DCR.PR:
        return pr;
      case UIC_DCR.TR:
        return tr;
      case UIC_DCR.MSR:
        return (sr & er) >>> 0;
      case UIC_DCR.VR:
        return this.#vector();
      case UIC_DCR.VCR:
        return vcr;
      default:
        return 0;
    }
  }

  writeDcr(register: number, value: number): void {
    const { state } = this;
    switch (register) {
      case UIC_DCR.SR:
        state.sr = (state.sr & ~value) >>> 0;
        break;
      case UIC_DCR.SRS:
        state.sr = (state.sr | value) >>> 0;
        break;
      case UIC_DCR.ER:
        state.er = value;
        break;
      case UIC_DCR.CR:
        state.cr = value;
        break;
      case UIC_DCR.PR:
        state.pr = value;
        break;
      case UIC_DCR.TR:
        state.tr = value;
        break;
      case UIC_DCR.VCR:
        state.vcr = (value & (VCR.VBA | VCR.PRO)) >>> 0;
        break;
      default:
        return;
    }
    // A level-sensitive status bit cannot be cleared while its input is active, and a changed polarity may activate one.
    this.#latchLevels();
    this.#updateOutputs();
  }

  #drive(bit: number, high: boolean): void {
    const { state } = this;
    if (((state.level & bit) !== 0) === high) return;
    state.level = (high ? state.level | bit : state.level & ~bit) >>> 0;
    const active = ((state.pr & bit) !== 0) === high;
    // Both kinds latch on becoming active; only SR or reset clears them.
    if (!active || (state.sr & bit) !== 0) return;
    state.sr = (state.sr | bit) >>> 0;
    this.#updateOutputs();
  }

  #latchLevels(): void {
    const { state } = this;
    const active = ~(state.level ^ state.pr) & state.connected;
    state.sr = (state.sr | (active & ~state.tr)) >>> 0;
  }

  #updateOutputs(): void {
    const { sr, er, cr } = this.state;
    this.outputs.nonCritical.set((sr & er & ~cr) !== 0);
    this.outputs.critical.set((sr & er & cr) !== 0);
  }

  /** Where the handler of the most urgent critical interrupt is, 0 if none is pending (section 10.5.8). */
  #vector(): number {
    const { sr, er, cr, vcr } = this.state;
    const pending = (sr & er & cr) >>> 0;
    if (pending === 0) return 0;
    // Distance from the input of highest priority: input 0 with PRO set, else input 31.
    const distance = vcr & VCR.PRO ? Math.clz32(pending) : 31 - Math.clz32(pending & -pending);
    return ((vcr & VCR.VBA) + distance * VECTOR_SPACING) >>> 0;
  }
}
