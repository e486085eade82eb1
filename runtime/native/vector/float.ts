/**
 * Vector floating-point operations with all that generated code leaves out: NaN operands, VSCR[NJ], sums that a second rounding could
 * spoil (Power ISA Book I, 6.6.2 and 6.10). Lane 0 is word 3.
 */
import { VSCR_OFFSET } from '../../../jit/abi/layout';

const SIGN: u32 = 0x80000000;
const EXPONENT: u32 = 0x7f800000;
const QUIET: u32 = 0x00400000;
const DEFAULT_NAN: u32 = 0x7fc00000;
const VSCR_NJ: u32 = 0x00010000;

@inline
function isNan(x: u32): bool {
  return (x & ~SIGN) > EXPONENT;
}
/** A denormalized number as VSCR[NJ] wants it. */
function flushed(x: u32): u32 {
  return (x & EXPONENT) == 0 && (load<u32>(VSCR_OFFSET) & VSCR_NJ) != 0 ? x & SIGN : x;
}

/** a + b, or a - b with `negative` the sign bit. */
function sum(a: u32, b: u32, negative: u32): u32 {
  if (isNan(a)) return a | QUIET;
  if (isNan(b)) return b | QUIET;
  const result = reinterpret<u32>(reinterpret<f32>(flushed(a)) + reinterpret<f32>(flushed(b) ^ negative));
  return isNan(result) ? DEFAULT_NAN : flushed(result);
}

/**
 * a x c + b, or b - a x c with `negative` the sign bit, rounded once: the sum of the exact product and b is rounded to odd in double format, so
 * that rounding it to single does not see what the first rounding did.
 */
function fused(a: u32, c: u32, b: u32, negative: u32): u32 {
  if (isNan(a)) return a | QUIET;
  if (isNan(b)) return b | QUIET;
  if (isNan(c)) return c | QUIET;
  const product = <f64>reinterpret<f32>(flushed(a)) * <f64>reinterpret<f32>(flushed(c));
  const addend = <f64>reinterpret<f32>(flushed(b) ^ negative);
  let rounded = product + addend;
  if (rounded != rounded) return DEFAULT_NAN;
  const added = rounded - product;
  const lost = product - (rounded - added) + (addend - added);
  let bits = reinterpret<u64>(rounded);
  // Infinite operands make `lost` a NaN.
  if (lost == lost && lost != 0 && (bits & 1) == 0) {
    if (lost > 0 == rounded > 0) bits++;
    else bits--;
    rounded = reinterpret<f64>(bits);
  }
  return flushed(reinterpret<u32>(<f32>rounded)) ^ negative;
}

@inline
function word(v: v128, n: u8): u32 {
  return n == 0 ? i32x4.extract_lane(v, 0) : n == 1 ? i32x4.extract_lane(v, 1) : n == 2 ? i32x4.extract_lane(v, 2) : i32x4.extract_lane(v, 3);
}
@inline
function vector(w0: u32, w1: u32, w2: u32, w3: u32): v128 {
  return i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(w0), 1, w1), 2, w2), 3, w3);
}

export function vaddfp(a: v128, b: v128): v128 {
  return vector(
    sum(word(a, 0), word(b, 0), 0),
    sum(word(a, 1), word(b, 1), 0),
    sum(word(a, 2), word(b, 2), 0),
    sum(word(a, 3), word(b, 3), 0),
  );
}
export function vsubfp(a: v128, b: v128): v128 {
  return vector(
    sum(word(a, 0), word(b, 0), SIGN),
    sum(word(a, 1), word(b, 1), SIGN),
    sum(word(a, 2), word(b, 2), SIGN),
    sum(word(a, 3), word(b, 3), SIGN),
  );
}
function fusedAll(a: v128, c: v128, b: v128, negative: u32): v128 {
  return vector(
    fused(word(a, 0), word(c, 0), word(b, 0), negative),
    fused(word(a, 1), word(c, 1), word(b, 1), negative),
    fused(word(a, 2), word(c, 2), word(b, 2), negative),
    fused(word(a, 3), word(c, 3), word(b, 3), negative),
  );
}
/** Operands in assembler order: VRA, VRC, VRB. */
export function vmaddfp(a: v128, c: v128, b: v128): v128 {
  return fusedAll(a, c, b, 0);
}
export function vnmsubfp(a: v128, c: v128, b: v128): v128 {
  return fusedAll(a, c, b, SIGN);
}

// --- Powers of 2 and logarithms to base 2, as exact as a single can be; the manual asks for estimates ---
const LN2: f64 = 0.6931471805599453;

function powerOfTwo(x: u32): u32 {
  if (isNan(x)) return x | QUIET;
  const value = <f64>reinterpret<f32>(flushed(x));
  if (value >= 128) return EXPONENT;
  if (value < -150) return 0;
  const whole = nearest<f64>(value);
  // e to the power of y, |y| below 0.35, by its series.
  const y = (value - whole) * LN2;
  let series: f64 = 1;
  for (let n = 12; n > 0; n--) series = 1 + (series * y) / <f64>n;
  const scale = reinterpret<f64>((<u64>(<i64>whole + 1023)) << 52);
  return flushed(reinterpret<u32>(<f32>(series * scale)));
}

function logarithm(x: u32): u32 {
  if (isNan(x)) return x | QUIET;
  const bits = flushed(x);
  if ((bits & ~SIGN) == 0) return SIGN | EXPONENT;
  if (bits & SIGN) return DEFAULT_NAN;
  if (bits == EXPONENT) return EXPONENT;
  const double = reinterpret<u64>(<f64>reinterpret<f32>(bits));
  let exponent = <i64>(double >> 52) - 1023;
  let mantissa = reinterpret<f64>((double & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  // ln m = 2 (z + z^3/3 + z^5/5 + ...), z = (m - 1) / (m + 1)
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let series: f64 = 0;
  for (let n = 19; n > 0; n -= 2) series = series * square + 1 / <f64>n;
  return reinterpret<u32>(<f32>(<f64>exponent + (2 * z * series) / LN2));
}

export function vexptefp(b: v128): v128 {
  return vector(powerOfTwo(word(b, 0)), powerOfTwo(word(b, 1)), powerOfTwo(word(b, 2)), powerOfTwo(word(b, 3)));
}
export function vlogefp(b: v128): v128 {
  return vector(logarithm(word(b, 0)), logarithm(word(b, 1)), logarithm(word(b, 2)), logarithm(word(b, 3)));
}
