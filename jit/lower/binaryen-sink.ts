import binaryen from 'binaryen';
import { SIMD_BINARY, SIMD_EXTRACT, SIMD_REPLACE, SIMD_SHIFT, SIMD_SPLAT, SIMD_TEST, SIMD_UNARY } from '../ir/simd.js';
import {
  LOAD,
  STORE,
  W,
  WASM_F64,
  WASM_I32,
  WASM_I64,
  WASM_V128,
  type WasmFunction,
  type WasmModuleSink,
  type WasmSink,
  type WasmType,
} from './wasm.js';

type Expression = number;
type Unary = (value: Expression) => Expression;
type Binary = (left: Expression, right: Expression) => Expression;
type Lane = (vector: Expression, lane: number, value?: Expression) => Expression;

/** A module's makers of expressions, by operation numbers: of `W`, and of SIMD. */
interface Makers {
  readonly unary: Map<number, Unary>;
  readonly binary: Map<number, Binary>;
  readonly simdUnary: Map<number, Unary>;
  readonly simdBinary: Map<number, Binary>;
  readonly extract: Map<number, Lane>;
  readonly replace: Map<number, Lane>;
}

const typeOf = (t: WasmType): number => {
  switch (t) {
    case WASM_I32: return binaryen.i32;
    case WASM_I64: return binaryen.i64;
    case WASM_F64: return binaryen.f64;
    case WASM_V128: return binaryen.v128;
    default: return binaryen.none;
  }
}; // prettier-ignore

/** A module's makers of the SIMD operations of a table. Binaryen spells some names out. */
function simdMakers<M>(m: binaryen.Module, ...tables: readonly Readonly<Record<string, number>>[]): Map<number, M> {
  const made = new Map<number, M>();
  for (const [name, code] of tables.flatMap((t) => Object.entries(t))) {
    const [shape, operation] = name.split('.') as [keyof binaryen.Module, string];
    made.set(code, (m[shape] as unknown as Record<string, M>)[operation.replace(/^(add|sub)_sat_/, '$1_saturate_')]!);
  }
  return made;
}

/** Tables from operation numbers to a module's makers of expressions. */
function makers(m: binaryen.Module): Makers {
  const unary = new Map<number, Unary>();
  const binary = new Map<number, Binary>();
  const { i32, i64, f64 } = m;
  const one: Record<string, Unary> = {
    i32eqz: i32.eqz, i32clz: i32.clz, i32ctz: i32.ctz, i32popcnt: i32.popcnt, i32wrapI64: i32.wrap, i32extend8S: i32.extend8_s, i32extend16S: i32.extend16_s,
    i64eqz: i64.eqz, i64clz: i64.clz, i64ctz: i64.ctz, i64popcnt: i64.popcnt, i64extendI32S: i64.extend_s, i64extendI32U: i64.extend_u,
    i64extend8S: i64.extend8_s, i64extend16S: i64.extend16_s, i64extend32S: i64.extend32_s, i64reinterpretF64: i64.reinterpret, f64reinterpretI64: f64.reinterpret,
  }; // prettier-ignore
  for (const [name, make] of Object.entries(one)) unary.set(W[name as keyof typeof W], make);
  const both: readonly [string, string][] = [
    ['add', 'add'], ['sub', 'sub'], ['mul', 'mul'], ['divS', 'div_s'], ['divU', 'div_u'], ['remS', 'rem_s'], ['remU', 'rem_u'], ['and', 'and'], ['or', 'or'],
    ['xor', 'xor'], ['shl', 'shl'], ['shrS', 'shr_s'], ['shrU', 'shr_u'], ['rotl', 'rotl'], ['eq', 'eq'], ['ne', 'ne'], ['ltS', 'lt_s'], ['ltU', 'lt_u'],
    ['gtS', 'gt_s'], ['gtU', 'gt_u'], ['leS', 'le_s'], ['leU', 'le_u'], ['geS', 'ge_s'], ['geU', 'ge_u'],
  ]; // prettier-ignore
  for (const [ours, theirs] of both) {
    for (const width of ['i32', 'i64'] as const) {
      binary.set(W[`${width}${ours}` as keyof typeof W], (m[width] as unknown as Record<string, Binary>)[theirs]!);
    }
  }
  return {
    unary,
    binary,
    simdUnary: simdMakers(m, SIMD_UNARY, SIMD_TEST, SIMD_SPLAT),
    simdBinary: simdMakers(m, SIMD_BINARY, SIMD_SHIFT),
    extract: simdMakers(m, SIMD_EXTRACT),
    replace: simdMakers(m, SIMD_REPLACE),
  };
}

