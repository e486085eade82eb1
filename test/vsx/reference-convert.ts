/** References of VSX conversions and roundings (Book I, 7.6.1.5 to 7.6.1.7). Of words that the manual leaves undefined beside a result, nothing is said. */
import { infinite, isInfinite, isNaN, isNegative, nanOf, settled, type Reference } from '../float-definitions/expected.js';
import { OTHERS } from '../float-definitions/reference-convert.js';
import { decode, FI, FR, fpscrAfter, round, roundAt, XX } from '../float/reference.js';
import { accumulated, DOUBLES, elements, narrowed, scalar, SINGLES, vector, vectorOf, widened, type VsxReference } from './expected.js';

const high = (v: bigint): bigint => v >> 64n;
const UPPER_WORDS = 0xffffffff_00000000_ffffffff_00000000n;
const WORD_0 = 0xffffffffn << 96n;
const WORD_1 = 0xffffffffn << 64n;
const CONTROLS = 0xff;

/** Rounding to an integral number as FPSCR[RN] says. */
const byMode: Reference = (i) => {
  const nan = nanOf(i, [i.b], false);
  if (nan) return nan;
  if (isInfinite(i.b)) return infinite(i, isNegative(i.b));
  const x = decode(i.b);
  const { units, inexact, up } = roundAt(x, 0, i.fpscr & 3);
  const { bits, status } = round({ ...x, magnitude: units, exponent: 0 }, false, i.fpscr);
  return { frt: bits, fpscr: fpscrAfter(i.fpscr, status | (inexact ? XX | FI | (up ? FR : 0) : 0)) };
};
/** A single, seen as a double, to double. */
const exactly: Reference = (i) => {
  const nan = nanOf(i, [i.b], false);
  if (nan) return nan;
  if (isInfinite(i.b)) return infinite(i, isNegative(i.b));
  const { bits, status } = round(decode(i.b), false, i.fpscr);
  return { frt: bits, fpscr: fpscrAfter(i.fpscr, status) };
};
const of = (name: string): Reference => OTHERS[name]!;

/** A scalar result that is one word. */
const toWord = (reference: Reference, defined: bigint, map: (frt: bigint) => bigint): VsxReference => (i) => {
  const e = scalar(reference, (j) => ({ b: high(j.b) }), map)(i);
  return e?.xt === undefined ? e : { ...e, defined };
}; // prettier-ignore
const low = (x: bigint): bigint => x & 0xffffffffn;

/** Elements that change their width: `take` gives what the reference sees, `give` doublewords, of which `defined` bits count. */
const between = (reference: Reference, take: (b: bigint) => bigint[], give: (frt: bigint) => bigint, defined: bigint): VsxReference => (i) => {
  const fpscr = settled(i.fpscr & CONTROLS);
  const results = take(i.b).map((b) => reference({ a: 0n, b, c: 0n, old: 0n, fpscr, word: i.word }));
  if (!results.every((e) => e !== undefined)) return undefined;
  const after = accumulated(i.fpscr, results);
  if (after.suppressed) return { fpscr: after.fpscr };
  return { fpscr: after.fpscr, xt: vectorOf(results.map((e) => give(e.frt!)), 128 / results.length), defined };
}; // prettier-ignore
const ALL = (1n << 128n) - 1n;
const doublewords = (v: bigint): bigint[] => elements(v, 64);
const words = (v: bigint): bigint[] => elements(v, 32);
const upperWords = (v: bigint): bigint[] => [words(v)[0]!, words(v)[2]!];
const signExtended = (w: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(32, w));
const upper = (x: bigint): bigint => low(x) << 32n;
const isSingleRange = (b: bigint): boolean => isNaN(b) || isInfinite(b) || (((b >> 52n) & 0x7ffn) >= 874n && ((b >> 52n) & 0x7ffn) <= 1150n) || b << 1n === 0n; // prettier-ignore

