/** Operands that make a difference: edges of the formats and what lies near them, and now and then anything. */
import { FPSCR } from '../../jit/isa/registers.js';
import type { Random } from './random.js';

const WORDS = [0, 1, 2, 3, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fff7fff, 0x80008000, 0x7fff8000, 0x80007fff, 0x0000ffff, 0xffff0000,
  0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0xffff8000, 0x00ff00ff, 0x41420043]; // prettier-ignore

/** A 32-bit number, unsigned. */
export function anyWord(random: Random): number {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      return random.pick(WORDS);
    case 3:
      return (1 << random.below(32)) >>> 0;
    case 4:
      return (random.pick(WORDS) + random.below(5) - 2) >>> 0;
    case 5:
      // Halves that are edges, for multiply-accumulate.
      return ((random.pick(WORDS) << 16) | (random.pick(WORDS) & 0xffff)) >>> 0;
    default:
      return random.word();
  }
}

/** A number that fits so many bits, unsigned. */
export function anyField(random: Random, bits: number): number {
  const ones = 2 ** bits - 1;
  switch (random.below(6)) {
    case 0:
      return 0;
    case 1:
      return ones;
    case 2:
      return 2 ** random.below(bits);
    default:
      return bits === 32 ? random.word() : random.word() & ones;
  }
}

/** A 64-bit number, unsigned: edges of doublewords, edges of words in both halves or extended with their sign, and now and then anything. */
export function anyDoubleword(random: Random): bigint {
  const low = BigInt(anyWord(random));
  switch (random.below(8)) {
    case 0:
    case 1:
      return low;
    case 2:
    case 3:
      return BigInt.asUintN(64, BigInt.asIntN(32, low));
    case 4:
      return BigInt.asUintN(64, (1n << BigInt(random.below(64))) + BigInt(random.below(3) - 1));
    case 5:
      return (BigInt(anyWord(random)) << 32n) | low;
    case 6:
      return random.pick([SIGN, SIGN - 1n, SIGN + 1n, 2n * SIGN - 2n, 0x7fffffff80000000n, 0xffffffff00000000n, 0x8000000080000000n]);
    default:
      return (BigInt(random.word()) << 32n) | BigInt(random.word());
  }
}

/** Elements of vectors at the ends of their range. */
const BYTES = [0, 1, 2, 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff, 0x10, 0x30, 0x39];
const HALFWORDS = [0, 1, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff, 0x7f80, 0xff00, 0x00ff];

const elements = (count: number, bits: bigint, element: () => number): bigint =>
  Array.from({ length: count }, element).reduce((v, e) => (v << bits) | BigInt(e), 0n);

/** A single's bits. */
export function anySingle(random: Random): number {
  const sign = random.chance(50) ? 0x80000000 : 0;
  const exponent = random.pick([0, 1, 2, 23, 24, 126, 127, 127, 128, 150, 157, 158, 159, 253, 254, 255, random.below(256)]);
  const any = random.word() & 0x7fffff;
  const fraction = random.pick([0, 0, 1, 0x400000, 0x7fffff, 0x3fffff, 0x400001, any, any & 0x7ff000]);
  return (sign | (exponent << 23) | fraction) >>> 0;
}

/** Packed decimal digits with a sign code behind the last, mostly valid. */
function anyPackedDecimal(random: Random): bigint {
  const first = random.below(32);
  const digit = (k: number) => (k < first ? 0 : random.chance(30) ? 9 : random.below(random.chance(2) ? 16 : 10));
  const digits = Array.from({ length: 31 }, (_, k) => digit(k));
  return [...digits, random.chance(95) ? 10 + random.below(6) : random.below(16)].reduce((v, d) => (v << 4n) | BigInt(d), 0n);
}

/** 128 bits, as elements of one size at the ends of their range, floating-point numbers, decimal digits, or anything. */
export function anyVector(random: Random): bigint {
  switch (random.below(10)) {
    case 0:
      return elements(16, 8n, () => random.pick(BYTES));
    case 1:
      return elements(8, 16n, () => random.pick(HALFWORDS));
    case 2:
    case 3:
      return elements(4, 32n, () => anyWord(random));
    case 4:
      return (anyDoubleword(random) << 64n) | anyDoubleword(random);
    case 5:
      return elements(4, 32n, () => anySingle(random));
    case 6:
      return (anyDouble(random) << 64n) | anyDouble(random);
    case 7:
      return random.chance(50) ? anyPackedDecimal(random) : random.pick([0n, ONES_128, 1n, 1n << 127n, ONES_128 - 1n, (1n << 127n) - 1n]);
    case 8:
      // All elements the same, as shift counts and permute controls are.
      return elements(16, 8n, () => 0x11 * random.below(16)) & (random.chance(50) ? 0x1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1fn : ONES_128);
    default:
      return elements(4, 32n, () => random.word());
  }
}

