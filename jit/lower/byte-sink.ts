import { SIMD_PREFIX } from '../ir/simd.js';
import { WASM_NONE, type WasmFunction, type WasmModuleSink, type WasmSink, type WasmType } from './wasm.js';

/** Growing bytes with WebAssembly's variable-length numbers. */
class Bytes {
  data = new Uint8Array(1 << 12);
  size = 0;

  reserve(n: number): void {
    if (this.size + n <= this.data.length) return;
    const grown = new Uint8Array(Math.max(this.data.length * 2, this.size + n));
    grown.set(this.data);
    this.data = grown;
  }
  byte(v: number): void {
    if (this.size === this.data.length) this.reserve(1);
    this.data[this.size++] = v;
  }
  unsigned(v: number): void {
    this.reserve(5);
    let rest = v >>> 0;
    while (rest > 127) {
      this.data[this.size++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.data[this.size++] = rest;
  }
  signed(v: number): void {
    this.reserve(5);
    let rest = v | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      if ((rest === 0 && !(low & 64)) || (rest === -1 && low & 64)) return this.byte(low);
      this.data[this.size++] = low | 128;
    }
  }
  signed64(low: number, high: number): void {
    if (low >> 31 === high) return this.signed(low);
    let rest = (BigInt(high) << 32n) | BigInt(low >>> 0);
    for (;;) {
      const part = Number(rest & 127n);
      rest >>= 7n;
      if ((rest === 0n && !(part & 64)) || (rest === -1n && part & 64)) return this.byte(part);
      this.byte(part | 128);
    }
  }
  append(b: Bytes): void {
    this.reserve(b.size);
    this.data.set(b.data.subarray(0, b.size), this.size);
    this.size += b.size;
  }
  text(s: string): void {
    this.unsigned(s.length);
    for (let k = 0; k < s.length; k++) this.byte(s.charCodeAt(k));
  }
}

/** Bytes of a number whose value is filled in later. */
const PADDED = 5;

class ByteFunctionSink implements WasmSink {
  readonly code = new Bytes();
  readonly types: WasmType[];

  /** Calls whose function number is filled in at the end. */
  readonly calls: { readonly at: number; readonly callee: WasmFunction }[] = [];

  constructor(parameters: readonly WasmType[]) {
    this.types = [...parameters];
  }

  local(type: WasmType): number { return this.types.push(type) - 1; } // prettier-ignore
  const32(value: number): void { this.code.byte(0x41); this.code.signed(value); } // prettier-ignore
  const64(low: number, high: number): void { this.code.byte(0x42); this.code.signed64(low, high); } // prettier-ignore
  get(local: number): void { this.code.byte(0x20); this.code.unsigned(local); } // prettier-ignore
  set(local: number): void { this.code.byte(0x21); this.code.unsigned(local); } // prettier-ignore
  tee(local: number): void { this.code.byte(0x22); this.code.unsigned(local); } // prettier-ignore
  const128(...words: readonly [number, number, number, number]): void { this.simd(0x0c); this.#words(words); } // prettier-ignore
  #words(words: readonly number[]): void {
    for (const w of words) for (let shift = 0; shift < 32; shift += 8) this.code.byte((w >>> shift) & 255);
  }
  op(code: number): void { this.code.byte(code); } // prettier-ignore
  simd(code: number): void { this.code.byte(SIMD_PREFIX); this.code.unsigned(code); } // prettier-ignore
  simdLane(code: number, lane: number): void { this.simd(code); this.code.byte(lane); } // prettier-ignore
  shuffle(...words: readonly [number, number, number, number]): void { this.simd(0x0d); this.#words(words); } // prettier-ignore
  bitselect(): void { this.simd(0x52); } // prettier-ignore
  select(): void { this.code.byte(0x1b); } // prettier-ignore
  drop(): void { this.code.byte(0x1a); } // prettier-ignore
  load(code: number, offset: number): void {
    if (code > 255) this.code.byte(code >> 8);
    this.code.byte(code & 255);
    this.code.byte(0);
    this.code.unsigned(offset);
  }
  store(code: number, offset: number): void { this.load(code, offset); } // prettier-ignore
  block(): void { this.code.byte(0x02); this.code.byte(WASM_NONE); } // prettier-ignore
  loop(): void { this.code.byte(0x03); this.code.byte(WASM_NONE); } // prettier-ignore
  if(): void { this.code.byte(0x04); this.code.byte(WASM_NONE); } // prettier-ignore
  else(): void { this.code.byte(0x05); } // prettier-ignore
  end(): void { this.code.byte(0x0b); } // prettier-ignore
  br(depth: number): void { this.code.byte(0x0c); this.code.unsigned(depth); } // prettier-ignore
  brIf(depth: number): void { this.code.byte(0x0d); this.code.unsigned(depth); } // prettier-ignore
  brTable(depths: readonly number[], otherwise: number): void {
    this.code.byte(0x0e);
    this.code.unsigned(depths.length);
    for (const d of depths) this.code.unsigned(d);
    this.code.unsigned(otherwise);
  }
  call(callee: WasmFunction): void {
    this.code.byte(0x10);
    this.calls.push({ at: this.code.size, callee });
    for (let k = 0; k < PADDED; k++) this.code.byte(0);
  }
  return(): void { this.code.byte(0x0f); } // prettier-ignore
  unreachable(): void { this.code.byte(0x00); } // prettier-ignore
}

interface Defined {
  readonly name: string;
  readonly type: number;
  readonly sink: ByteFunctionSink;
  readonly parameters: number;
}

/** Options of a module made as bytes. */
export interface ByteModuleOptions {
  /** Adds a name section (WebAssembly, appendix Custom Sections) with the functions' names: the host's profilers show them. */
  readonly names?: boolean;
}

/** Subsection of function names in the name section. */
const FUNCTION_NAMES = 1;

/**
 * Builds a module directly as bytes: about ten times faster than binaryen, without its passes. Functions called but not defined are
 * imported from `env`.
 */
export class ByteModuleSink implements WasmModuleSink {
  readonly #types: string[] = [];
  readonly #defined: Defined[] = [];

