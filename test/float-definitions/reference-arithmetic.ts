/** References of arithmetic, multiply-add and estimates: special operands by the tables of Book I 4.3 to 4.6, finite ones exactly. */
import { decode, fpscrAfter, negated, product, quotient, root, sum } from '../float/reference.js';
import {
  finite, infinite, invalid, isInfinite, isNegative, isZero, nanOf, SIGN, VXIDI, VXIMZ, VXISI, VXSQRT, VXZDZ, ZX, type Expected, type Input, type Reference,
} from './expected.js'; // prettier-ignore

const added = (single: boolean, subtract: boolean): Reference => (i) => {
  const b = subtract ? i.b ^ SIGN : i.b;
  const nan = nanOf(i, [i.a, i.b], single);
  if (nan) return nan;
  if (isInfinite(i.a) && isInfinite(b) && i.a !== b) return invalid(i, VXISI);
  if (isInfinite(i.a) || isInfinite(b)) return infinite(i, isNegative(isInfinite(i.a) ? i.a : b));
  return finite(i, sum(decode(i.a), decode(b), i.fpscr & 3), single);
}; // prettier-ignore

const multiplied = (single: boolean): Reference => (i) => {
  const nan = nanOf(i, [i.a, i.c], single);
  if (nan) return nan;
  const infinity = isInfinite(i.a) || isInfinite(i.c);
  if (infinity && (isZero(i.a) || isZero(i.c))) return invalid(i, VXIMZ);
  return infinity ? infinite(i, isNegative(i.a ^ i.c)) : finite(i, product(decode(i.a), decode(i.c)), single);
}; // prettier-ignore

const divided = (single: boolean): Reference => (i) => {
  const nan = nanOf(i, [i.a, i.b], single);
  if (nan) return nan;
  const negative = isNegative(i.a ^ i.b);
  if (isInfinite(i.a)) return isInfinite(i.b) ? invalid(i, VXIDI) : infinite(i, negative);
  if (isInfinite(i.b)) return finite(i, { negative, magnitude: 0n, exponent: 0, sticky: false }, single);
  if (isZero(i.b)) return isZero(i.a) ? invalid(i, VXZDZ) : infinite(i, negative, ZX);
  return finite(i, quotient(decode(i.a), decode(i.b)), single);
}; // prettier-ignore

const rooted = (single: boolean): Reference => (i) => {
  const nan = nanOf(i, [i.b], single);
  if (nan) return nan;
  if (isNegative(i.b) && !isZero(i.b)) return invalid(i, VXSQRT);
  if (isInfinite(i.b)) return infinite(i, false);
  return finite(i, isZero(i.b) ? decode(i.b) : root(decode(i.b)), single);
}; // prettier-ignore

const fused = (single: boolean, subtract: boolean, negate: boolean): Reference => (i) => {
  const b = subtract ? i.b ^ SIGN : i.b;
  const noProduct = (isInfinite(i.a) && isZero(i.c)) || (isZero(i.a) && isInfinite(i.c));
  const nan = nanOf(i, [i.a, i.b, i.c], single, noProduct ? VXIMZ : 0);
  if (nan) return nan;
  if (noProduct) return invalid(i, VXIMZ);
  const negative = isNegative(i.a ^ i.c);
  if (isInfinite(i.a) || isInfinite(i.c)) {
    if (isInfinite(b) && isNegative(b) !== negative) return invalid(i, VXISI);
    return infinite(i, negative !== negate);
  }
  if (isInfinite(b)) return infinite(i, isNegative(b) !== negate);
  const addend = subtract ? negated(decode(i.b)) : decode(i.b);
  return finite(i, sum(product(decode(i.a), decode(i.c)), addend, i.fpscr & 3), single, negate);
}; // prettier-ignore

/** FR and FI after an estimate. */
const UNDEFINED = 0x60000;
const valueOf = (bits: bigint): number => new Float64Array(new BigUint64Array([bits]).buffer)[0];
/** An estimate of `exact` with a relative error of at most `error`; only where neither it nor its operand is near the formats' limits. */
function estimated(i: Input, exact: number, error: number): Expected | undefined {
  if (!(Math.abs(exact) < 2 ** 100 && Math.abs(exact) > 2 ** -100)) return undefined;
  return {
    accepts: (frt) => Math.abs(valueOf(frt) / exact - 1) <= error,
    fpscr: fpscrAfter(i.fpscr, exact < 0 ? 0x8000 : 0x4000),
    undefined: UNDEFINED,
  };
}
const zero = (i: Input, negative: boolean): Expected => ({
  frt: negative ? SIGN : 0n,
  fpscr: fpscrAfter(i.fpscr, negative ? 0x12000 : 0x2000),
  undefined: UNDEFINED,
});
const reciprocal = (single: boolean): Reference => (i) => {
  const nan = nanOf(i, [i.b], single);
  if (nan) return nan;
  if (isZero(i.b)) return infinite(i, isNegative(i.b), ZX);
  return isInfinite(i.b) ? zero(i, isNegative(i.b)) : estimated(i, 1 / valueOf(i.b), 1 / 256);
}; // prettier-ignore
const reciprocalRoot = (single: boolean): Reference => (i) => {
  const nan = nanOf(i, [i.b], single);
  if (nan) return nan;
  if (isZero(i.b)) return infinite(i, isNegative(i.b), ZX);
  if (isNegative(i.b)) return invalid(i, VXSQRT);
  return isInfinite(i.b) ? zero(i, false) : estimated(i, 1 / Math.sqrt(valueOf(i.b)), 1 / 32);
}; // prettier-ignore

/** By mnemonic. */
export const ARITHMETIC: Readonly<Record<string, Reference>> = {
  fadd: added(false, false),
  fadds: added(true, false),
  fsub: added(false, true),
  fsubs: added(true, true),
  fmul: multiplied(false),
  fmuls: multiplied(true),
  fdiv: divided(false),
  fdivs: divided(true),
  fsqrt: rooted(false),
  fsqrts: rooted(true),
  fmadd: fused(false, false, false),
  fmadds: fused(true, false, false),
  fmsub: fused(false, true, false),
  fmsubs: fused(true, true, false),
  fnmadd: fused(false, false, true),
  fnmadds: fused(true, false, true),
  fnmsub: fused(false, true, true),
  fnmsubs: fused(true, true, true),
  fre: reciprocal(false),
  fres: reciprocal(true),
  frsqrte: reciprocalRoot(false),
  frsqrtes: reciprocalRoot(true),
};
