import { EXIT_EXCEPTION, EXIT_RESYNC, RETURN_EXIT, RETURN_INTERPRET } from '../abi/exits.js';
import { COUNTER_OFFSET, EXCEPTION_OFFSET, EXCEPTION_SYNDROME_OFFSET, EXIT_REASON_OFFSET, PC_OFFSET } from '../abi/layout.js';
import type { Service } from '../abi/services.js';
import { Op } from '../ir/ir.js';
import type { LoweringTarget } from '../lower/lowering.js';
import { STORE, W } from '../lower/wasm.js';
import { ExitStubs } from './exit-stubs.js';
import { RegionCrFields } from './region-cr-fields.js';
import type { RegionInput } from './region-input.js';
import type { BlockIr } from './region-ir.js';

/**
 * Ways out of a region, whole or for the time of a service call. A block's instructions are counted when it is entered: who leaves in its
 * midst gives those back that were not executed.
 */
export abstract class RegionExits extends RegionCrFields {
  /** Local that holds what the function returns: the next instruction's address with RETURN_* flags. */
  protected readonly next: number;
  readonly #stubs: ExitStubs;
  /** Block and, in it, instruction being lowered. */
  protected block!: BlockIr;
  protected instruction = 0;
  /** The instruction has changed what the code was made for: its branch must leave. */
  protected resyncing = false;

  constructor(target: LoweringTarget, input: RegionInput) {
    super(target, input);
    this.next = this.sink.local(this.wordType);
    this.#stubs = new ExitStubs(this.ir, input, this.analysis);
  }

  // --- Where lowering stands ---
  protected override atNode(n: number): void {
    this.instruction = this.ir.origin[n]!;
  }
  /** Address of the instruction being lowered. */
  get #pc(): number {
    return this.block.block.pc + 4 * this.instruction;
  }
  protected cia(): void {
    this.address(this.#pc);
  }
  /** Instructions of the block, from instruction k on, that have been counted but not executed. */
  #rest(k: number): number {
    return this.block.block.instructions.length - k;
  }

  // --- Stubs ---
  /** Opens the blocks behind whose ends the stubs' code stands; must come before any other code. */
  protected openStubs(): void {
    for (let k = this.#stubs.count; k > 0; k--) this.open(() => this.sink.block());
  }
  /** Closes those blocks and emits the stubs. */
  protected closeStubs(): void {
    const { sink } = this;
    for (const s of this.#stubs.all) {
      this.close();
      this.forms = s.forms;
      this.spill(s.dirty);
      this.storeCounter();
      sink.get(this.next);
      sink.return();
    }
  }
  /** Leaves to the address in `next`. */
  protected toStub(): void {
    // Stub blocks are the outermost: stub 0 the innermost of them.
    const { number } = this.#stubs.of(this.dirty, this.forms);
    this.sink.br(this.depth - (this.#stubs.count - number));
  }

  // --- Leaving ---
  /** Leaves with a known address; `uncounted` instructions of the block were not executed. */
  protected leave(pc: number, flags: number, uncounted: number): void {
    if (uncounted > 0) this.addToCounter(uncounted);
    this.address(pc | flags);
    this.sink.set(this.next);
    this.toStub();
  }
  /** Notes an EXIT_* reason for who is returned to. */
  protected reason(reason: number): void {
    this.sink.const32(0);
    this.sink.const32(reason);
    this.sink.store(STORE.i32, EXIT_REASON_OFFSET);
  }
  protected raise(n: number): void {
    const { ir, sink } = this;
    sink.const32(0);
    sink.const32(ir.a[n]!);
    sink.store(STORE.i32, EXCEPTION_OFFSET);
    sink.const32(0);
    if (ir.b[n]! >= 0) this.value(ir.b[n]!);
    else sink.const32(0);
    sink.store(STORE.i32, EXCEPTION_SYNDROME_OFFSET);
    this.reason(EXIT_EXCEPTION);
    this.leave(this.#pc, RETURN_EXIT, this.#rest(this.instruction));
  }
  protected resync(n: number): void {
    this.reason(EXIT_RESYNC);
    // With a branch behind it, that one leaves.
    if (this.conditional === 0 && this.#branchesAfter(n)) this.resyncing = true;
    else this.leave(this.#pc + 4, RETURN_EXIT, this.#rest(this.instruction + 1));
  }
  #branchesAfter(n: number): boolean {
    for (let k = n + 1; k < this.block.end; k++) if (this.ir.op[k] === Op.branch) return true;
    return false;
  }
  protected interpret(): void {
    this.fault();
  }
  /** Whatever stood in the way, the interpreter meets it again and deals with it. */
  protected fault(): void {
    this.leave(this.#pc, RETURN_INTERPRET, this.#rest(this.instruction));
  }

  // --- Services ---
  protected beforeCall(s: Service): void {
    if (s.effect === 'registers') throw new Error('region: a service that changes registers must be interpreted');
    if (s.effect !== 'state') return;
    // Services see the exact count and address, and may change the count.
    const { sink } = this;
    sink.const32(0);
    sink.get(this.counter);
    sink.const32(this.#rest(this.instruction));
    sink.op(W.i32add);
    sink.store(STORE.i32, COUNTER_OFFSET);
    sink.const32(0);
    this.address(this.#pc);
    sink.store(this.target.width === 64 ? STORE.i64 : STORE.i32, PC_OFFSET);
  }
  protected afterCall(s: Service): void {
    if (s.effect !== 'state') return;
    this.loadCounter();
    this.addToCounter(-this.#rest(this.instruction));
    this.loadContext();
  }
}
