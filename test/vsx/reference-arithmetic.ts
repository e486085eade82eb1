/** References of VSX arithmetic and compares (Book I, 7.6.1.3, 7.6.1.4), on those of the classic facility where one element is meant. */
import { isNaN, isNegative, isSignalling, isZero, MAGNITUDE, QUIET, VE, VXSNAN, VXVC, FIELDS, type Input, type Reference } from '../float-definitions/expected.js'; // prettier-ignore
import { ARITHMETIC } from '../float-definitions/reference-arithmetic.js';
import { OTHERS } from '../float-definitions/reference-convert.js';
import { fpscrAfter } from '../float/reference.js';
import { DOUBLES, elements, scalar, SINGLES, vector, type VsxReference } from './expected.js';

const high = (v: bigint): bigint => v >> 64n;
const classic = (name: string): Reference => (ARITHMETIC[name] ?? OTHERS[name])!;

/** A number's place in the order of numbers, −0 before +0. */
const order = (x: bigint): bigint => (isNegative(x) ? -(x & MAGNITUDE) - 1n : x);
const extreme = (greatest: boolean): Reference => ({ a, b, fpscr }) => {
  const after = fpscrAfter(fpscr, (fpscr & FIELDS) | (isSignalling(a) || isSignalling(b) ? VXSNAN : 0));
  if (isSignalling(a) || isSignalling(b)) {
    if (fpscr & VE) return { fpscr: after };
    return { fpscr: after, frt: isSignalling(a) ? a | QUIET : isNaN(a) ? a : b | QUIET };
  }
  if (isNaN(a) || isNaN(b)) return { fpscr: after, frt: isNaN(a) && !isNaN(b) ? b : a };
  return { fpscr: after, frt: order(a) > order(b) === greatest ? a : b };
}; // prettier-ignore

type Order = (a: bigint, b: bigint) => Partial<Input>;
const ofAB: Order = (a, b) => ({ a, b });
const ofProduct: Order = (a, b) => ({ a, c: b });
const ofB: Order = (_a, b) => ({ b });

/** By stem: the classic instruction, and which operands it sees. */
const ELEMENTARY: readonly (readonly [stem: string, name: string, order: Order])[] = [
  ['add', 'fadd', ofAB],
  ['sub', 'fsub', ofAB],
  ['mul', 'fmul', ofProduct],
  ['div', 'fdiv', ofAB],
  ['sqrt', 'fsqrt', ofB],
  ['re', 'fre', ofB],
  ['rsqrte', 'frsqrte', ofB],
];
const FUSED = ['madd', 'msub', 'nmadd', 'nmsub'];

const entries: [string, VsxReference][] = [];
for (const [stem, name, of] of ELEMENTARY) {
  entries.push([`xs${stem}dp`, scalar(classic(name), (i) => of(high(i.a), high(i.b)))]);
  entries.push([`xs${stem}sp`, scalar(classic(`${name}s`), (i) => of(high(i.a), high(i.b)))]);
  entries.push([`xv${stem}dp`, vector(classic(name), DOUBLES, of)]);
  entries.push([`xv${stem}sp`, vector(classic(`${name}s`), SINGLES, of)]);
}
for (const stem of FUSED) {
  for (const [precision, name, lanes] of [['dp', `f${stem}`, DOUBLES], ['sp', `f${stem}s`, SINGLES]] as const) {
    entries.push([`xs${stem}a${precision}`, scalar(classic(name), (i) => ({ a: high(i.a), c: high(i.b), b: high(i.t) }))]);
    entries.push([`xs${stem}m${precision}`, scalar(classic(name), (i) => ({ a: high(i.a), c: high(i.t), b: high(i.b) }))]);
    entries.push([`xv${stem}a${precision}`, vector(classic(name), lanes, (a, b, t) => ({ a, c: b, b: t }))]);
    entries.push([`xv${stem}m${precision}`, vector(classic(name), lanes, (a, b, t) => ({ a, c: t, b }))]);
  }
} // prettier-ignore
for (const [stem, greatest] of [['max', true], ['min', false]] as const) {
  entries.push([`xs${stem}dp`, scalar(extreme(greatest), (i) => ({ a: high(i.a), b: high(i.b) }))]);
  entries.push([`xv${stem}dp`, vector(extreme(greatest), DOUBLES, ofAB)]);
  entries.push([`xv${stem}sp`, vector(extreme(greatest), SINGLES, ofAB)]);
} // prettier-ignore

