import { REGION_DEPTH_LIMIT, RETURN_EXIT, RETURN_JUMP } from '../abi/exits.js';
import type { FunctionName } from '../abi/functions.js';
import { W } from '../lower/wasm.js';
import { RegionStructure } from './region-structure.js';

/** Parameter of a region function: how many regions have called one another to come here. */
const DEPTH = 1;

/** Lowers one region to a function (selector, depth) → next instruction address with RETURN_* flags. */
export class RegionLowering extends RegionStructure {
  protected readonly readSlow: FunctionName = 'readSlowCompiled';
  protected readonly writeSlow: FunctionName = 'writeSlowCompiled';

  /** Emits the whole function. */
  all(): void {
    const { sink } = this;
    this.openStubs();
    this.tree(this.input.graph.root);
    sink.unreachable();
    this.closeStubs();
    sink.unreachable();
  }

  // --- Branches ---
  protected branch(n: number): void {
    const { sink, block } = this;
    const { flow } = block.block;
    if (this.resyncing || flow.kind === 'end') {
      this.resyncing = false;
      this.#setTarget(n, RETURN_EXIT);
      return this.toStub();
    }
    if (flow.kind === 'next') return;
    if (!flow.conditional) return this.#taken(n);
    this.value(this.ir.a[n]!);
    this.open(() => sink.if());
    const forms = this.forms.slice();
    const { dirty } = this;
    this.#taken(n);
    this.close();
    this.forms = forms;
    this.dirty = dirty;
    if (flow.branch !== 'call') return this.goTo(block, block.block.end);
    // Behind a call everything is in memory; so it must be when the call is not made.
    this.spill(this.dirty);
    this.storeCounter();
    this.goOnAfterCall();
  }
  #taken(n: number): void {
    const { flow } = this.block.block;
    if (flow.branch === 'call') return this.#call(n);
    if (flow.target !== undefined && flow.branch === 'jump') return this.goTo(this.block, flow.target);
    this.#setTarget(n, flow.branch === 'jump' ? RETURN_JUMP : 0);
    this.toStub();
  }
  /** Puts the branch's target address, with flags, into `next`. */
  #setTarget(n: number, flags: number): void {
    const { sink } = this;
    const wide = this.target.width === 64;
    this.value(this.ir.b[n]!);
    if (wide) sink.const64(-4, -1);
    else sink.const32(-4);
    sink.op(wide ? W.i64and : W.i32and);
    if (flags !== 0) {
      if (wide) sink.const64(flags, 0);
      else sink.const32(flags);
      sink.op(wide ? W.i64or : W.i32or);
    }
    sink.set(this.next);
  }

  // --- Calls ---
  /** Calls the region at the target; goes on behind the call when that is where it returns to. */
  #call(n: number): void {
    const { sink, functions } = this;
    const { flow, end } = this.block.block;
    this.#setTarget(n, 0);
    this.spill(this.dirty);
    this.storeCounter();
    const sibling = flow.target === undefined ? undefined : this.input.siblings.get(flow.target);
    if (sibling) {
      // As callRegion does, without looking the region up: too deep, and the callers unwind.
      sink.get(DEPTH);
      sink.const32(REGION_DEPTH_LIMIT);
      sink.op(W.i32ltU);
      this.open(() => sink.if());
      this.storeMovedBy();
      sink.const32(0);
      sink.get(DEPTH);
      sink.const32(1);
      sink.op(W.i32add);
      sink.call(sibling);
      sink.set(this.next);
      this.close();
    } else {
      sink.get(this.next);
      sink.get(DEPTH);
      sink.call(functions.get('callRegion')!);
      sink.set(this.next);
    }
    sink.get(this.next);
    this.address(end);
    this.wordsDiffer();
    this.open(() => sink.if());
    this.#returnUnlessBack(end);
    this.close();
    this.goOnAfterCall();
  }
  /** The region called has come back from elsewhere: what it jumped to is run, and if that does not lead here either, this one unwinds. */
  #returnUnlessBack(after: number): void {
    const { sink } = this;
    sink.get(this.next);
    this.address(after);
    sink.get(DEPTH);
    sink.call(this.functions.get('goOn')!);
    sink.tee(this.next);
    this.address(after);
    this.wordsDiffer();
    this.open(() => sink.if());
    sink.get(this.next);
    sink.return();
    this.close();
  }
}
