import { Op, VAR_CR, type Ir } from '../ir/ir.js';
import { FORM_BITS, formOf, formsAfter, plainForms, type Analysis, type NodeFacts } from './analysis.js';
import type { RegionInput } from './region-input.js';
import { canLeave, crFieldsWrittenInside, variableWritten, type BlockIr } from './region-ir.js';
import { EMPTY, has, plus, setKey, type VariableSet } from './variable-set.js';

/** One way out of a region: the variables to write to memory, in the forms they are in. Ways out with the same share its code. */
export interface ExitStub {
  readonly dirty: VariableSet;
  readonly forms: Uint8Array;
  /** Counted from the stub whose code comes first. */
  readonly number: number;
}

/**
 * The ways out of a region. Their code stands behind blocks that are opened before anything else, so that all of them must be known
 * before any code is: they are collected from the IR.
 */
export class ExitStubs {
  readonly #stubs = new Map<string, ExitStub>();

  constructor(
    readonly ir: Ir,
    input: RegionInput,
    analysis: Analysis,
  ) {
    for (const node of input.graph.nodes) {
      const facts = analysis.facts.get(node)!;
      this.#add(facts.dirty, facts.forms);
      if (node.kind === 'block') this.#collect(input.blocks.get(node.pc)!, facts);
    }
  }

  /** The stubs in the order of their numbers. */
  get all(): readonly ExitStub[] {
    return [...this.#stubs.values()];
  }

  get count(): number {
    return this.#stubs.size;
  }
  /** The stub for a place where these variables are dirty and CR fields have these forms. */
  of(dirty: VariableSet, forms: Uint8Array): ExitStub {
    const key = keyOf(dirty, forms);
    const stub = this.#stubs.get(key);
    if (!stub) throw new Error(`region: a way out was not foreseen (${key})`);
    return stub;
  }

  #add(dirty: VariableSet, forms: Uint8Array): void {
    const key = keyOf(dirty, forms);
    if (!this.#stubs.has(key)) this.#stubs.set(key, { dirty, forms: forms.slice(), number: this.#stubs.size });
  }

  /** Follows a block as lowering will. */
  #collect(b: BlockIr, facts: NodeFacts): void {
    const { ir } = this;
    let { dirty } = facts;
    const forms = facts.forms.slice();
    b.starts.forEach((from, k) => {
      const to = b.starts[k + 1] ?? b.end;
      const last = k === b.starts.length - 1;
      if (canLeave(ir, from, to) || last) this.#add(dirty, forms);
      let depth = 0;
      for (let n = from; n < to; n++) {
        if (ir.op[n] === Op.if) {
          depth++;
          for (const f of crFieldsWrittenInside(ir, n)) forms[f] = FORM_BITS;
          this.#add(dirty, forms);
        } else if (ir.op[n] === Op.end) depth--;
        if (ir.op[n] === Op.resync) this.#add(dirty, forms);
        const w = variableWritten(ir, n);
        if (w < 0) continue;
        dirty = plus(dirty, w);
        if (w >= VAR_CR && w < VAR_CR + 8) forms[w - VAR_CR] = ir.op[n] === Op.compare && depth === 0 ? formOf(ir, n) : FORM_BITS;
        if (canLeave(ir, n + 1, to) || last) this.#add(dirty, forms);
      }
    });
    if (b.calls) this.#add(EMPTY, plainForms());
    else this.#add(dirty, formsAfter(ir, b, facts.forms));
  }
}

/** Forms count only where the field is written. */
function keyOf(dirty: VariableSet, forms: Uint8Array): string {
  let key = setKey(dirty);
  for (let f = 0; f < 8; f++) if (has(dirty, VAR_CR + f)) key += `,${f}:${forms[f]}`;
  return key;
}
