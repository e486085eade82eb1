/** Arbitraries of operands that reach the corners of the formats. */

import fc from 'fast-check';

const FRACTION = (1n << 52n) - 1n;

function assemble(negative: boolean, exponent: number, fraction: bigint): bigint {
  return (negative ? 1n << 63n : 0n) | (BigInt(exponent) << 52n) | fraction;
}

/** Fractions with long runs of zeros or ones, or representable in single, or any. */
const fraction = fc.oneof(
  fc.bigInt({ min: 0n, max: FRACTION }),
  fc.bigInt({ min: 0n, max: (1n << 23n) - 1n }).map((bits) => bits << 29n),
  fc.bigInt({ min: 0n, max: (1n << 23n) - 1n }).map((bits) => (bits << 29n) | (1n << 28n)),
  fc.bigInt({ min: 0n, max: 15n }),
  fc.bigInt({ min: 0n, max: 15n }).map((bits) => FRACTION - bits),
  fc.bigInt({ min: 0n, max: 15n }).map((bits) => bits << 48n),
);

/** Biased exponents of finite numbers: near 1, near the limits of both formats, or any. */
const exponent = fc.oneof(
  fc.integer({ min: 1023 - 60, max: 1023 + 60 }),
  fc.constantFrom(0, 1, 2, 3, 2044, 2045, 2046),
  fc.integer({ min: 870, max: 900 }),
  fc.integer({ min: 1148, max: 1153 }),
  fc.integer({ min: 0, max: 2046 }),
);

/** Any finite double, zeros included, as a bit pattern. */
export const finite = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(fc.boolean(), exponent, fraction).map(([s, e, f]) => assemble(s, e, f)) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n << 63n) },
);

/** Finite numbers that the single format holds (denormalized ones included). */
export const single = fc
  .tuple(
    fc.boolean(),
    fc.oneof(fc.integer({ min: 1000, max: 1046 }), fc.integer({ min: 897, max: 1150 })),
    fc.integer({ min: 0, max: (1 << 23) - 1 }),
  )
  .map(([s, e, f]) => assemble(s, e, BigInt(f) << 29n));

/** Ordinary magnitudes, as programs have them. */
export const moderate = fc.tuple(fc.boolean(), fc.integer({ min: 1003, max: 1043 }), fraction).map(([s, e, f]) => assemble(s, e, f));

/** Infinities, quiet and signalling NaNs. */
export const special = fc.oneof(
  fc.constantFrom(
    0x7ff0000000000000n,
    0xfff0000000000000n,
    0x7ff8000000000000n,
    0x7ff4000000000000n,
    0xfff0000000000001n,
    0xffffffffffffffffn,
  ),
  fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: FRACTION })).map(([s, f]) => assemble(s, 2047, f)),
);

/** Any bit pattern, the interesting ones often. */
export const any = fc.oneof(
  { weight: 6, arbitrary: finite },
  { weight: 3, arbitrary: moderate },
  { weight: 3, arbitrary: single },
  { weight: 2, arbitrary: special },
);
