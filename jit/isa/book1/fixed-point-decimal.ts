/** Power ISA Book I, 3.3.15: decimal assists: carries of BCD sums, and digits packed three in ten bits (DPD) and back. */
import type { Emitter } from '../emitter.js';
import { X, XO, inst, type Facts, type Instruction } from '../inst.js';
import { RA, RB, RS, RT, toRA } from '../operands.js';
import type { Bit, Word } from '../values.js';

const FACTS: Facts = { see: 'I 3.3.15, appendix B', needs: ['isa206'], only64: true };

/** Bits of three digits (a..d, e..h, i..m) and of the ten that stand for them (p..y), named as Book I appendix B names them. */
const NAMES_BCD = 'abcdefghijkm';
const NAMES_DPD = 'pqrstuvwxy';
type Bits = Readonly<Record<string, Bit>>;
type Logic = (e: Emitter, bits: Bits) => Bits;

const all = (e: Emitter, ...bits: readonly Bit[]): Bit => bits.reduce((x, y) => e.both(x, y));
const some = (e: Emitter, ...bits: readonly Bit[]): Bit => bits.reduce((x, y) => e.either(x, y));

/** Names the bits of a field whose last bit is `lsb` bits from the right. */
const take = (e: Emitter, v: Word, names: string, lsb: number): Bits =>
  Object.fromEntries([...names].map((name, n) => [name, e.bitOf(v, lsb + names.length - 1 - n)]));
/** Puts named bits into such a field. */
const put = (e: Emitter, bits: Bits, names: string, lsb: number): Word =>
  [...names].map((name, n) => e.shl(e.bitAsWord(bits[name]!), e.word(lsb + names.length - 1 - n))).reduce((x, y) => e.or(x, y));

const pack: Logic = (e, bits) => {
  const {
    a,
    b,
    c,
    d,
    e: middle,
    f,
    g,
    h,
    i,
    j,
    k,
    m,
  } = bits as Record<'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'm', Bit>;
  const small = e.not(a);
  return {
    p: some(e, b, all(e, a, j), all(e, a, f, i)),
    q: some(e, c, all(e, a, k), all(e, a, g, i)),
    r: d,
    s: some(e, all(e, f, e.not(e.both(a, i))), all(e, small, middle, j), all(e, middle, i)),
    t: some(e, g, all(e, small, middle, k), all(e, a, i)),
    u: h,
    v: some(e, a, middle, i),
    w: some(e, a, all(e, middle, i), all(e, e.not(middle), j)),
    x: some(e, middle, all(e, a, i), all(e, small, k)),
    y: m,
  };
};
const unpack: Logic = (e, bits) => {
  const { p, q, r, s, t, u, v, w, x, y } = bits as Record<'p' | 'q' | 'r' | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y', Bit>;
  const [notS, notT, notV, notW, notX] = [s, t, v, w, x].map((n) => e.not(n)) as [Bit, Bit, Bit, Bit, Bit];
  const firstSmall = some(e, notV, notW, all(e, s, notT, x));
  const lastSmall = some(e, notX, e.both(notS, notT));
  return {
    a: e.both(e.both(v, w), some(e, notS, t, notX)),
    b: e.both(p, firstSmall),
    c: e.both(q, firstSmall),
    d: r,
    e: e.both(v, e.both(x, some(e, notW, notT, s))),
    f: e.either(e.both(s, e.either(notV, notX)), all(e, p, notS, t, v, w, x)),
    g: e.either(e.both(t, e.either(notV, notX)), all(e, q, notS, t, w, v, x)),
    h: u,
    i: e.both(v, e.either(e.both(notW, notX), all(e, w, x, e.either(s, t)))),
    j: some(e, e.both(notV, w), all(e, s, v, notW, x), all(e, p, v, w, lastSmall)),
    k: some(e, e.both(notV, x), all(e, t, v, notW, x), all(e, q, v, w, lastSmall)),
    m: y,
  };
};

/** Converts the two low groups of both words of a doubleword: groups of `from` become groups of `to`. */
const convert = (mnemonic: string, xo: number, from: string, to: string, logic: Logic): Instruction =>
  inst(mnemonic, X(31, xo), [toRA, RS], FACTS, (e, { RA, RS }) => {
    // Much code for what is rarely met.
    e.interpretOnly();
    const source = RS.get();
    const groups = [0, 1, 32, 33].map((n) => {
      const word = n & 32;
      return put(e, logic(e, take(e, source, from, word + (n & 1) * from.length)), to, word + (n & 1) * to.length);
    });
    RA.set(groups.reduce((x, y) => e.or(x, y)));
  });

export const FIXED_POINT_DECIMAL: readonly Instruction[] = [
  inst('addg6s', XO(31, 74), [RT, RA, RB], FACTS, (e, { RT, RA, RB }) => {
    const [a, b] = [RA.get(), RB.get()];
    // The carry out of a bit position: both have it, or one has and the sum has not.
    const carries = e.or(e.and(a, b), e.and(e.or(a, b), e.complement(e.add(a, b))));
    const none = e.and(e.complement(carries), e.wordOfI64(e.i64(0x88888888 | 0, 0x88888888 | 0)));
    RT.set(e.or(e.shrU(none, e.word(1)), e.shrU(none, e.word(2))));
  }),
  convert('cdtbcd', 282, NAMES_DPD, NAMES_BCD, unpack),
  convert('cbcdtd', 314, NAMES_BCD, NAMES_DPD, pack),
];