  constructor(readonly options: ByteModuleOptions = {}) {}

  #type(parameters: readonly WasmType[], result: WasmType): number {
    const key = `${parameters.join()}:${result}`;
    const found = this.#types.indexOf(key);
    return found >= 0 ? found : this.#types.push(key) - 1;
  }

  function(name: string, parameters: readonly WasmType[], result: WasmType, body: (sink: WasmSink) => void): void {
    const sink = new ByteFunctionSink(parameters);
    body(sink);
    this.#defined.push({ name, type: this.#type(parameters, result), sink, parameters: parameters.length });
  }

  /** Numbers the functions, imports first, and fills the numbers into the calls. Returns the imports. */
  #resolveCalls(): WasmFunction[] {
    const defined = new Set(this.#defined.map((f) => f.name));
    const imports = new Map<string, WasmFunction>();
    for (const f of this.#defined) for (const { callee } of f.sink.calls) if (!defined.has(callee.name)) imports.set(callee.name, callee);
    const number = new Map([...imports.keys(), ...this.#defined.map((f) => f.name)].map((name, n) => [name, n]));
    for (const f of this.#defined) {
      for (const { at, callee } of f.sink.calls) {
        let rest = number.get(callee.name)!;
        for (let k = 0; k < PADDED; k++, rest >>>= 7) f.sink.code.data[at + k] = (rest & 127) | (k < PADDED - 1 ? 128 : 0);
      }
    }
    return [...imports.values()];
  }

  finish(): Uint8Array {
    const imports = this.#resolveCalls();
    const importTypes = imports.map((f) => this.#type(f.parameters, f.result));
    const out = new Bytes();
    for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(b);
    const section = (id: number, write: (b: Bytes) => void) => {
      const b = new Bytes();
      write(b);
      out.byte(id);
      out.unsigned(b.size);
      out.append(b);
    };
    section(1, (b) => {
      b.unsigned(this.#types.length);
      for (const key of this.#types) {
        const [parameters, result] = key.split(':') as [string, string];
        const list = parameters === '' ? [] : parameters.split(',').map(Number);
        b.byte(0x60);
        b.unsigned(list.length);
        for (const t of list) b.byte(t);
        b.unsigned(Number(result) === WASM_NONE ? 0 : 1);
        if (Number(result) !== WASM_NONE) b.byte(Number(result));
      }
    });
    section(2, (b) => {
      b.unsigned(imports.length + 1);
      b.text('env');
      b.text('memory');
      b.byte(2);
      b.byte(3); // shared, with a maximum
      b.unsigned(1);
      b.unsigned(65536);
      imports.forEach((f, n) => {
        b.text('env');
        b.text(f.name);
        b.byte(0);
        b.unsigned(importTypes[n]!);
      });
    });
    section(3, (b) => {
      b.unsigned(this.#defined.length);
      for (const f of this.#defined) b.unsigned(f.type);
    });
    section(7, (b) => {
      b.unsigned(this.#defined.length);
      this.#defined.forEach((f, n) => {
        b.text(f.name);
        b.byte(0);
        b.unsigned(imports.length + n);
      });
    });
    section(10, (b) => {
      b.unsigned(this.#defined.length);
      for (const f of this.#defined) b.append(body(f));
    });
    if (this.options.names) section(0, (b) => this.#writeNames(b, imports));
    return out.data.slice(0, out.size);
  }

  /** The name section's content: the names of all functions, imports first. */
  #writeNames(b: Bytes, imports: readonly WasmFunction[]): void {
    const names = new Bytes();
    const functions = [...imports, ...this.#defined];
    names.unsigned(functions.length);
    functions.forEach(({ name }, n) => {
      names.unsigned(n);
      names.text(name);
    });
    b.text('name');
    b.byte(FUNCTION_NAMES);
    b.unsigned(names.size);
    b.append(names);
  }
}

/** A function's entry in the code section: its size, its locals in runs of one type, its code. */
function body(f: Defined): Bytes {
  const locals = new Bytes();
  const runs: [count: number, type: number][] = [];
  for (const t of f.sink.types.slice(f.parameters)) {
    const last = runs[runs.length - 1];
    if (last && last[1] === t) last[0]++;
    else runs.push([1, t]);
  }
  locals.unsigned(runs.length);
  for (const [count, t] of runs) {
    locals.unsigned(count);
    locals.byte(t);
  }
  const out = new Bytes();
  out.unsigned(locals.size + f.sink.code.size + 1);
  out.append(locals);
  out.append(f.sink.code);
  out.byte(0x0b);
  return out;
}
