/** Numbers from 0 up to 1 that look like chance and are the same in every run: Marsaglia's xorshift with 32 bits. */
export class PseudoRandom {
  #x = 0x2545f491;

  next(): number {
    let x = this.#x;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#x = x;
    return (x >>> 0) / 2 ** 32;
  }
}
