/** WebAssembly's SIMD operations on 128-bit bigints, lane 0 in the least significant place: one lane after the other, nothing fast. */
import { SIMD_BINARY, SIMD_EXTRACT, SIMD_REPLACE, SIMD_SHIFT, SIMD_SPLAT, SIMD_TEST, SIMD_UNARY } from '../../jit/ir/simd.js';

const NAMES = new Map<number, string>(
  [SIMD_BINARY, SIMD_EXTRACT, SIMD_REPLACE, SIMD_SHIFT, SIMD_SPLAT, SIMD_TEST, SIMD_UNARY].flatMap((table) =>
    Object.entries(table).map(([name, code]) => [code, name] as const),
  ),
);
/** Name of an operation by its number. */
export const simdName = (code: number): string => {
  const name = NAMES.get(code);
  if (name === undefined) throw new Error(`no SIMD operation ${code}`);
  return name;
};

const S = BigInt.asIntN;
const U = BigInt.asUintN;

/** The lanes of a vector, lane 0 first, unsigned. */
export const lanesOf = (v: bigint, bits: number): bigint[] =>
  Array.from({ length: 128 / bits }, (_l, k) => (v >> BigInt(bits * k)) & ((1n << BigInt(bits)) - 1n));
/** The inverse of lanesOf; lanes are cut to their width. */
export const fromLanes = (lanes: readonly bigint[], bits: number): bigint =>
  lanes.reduce((v, lane, k) => v | (U(bits, lane) << BigInt(bits * k)), 0n);

