/**
 * The 4xx multiply-accumulate facility (PPC440EP UM 3.9 and its instruction set chapter): products of 16-bit halves, added
 * to or subtracted from RT, modulo or saturating; and dlmzb, the search for a zero byte.
 */
import type { Emitter } from '../emitter.js';
import { X, XO, inst, type Instruction } from '../inst.js';
import { FIELDS, OE, RA, RB, RS, RT, Rc, toRA, type Operand } from '../operands.js';
import type { Bit, Cell, I32, I64, Word } from '../values.js';

const NEEDS = { see: '440EP UM 3.9', needs: ['mac'] } as const;

/** RT as accumulator: read and written. */
const accumulator: Operand<'RT', Cell<Word>> = { ...RT, bind: (e, read) => e.gpr(read(FIELDS.RT)) };

/** Record bit of dlmzb: CR0 tells where the zero byte was, and copies XER.SO. */
const RcFound: Operand<'Rc', { found(field: I32): void }> = {
  ...Rc,
  bind: (e, read) => ({
    found: (field) => e.when(e.bitOf(read(FIELDS.Rc), 0), () => e.crField(e.i32(0)).set(e.or(field, e.bitAsI32(e.xer.SO.get())))),
  }),
};

/** Which halves are multiplied: of RA, then of RB. */
const HALVES = { chw: ['low', 'high'], hhw: ['high', 'high'], lhw: ['low', 'low'] } as const;
type Halves = keyof typeof HALVES;

function half(e: Emitter, register: Word, which: 'low' | 'high', signed: boolean): I32 {
  const v = e.low32(register);
  if (which === 'high') return signed ? e.shrS(v, e.i32(16)) : e.shrU(v, e.i32(16));
  return signed ? e.ext16S(v) : e.and(v, e.i32(0xffff));
}
/** The product, which 32 bits hold. */
function product(e: Emitter, a: Word, b: Word, halves: Halves, signed: boolean): I32 {
  const [ofA, ofB] = HALVES[halves];
  return e.mul(half(e, a, ofA, signed), half(e, b, ofB, signed));
}

/** Cuts an exact 64-bit sum to 32 bits, and tells whether it did not fit. */
function finish(e: Emitter, sum: I64, signed: boolean, saturate: boolean): { result: I32; overflow: Bit } {
  const low = e.low32Of64(sum);
  const overflow = e.ne(sum, signed ? e.i64S(low) : e.i64U(low));
  if (!saturate) return { result: low, overflow };
  const negative = e.ltS(sum, e.i64(0, 0));
  const limit = signed ? e.select(negative, e.i32(-0x80000000), e.i32(0x7fffffff)) : e.i32(-1);
  return { result: e.select(overflow, limit, low), overflow };
}

/** macchw and kin; the extended opcode is that of 9 bits. */
const accumulate = (
  mnemonic: string,
  xo: number,
  halves: Halves,
  kind: { signed: boolean; saturate: boolean; negative: boolean },
): Instruction =>
  inst(mnemonic, XO(4, xo), [accumulator, RA, RB, OE, Rc], NEEDS, (e, { RT, RA, RB, OE, Rc }) => {
    const wide = (v: I32) => (kind.signed ? e.i64S(v) : e.i64U(v));
    const p = wide(product(e, RA.get(), RB.get(), halves, kind.signed));
    const old = wide(e.low32(RT.get()));
    const { result, overflow } = finish(e, kind.negative ? e.sub(old, p) : e.add(old, p), kind.signed, kind.saturate);
    const word = e.extU(result);
    RT.set(word);
    OE.overflow(() => overflow);
    Rc.record(word);
  });
const multiply = (mnemonic: string, xo: number, halves: Halves, signed: boolean): Instruction =>
  inst(mnemonic, X(4, xo), [RT, RA, RB, Rc], NEEDS, (e, { RT, RA, RB, Rc }) => {
    const word = e.extU(product(e, RA.get(), RB.get(), halves, signed));
    RT.set(word);
    Rc.record(word);
  });

/** Extended opcodes by halves: macXXX, macXXXs, macXXXsu, macXXXu, nmacXXX, nmacXXXs, mulXXX, mulXXXu. */
const OPCODES: readonly (readonly [Halves, readonly number[]])[] = [
  ['chw', [172, 236, 204, 140, 174, 238, 168, 136]],
  ['hhw', [44, 108, 76, 12, 46, 110, 40, 8]],
  ['lhw', [428, 492, 460, 396, 430, 494, 424, 392]],
];
const family = ([halves, xo]: (typeof OPCODES)[number]): Instruction[] => {
  // macchw, machhw and maclhw, but mulchw, mulhhw and mullhw.
  const mac = `mac${halves}`;
  const mul = `mul${halves}`;
  return [
    accumulate(mac, xo[0]!, halves, { signed: true, saturate: false, negative: false }),
    accumulate(`${mac}s`, xo[1]!, halves, { signed: true, saturate: true, negative: false }),
    accumulate(`${mac}su`, xo[2]!, halves, { signed: false, saturate: true, negative: false }),
    accumulate(`${mac}u`, xo[3]!, halves, { signed: false, saturate: false, negative: false }),
    accumulate(`n${mac}`, xo[4]!, halves, { signed: true, saturate: false, negative: true }),
    accumulate(`n${mac}s`, xo[5]!, halves, { signed: true, saturate: true, negative: true }),
    multiply(mul, xo[6]!, halves, true),
    multiply(`${mul}u`, xo[7]!, halves, false),
  ];
};

/** Number of the leftmost zero byte of four, or 4. */
function zeroByte(e: Emitter, v: I32): I32 {
  const sevens = e.i32(0x7f7f7f7f);
  // The top bit of a byte survives in `some` unless the byte is 0: no carry leaves a byte.
  const some = e.or(e.or(e.add(e.and(v, sevens), sevens), v), sevens);
  return e.shrU(e.clz(e.complement(some)), e.i32(3));
}

export const MAC: readonly Instruction[] = [
  ...OPCODES.flatMap(family),

  inst('dlmzb', X(31, 78), [toRA, RS, RB, RcFound], { see: '440EP UM 3.10', needs: ['mac'] }, (e, { RA, RS, RB, Rc }) => {
    const inFirst = zeroByte(e, e.low32(RS.get()));
    const inSecond = zeroByte(e, e.low32(RB.get()));
    const first = e.ltU(inFirst, e.i32(4));
    const second = e.ltU(inSecond, e.i32(4));
    const counted = e.select(second, e.add(inSecond, e.i32(5)), e.i32(8));
    const count = e.select(first, e.add(inFirst, e.i32(1)), counted);
    const field = e.select(first, e.i32(4), e.select(second, e.i32(8), e.i32(2)));
    RA.set(e.extU(count));
    e.xer.rest.set(e.or(e.and(e.xer.rest.get(), e.i32(~0x7f)), count));
    Rc.found(field);
  }),
];