/** A comparison of elements as masks. */
const compares = (holds: (a: bigint, b: bigint) => boolean, ordering: boolean): Reference => ({ a, b, fpscr }) => {
  const unordered = isNaN(a) || isNaN(b);
  const signalling = isSignalling(a) || isSignalling(b);
  const invalidCompare = ordering && unordered && (!signalling || (fpscr & VE) === 0);
  const status = (signalling ? VXSNAN : 0) | (invalidCompare ? VXVC : 0);
  const yes = !unordered && holds(isZero(a) ? 0n : order(a), isZero(b) ? 0n : order(b));
  return { fpscr: fpscrAfter(fpscr, status), frt: yes ? 1n : 0n };
}; // prettier-ignore
const comparing = (reference: Reference, bits: 32 | 64): VsxReference => (i) => {
  const lanes = bits === 64 ? DOUBLES : SINGLES;
  const whole = vector(reference, { ...lanes, give: (yes) => yes * ((1n << BigInt(bits)) - 1n) }, ofAB)(i)!;
  if (whole.xt === undefined) return { ...whole, cr6: 'undefined' };
  const set = elements(whole.xt, bits).map((x) => x !== 0n);
  return { ...whole, cr6: (set.every((s) => s) ? 8 : 0) | (set.some((s) => s) ? 0 : 2) };
}; // prettier-ignore
for (const [stem, holds, ordering] of [
  ['eq', (a: bigint, b: bigint) => a === b, false],
  ['ge', (a: bigint, b: bigint) => a >= b, true],
  ['gt', (a: bigint, b: bigint) => a > b, true],
] as const) {
  entries.push([`xvcmp${stem}dp`, comparing(compares(holds, ordering), 64)]);
  entries.push([`xvcmp${stem}sp`, comparing(compares(holds, ordering), 32)]);
}

/** Tests of singles, by what the manual says of exponents; CR values of all elements together. */
const exponent = (x: bigint): number => Number((x >> 23n) & 0xffn) - 127;
const isSpecial = (x: bigint): boolean => exponent(x) === 128;
const noFraction = (x: bigint): boolean => (x & 0x7fffffn) === 0n;
const zero = (x: bigint): boolean => exponent(x) === -127 && noFraction(x);
const infinite = (x: bigint): boolean => isSpecial(x) && noFraction(x);
const denormalized = (x: bigint): boolean => exponent(x) === -127 && !noFraction(x);
function divisible(a: bigint, b: bigint): number {
  const difference = exponent(a) - exponent(b);
  const ofA = !zero(a) && (difference >= 127 || difference <= -125 || exponent(a) <= -103);
  const fe = isSpecial(a) || isSpecial(b) || zero(b) || exponent(b) <= -126 || exponent(b) >= 125 || ofA;
  const fg = infinite(a) || infinite(b) || zero(b) || denormalized(b);
  return 8 | (fg ? 4 : 0) | (fe ? 2 : 0);
}
function rootable(b: bigint): number {
  const fe = isSpecial(b) || zero(b) || b >> 31n === 1n || exponent(b) <= -103;
  return 8 | (infinite(b) || zero(b) || denormalized(b) ? 4 : 0) | (fe ? 2 : 0);
}
const together = (values: readonly number[]): number => values.reduce((all, v) => all | v, 0);
const of = (name: string, a: bigint, b: bigint) => classic(name)({ a, b, c: 0n, old: 0n, fpscr: 0, word: 0 })!.cr!;

/** By mnemonic. */
export const VSX_ARITHMETIC: Readonly<Record<string, VsxReference>> = {
  ...Object.fromEntries(entries),
  xscmpodp: scalar(classic('fcmpo'), (i) => ({ a: high(i.a), b: high(i.b) })),
  xscmpudp: scalar(classic('fcmpu'), (i) => ({ a: high(i.a), b: high(i.b) })),
  xstdivdp: scalar(classic('ftdiv'), (i) => ({ a: high(i.a), b: high(i.b) })),
  xstsqrtdp: scalar(classic('ftsqrt'), (i) => ({ b: high(i.b) })),
  xvtdivdp: ({ a, b, fpscr }) => ({ fpscr, cr: together(elements(a, 64).map((x, k) => of('ftdiv', x, elements(b, 64)[k]!))) }),
  xvtsqrtdp: ({ b, fpscr }) => ({ fpscr, cr: together(elements(b, 64).map((x) => of('ftsqrt', 0n, x))) }),
  xvtdivsp: ({ a, b, fpscr }) => ({ fpscr, cr: together(elements(a, 32).map((x, k) => divisible(x, elements(b, 32)[k]!))) }),
  xvtsqrtsp: ({ b, fpscr }) => ({ fpscr, cr: together(elements(b, 32).map(rootable)) }),
};
