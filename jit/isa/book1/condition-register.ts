/** Power ISA Book I, 2.5 and 3.3.17: the Condition Register and its traffic with GPRs and XER. */
import type { Emitter } from '../emitter.js';
import { X, inst, withBits, type Instruction } from '../inst.js';
import { BA, BB, BF, BFA, BT, FXM, RS, RT } from '../operands.js';
import type { Bit, I32 } from '../values.js';

const FIELD_NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
/** How far from the right CR field n lies in the whole register. */
const shiftOf = (field: number) => 28 - 4 * field;

/** The whole CR; of the fields, those that `include` tells. */
function wholeCr(e: Emitter, include: (field: number, v: I32) => I32 = (_field, v) => v): I32 {
  return FIELD_NUMBERS.map((n) => e.shl(include(n, e.crField(e.i32(n)).get()), e.i32(shiftOf(n)))).reduce((a, b) => e.or(a, b));
}
/** FXM names field n. */
const chosen = (e: Emitter, fxm: I32, n: number): Bit => e.bitOf(fxm, 7 - n);

const logical = (mnemonic: string, xo: number, of: (e: Emitter, a: Bit, b: Bit) => Bit): Instruction =>
  inst(mnemonic, X(19, xo), [BT, BA, BB], { see: 'I 2.5.1' }, (e, { BT, BA, BB }) => {
    e.crBit(BT).set(of(e, e.crBit(BA).get(), e.crBit(BB).get()));
  });

const moveTo = (mnemonic: string, bit11: 0 | 1): Instruction =>
  inst(mnemonic, withBits(X(31, 144), [11, 11, bit11]), [FXM, RS], { see: 'I 3.3.17' }, (e, { FXM, RS }) => {
    const v = e.low32(RS.get());
    for (const n of FIELD_NUMBERS) {
      e.when(chosen(e, FXM, n), () => e.crField(e.i32(n)).set(e.and(e.shrU(v, e.i32(shiftOf(n))), e.i32(15))));
    }
  });

export const CONDITION_REGISTER: readonly Instruction[] = [
  logical('crand', 257, (e, a, b) => e.both(a, b)),
  logical('crnand', 225, (e, a, b) => e.not(e.both(a, b))),
  logical('cror', 449, (e, a, b) => e.either(a, b)),
  logical('crxor', 193, (e, a, b) => e.differ(a, b)),
  logical('crnor', 33, (e, a, b) => e.not(e.either(a, b))),
  logical('creqv', 289, (e, a, b) => e.not(e.differ(a, b))),
  logical('crandc', 129, (e, a, b) => e.both(a, e.not(b))),
  logical('crorc', 417, (e, a, b) => e.either(a, e.not(b))),

  inst('mcrf', X(19, 0), [BF, BFA], { see: 'I 2.5.2' }, (e, { BF, BFA }) => {
    e.crField(BF).set(e.crField(BFA).get());
  }),

  inst('mfcr', withBits(X(31, 19), [11, 11, 0]), [RT], { see: 'I 3.3.17' }, (e, { RT }) => {
    RT.set(e.extU(wholeCr(e)));
  }),
  // With FXM naming one field the others are undefined; here they are 0, and any FXM works the same way.
  inst('mfocrf', withBits(X(31, 19), [11, 11, 1]), [RT, FXM], { see: 'I 3.3.17' }, (e, { RT, FXM }) => {
    RT.set(e.extU(wholeCr(e, (n, v) => e.select(chosen(e, FXM, n), v, e.i32(0)))));
  }),
  moveTo('mtcrf', 0),
  moveTo('mtocrf', 1),

  inst('mcrxr', X(31, 512), [BF], { see: 'I 3.3.17', needs: ['mcrxr'] }, (e, { BF }) => {
    const { SO, OV, CA } = e.xer;
    const at = (b: Bit, lsb: number) => e.shl(e.bitAsI32(b), e.i32(lsb));
    e.crField(BF).set(e.or(e.or(at(SO.get(), 3), at(OV.get(), 2)), at(CA.get(), 1)));
    for (const bit of [SO, OV, CA]) bit.set(e.bit(false));
  }),
];
