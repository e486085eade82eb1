import type { FunctionName } from '../abi/functions.js';
import { EXCEPTION_OFFSET } from '../abi/layout.js';
import { SERVICES, type Service } from '../abi/services.js';
import { serviceByNumber } from '../ir/service-numbers.js';
import { F64, FIRST_EFFECT, I32, I64, type Ir, type IrType, NODE_OPERANDS, NONE, Op, V128 } from '../ir/ir.js';
import { LOAD, STORE, W, WASM_F64, WASM_I32, WASM_I64, WASM_V128, type WasmFunction, type WasmSink, type WasmType } from './wasm.js';
import { ValuePlacement } from './value-placement.js';

/** What surrounds the code being lowered. */
export interface LoweringTarget {
  readonly ir: Ir;
  readonly sink: WasmSink;
  readonly width: 32 | 64;
  readonly functions: ReadonlyMap<FunctionName, WasmFunction>;
  /** RAM as host-endian words (big-endian guests) or in natural order. */
  readonly swizzled: boolean;
}

/** The Wasm type of an IR type. */
export const wasmType = (t: IrType): WasmType => (t === I32 ? WASM_I32 : t === I64 ? WASM_I64 : t === F64 ? WASM_F64 : WASM_V128);

/** What loads and stores a whole value of a type. */
export const loadOf = (t: IrType): number => (t === I32 ? LOAD.i32 : t === I64 ? LOAD.i64 : t === F64 ? LOAD.f64 : LOAD.v128);
export const storeOf = (t: IrType): number => (t === I32 ? STORE.i32 : t === I64 ? STORE.i64 : t === F64 ? STORE.f64 : STORE.v128);

/** i32 and i64 operation codes by IR operation. */
const CODES = new Map<number, readonly [number, number]>(
  (['add', 'sub', 'mul', 'and', 'or', 'xor', 'shl', 'shrS', 'shrU', 'rotl', 'divS', 'divU', 'remS', 'remU', 'clz', 'ctz', 'popcnt', 'eqz', 'eq', 'ne', 'ltS', 'ltU', 'leS', 'leU'] as const).map(
    (name) => [Op[name], [W[`i32${name}`], W[`i64${name}`]]] as const,
  ),
); // prettier-ignore

/**
 * Lowers straight-line IR to Wasm in one pass over the nodes, after an analysis that decides which values are computed where they are
 * used and which are kept in temporary locals. Interpreter handlers and regions differ in where registers live and how the code
 * is left: that is for the two subclasses.
 */
export abstract class Lowering {
  protected readonly ir: Ir;
  protected readonly sink: WasmSink;
  protected readonly functions: ReadonlyMap<FunctionName, WasmFunction>;
  readonly #placement: ValuePlacement;
  /** Locals of the values that are kept in one. */
  readonly #temporary: number[] = [];
  readonly #pools: Record<number, { locals: number[]; used: number }> = {};
  /** Blocks opened inside the code at hand, for branch depths. */
  protected depth = 0;

  constructor(readonly target: LoweringTarget) {
    this.ir = target.ir;
    this.#placement = new ValuePlacement(target.ir);
    this.sink = target.sink;
    this.functions = target.functions;
  }

  // --- What the subclasses know ---
  /** Pushes the address of the current context's soft TLB. */
  protected abstract context(): void;
  protected abstract getVariable(v: number): void;
  /** Assigns a variable the value that `value` pushes. */
  protected abstract setVariable(v: number, value: () => void): void;
  protected abstract getAt(n: number): void;
  protected abstract setAt(n: number): void;
  protected abstract field(n: number): void;
  protected abstract cia(): void;
  /** Pushes an address of movable code. */
  protected abstract here(low: number, high: number): void;
  protected abstract crTest(n: number): void;
  protected abstract compare(n: number): void;
  protected abstract branch(n: number): void;
  protected abstract raise(n: number): void;
  protected abstract resync(n: number): void;
  protected abstract interpret(n: number): void;
  /** Leaves at instruction `n`'s address because a storage access or service could not be completed. */
  protected abstract fault(n: number): void;
  /** A service is about to be called, or has been: registers it touches must be in memory, or be read again. */
  protected abstract beforeCall(s: Service): void;
  protected abstract afterCall(s: Service): void;
  /** Emission has come to node n. */
  protected atNode(_n: number): void {
    // Handlers have nothing to note.
  }
  /** A condition of the definition is about to be opened by node n, or was closed. */
  protected openIf(_n: number): void {
    // Handlers have nothing to prepare.
  }
  protected closeIf(): void {
    // The inverse of openIf.
  }
  protected abstract load(n: number): void;
  protected abstract store(n: number): void;

