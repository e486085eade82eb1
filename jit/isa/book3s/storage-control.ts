/** Book III-S chapter 5: segment registers, SLB and TLB. */
import { EXCEPTION_PRIVILEGED } from '../../abi/exits.js';
import type { Emitter } from '../emitter.js';
import { X, inst } from '../inst.js';
import { L, RB, RS, RT, immediate } from '../operands.js';
import type { I32, Word } from '../values.js';

/** A segment register's number. */
const SR = immediate('SR', { name: 'SR', from: 12, to: 15 });
const IH = immediate('IH', { name: 'IH', from: 8, to: 10 });

/** The segment register that covers an effective address. */
const segmentOf = (e: Emitter, address: Word): I32 => e.shrU(e.low32(address), e.i32(28));

export const STORAGE_CONTROL_S = [
  inst('mtsr', X(31, 210), [SR, RS], { see: 'III-S 5.9.3.2', needs: ['segments32'], privileged: true }, (e, { SR, RS }) => {
    e.call('writeSegment', SR, RS.get());
    e.resync();
  }),
  inst('mtsrin', X(31, 242), [RS, RB], { see: 'III-S 5.9.3.2', needs: ['segments32'], privileged: true }, (e, { RS, RB }) => {
    e.call('writeSegment', segmentOf(e, RB.get()), RS.get());
    e.resync();
  }),
  inst('mfsr', X(31, 595), [RT, SR], { see: 'III-S 5.9.3.2', needs: ['segments32'], privileged: true }, (e, { RT, SR }) => {
    RT.set(e.call('readSegment', SR) as Word);
  }),
  inst('mfsrin', X(31, 659), [RT, RB], { see: 'III-S 5.9.3.2', needs: ['segments32'], privileged: true }, (e, { RT, RB }) => {
    RT.set(e.call('readSegment', segmentOf(e, RB.get())) as Word);
  }),

  // The 32-bit form has no L; reserved bits are ignored, and pages are of 4 KiB.
  inst('tlbie', X(31, 306), [RB], { see: 'PEM32 8, tlbie', needs: ['segments32'], absent: ['64bit'], privileged: true }, (e, { RB }) => {
    e.call('tlbieBook3s', RB.get(), e.i32(0));
    e.resync();
  }),
  inst('tlbie', X(31, 306), [RB, L], { see: 'ISA 2.01 III 5.5', needs: ['slb'], absent: ['isa206'], privileged: true }, (e, { RB, L }) => {
    e.call('tlbieBook3s', RB.get(), L);
    e.resync();
  }),
  // A hypervisor's from ISA 2.06 on.
  inst('tlbie', X(31, 306), [RB, RS], { see: 'III-S 5.9.3.3', needs: ['slb', 'isa206'], privileged: true }, (e) => {
    e.raise(EXCEPTION_PRIVILEGED);
  }),
  inst('tlbiel', X(31, 274), [RB, L], { see: 'III-S 5.9.3.3', needs: ['slb'], absent: ['isa206'], privileged: true }, (e, { RB, L }) => {
    e.call('tlbieBook3s', RB.get(), L);
    e.resync();
  }),
  inst('tlbiel', X(31, 274), [RB], { see: 'III-S 5.9.3.3', needs: ['slb', 'isa206'], privileged: true }, (e) => {
    e.raise(EXCEPTION_PRIVILEGED);
  }),
  inst('tlbia', X(31, 370), [], { see: 'III-S 5.9.3.3', needs: ['book3s'], absent: ['isa206'], privileged: true }, (e) => {
    e.call('tlbiaBook3s');
    e.resync();
  }),

  inst('slbmte', X(31, 402), [RS, RB], { see: 'III-S 5.9.3.1', needs: ['slb'], privileged: true }, (e, { RS, RB }) => {
    e.call('slbmte', RS.get(), RB.get());
    e.resync();
  }),
  inst('slbie', X(31, 434), [RB], { see: 'III-S 5.9.3.1', needs: ['slb'], privileged: true }, (e, { RB }) => {
    e.call('slbie', RB.get());
    e.resync();
  }),
  inst('slbia', X(31, 498), [IH], { see: 'III-S 5.9.3.1', needs: ['slb'], privileged: true }, (e, { IH }) => {
    e.call('slbia', IH);
    e.resync();
  }),
  inst('slbmfee', X(31, 915), [RT, RB], { see: 'III-S 5.9.3.1', needs: ['slb'], privileged: true }, (e, { RT, RB }) => {
    RT.set(e.call('slbmfee', RB.get()) as Word);
  }),
  inst('slbmfev', X(31, 851), [RT, RB], { see: 'III-S 5.9.3.1', needs: ['slb'], privileged: true }, (e, { RT, RB }) => {
    RT.set(e.call('slbmfev', RB.get()) as Word);
  }),
  // slbfee.: CR0 = EQ when found, and RT is 0 otherwise.
  inst('slbfee.', X(31, 979, 1), [RT, RB], { see: 'III-S 5.9.3.1', needs: ['slb', 'isa206'], privileged: true }, (e, { RT, RB }) => {
    const entry = e.call('slbfee', RB.get()) as Word;
    const found = e.ne(entry, e.word(-1));
    RT.set(e.select(found, entry, e.word(0)));
    e.crField(e.i32(0)).set(e.or(e.shl(e.bitAsI32(found), e.i32(1)), e.bitAsI32(e.xer.SO.get())));
  }),
];
