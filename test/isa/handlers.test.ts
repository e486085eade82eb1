import { describe, expect, it } from 'vitest';
import { importedFunctions } from '../../jit/abi/functions.js';
import { RETURN_EXIT } from '../../jit/abi/exits.js';
import {
  CONTEXT_OFFSET, CR_OFFSET, CTR_OFFSET, EXCEPTION_OFFSET, GPR_OFFSET, LR_OFFSET, SCRATCH_OFFSET, SPR_OFFSET, XER_CA_OFFSET, XER_OV_OFFSET, XER_REST_OFFSET, XER_SO_OFFSET,
} from '../../jit/abi/layout.js'; // prettier-ignore
import { addHandlers, type HandlerSpec } from '../../jit/interpreter/handler-lowering.js';
import { extract, type Instruction } from '../../jit/isa/inst.js';
import { BRANCH } from '../../jit/isa/book1/branch.js';
import { CONDITION_REGISTER } from '../../jit/isa/book1/condition-register.js';
import { FIXED_POINT_ARITHMETIC } from '../../jit/isa/book1/fixed-point-arithmetic.js';
import { FIXED_POINT_BITS } from '../../jit/isa/book1/fixed-point-bits.js';
import { FIXED_POINT_COMPARE } from '../../jit/isa/book1/fixed-point-compare.js';
import { FIXED_POINT_DECIMAL } from '../../jit/isa/book1/fixed-point-decimal.js';
import { FIXED_POINT_EXTENDED_DIVIDE } from '../../jit/isa/book1/fixed-point-extended-divide.js';
import { FIXED_POINT_LOAD } from '../../jit/isa/book1/fixed-point-load.js';
import { FIXED_POINT_LOGICAL } from '../../jit/isa/book1/fixed-point-logical.js';
import { FIXED_POINT_MULTIPLY } from '../../jit/isa/book1/fixed-point-multiply.js';
import { FIXED_POINT_ROTATE } from '../../jit/isa/book1/fixed-point-rotate.js';
import { FIXED_POINT_STORE } from '../../jit/isa/book1/fixed-point-store.js';
import { BinaryenModuleSink } from '../../jit/lower/binaryen-sink.js';
import { ByteModuleSink } from '../../jit/lower/byte-sink.js';
import { EvaluatedCpu, PatternMemory } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';
import { Scatter, scatteredValue, wordsOf } from './situations.js';

const COMPUTING = [
  ...BRANCH, ...CONDITION_REGISTER, ...FIXED_POINT_ARITHMETIC, ...FIXED_POINT_MULTIPLY, ...FIXED_POINT_EXTENDED_DIVIDE, ...FIXED_POINT_DECIMAL,
  ...FIXED_POINT_COMPARE, ...FIXED_POINT_LOGICAL, ...FIXED_POINT_BITS, ...FIXED_POINT_ROTATE,
]; // prettier-ignore
const ACCESSING = [...FIXED_POINT_LOAD, ...FIXED_POINT_STORE];
const SPR_TAR = SPR_OFFSET + 8 * 815;
const CIA = 0x1000n;
/** A soft TLB in which nothing is found: every access takes the slow way. */
const EMPTY_TLB = 0x10000;
const MODES = [
  { width: 32, mode64: false, definitions: [...COMPUTING, ...ACCESSING] },
  { width: 64, mode64: false, definitions: COMPUTING },
  { width: 64, mode64: true, definitions: COMPUTING },
] as const;
type Mode = Pick<(typeof MODES)[number], 'width' | 'mode64'>;
type Handler = (word: number, cia: bigint | number) => bigint | number;

/** Handlers in a memory of their own, with stand-ins for the natives. */
class Handlers {
  readonly view: DataView;
  readonly #exports: Record<string, Handler>;
  storage = new PatternMemory();

