/** VSX loads and stores in both byte orders on RAM of both layouts, aligned and not, interpreted and compiled. */
import { describe, expect, it } from 'vitest';
import { EXCEPTION_DATA_STORAGE, EXCEPTION_NONE } from '../../jit/abi/exits.js';
import { VSX_STORAGE_ACCESS } from '../../jit/isa/vsx/storage-access.js';
import { Scatter } from '../isa/situations.js';
import { elements, narrowed, vectorOf, widened } from './expected.js';
import { vsrOf, wordOf } from './operands.js';
import { AVAILABLE, CIA, ORDERS, STORAGE, STORAGE_SIZE, VsxMachine, type Case } from './vsx-machine.js';

/** An access: bytes of an element in storage, how many there are, and what elements are in the register. */
interface Access {
  readonly size: 4 | 8;
  readonly count: 1 | 2 | 4;
  /** The register after a load; of scalars, doubleword 0. */
  readonly loaded?: (elements: readonly bigint[]) => bigint;
  /** The elements that a store writes. */
  readonly stored?: (vsr: bigint) => readonly bigint[];
}
const U = BigInt.asUintN;
const scalar = (size: 4 | 8, of: (x: bigint) => bigint): Access => ({ size, count: 1, loaded: ([x]) => of(x!) });
const ACCESSES: Readonly<Record<string, Access>> = {
  lxsdx: scalar(8, (x) => x),
  lxsspx: scalar(4, widened),
  lxsiwax: scalar(4, (x) => U(64, BigInt.asIntN(32, x))),
  lxsiwzx: scalar(4, (x) => x),
  lxvd2x: { size: 8, count: 2, loaded: (x) => vectorOf(x, 64) },
  lxvw4x: { size: 4, count: 4, loaded: (x) => vectorOf(x, 32) },
  lxvdsx: { size: 8, count: 1, loaded: ([x]) => vectorOf([x!, x!], 64) },
  stxsdx: { size: 8, count: 1, stored: (v) => [v >> 64n] },
  stxsspx: { size: 4, count: 1, stored: (v) => [narrowed(v >> 64n)] },
  stxsiwx: { size: 4, count: 1, stored: (v) => [U(32, v >> 64n)] },
  stxvd2x: { size: 8, count: 2, stored: (v) => elements(v, 64) },
  stxvw4x: { size: 4, count: 4, stored: (v) => elements(v, 32) },
};
const isScalar = (mnemonic: string) => mnemonic.startsWith('lxs');

/** Elements as bytes in storage, and back. */
const inOrder = (bytes: number[], little: boolean): number[] => (little ? [...bytes].reverse() : bytes);
const bytesOf = (list: readonly bigint[], size: number, little: boolean): number[] =>
  list.flatMap((x) =>
    inOrder(
      Array.from({ length: size }, (_, k) => Number(U(8, x >> BigInt(8 * (size - 1 - k))))),
      little,
    ),
  );
const elementsOf = (bytes: readonly number[], size: number, little: boolean): bigint[] =>
  Array.from({ length: bytes.length / size }, (_, k) =>
    inOrder(bytes.slice(k * size, (k + 1) * size), little).reduce((v, b) => (v << 8n) | BigInt(b), 0n),
  );

/** Words: an FPR and a VR, with and without RA. */
const VARIANTS: readonly Readonly<Record<string, number>>[] = [{}, { TX: 1 }, { RA: 0 }];
const cases: Case[] = VSX_STORAGE_ACCESS.flatMap((instruction) =>
  VARIANTS.map((f) => ({ instruction, word: wordOf(instruction, { XT: 3, RA: 7, RB: 8, ...f }) })),
);
/** Aligned, at all other distances from it, and near the end of the page. */
const OFFSETS = [0, 16, 64, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x3f8, 0x7fc, STORAGE_SIZE - 16, STORAGE_SIZE - 24];

