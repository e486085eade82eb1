/** A stream of pseudo-random numbers that a seed repeats: each call gives a whole number in 0 ≤ n < bound. */
export type Random = (bound: number) => number;

/** Seeded generator (mulberry32): equal seeds give equal streams. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** Values at the edges where length and offset checks go wrong. */
const EDGES = [0, 1, 2, 3, 4, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

/**
 * A damaged copy of a file: one to four of bit flip, edge value (8, 16, 32 or 64 bits, either byte order), truncation, extension,
 * copied, zeroed or removed range. Half of the damage goes to the first `headBytes`, where headers are.
 */
export function mutate(original: Uint8Array, random: Random, headBytes = 128): Uint8Array {
  let bytes = original.slice();
  for (let count = 1 + random(4); count > 0; count--) bytes = damage(bytes, random, headBytes);
  return bytes;
}

function damage(bytes: Uint8Array, random: Random, headBytes: number): Uint8Array<ArrayBuffer> {
  const length = bytes.length;
  const at = (): number => random(random(2) ? Math.min(length, headBytes) : length);
  const copy = new Uint8Array(bytes);
  if (length === 0) return Uint8Array.of(random(256));
  switch (random(10)) {
    case 0:
    case 1:
      copy[at()] ^= 1 << random(8);
      return copy;
    case 2:
      copy[at()] = random(256);
      return copy;
    case 3:
    case 4:
    case 5:
      writeEdge(copy, at(), random);
      return copy;
    case 6:
      return copy.slice(0, random(length + 1));
    case 7: {
      const extended = new Uint8Array(length + 1 + random(64));
      extended.set(copy);
      return extended;
    }
    case 8: {
      const from = at();
      copy.copyWithin(at(), from, from + 1 + random(32));
      return copy;
    }
    default: {
      const from = at();
      const end = Math.min(length, from + 1 + random(32));
      if (random(2)) return copy.fill(0, from, end);
      copy.copyWithin(from, end);
      return copy.slice(0, length - (end - from));
    }
  }
}

function writeEdge(bytes: Uint8Array, position: number, random: Random): void {
  const width = [1, 2, 4, 4, 8][random(5)];
  const start = position - (position % width);
  const value = BigInt(EDGES[random(EDGES.length)]) * (width === 8 && random(2) ? 0x100000000n : 1n);
  const little = random(2) === 1;
  for (let index = 0; index < width && start + index < bytes.length; index++) {
    bytes[start + index] = Number((value >> BigInt(8 * (little ? index : width - 1 - index))) & 0xffn);
  }
}
