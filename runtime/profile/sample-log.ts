import { PseudoRandom } from './pseudo-random.js';
import type { TimeReason } from './time-kinds.js';

/** Samples that are kept; when there are more, neighbours are merged. */
const LIMIT = 1 << 17;

/** A sample: what time went into, where in the guest, and how much. */
export interface Sample {
  readonly reason: TimeReason;
  /** Frames, the outermost first, as indices of `frames`. Empty where the place is not known. */
  readonly stack: readonly number[];
  readonly ms: number;
}

/** Samples in the order they were taken, in bounded memory. The sum of their times never changes but by what is added. */
export class SampleLog {
  /** Names of all frames. */
  readonly frames: string[] = [];
  /** Half the samples were given up so many times; of those that come, one in two to its power is kept, by chance and with the time of all. */
  thinned = 0;
  #total = 0;
  readonly #random = new PseudoRandom();
  readonly #frameNumbers = new Map<string, number>();
  readonly #stacks: number[][] = [];
  readonly #stackNumbers = new Map<string, number>();
  readonly #reasons: TimeReason[] = [];
  readonly #stackOf: number[] = [];
  readonly #ms: number[] = [];
  // Samples that become one.
  #groupReason: TimeReason | undefined;
  #groupStack: number[] = [];
  #groupMs = 0;
  #grouped = 0;

  /** @param limit samples to keep */
  constructor(readonly limit: number = LIMIT) {}

  /** Sum of all samples' times, in ms. */
  get totalMs(): number {
    return this.#total;
  }
  get length(): number {
    return this.#ms.length + (this.#groupReason ? 1 : 0);
  }

  /** Number of the frame of this name. */
  frame(name: string): number {
    let n = this.#frameNumbers.get(name);
    if (n === undefined) this.#frameNumbers.set(name, (n = this.frames.push(name) - 1));
    return n;
  }

  /** Adds a sample. Only when the log has been thinned, several go into one of them. */
  add(reason: TimeReason, stack: readonly number[], ms: number): void {
    if (!(ms > 0)) return;
    this.#total += ms;
    this.#groupMs += ms;
    if (this.#random.next() * this.#groupMs < ms) [this.#groupReason, this.#groupStack] = [reason, [...stack]];
    if (++this.#grouped >= 2 ** this.thinned) this.#endGroup();
  }

  /** What was gathered becomes a sample; one that differs from the last in its time alone goes into that. */
  #endGroup(): void {
    const [reason, ms] = [this.#groupReason, this.#groupMs];
    if (!reason) return;
    const key = this.#groupStack.join();
    let number = this.#stackNumbers.get(key);
    if (number === undefined) this.#stackNumbers.set(key, (number = this.#stacks.push(this.#groupStack) - 1));
    [this.#groupReason, this.#groupMs, this.#grouped] = [undefined, 0, 0];
    const last = this.#ms.length - 1;
    if (last >= 0 && this.#reasons[last] === reason && this.#stackOf[last] === number) {
      this.#ms[last]! += ms;
      return;
    }
    this.#reasons.push(reason);
    this.#stackOf.push(number);
    this.#ms.push(ms);
    if (this.#ms.length > this.limit) this.#thin();
  }

  /** Of each two neighbours one stays, with the time of both, as often as its own time is to that: on average each keeps its share. */
  #thin(): void {
    const n = this.#ms.length;
    let kept = 0;
    for (let k = 0; k < n; k += 2, kept++) {
      const [first, second] = [this.#ms[k]!, k + 1 < n ? this.#ms[k + 1]! : 0];
      const from = this.#random.next() * (first + second) < first ? k : k + 1;
      this.#reasons[kept] = this.#reasons[from]!;
      this.#stackOf[kept] = this.#stackOf[from]!;
      this.#ms[kept] = first + second;
    }
    this.#reasons.length = this.#stackOf.length = this.#ms.length = kept;
    this.thinned++;
  }

  /** All samples, in the order of time. */
  *samples(): Generator<Sample> {
    this.#endGroup();
    for (let k = 0; k < this.#ms.length; k++) {
      yield { reason: this.#reasons[k]!, stack: this.#stacks[this.#stackOf[k]!]!, ms: this.#ms[k]! };
    }
  }
}
