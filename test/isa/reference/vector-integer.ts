/** Vector integer instructions (Power ISA Book I, 6.9), element by element, from the manual. */
import { elements, signed, vectorOf, type VectorCpu, type VectorSemantics } from './vector-cpu.js';

type Lane = (a: bigint, b: bigint, bits: number) => bigint;
const by = (bits: number, lane: Lane) => (c: VectorCpu) => {
  const other = elements(c.b, bits);
  c.target = vectorOf(elements(c.a, bits).map((x, n) => lane(x, other[n]!, bits)), bits); // prettier-ignore
};
const asSigned =
  (lane: Lane): Lane =>
  (a, b, bits) =>
    lane(signed(a, bits), signed(b, bits), bits);
/** With saturation of what `lane` gives, to signed or unsigned elements. */
const saturating = (bits: number, sign: 's' | 'u', lane: Lane) => (c: VectorCpu) =>
  by(bits, (a, b) => limit(c, (sign === 's' ? asSigned(lane) : lane)(a, b, bits), bits, sign))(c);
export function limit(c: VectorCpu, v: bigint, bits: number, sign: 's' | 'u'): bigint {
  const low = sign === 's' ? -(1n << BigInt(bits - 1)) : 0n;
  const high = sign === 's' ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  c.saturated = v < low || v > high;
  return v < low ? low : v > high ? high : v;
}
const WIDTHS = { b: 8, h: 16, w: 32, d: 64 } as const;
type Letter = keyof typeof WIDTHS;
/** An entry for each width, by the letter in the mnemonic. */
const each = (
  letters: string,
  entry: (letter: Letter, bits: number) => readonly (readonly [string, (c: VectorCpu) => void])[],
): VectorSemantics => Object.fromEntries([...letters].flatMap((l) => entry(l as Letter, WIDTHS[l as Letter])));

const add: Lane = (a, b) => a + b;
const subtract: Lane = (a, b) => a - b;
const greatest: Lane = (a, b) => (a > b ? a : b);
const least: Lane = (a, b) => (a < b ? a : b);
const average: Lane = (a, b) => (a + b + 1n) >> 1n;
const count = (b: bigint, bits: number): bigint => b % BigInt(bits);

const compare = (bits: number, holds: Lane) => (c: VectorCpu) => {
  by(bits, (a, b) => (holds(a, b, bits) !== 0n ? -1n : 0n))(c);
  if (c.field(21, 21) === 0) return;
  const all = c.target === (1n << 128n) - 1n;
  c.setCr6((all ? 8n : 0n) | (c.target === 0n ? 2n : 0n));
};
const truth = (yes: boolean): bigint => (yes ? 1n : 0n);

/** Products of the even or odd elements, which are twice as wide. */
const product = (bits: number, odd: 0 | 1, sign: 's' | 'u') => (c: VectorCpu) => {
  const of = (v: bigint) => elements(v, bits).filter((_e, n) => n % 2 === odd).map((e) => (sign === 's' ? signed(e, bits) : e)); // prettier-ignore
  const other = of(c.b);
  c.target = vectorOf(of(c.a).map((x, n) => x * other[n]!), 2 * bits); // prettier-ignore
};
const products: VectorSemantics = Object.fromEntries(
  (['b', 'h', 'w'] as const).flatMap((l) =>
    (['s', 'u'] as const).flatMap((sign) =>
      [0, 1].map((odd) => [`vmul${odd ? 'o' : 'e'}${sign}${l}`, product(WIDTHS[l], odd as 0 | 1, sign)] as const),
    ),
  ),
);
/** Of three vectors of halfwords. */
const multiplyAdd = (rounding: bigint) => (c: VectorCpu) => {
  const [b, d] = [elements(c.b, 16), elements(c.c, 16)];
  c.target = vectorOf(
    elements(c.a, 16).map((a, n) => limit(c, ((signed(a, 16) * signed(b[n]!, 16) + rounding) >> 15n) + signed(d[n]!, 16), 16, 's')),
    16,
  );
};
/** The products of a word's elements, summed up with a word. */
const multiplySum = (bits: number, signA: boolean, signB: boolean, saturate?: 's' | 'u') => (c: VectorCpu) => {
  const [a, b] = [elements(c.a, bits), elements(c.b, bits)];
  const signC = saturate === 's';
  c.target = vectorOf(
    elements(c.c, 32).map((word, n) => {
      let sum = signC ? signed(word, 32) : word;
      for (let k = (n * 32) / bits; k < ((n + 1) * 32) / bits; k++) {
        sum += (signA ? signed(a[k]!, bits) : a[k]!) * (signB ? signed(b[k]!, bits) : b[k]!);
      }
      return saturate ? limit(c, sum, 32, saturate) : sum;
    }),
    32,
  );
};
/** Sums of A's elements, `per` to a group, and B's last word in the group. */
const sumAcross = (bits: number, group: number, sign: 's' | 'u') => (c: VectorCpu) => {
  const a = elements(c.a, bits).map((e) => (sign === 's' ? signed(e, bits) : e));
  const b = elements(c.b, 32).map((e) => (sign === 's' ? signed(e, 32) : e));
  const result = Array.from({ length: 4 }, () => 0n);
  for (let last = group - 1; last < 4; last += group) {
    const from = ((last + 1 - group) * 32) / bits;
    const sum = a.slice(from, ((last + 1) * 32) / bits).reduce((x, y) => x + y, b[last]!);
    result[last] = limit(c, sum, 32, sign);
  }
  c.target = vectorOf(result, 32);
};

