/** Data flow over a region's graph: dirty and live variables, the form CR fields are in, and how long paths between slice checks are. */
import type { Ir } from '../ir/ir.js';
import { I32, Op, VAR_CR, VAR_SO } from '../ir/ir.js';
import type { Graph, GraphNode } from './graph.js';
import type { BlockIr } from './region-ir.js';
import { EMPTY, equal, has, minus, plus, union, type VariableSet } from './variable-set.js';

/** Forms of a CR field in a region: its four bits in a local, or the operands of the compare that made it. */
export const FORM_BITS = 0;
export const FORM_SIGNED = 1;
export const FORM_UNSIGNED = 2;
export const FORM_SIGNED64 = 3;
export const FORM_UNSIGNED64 = 4;
const UNKNOWN = 255;

/** Forms of the eight CR fields where all registers are in memory. */
export const plainForms = (): Uint8Array => new Uint8Array(8).fill(FORM_BITS);

/** What is known at the start of a node. */
export interface NodeFacts {
  /** Variables whose value in memory may be old. */
  dirty: VariableSet;
  /** Variables whose local must hold their value. */
  live: VariableSet;
  /** Form of each CR field. */
  forms: Uint8Array;
  /** Most instructions that run from here to the next slice check. */
  weight: number;
}

/** What is known of a region. */
export interface Analysis {
  readonly facts: ReadonlyMap<GraphNode, NodeFacts>;
  /** XER.SO is written somewhere: abstract compares must keep the SO they saw. */
  readonly writesSo: boolean;
}

/** Nodes at which the slice counter is checked: entries and loop headers. */
export const checks = (n: GraphNode): boolean => n.kind === 'root' || n.loop;

/** Form of a CR field after a compare node. */
export function formOf(ir: Ir, n: number): number {
  const signed = (ir.a[n]! & 8) !== 0;
  return ir.type[ir.b[n]!] === I32 ? (signed ? FORM_SIGNED : FORM_UNSIGNED) : signed ? FORM_SIGNED64 : FORM_UNSIGNED64;
}

/** Whether a block sets a CR field by an abstract compare. */
function compares(ir: Ir, b: BlockIr): boolean {
  for (let n = b.start; n < b.end; n++) if (ir.op[n] === Op.compare) return true;
  return false;
}

/** Applies a block's compares and CR writes to the forms; a write inside a condition leaves plain bits. */
export function formsAfter(ir: Ir, b: BlockIr, before: Uint8Array): Uint8Array {
  const forms = before.slice();
  let depth = 0;
  for (let n = b.start; n < b.end; n++) {
    const op = ir.op[n];
    if (op === Op.if) depth++;
    else if (op === Op.end) depth--;
    else if (op === Op.compare) forms[ir.a[n]! & 7] = depth > 0 ? FORM_BITS : formOf(ir, n);
    else if (op === Op.set && ir.a[n]! >= VAR_CR && ir.a[n]! < VAR_CR + 8) forms[ir.a[n]! - VAR_CR] = FORM_BITS;
  }
  return b.calls ? plainForms() : forms;
}

/** Follows data through a region until nothing more becomes known. */
export function analyse(ir: Ir, blocks: ReadonlyMap<number, BlockIr>, graph: Graph): Analysis {
  const facts = new Map<GraphNode, NodeFacts>();
  const irOf = (n: GraphNode) => (n.kind === 'block' ? blocks.get(n.pc)! : undefined);
  for (const n of graph.nodes) facts.set(n, { dirty: EMPTY, live: EMPTY, forms: new Uint8Array(8).fill(UNKNOWN), weight: 0 });

  // Dirty, forwards: a call writes everything to memory; entries start clean.
  for (let changed = true; changed;) {
    changed = false;
    for (const n of graph.nodes) {
      let dirty = EMPTY;
      for (const p of n.pred) {
        const b = irOf(p);
        if (b?.calls) continue;
        dirty = union(dirty, b ? union(facts.get(p)!.dirty, b.defines) : facts.get(p)!.dirty);
      }
      const f = facts.get(n)!;
      if (!equal(f.dirty, dirty)) {
        f.dirty = dirty;
        changed = true;
      }
    }
  }
  let writesSo = false;
  for (const b of blocks.values()) if (has(b.defines, VAR_SO)) writesSo = true;
  // Live, backwards: what is dirty must be right in its local wherever it may be written out. A compare keeps the SO it sees.
  for (let changed = true; changed;) {
    changed = false;
    for (let k = graph.nodes.length - 1; k >= 0; k--) {
      const n = graph.nodes[k]!;
      const f = facts.get(n)!;
      const b = irOf(n);
      let live = EMPTY;
      if (!b?.calls) for (const e of n.succ) live = union(live, facts.get(e.to)!.live);
      if (b) live = union(b.uses, minus(live, b.defines));
      if (b && writesSo && compares(ir, b)) live = plus(live, VAR_SO);
      live = union(live, f.dirty);
      if (!equal(f.live, live)) {
        f.live = live;
        changed = true;
      }
    }
  }
  // Forms of CR fields, forwards: where two meet, plain bits.
  const entered = new Set(graph.entries.map((e) => e.to));
  for (let changed = true; changed;) {
    changed = false;
    for (const n of graph.nodes) {
      const f = facts.get(n)!;
      const forms = new Uint8Array(8).fill(n.kind === 'root' || entered.has(n) ? FORM_BITS : UNKNOWN);
      for (const p of n.pred) {
        if (p.kind === 'root') continue;
        const b = irOf(p);
        const before = facts.get(p)!.forms;
        const out = b ? formsAfter(ir, b, before) : before;
        for (let k = 0; k < 8; k++) {
          if (forms[k] === UNKNOWN) forms[k] = out[k]!;
          else if (out[k] !== UNKNOWN && out[k] !== forms[k]) forms[k] = FORM_BITS;
        }
      }
      if (forms.some((v, k) => v !== f.forms[k])) {
        f.forms = forms;
        changed = true;
      }
    }
  }
  for (const f of facts.values()) f.forms.forEach((v, k) => v === UNKNOWN && (f.forms[k] = FORM_BITS));
  // Weights, backwards over the forward edges: a check ends a path, and so does a call, behind which is another check.
  for (let k = graph.nodes.length - 1; k >= 0; k--) {
    const n = graph.nodes[k]!;
    const b = irOf(n);
    let behind = 0;
    for (const e of n.succ) if (e.to.index > n.index && !e.to.loop) behind = Math.max(behind, facts.get(e.to)!.weight);
    facts.get(n)!.weight = (b?.block.instructions.length ?? 0) + (b?.calls ? 0 : behind);
  }
  return { facts, writesSo };
}
