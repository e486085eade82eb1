/** Power ISA Book I, 3.3.13: counting, comparing and gathering of bits and bytes. */
import type { Emitter } from '../emitter.js';
import { X, inst, type Facts, type Instruction } from '../inst.js';
import { RB, RS, toRA } from '../operands.js';
import type { Word } from '../values.js';

/** A Word made of copies of a 32-bit pattern. */
const repeated = (e: Emitter, pattern: number): Word => (e.width === 64 ? e.wordOfI64(e.i64(pattern, pattern)) : e.word(pattern | 0));

const unary = (mnemonic: string, xo: number, facts: Facts, of: (e: Emitter, a: Word) => Word): Instruction =>
  inst(mnemonic, X(31, xo), [toRA, RS], facts, (e, { RA, RS }) => RA.set(of(e, RS.get())));

/** The number of ones in each byte: sums of neighbouring fields of 1, 2, then 4 bits. */
function onesOfBytes(e: Emitter, v: Word): Word {
  const pairs = e.sub(v, e.and(e.shrU(v, e.word(1)), repeated(e, 0x55555555)));
  const threes = repeated(e, 0x33333333);
  const fours = e.add(e.and(pairs, threes), e.and(e.shrU(pairs, e.word(2)), threes));
  return e.and(e.add(fours, e.shrU(fours, e.word(4))), repeated(e, 0x0f0f0f0f));
}
function onesOfWords(e: Emitter, v: Word): Word {
  if (e.width === 32) return e.popcnt(v);
  const upper = e.popcnt(e.shrU(v, e.word(32)));
  return e.or(e.shl(upper, e.word(32)), e.popcnt(e.extU(e.low32(v))));
}
/** Bit 0 of each word becomes the exclusive or of the last bits of its four bytes. */
function foldBytes(e: Emitter, v: Word): Word {
  const halves = e.xor(v, e.shrU(v, e.word(16)));
  return e.xor(halves, e.shrU(halves, e.word(8)));
}

export const FIXED_POINT_BITS: readonly Instruction[] = [
  unary('popcntb', 122, { see: 'I 3.3.13', needs: ['popcntb'] }, onesOfBytes),
  unary('popcntw', 378, { see: 'I 3.3.13', needs: ['isa206'] }, onesOfWords),
  unary('popcntd', 506, { see: 'I 3.3.13.1', needs: ['isa206'], only64: true }, (e, v) => e.popcnt(v)),
  unary('prtyw', 154, { see: 'I 3.3.13', needs: ['isa205'] }, (e, v) => e.and(foldBytes(e, v), repeated(e, 1))),
  unary('prtyd', 186, { see: 'I 3.3.13.1', needs: ['isa205'], only64: true }, (e, v) => {
    const words = foldBytes(e, v);
    return e.and(e.xor(words, e.shrU(words, e.word(32))), e.word(1));
  }),

  inst('cmpb', X(31, 508), [toRA, RS, RB], { see: 'I 3.3.13', needs: ['cmpb'] }, (e, { RA, RS, RB }) => {
    const difference = e.xor(RS.get(), RB.get());
    const sevens = repeated(e, 0x7f7f7f7f);
    // The top bit of a byte is 0 in `some` when the byte is equal: no carry leaves a byte.
    const some = e.or(e.or(e.add(e.and(difference, sevens), sevens), difference), sevens);
    const tops = e.complement(some);
    RA.set(e.or(tops, e.sub(tops, e.shrU(tops, e.word(7)))));
  }),

  inst('bpermd', X(31, 252), [toRA, RS, RB], { see: 'I 3.3.13.1', needs: ['isa206'], only64: true }, (e, { RA, RS, RB }) => {
    const indices = RS.get();
    const source = RB.get();
    const gathered = [0, 1, 2, 3, 4, 5, 6, 7].map((byte) => {
      const index = e.and(e.shrU(indices, e.word(56 - 8 * byte)), e.word(0xff));
      // Bit `index` counted from the left comes to the right end.
      const bit = e.and(e.shrU(source, e.sub(e.word(63), index)), e.word(1));
      return e.shl(e.select(e.ltU(index, e.word(64)), bit, e.word(0)), e.word(7 - byte));
    });
    RA.set(gathered.reduce((a, b) => e.or(a, b)));
  }),
];
