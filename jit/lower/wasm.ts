/**
 * The WebAssembly instructions that lowering uses, and the stack-order interface through which it makes them. Two back ends
 * implement it: binaryen (binaryen-sink.ts) and plain bytes (byte-sink.ts).
 */

/** Value types, by their binary encoding. */
export const WASM_I32 = 0x7f;
export const WASM_I64 = 0x7e;
export const WASM_F64 = 0x7c;
export const WASM_V128 = 0x7b;
export const WASM_NONE = 0x40;
/** A value type; WASM_NONE for functions without a result. */
export type WasmType = 0x7f | 0x7e | 0x7c | 0x7b | 0x40;

/** One-byte numeric operations (WebAssembly core specification 5.4.7). */
export const W = {
  i32eqz: 0x45, i32eq: 0x46, i32ne: 0x47, i32ltS: 0x48, i32ltU: 0x49, i32gtS: 0x4a, i32gtU: 0x4b, i32leS: 0x4c, i32leU: 0x4d, i32geS: 0x4e, i32geU: 0x4f,
  i64eqz: 0x50, i64eq: 0x51, i64ne: 0x52, i64ltS: 0x53, i64ltU: 0x54, i64gtS: 0x55, i64gtU: 0x56, i64leS: 0x57, i64leU: 0x58, i64geS: 0x59, i64geU: 0x5a,
  i32clz: 0x67, i32ctz: 0x68, i32popcnt: 0x69, i32add: 0x6a, i32sub: 0x6b, i32mul: 0x6c, i32divS: 0x6d, i32divU: 0x6e, i32remS: 0x6f, i32remU: 0x70,
  i32and: 0x71, i32or: 0x72, i32xor: 0x73, i32shl: 0x74, i32shrS: 0x75, i32shrU: 0x76, i32rotl: 0x77,
  i64clz: 0x79, i64ctz: 0x7a, i64popcnt: 0x7b, i64add: 0x7c, i64sub: 0x7d, i64mul: 0x7e, i64divS: 0x7f, i64divU: 0x80, i64remS: 0x81, i64remU: 0x82,
  i64and: 0x83, i64or: 0x84, i64xor: 0x85, i64shl: 0x86, i64shrS: 0x87, i64shrU: 0x88, i64rotl: 0x89,
  i32wrapI64: 0xa7, i64extendI32S: 0xac, i64extendI32U: 0xad, i64reinterpretF64: 0xbd, f64reinterpretI64: 0xbf,
  i32extend8S: 0xc0, i32extend16S: 0xc1, i64extend8S: 0xc2, i64extend16S: 0xc3, i64extend32S: 0xc4,
} as const; // prettier-ignore

/** Loads, by what they push and the width in memory; a prefix stands above the low byte. */
export const LOAD = {
  i32: 0x28,
  i64: 0x29,
  f64: 0x2b,
  i32s8: 0x2c,
  i32u8: 0x2d,
  i32s16: 0x2e,
  i32u16: 0x2f,
  i64u32: 0x35,
  v128: 0xfd00,
} as const;
/** Stores, by what they pop and the width in memory. */
export const STORE = { i32: 0x36, i64: 0x37, f64: 0x39, i32as8: 0x3a, i32as16: 0x3b, v128: 0xfd0b } as const;

/** A function that generated code may call. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly WasmType[];
  readonly result: WasmType;
}

/** Receives one function's code in stack order. Depths of branches are relative, 0 the innermost. */
export interface WasmSink {
  /** Declares a local; parameters come first. */
  local(type: WasmType): number;
  const32(value: number): void;
  const64(low: number, high: number): void;
  /** A vector, as four words, the least significant first. */
  const128(w0: number, w1: number, w2: number, w3: number): void;
  get(local: number): void;
  set(local: number): void;
  tee(local: number): void;
  /** A numeric operation of `W`. */
  op(code: number): void;
  /** A SIMD operation without immediates, of jit/ir/simd.ts. */
  simd(code: number): void;
  /** Extracts or replaces a lane, as WebAssembly counts them. */
  simdLane(code: number, lane: number): void;
  /** Selects bytes of the two vectors on the stack: 16 lane numbers, four to a word, the lowest first. */
  shuffle(l0: number, l1: number, l2: number, l3: number): void;
  bitselect(): void;
  select(): void;
  drop(): void;
  /** A memory instruction of `LOAD` or `STORE`; the address, then the value, are on the stack. */
  load(code: number, offset: number): void;
  store(code: number, offset: number): void;
  block(): void;
  loop(): void;
  /** Opens an if on the i32 on the stack. */
  if(): void;
  else(): void;
  end(): void;
  br(depth: number): void;
  brIf(depth: number): void;
  brTable(depths: readonly number[], otherwise: number): void;
  call(callee: WasmFunction): void;
  return(): void;
  unreachable(): void;
}

/** Receives a module's functions. Memory, the functions called and, when asked for, the table are imports. */
export interface WasmModuleSink {
  /**
   * Adds an exported function.
   * @param body makes its code through the sink it is given
   */
  function(name: string, parameters: readonly WasmType[], result: WasmType, body: (sink: WasmSink) => void): void;
  /** The module's bytes. Ends the use of the sink. */
  finish(): Uint8Array;
}