/** Words as bytes, the least significant first. */
const bytesOf = (words: readonly number[]): number[] => words.flatMap((w) => [0, 8, 16, 24].map((shift) => (w >>> shift) & 255));

interface Frame {
  readonly kind: 'function' | 'block' | 'loop' | 'if';
  readonly label: string;
  readonly condition: Expression;
  statements: Expression[];
  then: Expression[] | undefined;
}

class BinaryenFunctionSink implements WasmSink {
  readonly #stack: Expression[] = [];
  readonly #frames: Frame[] = [];
  readonly #types: number[];
  #labels = 0;

  constructor(
    readonly m: binaryen.Module,
    parameters: readonly WasmType[],
    readonly table: Makers,
    readonly imported: (f: WasmFunction) => void,
  ) {
    this.#types = parameters.map(typeOf);
    this.#open('function', 0);
  }

  #open(kind: Frame['kind'], condition: Expression): void {
    this.#frames.push({ kind, label: `L${this.#labels++}`, condition, statements: [], then: undefined });
  }
  get #top(): Frame {
    return this.#frames[this.#frames.length - 1]!;
  }
  #pop(): Expression {
    const x = this.#stack.pop();
    if (x === undefined) throw new Error('lowering: the value stack is empty');
    return x;
  }
  #label(depth: number): string {
    return this.#frames[this.#frames.length - 1 - depth]!.label;
  }
  #add(x: Expression): void {
    this.#top.statements.push(x);
  }

  local(type: WasmType): number { return this.#types.push(typeOf(type)) - 1; } // prettier-ignore
  const32(value: number): void { this.#stack.push(this.m.i32.const(value | 0)); } // prettier-ignore
  const64(low: number, high: number): void {
    this.#stack.push(this.m.i64.const((BigInt(high) << 32n) | BigInt(low >>> 0)));
  }
  const128(...words: readonly [number, number, number, number]): void { this.#stack.push(this.m.v128.const(bytesOf(words))); } // prettier-ignore
  get(local: number): void { this.#stack.push(this.m.local.get(local, this.#types[local]!)); } // prettier-ignore
  set(local: number): void { this.#add(this.m.local.set(local, this.#pop())); } // prettier-ignore
  tee(local: number): void { this.#stack.push(this.m.local.tee(local, this.#pop(), this.#types[local]!)); } // prettier-ignore
  op(code: number): void {
    const unary = this.table.unary.get(code);
    if (unary) return void this.#stack.push(unary(this.#pop()));
    const right = this.#pop();
    this.#stack.push(this.table.binary.get(code)!(this.#pop(), right));
  }
  simd(code: number): void {
    const unary = this.table.simdUnary.get(code);
    if (unary) return void this.#stack.push(unary(this.#pop()));
    const right = this.#pop();
    this.#stack.push(this.table.simdBinary.get(code)!(this.#pop(), right));
  }
  simdLane(code: number, lane: number): void {
    const extract = this.table.extract.get(code);
    if (extract) return void this.#stack.push(extract(this.#pop(), lane));
    const value = this.#pop();
    this.#stack.push(this.table.replace.get(code)!(this.#pop(), lane, value));
  }
  shuffle(...words: readonly [number, number, number, number]): void {
    const right = this.#pop();
    this.#stack.push(this.m.i8x16.shuffle(this.#pop(), right, bytesOf(words)));
  }
  bitselect(): void {
    const mask = this.#pop();
    const zeros = this.#pop();
    this.#stack.push(this.m.v128.bitselect(this.#pop(), zeros, mask));
  }
  select(): void {
    const condition = this.#pop();
    const otherwise = this.#pop();
    this.#stack.push(this.m.select(condition, this.#pop(), otherwise));
  }
  drop(): void { this.#add(this.m.drop(this.#pop())); } // prettier-ignore
  load(code: number, offset: number): void {
    const { m } = this;
    const at = this.#pop();
    const make = (): Expression => {
      switch (code) {
        case LOAD.i32: return m.i32.load(offset, 1, at);
        case LOAD.i64: return m.i64.load(offset, 1, at);
        case LOAD.f64: return m.f64.load(offset, 1, at);
        case LOAD.v128: return m.v128.load(offset, 1, at);
        case LOAD.i32s8: return m.i32.load8_s(offset, 1, at);
        case LOAD.i32u8: return m.i32.load8_u(offset, 1, at);
        case LOAD.i32s16: return m.i32.load16_s(offset, 1, at);
        case LOAD.i32u16: return m.i32.load16_u(offset, 1, at);
        default: return m.i64.load32_u(offset, 1, at);
      }
    }; // prettier-ignore
    this.#stack.push(make());
  }
  store(code: number, offset: number): void {
    const { m } = this;
    const value = this.#pop();
    const at = this.#pop();
    const make = (): Expression => {
      switch (code) {
        case STORE.i32: return m.i32.store(offset, 1, at, value);
        case STORE.i64: return m.i64.store(offset, 1, at, value);
        case STORE.f64: return m.f64.store(offset, 1, at, value);
        case STORE.v128: return m.v128.store(offset, 1, at, value);
        case STORE.i32as8: return m.i32.store8(offset, 1, at, value);
        default: return m.i32.store16(offset, 1, at, value);
      }
    }; // prettier-ignore
    this.#add(make());
  }
  block(): void { this.#open('block', 0); } // prettier-ignore
  loop(): void { this.#open('loop', 0); } // prettier-ignore
  if(): void { this.#open('if', this.#pop()); } // prettier-ignore
  else(): void {
    const top = this.#top;
    top.then = top.statements;
    top.statements = [];
  }
  end(): void {
    const { m } = this;
    const f = this.#frames.pop()!;
    if (f.kind === 'block') this.#add(m.block(f.label, f.statements));
    else if (f.kind === 'loop') this.#add(m.loop(f.label, m.block(null, f.statements)));
    else {
      const then = m.block(f.label, f.then ?? f.statements);
      this.#add(f.then ? m.if(f.condition, then, m.block(null, f.statements)) : m.if(f.condition, then));
    }
  }
  br(depth: number): void { this.#add(this.m.br(this.#label(depth))); } // prettier-ignore
  brIf(depth: number): void { this.#add(this.m.br_if(this.#label(depth), this.#pop())); } // prettier-ignore
  brTable(depths: readonly number[], otherwise: number): void {
    this.#add(this.m.switch(depths.map((d) => this.#label(d)), this.#label(otherwise), this.#pop())); // prettier-ignore
  }
  call(callee: WasmFunction): void {
    this.imported(callee);
    const args = callee.parameters.map(() => this.#pop()).reverse();
    const call = this.m.call(callee.name, args, typeOf(callee.result));
    if (typeOf(callee.result) === binaryen.none) this.#add(call);
    else this.#stack.push(call);
  }
  return(): void { this.#add(this.m.return(this.#pop())); } // prettier-ignore
  unreachable(): void { this.#add(this.m.unreachable()); } // prettier-ignore

  /** The function's body and the types of its locals behind the parameters. */
  done(parameters: number): { body: Expression; locals: number[] } {
    return { body: this.m.block(null, this.#frames[0]!.statements), locals: this.#types.slice(parameters) };
  }
}

const { Features } = binaryen;
/** A fixed list: Features.All turns on an import encoding that Node 20 refuses. */
const FEATURES = Features.MutableGlobals | Features.BulkMemory | Features.SignExt | Features.SIMD128 | Features.NontrappingFPToInt | Features.ReferenceTypes | Features.Atomics; // prettier-ignore

/** Options of a binaryen module. */
export interface BinaryenOptions {
  /** Binaryen's passes by optimize level; absent: none. */
  readonly optimize?: 1 | 2 | 3 | 4;
  /** Adds a name section with the functions' names: the host's profilers show them. */
  readonly names?: boolean;
  /** Functions are not exported: they are reached by the table. */
  readonly tableOnly?: boolean;
}

/** A module's bytes. Whether there are names is a setting of binaryen as a whole. */
function emit(m: binaryen.Module, names: boolean): Uint8Array {
  binaryen.setDebugInfo(names);
  const bytes = m.emitBinary();
  binaryen.setDebugInfo(false);
  return bytes;
}

/**
 * Runs binaryen's passes over a module. It is read back from bytes for that: full-width loads made through binaryen's interface count as
 * signed (version 132), and the passes would turn a zero-extended i32.load into i64.load32_s.
 */
function optimized(bytes: Uint8Array, level: number, names: boolean): Uint8Array {
  const m = binaryen.readBinary(bytes);
  m.setFeatures(FEATURES);
  binaryen.setOptimizeLevel(level);
  binaryen.setShrinkLevel(0);
  m.optimize();
  const out = emit(m, names);
  m.dispose();
  return out;
}

/** Builds a module with binaryen. Memory and functions are imported from `env`. */
export class BinaryenModuleSink implements WasmModuleSink {
  readonly #m = new binaryen.Module();
  readonly #makers = makers(this.#m);
  readonly #defined = new Set<string>();
  readonly #called = new Map<string, WasmFunction>();
  #tableSize = 0;

  constructor(readonly options: BinaryenOptions = {}) {
    this.#m.setFeatures(FEATURES);
    this.#m.setMemory(1, 65536, null, [], true);
    this.#m.addMemoryImport('0', 'env', 'memory', true);
  }

  function(name: string, parameters: readonly WasmType[], result: WasmType, body: (sink: WasmSink) => void): void {
    const sink = new BinaryenFunctionSink(this.#m, parameters, this.#makers, (f) => this.#called.set(f.name, f));
    body(sink);
    const { body: code, locals } = sink.done(parameters.length);
    this.#m.addFunction(name, binaryen.createType(parameters.map(typeOf)), typeOf(result), locals, code);
    if (!this.options.tableOnly) this.#m.addFunctionExport(name, name);
    this.#defined.add(name);
  }

  /** Places functions of this module in the imported table, from index `base` on. */
  fillTable(base: number, functions: readonly string[]): void {
    const m = this.#m;
    if (this.#tableSize === 0) {
      m.addTable('table', 1, -1);
      m.addTableImport('table', 'env', 'table');
    }
    this.#tableSize = Math.max(this.#tableSize, base + functions.length);
    m.addActiveElementSegment('table', `from${base}`, [...functions], m.i32.const(base));
  }

  finish(): Uint8Array {
    const m = this.#m;
    for (const [name, f] of this.#called) {
      if (!this.#defined.has(name)) m.addFunctionImport(name, 'env', name, binaryen.createType(f.parameters.map(typeOf)), typeOf(f.result));
    }
    const { optimize, names = false } = this.options;
    const bytes = emit(m, names);
    m.dispose();
    return optimize === undefined ? bytes : optimized(bytes, optimize, names);
  }

  /** The module as text, for people and goldens; does not end the use of the sink. */
  text(): string {
    return this.#m.emitText();
  }
}

/** Makers of modules by back end, for what lets people choose: plain bytes have none of their own. */
export const moduleMaker = (backEnd: 'bytes' | 'binaryen', options: BinaryenOptions = {}): { makeModule?: () => WasmModuleSink } =>
  backEnd === 'binaryen' ? { makeModule: () => new BinaryenModuleSink(options) } : {};
