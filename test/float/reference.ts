/**
 * An independent model of PowerPC arithmetic on finite numbers: exact rationals in BigInt, one rounding, and the FPSCR as Power ISA Book I,
 * chapter 4 describes it. Nothing here shares code or method with the module under test.
 */

/** `magnitude` × 2^`exponent`, negative if said so; `sticky` means that a bit of lower weight was cut off. */
export interface Exact {
  negative: boolean;
  magnitude: bigint;
  exponent: number;
  sticky: boolean;
}

export interface Rounded {
  bits: bigint;
  /** Exception bits, FR, FI and FPRF in their FPSCR places. */
  status: number;
}

const EXTRA = 160;

export const FX = 0x80000000;
export const OX = 0x10000000;
export const UX = 0x08000000;
export const XX = 0x02000000;
export const FR = 0x40000;
export const FI = 0x20000;

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The value of a finite bit pattern. */
export function decode(bits: bigint): Exact {
  const field = Number((bits >> 52n) & 0x7ffn);
  if (field === 0x7ff) throw new RangeError('not finite');
  const fraction = bits & ((1n << 52n) - 1n);
  const magnitude = field === 0 ? fraction : fraction | (1n << 52n);
  return { negative: bits >> 63n === 1n, magnitude, exponent: Math.max(field, 1) - 1075, sticky: false };
}

function signed(x: Exact, exponent: number): bigint {
  const value = x.magnitude << BigInt(x.exponent - exponent);
  return x.negative ? -value : value;
}

/** Sum; a zero sum of unlike signs is negative when rounding toward minus infinity (mode 3). */
export function sum(x: Exact, y: Exact, mode: number): Exact {
  const exponent = Math.min(x.exponent, y.exponent);
  const value = signed(x, exponent) + signed(y, exponent);
  const negative = value === 0n ? (x.negative === y.negative ? x.negative : mode === 3) : value < 0n;
  return { negative, magnitude: value < 0n ? -value : value, exponent, sticky: false };
}

export function negated(x: Exact): Exact {
  return { ...x, negative: !x.negative };
}

export function product(x: Exact, y: Exact): Exact {
  return { negative: x.negative !== y.negative, magnitude: x.magnitude * y.magnitude, exponent: x.exponent + y.exponent, sticky: false };
}

/** Quotient, cut off far below any rounding position; `y` is not zero. */
export function quotient(x: Exact, y: Exact): Exact {
  const dividend = x.magnitude << BigInt(EXTRA);
  return {
    negative: x.negative !== y.negative,
    magnitude: dividend / y.magnitude,
    exponent: x.exponent - y.exponent - EXTRA,
    sticky: dividend % y.magnitude !== 0n,
  };
}

/** Square root of a number that is not negative, cut off far below any rounding position. */
export function root(x: Exact): Exact {
  const exponent = x.exponent - 2 * EXTRA - (x.exponent & 1);
  const radicand = x.magnitude << BigInt(x.exponent - exponent);
  let guess = 1n << BigInt((bitLength(radicand) >> 1) + 1);
  for (let next = (guess + radicand / guess) >> 1n; next < guess; next = (guess + radicand / guess) >> 1n) guess = next;
  return { negative: x.negative, magnitude: guess, exponent: exponent / 2, sticky: guess * guess !== radicand };
}

/** Whether the magnitude, of which `rest` / `unit` (and more if `sticky`) is cut off, goes up. */
function goesUp(mode: number, negative: boolean, odd: boolean, rest: bigint, unit: bigint, sticky: boolean): boolean {
  if (rest === 0n && !sticky) return false;
  if (mode === 0) return 2n * rest > unit || (2n * rest === unit && (sticky || odd));
  return mode === 2 ? !negative : mode === 3 && negative;
}

