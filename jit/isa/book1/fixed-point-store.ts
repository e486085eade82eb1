/** Power ISA Book I, 3.3.3 to 3.3.5: fixed-point stores. */
import type { AccessOptions, Size } from '../emitter.js';
import { D, DS, X, inst, type Facts, type Instruction } from '../inst.js';
import { DS_RA0, DS_RAu, D_RA0, D_RAu, RA0_RB, RA_RBu, RS, RTn } from '../operands.js';
import type { Word } from '../values.js';

const SEE: Facts = { see: 'I 3.3.3' };
const SEE64: Facts = { see: 'I 3.3.3.1', only64: true };

const plain = (mnemonic: string, opcd: number, size: Size): Instruction =>
  inst(mnemonic, D(opcd), [RS, D_RA0], SEE, (e, { RS, EA }) => e.store(size, EA, RS.get()));
const update = (mnemonic: string, opcd: number, size: Size): Instruction =>
  inst(mnemonic, D(opcd), [RS, D_RAu], SEE, (e, { RS, mem }) => {
    e.store(size, mem.ea, RS.get());
    mem.update();
  });
const indexed = (mnemonic: string, xo: number, size: Size, facts: Facts, options?: AccessOptions): Instruction =>
  inst(mnemonic, X(31, xo), [RS, RA0_RB], facts, (e, { RS, EA }) => e.store(size, EA, RS.get(), options));
const indexedUpdate = (mnemonic: string, xo: number, size: Size, facts: Facts): Instruction =>
  inst(mnemonic, X(31, xo), [RS, RA_RBu], facts, (e, { RS, mem }) => {
    e.store(size, mem.ea, RS.get());
    mem.update();
  });

export const FIXED_POINT_STORE: readonly Instruction[] = [
  plain('stb', 38, 1),
  update('stbu', 39, 1),
  indexed('stbx', 215, 1, SEE),
  indexedUpdate('stbux', 247, 1, SEE),
  plain('sth', 44, 2),
  update('sthu', 45, 2),
  indexed('sthx', 407, 2, SEE),
  indexedUpdate('sthux', 439, 2, SEE),
  plain('stw', 36, 4),
  update('stwu', 37, 4),
  indexed('stwx', 151, 4, SEE),
  indexedUpdate('stwux', 183, 4, SEE),

  inst('std', DS(62, 0), [RS, DS_RA0], SEE64, (e, { RS, EA }) => e.store(8, EA, RS.get())),
  inst('stdu', DS(62, 1), [RS, DS_RAu], SEE64, (e, { RS, mem }) => {
    e.store(8, mem.ea, RS.get());
    mem.update();
  }),
  indexed('stdx', 149, 8, SEE64),
  indexedUpdate('stdux', 181, 8, SEE64),

  indexed('sthbrx', 918, 2, { see: 'I 3.3.5' }, { reversed: true }),
  indexed('stwbrx', 662, 4, { see: 'I 3.3.5' }, { reversed: true }),
  indexed('stdbrx', 660, 8, { see: 'I 3.3.5.1', needs: ['isa206'], only64: true }, { reversed: true }),

  inst('stq', DS(62, 2), [RTn, DS_RA0], { see: 'I 3.3.4', needs: ['isa207'], only64: true }, (e, { RTn, EA }) => {
    const high = e.gpr(e.and(RTn, e.i32(30))).get();
    const low = e.gpr(e.or(RTn, e.i32(1))).get();
    const little = e.msrBit('LE');
    e.store(8, EA, e.select<Word>(little, low, high));
    e.store(8, e.ea(e.add(e.eaAsWord(EA), e.word(8))), e.select<Word>(little, high, low));
  }),
];
