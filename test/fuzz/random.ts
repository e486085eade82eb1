/** A repeatable generator of random numbers (xorshift128), seeded by a text. */
export class Random {
  readonly #s = new Int32Array(4);

  constructor(seed: string) {
    for (let k = 0; k < 4; k++)
      this.#s[k] = [...`${k}/${seed}`].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 0x01000193), 0x811c9dc5) | 1;
    // Seeds that differ little begin alike.
    for (let k = 0; k < 16; k++) this.word();
  }

  /** 32 random bits, unsigned. */
  word(): number {
    const s = this.#s;
    let t = s[3]!;
    t ^= t << 11;
    t ^= t >>> 8;
    s[3] = s[2]!;
    s[2] = s[1]!;
    s[1] = s[0]!;
    s[0] = t ^ s[0]! ^ (s[0]! >>> 19);
    return s[0] >>> 0;
  }
  /** A number in 0..n-1. */
  below(n: number): number {
    return Math.floor((this.word() / 0x1_0000_0000) * n);
  }
  /** True `percent` times out of a hundred. */
  chance(percent: number): boolean {
    return this.below(1000) < percent * 10;
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
