import { SPR_FIELDS } from './book3e/spr-access.js';
import type { CpuModel } from './cpus/cpu-model.js';
import { extract, type Field, type Instruction } from './inst.js';

/** Bits 0:5 and 21:31 hold every opcode and nearly all of every extended opcode: 17 bits index a dense table. */
const INDEX_SIZE = 1 << 17;
/** The bits of an instruction word that `encodingKey` keeps. */
const INDEX_BITS = 0xfc0007ff;
/** Where an instruction word is found in the dense tables: bits 0:5 and 21:31 together. */
export const encodingKey = (word: number): number => ((word >>> 26) << 11) | (word & 0x7ff);

/** Handlers and table slots have 13 bits in a predecoded entry: from this number on it means something else. */
const HANDLER_LIMIT = 0x2000;

/** One handler of the interpreter: a definition with its variant fields fixed. */
export interface Handler {
  readonly instruction: Instruction;
  /** Values of the fixed fields, by field name. */
  readonly variant: ReadonlyMap<string, number>;
}

/** The fields of a definition of which the interpreter has a handler for every value. */
export function variantFields(inst: Instruction): readonly Field[] {
  const fields = inst.operands.flatMap((o) => o.fields.filter((f) => f.variant));
  return [...new Map(fields.map((f) => [f.name, f])).values()];
}
const isSprAccess = (inst: Instruction) => inst.mnemonic === 'mfspr' || inst.mnemonic === 'mtspr';
const bitCount = (mask: number) => {
  let n = 0;
  for (let v = mask; v !== 0; v &= v - 1) n++;
  return n;
};

/**
 * Finds definitions, and the interpreter's handlers for them, by instruction word, for one CPU model. Reserved bits of an
 * encoding are ignored. Where the fixed bits of one definition include those of another (lwsync and sync), the one with more
 * fixed bits is meant.
 */
export class Decoder {
  /** The definitions that the model has. */
  readonly instructions: readonly Instruction[];
  /** Handler n (from 1) is `handlers[n - 1]`; 0 stands for an illegal instruction. */
  readonly handlers: readonly Handler[];

  /** By encodingKey: 0 is illegal; n up to the number of instructions is instructions[n - 1]; beyond are candidates. */
  readonly #table = new Uint16Array(INDEX_SIZE);
  /** Several definitions under one key, those with more fixed bits first. */
  readonly #candidates: number[][] = [];
  readonly #number = new Map<Instruction, number>();
  /** First handler of each definition, and the fields that choose among the ones that follow. */
  readonly #firstHandler: number[] = [];
  readonly #variants: (readonly Field[])[] = [];
  /** Handlers of frequent SPRs: by instruction number x 1024 + SPR number. */
  readonly #sprHandlers = new Map<number, number>();

