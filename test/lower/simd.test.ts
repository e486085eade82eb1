import { describe, expect, it } from 'vitest';
import { importedFunctions } from '../../jit/abi/functions.js';
import { RETURN_EXIT } from '../../jit/abi/exits.js';
import { CONTEXT_OFFSET, GPR_OFFSET, SCRATCH_OFFSET, VSR_OFFSET } from '../../jit/abi/layout.js';
import { addHandlers, HandlerNames } from '../../jit/interpreter/handler-lowering.js';
import { SIMD_BINARY, SIMD_SHIFT, SIMD_UNARY, type LaneShape, type SimdBinary, type SimdShift, type SimdUnary } from '../../jit/ir/simd.js';
import type { Emitter } from '../../jit/isa/emitter.js';
import { inst, VA, X, type Instruction } from '../../jit/isa/inst.js';
import { RA0_RB } from '../../jit/isa/operands.js';
import type { V128 } from '../../jit/isa/values.js';
import { VRA, VRB, VRC, VRT } from '../../jit/isa/vmx/vector-operands.js';
import { BinaryenModuleSink } from '../../jit/lower/binaryen-sink.js';
import { ByteModuleSink } from '../../jit/lower/byte-sink.js';
import { EvaluatedCpu, PatternMemory } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';
import { fromLanes, lanesOf } from '../support/simd-evaluator.js';
import { scatteredSingles, scatteredVector } from '../execution64/vector-situations.js';
import { Scatter } from '../isa/situations.js';

const CIA = 0x1000n;
/** A soft TLB in which nothing is found: every access takes the slow way. */
const EMPTY_TLB = 0x10000;
const STATES = 24;
/** VRT = 3, VRA = 4, VRB = 5, VRC = 6; the same fields are GPRs of accesses. */
const WORD = (0x10000000 | (3 << 21) | (4 << 16) | (5 << 11) | (6 << 6)) >>> 0;

type Compute = (e: Emitter, a: V128, b: V128, c: V128) => V128;
const operation = (name: string, compute: Compute): Instruction =>
  inst(name, VA(0), [VRT, VRA, VRB, VRC], { see: 'test' }, (e, { VRT, VRA, VRB, VRC }) =>
    VRT.set(compute(e, VRA.get(), VRB.get(), VRC.get())),
  );
const SHAPES: readonly LaneShape[] = ['i8x16', 'i16x8', 'i32x4', 'i64x2', 'f64x2'];
const INTEGER_SHAPES = ['i8x16', 'i16x8', 'i32x4', 'i64x2'] as const;
const keys = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[];
const marked = (e: Emitter, v: V128, bit: number) => e.withLane('i32x4', v, 1, e.i32(bit));

const OPERATIONS: readonly Instruction[] = [
  ...keys(SIMD_UNARY).map((op) => operation(op, (e, a) => e.simd1(op as SimdUnary, a))),
  ...keys(SIMD_BINARY).map((op) => operation(op, (e, a, b) => e.simd2(op as SimdBinary, a, b))),
  ...keys(SIMD_SHIFT).map((op) => operation(op, (e, a, b) => e.simdShift(op as SimdShift, a, e.lane('i32x4', b, 0)))),
  ...SHAPES.flatMap((shape) => [
    operation(`splat ${shape}`, (e, a) => e.splat(shape, e.lane(shape, a, 1))),
    operation(`lanes of ${shape}`, (e, a, b) => e.withLane(shape, a, 1, e.lane(shape, b, 0))),
  ]),
  ...(['i8x16', 'i16x8'] as const).map((shape) => operation(`signed ${shape}`, (e, a) => e.splat('i32x4', e.lane(shape, a, 2, true)))),
  ...INTEGER_SHAPES.map((shape) =>
    operation(`tests of ${shape}`, (e, a, b) =>
      e.withLane('i32x4', e.splat('i32x4', e.bitmask(shape, a)), 0, e.bitAsI32(e.allTrue(shape, e.simd2('v128.or', a, b)))),
    ),
  ),
  operation('any', (e, a, b) => e.splat('i32x4', e.bitAsI32(e.anyTrue(e.simd2('v128.and', a, b))))),
  operation('bitselect', (e, a, b, c) => e.bitselect(a, b, c)),
  operation('select', (e, a, b, c) => e.select(e.anyTrue(c), a, b)),
  operation('shuffle', (e, a, b) => e.shuffle(a, b, [31, 0, 16, 15, 7, 8, 9, 20, 21, 1, 2, 3, 29, 30, 14, 5])),
  operation('swizzle by a constant', (e, a) => e.swizzle(a, e.const128(0x0f0e0d0c, 0x00010203, 0x80100405, 0x06070809))),
  operation('constants', (e, a) => e.simd2('i32x4.add', a, e.simd2('v128.xor', e.const128(1, -2, 0x7fffffff, -0x80000000), e.splat('i16x8', e.i32(-3))))),
  operation('constant double words', (e, a) => e.simd2('i64x2.add', a, e.splat('i64x2', e.i64(0x12345678, -2)))),
  operation('order of writes', (e, a, b) => marked(e, e.simd2('i8x16.add', a, b), 7)),
]; // prettier-ignore
const ACCESSES = [
  inst('load', X(4, 0), [VRT, RA0_RB], { see: 'test' }, (e, { VRT, EA }) => VRT.set(e.loadVector(EA))),
  inst('store', X(4, 0), [VRT, RA0_RB], { see: 'test' }, (e, { VRT, EA }) => e.storeVector(EA, VRT.get())),
]; // prettier-ignore

