/**
 * When samples are taken, in guest instructions: intervals are spread evenly from half the mean to one and a half of it, so that a loop whose
 * length divides the mean is not met at the same place each time. The same in every run.
 */
export class SamplePoints {
  /** Instruction count at which the next sample is due. */
  next: number;
  #random = 0x2545f491;

  /**
   * @param interval mean number of instructions between samples
   * @param start instruction count from which on samples are taken
   */
  constructor(
    public interval: number,
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
    // Marsaglia's xorshift with 32 bits: evenly distributed, and nothing like the period of a loop.
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    this.next = instructions + Math.max(1, Math.round(this.interval * (0.5 + (x >>> 0) / 2 ** 32)));
    return true;
  }
}
