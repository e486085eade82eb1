/** Operands of vector instructions: edges of every element width, singles of every kind, anything. */
import type { Scatter } from '../isa/situations.js';

const random = (s: Scatter, bits: number): bigint => {
  let v = 0n;
  for (let at = 0; at < bits; at += 32) v = (v << 32n) | BigInt(s.next());
  return BigInt.asUintN(bits, v);
};
const edges = (bits: number): bigint[] => {
  const top = 1n << BigInt(bits - 1);
  return [0n, 1n, 2n, top - 1n, top, top + 1n, 2n * top - 1n, 2n * top - 2n, BigInt(bits - 1), BigInt(bits), (1n << BigInt(bits / 2)) - 1n, 1n << BigInt(bits / 2)];
}; // prettier-ignore
/** Zeros, denormalized, least and greatest, around 1 and 2^31, halves, infinities, NaNs quiet and signalling. */
const SINGLES = [
  0n, 1n, 0x7fffffn, 0x400000n, 0x800000n, 0x800001n, 0x3f800000n, 0x3f7fffffn, 0x3f800001n, 0x3f000000n, 0x3fc00000n, 0x40200000n, 0x4b000001n, 0x4affffffn,
  0x4effffffn, 0x4f000000n, 0x4f7fffffn, 0x4f800000n, 0x7f7fffffn, 0x7f000000n, 0x7f800000n, 0x7fc00001n, 0x7f800001n, 0x7fa12345n, 0x33800000n, 0x34000001n,
  0x1a000000n, 0x20000000n, 0x42fe0000n, 0x43000000n, 0xc3150000n,
]; // prettier-ignore
const single = (s: Scatter): bigint => {
  const sign = s.below(2) ? 0x80000000n : 0n;
  // Exponents near one another let sums cancel and halves appear.
  if (s.below(3) === 0)
    return sign | BigInt((120 + s.below(16)) << 23) | (BigInt(s.next()) & BigInt(s.pick([0x7fffff, 0x7f0000, 0x7ff800, 0])));
  return s.pick(SINGLES) ^ sign;
};
const repeated = (bits: number, element: () => bigint): bigint => {
  let v = 0n;
  for (let at = 0; at < 128; at += bits) v = (v << BigInt(bits)) | element();
  return v;
};

/** Any operand. */
export function scatteredVector(s: Scatter): bigint {
  const bits = s.pick([8, 16, 32, 64, 128]);
  switch (s.below(6)) {
    case 0:
      return random(s, 128);
    case 1:
    case 2:
      return repeated(bits, () => s.pick(edges(bits)));
    case 3: {
      const element = s.below(2) ? s.pick(edges(bits)) : BigInt(s.below(bits));
      return repeated(bits, () => element);
    }
    default:
      return repeated(32, () => single(s));
  }
}
/** Singles only. */
export const scatteredSingles = (s: Scatter): bigint => repeated(32, () => single(s));
