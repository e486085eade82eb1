/**
 * The definitions as they run: handlers of the interpreter and compiled regions, lowered by the real back ends, on the real native part of
 * the runtime, which `npm run build` makes. One CPU, one page of storage, no run loop: instructions are executed one at a time.
 */
import { importedFunctions } from '../../jit/abi/functions.js';
import { EXCEPTION_NONE, EXIT_EXCEPTION, RETURN_EXIT, RETURN_INTERPRET } from '../../jit/abi/exits.js';
import {
  CONTEXT_OFFSET, CONTEXT_TABLE_OFFSET, COUNTER_OFFSET, CR_OFFSET, EXCEPTION_OFFSET, EXIT_REASON_OFFSET, FPR_OFFSET, FPR_STRIDE, FPSCR_OFFSET, GPR_OFFSET,
  LAST_FP_OP_OFFSET, MSR_OFFSET, RAM_OFFSET, SOFT_TLB_WRITE_32,
} from '../../jit/abi/layout.js'; // prettier-ignore
import { addHandlers, type HandlerSpec } from '../../jit/interpreter/handler-lowering.js';
import { extract, type Instruction } from '../../jit/isa/inst.js';
import { MSR } from '../../jit/isa/registers.js';
import { BinaryenModuleSink, moduleMaker } from '../../jit/lower/binaryen-sink.js';
import { Translator } from '../../jit/region/translate.js';
import { loadNativeModules } from '../../src/host/node/native-modules.js';

const PAGE = 0x10000;
const SLICE = 100;

/** Address of the instruction. */
export const CIA = 0x1000;
/** Effective address of the page of storage. */
export const STORAGE = 0x20000;

/** What an instruction sees and leaves. Registers that are not named are 0 before. */
export interface Registers {
  readonly fpr: readonly bigint[];
  readonly gpr: readonly number[];
  readonly cr: readonly number[];
  readonly fpscr: number;
}
export interface Situation {
  readonly fpr?: Readonly<Record<number, bigint>>;
  readonly gpr?: Readonly<Record<number, number>>;
  readonly fpscr?: number;
  /** MSR[FP], and whether MSR[FE0] or MSR[FE1] is set. */
  readonly fp?: boolean;
  readonly fe?: boolean;
}
export interface After extends Registers {
  /** EXCEPTION_*; then the next address is the instruction's own. */
  readonly exception: number;
  readonly next: number;
  /** Instructions counted in compiled code. */
  readonly counted: number;
}

type Code = (a: number, b: number) => number;
/** One instruction in one of the ways to run it. */
export interface Runnable {
  readonly word: number;
  /** MSR bits that the code was made for; undefined: any. */
  readonly key: Key | undefined;
  readonly code: Code;
}
/** MSR bits that compiled code may take for granted. */
export interface Key {
  readonly fp: boolean;
  readonly fe: boolean;
}

export class FloatMachine {
  readonly memory = new WebAssembly.Memory({ initial: RAM_OFFSET / PAGE + 1, maximum: 65536, shared: true });
  readonly #view = new DataView(this.memory.buffer);
  readonly #table = new WebAssembly.Table({ initial: 1024, element: 'anyfunc' });
  readonly #functions: Record<string, unknown> = {};

