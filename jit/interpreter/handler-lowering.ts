import { nextAddressType, type FunctionName } from '../abi/functions.js';
import { EXIT_EXCEPTION, EXIT_RESYNC, RETURN_EXIT } from '../abi/exits.js';
import {
  CONTEXT_OFFSET,
  CR_OFFSET,
  EXCEPTION_OFFSET,
  EXCEPTION_SYNDROME_OFFSET,
  EXIT_REASON_OFFSET,
  FPR_OFFSET,
  GPR_OFFSET,
  VSR_OFFSET,
  XER_SO_OFFSET,
} from '../abi/layout.js';
import type { BuildContext } from '../ir/build-context.js';
import { IrBuilder } from '../ir/builder.js';
import { variableOffset, variableType } from '../ir/variable-offset.js';
import { BANK_CR, BANK_FPR, BANK_GPR, I32, I64, Ir, type IrType, Op } from '../ir/ir.js';
import type { Instruction } from '../isa/inst.js';
import { loadOf, storeOf, type LoweringTarget } from '../lower/lowering.js';
import { StorageLowering } from '../lower/storage-lowering.js';
import { LOAD, STORE, W, WASM_I32, type WasmModuleSink, type WasmSink } from '../lower/wasm.js';

/** Parameters of a handler. */
const WORD = 0;
const CIA = 1;

/**
 * Lowers one handler: (instruction word, CIA) → next instruction address, with RETURN_EXIT when the run loop must act. All registers are in
 * memory, operand fields are extracted from the word.
 */
class HandlerLowering extends StorageLowering {
  protected readonly readSlow: FunctionName = 'readSlowInterpreter';
  protected readonly writeSlow: FunctionName = 'writeSlowInterpreter';
  #resync = false;
  #branched = false;

  all(): void {
    this.range(0, this.ir.length);
    if (!this.#branched) {
      this.#next();
      this.#leaveIfResync();
      this.sink.return();
    }
    this.sink.unreachable();
  }

