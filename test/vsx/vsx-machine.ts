/**
 * The VSX definitions as they run: handlers of the interpreter and compiled regions, lowered by the real back ends for a 64-bit model, on the
 * real native part of the runtime, which `npm run build` makes. One CPU, one page of storage, no run loop: instructions are executed one at a
 * time.
 */
import { readFileSync } from 'node:fs';
import { importedFunctions } from '../../jit/abi/functions.js';
import { EXCEPTION_DATA_STORAGE, EXCEPTION_NONE, EXIT_EXCEPTION, RETURN_EXIT, RETURN_INTERPRET } from '../../jit/abi/exits.js';
import {
  CONTEXT_OFFSET, CONTEXT_TABLE_OFFSET, COUNTER_OFFSET, CR_OFFSET, EXCEPTION_OFFSET, EXIT_REASON_OFFSET, FPSCR_OFFSET, GPR_OFFSET, LAST_FP_OP_OFFSET, MSR_OFFSET,
  RAM_OFFSET, SOFT_TLB_ADDEND_64, SOFT_TLB_READ, SOFT_TLB_WRITE_64, VSR_OFFSET,
} from '../../jit/abi/layout.js'; // prettier-ignore
import { addHandlers, type HandlerSpec } from '../../jit/interpreter/handler-lowering.js';
import type { BuildContext } from '../../jit/ir/build-context.js';
import { extract, type Instruction } from '../../jit/isa/inst.js';
import { MSR } from '../../jit/isa/registers.js';
import { BinaryenModuleSink, moduleMaker } from '../../jit/lower/binaryen-sink.js';
import { Translator } from '../../jit/region/translate.js';

const PAGE = 0x10000;
const SLICE = 100;

/** Address of the instruction. */
export const CIA = 0x1000;
/** Effective address of the page of storage, and its size in bytes. */
export const STORAGE = 0x20000;
export const STORAGE_SIZE = 0x1000;

/** How RAM lies, and the byte order that the guest asks for. */
export interface Order {
  readonly swizzled: boolean;
  readonly little: boolean;
}
export const ORDERS: readonly Order[] = [
  { swizzled: true, little: false },
  { swizzled: false, little: true },
  { swizzled: true, little: true },
  { swizzled: false, little: false },
];

/** MSR bits of a situation. */
export interface Key {
  readonly vsx: boolean;
  readonly vec: boolean;
  readonly fp: boolean;
  readonly fe: boolean;
}
export const AVAILABLE: Key = { vsx: true, vec: true, fp: true, fe: false };

/** Registers that are not named are 0. VSRs as 128-bit numbers. */
export interface Situation {
  readonly vsr?: Readonly<Record<number, bigint>>;
  readonly gpr?: Readonly<Record<number, bigint>>;
  readonly fpscr?: number;
  readonly key?: Key;
}
export interface After {
  readonly vsr: readonly bigint[];
  readonly gpr: readonly bigint[];
  readonly cr: readonly number[];
  readonly fpscr: number;
  /** EXCEPTION_*; then the next address is the instruction's own. */
  readonly exception: number;
  readonly next: number;
  /** Compiled code left the instruction to the interpreter, which will do it from the start. */
  readonly left: boolean;
}

export interface Case {
  readonly instruction: Instruction;
  readonly word: number;
}
type Code = (a: number, b: never) => bigint;
/** One instruction in one of the ways to run it. */
export interface Runnable {
  readonly word: number;
  /** MSR bits that the code was made for; undefined: any. */
  readonly key: Key | undefined;
  readonly run: () => bigint;
}

const keyText = (k: Key): string => `${k.vsx}${k.vec}${k.fp}${k.fe}`;

export class VsxMachine {
  readonly memory = new WebAssembly.Memory({ initial: RAM_OFFSET / PAGE + 1, maximum: 65536, shared: true });
  readonly #view = new DataView(this.memory.buffer);
  readonly #table = new WebAssembly.Table({ initial: 1024, element: 'anyfunc' });
  readonly #functions: Record<string, unknown> = {};

