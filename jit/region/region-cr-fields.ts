import { LOAD, W, WASM_I32, WASM_I64 } from '../lower/wasm.js';
import { VAR_CR, VAR_SO } from '../ir/ir.js';
import { variableOffset } from '../ir/variable-offset.js';
import { FORM_BITS, FORM_SIGNED64, formOf, plainForms } from './analysis.js';
import { crFieldsWrittenInside } from './region-ir.js';
import { RegionRegisters } from './region-registers.js';
import { plus } from './variable-set.js';

/** Locals of an abstract compare: its operands, and the SO it saw. */
interface CompareLocals {
  readonly a: number;
  readonly b: number;
  readonly so: number;
}

const isCrField = (v: number): boolean => v >= VAR_CR && v < VAR_CR + 8;

/**
 * CR fields of a region. A field that a compare has set stays abstract, as the compare's operands, until its bits are wanted: most are only
 * tested by one branch, which then is a single Wasm comparison.
 */
export abstract class RegionCrFields extends RegionRegisters {
  /** Form (FORM_*) of each field where lowering stands. */
  protected forms: Uint8Array = plainForms();
  /** How many conditions inside the instruction's own definition are open. */
  protected conditional = 0;
  readonly #narrow = new Map<number, CompareLocals>();
  readonly #wide = new Map<number, CompareLocals>();

  #narrowLocals(f: number): CompareLocals {
    const { sink } = this;
    let c = this.#narrow.get(f);
    if (!c) this.#narrow.set(f, (c = { a: sink.local(WASM_I32), b: sink.local(WASM_I32), so: sink.local(WASM_I32) }));
    return c;
  }
  #localsOf(f: number, form: number): CompareLocals {
    if (form < FORM_SIGNED64) return this.#narrowLocals(f);
    const { sink } = this;
    let c = this.#wide.get(f);
    if (!c) this.#wide.set(f, (c = { a: sink.local(WASM_I64), b: sink.local(WASM_I64), so: this.#narrowLocals(f).so }));
    return c;
  }

  /** Pushes the SO bit that field f saw. */
  #soOf(f: number): void {
    const { sink } = this;
    if (this.analysis.writesSo) return sink.get(this.#narrowLocals(f).so);
    sink.const32(0);
    sink.load(LOAD.i32, variableOffset(VAR_SO));
  }
  /** Pushes the truth of a bit (0 LT, 1 GT, 2 EQ) of an abstract compare. */
  #relation(f: number, form: number, bit: number): void {
    const { sink } = this;
    const { a, b } = this.#localsOf(f, form);
    sink.get(a);
    sink.get(b);
    const wide = form >= FORM_SIGNED64;
    const signed = form % 2 === 1;
    const narrow = bit === 2 ? W.i32eq : bit === 0 ? (signed ? W.i32ltS : W.i32ltU) : signed ? W.i32gtS : W.i32gtU;
    const long = bit === 2 ? W.i64eq : bit === 0 ? (signed ? W.i64ltS : W.i64ltU) : signed ? W.i64gtS : W.i64gtU;
    sink.op(wide ? long : narrow);
  }
  /** Pushes the four bits of a field. */
  #bits(f: number): void {
    const { sink } = this;
    const form = this.forms[f]!;
    if (form === FORM_BITS) return sink.get(this.localOf(VAR_CR + f));
    this.#soOf(f);
    for (const [bit, shift] of [[2, 1], [1, 2], [0, 3]] as const) {
      this.#relation(f, form, bit);
      sink.const32(shift);
      sink.op(W.i32shl);
      sink.op(W.i32or);
    } // prettier-ignore
  }
  /** Brings a field into its plain form. */
  protected toBits(f: number): void {
    if (this.forms[f] === FORM_BITS) return;
    this.#bits(f);
    this.sink.set(this.localOf(VAR_CR + f));
    this.forms[f] = FORM_BITS;
  }

  protected override getVariable(v: number): void {
    if (isCrField(v)) this.#bits(v - VAR_CR);
    else super.getVariable(v);
  }
  protected override setVariable(v: number, value: () => void): void {
    super.setVariable(v, value);
    if (isCrField(v)) this.forms[v - VAR_CR] = FORM_BITS;
  }
  protected crTest(n: number): void {
    const { ir, sink } = this;
    const f = ir.a[n]!;
    const bit = ir.b[n]!;
    const form = this.forms[f]!;
    if (form === FORM_BITS) {
      sink.get(this.localOf(VAR_CR + f));
      sink.const32(3 - bit);
      sink.op(W.i32shrU);
      sink.const32(1);
      return sink.op(W.i32and);
    }
    if (bit === 3) return this.#soOf(f);
    this.#relation(f, form, bit);
  }
  protected compare(n: number): void {
    const { ir, sink } = this;
    const f = ir.a[n]! & 7;
    const form = formOf(ir, n);
    const { a, b } = this.#localsOf(f, form);
    this.value(ir.b[n]!);
    this.value(ir.c[n]!);
    sink.set(b);
    sink.set(a);
    if (this.analysis.writesSo) {
      sink.get(this.localOf(VAR_SO));
      sink.set(this.#narrowLocals(f).so);
    }
    this.forms[f] = form;
    if (this.conditional > 0) this.toBits(f);
    this.dirty = plus(this.dirty, VAR_CR + f);
  }
  protected override openIf(n: number): void {
    // Both paths must leave the same form.
    if (this.conditional++ === 0) for (const f of crFieldsWrittenInside(this.ir, n)) this.toBits(f);
  }
  protected override closeIf(): void {
    this.conditional--;
  }
}
