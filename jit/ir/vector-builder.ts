import type { LaneValue } from '../isa/emitter.js';
import type { Bit, F64, I32 as I32Value, I64 as I64Value, V128 as V128Value } from '../isa/values.js';
import { ArithmeticBuilder, valueOf, type Node } from './arithmetic-builder.js';
import { F64 as TF64, I32 as T32, I64 as T64, Op, type IrType, V128 as T128 } from './ir.js';
import {
  laneCount, SIMD_BINARY, SIMD_EXTRACT, SIMD_REPLACE, SIMD_SHIFT, SIMD_SPLAT, SIMD_TEST, SIMD_UNARY, type LaneShape, type SimdBinary, type SimdShift, type SimdUnary,
} from './simd.js'; // prettier-ignore

const vector = (n: Node): V128Value => valueOf(n) as unknown as V128Value;
const laneType = (shape: LaneShape): IrType => (shape === 'i64x2' ? T64 : shape === 'f64x2' ? TF64 : T32);
/** Four bytes as a word, the first the least significant. */
const word = (bytes: readonly number[], first: number): number =>
  bytes[first]! | (bytes[first + 1]! << 8) | (bytes[first + 2]! << 16) | (bytes[first + 3]! << 24);
type IntegerShape = Exclude<LaneShape, 'f64x2'>;

