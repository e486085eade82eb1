/** Draws streams: states with edge values, and instructions that have to do with each other. */
import type { Instruction } from '../../jit/isa/inst.js';
import { MSR } from '../../jit/isa/registers.js';
import { AddressRegisters } from './addresses.js';
import type { Architecture } from './architecture.js';
import { chooseWord } from './operand-choice.js';
import { Random } from './random.js';
import type { Choice, StreamContext } from './stream-context.js';
import type { InitialState, Stream, StreamInstruction } from './stream.js';
import { anyDouble, anyField, anyFpscr, anyWord, bitsOf, numberOf } from './values.js';

/** A privileged instruction only raises an exception in problem state: few are enough. */
const PRIVILEGED_PERCENT = 0.6;
/** Most instructions of one stream. */
export const LONGEST_STREAM = 8;
const ATTEMPTS = 40;
/** Conditional stores by the size of what they store. */
const CONDITIONAL_STORES: Readonly<Record<number, string>> = { 1: 'stbcx.', 2: 'sthcx.', 4: 'stwcx.', 8: 'stdcx.', 16: 'stqcx.' };

/** Draws streams from a seed. */
export class StreamGenerator {
  readonly #random: Random;
  readonly #pool: readonly Instruction[];
  readonly #likely: readonly Instruction[];
  readonly #privileged: readonly Instruction[];

  /**
   * @param only mnemonics to draw from, without suffixes; empty for all
   */
  constructor(
    readonly architecture: Architecture,
    seed: string,
    only: ReadonlySet<string>,
  ) {
    const { decoder, notDrawn } = architecture;
    this.#random = new Random(seed);
    this.#pool = decoder.instructions.filter((i) => !notDrawn.has(i.mnemonic) && (only.size === 0 || only.has(i.mnemonic)));
    this.#likely = this.#pool.filter((i) => !i.facts.privileged);
    this.#privileged = this.#pool.filter((i) => i.facts.privileged);
  }

  /** One stream of 1 to LONGEST_STREAM instructions, long ones more often. */
  next(): Stream {
    const random = this.#random;
    const length = random.chance(60) ? LONGEST_STREAM : 1 + random.below(LONGEST_STREAM);
    const numbers = shuffled(
      random,
      Array.from({ length: 12 }, (_, k) => k + 1),
    );
    const mode = this.architecture.anyMode(random);
    const addresses = new AddressRegisters(random, this.architecture.addressSpace(random, mode), numbers.slice(0, 4));
    const hotFprs = someOf(random, 6);
    const state = this.#anyState(mode, addresses, hotFprs);
    const context: StreamContext = {
      arch: this.architecture, random, state, addresses, length,
      hotGprs: Array.from({ length: 5 }, () => random.below(32)).filter((n) => !addresses.holds(n)),
      hotFprs,
      hotVrs: someOf(random, 6),
      number: 0, changed: new Set(), xerCount: state.xer & 127, reservation: undefined,
    }; // prettier-ignore
    const instructions: StreamInstruction[] = [];
    for (; context.number < length; context.number++) instructions.push(this.#instruction(context));
    return { state, instructions };
  }

  #anyState(mode: Pick<InitialState, 'msr' | 'mode64'>, addresses: AddressRegisters, hotFprs: readonly number[]): InitialState {
    const random = this.#random;
    const gpr = BigUint64Array.from({ length: 32 }, () => BigInt(anyWord(random)));
    const vsr = new BigUint64Array(128);
    for (let n = 0; n < 32; n++) vsr[2 * n] = anyDouble(random);
    relate(random, vsr, hotFprs);
    let fpscr = anyFpscr(random);
    // An exception that is enabled already is not to be raised by the return to the stream.
    if (mode.msr & MSR.FE0.mask) fpscr &= 0xff;
    const count = random.chance(80) ? random.below(20) : random.below(128);
    const state: InitialState = {
      ...mode, gpr, vsr, fpscr, fpscrHigh: 0, vscr: 0, vrsave: 0, tar: 0n, targets: {},
      cr: anyField(random, 32),
      xer: ((random.below(8) << 29) | count) >>> 0,
      lr: BigInt(anyWord(random)),
      ctr: BigInt(random.chance(50) ? random.below(3) : anyWord(random)),
      window: Uint8Array.from({ length: addresses.space.windowSize }, () =>
        random.chance(15) ? 0 : random.chance(15) ? 0xff : random.below(256),
      ),
    }; // prettier-ignore
    this.architecture.drawRegisters(random, state);
    for (const [register, value] of addresses.values()) gpr[register] = value;
    return state;
  }

  #instruction(context: StreamContext): StreamInstruction {
    for (let k = 0; k < ATTEMPTS; k++) {
      const inst = this.#mnemonic(context);
      const choice: Choice | undefined = chooseWord(inst, context);
      if (!choice) continue;
      choice.commit?.();
      return { inst, word: choice.word, ...(choice.to === undefined ? {} : { to: choice.to }) };
    }
    const nothing = 0x60000000;
    return { inst: this.architecture.decoder.decode(nothing)!, word: nothing };
  }

  #mnemonic({ reservation }: StreamContext): Instruction {
    const random = this.#random;
    // A reservation wants a conditional store.
    if (reservation && !reservation.stale && random.chance(25)) {
      const store = this.#pool.find((i) => i.mnemonic === CONDITIONAL_STORES[reservation.size]);
      if (store) return store;
    }
    const rare = this.#privileged.length > 0 && random.chance(PRIVILEGED_PERCENT);
    return random.pick(rare || this.#likely.length === 0 ? this.#privileged : this.#likely);
  }
}

function shuffled<T>(random: Random, list: T[]): T[] {
  for (let k = list.length - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [list[k], list[other]] = [list[other]!, list[k]!];
  }
  return list;
}

/** Some register numbers. */
function someOf(random: Random, count: number): number[] {
  return shuffled(
    random,
    Array.from({ length: 32 }, (_, k) => k),
  ).slice(0, count);
}

/** Sums that cancel, neighbours, and the same number twice are rare among independent ones. */
function relate(random: Random, vsr: BigUint64Array, hot: readonly number[]): void {
  const [a, b, c, d] = hot.map((n) => 2 * n) as [number, number, number, number];
  const sign = random.chance(50) ? 1n << 63n : 0n;
  if (random.chance(30)) vsr[b] = (vsr[a]! ^ sign) + BigInt(random.below(3));
  if (random.chance(30)) vsr[d] = bitsOf(numberOf(vsr[a]!) * numberOf(vsr[c]!)) ^ sign;
}