/** `x` rounded to an integral multiple of 2^`lowest`, in units of it. */
export function roundAt(x: Exact, lowest: number, mode: number): { units: bigint; inexact: boolean; up: boolean } {
  const shift = lowest - x.exponent;
  if (shift <= 0) return { units: x.magnitude << BigInt(-shift), inexact: x.sticky, up: false };
  const unit = 1n << BigInt(shift);
  const units = x.magnitude / unit;
  const rest = x.magnitude % unit;
  const up = goesUp(mode, x.negative, (units & 1n) === 1n, rest, unit, x.sticky);
  return { units: up ? units + 1n : units, inexact: rest !== 0n || x.sticky, up };
}

function classified(negative: boolean, kind: 'zero' | 'denormalized' | 'normalized' | 'infinity'): number {
  const [plus, minus] = { zero: [0x02, 0x12], denormalized: [0x14, 0x18], normalized: [0x04, 0x08], infinity: [0x05, 0x09] }[kind];
  return (negative ? minus : plus) << 12;
}

/** Encodes ± `units` × 2^`lowest` (exact in double). */
function encode(negative: boolean, units: bigint, lowest: number): bigint {
  const sign = negative ? 1n << 63n : 0n;
  if (units === 0n) return sign;
  const leading = bitLength(units) - 1 + lowest;
  if (leading < -1022) return sign | (units << BigInt(lowest + 1074));
  const significand = (units << 53n) >> BigInt(bitLength(units));
  return sign | (BigInt(leading + 1023) << 52n) | (significand & ((1n << 52n) - 1n));
}

/** Rounds `x` to the format; `fpscr` gives RN, OE, UE. With `negate` the delivered result changes its sign. */
export function round(x: Exact, single: boolean, fpscr: number, negate = false): Rounded {
  const mode = fpscr & 3;
  const [precision, least, adjustment, largest] = single ? [24, -126, 192, 0x47efffffe0000000n] : [53, -1022, 1536, 0x7fefffffffffffffn];
  const negative = x.negative !== negate;
  if (x.magnitude === 0n) return { bits: encode(negative, 0n, 0), status: classified(negative, 'zero') };
  let value = x;
  let leading = bitLength(x.magnitude) - 1 + x.exponent;
  let status = 0;
  const tiny = leading < least;
  if (tiny && fpscr & 0x20) {
    value = { ...x, exponent: x.exponent + adjustment };
    leading += adjustment;
    status |= UX;
  }
  const denormalized = tiny && !(fpscr & 0x20);
  const lowest = (denormalized ? least : leading) - precision + 1;
  const { units, inexact, up } = roundAt(value, lowest, mode);
  if (inexact) status |= XX | FI | (up ? FR : 0) | (denormalized ? UX : 0);
  let resultLowest = lowest;
  const resultLeading = bitLength(units) - 1 + lowest;
  if (resultLeading > 1 - least) {
    if (fpscr & 0x40) {
      status |= OX;
      resultLowest -= adjustment;
    } else {
      const infinite = mode === 0 || (mode === 2 && !x.negative) || (mode === 3 && x.negative);
      const bits = (negative ? 1n << 63n : 0n) | (infinite ? 0x7ff0000000000000n : largest);
      return { bits, status: status | OX | XX | FI | classified(negative, infinite ? 'infinity' : 'normalized') };
    }
  }
  const kind = units === 0n ? 'zero' : denormalized && resultLeading < least ? 'denormalized' : 'normalized';
  return { bits: encode(negative, units, resultLowest), status: status | classified(negative, kind) };
}

/** The FPSCR after an operation with `status` (sticky bits, FR, FI, FPRF) began with `before`. */
export function fpscrAfter(before: number, status: number): number {
  const sticky = status & 0xfff80700;
  let after = (before & ~0x6007f000 & ~FR & ~FI) | status;
  if (sticky & ~before) after |= FX;
  if (after & 0x01f80700) after |= 0x20000000;
  const enabled = [
    [0x20000000, 0x80],
    [OX, 0x40],
    [UX, 0x20],
    [0x04000000, 0x10],
    [XX, 0x08],
  ];
  if (enabled.some(([cause, enable]) => (after & cause) !== 0 && (after & enable) !== 0)) after |= 0x40000000;
  return after >>> 0;
}
