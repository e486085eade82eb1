/** AES (FIPS 197), SHA-2 (FIPS 180-4), polynomials over GF(2) (Power ISA Book I, 6.11), from their definitions. */
import { elements, vectorOf, type VectorCpu, type VectorSemantics } from './vector-cpu.js';

const exclusiveOr = (list: readonly bigint[]): bigint => list.reduce((x, y) => x ^ y, 0n);
/** Product of polynomials. */
const product = (a: bigint, b: bigint): bigint =>
  exclusiveOr(Array.from(b.toString(2), (digit, k) => (digit === '1' ? a << BigInt(b.toString(2).length - 1 - k) : 0n))); // prettier-ignore

/** In GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
function times(a: bigint, b: bigint): bigint {
  let v = product(a, b);
  for (let n = 15n; n >= 8n; n--) if ((v >> n) & 1n) v ^= 0x11bn << (n - 8n);
  return v;
}
const rotated = (v: bigint, by: bigint) => ((v << by) | (v >> (8n - by))) & 0xffn;
const SBOX = Array.from({ length: 256 }, (_v, k) => {
  let power = BigInt(k);
  // The inverse is the 254th power.
  for (let n = 1; n < 254; n++) power = times(power, BigInt(k));
  return exclusiveOr([power, rotated(power, 1n), rotated(power, 2n), rotated(power, 3n), rotated(power, 4n), 0x63n]);
});
const INVERSE_SBOX = SBOX.map((_v, k) => BigInt(SBOX.indexOf(BigInt(k))));
const substituted = (v: bigint, table: readonly bigint[]) => vectorOf(elements(v, 8).map((b) => table[Number(b)]!), 8); // prettier-ignore
/** Rows are turned `by` columns to the left times their number. */
const rowsShifted = (v: bigint, by: 1 | 3): bigint => {
  const state = elements(v, 8);
  return vectorOf(state.map((_b, n) => state[((Math.floor(n / 4) + by * (n % 4)) % 4) * 4 + (n % 4)]!), 8); // prettier-ignore
};
const columnsMixed = (v: bigint, factors: readonly bigint[]): bigint =>
  vectorOf(
    elements(v, 32).map((column) => {
      const bytes = [24n, 16n, 8n, 0n].map((s) => (column >> s) & 0xffn);
      return bytes.reduce((w, _b, r) => (w << 8n) | exclusiveOr(bytes.map((b, k) => times(b, factors[(k - r + 4) % 4]!))), 0n);
    }),
    32,
  );
const MIX = [2n, 3n, 1n, 1n];
const MIX_BACK = [14n, 11n, 13n, 9n];

const shaSigma = (bits: number, table: readonly (readonly bigint[])[]) => (c: VectorCpu) => {
  const right = (v: bigint, by: bigint) => (v >> by) | ((v << (BigInt(bits) - by)) & ((1n << BigInt(bits)) - 1n));
  c.target = vectorOf(
    elements(c.a, bits).map((v, n) => {
      const capital = c.field(16, 16) === 1;
      const six = (c.field(17, 20) >> (3 - (n * bits) / 32)) & 1;
      const [x, y, z] = table[(capital ? 2 : 0) + six]! as [bigint, bigint, bigint];
      return right(v, x) ^ right(v, y) ^ (capital ? right(v, z) : v >> z);
    }),
    bits,
  );
};
const productSum = (bits: number) => (c: VectorCpu) => {
  const [a, b] = [elements(c.a, bits), elements(c.b, bits)];
  const sums = Array.from({ length: a.length / 2 }, (_s, n) => product(a[2 * n]!, b[2 * n]!) ^ product(a[2 * n + 1]!, b[2 * n + 1]!));
  c.target = vectorOf(sums, 2 * bits);
};

export const VECTOR_CRYPTO: VectorSemantics = {
  vsbox: (c) => void (c.target = substituted(c.a, SBOX)),
  vcipher: (c) => void (c.target = columnsMixed(rowsShifted(substituted(c.a, SBOX), 1), MIX) ^ c.b),
  vcipherlast: (c) => void (c.target = rowsShifted(substituted(c.a, SBOX), 1) ^ c.b),
  vncipher: (c) => void (c.target = columnsMixed(substituted(rowsShifted(c.a, 3), INVERSE_SBOX) ^ c.b, MIX_BACK)),
  vncipherlast: (c) => void (c.target = substituted(rowsShifted(c.a, 3), INVERSE_SBOX) ^ c.b),
  vshasigmaw: shaSigma(32, [[7n, 18n, 3n], [17n, 19n, 10n], [2n, 13n, 22n], [6n, 11n, 25n]]),
  vshasigmad: shaSigma(64, [[1n, 8n, 7n], [19n, 61n, 6n], [28n, 34n, 39n], [14n, 18n, 41n]]),
  vpmsumb: productSum(8),
  vpmsumh: productSum(16),
  vpmsumw: productSum(32),
  vpmsumd: productSum(64),
  vpermxor: (c) => {
    const [a, b] = [elements(c.a, 8), elements(c.b, 8)];
    c.target = vectorOf(elements(c.c, 8).map((n) => a[Number(n >> 4n)]! ^ b[Number(n & 15n)]!), 8); // prettier-ignore
  },
}; // prettier-ignore