const cell = new DataView(new ArrayBuffer(8));
function toNumber(lane: bigint, bits: number): number {
  if (bits === 32) cell.setUint32(0, Number(lane));
  else cell.setBigUint64(0, lane);
  return bits === 32 ? cell.getFloat32(0) : cell.getFloat64(0);
}
function toBits(n: number, bits: number): bigint {
  if (bits === 32) cell.setFloat32(0, n);
  else cell.setFloat64(0, n);
  return bits === 32 ? BigInt(cell.getUint32(0)) : cell.getBigUint64(0);
}
const clamp = (v: bigint, low: bigint, high: bigint) => (v < low ? low : v > high ? high : v);
const saturate = (v: bigint, bits: number, signed: boolean): bigint =>
  signed ? clamp(v, -(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n) : clamp(v, 0n, (1n << BigInt(bits)) - 1n);
const relation = (op: string, less: boolean, same: boolean): boolean =>
  ({ eq: same, ne: !same, lt: less, le: less || same, gt: !less && !same, ge: !less })[op]!;

/** One lane of an integer operation. */
function integerLane(op: string, bits: number, a: bigint, b: bigint): bigint {
  const signed = op.endsWith('_s');
  const [x, y] = signed || !op.endsWith('_u') ? [S(bits, a), S(bits, b)] : [a, b];
  const name = op.replace(/_[su]$/, '');
  const by = b % BigInt(bits);
  switch (name) {
    case 'add': return a + b;
    case 'sub': return a - b;
    case 'mul': return a * b;
    case 'abs': return S(bits, a) < 0n ? -S(bits, a) : a;
    case 'neg': return -a;
    case 'popcnt': return BigInt([...a.toString(2)].filter((d) => d === '1').length);
    case 'add_sat': return saturate(x + y, bits, signed);
    case 'sub_sat': return saturate(x - y, bits, signed);
    case 'min': return x < y ? x : y;
    case 'max': return x > y ? x : y;
    case 'avgr': return (a + b + 1n) >> 1n;
    case 'q15mulr_sat': return saturate((S(16, a) * S(16, b) + 0x4000n) >> 15n, 16, true);
    case 'shl': return a << by;
    case 'shr': return (signed ? S(bits, a) : a) >> by;
    default: return relation(name, x < y, x === y) ? -1n : 0n;
  }
} // prettier-ignore

function roundEven(n: number): number {
  const floor = Math.floor(n);
  const rest = n - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const rounded = up ? floor + 1 : floor;
  return rounded === 0 ? (Object.is(n, -0) || n < 0 ? -0 : 0) : rounded;
}
/** One lane of a floating-point operation; the bits of a NaN that comes out say nothing. */
function floatLane(op: string, bits: number, a: bigint, b: bigint): bigint {
  const [x, y] = [toNumber(a, bits), toNumber(b, bits)];
  const top = 1n << BigInt(bits - 1);
  switch (op) {
    case 'abs': return a & ~top;
    case 'neg': return a ^ top;
    case 'add': return toBits(x + y, bits);
    case 'sub': return toBits(x - y, bits);
    case 'mul': return toBits(x * y, bits);
    case 'div': return toBits(x / y, bits);
    case 'min': return toBits(Math.min(x, y), bits);
    case 'max': return toBits(Math.max(x, y), bits);
    case 'pmin': return y < x ? b : a;
    case 'pmax': return x < y ? b : a;
    case 'sqrt': return toBits(Math.sqrt(x), bits);
    case 'ceil': return toBits(Math.ceil(x), bits);
    case 'floor': return toBits(Math.floor(x), bits);
    case 'trunc': return toBits(Math.trunc(x), bits);
    case 'nearest': return toBits(Number.isFinite(x) ? roundEven(x) : x, bits);
    case 'ne': return x !== y ? -1n : 0n;
    default: return !Number.isNaN(x) && !Number.isNaN(y) && relation(op, x < y, x === y) ? -1n : 0n;
  }
} // prettier-ignore

/** Conversions that change the width or the kind of lanes; undefined for other operations. */
function converted(name: string, a: bigint, b: bigint): bigint | undefined {
  const extend = /^i(\d+)x\d+\.(ext(?:end|mul))_(low|high)_i(\d+)x\d+_([su])$/.exec(name);
  if (extend) {
    const [wide, narrow] = [Number(extend[1]), Number(extend[4])];
    const half = (v: bigint) => {
      const lanes = lanesOf(v, narrow);
      const from = extend[3] === 'low' ? 0 : lanes.length / 2;
      return lanes.slice(from, from + lanes.length / 2).map((l) => (extend[5] === 's' ? S(narrow, l) : l));
    };
    const other = half(b);
    return fromLanes(half(a).map((l, k) => (extend[2] === 'extmul' ? l * other[k]! : l)), wide); // prettier-ignore
  }
  const narrow = /^i(\d+)x\d+\.narrow_i(\d+)x\d+_([su])$/.exec(name);
  if (narrow) {
    const bits = Number(narrow[1]);
    return fromLanes([...lanesOf(a, 2 * bits), ...lanesOf(b, 2 * bits)].map((l) => saturate(S(2 * bits, l), bits, narrow[3] === 's')), bits);
  }
  const pairwise = /^i(\d+)x\d+\.extadd_pairwise_i\d+x\d+_([su])$/.exec(name);
  if (pairwise) {
    const bits = Number(pairwise[1]) / 2;
    const lanes = lanesOf(a, bits).map((l) => (pairwise[2] === 's' ? S(bits, l) : l));
    return fromLanes(Array.from({ length: lanes.length / 2 }, (_l, k) => lanes[2 * k]! + lanes[2 * k + 1]!), 2 * bits); // prettier-ignore
  }
  const toInteger = (v: number, signed: boolean) => (Number.isNaN(v) ? 0n : saturate(BigInt(Math.trunc(Math.max(-1e10, Math.min(1e10, v)))), 32, signed));
  const signed = /_s(_zero)?$/.test(name);
  const integers = lanesOf(a, 32).map((l) => Number(signed ? S(32, l) : l));
  switch (name.replace(/_[su](_zero)?$/, '')) {
    case 'i32x4.dot_i16x8': {
      const [x, y] = [lanesOf(a, 16), lanesOf(b, 16)];
      const product = (k: number) => S(16, x[k]!) * S(16, y[k]!);
      return fromLanes([0, 2, 4, 6].map((k) => product(k) + product(k + 1)), 32); // prettier-ignore
    }
    case 'i32x4.trunc_sat_f32x4': return fromLanes(lanesOf(a, 32).map((l) => toInteger(toNumber(l, 32), signed)), 32);
    case 'i32x4.trunc_sat_f64x2': return fromLanes(lanesOf(a, 64).map((l) => toInteger(toNumber(l, 64), signed)), 32);
    case 'f32x4.convert_i32x4': return fromLanes(integers.map((n) => toBits(n, 32)), 32);
    case 'f64x2.convert_low_i32x4': return fromLanes(integers.slice(0, 2).map((n) => toBits(n, 64)), 64);
    case 'f32x4.demote_f64x2_zero': return fromLanes(lanesOf(a, 64).map((l) => toBits(toNumber(l, 64), 32)), 32);
    case 'f64x2.promote_low_f32x4': return fromLanes(lanesOf(a, 32).slice(0, 2).map((l) => toBits(toNumber(l, 32), 64)), 64);
    default: return undefined;
  }
} // prettier-ignore

/** The value of an operation on vectors, or on a vector and a count, or on a number. */
export function evaluateSimd(code: number, a: bigint, b: bigint): bigint {
  const name = simdName(code);
  const [shape, op] = name.split('.') as [string, string];
  const changed = converted(name, a, b);
  if (changed !== undefined) return changed;
  if (shape === 'v128') {
    switch (op) {
      case 'not': return ~a;
      case 'and': return a & b;
      case 'andnot': return a & ~b;
      case 'or': return a | b;
      case 'xor': return a ^ b;
      default: return a === 0n ? 0n : 1n;
    }
  }
  const bits = Number(/^[if](\d+)/.exec(shape)![1]);
  const lanes = lanesOf(a, bits);
  if (op === 'splat') return fromLanes(lanes.map(() => a), bits);
  if (op === 'all_true') return lanes.every((l) => l !== 0n) ? 1n : 0n;
  if (op === 'bitmask') return lanes.reduce((mask, l, k) => mask | ((l >> BigInt(bits - 1)) << BigInt(k)), 0n);
  if (op === 'swizzle') return fromLanes(lanesOf(b, 8).map((k) => lanes[Number(k)] ?? 0n), 8);
  const shift = name in SIMD_SHIFT;
  const others = lanesOf(b, bits);
  const lane = shape.startsWith('f') ? floatLane : integerLane;
  return fromLanes(lanes.map((l, k) => lane(op, bits, l, shift ? b : others[k]!)), bits); // prettier-ignore
} // prettier-ignore

/** A lane as a number. */
export function extractLane(code: number, v: bigint, lane: number): bigint {
  const [shape, op] = simdName(code).split('.') as [string, string];
  const bits = Number(/^[if](\d+)/.exec(shape)![1]);
  const value = lanesOf(v, bits)[lane]!;
  return op.endsWith('_s') ? S(bits, value) : value;
}
/** The vector with a number in a lane. */
export function replaceLane(code: number, v: bigint, lane: number, value: bigint): bigint {
  const bits = Number(/^[if](\d+)/.exec(simdName(code))![1]);
  return fromLanes(lanesOf(v, bits).map((l, k) => (k === lane ? value : l)), bits); // prettier-ignore
}
/** Bytes of two vectors by lane numbers, given as words, the lowest first. */
export function shuffleLanes(a: bigint, b: bigint, words: readonly number[]): bigint {
  const all = [...lanesOf(a, 8), ...lanesOf(b, 8)];
  const numbers = words.flatMap((w) => [0, 8, 16, 24].map((shift) => (w >>> shift) & 255));
  return fromLanes(numbers.map((k) => all[k]!), 8); // prettier-ignore
}
