import type { InterruptLine } from '../../bus/device.js';

/** Number of interprocessor interrupts. */
export const IPI = 2;
const NONE = 0xff;

/**
 * One CPU's interrupt presentation controller: it presents the most favoured interrupt that is offered to it and rejects the others
 * (PAPR, 6.2.3 and the XIRR, CPPR and MFRR registers there).
 */
export class PresentationController {
  #priority = 0;
  /** Number of the presented interrupt, 0 for none, and its priority. */
  #presented = 0;
  #presentedPriority = NONE;
  #ipiPriority = NONE;

  /**
   * @param output asserted while an interrupt is presented
   * @param reject told of the numbers of interrupts that are not presented, or no longer
   */
  constructor(
    private readonly output: InterruptLine,
    private readonly reject: (number: number) => void,
  ) {}

  /** CPPR in the most significant byte, below it the number of the presented interrupt. */
  get xirr(): number {
    return ((this.#priority << 24) | this.#presented) >>> 0;
  }
  get mfrr(): number {
    return this.#ipiPriority;
  }

  /** An interrupt is offered. */
  offer(number: number, priority: number): void {
    if (priority >= this.#priority || (this.#presented !== 0 && this.#presentedPriority <= priority)) return this.reject(number);
    this.#present(number, priority);
  }

  /** Sets CPPR. Returns whether there may be room for interrupts that were rejected. */
  setPriority(priority: number): boolean {
    const before = this.#priority;
    this.#priority = priority;
    const presented = this.#presented;
    if (presented !== 0 && this.#presentedPriority >= priority) {
      this.#withdraw();
      this.reject(presented);
    }
    this.#offerIpi();
    return priority > before;
  }

  /** Sets MFRR: asks for an interprocessor interrupt of this priority. One that is presented stays so. */
  setIpiPriority(priority: number): void {
    this.#ipiPriority = priority;
    this.#offerIpi();
  }

  /** Takes the presented interrupt; returns XIRR from before. */
  accept(): number {
    const { xirr } = this;
    if (this.#presented !== 0) {
      this.#priority = this.#presentedPriority;
      this.#withdraw();
    }
    return xirr;
  }

  reset(): void {
    this.#priority = 0;
    this.#ipiPriority = NONE;
    this.#withdraw();
  }

  #offerIpi(): void {
    if (this.#ipiPriority >= this.#priority || (this.#presented !== 0 && this.#presentedPriority <= this.#ipiPriority)) return;
    this.#present(IPI, this.#ipiPriority);
  }
  #present(number: number, priority: number): void {
    const displaced = this.#presented;
    this.#presented = number;
    this.#presentedPriority = priority;
    if (displaced !== 0) this.reject(displaced);
    this.output.set(true);
  }
  #withdraw(): void {
    this.#presented = 0;
    this.#presentedPriority = NONE;
    this.output.set(false);
  }
}