type Handler = (word: number, cia: bigint) => bigint;

/** Handlers of a 64-bit model in a memory of their own, with stand-ins for the slow paths. */
class Handlers {
  readonly view: DataView;
  readonly #exports: Record<string, Handler>;
  storage = new PatternMemory();
  /** What touch answers: whether the end of a store may be written. */
  writable = 1;
  readonly #names: string[];

  constructor(definitions: readonly Instruction[], backEnd: 'bytes' | 'binaryen', swizzled: boolean, foreignEndian: boolean) {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true });
    this.view = new DataView(memory.buffer);
    new Uint8Array(memory.buffer, EMPTY_TLB, 0x10000).fill(0xff);
    const sink = backEnd === 'bytes' ? new ByteModuleSink() : new BinaryenModuleSink();
    const specs = definitions.map((instruction) => ({ instruction, variant: new Map<string, number>() }));
    const context = { width: 64, mode64: true, foreignEndian, msr: {} } as const;
    this.#names = addHandlers(sink, specs, context, importedFunctions(64), swizzled, new HandlerNames());
    const readSlowInterpreter = (ea: bigint, size: number) => {
      const value = this.storage.read(BigInt.asUintN(64, ea), size, !swizzled);
      // Halves of a vector lie as double words do in RAM.
      this.view.setBigUint64(SCRATCH_OFFSET, swizzled ? (value >> 32n) | ((value & 0xffffffffn) << 32n) : value, true);
      return SCRATCH_OFFSET;
    };
    const writeSlowInterpreter = (ea: bigint, size: number, value: bigint) => {
      this.storage.write(BigInt.asUintN(64, ea), size, value, !swizzled);
      return 1;
    };
    const env = { memory, readSlowInterpreter, writeSlowInterpreter, touch: () => this.writable };
    const bytes = new Uint8Array(sink.finish());
    this.#exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports as Record<string, Handler>;
  }

  run(handler: number, cpu: EvaluatedCpu): bigint {
    this.view.setUint32(CONTEXT_OFFSET, EMPTY_TLB, true);
    cpu.gpr.forEach((v, n) => this.view.setBigUint64(GPR_OFFSET + 8 * n, v, true));
    cpu.vr.forEach((v, n) => this.#setVr(n, v));
    return BigInt.asUintN(64, this.#exports[this.#names[handler]!]!(WORD | 0, CIA));
  }
  #setVr(n: number, v: bigint): void {
    const at = VSR_OFFSET + 16 * (32 + n);
    this.view.setBigUint64(at, v & 0xffff_ffff_ffff_ffffn, true);
    this.view.setBigUint64(at + 8, v >> 64n, true);
  }
  vr(n: number): bigint {
    const at = VSR_OFFSET + 16 * (32 + n);
    return this.view.getBigUint64(at, true) | (this.view.getBigUint64(at + 8, true) << 64n);
  }
}

