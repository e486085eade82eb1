/**
 * Densely packed decimal (Power ISA Book I, 5.3.2 and appendix B): three digits in a declet of ten bits. Each number has one preferred declet;
 * 24 more declets stand for numbers whose digits are all 8 or 9.
 */

/** The number (0..999) that a declet stands for. */
function numberOf(declet: number): number {
  const [p, q, r, s, t, u, v, w, x, y] = Array.from({ length: 10 }, (_bit, n) => (declet >> (9 - n)) & 1) as unknown as Ten;
  const small = (four: number, two: number, one: number) => 4 * four + 2 * two + one;
  const [pqr, stu] = [small(p, q, r), small(s, t, u)];
  const digits = (hundreds: number, tens: number, ones: number) => 100 * hundreds + 10 * tens + ones;
  if (v === 0) return digits(pqr, stu, small(w, x, y));
  switch (2 * w + x) {
    case 0: return digits(pqr, stu, 8 + y);
    case 1: return digits(pqr, 8 + u, small(s, t, y));
    case 2: return digits(8 + r, stu, small(p, q, y));
  }
  switch (2 * s + t) {
    case 0: return digits(8 + r, 8 + u, small(p, q, y));
    case 1: return digits(8 + r, small(p, q, u), 8 + y);
    case 2: return digits(pqr, 8 + u, 8 + y);
    default: return digits(8 + r, 8 + u, 8 + y);
  }
} // prettier-ignore
type Ten = readonly [number, number, number, number, number, number, number, number, number, number];

const NUMBERS: readonly bigint[] = Array.from({ length: 1024 }, (_number, declet) => BigInt(numberOf(declet)));
/** The preferred declet is the least one of those that stand for a number. */
const DECLETS: readonly bigint[] = Array.from({ length: 1000 }, (_declet, n) => BigInt(NUMBERS.indexOf(BigInt(n))));

/** The number whose digits `count` declets hold. */
export function fromDeclets(bits: bigint, count: number): bigint {
  let number = 0n;
  for (let n = count - 1; n >= 0; n--) number = number * 1000n + NUMBERS[Number((bits >> BigInt(10 * n)) & 1023n)]!;
  return number;
}

/** The low-order 3 x `count` digits of a number in preferred declets. */
export function toDeclets(number: bigint, count: number): bigint {
  let bits = 0n;
  let rest = number;
  for (let n = 0; n < count; n++) {
    bits |= DECLETS[Number(rest % 1000n)]! << BigInt(10 * n);
    rest /= 1000n;
  }
  return bits;
}
