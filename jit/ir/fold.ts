/** Constant folding of IR operations. Constants are pairs of signed 32-bit halves; of an i32 only `low` counts. */
import { I32, I64, Op, type IrType } from './ir.js';

/** Folds a binary operation on i32; undefined where the result is not defined (division). */
export function fold32(op: number, a: number, b: number): number | undefined {
  switch (op) {
    case Op.add: return (a + b) | 0;
    case Op.sub: return (a - b) | 0;
    case Op.mul: return Math.imul(a, b);
    case Op.and: return a & b;
    case Op.or: return a | b;
    case Op.xor: return a ^ b;
    case Op.shl: return a << b;
    case Op.shrS: return a >> b;
    case Op.shrU: return (a >>> b) | 0;
    case Op.rotl: return (a << b) | (b & 31 ? a >>> (32 - (b & 31)) : 0);
    case Op.eq: return a === b ? 1 : 0;
    case Op.ne: return a !== b ? 1 : 0;
    case Op.ltS: return a < b ? 1 : 0;
    case Op.ltU: return a >>> 0 < b >>> 0 ? 1 : 0;
    case Op.leS: return a <= b ? 1 : 0;
    case Op.leU: return a >>> 0 <= b >>> 0 ? 1 : 0;
    default: return undefined;
  }
} // prettier-ignore

/** Folds a unary operation on i32. */
export function foldUnary32(op: number, a: number): number | undefined {
  switch (op) {
    case Op.clz: return Math.clz32(a);
    case Op.ctz: return a === 0 ? 32 : 31 - Math.clz32(a & -a);
    case Op.popcnt: { let n = 0; for (let v = a; v !== 0; v &= v - 1) n++; return n; }
    case Op.ext8S: return (a << 24) >> 24;
    case Op.ext16S: return (a << 16) >> 16;
    case Op.eqz: return a === 0 ? 1 : 0;
    default: return undefined;
  }
} // prettier-ignore

/** A 64-bit constant as signed halves. */
export interface Halves {
  readonly low: number;
  readonly high: number;
}
const big = (low: number, high: number) => (BigInt(high) << 32n) | BigInt(low >>> 0);
const halves = (v: bigint): Halves => {
  const n = BigInt.asIntN(64, v);
  return { low: Number(BigInt.asIntN(32, n)), high: Number(n >> 32n) };
};

/** Folds a binary operation on i64; comparisons give { low: 0 or 1 }. */
export function fold64(op: number, aLow: number, aHigh: number, bLow: number, bHigh: number): Halves | undefined {
  const a = big(aLow, aHigh);
  const b = big(bLow, bHigh);
  const ua = BigInt.asUintN(64, a);
  const ub = BigInt.asUintN(64, b);
  const by = ub & 63n;
  const truth = (c: boolean): Halves => ({ low: c ? 1 : 0, high: 0 });
  switch (op) {
    case Op.add: return halves(a + b);
    case Op.sub: return halves(a - b);
    case Op.mul: return halves(a * b);
    case Op.and: return halves(a & b);
    case Op.or: return halves(a | b);
    case Op.xor: return halves(a ^ b);
    case Op.shl: return halves(a << by);
    case Op.shrS: return halves(a >> by);
    case Op.shrU: return halves(ua >> by);
    case Op.rotl: return halves((ua << by) | (ua >> (64n - by)));
    case Op.eq: return truth(a === b);
    case Op.ne: return truth(a !== b);
    case Op.ltS: return truth(a < b);
    case Op.ltU: return truth(ua < ub);
    case Op.leS: return truth(a <= b);
    case Op.leU: return truth(ua <= ub);
    default: return undefined;
  }
} // prettier-ignore

/** Folds a conversion or unary operation; `type` is the operand's. */
export function foldConvert(op: number, type: IrType, low: number, high: number): Halves | undefined {
  if (op === Op.wrap) return { low, high: 0 };
  if (op === Op.extendS) return { low, high: low >> 31 };
  if (op === Op.extendU) return { low, high: 0 };
  if (type === I32) {
    const folded = foldUnary32(op, low);
    return folded === undefined ? undefined : { low: folded, high: 0 };
  }
  if (type !== I64) return undefined;
  switch (op) {
    case Op.ext8S: return { low: (low << 24) >> 24, high: (low << 24) >> 31 };
    case Op.ext16S: return { low: (low << 16) >> 16, high: (low << 16) >> 31 };
    case Op.ext32S: return { low, high: low >> 31 };
    case Op.eqz: return { low: low === 0 && high === 0 ? 1 : 0, high: 0 };
    case Op.clz: return { low: high === 0 ? 32 + Math.clz32(low) : Math.clz32(high), high: 0 };
    case Op.ctz: return { low: low !== 0 ? foldUnary32(Op.ctz, low)! : 32 + foldUnary32(Op.ctz, high)!, high: 0 };
    case Op.popcnt: return { low: foldUnary32(Op.popcnt, low)! + foldUnary32(Op.popcnt, high)!, high: 0 };
    default: return undefined;
  }
} // prettier-ignore