/** The part of the vocabulary that works on vectors. Definitions number elements as the manual does, nodes as WebAssembly does. */
export abstract class VectorBuilder extends ArithmeticBuilder {
  #words(w0: number, w1: number, w2: number, w3: number): number {
    return this.ir.args.push(w0 | 0, w1 | 0, w2 | 0, w3 | 0) - 4;
  }
  const128(w0: number, w1: number, w2: number, w3: number): V128Value {
    return vector(this.ir.push(Op.const128, T128, this.#words(w0, w1, w2, w3)));
  }
  /** The bytes of a constant in WebAssembly's order; undefined for other nodes. */
  #constantBytes(n: Node): number[] | undefined {
    const { ir } = this;
    if (ir.op[n] !== Op.const128) return undefined;
    const words = ir.args.slice(ir.a[n], ir.a[n]! + 4).reverse();
    return words.flatMap((w) => [w & 255, (w >>> 8) & 255, (w >>> 16) & 255, w >>> 24]);
  }

  simd1(op: SimdUnary, a: V128Value): V128Value { return vector(this.ir.push(Op.simd, T128, a, SIMD_UNARY[op])); } // prettier-ignore
  simd2(op: SimdBinary, a: V128Value, b: V128Value): V128Value { return vector(this.ir.push(Op.simd2, T128, a, b, SIMD_BINARY[op])); } // prettier-ignore
  simdShift(op: SimdShift, a: V128Value, by: I32Value): V128Value { return vector(this.ir.push(Op.simd2, T128, a, by, SIMD_SHIFT[op])); } // prettier-ignore

  /** Nodes that pick bytes by WebAssembly's lane numbers, lowest lane first. */
  #shuffled(a: V128Value, b: V128Value, lanes: readonly number[]): V128Value {
    const first = this.#words(word(lanes, 0), word(lanes, 4), word(lanes, 8), word(lanes, 12));
    return vector(this.ir.push(Op.shuffle, T128, a, b, first));
  }
  shuffle(a: V128Value, b: V128Value, bytes: readonly number[]): V128Value {
    const lanes = bytes.map((k) => (k < 16 ? 15 - k : 47 - k)).reverse();
    return this.#shuffled(a, b, lanes);
  }
  /** The bytes in the opposite order. */
  protected bytesReversed(a: V128Value): V128Value {
    return this.shuffle(a, a, [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  }
  swizzle(a: V128Value, indices: V128Value): V128Value {
    const lanes = this.#constantBytes(indices);
    if (!lanes) return this.simd2('i8x16.swizzle', a, indices);
    const zero = lanes.some((k) => k > 15) ? this.const128(0, 0, 0, 0) : a;
    return this.#shuffled(a, zero, lanes.map((k) => (k > 15 ? 16 : k))); // prettier-ignore
  }
  bitselect(a: V128Value, b: V128Value, mask: V128Value): V128Value { return vector(this.ir.push(Op.bitselect, T128, a, b, mask)); } // prettier-ignore

  splat<S extends LaneShape>(shape: S, v: LaneValue<S>): V128Value {
    const { ir } = this;
    const node = v as Node;
    if (ir.op[node] === Op.const) {
      const [low, high] = [ir.a[node]!, ir.b[node]!];
      if (shape === 'i8x16') return this.#everyWord((low & 0xff) * 0x01010101);
      if (shape === 'i16x8') return this.#everyWord((low & 0xffff) * 0x00010001);
      if (shape === 'i32x4') return this.#everyWord(low);
      if (shape === 'i64x2') return this.const128(high, low, high, low);
    }
    return vector(ir.push(Op.simd, T128, node, SIMD_SPLAT[`${shape}.splat`]));
  }
  #everyWord(w: number): V128Value {
    return this.const128(w, w, w, w);
  }
  /** The node that is lane 0 or 1 of a vector put together from halves of the same shape, or of a constant; undefined for other vectors. */
  #knownHalf(shape: 'i64x2' | 'f64x2', a: Node, lane: number): Node | undefined {
    const { ir } = this;
    const code = ir.c[a]!;
    if (ir.op[a] === Op.replaceLane && (code & 255) === SIMD_REPLACE[`${shape}.replace_lane`]) {
      return code >> 8 === lane ? ir.b[a] : this.#knownHalf(shape, ir.a[a]!, lane);
    }
    if (ir.op[a] === Op.simd && ir.b[a] === SIMD_SPLAT[`${shape}.splat`]) return ir.a[a];
    if (ir.op[a] !== Op.const128) return undefined;
    const [high, low] = ir.args.slice(ir.a[a]! + 2 * (1 - lane)) as [number, number];
    const half = this.i64(high, low);
    return shape === 'i64x2' ? half : this.f64OfBits(half);
  }
  lane<S extends LaneShape>(shape: S, a: V128Value, element: number, signed = false): LaneValue<S> {
    const lane = laneCount(shape) - 1 - element;
    if (shape === 'i64x2' || shape === 'f64x2') {
      const known = this.#knownHalf(shape, a, lane);
      if (known !== undefined) return valueOf(known) as unknown as LaneValue<S>;
    }
    const extension = shape === 'i8x16' || shape === 'i16x8' ? (signed ? '_s' : '_u') : '';
    const code = SIMD_EXTRACT[`${shape}.extract_lane${extension}` as keyof typeof SIMD_EXTRACT];
    return valueOf(this.ir.push(Op.lane, laneType(shape), a, code, lane)) as unknown as LaneValue<S>;
  }
  withLane<S extends LaneShape>(shape: S, a: V128Value, element: number, v: LaneValue<S>): V128Value {
    const lane = laneCount(shape) - 1 - element;
    return vector(
      this.ir.push(Op.replaceLane, T128, a, v as F64 & I32Value & I64Value, SIMD_REPLACE[`${shape}.replace_lane`] | (lane << 8)),
    );
  }
  anyTrue(a: V128Value): Bit { return valueOf(this.ir.push(Op.simd, T32, a, SIMD_TEST['v128.any_true'])); } // prettier-ignore
  allTrue(shape: IntegerShape, a: V128Value): Bit { return valueOf(this.ir.push(Op.simd, T32, a, SIMD_TEST[`${shape}.all_true`])); } // prettier-ignore
  bitmask(shape: IntegerShape, a: V128Value): I32Value { return valueOf(this.ir.push(Op.simd, T32, a, SIMD_TEST[`${shape}.bitmask`])); } // prettier-ignore
}