  // --- Emission ---
  /** Lowers nodes start..end-1, one block of straight-line code. */
  protected range(start: number, end: number): void {
    for (const pool of Object.values(this.#pools)) pool.used = 0;
    this.#placement.analyse(start, end);
    for (let n = start; n < end; n++) this.#node(n);
  }

  /** Opens a block, loop or if. */
  protected open(open: () => void): void {
    open();
    this.depth++;
  }
  protected close(): void {
    this.sink.end();
    this.depth--;
  }
  /** A scratch local that is free until the end of the block. */
  protected scratch(type: WasmType): number {
    const pool = (this.#pools[type] ??= { locals: [], used: 0 });
    if (pool.used === pool.locals.length) pool.locals.push(this.sink.local(type));
    return pool.locals[pool.used++]!;
  }

  #node(n: number): void {
    const { ir } = this;
    const op = ir.op[n]!;
    this.atNode(n);
    if (op < FIRST_EFFECT) {
      if (this.#placement.isKept(n)) {
        this.#expression(n);
        this.#keep(n);
      }
      return;
    }
    switch (op) {
      case Op.set: return this.setVariable(ir.a[n]!, () => this.value(ir.b[n]!));
      case Op.setAt: return this.setAt(n);
      case Op.setState: return this.#setState(n);
      case Op.compare: case Op.compareAt: return this.compare(n);
      case Op.load: return this.load(n);
      case Op.store: return this.store(n);
      case Op.call: return this.#call(n);
      case Op.if:
        this.openIf(n);
        this.value(ir.a[n]!);
        return this.open(() => this.sink.if());
      case Op.else: return this.sink.else();
      case Op.end:
        this.closeIf();
        return this.close();
      case Op.branch: return this.branch(n);
      case Op.raise: return this.raise(n);
      case Op.resync: return this.resync(n);
      case Op.interpret: return this.interpret(n);
      default: throw new Error(`lowering: operation ${op}`);
    }
  } // prettier-ignore

  /** Stores the value on the stack as node n's. */
  #keep(n: number): void {
    const local = this.scratch(wasmType(this.ir.type[n]!));
    this.#temporary[n] = local;
    this.sink.set(local);
  }

  /** Keeps or drops the result on the stack of a node that happens in order. */
  protected result(n: number): void {
    if (this.#placement.isDead(n)) this.sink.drop();
    else this.#keep(n);
  }

  /** Pushes the value of node n. */
  protected value(n: number): void {
    if (this.#placement.isKept(n)) this.sink.get(this.#temporary[n]!);
    else this.#expression(n);
  }

  /** The value of node n in a local: its own when it has one. */
  protected inLocal(n: number): number {
    if (this.#placement.isKept(n)) return this.#temporary[n]!;
    const local = this.scratch(wasmType(this.ir.type[n]!));
    this.#expression(n);
    this.sink.set(local);
    return local;
  }

  #expression(n: number): void {
    const { ir, sink } = this;
    const op = ir.op[n]!;
    const a = ir.a[n]!;
    switch (op) {
      case Op.const:
        if (ir.type[n] === I32) sink.const32(a);
        else sink.const64(a, ir.b[n]!);
        return;
      case Op.const128: {
        const [w0, w1, w2, w3] = ir.args.slice(a, a + 4) as [number, number, number, number];
        return sink.const128(w3, w2, w1, w0);
      }
      case Op.get: return this.getVariable(a);
      case Op.getAt: return this.getAt(n);
      case Op.field: return this.field(n);
      case Op.cia: return this.cia();
      case Op.here: return this.here(a, ir.b[n]!);
      case Op.crTest: return this.crTest(n);
      case Op.state:
        sink.const32(0);
        return sink.load(loadOf(ir.type[n]!), a);
      case Op.select:
        this.value(ir.b[n]!);
        this.value(ir.c[n]!);
        this.value(a);
        return sink.select();
      default:
    }
    this.value(a);
    switch (op) {
      case Op.wrap: return sink.op(W.i32wrapI64);
      case Op.extendS: return sink.op(W.i64extendI32S);
      case Op.extendU: return sink.op(W.i64extendI32U);
      case Op.bitsOfF64: return sink.op(W.i64reinterpretF64);
      case Op.f64OfBits: return sink.op(W.f64reinterpretI64);
      case Op.ext8S: return sink.op(ir.type[n] === I32 ? W.i32extend8S : W.i64extend8S);
      case Op.ext16S: return sink.op(ir.type[n] === I32 ? W.i32extend16S : W.i64extend16S);
      case Op.ext32S: return sink.op(W.i64extend32S);
      default:
    }
    if (ir.type[a] === V128 || ir.type[n] === V128) return this.#vector(n);
    const codes = CODES.get(op)!;
    if (NODE_OPERANDS[op]! & 2) this.value(ir.b[n]!);
    sink.op(codes[ir.type[a] === I32 ? 0 : 1]);
  } // prettier-ignore

  /** The rest of a SIMD operation, whose first operand has been pushed. */
  #vector(n: number): void {
    const { ir, sink } = this;
    const op = ir.op[n]!;
    const b = ir.b[n]!;
    const c = ir.c[n]!;
    if (op === Op.simd) return sink.simd(b);
    if (op === Op.lane) return sink.simdLane(b, c);
    this.value(b);
    if (op === Op.simd2) return sink.simd(c);
    if (op === Op.replaceLane) return sink.simdLane(c & 255, c >> 8);
    if (op === Op.shuffle) {
      const [l0, l1, l2, l3] = ir.args.slice(c, c + 4) as [number, number, number, number];
      return sink.shuffle(l0, l1, l2, l3);
    }
    this.value(c);
    sink.bitselect();
  }

  #setState(n: number): void {
    const { ir, sink } = this;
    const value = ir.b[n]!;
    sink.const32(0);
    this.value(value);
    sink.store(storeOf(ir.type[value]!), ir.a[n]!);
  }

  #call(n: number): void {
    const { ir, sink } = this;
    const name = serviceByNumber(ir.a[n]!);
    const service: Service = SERVICES[name];
    // Arguments are computed before registers go to memory, so that they may be registers.
    this.beforeCall(service);
    for (let k = 0; k < ir.c[n]!; k++) this.value(ir.args[ir.b[n]! + k]!);
    sink.call(this.functions.get(name)!);
    if (ir.type[n] !== NONE) this.result(n);
    this.afterCall(service);
    if (service.mayFault) this.#faultIfPending(n);
  }

  #faultIfPending(n: number): void {
    const { sink } = this;
    sink.const32(0);
    sink.load(LOAD.i32, EXCEPTION_OFFSET);
    this.open(() => sink.if());
    this.fault(n);
    this.close();
  }
}