/** By mnemonic. */
export const VSX_CONVERSIONS: Readonly<Record<string, VsxReference>> = {
  xscvdpsp: toWord(of('frsp'), WORD_0, (frt) => narrowed(frt) << 32n),
  xscvspdp: scalar(exactly, (i) => ({ b: widened(i.b >> 96n) })),
  // Of numbers that no single is, the manual says nothing.
  xscvdpspn: ({ b, fpscr }) => {
    const x = high(b);
    if (!isSingleRange(x) || (x & 0x1fffffffn) !== 0n) return undefined;
    try {
      return { fpscr, xt: narrowed(x) << 96n, defined: WORD_0 };
    } catch {
      return undefined;
    }
  },
  xscvspdpn: ({ b, fpscr }) => ({ fpscr, xt: widened(b >> 96n) << 64n, defined: ((1n << 64n) - 1n) << 64n }),
  xsrsp: scalar(of('frsp'), (i) => ({ b: high(i.b) })),
  xvcvdpsp: between(of('frsp'), doublewords, (frt) => narrowed(frt) << 32n, UPPER_WORDS),
  xvcvspdp: between(exactly, (v) => upperWords(v).map(widened), (frt) => frt, ALL),

  xscvdpsxds: scalar(of('fctidz'), (i) => ({ b: high(i.b) })),
  xscvdpuxds: scalar(of('fctiduz'), (i) => ({ b: high(i.b) })),
  xscvdpsxws: toWord(of('fctiwz'), WORD_1, low),
  xscvdpuxws: toWord(of('fctiwuz'), WORD_1, low),
  xscvsxddp: scalar(of('fcfid'), (i) => ({ b: high(i.b) })),
  xscvuxddp: scalar(of('fcfidu'), (i) => ({ b: high(i.b) })),
  xscvsxdsp: scalar(of('fcfids'), (i) => ({ b: high(i.b) })),
  xscvuxdsp: scalar(of('fcfidus'), (i) => ({ b: high(i.b) })),

  xvcvdpsxds: between(of('fctidz'), doublewords, (x) => x, ALL),
  xvcvdpuxds: between(of('fctiduz'), doublewords, (x) => x, ALL),
  xvcvdpsxws: between(of('fctiwz'), doublewords, upper, UPPER_WORDS),
  xvcvdpuxws: between(of('fctiwuz'), doublewords, upper, UPPER_WORDS),
  xvcvspsxds: between(of('fctidz'), (v) => upperWords(v).map(widened), (x) => x, ALL),
  xvcvspuxds: between(of('fctiduz'), (v) => upperWords(v).map(widened), (x) => x, ALL),
  xvcvspsxws: between(of('fctiwz'), (v) => words(v).map(widened), low, ALL),
  xvcvspuxws: between(of('fctiwuz'), (v) => words(v).map(widened), low, ALL),
  xvcvsxddp: between(of('fcfid'), doublewords, (x) => x, ALL),
  xvcvuxddp: between(of('fcfidu'), doublewords, (x) => x, ALL),
  xvcvsxdsp: between(of('fcfids'), doublewords, (x) => narrowed(x) << 32n, UPPER_WORDS),
  xvcvuxdsp: between(of('fcfidus'), doublewords, (x) => narrowed(x) << 32n, UPPER_WORDS),
  xvcvsxwsp: between(of('fcfids'), (v) => words(v).map(signExtended), narrowed, ALL),
  xvcvuxwsp: between(of('fcfidus'), words, narrowed, ALL),
  xvcvsxwdp: between(of('fcfid'), (v) => upperWords(v).map(signExtended), (x) => x, ALL),
  xvcvuxwdp: between(of('fcfidu'), upperWords, (x) => x, ALL),

  xsrdpi: scalar(of('frin'), (i) => ({ b: high(i.b) })),
  xsrdpiz: scalar(of('friz'), (i) => ({ b: high(i.b) })),
  xsrdpip: scalar(of('frip'), (i) => ({ b: high(i.b) })),
  xsrdpim: scalar(of('frim'), (i) => ({ b: high(i.b) })),
  xsrdpic: scalar(byMode, (i) => ({ b: high(i.b) })),
  ...Object.fromEntries(
    ([['', of('frin')], ['z', of('friz')], ['p', of('frip')], ['m', of('frim')], ['c', byMode]] as const).flatMap(([suffix, reference]) => [
      [`xvrdpi${suffix}`, vector(reference, DOUBLES, (_a, b) => ({ b }))],
      [`xvrspi${suffix}`, vector(reference, SINGLES, (_a, b) => ({ b }))],
    ]),
  ),
}; // prettier-ignore
