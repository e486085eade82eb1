/** Floating-point loads and stores, interpreted and compiled: bits, addresses, updates, faults. */
import { beforeAll, describe, expect, it } from 'vitest';
import { FLOATING_POINT_LOAD } from '../../jit/isa/book1/floating-point-load.js';
import { FLOATING_POINT_STORE } from '../../jit/isa/book1/floating-point-store.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { CIA, FloatMachine, STORAGE, type Runnable } from './float-machine.js';
import { EDGES, wordOf } from './operands.js';

const SINGLES = [
  0, 0x80000000, 1, 0x80000001, 0x007fffff, 0x00400000, 0x00800000, 0x80800000, 0x3f800000, 0xc0490fdb, 0x7f7fffff, 0xff7fffff,
  0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffbfffff, 0x7fa12345, 0xffffffff, 0x7fffffff,
]; // prettier-ignore
const QUIET_WORDS = [...SINGLES, 0x12345678, 0xfedcba98];
const LOW = 0xffffffffn;

/** DOUBLE of I 4.6.2: as numbers convert, but NaNs keep their bits. */
function doubleOf(word: number): bigint {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, word);
  if (!Number.isNaN(view.getFloat32(0))) view.setFloat64(4, view.getFloat32(0));
  else view.setBigUint64(4, (BigInt(word >>> 31) << 63n) | (0x7ffn << 52n) | (BigInt(word & 0x7fffff) << 29n));
  return view.getBigUint64(4);
}
/** SINGLE of I 4.6.3: undefined where the architecture leaves it so. */
function singleOf(x: bigint): number | undefined {
  const exponent = Number((x >> 52n) & 0x7ffn);
  const sign = (x >> 63n) << 31n;
  if (exponent > 896 || (x & ((1n << 63n) - 1n)) === 0n) return Number(sign | (((x >> 62n) & 1n) << 30n) | ((x >> 29n) & 0x3fffffffn));
  if (exponent < 874) return undefined;
  let significand = (1n << 52n) | (x & ((1n << 52n) - 1n));
  for (let e = exponent; e < 897; e++) significand >>= 1n;
  return Number(sign | ((significand >> 29n) & 0x7fffffn));
}

const OFFSET = 0x30;
const [RA, RB] = [4, 5];

/** What one access moves. */
interface Access {
  readonly bytes: 4 | 8;
  /** Of a load: the register that the doubleword (or the word, below) makes. Of a store: what a register leaves; undefined: unknown. */
  readonly of: (v: bigint) => bigint | undefined;
  readonly update?: true;
  readonly pair?: true;
}
const LFS: Access = { bytes: 4, of: (v) => doubleOf(Number(v)) };
const STFS: Access = { bytes: 4, of: (v) => { const s = singleOf(v); return s === undefined ? s : BigInt(s); } }; // prettier-ignore
const DOUBLE: Access = { bytes: 8, of: (v) => v };
const PAIR: Access = { ...DOUBLE, pair: true };
const modes = (name: string, access: Access): [string, Access][] =>
  ['', 'u', 'x', 'ux'].map((suffix) => [name + suffix, suffix.startsWith('u') ? { ...access, update: true } : access]);
const LOADS = new Map<string, Access>([
  ...modes('lfs', LFS),
  ...modes('lfd', DOUBLE),
  ['lfiwax', { bytes: 4, of: (v) => BigInt.asUintN(64, BigInt.asIntN(32, v)) }],
  ['lfiwzx', { bytes: 4, of: (v) => v }],
  ['lfdp', PAIR],
  ['lfdpx', PAIR],
]);
const STORES = new Map<string, Access>([
  ...modes('stfs', STFS),
  ...modes('stfd', DOUBLE),
  ['stfiwx', { bytes: 4, of: (v) => v & LOW }],
  ['stfdp', PAIR],
  ['stfdpx', PAIR],
]);

/** Registers 2 and 3 are the pair; an address that both forms reach. */
const isIndexed = (i: Instruction) => i.operands.some((o) => o.fields.some((f) => f.name === 'RB'));
const wordFor = (i: Instruction, ra = RA) =>
  isIndexed(i) ? wordOf(i, { RT: 3, RA: ra, RB }) : wordOf(i, { RT: 3, RA: ra, D: OFFSET, DS: OFFSET >> 2 });
const gprs = (base: number) => ({ [RA]: base, [RB]: OFFSET });

