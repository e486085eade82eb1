/** Power ISA Book I, 3.3.2, 3.3.4 and 3.3.5: fixed-point loads. */
import type { AccessOptions, Size } from '../emitter.js';
import { D, DQ, DS, X, inst, type Facts, type Instruction } from '../inst.js';
import { DQ_RA0, DS_RA0, DS_RAu, D_RA0, D_RAu, RA0_RB, RA_RBu, RT, RTn } from '../operands.js';
import type { Word } from '../values.js';

const SEE: Facts = { see: 'I 3.3.2' };
const SEE64: Facts = { see: 'I 3.3.2.1', only64: true };
const SIGNED: AccessOptions = { signed: true };

/** With a displacement. In the invalid update forms with RA = RT the address wins, as it is written last. */
const plain = (mnemonic: string, opcd: number, size: Size, options?: AccessOptions): Instruction =>
  inst(mnemonic, D(opcd), [RT, D_RA0], SEE, (e, { RT, EA }) => RT.set(e.load(size, EA, options)));
const update = (mnemonic: string, opcd: number, size: Size, options?: AccessOptions): Instruction =>
  inst(mnemonic, D(opcd), [RT, D_RAu], SEE, (e, { RT, mem }) => {
    RT.set(e.load(size, mem.ea, options));
    mem.update();
  });
const indexed = (mnemonic: string, xo: number, size: Size, facts: Facts, options?: AccessOptions): Instruction =>
  inst(mnemonic, X(31, xo), [RT, RA0_RB], facts, (e, { RT, EA }) => RT.set(e.load(size, EA, options)));
const indexedUpdate = (mnemonic: string, xo: number, size: Size, facts: Facts, options?: AccessOptions): Instruction =>
  inst(mnemonic, X(31, xo), [RT, RA_RBu], facts, (e, { RT, mem }) => {
    RT.set(e.load(size, mem.ea, options));
    mem.update();
  });

export const FIXED_POINT_LOAD: readonly Instruction[] = [
  plain('lbz', 34, 1),
  update('lbzu', 35, 1),
  indexed('lbzx', 87, 1, SEE),
  indexedUpdate('lbzux', 119, 1, SEE),
  plain('lhz', 40, 2),
  update('lhzu', 41, 2),
  indexed('lhzx', 279, 2, SEE),
  indexedUpdate('lhzux', 311, 2, SEE),
  plain('lha', 42, 2, SIGNED),
  update('lhau', 43, 2, SIGNED),
  indexed('lhax', 343, 2, SEE, SIGNED),
  indexedUpdate('lhaux', 375, 2, SEE, SIGNED),
  plain('lwz', 32, 4),
  update('lwzu', 33, 4),
  indexed('lwzx', 23, 4, SEE),
  indexedUpdate('lwzux', 55, 4, SEE),

  inst('lwa', DS(58, 2), [RT, DS_RA0], SEE64, (e, { RT, EA }) => RT.set(e.load(4, EA, SIGNED))),
  indexed('lwax', 341, 4, SEE64, SIGNED),
  indexedUpdate('lwaux', 373, 4, SEE64, SIGNED),
  inst('ld', DS(58, 0), [RT, DS_RA0], SEE64, (e, { RT, EA }) => RT.set(e.load(8, EA))),
  inst('ldu', DS(58, 1), [RT, DS_RAu], SEE64, (e, { RT, mem }) => {
    RT.set(e.load(8, mem.ea));
    mem.update();
  }),
  indexed('ldx', 21, 8, SEE64),
  indexedUpdate('ldux', 53, 8, SEE64),

  indexed('lhbrx', 790, 2, { see: 'I 3.3.5' }, { reversed: true }),
  indexed('lwbrx', 534, 4, { see: 'I 3.3.5' }, { reversed: true }),
  indexed('ldbrx', 532, 8, { see: 'I 3.3.5.1', needs: ['isa206'], only64: true }, { reversed: true }),

  inst('lq', DQ(56), [RTn, DQ_RA0], { see: 'I 3.3.4', needs: ['isa207'], only64: true }, (e, { RTn, EA }) => {
    const first = e.load(8, EA);
    const second = e.load(8, e.ea(e.add(e.eaAsWord(EA), e.word(8))));
    // The even register of the pair is the more significant doubleword.
    const little = e.msrBit('LE');
    e.gpr(e.and(RTn, e.i32(30))).set(e.select<Word>(little, second, first));
    e.gpr(e.or(RTn, e.i32(1))).set(e.select<Word>(little, first, second));
  }),
];
