import type { Random } from './random.js';

/** Where streams may load and store: the end of one page. */
export interface AddressSpace {
  /** Bits of an effective address, and of a register that holds one. In 32-bit mode the upper half of a register does not matter. */
  readonly bits: 32 | 64;
  readonly registerBits: 32 | 64;
  /** The page, which the next one does not follow, and its end that is put into dumps. Effective addresses. */
  readonly page: bigint;
  readonly window: bigint;
  readonly windowSize: number;
}

const PAGE_SIZE = 0x1000;

/** A base register, and an index register that goes with it. Only update forms and multiple loads change them. */
interface Pair {
  readonly base: number;
  readonly index: number;
  /** What they hold; undefined once that is not known any more. */
  baseValue: bigint | undefined;
  indexValue: bigint | undefined;
}

/** Registers for the address of an access. */
export interface IndexedAddress {
  readonly ra: number;
  readonly rb: number;
  readonly ea: bigint;
}
export interface DisplacedAddress {
  readonly ra: number;
  readonly d: number;
  readonly ea: bigint;
}

/** How often an address does not care for the window. */
const WILD_PERCENT = 3;

/** The registers of a stream that hold addresses in the window, and what is known of them. */
export class AddressRegisters {
  readonly #pairs: Pair[];

  /** @param registers four distinct ones, none of them 0 */
  constructor(
    readonly random: Random,
    readonly space: AddressSpace,
    registers: readonly number[],
  ) {
    this.#pairs = [0, 2].map((k) => {
      // The base of the first pair is an address itself, for accesses without index.
      const far = k > 0 && random.chance(70);
      const base = this.#ea(space.window + BigInt(random.below(space.windowSize) + (far ? random.below(0xe000) - 0x7000 : 0)));
      const index = this.#ea(space.window + BigInt(this.#offset()) - base);
      return { base: registers[k]!, index: registers[k + 1]!, baseValue: this.#inRegister(base), indexValue: this.#inRegister(index) };
    });
  }

  /** Registers with their initial values. */
  values(): [register: number, value: bigint][] {
    return this.#pairs.flatMap((p): [number, bigint][] => [
      [p.base, p.baseValue!],
      [p.index, p.indexValue!],
    ]);
  }

  /** Whether an instruction that is no access may not write the register. */
  holds(register: number): boolean {
    return this.#pairs.some((p) => p.base === register || p.index === register);
  }

  /** The register has a new value. */
  changed(register: number, value: bigint | undefined): void {
    for (const p of this.#pairs) {
      if (p.base === register) p.baseValue = value;
      if (p.index === register) p.indexValue = value;
    }
  }

  /** Whether an access lies in the page. */
  allowed(ea: bigint, size: number): boolean {
    return ea >= this.space.page && ea + BigInt(size) <= this.space.page + BigInt(PAGE_SIZE);
  }

  /**
   * RA and displacement of an access; RA is 0 only where that means no register.
   * @param unit what displacements are multiples of
   */
  displaced(mayBeZero: boolean, unit = 1): DisplacedAddress {
    const { random, space } = this;
    const any = (random.below(0x10000) - 0x8000) & -unit;
    if (mayBeZero && random.chance(1)) return { ra: 0, d: any, ea: this.#ea(BigInt(any)) };
    const { base, baseValue = 0n } = random.pick(this.#pairs);
    const exact = BigInt.asIntN(space.bits, space.window + BigInt(this.#offset()) - baseValue);
    const far = exact < -0x8000n || exact > 0x7fffn;
    const d = far || random.chance(WILD_PERCENT) ? any : Number(exact) & -unit;
    return { ra: base, d, ea: this.#ea(baseValue + BigInt(d)) };
  }

  /** RA and RB of an access. */
  indexed(mayBeZero: boolean): IndexedAddress {
    const { random } = this;
    const [first] = this.#pairs;
    if (mayBeZero && random.chance(30)) return { ra: 0, rb: first!.base, ea: this.#ea(first!.baseValue ?? 0n) };
    const p = random.pick(this.#pairs);
    const ea = this.#ea((p.baseValue ?? 0n) + (p.indexValue ?? 0n));
    return random.chance(20) ? { ra: p.index, rb: p.base, ea } : { ra: p.base, rb: p.index, ea };
  }

  /** A register whose content is an address, for instructions without displacement or index. */
  alone(): { ra: number; ea: bigint } {
    const [first] = this.#pairs;
    return { ra: first!.base, ea: this.#ea(first!.baseValue ?? 0n) };
  }

  #ea(value: bigint): bigint {
    return BigInt.asUintN(this.space.bits, value);
  }
  /** An address as a register has it. */
  #inRegister(value: bigint): bigint {
    const { bits, registerBits } = this.space;
    return bits === registerBits || this.random.chance(50) ? value : value | (BigInt(this.random.word()) << 32n);
  }

  /** An offset in the window: aligned more often than not, and near the end of the page now and then. */
  #offset(): number {
    const { random, space } = this;
    const any = random.below(space.windowSize);
    if (random.chance(8)) return space.windowSize - 1 - random.below(16);
    if (space.registerBits === 64 && random.chance(35)) return any & ~15;
    return random.chance(60) ? any & ~7 : any;
  }
}
