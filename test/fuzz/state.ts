/** A dump's state as words, and how two states differ. */
import { FPSCR } from '../../jit/isa/registers.js';
import type { Architecture, StateWords } from './architecture.js';
import type { Placement } from './image.js';

/** Words of a dump, unsigned, in its order. */
export type State = Uint32Array;

/** A word of the state that differs: `bits` are the different ones. */
export interface Difference {
  readonly word: number;
  readonly bits: number;
}

/** The dumps of a placement; all zero where none was written. */
export function dumpsOf({ places, words }: Architecture, results: Uint8Array, p: Placement): State[] {
  return Array.from({ length: p.dumpLimit }, (_, k) => {
    const view = new DataView(results.buffer, results.byteOffset + p.dumps + places.dumpSize * k, places.dumpSize);
    return Uint32Array.from({ length: words.count }, (_unused, n) => view.getUint32(4 * n));
  });
}

/** Where two states differ. */
export function differences(words: StateWords, a: State, b: State): Difference[] {
  const found: Difference[] = [];
  for (let word = 0; word < words.count; word++) {
    const bits = (a[word]! ^ b[word]!) >>> 0;
    if (bits !== 0 && !words.ignored.has(word)) found.push({ word, bits });
  }
  return found;
}

/** The doubleword whose low word is named. */
export const doubleword = (s: State, low: number): bigint => (BigInt(s[low - 1]!) << 32n) | BigInt(s[low]!);

/** Puts a doubleword where its low word is named. */
export function putDoubleword(s: State, low: number, value: bigint): void {
  s[low - 1] = Number((value >> 32n) & 0xffffffffn);
  s[low] = Number(value & 0xffffffffn);
}

/** The bytes of the window in a state. */
export function windowOf(s: State, { window }: StateWords, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < size / 4; k++) view.setUint32(4 * k, s[window + k]!);
  return bytes;
}
/** Puts the bytes of the window into a state. */
export function putWindow(s: State, { window }: StateWords, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let k = 0; k < bytes.length / 4; k++) s[window + k] = view.getUint32(4 * k);
}

/** Names of the FPSCR's bits in a mask. */
export const fpscrBits = (mask: number): string[] =>
  Object.entries(FPSCR)
    .filter(([, bit]) => mask & bit.mask)
    .map(([name]) => name);