const SIGN = 1n << 63n;
const ONES_128 = (1n << 128n) - 1n;
const FRACTION_BITS = 52n;
const ONES_52 = (1n << FRACTION_BITS) - 1n;
const BIAS = 1023;
const EXPONENT_MAX = 0x7ff;

const double = (sign: boolean, exponent: number, fraction: bigint): bigint =>
  (sign ? SIGN : 0n) | (BigInt(exponent) << FRACTION_BITS) | fraction;

/** Exponents at which something happens: ends of the formats, integers that nearly do not fit. */
const EXPONENTS = [0, 1, 2, 53, EXPONENT_MAX - 1, EXPONENT_MAX - 2, BIAS - 149, BIAS - 150, BIAS - 127, BIAS - 126, BIAS + 127, BIAS + 128, BIAS + 30, BIAS + 31, BIAS + 32,
  BIAS - 511, BIAS + 511, BIAS + 512]; // prettier-ignore
/** Where singles end in a double's fraction. */
const SINGLE_REST = [0n, 1n << 28n, (1n << 28n) - 1n, (1n << 28n) + 1n, 1n << 29n, (1n << 29n) - 1n, 1n];

function fraction(random: Random): bigint {
  const any = (BigInt(random.word()) << 20n) | BigInt(random.word() & 0xfffff);
  switch (random.below(6)) {
    case 0:
      return random.pick([0n, 1n, ONES_52, ONES_52 - 1n, 1n << 51n]);
    case 1:
      return any & ~((1n << 29n) - 1n) & ONES_52;
    case 2:
      return ((any & ~((1n << 29n) - 1n)) | random.pick(SINGLE_REST)) & ONES_52;
    case 3:
      // Few bits: products and sums that are exact, and ties.
      return ((any >> BigInt(random.below(52))) << BigInt(random.below(52))) & ONES_52;
    default:
      return any;
  }
}

/** The bits of a double. */
export function anyDouble(random: Random): bigint {
  const sign = random.chance(50);
  switch (random.below(16)) {
    case 0:
      return double(sign, 0, 0n);
    case 1:
      return random.chance(60)
        ? double(sign, EXPONENT_MAX, 0n)
        : double(sign, EXPONENT_MAX, random.pick([1n << 51n, 1n, (1n << 51n) - 1n, (1n << 50n) | 5n, ONES_52]));
    case 2:
      return double(sign, 0, fraction(random));
    case 3:
      return double(sign, BIAS - 127 - random.below(25), fraction(random));
    case 4:
    case 5:
      return double(sign, random.pick(EXPONENTS), fraction(random));
    case 6:
      return bitsOf(
        random.pick([1, 2, 0.5, 3, 1.5, 2147483647.5, 2147483648, -2147483648.5, 4294967295, 0.49999999999999994]) * (sign ? -1 : 1),
      );
    case 7:
      return double(sign, random.below(EXPONENT_MAX + 1), fraction(random));
    default:
      return double(sign, BIAS - 4 + random.below(9), fraction(random));
  }
}

const scratch = new DataView(new ArrayBuffer(8));
/** The bits of a number. */
export function bitsOf(v: number): bigint {
  scratch.setFloat64(0, v);
  return scratch.getBigUint64(0);
}
/** The number that bits stand for. */
export function numberOf(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}

const ENABLES = [FPSCR.VE, FPSCR.ZE, FPSCR.OE, FPSCR.UE, FPSCR.XE];
/** Enabled overflow and underflow are rare, as QEMU gets them wrong. */
const ENABLE_PERCENT = [12, 12, 3, 3, 6];
const EXCEPTIONS = [
  FPSCR.OX,
  FPSCR.UX,
  FPSCR.ZX,
  FPSCR.XX,
  FPSCR.VXSNAN,
  FPSCR.VXISI,
  FPSCR.VXIDI,
  FPSCR.VXZDZ,
  FPSCR.VXIMZ,
  FPSCR.VXVC,
  FPSCR.VXSOFT,
  FPSCR.VXSQRT,
  FPSCR.VXCVI,
];

/** An FPSCR; FEX and VX are for the processor to set. NI stays 0: what it does, each implementation decides (I 4.2.2). */
export function anyFpscr(random: Random): number {
  let value = random.below(4);
  ENABLES.forEach((bit, k) => {
    if (random.chance(ENABLE_PERCENT[k]!)) value |= bit.mask;
  });
  if (random.chance(30)) {
    for (const bit of EXCEPTIONS) if (random.chance(25)) value |= bit.mask;
    if (random.chance(50)) value |= FPSCR.FX.mask;
  }
  // FR is never set in QEMU, and mffs would show it.
  if (random.chance(50))
    value |= random.word() & (FPSCR.FI.mask | FPSCR.C.mask | FPSCR.FL.mask | FPSCR.FG.mask | FPSCR.FE.mask | FPSCR.FU.mask);
  return value >>> 0;
}