  constructor() {
    const refuse = () => {
      throw new Error('the floating-point instructions need no host');
    };
    // Storage that the soft TLB does not find is not there.
    const host = new Proxy({}, { get: (_, name) => (name === 'fill' ? () => 0 : refuse) });
    const { natives } = loadNativeModules('440EP');
    const { exports } = new WebAssembly.Instance(natives, { env: { memory: this.memory, table: this.#table }, host });
    for (const name of importedFunctions(32).keys()) this.#functions[name] = exports[name] ?? refuse;
  }

  #instantiate(bytes: Uint8Array): Record<string, unknown> {
    const module = new WebAssembly.Module(bytes);
    return new WebAssembly.Instance(module, { env: { memory: this.memory, table: this.#table, ...this.#functions } }).exports;
  }

  /** Handlers of the interpreter for these words, optimized as they are shipped. */
  handlers(words: readonly { readonly instruction: Instruction; readonly word: number }[]): Runnable[] {
    const numbers = new Map<string, number>();
    const specs: HandlerSpec[] = [];
    const handlerOf = words.map(({ instruction, word }) => {
      const fields = instruction.operands.flatMap((o) => o.fields).filter((f) => f.variant);
      const variant = new Map(fields.map((f) => [f.name, extract(word, f)]));
      const name = `${instruction.mnemonic} ${instruction.operands.map((o) => o.name).join()} ${[...variant].join()}`;
      if (!numbers.has(name)) numbers.set(name, specs.push({ instruction, variant }));
      return numbers.get(name)!;
    });
    const module = new BinaryenModuleSink({ optimize: 3 });
    addHandlers(module, specs, { width: 32, mode64: false, msr: {} }, importedFunctions(32), true);
    const exports = this.#instantiate(module.finish());
    return words.map(({ word }, k) => ({ word, key: undefined, code: exports[`h${handlerOf[k]}`] as Code }));
  }

  /** Regions of one instruction each for these words, in one module. */
  regions(
    words: readonly { readonly instruction: Instruction; readonly word: number }[],
    key: Key,
    backEnd: 'bytes' | 'binaryen',
  ): Runnable[] {
    const byWord = new Map(words.map(({ instruction, word }) => [word, instruction]));
    const decoder = { decode: (word: number) => byWord.get(word) };
    const translator = new Translator({ decoder, width: 32, swizzled: true, ...moduleMaker(backEnd) });
    const context = { width: 32, mode64: false, msr: { PR: false, LE: false, FP: key.fp, FE0: key.fe, FE1: false } } as const;
    // Each at an address of its own; results are moved to CIA.
    const pcOf = (k: number) => CIA + 0x100 * k;
    const requests = words.map(({ word }, k) => ({ pc: pcOf(k), fetch: (pc: number) => (pc === pcOf(k) ? word : undefined) }));
    const module = translator.translate(requests, context);
    if (module?.regions.length !== words.length) throw new Error('not everything was translated');
    const exports = this.#instantiate(module.bytes);
    return module.regions.map(({ name, pc }) => {
      const code = exports[name] as Code;
      return { word: words[(pc - CIA) / 0x100].word, key, code: () => code(0, 0) - pc + CIA };
    });
  }

  /** Executes one instruction. */
  run({ code, word, key }: Runnable, { fpr = {}, gpr = {}, fpscr = 0, fp = true, fe = false }: Situation): After {
    if (key && (key.fp !== fp || key.fe !== fe)) throw new Error('the code is for another key');
    const view = this.#view;
    const put = (offset: number, value: number) => view.setUint32(offset, value, true);
    for (let n = 0; n < 32; n++) {
      view.setBigUint64(FPR_OFFSET + FPR_STRIDE * n, fpr[n] ?? 0n, true);
      put(GPR_OFFSET + 8 * n, gpr[n] ?? 0);
    }
    for (let n = 0; n < 8; n++) put(CR_OFFSET + 4 * n, 0);
    put(FPSCR_OFFSET, fpscr);
    put(LAST_FP_OP_OFFSET, 0);
    put(MSR_OFFSET, ((fp ? MSR.FP.mask : 0) | (fe ? MSR.FE0.mask : 0)) >>> 0);
    put(EXCEPTION_OFFSET, EXCEPTION_NONE);
    put(EXIT_REASON_OFFSET, 0);
    put(COUNTER_OFFSET, SLICE);
    this.#mapStorage();
    const next = code(word, CIA);
    return this.#after(next);
  }
  #after(next: number): After {
    const view = this.#view;
    const get = (offset: number) => view.getUint32(offset, true);
    // Before anything is computed late.
    const cr = Array.from({ length: 8 }, (_, n) => get(CR_OFFSET + 4 * n));
    const prompt = get(FPSCR_OFFSET);
    if ((next & 3) === RETURN_INTERPRET) throw new Error('left to the interpreter');
    const exits = (next & 3) === RETURN_EXIT;
    if (exits && get(EXIT_REASON_OFFSET) !== EXIT_EXCEPTION) throw new Error(`exit ${get(EXIT_REASON_OFFSET)}`);
    const fpscr = (this.#functions.readFpscr as () => number)() >>> 0;
    if ((prompt ^ fpscr) & 0xf0000000) throw new Error(`FX, FEX, VX or OX came late: ${prompt.toString(16)} ${fpscr.toString(16)}`);
    return {
      fpr: Array.from({ length: 32 }, (_, n) => view.getBigUint64(FPR_OFFSET + FPR_STRIDE * n, true)),
      gpr: Array.from({ length: 32 }, (_, n) => get(GPR_OFFSET + 8 * n)),
      cr,
      fpscr,
      exception: exits ? get(EXCEPTION_OFFSET) : EXCEPTION_NONE,
      next: next & ~3,
      counted: SLICE - view.getInt32(COUNTER_OFFSET, true),
    };
  }

  /** Lets the soft TLB find the page at STORAGE, for reading and writing. */
  #mapStorage(): void {
    const view = this.#view;
    view.setUint32(CONTEXT_OFFSET, CONTEXT_TABLE_OFFSET, true);
    for (const table of [0, SOFT_TLB_WRITE_32]) {
      const entry = CONTEXT_TABLE_OFFSET + table + 8 * (STORAGE >>> 12);
      view.setUint32(entry, STORAGE, true);
      view.setInt32(entry + 4, RAM_OFFSET - STORAGE, true);
    }
  }

  /** A word of storage, by its offset in the page: a multiple of 4. */
  storedWord(offset: number): number {
    return this.#view.getUint32(RAM_OFFSET + offset, true);
  }
  storeWord(offset: number, value: number): void {
    this.#view.setUint32(RAM_OFFSET + offset, value, true);
  }
}
