import type { FunctionName } from '../abi/functions.js';
import { EXIT_EXCEPTION, EXIT_RESYNC, EXIT_SLICE, RETURN_EXIT, RETURN_INTERPRET, RETURN_JUMP } from '../abi/exits.js';
import {
  CONTEXT_OFFSET, COUNTER_OFFSET, EXCEPTION_OFFSET, EXCEPTION_SYNDROME_OFFSET, EXIT_REASON_OFFSET, PC_OFFSET, SOFT_TLB_READ, SOFT_TLB_WRITE_32,
} from '../abi/layout.js'; // prettier-ignore
import type { Service } from '../abi/services.js';
import { variableOffset } from '../ir/builder.js';
import { I64, Op, VAR_CR, VAR_CTR, VAR_FPR, VAR_SO } from '../ir/ir.js';
import { Lowering, wasmType, type LoweringTarget } from '../lower/lowering.js';
import { LOAD, STORE, W, WASM_F64, WASM_I32, WASM_I64, type WasmFunction, type WasmType } from '../lower/wasm.js';
import { coalesce, type AccessGroup } from '../passes/coalesce.js';
import { analyse, checks, FORM_BITS, FORM_SIGNED64, formOf, formsAfter, type Analysis, type NodeFacts } from './analysis.js';
import type { Discovery } from './discover.js';
import type { Edge, Graph, GraphNode } from './graph.js';
import { canLeave, variableWritten, type BlockIr } from './region-ir.js';
import { EMPTY, has, members, plus, setKey, union, type VariableSet } from './variable-set.js';

/** Parameters of a region function. */
const SELECTOR = 0;
const DEPTH = 1;

/** One way out of a region: the variables to write to memory, in the forms they are in. */
interface Stub {
  readonly dirty: VariableSet;
  readonly forms: Uint8Array;
  /** Number of the enclosing block that ends where the stub's code stands. */
  number: number;
}

/** What a region is made from. */
export interface RegionInput {
  readonly discovery: Discovery;
  readonly graph: Graph;
  readonly blocks: ReadonlyMap<number, BlockIr>;
  /** Regions of the same module and key that may be called directly, by address. */
  readonly siblings: ReadonlyMap<number, WasmFunction>;
  /** Instructions whose accesses call the slow path when the quick one fails. */
  readonly difficult: (pc: number) => boolean;
}

/** Lowers one region to a function (selector, depth) → next instruction address with RETURN_* flags. */
export class RegionLowering extends Lowering {
  protected readonly readSlow: FunctionName = 'readSlowCompiled';
  protected readonly writeSlow: FunctionName = 'writeSlowCompiled';
  readonly #analysis: Analysis;
  readonly #locals = new Map<number, number>();
  /** Operands of the abstract compare and the SO of each CR field. */
  readonly #compareLocals = new Map<number, { a: number; b: number; so: number }>();
  readonly #context: number;
  readonly #counter: number;
  readonly #next: number;
  readonly #selector: number;
  readonly #stubs = new Map<string, Stub>();
  /** Open structured constructs: node they stand for and their absolute depth. */
  readonly #labels: { kind: 'loop' | 'after'; node: GraphNode; depth: number }[] = [];
  // Where lowering stands:
  #block!: BlockIr;
  #facts!: NodeFacts;
  #instruction = 0;
  #dirty: VariableSet = EMPTY;
  #forms: Uint8Array = new Uint8Array(8);
  #collected = false;

  constructor(
    target: LoweringTarget,
    readonly input: RegionInput,
  ) {
    super(target);
    this.#analysis = analyse(this.ir, input.blocks, input.graph);
    const { sink } = target;
    let used = EMPTY;
    for (const b of input.blocks.values()) used = union(used, union(b.uses, b.defines));
    for (const v of members(used)) this.#locals.set(v, sink.local(this.#typeOf(v)));
    this.#context = sink.local(WASM_I32);
    this.#counter = sink.local(WASM_I32);
    this.#next = sink.local(this.#wordType);
    this.#selector = sink.local(WASM_I32);
  }

