import { EXIT_SLICE, RETURN_EXIT, RETURN_JUMP } from '../abi/exits.js';
import { VAR_CR } from '../ir/ir.js';
import type { LoweringTarget } from '../lower/lowering.js';
import { W, WASM_I32 } from '../lower/wasm.js';
import { checks, plainForms, type NodeFacts } from './analysis.js';
import type { Edge, GraphNode } from './graph.js';
import type { RegionInput } from './region-input.js';
import type { BlockIr } from './region-ir.js';
import { RegionStorage } from './region-storage.js';
import { EMPTY, has } from './variable-set.js';

/** Parameter of a region function: the number of the entry. */
const SELECTOR = 0;

/** An open structured construct, the node that a branch to it goes to, and its absolute depth. */
interface Label {
  readonly node: GraphNode;
  readonly depth: number;
}

/**
 * The control flow of a region as structured Wasm. The dominator tree is walked: a node that edges come back to is wrapped into a loop,
 * and a node that several edges come to stands behind a block around what they start from (Ramsey, "Beyond Relooper", ICFP 2022).
 */
export abstract class RegionStructure extends RegionStorage {
  /** Local that tells a dispatch node which of its blocks is meant. */
  readonly #selector: number;
  readonly #labels: Label[] = [];
  #facts!: NodeFacts;

  constructor(target: LoweringTarget, input: RegionInput) {
    super(target, input);
    this.#selector = this.sink.local(WASM_I32);
  }

  /** Emits a node with everything it dominates. */
  protected tree(node: GraphNode): void {
    // The blocks that others jump forward to stand behind this node's code, the nearest first.
    const merges = node.children.filter((c) => c.merge || node.kind === 'root').sort((a, b) => b.index - a.index);
    if (node.loop) {
      this.open(() => this.sink.loop());
      this.#labels.push({ node, depth: this.depth });
    }
    const nest = (k: number): void => {
      const merge = merges[k];
      if (!merge) return this.#node(node);
      this.open(() => this.sink.block());
      this.#labels.push({ node: merge, depth: this.depth });
      nest(k + 1);
      this.#labels.pop();
      this.close();
      this.tree(merge);
    };
    nest(0);
    if (node.loop) {
      this.#labels.pop();
      this.close();
    }
  }

  // --- Nodes ---
  #node(node: GraphNode): void {
    this.#facts = this.analysis.facts.get(node)!;
    this.dirty = this.#facts.dirty;
    this.forms = this.#facts.forms.slice();
    if (node.kind === 'root') return this.#root(node);
    if (node.kind === 'dispatch') return this.#dispatch(node);
    this.#blockNode(node);
  }

  #root(root: GraphNode): void {
    const { sink } = this;
    this.loadMovedBy();
    this.loadCounter();
    this.loadContext();
    if (root.succ.length === 1) return this.#enter(root.succ[0]!);
    for (let k = 0; k < root.succ.length; k++) this.open(() => sink.block());
    sink.get(SELECTOR);
    const depths = root.succ.map((_, k) => k);
    sink.brTable(depths, 0);
    for (const e of root.succ) {
      this.close();
      this.#enter(e);
    }
  }
  /** Comes in from outside at an entry: its live registers are read from memory. */
  #enter(e: Edge): void {
    this.reload(this.analysis.facts.get(e.to)!.live);
    this.forms = plainForms();
    this.dirty = EMPTY;
    this.#jump(e);
  }

  #dispatch(node: GraphNode): void {
    const { sink } = this;
    const [header, ...others] = node.succ;
    const { forms } = this;
    for (const e of others) {
      sink.get(this.#selector);
      sink.const32(e.goal.id);
      sink.op(W.i32eq);
      this.open(() => sink.if());
      this.forms = forms.slice();
      this.#jump(e);
      this.close();
    }
    this.forms = forms;
    this.#jump(header!);
  }

  #blockNode(node: GraphNode): void {
    const b = (this.block = this.input.blocks.get(node.pc)!);
    const { flow, pc, end, instructions } = b.block;
    this.instruction = 0;
    if (checks(node) || enteredFromOutside(node)) this.#check(this.#facts.weight, pc);
    this.addToCounter(-instructions.length);
    this.group(b);
    this.range(b.start, b.end);
    // At an `end` the last instruction has left already, or is a conditional leaver that goes on behind the region.
    if (flow.kind !== 'branch') this.goTo(b, end);
  }

  /** Leaves when the slice does not last for `weight` instructions. */
  #check(weight: number, pc: number): void {
    const { sink } = this;
    sink.get(this.counter);
    sink.const32(weight);
    sink.op(W.i32ltS);
    this.open(() => sink.if());
    this.reason(EXIT_SLICE);
    this.leave(pc, RETURN_EXIT, 0);
    this.close();
  }

  // --- Edges ---
  /** Goes from a block to an address: inside the region along an edge, else out of it. */
  protected goTo(b: BlockIr, pc: number): void {
    const edge = this.#edge(b, pc);
    if (edge) return this.#jump(edge);
    this.leave(pc, RETURN_JUMP, 0);
  }
  #edge(b: BlockIr, pc: number): Edge | undefined {
    return this.input.graph.byPc.get(b.block.pc)!.succ.find((e) => e.goal.pc === pc);
  }

  #jump(e: Edge): void {
    const { sink } = this;
    const to = this.analysis.facts.get(e.to)!;
    for (let f = 0; f < 8; f++) {
      if (this.forms[f] !== to.forms[f] && has(to.live, VAR_CR + f)) this.toBits(f);
    }
    if (e.to.kind === 'dispatch') {
      sink.const32(e.goal === e.to.succ[0]!.goal ? 0 : e.goal.id);
      sink.set(this.#selector);
    }
    const label = this.#labels.findLast((l) => l.node === e.to);
    if (label) return sink.br(this.depth - label.depth);
    // The only edge to this node: its code stands here.
    const [facts, block, instruction, dirty, forms] = [this.#facts, this.block, this.instruction, this.dirty, this.forms];
    this.tree(e.to);
    this.#facts = facts;
    this.block = block;
    this.instruction = instruction;
    this.dirty = dirty;
    this.forms = forms;
  }

  /** Goes on behind a call: registers, context and counter are read from memory again. */
  protected goOnAfterCall(): void {
    const b = this.block;
    this.loadCounter();
    this.loadContext();
    this.dirty = EMPTY;
    this.forms = plainForms();
    const edge = this.#edge(b, b.block.end);
    if (!edge) return this.leave(b.block.end, RETURN_JUMP, 0);
    const facts = this.analysis.facts.get(edge.to)!;
    if (!checks(edge.to) && !enteredFromOutside(edge.to)) this.#check(facts.weight, b.block.end);
    this.reload(facts.live);
    this.#jump(edge);
  }
}

const enteredFromOutside = (node: GraphNode): boolean => node.pred.some((p) => p.kind !== 'block');