  /**
   * @param all every definition there is
   * @throws Error when two definitions of the model share an encoding and neither is more specific
   */
  constructor(
    all: readonly Instruction[],
    readonly model: CpuModel,
  ) {
    const has = (inst: Instruction) =>
      (inst.facts.needs ?? []).every((f) => model.features.has(f)) &&
      !(inst.facts.absent ?? []).some((f) => model.features.has(f)) &&
      !(inst.facts.only64 && model.width === 32);
    this.instructions = all.filter(has);
    this.instructions.forEach((inst, n) => this.#enter(inst, n + 1));
    this.handlers = this.#makeHandlers();
    if (this.handlers.length >= HANDLER_LIMIT)
      throw new Error(`${model.name}: ${this.handlers.length} handlers are more than a predecoded entry can name`);
  }

  /** The definition of an instruction word; undefined for an illegal instruction. */
  decode(word: number): Instruction | undefined {
    return this.instructions[this.#find(word) - 1];
  }

  /** Number of a definition of this model: its index in `instructions`, or -1. */
  indexOf(inst: Instruction): number {
    return (this.#number.get(inst) ?? 0) - 1;
  }

  /** Number of the handler for an instruction word; 0 for an illegal instruction. */
  handlerOf(word: number): number {
    const n = this.#find(word);
    if (n === 0) return 0;
    const inst = this.instructions[n - 1]!;
    if (isSprAccess(inst)) {
      const number = extract(word, SPR_FIELDS[0]) | (extract(word, SPR_FIELDS[1]) << 5);
      const special = this.#sprHandlers.get(n * 1024 + number);
      if (special !== undefined) return special;
    }
    let offset = 0;
    for (const f of this.#variants[n]!) offset = offset * 2 + (extract(word, f) & 1);
    return this.#firstHandler[n]! + offset;
  }

  #find(word: number): number {
    const n = this.#table[encodingKey(word)]!;
    if (n <= this.instructions.length) return n;
    return this.#candidates[n - this.instructions.length - 1]!.find((c) => this.#matches(c, word)) ?? 0;
  }
  #matches(n: number, word: number): boolean {
    const inst = this.instructions[n - 1]!;
    return (word & inst.mask) >>> 0 === inst.match;
  }

  #enter(inst: Instruction, number: number): void {
    this.#number.set(inst, number);
    const free = ~inst.mask & 0x7ff;
    for (let sub = free; ; sub = (sub - 1) & free) {
      this.#enterAt(encodingKey(inst.match | sub), number);
      if (sub === 0) return;
    }
  }
  #enterAt(key: number, number: number): void {
    const { length } = this.instructions;
    const old = this.#table[key]!;
    // A definition that fixes bits outside the key needs a look at the whole word even when it is alone.
    const wholeWord = (this.instructions[number - 1]!.mask & ~INDEX_BITS) !== 0;
    if (old === 0 && !wholeWord) {
      this.#table[key] = number;
      return;
    }
    const others = old === 0 ? [] : old <= length ? [old] : this.#candidates[old - length - 1]!;
    for (const other of others) this.#mustDiffer(number, other);
    const list = [...others, number].sort((a, b) => bitCount(this.instructions[b - 1]!.mask) - bitCount(this.instructions[a - 1]!.mask));
    const known = this.#candidates.findIndex((c) => c.length === list.length && c.every((n, k) => n === list[k]));
    this.#table[key] = length + 1 + (known >= 0 ? known : this.#candidates.push(list) - 1);
  }
  #mustDiffer(a: number, b: number): void {
    const one = this.instructions[a - 1]!;
    const two = this.instructions[b - 1]!;
    const common = one.mask & two.mask;
    if (((one.match ^ two.match) & common) !== 0) return;
    const oneIncludes = (one.mask & two.mask) >>> 0 === two.mask;
    const twoIncludes = (one.mask & two.mask) >>> 0 === one.mask;
    if (oneIncludes !== twoIncludes) return;
    throw new Error(`${one.mnemonic} and ${two.mnemonic} share an encoding: a feature must tell them apart`);
  }

  #makeHandlers(): Handler[] {
    const handlers: Handler[] = [];
    this.instructions.forEach((instruction, k) => {
      const fields = variantFields(instruction);
      this.#variants[k + 1] = fields;
      this.#firstHandler[k + 1] = handlers.length + 1;
      for (let values = 0; values < 2 ** fields.length; values++) {
        const bit = (i: number) => (values >> (fields.length - 1 - i)) & 1;
        handlers.push({ instruction, variant: new Map(fields.map((f, i) => [f.name, bit(i)])) });
      }
      if (!isSprAccess(instruction)) return;
      for (const spr of this.model.sprs.byNumber.values()) {
        if (!spr.frequent) continue;
        const [low, high] = SPR_FIELDS;
        handlers.push({
          instruction,
          variant: new Map([
            [low.name, spr.number & 31],
            [high.name, spr.number >> 5],
          ]),
        });
        this.#sprHandlers.set((k + 1) * 1024 + spr.number, handlers.length);
      }
    });
    return handlers;
  }
}