  constructor(readonly order: Order = ORDERS[0]!) {
    const refuse = () => {
      throw new Error('these instructions need no host');
    };
    // Storage that the soft TLB does not find is not there.
    const fill = () => {
      this.#view.setUint32(EXCEPTION_OFFSET, EXCEPTION_DATA_STORAGE, true);
      return 0;
    };
    const host = new Proxy({}, { get: (_, name) => (name === 'fill' ? fill : refuse) });
    const file = new URL(`../../dist/native/natives64${order.swizzled ? '' : 'le'}.wasm`, import.meta.url);
    const natives = new WebAssembly.Module(readFileSync(file));
    const { exports } = new WebAssembly.Instance(natives, { env: { memory: this.memory, table: this.#table }, host });
    for (const name of importedFunctions(64).keys()) this.#functions[name] = exports[name] ?? refuse;
  }

  get #foreign(): { readonly foreignEndian?: true } {
    return this.order.little === this.order.swizzled ? { foreignEndian: true } : {};
  }
  #instantiate(bytes: Uint8Array): Record<string, unknown> {
    const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    return new WebAssembly.Instance(module, { env: { memory: this.memory, table: this.#table, ...this.#functions } as never }).exports;
  }

  /** Handlers of the interpreter for these words, optimized as they are shipped. */
  handlers(cases: readonly Case[]): Runnable[] {
    const numbers = new Map<string, number>();
    const specs: HandlerSpec[] = [];
    const handlerOf = cases.map(({ instruction, word }) => {
      const fields = instruction.operands.flatMap((o) => o.fields).filter((f) => f.variant);
      const variant = new Map(fields.map((f) => [f.name, extract(word, f)]));
      const name = `${instruction.mnemonic} ${[...variant].join()}`;
      if (!numbers.has(name)) numbers.set(name, specs.push({ instruction, variant }) - 1);
      return numbers.get(name)!;
    });
    const module = new BinaryenModuleSink({ optimize: 3 });
    const context: BuildContext = { width: 64, mode64: true, ...this.#foreign, msr: {} };
    const names = addHandlers(module, specs, context, importedFunctions(64), this.order.swizzled);
    const exports = this.#instantiate(module.finish());
    return cases.map(({ word }, k) => {
      const code = exports[names[handlerOf[k]!]!] as Code;
      return { word, key: undefined, run: () => code(word, BigInt(CIA) as never) };
    });
  }

  /** Regions of one instruction each for these words, in one module; storage accesses go to the slow path when the quick one fails. */
  regions(cases: readonly Case[], key: Key): Runnable[] {
    const byWord = new Map(cases.map(({ instruction, word }) => [word, instruction]));
    const decoder = { decode: (word: number) => byWord.get(word) };
    const translator = new Translator({ decoder, width: 64, swizzled: this.order.swizzled, ...moduleMaker('bytes') });
    const msr = { PR: false, LE: this.order.little, VSX: key.vsx, VEC: key.vec, FP: key.fp, FE0: key.fe, FE1: false } as const;
    // Each at an address of its own; results are moved to CIA.
    const pcOf = (k: number) => CIA + 0x100 * k;
    const requests = cases.map(({ word }, k) => ({
      pc: pcOf(k),
      fetch: (pc: number) => (pc === pcOf(k) ? word : undefined),
      difficult: () => true,
    }));
    const module = translator.translate(requests, { width: 64, mode64: true, ...this.#foreign, msr });
    if (module?.regions.length !== cases.length) throw new Error('not everything was translated');
    const exports = this.#instantiate(module.bytes);
    return module.regions.map(({ name, pc }) => {
      const code = exports[name] as Code;
      return { word: cases[(pc - CIA) / 0x100]!.word, key, run: () => code(0, 0 as never) - BigInt(pc - CIA) };
    });
  }

  /** Executes one instruction. */
  run({ run, key: codeKey }: Runnable, { vsr = {}, gpr = {}, fpscr = 0, key = AVAILABLE }: Situation): After {
    if (codeKey && keyText(codeKey) !== keyText(key)) throw new Error('the code is for another key');
    const view = this.#view;
    const put = (offset: number, value: number) => view.setUint32(offset, value, true);
    for (let n = 0; n < 64; n++) {
      const value = vsr[n] ?? 0n;
      view.setBigUint64(VSR_OFFSET + 16 * n, BigInt.asUintN(64, value), true);
      view.setBigUint64(VSR_OFFSET + 16 * n + 8, value >> 64n, true);
    }
    for (let n = 0; n < 32; n++) view.setBigUint64(GPR_OFFSET + 8 * n, gpr[n] ?? 0n, true);
    for (let n = 0; n < 8; n++) put(CR_OFFSET + 4 * n, 0);
    put(FPSCR_OFFSET, fpscr);
    put(LAST_FP_OP_OFFSET, 0);
    const bits = (on: boolean, mask: number) => (on ? mask : 0);
    put(MSR_OFFSET, (bits(key.vsx, MSR.VSX.mask) | bits(key.vec, MSR.VEC.mask) | bits(key.fp, MSR.FP.mask) | bits(key.fe, MSR.FE0.mask) | bits(this.order.little, MSR.LE.mask)) >>> 0); // prettier-ignore
    put(MSR_OFFSET + 4, 0x80000000);
    put(EXCEPTION_OFFSET, EXCEPTION_NONE);
    put(EXIT_REASON_OFFSET, 0);
    put(COUNTER_OFFSET, SLICE);
    this.#mapStorage();
    return this.#after(Number(run()));
  }
  #after(next: number): After {
    const view = this.#view;
    const get = (offset: number) => view.getUint32(offset, true);
    // Before anything is computed late.
    const cr = Array.from({ length: 8 }, (_, n) => get(CR_OFFSET + 4 * n));
    const prompt = get(FPSCR_OFFSET);
    const exits = (next & 3) === RETURN_EXIT;
    if (exits && get(EXIT_REASON_OFFSET) !== EXIT_EXCEPTION) throw new Error(`exit ${get(EXIT_REASON_OFFSET)}`);
    const fpscr = (this.#functions['readFpscr'] as () => number)() >>> 0;
    if ((prompt ^ fpscr) & 0xf0000000) throw new Error(`FX, FEX, VX or OX came late: ${prompt.toString(16)} ${fpscr.toString(16)}`);
    const half = (n: number, at: number) => view.getBigUint64(VSR_OFFSET + 16 * n + at, true);
    return {
      vsr: Array.from({ length: 64 }, (_, n) => (half(n, 8) << 64n) | half(n, 0)),
      gpr: Array.from({ length: 32 }, (_, n) => view.getBigUint64(GPR_OFFSET + 8 * n, true)),
      cr,
      fpscr,
      exception: exits ? get(EXCEPTION_OFFSET) : EXCEPTION_NONE,
      next: next & ~3,
      left: (next & 3) === RETURN_INTERPRET,
    };
  }

  /** Lets the soft TLB find the page at STORAGE, for reading and writing. */
  #mapStorage(): void {
    const view = this.#view;
    view.setUint32(CONTEXT_OFFSET, CONTEXT_TABLE_OFFSET, true);
    for (const table of [SOFT_TLB_READ, SOFT_TLB_WRITE_64]) {
      const entry = CONTEXT_TABLE_OFFSET + table + 16 * (STORAGE >>> 12);
      view.setBigUint64(entry, BigInt(STORAGE), true);
      view.setInt32(entry + SOFT_TLB_ADDEND_64, RAM_OFFSET - STORAGE, true);
    }
  }

  /** A byte of storage, by its offset in the page. */
  #at(offset: number): number {
    return RAM_OFFSET + (this.order.swizzled ? offset ^ 3 : offset);
  }
  bytes(offset: number, count: number): number[] {
    return Array.from({ length: count }, (_, k) => this.#view.getUint8(this.#at(offset + k)));
  }
  storeBytes(offset: number, bytes: readonly number[]): void {
    bytes.forEach((b, k) => this.#view.setUint8(this.#at(offset + k), b));
  }
}
