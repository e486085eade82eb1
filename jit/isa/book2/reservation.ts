/** Power ISA Book II, 4.4: load and reserve, store conditional. */
import type { Emitter, Size } from '../emitter.js';
import { X, inst, type Facts, type Instruction } from '../inst.js';
import { RA0_RB, RS, RT, RTn } from '../operands.js';
import type { Bit, EA, Word } from '../values.js';

const SEE: Facts = { see: 'II 4.4.2' };
const SEE64: Facts = { see: 'II 4.4.2.1', only64: true };
const SEE206: Facts = { ...SEE, needs: ['isa206'] };
const SEE_QUADWORD: Facts = { see: 'II 4.4.2.2', needs: ['isa207'], only64: true };

const loadReserve = (mnemonic: string, xo: number, size: Size, facts: Facts): Instruction =>
  inst(mnemonic, X(31, xo), [RT, RA0_RB], facts, (e, { RT, EA }) => RT.set(e.loadReserve(size, EA)));

/** CR0 = 0b00 || stored || SO. */
const recordStored = (e: Emitter, stored: Bit): void =>
  e.crField(e.i32(0)).set(e.or(e.shl(e.bitAsI32(stored), e.i32(1)), e.bitAsI32(e.xer.SO.get())));
const storeConditional = (mnemonic: string, xo: number, size: Size, facts: Facts): Instruction =>
  inst(mnemonic, X(31, xo, 1), [RS, RA0_RB], facts, (e, { RS, EA }) => recordStored(e, e.storeConditional(size, EA, RS.get())));

/** Quadwords lie on their own boundary, so that both halves belong to one reservation granule. */
function aligned(e: Emitter, ea: EA, then: (second: EA) => void): void {
  const address = e.eaAsWord(ea);
  const misplaced = e.ne(e.and(address, e.word(15)), e.word(0));
  e.when(misplaced, () => void e.call('raiseAlignment', ea), () => then(e.ea(e.or(address, e.word(8))))); // prettier-ignore
}

export const RESERVATION: readonly Instruction[] = [
  loadReserve('lbarx', 52, 1, SEE206),
  loadReserve('lharx', 116, 2, SEE206),
  loadReserve('lwarx', 20, 4, SEE),
  loadReserve('ldarx', 84, 8, SEE64),
  storeConditional('stbcx.', 694, 1, SEE206),
  storeConditional('sthcx.', 726, 2, SEE206),
  storeConditional('stwcx.', 150, 4, SEE),
  storeConditional('stdcx.', 214, 8, SEE64),

  inst('lqarx', X(31, 276), [RTn, RA0_RB], SEE_QUADWORD, (e, { RTn, EA }) => {
    aligned(e, EA, (second) => {
      const atFirst = e.loadReserve(8, EA);
      const atSecond = e.load(8, second);
      const little = e.msrBit('LE');
      e.gpr(e.and(RTn, e.i32(30))).set(e.select<Word>(little, atSecond, atFirst));
      e.gpr(e.or(RTn, e.i32(1))).set(e.select<Word>(little, atFirst, atSecond));
    });
  }),
  inst('stqcx.', X(31, 182, 1), [RTn, RA0_RB], SEE_QUADWORD, (e, { RTn, EA }) => {
    aligned(e, EA, (second) => {
      const high = e.gpr(e.and(RTn, e.i32(30))).get();
      const low = e.gpr(e.or(RTn, e.i32(1))).get();
      const little = e.msrBit('LE');
      const stored = e.storeConditional(8, EA, e.select<Word>(little, low, high));
      e.when(stored, () => e.store(8, second, e.select<Word>(little, high, low)));
      recordStored(e, stored);
    });
  }),
];
