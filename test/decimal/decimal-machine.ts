/** A machine for decimal instructions: one definition after another on given registers, without a guest around it. */
import { FPSCR_HIGH_OFFSET } from '../../jit/abi/layout.js';
import { assemble64, BareCpu64 } from '../support/bare-cpu64.js';
import type { BareMode } from '../support/bare-cpu.js';

/** Where instructions lie. */
const CODE = 0x1000;
/** Of the target before: what shows that nothing was written. */
export const OLD: readonly [bigint, bigint] = [0xaaaa_aaaa_aaaa_aaaan, 0x5555_5555_5555_5555n];
const TARGET = 4;
const A = 6;
const B = 8;
const VR = 32;

/** Two doublewords: of a pair of FPRs, or of a VR. */
export type Pair = readonly [bigint, bigint];
/** Registers before an instruction: FPRs 6 and 7 (or VR 6), FPRs 8 and 9 (or VR 8), the FPSCR as `mffs` gives it. */
export interface Before {
  readonly a: Pair;
  readonly b: Pair;
  readonly fpscr: bigint;
}
/** Registers afterwards: FPRs 4 and 5 (or VR 4), the FPSCR, CR. */
export interface After {
  readonly target: Pair;
  readonly fpscr: bigint;
  readonly cr: number;
}

/** A POWER8 on which single instructions run. */
export class DecimalMachine {
  readonly cpu: BareCpu64;
  readonly #words = new Map<string, number>();

  constructor(mode: BareMode) {
    this.cpu = new BareCpu64(mode);
  }

  /** Runs one instruction, such as `dadd. 4,6,8`. */
  run(source: string, { a, b, fpscr }: Before): After {
    const { cpu } = this;
    const { state } = cpu;
    const vector = source.startsWith('bcd');
    this.#set(vector, A, a);
    this.#set(vector, B, b);
    this.#set(vector, TARGET, OLD);
    state.fpscr = Number(fpscr & 0xffffffffn);
    state.words[FPSCR_HIGH_OFFSET >> 2] = Number(fpscr >> 32n);
    state.cr = 0;
    cpu.load(CODE, [this.#word(source)]);
    cpu.run(CODE, 1);
    const high = BigInt(state.words[FPSCR_HIGH_OFFSET >> 2]!);
    return { target: this.#get(vector, TARGET), fpscr: (high << 32n) | BigInt(state.fpscr), cr: state.cr };
  }

  #word(source: string): number {
    const known = this.#words.get(source);
    if (known !== undefined) return known;
    const { bytes } = assemble64(source, CODE);
    const word = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    this.#words.set(source, word);
    return word;
  }
  #set(vector: boolean, n: number, [first, second]: Pair): void {
    if (vector) return this.cpu.setVsr(VR + n, (first << 64n) | second);
    this.cpu.setVsr(n, first << 64n);
    this.cpu.setVsr(n + 1, second << 64n);
  }
  #get(vector: boolean, n: number): Pair {
    const high = (v: bigint) => v >> 64n;
    if (!vector) return [high(this.cpu.vsr(n)), high(this.cpu.vsr(n + 1))];
    const whole = this.cpu.vsr(VR + n);
    return [high(whole), BigInt.asUintN(64, whole)];
  }
}