describe('floating-point storage access', () => {
  let machine: FloatMachine;
  beforeAll(() => {
    machine = new FloatMachine();
  });
  const waysOf = (list: readonly { instruction: Instruction; word: number }[]): Runnable[][] => [
    machine.handlers(list),
    machine.regions(list, { fp: true, fe: false }, 'bytes'),
  ];
  const listOf = (all: readonly Instruction[], ra?: number) => all.map((instruction) => ({ instruction, word: wordFor(instruction, ra) }));
  const doubleAt = (offset: number) => (BigInt(machine.storedWord(offset)) << 32n) | BigInt(machine.storedWord(offset + 4));
  const putDouble = (offset: number, v: bigint) => {
    machine.storeWord(offset, Number(v >> 32n));
    machine.storeWord(offset + 4, Number(v & LOW));
  };

  it('has vectors for every load and store', () => {
    expect(FLOATING_POINT_LOAD.map((i) => i.mnemonic).sort()).toEqual([...LOADS.keys()].sort());
    expect(FLOATING_POINT_STORE.map((i) => i.mnemonic).sort()).toEqual([...STORES.keys()].sort());
  });

  it('loads', () => {
    const list = listOf(FLOATING_POINT_LOAD);
    for (const way of waysOf(list)) {
      list.forEach(({ instruction }, k) => {
        const access = LOADS.get(instruction.mnemonic)!;
        for (const v of access.bytes === 4 ? QUIET_WORDS.map(BigInt) : EDGES) {
          if (access.bytes === 4) machine.storeWord(OFFSET, Number(v));
          else putDouble(OFFSET, v);
          putDouble(OFFSET + 8, ~v & ((1n << 64n) - 1n));
          const after = machine.run(way[k], { gpr: gprs(STORAGE), fpr: { 3: 0x55n } });
          const registers = access.pair ? [v, BigInt.asUintN(64, ~v)] : [0n, access.of(v)];
          expect([instruction.mnemonic, v.toString(16), after.next, after.fpr[2], after.fpr[3]]).toEqual([instruction.mnemonic, v.toString(16), CIA + 4, ...registers]); // prettier-ignore
          expect(after.gpr[RA]).toBe(access.update ? STORAGE + OFFSET : STORAGE);
        }
      });
    }
  });

  it('stores', () => {
    const list = listOf(FLOATING_POINT_STORE);
    for (const way of waysOf(list)) {
      list.forEach(({ instruction }, k) => {
        const access = STORES.get(instruction.mnemonic)!;
        for (const v of [...EDGES, ...SINGLES.map(doubleOf)]) {
          const expected = access.of(v);
          if (expected === undefined) continue;
          for (let n = 0; n < 32; n += 4) machine.storeWord(OFFSET + n, 0xeeeeeeee);
          const after = machine.run(way[k], { gpr: gprs(STORAGE), fpr: { 2: 0x1234n, 3: v } });
          const stored = access.pair ? doubleAt(OFFSET + 8) : access.bytes === 8 ? doubleAt(OFFSET) : BigInt(machine.storedWord(OFFSET));
          expect([instruction.mnemonic, v.toString(16), after.next, stored]).toEqual([
            instruction.mnemonic,
            v.toString(16),
            CIA + 4,
            expected,
          ]);
          if (access.pair) expect(doubleAt(OFFSET)).toBe(0x1234n);
          // Nothing behind it.
          expect(machine.storedWord(OFFSET + (access.pair ? 16 : access.bytes))).toBe(0xeeeeeeee);
          expect(after.gpr[RA]).toBe(access.update ? STORAGE + OFFSET : STORAGE);
        }
      });
    }
  });

  it('takes RA = 0 as no base', () => {
    const all = [...FLOATING_POINT_LOAD, ...FLOATING_POINT_STORE].filter((i) => isIndexed(i) && !i.mnemonic.endsWith('ux'));
    const list = listOf(all, 0);
    machine.storeWord(OFFSET, 0x3f800000);
    for (const way of waysOf(list)) {
      for (const code of way) expect(machine.run(code, { gpr: { 0: 0x12345678, [RB]: STORAGE + OFFSET } }).next).toBe(CIA + 4);
    }
  });

  it('changes nothing when the storage is not there', () => {
    const list = listOf([...FLOATING_POINT_LOAD, ...FLOATING_POINT_STORE]);
    const [interpreted, compiled] = waysOf(list);
    list.forEach(({ instruction }, k) => {
      const situation = { gpr: gprs(STORAGE + 0x100000), fpr: { 3: 0x77n } };
      // The interpreter meets the fault again that compiled code met.
      expect(() => machine.run(compiled[k], situation), instruction.mnemonic).toThrow('left to the interpreter');
      const after = machine.run(interpreted[k], situation);
      expect([instruction.mnemonic, after.next, after.gpr[RA], after.fpr[3]]).toEqual([
        instruction.mnemonic,
        CIA,
        STORAGE + 0x100000,
        0x77n,
      ]);
    });
  });
});
