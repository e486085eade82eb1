import { WINDOW, WINDOW_SIZE } from './layout.js';
import type { Random } from './random.js';

/** A base register, and an index register that goes with it. Only update forms and multiple loads change them. */
interface Pair {
  readonly base: number;
  readonly index: number;
  /** What they hold; undefined once that is not known any more. */
  baseValue: number | undefined;
  indexValue: number | undefined;
}

/** Registers for the address of an access. */
export interface IndexedAddress {
  readonly ra: number;
  readonly rb: number;
  readonly ea: number;
}
export interface DisplacedAddress {
  readonly ra: number;
  readonly d: number;
  readonly ea: number;
}

/** How often an address does not care for the window. */
const WILD_PERCENT = 3;

/** The registers of a stream that hold addresses in the window, and what is known of them. */
export class AddressRegisters {
  readonly #pairs: Pair[];

  /** @param registers four distinct ones, none of them 0 */
  constructor(
    readonly random: Random,
    registers: readonly number[],
  ) {
    this.#pairs = [0, 2].map((k) => {
      // The base of the first pair is an address itself, for accesses without index.
      const far = k > 0 && random.chance(70);
      const baseValue = (WINDOW + random.below(WINDOW_SIZE) + (far ? random.below(0xe000) - 0x7000 : 0)) >>> 0;
      return { base: registers[k]!, index: registers[k + 1]!, baseValue, indexValue: (WINDOW + this.#offset() - baseValue) >>> 0 };
    });
  }

  /** Registers with their initial values. */
  values(): [register: number, value: number][] {
    return this.#pairs.flatMap((p): [number, number][] => [
      [p.base, p.baseValue!],
      [p.index, p.indexValue!],
    ]);
  }

  /** Whether an instruction that is no access may not write the register. */
  holds(register: number): boolean {
    return this.#pairs.some((p) => p.base === register || p.index === register);
  }

  /** The register has a new value. */
  changed(register: number, value: number | undefined): void {
    for (const p of this.#pairs) {
      if (p.base === register) p.baseValue = value;
      if (p.index === register) p.indexValue = value;
    }
  }

  /** RA and D of an access; RA is 0 only where that means no register. */
  displaced(mayBeZero: boolean): DisplacedAddress {
    const { random } = this;
    const any = random.below(0x10000) - 0x8000;
    if (mayBeZero && random.chance(1)) return { ra: 0, d: any, ea: any >>> 0 };
    const { base, baseValue = 0 } = random.pick(this.#pairs);
    const exact = WINDOW + this.#offset() - baseValue;
    const d = exact < -0x8000 || exact > 0x7fff || random.chance(WILD_PERCENT) ? any : exact;
    return { ra: base, d, ea: (baseValue + d) >>> 0 };
  }

  /** RA and RB of an access. */
  indexed(mayBeZero: boolean): IndexedAddress {
    const { random } = this;
    const [first] = this.#pairs;
    if (mayBeZero && random.chance(30)) return { ra: 0, rb: first!.base, ea: first!.baseValue ?? 0 };
    const p = random.pick(this.#pairs);
    const ea = ((p.baseValue ?? 0) + (p.indexValue ?? 0)) >>> 0;
    return random.chance(20) ? { ra: p.index, rb: p.base, ea } : { ra: p.base, rb: p.index, ea };
  }

  /** A register whose content is an address, for instructions without displacement or index. */
  alone(): { ra: number; ea: number } {
    const [first] = this.#pairs;
    return { ra: first!.base, ea: first!.baseValue ?? 0 };
  }

  /** An offset in the window: aligned more often than not, and near the end of the page now and then. */
  #offset(): number {
    const { random } = this;
    const any = random.below(WINDOW_SIZE);
    if (random.chance(8)) return WINDOW_SIZE - 1 - random.below(16);
    return random.chance(60) ? any & ~7 : any;
  }
}
