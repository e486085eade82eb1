/** Vector floating-point instructions (Power ISA Book I, 6.10), with exact numbers rounded once. */
import { elements, signed, vectorOf, type VectorCpu, type VectorSemantics } from './vector-cpu.js';

const SIGN = 0x80000000n;
const INFINITY = 0x7f800000n;
const DEFAULT_NAN = 0x7fc00000n;
const isNan = (x: bigint) => (x & 0x7fffffffn) > INFINITY;
const isInfinite = (x: bigint) => (x & 0x7fffffffn) === INFINITY;
const isZero = (x: bigint) => (x & 0x7fffffffn) === 0n;
/** What VSCR[NJ] = 1 makes of a denormalized number. */
const flushed = (c: VectorCpu, x: bigint): bigint => (c.nonJava && (x & INFINITY) === 0n ? x & SIGN : x);

const cell = new DataView(new ArrayBuffer(4));
const numberOf = (bits: bigint): number => (cell.setUint32(0, Number(bits)), cell.getFloat32(0));
const bitsOf = (n: number): bigint => (cell.setFloat32(0, n), BigInt(cell.getUint32(0)));

/** A finite number is this times 2^-149, or for products 2^-298. */
function integerOf(x: bigint): bigint {
  const exponent = (x >> 23n) & 0xffn;
  const fraction = x & 0x7fffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x800000n) << (exponent - 1n);
  return (x & SIGN) !== 0n ? -magnitude : magnitude;
}
/** The nearest single to v x 2^-298, ties to even; v is not 0. */
function rounded(v: bigint): bigint {
  const sign = v < 0n ? SIGN : 0n;
  const magnitude = v < 0n ? -v : v;
  const digits = BigInt(magnitude.toString(2).length);
  // Bits below the last place: those below 2^-149, or 24 digits from the first.
  const drop = digits - 24n > 149n ? digits - 24n : 149n;
  const kept = magnitude >> drop;
  const rest = magnitude - (kept << drop);
  const half = 1n << (drop - 1n);
  const up = rest > half || (rest === half && (kept & 1n) === 1n) ? 1n : 0n;
  // The exponent field grows by carries by itself.
  const bits = kept + up + (drop > 149n ? (drop - 149n) << 23n : 0n);
  return sign | (bits > INFINITY ? INFINITY : bits);
}

/** a x c + b, or its negative with `negate`; b is already negated where it is subtracted. NaN operands are dealt with. */
function multiplyAdd(a: bigint, c: bigint, b: bigint): bigint {
  const productSign = (a ^ c) & SIGN;
  if (isInfinite(a) || isInfinite(c)) {
    if (isZero(a) || isZero(c)) return DEFAULT_NAN;
    return isInfinite(b) && (b & SIGN) !== productSign ? DEFAULT_NAN : productSign | INFINITY;
  }
  if (isInfinite(b)) return b;
  const sum = integerOf(a) * integerOf(c) + (integerOf(b) << 149n);
  if (sum !== 0n) return rounded(sum);
  const zeroProduct = isZero(a) || isZero(c);
  // An exact difference of 0 is +0; zeros of one sign keep it.
  return zeroProduct && isZero(b) ? productSign & (b & SIGN) : 0n;
}
const ONE = 0x3f800000n;
const firstNan = (list: readonly bigint[]): bigint | undefined => list.find(isNan);
const quiet = (x: bigint) => x | 0x400000n;

const lanes = (c: VectorCpu, of: (a: bigint, b: bigint, third: bigint) => bigint): void => {
  const [b, third] = [elements(c.b, 32), elements(c.c, 32)];
  c.target = vectorOf(elements(c.a, 32).map((a, n) => of(a, b[n]!, third[n]!)), 32); // prettier-ignore
};
const sum = (negative: bigint) => (c: VectorCpu) =>
  lanes(c, (a, b) => {
    const nan = firstNan([a, b]);
    return nan !== undefined ? quiet(nan) : flushed(c, multiplyAdd(flushed(c, a), ONE, flushed(c, b) ^ negative));
  });
const fused = (negative: bigint) => (c: VectorCpu) =>
  lanes(c, (a, b, third) => {
    const nan = firstNan([a, b, third]);
    if (nan !== undefined) return quiet(nan);
    const result = multiplyAdd(flushed(c, a), flushed(c, third), flushed(c, b) ^ negative);
    return isNan(result) ? result : flushed(c, result) ^ negative;
  });