const QUADWORD = 1n << 128n;
const quadword = (of: (c: VectorCpu) => bigint, carry: boolean) => (c: VectorCpu) => {
  const sum = of(c);
  c.target = carry ? sum / QUADWORD : sum % QUADWORD;
};
const inverse = (v: bigint): bigint => QUADWORD - 1n - v;

const ones = (v: bigint): bigint => BigInt([...v.toString(2)].filter((d) => d === '1').length);
const leadingZeros = (v: bigint, bits: number): bigint => BigInt(v === 0n ? bits : bits - v.toString(2).length);
const ofB = (bits: number, lane: (b: bigint) => bigint) => (c: VectorCpu) => {
  c.target = vectorOf(elements(c.b, bits).map(lane), bits);
};

export const VECTOR_INTEGER: VectorSemantics = {
  ...each('bhwd', (l, bits) => [
    [`vaddu${l}m`, by(bits, add)],
    [`vsubu${l}m`, by(bits, subtract)],
    [`vmaxs${l}`, by(bits, asSigned(greatest))],
    [`vmaxu${l}`, by(bits, greatest)],
    [`vmins${l}`, by(bits, asSigned(least))],
    [`vminu${l}`, by(bits, least)],
    [`vcmpequ${l}`, compare(bits, (a, b) => truth(a === b))],
    [`vcmpgtu${l}`, compare(bits, (a, b) => truth(a > b))],
    [
      `vcmpgts${l}`,
      compare(
        bits,
        asSigned((a, b) => truth(a > b)),
      ),
    ],
    [`vrl${l}`, by(bits, (a, b) => (a << count(b, bits)) | (a >> (BigInt(bits) - count(b, bits))))],
    [`vsl${l}`, by(bits, (a, b) => a << count(b, bits))],
    [`vsr${l}`, by(bits, (a, b) => a >> count(b, bits))],
    [`vsra${l}`, by(bits, (a, b) => signed(a, bits) >> count(b, bits))],
    [`vclz${l}`, ofB(bits, (b) => leadingZeros(b, bits))],
    [`vpopcnt${l}`, ofB(bits, ones)],
  ]),
  ...each('bhw', (l, bits) => [
    [`vadds${l}s`, saturating(bits, 's', add)],
    [`vaddu${l}s`, saturating(bits, 'u', add)],
    [`vsubs${l}s`, saturating(bits, 's', subtract)],
    [`vsubu${l}s`, saturating(bits, 'u', subtract)],
    [`vavgs${l}`, by(bits, asSigned(average))],
    [`vavgu${l}`, by(bits, average)],
  ]),
  ...products,
  vaddcuw: by(32, (a, b) => (a + b) >> 32n),
  vsubcuw: by(32, (a, b) => truth(a >= b)),
  vmuluwm: by(32, (a, b) => a * b),
  vmhaddshs: multiplyAdd(0n),
  vmhraddshs: multiplyAdd(0x4000n),
  vmladduhm: (c) => {
    const [b, d] = [elements(c.b, 16), elements(c.c, 16)];
    c.target = vectorOf(elements(c.a, 16).map((a, n) => a * b[n]! + d[n]!), 16); // prettier-ignore
  },
  vmsumubm: multiplySum(8, false, false),
  vmsummbm: multiplySum(8, true, false),
  vmsumuhm: multiplySum(16, false, false),
  vmsumshm: multiplySum(16, true, true),
  vmsumuhs: multiplySum(16, false, false, 'u'),
  vmsumshs: multiplySum(16, true, true, 's'),
  vsumsws: sumAcross(32, 4, 's'),
  vsum2sws: sumAcross(32, 2, 's'),
  vsum4sbs: sumAcross(8, 1, 's'),
  vsum4shs: sumAcross(16, 1, 's'),
  vsum4ubs: sumAcross(8, 1, 'u'),

  vadduqm: quadword((c) => c.a + c.b, false),
  vaddcuq: quadword((c) => c.a + c.b, true),
  vaddeuqm: quadword((c) => c.a + c.b + (c.c & 1n), false),
  vaddecuq: quadword((c) => c.a + c.b + (c.c & 1n), true),
  vsubuqm: quadword((c) => c.a + inverse(c.b) + 1n, false),
  vsubcuq: quadword((c) => c.a + inverse(c.b) + 1n, true),
  vsubeuqm: quadword((c) => c.a + inverse(c.b) + (c.c & 1n), false),
  vsubecuq: quadword((c) => c.a + inverse(c.b) + (c.c & 1n), true),

  vand: by(64, (a, b) => a & b),
  vandc: by(64, (a, b) => a & ~b),
  vor: by(64, (a, b) => a | b),
  vorc: by(64, (a, b) => a | ~b),
  vxor: by(64, (a, b) => a ^ b),
  vnor: by(64, (a, b) => ~(a | b)),
  vnand: by(64, (a, b) => ~(a & b)),
  veqv: by(64, (a, b) => ~(a ^ b)),

  vgbbd: (c) => {
    c.target = vectorOf(
      elements(c.b, 64).map((d) => {
        const bit = (n: number) => (d >> BigInt(63 - n)) & 1n;
        return Array.from({ length: 64 }, (_b, n) => bit((n % 8) * 8 + Math.floor(n / 8))).reduce((v, b) => (v << 1n) | b, 0n);
      }),
      64,
    );
  },
  vbpermq: (c) => {
    const bits = elements(c.b, 8).map((n) => (n < 128n ? (c.a >> (127n - n)) & 1n : 0n));
    c.target = bits.reduce((v, b) => (v << 1n) | b, 0n) << 64n;
  },
};