  /** Pushes CIA + 4. */
  #next(): void {
    this.cia();
    if (this.target.width === 64) {
      this.sink.const64(4, 0);
      this.sink.op(W.i64add);
    } else {
      this.sink.const32(4);
      this.sink.op(W.i32add);
    }
  }
  /** Marks the address on the stack as an exit. */
  #mark(): void {
    if (this.target.width === 64) {
      this.sink.const64(RETURN_EXIT, 0);
      this.sink.op(W.i64or);
    } else {
      this.sink.const32(RETURN_EXIT);
      this.sink.op(W.i32or);
    }
  }
  #leaveIfResync(): void {
    if (!this.#resync) return;
    this.#store32(EXIT_REASON_OFFSET, EXIT_RESYNC);
    this.#mark();
  }
  #store32(offset: number, value: number): void {
    this.sink.const32(0);
    this.sink.const32(value);
    this.sink.store(STORE.i32, offset);
  }

  protected context(): void {
    this.sink.const32(0);
    this.sink.load(LOAD.i32, CONTEXT_OFFSET);
  }
  #typeOf(v: number): IrType {
    return variableType(v, this.target.width === 64 ? I64 : I32);
  }
  protected getVariable(v: number): void {
    this.sink.const32(0);
    this.sink.load(loadOf(this.#typeOf(v)), variableOffset(v));
  }
  protected setVariable(v: number, value: () => void): void {
    this.sink.const32(0);
    value();
    this.sink.store(storeOf(this.#typeOf(v)), variableOffset(v));
  }
  /** Pushes the offset of a register of a bank with a run-time number; returns the bank's address. */
  #bank(bank: number, index: number): number {
    this.value(index);
    const shift = bank === BANK_GPR ? 3 : bank === BANK_CR ? 2 : 4;
    this.sink.const32(shift);
    this.sink.op(W.i32shl);
    return bank === BANK_GPR ? GPR_OFFSET : bank === BANK_CR ? CR_OFFSET : bank === BANK_FPR ? FPR_OFFSET : VSR_OFFSET;
  }
  protected getAt(n: number): void {
    const { ir } = this;
    const offset = this.#bank(ir.a[n]!, ir.b[n]!);
    this.sink.load(loadOf(ir.type[n]!), offset);
  }
  protected setAt(n: number): void {
    const { ir } = this;
    const offset = this.#bank(ir.a[n]!, ir.b[n]!);
    const value = ir.c[n]!;
    this.value(value);
    this.sink.store(storeOf(ir.type[value]!), offset);
  }
  protected field(n: number): void {
    const { ir, sink } = this;
    const from = ir.a[n]!;
    const width = ir.b[n]! - from + 1;
    const signed = (ir.c[n]! & 1) !== 0;
    const shift = ir.c[n]! >> 1;
    sink.get(WORD);
    if (signed) {
      if (from > 0) {
        sink.const32(from);
        sink.op(W.i32shl);
      }
      sink.const32(32 - width - shift);
      sink.op(W.i32shrS);
      if (shift > 0) {
        sink.const32(-(1 << shift));
        sink.op(W.i32and);
      }
      return;
    }
    const right = 31 - ir.b[n]! - shift;
    if (right !== 0) {
      sink.const32(Math.abs(right));
      sink.op(right > 0 ? W.i32shrU : W.i32shl);
    }
    sink.const32(((2 ** width - 1) << shift) | 0);
    sink.op(W.i32and);
  }
  protected cia(): void {
    this.sink.get(CIA);
  }
  protected here(): void {
    throw new Error('handler: an address is known');
  }
  protected crTest(n: number): void {
    const { sink, ir } = this;
    sink.const32(0);
    sink.load(LOAD.i32, CR_OFFSET + 4 * ir.a[n]!);
    sink.const32(3 - ir.b[n]!);
    sink.op(W.i32shrU);
    sink.const32(1);
    sink.op(W.i32and);
  }
  protected compare(n: number): void {
    const { ir, sink } = this;
    const at = ir.op[n] === Op.compareAt;
    const signed = at ? ir.type[n] === I32 : (ir.a[n]! & 8) !== 0;
    const a = this.inLocal(ir.b[n]!);
    const b = this.inLocal(ir.c[n]!);
    const wide = ir.type[ir.b[n]!] === I64;
    const test = (narrow: number, long: number) => {
      sink.get(a);
      sink.get(b);
      sink.op(wide ? long : narrow);
    };
    if (at) {
      this.value(ir.a[n]!);
      sink.const32(2);
      sink.op(W.i32shl);
    } else sink.const32(0);
    // SO | EQ << 1 | GT << 2 | LT << 3
    sink.const32(0);
    sink.load(LOAD.i32, XER_SO_OFFSET);
    const add = (shift: number) => {
      sink.const32(shift);
      sink.op(W.i32shl);
      sink.op(W.i32or);
    };
    test(W.i32eq, W.i64eq);
    add(1);
    test(signed ? W.i32gtS : W.i32gtU, signed ? W.i64gtS : W.i64gtU);
    add(2);
    test(signed ? W.i32ltS : W.i32ltU, signed ? W.i64ltS : W.i64ltU);
    add(3);
    sink.store(STORE.i32, CR_OFFSET + (at ? 0 : 4 * (ir.a[n]! & 7)));
  }
  protected branch(n: number): void {
    const { ir, sink } = this;
    if (this.depth === 0) this.#branched = true;
    this.value(ir.b[n]!);
    this.#next();
    this.value(ir.a[n]!);
    sink.select();
    // Instruction addresses end in two zero bits.
    if (this.target.width === 64) {
      sink.const64(-4, -1);
      sink.op(W.i64and);
    } else {
      sink.const32(-4);
      sink.op(W.i32and);
    }
    this.#leaveIfResync();
    sink.return();
  }
  protected raise(n: number): void {
    const { ir, sink } = this;
    this.#store32(EXCEPTION_OFFSET, ir.a[n]!);
    sink.const32(0);
    if (ir.b[n]! >= 0) this.value(ir.b[n]!);
    else sink.const32(0);
    sink.store(STORE.i32, EXCEPTION_SYNDROME_OFFSET);
    this.fault();
  }
  protected fault(): void {
    this.#store32(EXIT_REASON_OFFSET, EXIT_EXCEPTION);
    this.cia();
    this.#mark();
    this.sink.return();
  }
  protected resync(n: number): void {
    // Inside a condition the instruction leaves from there; otherwise at its end or with the branch that follows.
    if (this.depth === 0 || this.#branchFollows(n)) {
      this.#resync = true;
      return;
    }
    this.#store32(EXIT_REASON_OFFSET, EXIT_RESYNC);
    this.#next();
    this.#mark();
    this.sink.return();
  }
  /** Whether the arm of a condition that node n stands in ends with a branch. */
  #branchFollows(n: number): boolean {
    const { ir } = this;
    for (let k = n + 1, nested = 0; k < ir.length; k++) {
      const op = ir.op[k];
      if (op === Op.branch && nested === 0) return true;
      if (op === Op.if) nested++;
      else if ((op === Op.else || op === Op.end) && nested === 0) return false;
      else if (op === Op.end) nested--;
    }
    return false;
  }
  protected interpret(): void {
    // This is the interpreter.
  }
  protected beforeCall(): void {
    // Registers are in memory already.
  }
  protected afterCall(): void {
    // Nothing is kept outside memory.
  }
}

/** A handler to generate: a definition with its variant fields fixed. */
export interface HandlerSpec {
  readonly instruction: Instruction;
  readonly variant: ReadonlyMap<string, number>;
}

/** The fields of a variant that are not 0; an SPR's number as a whole. */
function variantName(variant: HandlerSpec['variant']): string {
  const [low, high] = [variant.get('SPR.low'), variant.get('SPR.high')];
  if (low !== undefined && high !== undefined) return `.${high * 32 + low}`;
  return [...variant].map(([field, value]) => (value === 0 ? '' : `.${field}`)).join('');
}

/** Names the handlers of a module: those that come out the same in several modes have one function. */
export class HandlerNames {
  readonly #known = new Map<string, string>();
  readonly #taken = new Map<string, number>();

  /**
   * The function of a handler's IR, and whether it is still to be made. It is called by its mnemonic and variant fields, for profilers; the same
   * instruction in another mode, where it is another function, has a number behind.
   */
  of(ir: Ir, { instruction, variant }: HandlerSpec): { name: string; isNew: boolean } {
    const key = [ir.op, ir.type, ir.a, ir.b, ir.c, ir.args].join(';');
    const known = this.#known.get(key);
    if (known !== undefined) return { name: known, isNew: false };
    const base = `interpret:${instruction.mnemonic}${variantName(variant)}`;
    const nth = (this.#taken.get(base) ?? 0) + 1;
    this.#taken.set(base, nth);
    const name = nth === 1 ? base : `${base}#${nth}`;
    this.#known.set(key, name);
    return { name, isNew: true };
  }
}

/**
 * Adds handler functions to a module: h1, h2, ... in the order given, or named by `names`, which knows their equals from other modes.
 * @param functions what handlers may call
 * @returns the name of each handler's function
 */
export function addHandlers(
  module: WasmModuleSink,
  handlers: readonly HandlerSpec[],
  context: BuildContext,
  functions: LoweringTarget['functions'],
  swizzled: boolean,
  names?: HandlerNames,
): string[] {
  const next = nextAddressType(context.width);
  return handlers.map((h, k) => {
    const ir = new Ir();
    new IrBuilder(ir, context).handler(h.instruction, h.variant);
    const { name, isNew } = names?.of(ir, h) ?? { name: `h${k + 1}`, isNew: true };
    if (isNew) {
      module.function(name, [WASM_I32, next], next, (sink: WasmSink) =>
        new HandlerLowering({ ir, sink, width: context.width, functions, swizzled }).all(),
      );
    }
    return name;
  });
}