/** The order of numbers in which -0 comes before +0. */
const order = (x: bigint): bigint => ((x & SIGN) !== 0n ? -(x & 0x7fffffffn) - 1n : x);
const extreme = (greatest: boolean) => (c: VectorCpu) =>
  lanes(c, (a, b) => {
    const nan = firstNan([a, b]);
    if (nan !== undefined) return quiet(nan);
    const [x, y] = [flushed(c, a), flushed(c, b)];
    return order(x) > order(y) === greatest ? x : y;
  });
const ofB = (of: (b: bigint, c: VectorCpu) => bigint) => (c: VectorCpu) => {
  c.target = vectorOf(elements(c.b, 32).map((b) => (isNan(b) ? quiet(b) : of(flushed(c, b), c))), 32); // prettier-ignore
};
/** What an estimate gives on numbers; NaN is the default one. */
const estimate = (of: (n: number) => number) =>
  ofB((b, c) => {
    const n = of(numberOf(b));
    return Number.isNaN(n) ? DEFAULT_NAN : flushed(c, bitsOf(n));
  });
const rounding = (of: (n: number) => number) => ofB((b) => bitsOf(of(numberOf(b))));
function nearestEven(n: number): number {
  if (Math.abs(n) >= 2 ** 23 || n === 0) return n;
  const magnitude = Math.abs(n);
  const floor = Math.floor(magnitude);
  const rest = magnitude - floor;
  const result = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return n < 0 ? -result : result;
}

/** To integers, as the manual's ConvertSPtoSXWsaturate and ConvertSPtoUXWsaturate. */
const toInteger = (isSigned: boolean) => (c: VectorCpu) => {
  const scale = BigInt(c.field(11, 15));
  c.target = vectorOf(
    elements(c.b, 32).map((b) => {
      if (isNan(b)) return 0n;
      const negative = (b & SIGN) !== 0n;
      const exponent = ((b >> 23n) & 0xffn) + scale - 127n;
      const large = isInfinite(b) || exponent > (isSigned ? 30n : 31n);
      if (!large && exponent < 0n) return 0n;
      if (large || (!isSigned && negative)) {
        c.saturated = true;
        return isSigned ? (negative ? SIGN : SIGN - 1n) : negative ? 0n : 2n * SIGN - 1n;
      }
      const significand = ((b & 0x7fffffn) | 0x800000n) << 8n;
      const magnitude = significand >> (31n - exponent);
      return negative ? -magnitude : magnitude;
    }),
    32,
  );
};
const fromInteger = (isSigned: boolean) => (c: VectorCpu) => {
  const scale = BigInt(c.field(11, 15));
  const of = (b: bigint) => (isSigned ? signed(b, 32) : b);
  c.target = vectorOf(elements(c.b, 32).map((b) => (b === 0n ? 0n : rounded(of(b) << (298n - scale)))), 32); // prettier-ignore
};
const compare = (holds: (a: number, b: number) => boolean) => (c: VectorCpu) => {
  lanes(c, (a, b) => (holds(numberOf(flushed(c, a)), numberOf(flushed(c, b))) ? -1n : 0n));
  if (c.field(21, 21) === 1) c.setCr6((c.target === (1n << 128n) - 1n ? 8n : 0n) | (c.target === 0n ? 2n : 0n));
};

export const VECTOR_FLOAT: VectorSemantics = {
  vaddfp: sum(0n),
  vsubfp: sum(SIGN),
  vmaddfp: fused(0n),
  vnmsubfp: fused(SIGN),
  vmaxfp: extreme(true),
  vminfp: extreme(false),
  vrefp: estimate((n) => Math.fround(1 / n)),
  vrsqrtefp: estimate((n) => Math.fround(1 / Math.fround(Math.sqrt(n)))),
  vexptefp: estimate((n) => Math.fround(2 ** n)),
  vlogefp: estimate((n) => Math.fround(Math.log2(n))),
  vrfim: rounding(Math.floor),
  vrfip: rounding(Math.ceil),
  vrfiz: rounding(Math.trunc),
  vrfin: rounding(nearestEven),
  vctsxs: toInteger(true),
  vctuxs: toInteger(false),
  vcfsx: fromInteger(true),
  vcfux: fromInteger(false),
  vcmpeqfp: compare((a, b) => a === b),
  vcmpgefp: compare((a, b) => a >= b),
  vcmpgtfp: compare((a, b) => a > b),
  vcmpbfp: (c) => {
    lanes(c, (a, b) => {
      const [x, y] = [numberOf(flushed(c, a)), numberOf(flushed(c, b))];
      return (x <= y ? 0n : SIGN) | (x >= -y ? 0n : SIGN >> 1n);
    });
    if (c.field(21, 21) === 1) c.setCr6(c.target === 0n ? 2n : 0n);
  },
};
