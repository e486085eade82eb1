/** Products of polynomials over GF(2), summed in pairs (Power ISA Book I, 6.11.3). */

/** Products in lanes of twice the width of the factors, whose upper halves are 0; `width` is that of the factors in bits. */
@inline
function products16(a: v128, b: v128): v128 {
  let sum = i64x2.splat(0);
  for (let k = 0; k < 8; k++) {
    const mask = i16x8.neg(v128.and(i16x8.shr_u(b, k), i16x8.splat(1)));
    sum = v128.xor(sum, v128.and(i16x8.shl(a, k), mask));
  }
  return sum;
}
function products32(a: v128, b: v128): v128 {
  let sum = i64x2.splat(0);
  for (let k = 0; k < 16; k++) {
    const mask = i32x4.neg(v128.and(i32x4.shr_u(b, k), i32x4.splat(1)));
    sum = v128.xor(sum, v128.and(i32x4.shl(a, k), mask));
  }
  return sum;
}

export function vpmsumb(a: v128, b: v128): v128 {
  const low = i16x8.splat(0xff);
  return v128.xor(products16(i16x8.shr_u(a, 8), i16x8.shr_u(b, 8)), products16(v128.and(a, low), v128.and(b, low)));
}
export function vpmsumh(a: v128, b: v128): v128 {
  const low = i32x4.splat(0xffff);
  return v128.xor(products32(i32x4.shr_u(a, 16), i32x4.shr_u(b, 16)), products32(v128.and(a, low), v128.and(b, low)));
}

/**
 * The product of polynomials of 32 terms. Every fourth bit of the factors at a time: the sums in the product of two such numbers stay below 16, so
 * that their lowest bits are the sums over GF(2).
 */
function product(a: u32, b: u32): u64 {
  const every: u64 = 0x1111111111111111;
  const a0 = <u64>(a & 0x11111111);
  const a1 = <u64>(a & 0x22222222);
  const a2 = <u64>(a & 0x44444444);
  const a3 = <u64>(a & 0x88888888);
  const b0 = <u64>(b & 0x11111111);
  const b1 = <u64>(b & 0x22222222);
  const b2 = <u64>(b & 0x44444444);
  const b3 = <u64>(b & 0x88888888);
  const p0 = (a0 * b0) ^ (a1 * b3) ^ (a2 * b2) ^ (a3 * b1);
  const p1 = (a0 * b1) ^ (a1 * b0) ^ (a2 * b3) ^ (a3 * b2);
  const p2 = (a0 * b2) ^ (a1 * b1) ^ (a2 * b0) ^ (a3 * b3);
  const p3 = (a0 * b3) ^ (a1 * b2) ^ (a2 * b1) ^ (a3 * b0);
  return (p0 & every) | (p1 & (every << 1)) | (p2 & (every << 2)) | (p3 & (every << 3));
}

/** The two words of double words, multiplied. */
@inline
function wordProducts(a: u64, b: u64): u64 {
  return product(<u32>(a >> 32), <u32>(b >> 32)) ^ product(<u32>a, <u32>b);
}
export function vpmsumw(a: v128, b: v128): v128 {
  const low = wordProducts(i64x2.extract_lane(a, 0), i64x2.extract_lane(b, 0));
  const high = wordProducts(i64x2.extract_lane(a, 1), i64x2.extract_lane(b, 1));
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

/** The product of polynomials of 64 terms from three of half as many (Karatsuba). */
function longProduct(a: u64, b: u64): v128 {
  const low = product(<u32>a, <u32>b);
  const high = product(<u32>(a >> 32), <u32>(b >> 32));
  const middle = product(<u32>a ^ <u32>(a >> 32), <u32>b ^ <u32>(b >> 32)) ^ low ^ high;
  return i64x2.replace_lane(i64x2.splat(low ^ (middle << 32)), 1, high ^ (middle >> 32));
}
export function vpmsumd(a: v128, b: v128): v128 {
  return v128.xor(
    longProduct(i64x2.extract_lane(a, 0), i64x2.extract_lane(b, 0)),
    longProduct(i64x2.extract_lane(a, 1), i64x2.extract_lane(b, 1)),
  );
}
