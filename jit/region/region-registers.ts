import { CONTEXT_OFFSET, COUNTER_OFFSET, MOVED_BY_OFFSET } from '../abi/layout.js';
import { variableOffset, variableType } from '../ir/variable-offset.js';
import { I32, I64, type IrType } from '../ir/ir.js';
import { loadOf, storeOf, wasmType, type LoweringTarget } from '../lower/lowering.js';
import { StorageLowering } from '../lower/storage-lowering.js';
import { LOAD, STORE, W, WASM_I32, WASM_I64, type WasmType } from '../lower/wasm.js';
import { analyse, type Analysis } from './analysis.js';
import type { RegionInput } from './region-input.js';
import { EMPTY, members, plus, union, type VariableSet } from './variable-set.js';

/**
 * Where a region's registers are: each variable it uses has a local, read from memory when the region is entered and written back when it
 * is left and the local is newer (dirty). The slice counter and the address of the context's soft TLB have locals too.
 */
export abstract class RegionRegisters extends StorageLowering {
  protected readonly analysis: Analysis;
  readonly #locals = new Map<number, number>();
  readonly #context: number;
  /** Local that holds how far from its addresses the code runs; only where it may. */
  readonly #movedBy: number;
  /** Local that holds the instructions left in the slice. */
  protected readonly counter: number;
  /** Variables whose value in memory may be old where lowering stands. */
  protected dirty: VariableSet = EMPTY;

  constructor(
    target: LoweringTarget,
    protected readonly input: RegionInput,
  ) {
    super(target);
    this.analysis = analyse(this.ir, input.blocks, input.graph);
    let used = EMPTY;
    for (const b of input.blocks.values()) used = union(used, union(b.uses, b.defines));
    for (const v of members(used)) this.#locals.set(v, this.sink.local(wasmType(this.#typeOf(v))));
    this.#context = this.sink.local(WASM_I32);
    this.#movedBy = input.movable ? this.sink.local(this.wordType) : -1;
    this.counter = this.sink.local(WASM_I32);
  }

  // --- Words of the guest's width ---
  protected get wordType(): WasmType {
    return this.target.width === 64 ? WASM_I64 : WASM_I32;
  }
  /** Pushes the address of an instruction of the region from its low word. */
  protected address(low: number): void {
    this.here(low, this.input.ciaHigh);
  }
  protected here(low: number, high: number): void {
    const { sink } = this;
    const wide = this.target.width === 64;
    if (wide) sink.const64(low, high);
    else sink.const32(low);
    if (!this.input.movable) return;
    sink.get(this.#movedBy);
    sink.op(wide ? W.i64add : W.i32add);
  }
  /** Finds out where the code is: when the region is entered. */
  protected loadMovedBy(): void {
    if (!this.input.movable) return;
    this.sink.const32(0);
    this.sink.load(this.target.width === 64 ? LOAD.i64 : LOAD.i32, MOVED_BY_OFFSET);
    this.sink.set(this.#movedBy);
  }
  /** Tells a region that is called directly where the code is. */
  protected storeMovedBy(): void {
    if (!this.input.movable) return;
    this.sink.const32(0);
    this.sink.get(this.#movedBy);
    this.sink.store(this.target.width === 64 ? STORE.i64 : STORE.i32, MOVED_BY_OFFSET);
  }
  protected wordsDiffer(): void {
    this.sink.op(this.target.width === 64 ? W.i64ne : W.i32ne);
  }

  // --- Variables ---
  #typeOf(v: number): IrType {
    return variableType(v, this.target.width === 64 ? I64 : I32);
  }
  protected localOf(v: number): number {
    const local = this.#locals.get(v);
    if (local === undefined) throw new Error(`region: variable ${v} has no local`);
    return local;
  }
  protected getVariable(v: number): void {
    this.sink.get(this.localOf(v));
  }
  protected setVariable(v: number, value: () => void): void {
    value();
    this.sink.set(this.localOf(v));
    this.dirty = plus(this.dirty, v);
  }
  /** Writes variables to memory; what is dirty stays as it is noted. */
  protected spill(set: VariableSet): void {
    const { sink } = this;
    for (const v of members(set)) {
      sink.const32(0);
      this.getVariable(v);
      sink.store(storeOf(this.#typeOf(v)), variableOffset(v));
    }
  }
  /** Reads variables from memory. */
  protected reload(set: VariableSet): void {
    const { sink } = this;
    for (const v of members(set)) {
      sink.const32(0);
      sink.load(loadOf(this.#typeOf(v)), variableOffset(v));
      sink.set(this.localOf(v));
    }
  }

  // --- Context and counter ---
  protected context(): void {
    this.sink.get(this.#context);
  }
  protected loadContext(): void {
    this.sink.const32(0);
    this.sink.load(LOAD.i32, CONTEXT_OFFSET);
    this.sink.set(this.#context);
  }
  protected loadCounter(): void {
    this.sink.const32(0);
    this.sink.load(LOAD.i32, COUNTER_OFFSET);
    this.sink.set(this.counter);
  }
  protected storeCounter(): void {
    this.sink.const32(0);
    this.sink.get(this.counter);
    this.sink.store(STORE.i32, COUNTER_OFFSET);
  }
  /** Adds a constant to the counter. */
  protected addToCounter(instructions: number): void {
    const { sink } = this;
    sink.get(this.counter);
    sink.const32(Math.abs(instructions));
    sink.op(instructions < 0 ? W.i32sub : W.i32add);
    sink.set(this.counter);
  }

  // --- What only interpreter handlers have to find out while they run ---
  protected getAt(): void {
    throw new Error('region: a register number is not known');
  }
  protected setAt(): void {
    throw new Error('region: a register number is not known');
  }
  protected field(): void {
    throw new Error('region: an instruction field is not known');
  }
}
