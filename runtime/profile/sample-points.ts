import { PseudoRandom } from './pseudo-random.js';

/**
 * When samples are taken, in guest instructions: intervals are spread evenly from half the mean to one and a half of it, so that a loop whose
 * length divides the mean is not met at the same place each time. The same in every run.
 */
export class SamplePoints {
  /** Instruction count at which the next sample is due. */
  next: number;
  readonly #random = new PseudoRandom();

  /**
   * @param interval mean number of instructions between samples
   * @param start instruction count from which on samples are taken
   */
  constructor(
    readonly interval: number,
    start: number,
  ) {
    this.next = start;
    this.advance(start);
  }

  /** Instructions from a count until the next sample, at least 1. */
  left(instructions: number): number {
    return Math.max(1, this.next - instructions);
  }

  /** Whether a sample is due at an instruction count; the next one then follows. */
  advance(instructions: number): boolean {
    if (instructions < this.next) return false;
    this.next = instructions + Math.max(1, Math.round(this.interval * (0.5 + this.#random.next())));
    return true;
  }
}
