/** References of conversions, roundings, compares, tests, moves and the FPSCR instructions (Book I, 4.6.5 and 4.6.7 to 4.6.10). */
import { decode, FI, FR, fpscrAfter, round, roundAt, XX } from '../float/reference.js';
import { extract } from '../../jit/isa/inst.js';
import {
  FIELDS, finite, FPRF, infinite, INFINITY, isInfinite, isNaN, isNegative, isSignalling, isZero, MAGNITUDE, nanOf, settled, SIGN, VE, VXCVI, VXSNAN, VXVC,
  type Expected, type Input, type Reference,
} from './expected.js'; // prettier-ignore

const toSingle: Reference = (i) => {
  const nan = nanOf(i, [i.b], true);
  if (nan) return nan;
  if (isInfinite(i.b)) return infinite(i, isNegative(i.b));
  return finite(i, decode(i.b), true);
};

const toInteger = (bits: number, unsigned: boolean, truncate: boolean): Reference => (i) => {
  const [least, greatest] = unsigned ? [0n, (1n << BigInt(bits)) - 1n] : [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n];
  const after = (frt: bigint | undefined, status: number): Expected => ({
    ...(frt !== undefined && { frt: BigInt.asUintN(64, frt) }),
    fpscr: fpscrAfter(i.fpscr, status),
    undefined: FPRF,
  });
  const none = (frt: bigint, raised: number) => after((i.fpscr & VE) !== 0 ? undefined : frt, raised);
  if (isNaN(i.b)) return none(least, VXCVI | (isSignalling(i.b) ? VXSNAN : 0));
  if (isInfinite(i.b)) return none(isNegative(i.b) ? least : greatest, VXCVI);
  const { units, inexact, up } = roundAt(decode(i.b), 0, truncate ? 1 : i.fpscr & 3);
  const value = isNegative(i.b) ? -units : units;
  if (value < least || value > greatest) return none(value < 0n ? least : greatest, VXCVI);
  return after(value, inexact ? XX | FI | (up ? FR : 0) : 0);
}; // prettier-ignore

const fromInteger = (single: boolean, unsigned: boolean): Reference => (i) => {
  const value = unsigned ? i.b : BigInt.asIntN(64, i.b);
  const { bits, status } = round({ negative: value < 0n, magnitude: value < 0n ? -value : value, exponent: 0, sticky: false }, single, i.fpscr);
  return { frt: bits, fpscr: fpscrAfter(i.fpscr, status) };
}; // prettier-ignore

const toIntegral = (mode: 'away' | 1 | 2 | 3): Reference => (i) => {
  const nan = nanOf(i, [i.b], false);
  if (nan) return nan;
  if (isInfinite(i.b)) return infinite(i, isNegative(i.b));
  const x = decode(i.b);
  const magnitude = mode === 'away' ? (roundAt(x, -1, 1).units + 1n) / 2n : roundAt(x, 0, mode).units;
  const { bits, status } = round({ ...x, magnitude, exponent: 0 }, false, i.fpscr);
  return { frt: bits, fpscr: fpscrAfter(i.fpscr, status) };
}; // prettier-ignore

const compared = (ordered: boolean): Reference => ({ a, b, fpscr }) => {
  const unordered = isNaN(a) || isNaN(b);
  const order = (x: bigint) => (isNegative(x) ? -(x & MAGNITUDE) : x);
  const cr = unordered ? 1 : order(a) < order(b) ? 8 : order(a) > order(b) ? 4 : 2;
  const signalling = isSignalling(a) || isSignalling(b);
  const invalidCompare = ordered && unordered && (!signalling || (fpscr & VE) === 0);
  const raised = (signalling ? VXSNAN : 0) | (invalidCompare ? VXVC : 0);
  return { cr, fpscr: fpscrAfter(fpscr, raised | (fpscr & FIELDS & ~0xf000) | (cr << 12)) };
}; // prettier-ignore

const exponent = (x: bigint): number => Number((x >> 52n) & 0x7ffn) - 1023;
const isDenormalized = (x: bigint): boolean => exponent(x) === -1023 && !isZero(x);
const isSpecial = (x: bigint): boolean => exponent(x) === 1024;

const divisible: Reference = ({ a, b, fpscr }) => {
  const difference = exponent(a) - exponent(b);
  const ofA = !isZero(a) && (difference >= 1023 || difference <= -1021 || exponent(a) <= -970);
  const fe = isSpecial(a) || isSpecial(b) || isZero(b) || exponent(b) <= -1022 || exponent(b) >= 1021 || ofA;
  const fg = isInfinite(a) || isZero(b) || isInfinite(b) || isDenormalized(b);
  return { cr: 8 | (fg ? 4 : 0) | (fe ? 2 : 0), fpscr };
};
const rootable: Reference = ({ b, fpscr }) => {
  const fe = isZero(b) || isSpecial(b) || isNegative(b) || exponent(b) <= -970;
  const fg = isZero(b) || isInfinite(b) || isDenormalized(b);
  return { cr: 8 | (fg ? 4 : 0) | (fe ? 2 : 0), fpscr };
};

