import { SITE_COUNT, SOFT_TLB_READ, SOFT_TLB_SITES } from '../abi/layout.js';
import { I64 } from '../ir/ir.js';
import { wasmType } from '../lower/lowering.js';
import { LOAD, STORE, W, WASM_I32 } from '../lower/wasm.js';
import { coalesce, type AccessGroup } from '../passes/coalesce.js';
import { RegionExits } from './region-exits.js';
import type { BlockIr } from './region-ir.js';

/**
 * Storage accesses of a region. They look into the soft TLB; what is not found there leaves to the interpreter, but for instructions known
 * to be difficult, which call the slow path. Accesses off one base are checked together.
 */
export abstract class RegionStorage extends RegionExits {
  /** Groups of the block being lowered, by node. */
  #groups = new Map<number, AccessGroup>();
  /** Locals of groups that have been checked: the host address of the low end, rounded down to a word; 0 when it is not one page. */
  readonly #hostOfGroup = new Map<AccessGroup, number>();

  /** Finds the block's groups; must come before its code. */
  protected group(b: BlockIr): void {
    this.#groups = coalesce(this.ir, b.start, b.end, (n) => this.#isDifficult(n));
  }
  /** Whether node n's access calls the slow path when the quick one fails. */
  #isDifficult(n: number): boolean {
    return this.input.difficult(this.block.block.pc + 4 * this.ir.origin[n]!);
  }

  protected override load(n: number): void {
    if (this.#isDifficult(n)) return super.load(n);
    const { ir, sink } = this;
    const size = ir.b[n]!;
    const signed = ir.c[n] === 1;
    const group = this.#groups.get(n);
    const single = () => {
      this.#checkedHost(n, SOFT_TLB_READ);
      this.loadHost(size, signed, 0, ir.type[n]!);
    };
    if (!group) {
      single();
      return this.result(n);
    }
    const out = this.scratch(wasmType(ir.type[n]!));
    this.#inGroup(
      group,
      n,
      (offset) => {
        this.loadHost(size, signed, offset, ir.type[n]!, group.alignment >= 4);
        sink.set(out);
      },
      () => {
        single();
        sink.set(out);
      },
    );
    sink.get(out);
    this.result(n);
  }
  protected override store(n: number): void {
    if (this.#isDifficult(n)) return super.store(n);
    const { ir } = this;
    const size = ir.b[n]!;
    const wide = ir.type[ir.c[n]!] === I64;
    const group = this.#groups.get(n);
    if (!group) {
      this.#checkedHost(n, this.writeTable);
      return this.storeHost(size, () => this.value(ir.c[n]!), wide, 0);
    }
    const local = this.inLocal(ir.c[n]!);
    const value = () => this.sink.get(local);
    this.#inGroup(
      group,
      n,
      (offset) => this.storeHost(size, value, wide, offset, group.alignment >= 4),
      () => {
        this.#checkedHost(n, this.writeTable);
        this.storeHost(size, value, wide, 0);
      },
    );
  }

  // --- Single accesses ---
  /**
   * Leaves unless the soft TLB has the page of `ea` (a local) for accesses of `size`; the entry's address is in `entry` then.
   * @param n the access, or the first one of a group
   */
  #checkPage(n: number, ea: number, entry: number, table: number, size: number): void {
    if (table === SOFT_TLB_READ) this.#checkSite(n, ea, entry, size);
    else this.#checkEntry(ea, entry, table, size);
  }
  /** Looks where the address says. */
  #checkEntry(ea: number, entry: number, table: number, size: number): void {
    this.lookUp(ea, entry, table, size);
    this.tagsDiffer();
    this.open(() => this.sink.if());
    this.fault();
    this.close();
  }
  /**
   * Looks first at the entry that this instruction used last, which does not depend on the address: where one load waits for another, the processor
   * need not wait for the entry. For loads only; nothing waits for where a store goes.
   */
  #checkSite(n: number, ea: number, entry: number, size: number): void {
    const { sink } = this;
    const site = SOFT_TLB_SITES + ((this.block.block.pc + 4 * this.ir.origin[n]!) & (4 * SITE_COUNT - 4));
    this.context();
    sink.load(LOAD.i32, site);
    sink.tee(entry);
    sink.load(this.target.width === 64 ? LOAD.i64 : LOAD.i32, SOFT_TLB_READ);
    this.expectedTag(ea, size);
    this.tagsDiffer();
    this.open(() => sink.if());
    this.#checkEntry(ea, entry, SOFT_TLB_READ, size);
    this.context();
    sink.get(entry);
    sink.store(STORE.i32, site);
    this.close();
  }
  /** Pushes the host address of a single access, after checking it. */
  #checkedHost(n: number, table: number): void {
    const ea = this.inLocal(this.ir.a[n]!);
    const entry = this.scratch(WASM_I32);
    this.#checkPage(n, ea, entry, table, this.ir.b[n]!);
    this.hostAddress(ea, entry, table);
  }

  // --- Groups ---
  /**
   * Performs an access that is checked with its group. Where the group lies across two pages (its host address is 0 then), each access is
   * checked alone.
   */
  #inGroup(group: AccessGroup, n: number, together: (offset: number) => void, alone: () => void): void {
    const { sink } = this;
    const offset = this.#groupAddress(group, n);
    const host = this.#hostOfGroup.get(group)!;
    sink.get(host);
    this.open(() => sink.if());
    sink.get(host);
    together(offset);
    sink.else();
    alone();
    this.close();
  }

  /** Sees that a group's host address is known, checking the group if that has not been done; returns the member's offset from it. */
  #groupAddress(group: AccessGroup, n: number): number {
    const { ir, sink } = this;
    const offset = group.offsets[group.members.indexOf(n)]!;
    // Rounded so that the low bits of member addresses are known.
    const base = group.anchor + 4 * Math.floor((group.low - group.anchor) / 4);
    if (this.#hostOfGroup.has(group)) return offset - base;
    const host = this.scratch(WASM_I32);
    const table = group.writes ? this.writeTable : SOFT_TLB_READ;
    const anchor = this.scratch(this.wordType);
    const entry = this.scratch(WASM_I32);
    this.value(ir.a[n]!);
    this.#addToWord(group.anchor - offset);
    sink.set(anchor);
    // Whether all lies in one page is seen below: here the anchor's alignment counts alone.
    this.#checkPage(n, anchor, entry, table, this.placement(group.alignment).misplaced + 1);
    this.hostAddress(anchor, entry, table);
    this.#addConstant(base - group.anchor);
    sink.const32(0);
    sink.get(anchor);
    if (this.target.width === 64) sink.op(W.i32wrapI64);
    this.#addConstant(group.low - group.anchor);
    sink.const32(0xfff);
    sink.op(W.i32and);
    sink.const32(0x1000 - (group.high - group.low));
    sink.op(W.i32leU);
    sink.select();
    sink.set(host);
    this.#hostOfGroup.set(group, host);
    return offset - base;
  }
  #addToWord(value: number): void {
    if (value === 0) return;
    if (this.target.width === 32) return this.#addConstant(value);
    this.sink.const64(value, value >> 31);
    this.sink.op(W.i64add);
  }
  #addConstant(value: number): void {
    if (value === 0) return;
    this.sink.const32(value);
    this.sink.op(W.i32add);
  }
}
