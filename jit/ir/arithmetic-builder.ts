import type { EA, F64, I32 as I32Value, I64 as I64Value, Bit, Int, V128 as V128Value, Val, Word } from '../isa/values.js';
import { fold32, fold64, foldConvert } from './fold.js';
import { F64 as TF64, I32 as T32, I64 as T64, Op, type Ir, type IrType } from './ir.js';

/** Number of a node; values of definitions are node numbers. */
export type Node = number;
/** A node as the value that a definition takes it for. */
export const valueOf = (n: Node): Val<never> => n as Val<never>;

/** The arithmetic of the definitions' vocabulary: nodes without effects, folded as they are made. */
export abstract class ArithmeticBuilder {
  /** Kind of a Word. */
  readonly wordType: IrType;
  /** Mnemonic of the definition being built, for error messages. */
  protected mnemonic = '';

  /**
   * @param ir where nodes go
   * @param width width of a Word in bits
   * @param mode64 effective addresses have 64 bits
   */
  constructor(
    readonly ir: Ir,
    readonly width: 32 | 64,
    readonly mode64: boolean,
  ) {
    this.wordType = width === 64 ? T64 : T32;
  }

  // --- Constants ---
  word(n: number): Word {
    return valueOf(this.ir.push(Op.const, this.wordType, n | 0, n < 0 ? -1 : n > 0x7fffffff && this.width === 64 ? 0 : (n | 0) >> 31));
  }
  i32(n: number): I32Value {
    return valueOf(this.ir.push(Op.const, T32, n | 0, 0));
  }
  i64(high: number, low: number): I64Value {
    return valueOf(this.ir.push(Op.const, T64, low | 0, high | 0));
  }
  bit(on: boolean): Bit {
    return valueOf(this.ir.push(Op.const, T32, on ? 1 : 0, 0));
  }
  constantOf(a: I32Value): number | undefined {
    return this.isConst(a) ? this.ir.a[a] : undefined;
  }
  protected isConst(n: Node): boolean {
    return this.ir.op[n] === Op.const;
  }
  #isValue(n: Node, value: number): boolean {
    const { ir } = this;
    return ir.op[n] === Op.const && ir.a[n] === value && (ir.type[n] === T32 || ir.b[n] === value >> 31);
  }
  protected constant(type: IrType, low: number, high: number): Node {
    return this.ir.push(Op.const, type, low, high);
  }
  #binary<R>(op: number, a: Node, b: Node, result?: IrType): R {
    const { ir } = this;
    const type = ir.type[a]!;
    if (type !== ir.type[b]) throw new Error(`${this.mnemonic}: operands of different kinds`);
    const out = result ?? type;
    if (ir.op[a] === Op.const && ir.op[b] === Op.const) {
      if (type === T32) {
        const v = fold32(op, ir.a[a]!, ir.a[b]!);
        if (v !== undefined) return this.constant(out, v, out === T64 ? v >> 31 : 0) as R;
      } else {
        const v = fold64(op, ir.a[a]!, ir.b[a]!, ir.a[b]!, ir.b[b]!);
        if (v) return this.constant(out, v.low, v.high) as R;
      }
    }
    if (this.#isValue(b, 0) && (op === Op.add || op === Op.sub || op === Op.or || op === Op.xor || (op >= Op.shl && op <= Op.rotl)))
      return a as R;
    if (this.#isValue(a, 0) && (op === Op.add || op === Op.or || op === Op.xor)) return b as R;
    if (op === Op.and && (this.#isValue(b, -1) || this.#isValue(a, 0))) return a as R;
    if (op === Op.and && (this.#isValue(a, -1) || this.#isValue(b, 0))) return b as R;
    return this.#combined(op, a, b, type) ?? this.#movedAddress(op, a, b, type) ?? (ir.push(op, out, a, b) as R);
  }
  /** Shorter ways of saying the same: sums of constants, rotations that are shifts. */
  #combined<R>(op: number, a: Node, b: Node, type: IrType): R | undefined {
    const { ir } = this;
    if (type !== T32 || ir.op[b] !== Op.const) return undefined;
    const inner = ir.b[a]!;
    if (op === Op.add && ir.op[a] === Op.add && ir.op[inner] === Op.const) {
      return this.#binary(Op.add, ir.a[a]!, this.constant(T32, (ir.a[inner]! + ir.a[b]!) | 0, 0));
    }
    if (op === Op.and && ir.op[a] === Op.rotl && ir.op[inner] === Op.const) {
      const by = ir.a[inner]! & 31;
      const mask = ir.a[b]!;
      if (mask === (-1 << by) >> 0) return this.#binary(Op.shl, ir.a[a]!, inner);
      if (by !== 0 && mask === -1 >>> (32 - by)) return this.#binary(Op.shrU, ir.a[a]!, this.constant(T32, 32 - by, 0));
    }
    return undefined;
  }
  /** Operations on addresses of movable code that are the same wherever it is: other addresses of it. */
  #movedAddress<R>(op: number, a: Node, b: Node, type: IrType): R | undefined {
    const { ir } = this;
    if (op === Op.add && ir.op[a] === Op.const) return this.#movedAddress(op, b, a, type);
    if (ir.op[a] !== Op.here || ir.op[b] !== Op.const) return undefined;
    // Whole pages are added later, so that the low bits may be cleared now.
    const inPage = op === Op.and && ir.a[b]! >> 12 === -1 && (type === T32 || ir.b[b] === -1);
    if (op !== Op.add && op !== Op.sub && !inPage) return undefined;
    const v = fold64(op, ir.a[a]!, ir.b[a]!, ir.a[b]!, ir.b[b]!)!;
    return ir.push(Op.here, type, v.low, v.high) as R;
  }
  #unary<R>(op: number, a: Node, result: IrType = this.ir.type[a]!): R {
    const { ir } = this;
    if (ir.op[a] === Op.const) {
      const v = foldConvert(op, ir.type[a]!, ir.a[a]!, ir.b[a]!);
      if (v) return this.constant(result, v.low, result === T64 ? v.high : 0) as R;
    }
    return ir.push(op, result, a) as R;
  }
  add<T extends Int>(a: T, b: T): T { return this.#binary(Op.add, a, b); } // prettier-ignore
  sub<T extends Int>(a: T, b: T): T { return this.#binary(Op.sub, a, b); } // prettier-ignore
  mul<T extends Int>(a: T, b: T): T { return this.#binary(Op.mul, a, b); } // prettier-ignore
  and<T extends Int>(a: T, b: T): T { return this.#binary(Op.and, a, b); } // prettier-ignore
  or<T extends Int>(a: T, b: T): T { return this.#same(a, b) ? a : this.#binary(Op.or, a, b); } // prettier-ignore
  /** Whether two nodes are the same, or read the same register (no write between them, as operands of one operation). */
  #same(a: Node, b: Node): boolean {
    const { ir } = this;
    return a === b || (ir.op[a] === Op.get && ir.op[b] === Op.get && ir.a[a] === ir.a[b]);
  }
  xor<T extends Int>(a: T, b: T): T { return this.#binary(Op.xor, a, b); } // prettier-ignore
  complement<T extends Int>(a: T): T { return this.#binary(Op.xor, a, this.constant(this.ir.type[a]!, -1, -1)); } // prettier-ignore
  neg<T extends Int>(a: T): T { return this.#binary(Op.sub, this.constant(this.ir.type[a]!, 0, 0), a); } // prettier-ignore
  shl<T extends Int>(a: T, by: T): T { return this.#binary(Op.shl, a, by); } // prettier-ignore
  shrU<T extends Int>(a: T, by: T): T { return this.#binary(Op.shrU, a, by); } // prettier-ignore
  shrS<T extends Int>(a: T, by: T): T { return this.#binary(Op.shrS, a, by); } // prettier-ignore
  rotl<T extends Int>(a: T, by: T): T { return this.#binary(Op.rotl, a, by); } // prettier-ignore
  divS<T extends Int>(a: T, b: T): T { return this.#binary(Op.divS, a, b); } // prettier-ignore
  divU<T extends Int>(a: T, b: T): T { return this.#binary(Op.divU, a, b); } // prettier-ignore
  remS<T extends Int>(a: T, b: T): T { return this.#binary(Op.remS, a, b); } // prettier-ignore
  remU<T extends Int>(a: T, b: T): T { return this.#binary(Op.remU, a, b); } // prettier-ignore
  clz<T extends Int>(a: T): T { return this.#unary(Op.clz, a); } // prettier-ignore
  ctz<T extends Int>(a: T): T { return this.#unary(Op.ctz, a); } // prettier-ignore
  popcnt<T extends Int>(a: T): T { return this.#unary(Op.popcnt, a); } // prettier-ignore
  eq<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.eq, a, b, T32); } // prettier-ignore
  ne<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.ne, a, b, T32); } // prettier-ignore
  ltS<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.ltS, a, b, T32); } // prettier-ignore
  ltU<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.ltU, a, b, T32); } // prettier-ignore
  leS<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.leS, a, b, T32); } // prettier-ignore
  leU<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.leU, a, b, T32); } // prettier-ignore
  not(b: Bit): Bit { return this.#unary(Op.eqz, b, T32); } // prettier-ignore
  both(a: Bit, b: Bit): Bit {
    if (this.#isValue(a, 1)) return b;
    if (this.#isValue(b, 1)) return a;
    return this.#binary(Op.and, a, b);
  }
  either(a: Bit, b: Bit): Bit {
    if (this.#isValue(a, 1) || this.#isValue(b, 0)) return a;
    if (this.#isValue(b, 1)) return b;
    return this.#binary(Op.or, a, b);
  }
  differ(a: Bit, b: Bit): Bit {
    if (this.#isValue(b, 1)) return this.not(a);
    if (this.#isValue(a, 1)) return this.not(b);
    return this.#binary(Op.xor, a, b);
  }
  bitOf(a: Int, lsb: number): Bit {
    const { ir } = this;
    const low = ir.type[a] === T64 ? this.#unary<Node>(Op.wrap, this.#binary<Node>(Op.shrU, a, this.constant(T64, lsb, 0)), T32) : this.#binary<Node>(Op.shrU, a, this.constant(T32, lsb, 0)); // prettier-ignore
    return this.#binary(Op.and, low, this.constant(T32, 1, 0));
  }
  select<T extends Int | Bit | F64 | V128Value>(c: Bit, then: T, otherwise: T): T {
    if (this.isConst(c)) return this.ir.a[c] ? then : otherwise;
    if ((then as Node) === (otherwise as Node)) return then;
    return valueOf(this.ir.push(Op.select, this.ir.type[then]!, c, then, otherwise)) as unknown as T;
  }

  // --- Between kinds ---
  low32(a: Word): I32Value { return this.width === 32 ? valueOf(a) : this.#unary(Op.wrap, a, T32); } // prettier-ignore
  extS(a: I32Value): Word { return this.width === 32 ? valueOf(a) : this.#unary(Op.extendS, a, T64); } // prettier-ignore
  extU(a: I32Value): Word { return this.width === 32 ? valueOf(a) : this.#unary(Op.extendU, a, T64); } // prettier-ignore
  ext8S<T extends Int>(a: T): T { return this.#unary(Op.ext8S, a); } // prettier-ignore
  ext16S<T extends Int>(a: T): T { return this.#unary(Op.ext16S, a); } // prettier-ignore
  ext32S(a: Word): Word { return this.width === 32 ? a : this.#unary(Op.ext32S, a); } // prettier-ignore
  i64S(a: I32Value): I64Value { return this.#unary(Op.extendS, a, T64); } // prettier-ignore
  i64U(a: I32Value): I64Value { return this.#unary(Op.extendU, a, T64); } // prettier-ignore
  i64OfWord(a: Word): I64Value { return this.width === 64 ? valueOf(a) : this.#unary(Op.extendU, a, T64); } // prettier-ignore
  wordOfI64(a: I64Value): Word { return this.width === 64 ? valueOf(a) : this.#unary(Op.wrap, a, T32); } // prettier-ignore
  low32Of64(a: I64Value): I32Value { return this.#unary(Op.wrap, a, T32); } // prettier-ignore
  bitAsI32(b: Bit): I32Value { return valueOf(b); } // prettier-ignore
  bitAsWord(b: Bit): Word { return this.extU(valueOf(b)); } // prettier-ignore
  bitsOfF64(a: F64): I64Value { return this.#unary(Op.bitsOfF64, a, T64); } // prettier-ignore
  f64OfBits(a: I64Value): F64 { return this.#unary(Op.f64OfBits, a, TF64); } // prettier-ignore
  eaAsWord(a: EA): Word { return valueOf(a); } // prettier-ignore
  ea(a: Word): EA {
    if (this.width === 32 || this.mode64) return valueOf(a);
    return valueOf(this.and(a, this.word(0xffffffff)));
  }
  byteReverse<T extends Int>(a: T, bytes: 2 | 4 | 8): T {
    const type = this.ir.type[a]!;
    const k = (n: number) => this.constant(type, n, 0) as T;
    if (bytes === 2) return this.or(this.shl(this.and(a, k(0xff)), k(8)), this.and(this.shrU(a, k(8)), k(0xff)));
    if (bytes === 4) {
      const low = type === T64 ? this.#unary<Node>(Op.wrap, a, T32) : (a as Node);
      const c = (n: number) => this.constant(T32, n, 0);
      const outer = this.#binary<Node>(Op.and, this.#binary<Node>(Op.rotl, low, c(8)), c(0x00ff00ff));
      const inner = this.#binary<Node>(Op.and, this.#binary<Node>(Op.rotl, low, c(24)), c(0xff00ff00 | 0));
      const swapped = this.#binary<Node>(Op.or, outer, inner);
      return (type === T64 ? this.#unary<Node>(Op.extendU, swapped, T64) : swapped) as T;
    }
    const high = this.byteReverse(this.#unary<I32Value>(Op.wrap, this.#binary<Node>(Op.shrU, a, this.constant(T64, 32, 0)), T32), 4);
    const low = this.byteReverse(this.#unary<I32Value>(Op.wrap, a, T32), 4);
    return this.or(this.i64U(high), this.shl(this.i64U(low), this.i64(0, 32))) as T;
  }
}
