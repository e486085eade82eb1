const WORD = 0x1_0000_0000;

/** A 64-bit timebase that is ahead of the machine's ticks by an offset, as two unsigned words. */
export class Timebase {
  /** Timebase minus ticks, modulo 2^64. */
  #offsetLow = 0;
  #offsetHigh = 0;

  /**
   * The low word at a moment.
   * @param ticks of the machine: whole, exact up to 2^53
   */
  low(ticks: number): number {
    // The sum is made of low words only: a larger one would lose bits.
    return ((ticks >>> 0) + this.#offsetLow) >>> 0;
  }
  /** The high word at a moment. */
  high(ticks: number): number {
    const carry = (ticks >>> 0) + this.#offsetLow >= WORD ? 1 : 0;
    return (Math.floor(ticks / WORD) + this.#offsetHigh + carry) >>> 0;
  }
  /** Sets what it is at a moment. */
  set(high: number, low: number, ticks: number): void {
    const borrow = low >>> 0 < ticks >>> 0 ? 1 : 0;
    this.#offsetLow = (low - (ticks >>> 0)) >>> 0;
    this.#offsetHigh = (high - Math.floor(ticks / WORD) - borrow) >>> 0;
  }
}