/** Bits of a NaN that an operation makes are the host's affair: all NaNs of a shape as one. */
function withoutNans(name: string, v: bigint): bigint {
  const bits = name.startsWith('f32') ? 32 : name.startsWith('f64') ? 64 : 0;
  if (bits === 0 || /\.(eq|ne|lt|gt|le|ge)$/.test(name)) return v;
  const infinity = bits === 32 ? 0x7f800000n : 0x7ff0000000000000n;
  const isNan = (lane: bigint) => (lane & ((1n << BigInt(bits - 1)) - 1n)) > infinity;
  return fromLanes(lanesOf(v, bits).map((lane) => (isNan(lane) ? -1n : lane)), bits); // prettier-ignore
}
function scatteredCpu(s: Scatter): EvaluatedCpu {
  const cpu = new EvaluatedCpu(64);
  for (let n = 0; n < 32; n++) cpu.vr[n] = s.below(2) ? scatteredVector(s) : scatteredSingles(s);
  return cpu;
}
const contextOf = (foreignEndian: boolean) => ({ width: 64, mode64: true, foreignEndian, msr: {} }) as const;

describe.each(['bytes', 'binaryen'] as const)('the vector vocabulary lowered by way of %s', (backEnd) => {
  it('computes what its IR says', () => {
    const handlers = new Handlers(OPERATIONS, backEnd, true, false);
    const wrong: string[] = [];
    OPERATIONS.forEach((i, k) => {
      const s = new Scatter(i.mnemonic);
      for (const operands of ['known', 'unknown'] as const) {
        const ir = irOf(i, WORD, Number(CIA), contextOf(false), operands);
        for (let n = 0; n < STATES; n++) {
          const cpu = scatteredCpu(s);
          handlers.run(k, cpu);
          const inputs = [4, 5, 6].map((r) => cpu.vr[r]!.toString(16));
          evaluate(ir, cpu, WORD, CIA);
          const [found, wanted] = [handlers.vr(3), cpu.vr[3]!].map((v) => withoutNans(i.mnemonic, v));
          if (found !== wanted) wrong.push(`${i.mnemonic} of ${inputs.join()}: ${found!.toString(16)}, not ${wanted!.toString(16)}`);
        }
      }
    });
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(OPERATIONS.length).toBeGreaterThan(200);
  });

  it.each([
    { swizzled: true, foreign: false },
    { swizzled: true, foreign: true },
    { swizzled: false, foreign: false },
    { swizzled: false, foreign: true },
  ])('loads and stores in both orders: RAM in words $swizzled, the other order $foreign', ({ swizzled, foreign }) => {
    const handlers = new Handlers(ACCESSES, backEnd, swizzled, foreign);
    const little = swizzled === foreign;
    const s = new Scatter(`${swizzled} ${foreign}`);
    for (let n = 0; n < 20; n++) {
      const cpu = scatteredCpu(s);
      const ea = BigInt(0x1000 + s.below(64));
      [cpu.gpr[4], cpu.gpr[5]] = [ea - 7n, 7n];
      const value = cpu.vr[3]!;
      const memory = new PatternMemory();
      handlers.storage = new PatternMemory();
      expect(handlers.run(0, cpu)).toBe(CIA + 4n);
      expect(handlers.vr(3)).toBe(memory.read(ea, 16, little));
      expect(handlers.run(1, cpu)).toBe(CIA + 4n);
      memory.write(ea, 16, value, little);
      const sorted = (m: PatternMemory) => [...m.written].sort(([a], [b]) => (a < b ? -1 : 1)).map(([at, v]) => `${at}:${v}`);
      expect(sorted(handlers.storage)).toEqual(sorted(memory));
    }
  });

  it('writes nothing when the end of an unaligned store may not be written', () => {
    const handlers = new Handlers(ACCESSES, backEnd, true, false);
    const cpu = scatteredCpu(new Scatter('end'));
    [cpu.gpr[4], cpu.gpr[5]] = [0xff8n, 0n];
    handlers.writable = 0;
    expect(handlers.run(1, cpu)).toBe(CIA | BigInt(RETURN_EXIT));
    expect(handlers.storage.written.size).toBe(0);
    // An aligned one does not ask.
    cpu.gpr[4] = 0x1000n;
    expect(handlers.run(1, cpu)).toBe(CIA + 4n);
    expect(handlers.storage.written.size).toBe(16);
  });
});
