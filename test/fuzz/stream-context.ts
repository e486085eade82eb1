/** A stream while it is drawn, and the word that is drawn at the moment. */
import { insert, type Field, type Instruction } from '../../jit/isa/inst.js';
import type { AddressRegisters } from './addresses.js';
import type { Architecture } from './architecture.js';
import type { Random } from './random.js';
import type { InitialState, TargetRegister } from './stream.js';
import { anyField } from './values.js';

/** A stream while it is drawn. */
export interface StreamContext {
  readonly arch: Architecture;
  readonly random: Random;
  readonly state: InitialState;
  readonly addresses: AddressRegisters;
  readonly length: number;
  /** Registers that are named more often than others. */
  readonly hotGprs: readonly number[];
  readonly hotFprs: readonly number[];
  readonly hotVrs: readonly number[];
  /** Number of the instruction to draw. */
  number: number;
  /** Those that may differ from what the stream begins with. */
  readonly changed: Set<TargetRegister>;
  /** XER's byte count; undefined when it is not known. */
  xerCount: number | undefined;
  /** Size and registers of the address of the stream's load with reservation, if there is one, and whether they or what it reserves may have changed. */
  reservation: { readonly size: number; readonly ra: number; readonly rb: number; stale: boolean } | undefined;
}

/** A word that was chosen. */
export interface Choice {
  readonly word: number;
  readonly to?: number;
  /** What the instruction changes in the context. */
  readonly commit?: () => void;
}

/** Fields of one word as they are chosen. */
export class Word {
  readonly commits: (() => void)[] = [];
  to: number | undefined;
  /** No valid form is possible with what is chosen already. */
  invalid = false;

  constructor(
    readonly inst: Instruction,
    readonly context: StreamContext,
    public word: number,
  ) {}

  put(f: Field, value: number): void {
    this.word = insert(this.word, { ...f, shift: 0 }, value);
  }
  get(f: Field): number {
    return (this.word >>> (31 - f.to)) & (2 ** (f.to - f.from + 1) - 1);
  }
  any(f: Field): void {
    this.put(f, anyField(this.context.random, f.to - f.from + 1));
  }
}
