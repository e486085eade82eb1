import type { EntropySource } from '../bus/entropy.js';

const SEED = 0x9e3779b9;

/** The same bytes in every run: for machines whose runs repeat. */
export function seededEntropy(): EntropySource {
  let x = SEED;
  return (bytes) => {
    for (let k = 0; k < bytes.length; k++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      bytes[k] = x >>> 24;
    }
  };
}