const moved = (of: (i: Input) => bigint): Reference => (i) => ({ frt: of(i), fpscr: i.fpscr }); // prettier-ignore
const HIGH = 0xffffffff00000000n;
const notNegative = (x: bigint) => !isNaN(x) && (isZero(x) || (!isNegative(x) && x <= INFINITY));

const at = (word: number, from: number, to: number): number => extract(word, { name: '', from, to });
/** All FPSCR bits that instructions write: not FEX, VX and the reserved bit 20. */
const WRITABLE = ~0x60000800;
/** The bits of `mask` replaced. */
const written = (fpscr: number, value: number, mask: number): number =>
  settled(((fpscr & ~(mask & WRITABLE)) | (value & mask & WRITABLE)) >>> 0);
const fieldMask = (field: number): number => 15 << (28 - 4 * field);

const moveToFields = (long: boolean): Reference => ({ b, word, fpscr }) => {
  const [l, w] = long ? [at(word, 6, 6), at(word, 15, 15)] : [0, 0];
  const selected = l ? 0xff : w ? 0 : at(word, 7, 14);
  let mask = 0;
  for (let n = 0; n < 8; n++) if ((selected >> (7 - n)) & 1) mask |= fieldMask(n);
  return { fpscr: written(fpscr, Number(b & 0xffffffffn), mask) };
}; // prettier-ignore

/** By mnemonic; those of the form that ISA 2.05 gave mtfsf and mtfsfi have `+` behind it. */
export const OTHERS: Readonly<Record<string, Reference>> = {
  frsp: toSingle,
  fctiw: toInteger(32, false, false),
  fctiwz: toInteger(32, false, true),
  fctiwu: toInteger(32, true, false),
  fctiwuz: toInteger(32, true, true),
  fctid: toInteger(64, false, false),
  fctidz: toInteger(64, false, true),
  fctidu: toInteger(64, true, false),
  fctiduz: toInteger(64, true, true),
  fcfid: fromInteger(false, false),
  fcfidu: fromInteger(false, true),
  fcfids: fromInteger(true, false),
  fcfidus: fromInteger(true, true),
  frin: toIntegral('away'),
  friz: toIntegral(1),
  frip: toIntegral(2),
  frim: toIntegral(3),
  fcmpu: compared(false),
  fcmpo: compared(true),
  ftdiv: divisible,
  ftsqrt: rootable,
  fmr: moved((i) => i.b),
  fneg: moved((i) => i.b ^ SIGN),
  fabs: moved((i) => i.b & MAGNITUDE),
  fnabs: moved((i) => i.b | SIGN),
  fcpsgn: moved((i) => (i.a & SIGN) | (i.b & MAGNITUDE)),
  fmrgew: moved((i) => (i.a & HIGH) | (i.b >> 32n)),
  fmrgow: moved((i) => BigInt.asUintN(64, i.a << 32n) | (i.b & ~HIGH)),
  fsel: moved((i) => (notNegative(i.a) ? i.c : i.b)),
  mffs: moved((i) => BigInt(i.fpscr)),
  mcrfs: ({ word, fpscr }) => {
    const field = at(word, 11, 13);
    const exceptions = 0x9ff80700 | 0;
    return { cr: (fpscr >>> (28 - 4 * field)) & 15, fpscr: settled((fpscr & ~(fieldMask(field) & exceptions)) >>> 0) };
  },
  mtfsf: moveToFields(false),
  'mtfsf+': moveToFields(true),
  mtfsfi: ({ word, fpscr }) => ({ fpscr: written(fpscr, at(word, 16, 19) * 0x11111111, fieldMask(at(word, 6, 8))) }),
  'mtfsfi+': ({ word, fpscr }) =>
    at(word, 15, 15) ? { fpscr } : { fpscr: written(fpscr, at(word, 16, 19) * 0x11111111, fieldMask(at(word, 6, 8))) },
  mtfsb0: ({ word, fpscr }) => ({ fpscr: written(fpscr, 0, 0x80000000 >>> at(word, 6, 10)) }),
  mtfsb1: ({ word, fpscr }) => ({ fpscr: fpscrAfter(fpscr, (fpscr & FIELDS) | ((0x80000000 >>> at(word, 6, 10)) & WRITABLE)) }),
};