  constructor(
    readonly width: 32 | 64,
    bytes: Uint8Array<ArrayBuffer>,
  ) {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true });
    this.view = new DataView(memory.buffer);
    new Uint8Array(memory.buffer, EMPTY_TLB, 0x10000).fill(0xff);
    const address = (ea: bigint | number) => BigInt.asUintN(width, BigInt(ea));
    /** Bytes lie in words of the host's order, as RAM does. */
    const readSlowInterpreter = (ea: bigint | number, size: number) => {
      const value = this.storage.read(address(ea), size, false);
      for (let k = 0; k < size; k++) this.view.setUint8((SCRATCH_OFFSET + k) ^ 3, Number((value >> BigInt(8 * (size - 1 - k))) & 0xffn));
      return SCRATCH_OFFSET;
    };
    const writeSlowInterpreter = (ea: bigint | number, size: number, value: bigint) => {
      this.storage.write(address(ea), size, value, false);
      return 1;
    };
    const mulHighS64 = (a: bigint, b: bigint) => BigInt.asIntN(64, (a * b) >> 64n);
    const mulHighU64 = (a: bigint, b: bigint) => BigInt.asIntN(64, (BigInt.asUintN(64, a) * BigInt.asUintN(64, b)) >> 64n);
    const env = { memory, readSlowInterpreter, writeSlowInterpreter, mulHighS64, mulHighU64 };
    this.#exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports as Record<string, Handler>;
  }

  run(handler: number, word: number): bigint {
    const cia = this.width === 64 ? CIA : Number(CIA);
    return BigInt.asUintN(this.width, BigInt(this.#exports[`h${handler}`]!(word | 0, cia)));
  }
  #cells(): readonly [offset: number, wide: boolean][] {
    const wide = [...Array.from({ length: 32 }, (_r, n) => GPR_OFFSET + 8 * n), LR_OFFSET, CTR_OFFSET, SPR_TAR];
    const narrow = [
      XER_SO_OFFSET,
      XER_OV_OFFSET,
      XER_CA_OFFSET,
      XER_REST_OFFSET,
      ...Array.from({ length: 8 }, (_f, n) => CR_OFFSET + 4 * n),
    ];
    return [...wide.map((o) => [o, this.width === 64] as const), ...narrow.map((o) => [o, false] as const)].map(([o, w]) => [o, w]);
  }
  put(values: readonly bigint[]): void {
    this.view.setUint32(CONTEXT_OFFSET, EMPTY_TLB, true);
    this.view.setUint32(EXCEPTION_OFFSET, 0, true);
    this.#cells().forEach(([offset, wide], k) => {
      if (wide) this.view.setBigUint64(offset, values[k]!, true);
      else this.view.setUint32(offset, Number(values[k]), true);
    });
  }
  take(): bigint[] {
    return this.#cells().map(([offset, wide]) => (wide ? this.view.getBigUint64(offset, true) : BigInt(this.view.getUint32(offset, true))));
  }
}
/** The same registers of an evaluated CPU, in the same order. */
const registersOf = (c: EvaluatedCpu): bigint[] => [
  ...c.gpr, c.lr, c.ctr, c.state.get(SPR_TAR)!, c.so, c.ov, c.ca, c.state.get(XER_REST_OFFSET)!, ...c.cr,
]; // prettier-ignore

const variantOf = (i: Instruction, word: number) =>
  new Map(i.operands.flatMap((o) => o.fields.filter((f) => f.variant).map((f) => [f.name, extract(word, f)] as const)));

/** A module of one handler for each word's suffix bits. */
function lower(mode: Mode, specs: readonly HandlerSpec[], backEnd: 'bytes' | 'binaryen'): Uint8Array<ArrayBuffer> {
  const sink = backEnd === 'bytes' ? new ByteModuleSink() : new BinaryenModuleSink();
  addHandlers(sink, specs, { ...mode, msr: {} }, importedFunctions(mode.width), true);
  return new Uint8Array(sink.finish());
}

function scatteredCpu(s: Scatter, mode: Mode): EvaluatedCpu {
  const cpu = new EvaluatedCpu(mode.width);
  const value = () => scatteredValue(s, mode.width);
  cpu.addressBits = mode.mode64 ? 64 : 32;
  for (let n = 0; n < 32; n++) cpu.gpr[n] = value();
  [cpu.lr, cpu.ctr, cpu.wholeCr, cpu.xer] = [value(), s.below(2) ? 1n : value(), BigInt(s.next()), BigInt(s.next())];
  cpu.state.set(SPR_TAR, value());
  return cpu;
}

describe.each(['bytes', 'binaryen'] as const)('handlers lowered by way of %s', (backEnd) => {
  it.each(MODES)('do what their IR says at width $width, 64-bit mode $mode64', (mode) => {
    const s = new Scatter(`handlers ${mode.width} ${mode.mode64}`);
    const cases = mode.definitions
      .filter((i) => mode.width === 64 || !i.facts.only64)
      .flatMap((i) => {
        const { plain, others } = wordsOf(i, s, 3);
        return [...plain, ...others].map((word) => ({ instruction: i, word, variant: variantOf(i, word) }));
      });
    const handlers = new Handlers(mode.width, lower(mode, cases, backEnd));
    const wrong: string[] = [];
    cases.forEach(({ instruction, word }, k) => {
      const ir = irOf(instruction, word, Number(CIA), { ...mode, msr: {} }, 'unknown');
      for (let n = 0; n < 4; n++) {
        const cpu = scatteredCpu(s, mode);
        handlers.put(registersOf(cpu));
        handlers.storage = new PatternMemory();
        const outcome = evaluate(ir, cpu, word, CIA);
        const next = handlers.run(k + 1, word);
        const expected = [
          ...registersOf(cpu),
          outcome.exception ? CIA | BigInt(RETURN_EXIT) : outcome.next,
          outcome.exception?.number ?? 0,
        ];
        const found = [...handlers.take(), next, handlers.view.getUint32(EXCEPTION_OFFSET, true)];
        const stored = JSON.stringify([...handlers.storage.written].map(String));
        if (expected.some((v, at) => v !== found[at]) || stored !== JSON.stringify([...cpu.memory.written].map(String))) {
          const at = expected.findIndex((v, x) => v !== found[x]);
          wrong.push(`${instruction.mnemonic} 0x${word.toString(16)}: ${at}: ${String(found[at])}, not ${String(expected[at])}`);
        }
      }
    });
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThan(500);
  });
});