  get #wordType(): WasmType {
    return this.target.width === 64 ? WASM_I64 : WASM_I32;
  }
  #typeOf(v: number): WasmType {
    return v >= VAR_FPR ? WASM_F64 : v <= VAR_CTR ? this.#wordType : WASM_I32;
  }

  // --- The function ---
  /** Emits the whole function. */
  all(): void {
    const { sink, input } = this;
    this.#collectStubs();
    this.#collected = true;
    const stubs = [...this.#stubs.values()];
    // The stubs' code stands behind the blocks that lead to them; the last block opened is the first stub's.
    stubs.forEach((s, k) => (s.number = k));
    for (let k = stubs.length - 1; k >= 0; k--) this.#open(() => sink.block());
    this.#tree(input.graph.root);
    sink.unreachable();
    for (const s of stubs) {
      this.#close();
      this.#forms = s.forms;
      this.#spill(s.dirty);
      this.#storeCounter();
      sink.get(this.#next);
      sink.return();
    }
    sink.unreachable();
  }

  #open(open: () => void): void {
    open();
    this.depth++;
  }
  #close(): void {
    this.sink.end();
    this.depth--;
  }

  /** Emits a node with everything it dominates. */
  #tree(node: GraphNode): void {
    // The blocks that others jump forward to stand behind this node's code, the nearest first.
    const merges = node.children.filter((c) => c.merge || node.kind === 'root').sort((a, b) => b.index - a.index);
    if (node.loop) {
      this.#open(() => this.sink.loop());
      this.#labels.push({ kind: 'loop', node, depth: this.depth });
    }
    const nest = (k: number): void => {
      const merge = merges[k];
      if (!merge) return this.#node(node);
      this.#open(() => this.sink.block());
      this.#labels.push({ kind: 'after', node: merge, depth: this.depth });
      nest(k + 1);
      this.#labels.pop();
      this.#close();
      this.#tree(merge);
    };
    nest(0);
    if (node.loop) {
      this.#labels.pop();
      this.#close();
    }
  }

  #node(node: GraphNode): void {
    this.#facts = this.#analysis.facts.get(node)!;
    this.#dirty = this.#facts.dirty;
    this.#forms = this.#facts.forms.slice();
    if (node.kind === 'root') return this.#root(node);
    if (node.kind === 'dispatch') return this.#dispatch(node);
    this.#blockNode(node);
  }

  #root(root: GraphNode): void {
    const { sink } = this;
    this.#loadCounter();
    this.#loadContext();
    if (root.succ.length === 1) return this.#enter(root.succ[0]!);
    for (let k = 0; k < root.succ.length; k++) this.#open(() => sink.block());
    sink.get(SELECTOR);
    const depths = root.succ.map((_, k) => k);
    sink.brTable(depths, 0);
    for (const e of root.succ) {
      this.#close();
      this.#enter(e);
    }
  }
  /** Comes in from outside at an entry: its live registers are read from memory. */
  #enter(e: Edge): void {
    this.#reload(this.#analysis.facts.get(e.to)!.live);
    this.#forms = new Uint8Array(8);
    this.#dirty = EMPTY;
    this.#jump(e);
  }

  #dispatch(node: GraphNode): void {
    const { sink } = this;
    const [header, ...others] = node.succ;
    const forms = this.#forms;
    for (const e of others) {
      sink.get(this.#selector);
      sink.const32(e.goal.id);
      sink.op(W.i32eq);
      this.#open(() => sink.if());
      this.#forms = forms.slice();
      this.#jump(e);
      this.#close();
    }
    this.#forms = forms;
    this.#jump(header!);
  }

  #blockNode(node: GraphNode): void {
    const { sink } = this;
    const b = (this.#block = this.input.blocks.get(node.pc)!);
    const count = b.block.instructions.length;
    this.#instruction = 0;
    if (checks(node) || this.#enteredFromRoot(node)) this.#check(this.#facts.weight, b.block.pc);
    sink.get(this.#counter);
    sink.const32(count);
    sink.op(W.i32sub);
    sink.set(this.#counter);
    this.#groups = coalesce(this.ir, b.start, b.end, (n) => this.#isDifficult(n));
    this.range(b.start, b.end);
    const { flow } = b.block;
    if (flow.kind === 'end') {
      // The last instruction has left already, or is a conditional leaver that goes on behind the region.
      return this.#goTo(b, b.block.end);
    }
    if (flow.kind === 'next') this.#goTo(b, b.block.end);
  }
  #enteredFromRoot(node: GraphNode): boolean {
    return node.pred.some((p) => p.kind !== 'block');
  }

  /** Leaves when the slice does not last for `weight` instructions. */
  #check(weight: number, pc: number): void {
    const { sink } = this;
    sink.get(this.#counter);
    sink.const32(weight);
    sink.op(W.i32ltS);
    this.#open(() => sink.if());
    this.#reason(EXIT_SLICE);
    this.#leave(pc, RETURN_EXIT, 0);
    this.#close();
  }

  // --- Edges ---
  /** Goes to an address: inside the region along an edge, else out of it. */
  #goTo(b: BlockIr, pc: number): void {
    const node = this.input.graph.byPc.get(b.block.pc)!;
    const edge = node.succ.find((e) => e.goal.pc === pc);
    if (edge) return this.#jump(edge);
    this.#leave(pc, RETURN_JUMP, 0);
  }

  #jump(e: Edge): void {
    const { sink } = this;
    const to = this.#analysis.facts.get(e.to)!;
    for (let f = 0; f < 8; f++) {
      if (this.#forms[f] !== to.forms[f] && has(to.live, VAR_CR + f)) this.#toBits(f);
    }
    if (e.to.kind === 'dispatch') {
      sink.const32(e.goal === e.to.succ[0]!.goal ? 0 : e.goal.id);
      sink.set(this.#selector);
    }
    for (let k = this.#labels.length - 1; k >= 0; k--) {
      const l = this.#labels[k]!;
      if (l.node === e.to) return sink.br(this.depth - l.depth);
    }
    const [facts, block, instruction, dirty, forms] = [this.#facts, this.#block, this.#instruction, this.#dirty, this.#forms];
    this.#tree(e.to);
    this.#facts = facts;
    this.#block = block;
    this.#instruction = instruction;
    this.#dirty = dirty;
    this.#forms = forms;
  }

  // --- Ways out ---
  /** Instructions of the block, from instruction k on, that have been counted but not executed. */
  #rest(k: number): number {
    return this.#block.block.instructions.length - k;
  }

  /** Leaves with a known address; `uncounted` instructions of the block were not executed. */
  #leave(pc: number, flags: number, uncounted: number): void {
    const { sink } = this;
    this.#giveBack(uncounted);
    if (this.target.width === 64) sink.const64(pc | flags, 0);
    else sink.const32(pc | flags);
    sink.set(this.#next);
    this.#toStub();
  }
  #giveBack(uncounted: number): void {
    const { sink } = this;
    if (uncounted === 0) return;
    sink.get(this.#counter);
    sink.const32(uncounted);
    sink.op(W.i32add);
    sink.set(this.#counter);
  }
  #toStub(): void {
    const stub = this.#stubFor(this.#dirty, this.#forms);
    // Stub blocks are the outermost: stub 0 the innermost of them.
    const outermost = this.#stubs.size;
    this.sink.br(this.depth - (outermost - stub.number));
  }
  #stubFor(dirty: VariableSet, forms: Uint8Array): Stub {
    let key = setKey(dirty);
    for (let f = 0; f < 8; f++) if (has(dirty, VAR_CR + f)) key += `,${f}:${forms[f]}`;
    let stub = this.#stubs.get(key);
    if (!stub) {
      if (this.#collected) throw new Error(`region: a way out was not foreseen (${key})`);
      this.#stubs.set(key, (stub = { dirty, forms: forms.slice(), number: this.#stubs.size }));
    }
    return stub;
  }
  /** Finds all stubs that emission will need, since their blocks are opened first. */
  #collectStubs(): void {
    for (const node of this.input.graph.nodes) {
      const facts = this.#analysis.facts.get(node)!;
      this.#stubFor(facts.dirty, facts.forms);
      if (node.kind !== 'block') continue;
      const b = this.input.blocks.get(node.pc)!;
      let { dirty } = facts;
      const forms = facts.forms.slice();
      b.starts.forEach((from, k) => {
        const to = b.starts[k + 1] ?? b.end;
        const last = k === b.starts.length - 1;
        if (canLeave(this.ir, from, to) || last) this.#stubFor(dirty, forms);
        let depth = 0;
        for (let n = from; n < to; n++) {
          if (this.ir.op[n] === Op.if) {
            depth++;
            this.#plainBefore(n, (f) => (forms[f] = FORM_BITS));
            this.#stubFor(dirty, forms);
          } else if (this.ir.op[n] === Op.end) depth--;
          if (this.ir.op[n] === Op.resync) this.#stubFor(dirty, forms);
          const w = variableWritten(this.ir, n);
          if (w < 0) continue;
          dirty = plus(dirty, w);
          if (w >= VAR_CR && w < VAR_CR + 8) forms[w - VAR_CR] = this.ir.op[n] === Op.compare && depth === 0 ? formOf(this.ir, n) : FORM_BITS;
          if (canLeave(this.ir, n + 1, to) || last) this.#stubFor(dirty, forms);
        }
      });
      if (b.calls) this.#stubFor(EMPTY, new Uint8Array(8));
      else this.#stubFor(dirty, formsAfter(this.ir, b, facts.forms));
    }
  }

  #reason(reason: number): void {
    this.sink.const32(0);
    this.sink.const32(reason);
    this.sink.store(STORE.i32, EXIT_REASON_OFFSET);
  }

  // --- Registers between locals and memory ---
  #local(v: number): number {
    const local = this.#locals.get(v);
    if (local === undefined) throw new Error(`region: variable ${v} has no local`);
    return local;
  }
  #spill(set: VariableSet): void {
    const { sink } = this;
    for (const v of members(set)) {
      sink.const32(0);
      this.#pushForSpill(v);
      const type = this.#typeOf(v);
      sink.store(type === WASM_F64 ? STORE.f64 : type === WASM_I64 ? STORE.i64 : STORE.i32, variableOffset(v));
    }
  }
  #pushForSpill(v: number): void {
    if (v >= VAR_CR && v < VAR_CR + 8) this.#bits(v - VAR_CR);
    else this.sink.get(this.#local(v));
  }
  #reload(set: VariableSet): void {
    const { sink } = this;
    for (const v of members(set)) {
      const type = this.#typeOf(v);
      sink.const32(0);
      sink.load(type === WASM_F64 ? LOAD.f64 : type === WASM_I64 ? LOAD.i64 : LOAD.i32, variableOffset(v));
      sink.set(this.#local(v));
    }
  }
  #loadContext(): void {
    this.sink.const32(0);
    this.sink.load(LOAD.i32, CONTEXT_OFFSET);
    this.sink.set(this.#context);
  }
  #loadCounter(): void {
    this.sink.const32(0);
    this.sink.load(LOAD.i32, COUNTER_OFFSET);
    this.sink.set(this.#counter);
  }
  #storeCounter(): void {
    this.sink.const32(0);
    this.sink.get(this.#counter);
    this.sink.store(STORE.i32, COUNTER_OFFSET);
  }

  // --- CR fields ---
  #compareOf(f: number): { a: number; b: number; so: number } {
    const { sink } = this;
    let c = this.#compareLocals.get(f);
    if (!c) {
      c = { a: sink.local(WASM_I32), b: sink.local(WASM_I32), so: sink.local(WASM_I32) };
      this.#compareLocals.set(f, c);
    }
    return c;
  }
  #wideCompareOf(f: number): { a: number; b: number; so: number } {
    const { sink } = this;
    const key = f + 8;
    let c = this.#compareLocals.get(key);
    if (!c) {
      c = { a: sink.local(WASM_I64), b: sink.local(WASM_I64), so: this.#compareOf(f).so };
      this.#compareLocals.set(key, c);
    }
    return c;
  }
  #operandsOf(f: number, form: number): { a: number; b: number; so: number } {
    return form >= FORM_SIGNED64 ? this.#wideCompareOf(f) : this.#compareOf(f);
  }
  /** Pushes the SO bit that field f saw. */
  #soOf(f: number): void {
    const { sink } = this;
    if (this.#analysis.writesSo) return sink.get(this.#compareOf(f).so);
    sink.const32(0);
    sink.load(LOAD.i32, variableOffset(VAR_SO));
  }
  /** Pushes the truth of a bit (0 LT, 1 GT, 2 EQ) of an abstract compare. */
  #relation(f: number, form: number, bit: number): void {
    const { sink } = this;
    const { a, b } = this.#operandsOf(f, form);
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
    const form = this.#forms[f]!;
    if (form === FORM_BITS) return sink.get(this.#local(VAR_CR + f));
    this.#soOf(f);
    for (const [bit, shift] of [[2, 1], [1, 2], [0, 3]] as const) {
      this.#relation(f, form, bit);
      sink.const32(shift);
      sink.op(W.i32shl);
      sink.op(W.i32or);
    } // prettier-ignore
  }
  /** Brings a field into its plain form. */
  #toBits(f: number): void {
    if (this.#forms[f] === FORM_BITS) return;
    this.#bits(f);
    this.sink.set(this.#local(VAR_CR + f));
    this.#forms[f] = FORM_BITS;
  }
  protected crTest(n: number): void {
    const { ir, sink } = this;
    const f = ir.a[n]!;
    const bit = ir.b[n]!;
    const form = this.#forms[f]!;
    if (form === FORM_BITS) {
      sink.get(this.#local(VAR_CR + f));
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
    const { a, b } = this.#operandsOf(f, form);
    this.value(ir.b[n]!);
    this.value(ir.c[n]!);
    sink.set(b);
    sink.set(a);
    if (this.#analysis.writesSo) {
      sink.get(this.#local(VAR_SO));
      sink.set(this.#compareOf(f).so);
    }
    this.#forms[f] = form;
    if (this.#conditional > 0) this.#toBits(f);
    this.#dirty = plus(this.#dirty, VAR_CR + f);
  }

  // --- What lowering asks ---
  #conditional = 0;
  protected override openIf(n: number): void {
    if (this.#conditional++ === 0) this.#plainBefore(n, (f) => this.#toBits(f));
  }
  protected override closeIf(): void {
    this.#conditional--;
  }
  /** Fields that are written inside the condition that node n opens: both paths must leave the same form. */
  #plainBefore(n: number, act: (f: number) => void): void {
    let nested = 0;
    for (let k = n; k < this.ir.length; k++) {
      const w = variableWritten(this.ir, k);
      if (w >= VAR_CR && w < VAR_CR + 8) act(w - VAR_CR);
      if (this.ir.op[k] === Op.if) nested++;
      else if (this.ir.op[k] === Op.end && --nested === 0) return;
    }
  }
  protected override atNode(n: number): void {
    this.#instruction = this.ir.origin[n]!;
  }
  protected context(): void {
    this.sink.get(this.#context);
  }
  protected getVariable(v: number): void {
    if (v >= VAR_CR && v < VAR_CR + 8) this.#bits(v - VAR_CR);
    else this.sink.get(this.#local(v));
  }
  protected setVariable(v: number, value: () => void): void {
    value();
    this.sink.set(this.#local(v));
    if (v >= VAR_CR && v < VAR_CR + 8) this.#forms[v - VAR_CR] = FORM_BITS;
    this.#dirty = plus(this.#dirty, v);
  }
  protected getAt(): void {
    throw new Error('region: a register number is not known');
  }
  protected setAt(): void {
    throw new Error('region: a register number is not known');
  }
  protected field(): void {
    throw new Error('region: an instruction field is not known');
  }
  protected cia(): void {
    this.sink.const32(this.#pc);
  }
  get #pc(): number {
    return this.#block.block.pc + 4 * this.#instruction;
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
    this.#reason(EXIT_EXCEPTION);
    this.#leave(this.#pc, RETURN_EXIT, this.#rest(this.#instruction));
  }
  protected resync(n: number): void {
    this.#reason(EXIT_RESYNC);
    // With a branch behind it, that one leaves.
    const { ir } = this;
    if (this.#conditional === 0) for (let k = n + 1; k < this.#block.end; k++) if (ir.op[k] === Op.branch) return void (this.#resyncing = true);
    this.#leave(this.#pc + 4, RETURN_EXIT, this.#rest(this.#instruction + 1));
  }
  #resyncing = false;
  protected interpret(): void {
    this.fault();
  }
  /** Whatever stood in the way, the interpreter meets it again and deals with it. */
  protected fault(): void {
    this.#leave(this.#pc, RETURN_INTERPRET, this.#rest(this.#instruction));
  }

  // --- Storage ---
  #groups = new Map<number, AccessGroup>();
  /** Host address of each group's low end, rounded down to a word, once its check is done. */
  readonly #hostOfGroup = new Map<AccessGroup, number>();

  /** Leaves unless the soft TLB has the page of `ea` (a local) for accesses of `size`; the entry's address is in `entry` then. */
  #checkPage(ea: number, entry: number, table: number, size: number): void {
    const { sink } = this;
    this.lookUp(ea, entry, table);
    sink.get(ea);
    sink.const32(0xfffff000 | (size - 1));
    sink.op(W.i32and);
    sink.op(W.i32ne);
    this.#open(() => sink.if());
    this.fault();
    this.#close();
  }
  /** Pushes the host address of a single access, after checking it. */
  #checkedHost(n: number, table: number): void {
    const ea = this.inLocal(this.ir.a[n]!);
    const entry = this.scratch(WASM_I32);
    this.#checkPage(ea, entry, table, this.ir.b[n]!);
    this.#host(ea, entry, table);
  }
  /** Pushes the host address of `ea` from the soft-TLB entry found for it. */
  #host(ea: number, entry: number, table: number): void {
    const { sink } = this;
    sink.get(ea);
    sink.get(entry);
    sink.load(LOAD.i32, table + 4);
    sink.op(W.i32add);
  }

  /** Whether node n's access calls the slow path when the quick one fails. */
  #isDifficult(n: number): boolean {
    return this.input.difficult(this.#block.block.pc + 4 * this.ir.origin[n]!);
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
      this.#checkedHost(n, SOFT_TLB_WRITE_32);
      return this.storeHost(size, () => this.value(ir.c[n]!), wide, 0);
    }
    const local = this.inLocal(ir.c[n]!);
    const value = () => this.sink.get(local);
    this.#inGroup(
      group,
      n,
      (offset) => this.storeHost(size, value, wide, offset, group.alignment >= 4),
      () => {
        this.#checkedHost(n, SOFT_TLB_WRITE_32);
        this.storeHost(size, value, wide, 0);
      },
    );
  }

  /**
   * Performs an access that is checked with its group. Where the group lies across two pages (its host address is 0 then), each access is
   * checked alone.
   */
  #inGroup(group: AccessGroup, n: number, together: (offset: number) => void, alone: () => void): void {
    const { sink } = this;
    const offset = this.#groupAddress(group, n);
    const host = this.#hostOfGroup.get(group)!;
    sink.get(host);
    this.#open(() => sink.if());
    sink.get(host);
    together(offset);
    sink.else();
    alone();
    this.#close();
  }

  /** Sees that a group's host address is known, checking the group if that has not been done; returns the member's offset from it. */
  #groupAddress(group: AccessGroup, n: number): number {
    const { ir, sink } = this;
    const offset = group.offsets[group.members.indexOf(n)]!;
    // Rounded so that the low bits of member addresses are known.
    const base = group.anchor + 4 * Math.floor((group.low - group.anchor) / 4);
    if (this.#hostOfGroup.has(group)) return offset - base;
    const host = this.scratch(WASM_I32);
    const table = group.writes ? SOFT_TLB_WRITE_32 : SOFT_TLB_READ;
    const anchor = this.scratch(WASM_I32);
    const entry = this.scratch(WASM_I32);
    this.value(ir.a[n]!);
    if (group.anchor !== offset) {
      sink.const32(group.anchor - offset);
      sink.op(W.i32add);
    }
    sink.set(anchor);
    this.#checkPage(anchor, entry, table, group.alignment);
    this.#host(anchor, entry, table);
    if (base !== group.anchor) {
      sink.const32(base - group.anchor);
      sink.op(W.i32add);
    }
    sink.const32(0);
    sink.get(anchor);
    if (group.anchor !== group.low) {
      sink.const32(group.low - group.anchor);
      sink.op(W.i32add);
    }
    sink.const32(0xfff);
    sink.op(W.i32and);
    sink.const32(0x1000 - (group.high - group.low));
    sink.op(W.i32leU);
    sink.select();
    sink.set(host);
    this.#hostOfGroup.set(group, host);
    return offset - base;
  }
  protected beforeCall(s: Service): void {
    if (s.effect === 'registers') throw new Error('region: a service that changes registers must be interpreted');
    if (s.effect !== 'state') return;
    // Services see the exact count and address, and may change the count.
    const { sink } = this;
    sink.const32(0);
    sink.get(this.#counter);
    sink.const32(this.#rest(this.#instruction));
    sink.op(W.i32add);
    sink.store(STORE.i32, COUNTER_OFFSET);
    sink.const32(0);
    sink.const32(this.#pc);
    sink.store(STORE.i32, PC_OFFSET);
  }
  protected afterCall(s: Service): void {
    if (s.effect !== 'state') return;
    const { sink } = this;
    this.#loadCounter();
    sink.get(this.#counter);
    sink.const32(this.#rest(this.#instruction));
    sink.op(W.i32sub);
    sink.set(this.#counter);
    this.#loadContext();
  }

  // --- Branches ---
  protected branch(n: number): void {
    const { ir, sink } = this;
    const taken = ir.a[n]!;
    const b = this.#block;
    const { flow } = b.block;
    const after = b.block.end;
    if (this.#resyncing || flow.kind === 'end') {
      this.#resyncing = false;
      this.#pushTarget(n);
      this.#orFlags(RETURN_EXIT);
      sink.set(this.#next);
      return this.#toStub();
    }
    if (flow.kind === 'next') return;
    if (!flow.conditional) return this.#taken(n);
    this.value(taken);
    this.#open(() => sink.if());
    const forms = this.#forms.slice();
    const dirty = this.#dirty;
    this.#taken(n);
    this.#close();
    this.#forms = forms;
    this.#dirty = dirty;
    if (flow.branch !== 'call') return this.#goTo(b, after);
    // Behind a call everything is in memory; so it must be when the call is not made.
    this.#spill(this.#dirty);
    this.#storeCounter();
    this.#afterCallAt(after);
  }
  #pushTarget(n: number): void {
    const { sink } = this;
    this.value(this.ir.b[n]!);
    if (this.target.width === 64) {
      sink.const64(-4, -1);
      sink.op(W.i64and);
    } else {
      sink.const32(-4);
      sink.op(W.i32and);
    }
  }
  #orFlags(flags: number): void {
    if (this.target.width === 64) {
      this.sink.const64(flags, 0);
      this.sink.op(W.i64or);
    } else {
      this.sink.const32(flags);
      this.sink.op(W.i32or);
    }
  }

  #taken(n: number): void {
    const { sink } = this;
    const { flow } = this.#block.block;
    if (flow.branch === 'call') return this.#call(n);
    if (flow.target !== undefined && flow.branch === 'jump') return this.#goTo(this.#block, flow.target);
    this.#pushTarget(n);
    if (flow.branch === 'jump') this.#orFlags(RETURN_JUMP);
    sink.set(this.#next);
    this.#toStub();
  }

  /** Calls the region at the target; goes on behind the call when that is where it returns to. */
  #call(n: number): void {
    const { sink, functions } = this;
    const b = this.#block;
    const { flow } = b.block;
    const after = b.block.end;
    this.#pushTarget(n);
    sink.set(this.#next);
    this.#spill(this.#dirty);
    this.#storeCounter();
    const sibling = flow.target === undefined ? undefined : this.input.siblings.get(flow.target);
    if (sibling) {
      // As callRegion does, without looking the region up: too deep or too late, and the callers unwind.
      sink.get(DEPTH);
      sink.const32(DEPTH_LIMIT);
      sink.op(W.i32ltU);
      this.#open(() => sink.if());
      sink.const32(0);
      sink.get(DEPTH);
      sink.const32(1);
      sink.op(W.i32add);
      sink.call(sibling);
      sink.set(this.#next);
      this.#close();
    } else {
      sink.get(this.#next);
      sink.get(DEPTH);
      sink.call(functions.get('callRegion')!);
      sink.set(this.#next);
    }
    this.#ifNot(after, () => {
      sink.get(this.#next);
      this.#word(after);
      sink.get(DEPTH);
      sink.call(functions.get('goOn')!);
      sink.tee(this.#next);
      this.#word(after);
      sink.op(this.target.width === 64 ? W.i64ne : W.i32ne);
      this.#open(() => sink.if());
      sink.get(this.#next);
      sink.return();
      this.#close();
    });
    this.#afterCallAt(after);
  }

  /** Goes on behind a call: registers, context and counter are read from memory again. */
  #afterCallAt(after: number): void {
    const b = this.#block;
    this.#loadCounter();
    this.#loadContext();
    this.#dirty = EMPTY;
    this.#forms = new Uint8Array(8);
    const node = this.input.graph.byPc.get(b.block.pc)!;
    const edge = node.succ.find((e) => e.goal.pc === after);
    if (!edge) return this.#leave(after, RETURN_JUMP, 0);
    const facts = this.#analysis.facts.get(edge.to)!;
    if (!checks(edge.to) && !this.#enteredFromRoot(edge.to)) this.#check(facts.weight, after);
    this.#reload(facts.live);
    this.#jump(edge);
  }
  #word(value: number): void {
    if (this.target.width === 64) this.sink.const64(value, 0);
    else this.sink.const32(value);
  }
  #ifNot(expected: number, then: () => void): void {
    const { sink } = this;
    sink.get(this.#next);
    this.#word(expected);
    sink.op(this.target.width === 64 ? W.i64ne : W.i32ne);
    this.#open(() => sink.if());
    then();
    this.#close();
  }
}

/** How deep regions may nest before their callers unwind; runtime/native/regions.ts holds the same limit. */
export const DEPTH_LIMIT = 400;