describe.each(ORDERS)('VSX storage accesses (RAM of words: $swizzled, little-endian: $little)', (order) => {
  const machine = new VsxMachine(order);
  const interpreted = machine.handlers(cases);
  const compiled = machine.regions(cases, AVAILABLE);

  it('load and store elements in order', () => {
    const s = new Scatter(`storage ${order.swizzled} ${order.little}`);
    cases.forEach(({ instruction, word }, k) => {
      const { mnemonic } = instruction;
      const access = ACCESSES[mnemonic]!;
      const n = 3 + 32 * (word & 1);
      const hasBase = ((word >>> 16) & 31) !== 0;
      for (const offset of OFFSETS) {
        for (const way of [interpreted[k]!, compiled[k]!]) {
          // Singles in double format, of which also the words are numbers like others.
          const old = vsrOf(s, 'widened singles');
          const background = Array.from({ length: 48 }, () => s.below(256));
          const start = Math.min(Math.max(offset - 16, 0), STORAGE_SIZE - 48);
          machine.storeBytes(start, background);
          const ea = BigInt(STORAGE + offset);
          const gpr = hasBase ? { 7: ea - 0x123n, 8: 0x123n } : { 7: 5n, 8: ea };
          const after = machine.run(way, { vsr: { [n]: old }, gpr });
          const first = offset - start;
          const length = access.size * access.count;
          const found = machine.bytes(start, 48);
          const what = `${mnemonic} ${word.toString(16)} at ${offset} (${way.key ? 'compiled' : 'interpreted'})`;
          if (access.loaded) {
            const value = access.loaded(elementsOf(background.slice(first, first + length), access.size, order.little));
            const got = isScalar(mnemonic) ? after.vsr[n]! >> 64n : after.vsr[n]!;
            expect([what, got.toString(16), found]).toEqual([what, value.toString(16), background]);
          } else {
            const bytes = bytesOf(access.stored!(old), access.size, order.little);
            const want = [...background.slice(0, first), ...bytes, ...background.slice(first + length)];
            expect([what, found, after.vsr[n]]).toEqual([what, want, old]);
          }
          expect([what, after.left, after.exception, after.next]).toEqual([what, false, EXCEPTION_NONE, CIA + 4]);
          expect(after.vsr.filter((v, m) => m !== n && v !== 0n)).toEqual([]);
        }
      }
    });
  });

  it('do nothing when a part of the storage is not there', () => {
    cases.forEach(({ instruction, word }, k) => {
      const { size, count } = ACCESSES[instruction.mnemonic]!;
      const n = 3 + 32 * (word & 1);
      const old = 0x3ff00000_00000000_11223344_55667788n;
      const untouched = Array.from({ length: 32 }, (_, m) => m);
      for (const missing of [1, size * count - 1, size * count]) {
        machine.storeBytes(STORAGE_SIZE - 32, untouched);
        const ea = BigInt(STORAGE + STORAGE_SIZE - size * count + missing);
        const gpr: Record<number, bigint> = ((word >>> 16) & 31) === 0 ? { 8: ea } : { 7: ea, 8: 0n };
        for (const way of [interpreted[k]!, compiled[k]!]) {
          const after = machine.run(way, { vsr: { [n]: old }, gpr });
          // Compiled code leaves a fault to the interpreter.
          const outcome = way.key ? [true, CIA, EXCEPTION_NONE] : [false, CIA, EXCEPTION_DATA_STORAGE];
          expect([instruction.mnemonic, after.left, after.next, after.exception]).toEqual([instruction.mnemonic, ...outcome]);
          expect([instruction.mnemonic, after.vsr[n], machine.bytes(STORAGE_SIZE - 32, 32)]).toEqual([
            instruction.mnemonic,
            old,
            untouched,
          ]);
        }
      }
    });
  });

  it('cover every definition', () => {
    expect(VSX_STORAGE_ACCESS.map((i) => i.mnemonic).sort()).toEqual(Object.keys(ACCESSES).sort());
  });
});
