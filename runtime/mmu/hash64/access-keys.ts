import type { CpuState } from '../../cpu-state.js';

const SPR_AMR = 29;
const SPR_IAMR = 61;
/** Contexts name sets by six bits; 0 is not used. */
const LAST_SET = 63;

/**
 * The virtual page class keys that a CPU's AMR and IAMR allow (ISA 2.07 Book III-S 5.7.13), and numbers for pairs of their values: kernels
 * switch between a few of them at each entry and exit.
 */
export class AccessKeys {
  /** By number: AMR low and high word, IAMR low and high word. */
  readonly #sets = new Uint32Array(4 * (LAST_SET + 1));
  #used = 1;
  #victim = 1;
  #current = 1;

  /** @param forgotten told the number of a set that makes room for another one: what was translated under it is void */
  constructor(
    private readonly state: CpuState,
    private readonly forgotten: (set: number) => void,
  ) {}

  /** The number, 1 to 63, of the set that AMR and IAMR make now. */
  current(): number {
    if (this.#isNow(this.#current)) return this.#current;
    for (let n = 1; n <= this.#used; n++) if (this.#isNow(n)) return (this.#current = n);
    if (this.#used < LAST_SET) this.#current = ++this.#used;
    else {
      this.#current = this.#victim;
      this.#victim = (this.#victim % LAST_SET) + 1;
      this.forgotten(this.#current);
    }
    const { state } = this;
    const at = 4 * this.#current;
    this.#sets[at] = state.spr(SPR_AMR);
    this.#sets[at + 1] = state.sprHigh(SPR_AMR);
    this.#sets[at + 2] = state.spr(SPR_IAMR);
    this.#sets[at + 3] = state.sprHigh(SPR_IAMR);
    return this.#current;
  }

  #isNow(set: number): boolean {
    const { state } = this;
    const sets = this.#sets;
    const at = 4 * set;
    return (
      sets[at] === state.spr(SPR_AMR) &&
      sets[at + 1] === state.sprHigh(SPR_AMR) &&
      sets[at + 2] === state.spr(SPR_IAMR) &&
      sets[at + 3] === state.sprHigh(SPR_IAMR)
    );
  }

  /** The pair of AMR bits of a key: 1 no loads, 2 no stores. */
  data(key: number): number {
    return pairOf(this.state, SPR_AMR, key);
  }
  /** The pair of IAMR bits of a key: 1 no fetches. */
  instruction(key: number): number {
    return pairOf(this.state, SPR_IAMR, key);
  }
}

/** Bits 2 key and 2 key + 1 of a register, as the manual numbers them. */
function pairOf(state: CpuState, spr: number, key: number): number {
  const word = key < 16 ? state.sprHigh(spr) : state.spr(spr);
  return (word >>> (2 * (15 - (key & 15)))) & 3;
}
