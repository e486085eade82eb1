/** Book III-E chapter 6 and the PPC440EP UM: TLBs and cache arrays. */
import type { Emitter } from '../emitter.js';
import { X, inst } from '../inst.js';
import { FIELDS, immediate, RA, RA0_RB, RB, RS, RT, Rc, WS, type Operand } from '../operands.js';
import type { EA, I32, Word } from '../values.js';
import { heedAttention } from './spr-access.js';

const T = immediate('T', { name: 'T', from: 9, to: 10 });

/** dcread and icread: cache debug registers of the 440. */
const DCDBTRL = 0x39c;
const DCDBTRH = 0x39d;
const ICDBTRL = 0x39e;
const ICDBTRH = 0x39f;
const ICDBDR = 0x3d3;

/** RA,RB that mean nothing to a machine without caches; printed and parsed, never read. */
const ignored: Operand<'ignored', undefined> = { ...RA0_RB, name: 'ignored', bind: () => undefined };
const ignoredRA: Operand<'ignoredRA', undefined> = { ...RA, name: 'ignoredRA', bind: () => undefined };
const ignoredRB: Operand<'ignoredRB', undefined> = { ...RB, name: 'ignoredRB', bind: () => undefined };

const address = (e: Emitter, ea: EA) => e.eaAsWord(ea);
/** tlbsx.: CR0 = EQ when an entry was found, and SO. */
const recordFound = (e: Emitter, entry: I32): void => {
  const found = e.bitAsI32(e.ne(entry, e.i32(-1)));
  e.crField(e.i32(0)).set(e.or(e.shl(found, e.i32(1)), e.bitAsI32(e.xer.SO.get())));
};
/** Record bit of tlbsx. */
const RcFound: Operand<'Rc', { found(entry: I32): void }> = {
  ...Rc,
  bind: (e, read) => ({ found: (entry) => e.when(e.bitOf(read(FIELDS.Rc), 0), () => recordFound(e, entry)) }),
};

export const STORAGE_CONTROL = [
  inst('tlbre', X(31, 946), [RT, RA, WS], { see: '440EP UM 8.10', needs: ['tlb440'], privileged: true }, (e, { RT, RA, WS }) => {
    RT.set(e.call('tlbre44x', RA.get(), e.extU(WS)) as Word);
  }),
  inst('tlbwe', X(31, 978), [RS, RA, WS], { see: '440EP UM 8.10', needs: ['tlb440'], privileged: true }, (e, { RS, RA, WS }) => {
    e.call('tlbwe44x', RA.get(), e.extU(WS), RS.get());
  }),
  inst('tlbsx', X(31, 914), [RT, RA0_RB, RcFound], { see: '440EP UM 8.10', needs: ['tlb440'], privileged: true }, (e, { RT, EA, Rc }) => {
    const entry = e.call('tlbsx44x', address(e, EA)) as I32;
    RT.set(e.extS(entry));
    Rc.found(entry);
  }),
  // There is one processor, or others that hear of it through the runtime: nothing is left to wait for. A paravirtualised guest executes it
  // to have an interrupt delivered.
  inst('tlbsync', X(31, 566), [], { see: 'III-S 5.9.3, III-E 6.11.4', privileged: true }, (e) => heedAttention(e)),

  inst('tlbre', X(31, 946), [], { see: 'III-E 6.11.4.9', needs: ['tlbMas'], privileged: true }, (e) => void e.call('tlbreMas')),
  inst('tlbwe', X(31, 978), [], { see: 'III-E 6.11.4.9', needs: ['tlbMas'], privileged: true }, (e) => {
    e.call('tlbweMas');
    e.resync();
  }),
  inst('tlbsx', X(31, 914, 0), [RA0_RB], { see: 'III-E 6.11.4.9', needs: ['tlbMas'], privileged: true }, (e, { EA }) => {
    e.call('tlbsxMas', address(e, EA));
  }),
  inst('tlbivax', X(31, 786), [RA0_RB], { see: 'III-E 6.11.4.9', needs: ['tlbMas'], privileged: true }, (e, { EA }) => {
    e.call('tlbivaxMas', address(e, EA));
    e.resync();
  }),
  inst('tlbilx', X(31, 18), [T, RA0_RB], { see: 'III-E 6.11.4.9', needs: ['tlbMas', 'doorbell'], privileged: true }, (e, { T, EA }) => {
    e.call('tlbilxMas', T, address(e, EA));
    e.resync();
  }),

  // Caches are not kept: their arrays are empty, and translated code follows memory by itself.
  inst('iccci', X(31, 966), [ignoredRA, ignoredRB], { see: '440EP UM 4.2.3', needs: ['440'], privileged: true }, (e) => e.resync()),
  inst('dccci', X(31, 454), [ignoredRA, ignoredRB], { see: '440EP UM 4.3.5', needs: ['440'], privileged: true }, () => undefined),
  inst('icread', X(31, 998), [ignored], { see: '440EP UM 4.2.4', needs: ['440'], privileged: true }, (e) => {
    for (const spr of [ICDBDR, ICDBTRL, ICDBTRH]) e.spr(spr).set(e.word(0));
  }),
  inst('dcread', X(31, 486), [RT, ignored], { see: '440EP UM 4.3.6', needs: ['440'], privileged: true }, (e, { RT }) => {
    for (const spr of [DCDBTRL, DCDBTRH]) e.spr(spr).set(e.word(0));
    RT.set(e.word(0));
  }),
];
