/** Draws streams: states with edge values, and instructions that have to do with each other. */
import type { Decoder } from '../../jit/isa/decoder.js';
import { MSR } from '../../jit/isa/registers.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { AddressRegisters } from './addresses.js';
import { WINDOW_SIZE } from './layout.js';
import { chooseWord, type Choice, type StreamContext } from './operand-choice.js';
import { Random } from './random.js';
import type { InitialState, Stream, StreamInstruction } from './stream.js';
import { anyDouble, anyField, anyFpscr, anyMsr, anyWord, bitsOf, numberOf } from './values.js';

/** Not drawn, with the reason. */
export const NOT_DRAWN: ReadonlyMap<string, string> = new Map([
  ['sc', 'the driver uses it to have the state written down'],
  ['mftb', 'time passes differently'],
]);

/** A privileged instruction only raises an exception in problem state: few are enough. */
const PRIVILEGED_PERCENT = 0.6;
/** Most instructions of one stream. */
export const LONGEST_STREAM = 8;
const ATTEMPTS = 40;

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
    readonly decoder: Decoder,
    seed: string,
    only: ReadonlySet<string>,
  ) {
    this.#random = new Random(seed);
    this.#pool = decoder.instructions.filter((i) => !NOT_DRAWN.has(i.mnemonic) && (only.size === 0 || only.has(i.mnemonic)));
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
    const addresses = new AddressRegisters(random, numbers.slice(0, 4));
    const hotFprs = shuffled(
      random,
      Array.from({ length: 32 }, (_, k) => k),
    ).slice(0, 6);
    const state = anyState(random, addresses, hotFprs);
    const context: StreamContext = {
      random, state, addresses, length,
      hotGprs: Array.from({ length: 5 }, () => random.below(32)).filter((n) => !addresses.holds(n)),
      hotFprs,
      number: 0, lrChanged: false, ctrChanged: false, xerCount: state.xer & 127, reservation: undefined,
    }; // prettier-ignore
    const instructions: StreamInstruction[] = [];
    for (; context.number < length; context.number++) instructions.push(this.#instruction(context));
    return { state, instructions };
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
    return { inst: this.decoder.decode(nothing)!, word: nothing };
  }

  #mnemonic(context: StreamContext): Instruction {
    const random = this.#random;
    // A reservation wants a conditional store.
    if (context.reservation && !context.reservation.stale && random.chance(25)) {
      const store = this.#pool.find((i) => i.mnemonic === 'stwcx.');
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

function anyState(random: Random, addresses: AddressRegisters, hotFprs: readonly number[]): InitialState {
  const gpr = Uint32Array.from({ length: 32 }, () => anyWord(random));
  for (const [register, value] of addresses.values()) gpr[register] = value;
  const fpr = BigUint64Array.from({ length: 32 }, () => anyDouble(random));
  relate(random, fpr, hotFprs);
  const msr = anyMsr(random);
  let fpscr = anyFpscr(random);
  // An exception that is enabled already is not to be raised by the return to the stream.
  if (msr & MSR.FE0.mask) fpscr &= 0xff;
  const count = random.chance(80) ? random.below(20) : random.below(128);
  return {
    gpr, fpr, msr, fpscr,
    cr: anyField(random, 32),
    xer: ((random.below(8) << 29) | count) >>> 0,
    lr: anyWord(random),
    ctr: random.chance(50) ? random.below(3) : anyWord(random),
    window: Uint8Array.from({ length: WINDOW_SIZE }, () => (random.chance(15) ? 0 : random.chance(15) ? 0xff : random.below(256))),
  }; // prettier-ignore
}

/** Sums that cancel, neighbours, and the same number twice are rare among independent ones. */
function relate(random: Random, fpr: BigUint64Array, hot: readonly number[]): void {
  const [a, b, c, d] = hot as [number, number, number, number];
  const sign = random.chance(50) ? 1n << 63n : 0n;
  if (random.chance(30)) fpr[b] = (fpr[a]! ^ sign) + BigInt(random.below(3));
  if (random.chance(30)) fpr[d] = bitsOf(numberOf(fpr[a]!) * numberOf(fpr[c]!)) ^ sign;
}
