import { FPSCR_OFFSET } from '../abi/layout.js';
import type { Emitter } from './emitter.js';
import type { Field } from './inst.js';
import type { Bit, Cell, EA, F64, I32, Source, Target, Word } from './values.js';

/** Reads a field of the instruction: a constant in the recompiler, extracted at run time in the interpreter. */
export type ReadField = (f: Field) => I32;
/** Reads a field of a known instruction word. */
export type FieldValue = (f: Field) => number;
/** Collects fields that the assembler found for an operand. */
export type PutField = (f: Field, value: number) => void;

/** One operand as the assembler language writes it: which bits hold it, how it prints and parses, what it means. */
export interface Operand<out Name extends string, out Handle> {
  readonly name: Name;
  readonly fields: readonly Field[];
  /** Assembler spelling; empty when the operand prints nothing (suffixes). `cia` is the instruction's own address. */
  print(read: FieldValue, cia: number): string;
  /** Inverse of print: takes the text of this operand. Absent for suffix operands, which `suffixes` covers. */
  parse?(text: string, put: PutField, cia: number): void;
  /** Suffix operands: what is appended to the mnemonic for each value of the (one-bit) field. */
  readonly suffix?: { readonly field: Field; readonly text: string };
  bind(e: Emitter, read: ReadField): Handle;
}

/** A run of bits of the instruction word. */
export const field = (name: string, from: number, to: number, more: Partial<Field> = {}): Field => ({ name, from, to, ...more });

/** The register fields, shared by many forms. */
export const FIELDS = {
  RT: field('RT', 6, 10), RA: field('RA', 11, 15), RB: field('RB', 16, 20), RC: field('RC', 21, 25),
  D: field('D', 16, 31, { signed: true }), DS: field('DS', 16, 29, { signed: true, shift: 2 }), DQ: field('DQ', 16, 27, { signed: true, shift: 4 }),
  BF: field('BF', 6, 8), BFA: field('BFA', 11, 13), L: field('L', 10, 10),
  Rc: field('Rc', 31, 31, { variant: true }), OE: field('OE', 21, 21, { variant: true }), LK: field('LK', 31, 31, { variant: true }), AA: field('AA', 30, 30, { variant: true }),
} as const; // prettier-ignore
const F = FIELDS;

const number = (text: string, from: number, to: number, what: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < from || n > to) throw new Error(`${what} ${text} is not a number in ${from}..${to}`);
  return n;
};
const register = (text: string, prefix: string, count = 32): number =>
  number(text.startsWith(prefix) ? text.slice(prefix.length) : text, 0, count - 1, 'register');

/** An operand that is one register field. */
export const registerOperand = <N extends string, H>(
  name: N,
  f: Field,
  prefix: string,
  bind: (e: Emitter, n: I32) => H,
): Operand<N, H> => ({
  name,
  fields: [f],
  print: (read) => `${prefix}${read(f)}`,
  parse: (text, put) => put(f, register(text, prefix)),
  bind: (e, read) => bind(e, read(f)),
});
const gprIn = <N extends string>(name: N, f: Field) => registerOperand<N, Source<Word>>(name, f, 'r', (e, n) => e.gpr(n));
const gprOut = <N extends string>(name: N, f: Field) => registerOperand<N, Target<Word>>(name, f, 'r', (e, n) => e.gpr(n));
const gprBoth = <N extends string>(name: N, f: Field) => registerOperand<N, Cell<Word>>(name, f, 'r', (e, n) => e.gpr(n));
const fprIn = <N extends string>(name: N, f: Field) => registerOperand<N, Source<F64>>(name, f, 'f', (e, n) => e.fpr(n));
const fprOut = <N extends string>(name: N, f: Field) => registerOperand<N, Cell<F64>>(name, f, 'f', (e, n) => e.fpr(n));

/** An operand that is a number; values outside the field's range are refused by the assembler. */
export const immediate = <N extends string>(name: N, f: Field): Operand<N, I32> => {
  const width = f.to - f.from + 1;
  const scale = 2 ** (f.shift ?? 0);
  // Assemblers take signed fields also in their unsigned spelling.
  const [low, high] = f.signed ? [-(2 ** (width - 1)) * scale, (2 ** width - 1) * scale] : [0, (2 ** width - 1) * scale];
  return {
    name,
    fields: [f],
    print: (read) => `${read(f)}`,
    parse: (text, put) => put(f, number(text, low, high, name)),
    bind: (_e, read) => read(f),
  };
};

/** (RA|0): the value 0 when the field is 0, the register's content otherwise (I 1.3.2). */
export const baseOrZero = (e: Emitter, read: ReadField): Word => {
  const n = read(F.RA);
  return e.select(e.eq(n, e.i32(0)), e.word(0), e.gpr(n).get());
};
const printBase = (read: FieldValue) => (read(F.RA) ? `r${read(F.RA)}` : '0');

export const RT = gprOut('RT', F.RT);
export const RS = gprIn('RS', F.RT);
export const RA = gprIn('RA', F.RA);
export const RB = gprIn('RB', F.RB);
export const RC = gprIn('RC', F.RC);
/** RA as the target of logical instructions, and as both for rlwimi. */
export const toRA = gprOut('RA', F.RA);
export const inOutRA = gprBoth('RA', F.RA);
export const RA0: Operand<'RA0', Source<Word>> = {
  name: 'RA0',
  fields: [F.RA],
  print: printBase,
  parse: (text, put) => put(F.RA, register(text, 'r')),
  bind: (e, read) => ({ get: () => baseOrZero(e, read) }),
};
/** Register numbers, for instructions that count registers (lmw, lswi). */
export const RTn = registerOperand('RTn', F.RT, 'r', (_e, n) => n);
/** Of pairs. */
export const FRTn = registerOperand('FRTn', F.RT, 'f', (_e, n) => n);
export const FRT = fprOut('FRT', F.RT);
export const FRS = fprIn('FRS', F.RT);
export const FRA = fprIn('FRA', F.RA);
export const FRB = fprIn('FRB', F.RB);
export const FRC = fprIn('FRC', F.RC);

export const SI = immediate('SI', field('SI', 16, 31, { signed: true }));
export const UI = immediate('UI', field('UI', 16, 31));
export const SH = immediate('SH', F.RB);
export const MB = immediate('MB', F.RC);
export const ME = immediate('ME', field('ME', 26, 30));
/** NB: 0 means 32, and is written so. */
export const NB: Operand<'NB', I32> = {
  name: 'NB',
  fields: [F.RB],
  print: (read) => `${read(F.RB) || 32}`,
  parse: (text, put) => put(F.RB, number(text, 0, 32, 'NB') & 31),
  bind: (_e, read) => read(F.RB),
};
export const TO = immediate('TO', F.RT);
export const BO = immediate('BO', F.RT);
export const BH = immediate('BH', field('BH', 19, 20));
export const L = immediate('L', F.L);
/** Which barrier sync is (II 4.4.3). */
export const SYNC_L = immediate('L', field('L', 9, 10));
export const U = immediate('U', field('U', 16, 19));
export const FXM = immediate('FXM', field('FXM', 12, 19));
/** Which fields of the FPSCR (its most significant one first); all of them (L); of its upper word (W). */
export const FLM = immediate('FLM', field('FLM', 7, 14));
export const FPSCR_L = immediate('L', field('L', 6, 6));
export const FPSCR_W = immediate('W', field('W', 15, 15));
export const LEV = immediate('LEV', field('LEV', 20, 26));
export const WS = immediate('WS', F.RB);
export const MO = immediate('MO', F.RT);

/** A split five-plus-five-bit number with its halves swapped: SPR, TBR, DCR numbers. */
const swapped = <N extends string>(name: N): Operand<N, I32> => {
  const low = field(`${name}.low`, 11, 15);
  const high = field(`${name}.high`, 16, 20);
  return {
    name,
    fields: [low, high],
    print: (read) => `${read(low) | (read(high) << 5)}`,
    parse: (text, put) => {
      const n = number(text, 0, 1023, name);
      put(low, n & 31);
      put(high, n >> 5);
    },
    bind: (e, read) => e.or(read(low), e.shl(read(high), e.i32(5))),
  };
};
export const SPR = swapped('SPR');
export const TBR = swapped('TBR');
export const DCRN = swapped('DCRN');

/** Six-bit shift and mask numbers of the 64-bit rotates, whose last bit lies apart. */
const sixBits = <N extends string>(name: N, five: Field, one: Field, oneIsHigh: boolean): Operand<N, I32> => ({
  name,
  fields: [five, one],
  print: (read) => `${oneIsHigh ? read(five) | (read(one) << 5) : (read(five) << 1) | read(one)}`,
  parse: (text, put) => {
    const n = number(text, 0, 63, name);
    put(five, n & 31);
    put(one, n >> 5);
  },
  bind: (e, read) => e.or(read(five), e.shl(read(one), e.i32(5))),
});
export const SH6 = sixBits('SH', F.RB, field('SH5', 30, 30), true);
export const MB6 = sixBits('MB', F.RC, field('MB5', 26, 26), true);
export const ME6 = sixBits('ME', F.RC, field('ME5', 26, 26), true);

const CR_BITS = ['lt', 'gt', 'eq', 'so'];
const crBitText = (n: number) => (n >> 2 ? `4*cr${n >> 2}+${CR_BITS[n & 3]}` : CR_BITS[n & 3]!);
const parseCrBit = (text: string): number => {
  const m = /^(?:4\*cr([0-7])\+)?(lt|gt|eq|so|un)$/.exec(text);
  if (!m) return number(text, 0, 31, 'CR bit');
  return 4 * Number(m[1] ?? 0) + CR_BITS.indexOf(m[2] === 'un' ? 'so' : m[2]!);
};
/** An operand that names a CR bit; its handle is the bit's number. */
const crBit = <N extends string>(name: N, f: Field): Operand<N, I32> => ({
  name,
  fields: [f],
  print: (read) => crBitText(read(f)),
  parse: (text, put) => put(f, parseCrBit(text)),
  bind: (_e, read) => read(f),
});
export const BI = crBit('BI', F.RA);
export const BT = crBit('BT', F.RT);
export const BA = crBit('BA', F.RA);
export const BB = crBit('BB', F.RB);
export const BC = crBit('BC', F.RC);
/** An FPSCR bit, for mtfsb0 and mtfsb1. */
export const BTf = immediate('BT', F.RT);
/** A CR field; its handle is the field's number. */
const crField = <N extends string>(name: N, f: Field): Operand<N, I32> => ({
  name,
  fields: [f],
  print: (read) => `cr${read(f)}`,
  parse: (text, put) => put(f, register(text, 'cr', 8)),
  bind: (_e, read) => read(f),
});
export const BF = crField('BF', F.BF);
export const BFA = crField('BFA', F.BFA);

/** D(RA) of a plain load or store: EA = (RA|0) + EXTS(D). */
const displacement = (f: Field): Operand<'EA', EA> => ({
  name: 'EA',
  fields: [f, F.RA],
  print: (read) => `${read(f)}(${printBase(read)})`,
  parse: (text, put) => {
    const m = /^(.*)\((r?\d+)\)$/.exec(text);
    if (!m) throw new Error(`${text} is not a displacement and a base`);
    put(f, number(m[1] || '0', -0x8000, 0x7fff, 'displacement'));
    put(F.RA, register(m[2]!, 'r'));
  },
  bind: (e, read) => e.ea(e.add(baseOrZero(e, read), e.extS(read(f)))),
});
export const D_RA0 = displacement(F.D);
export const DS_RA0 = displacement(F.DS);
export const DQ_RA0 = displacement(F.DQ);

/** RA,RB of a plain indexed access: EA = (RA|0) + (RB). */
export const RA0_RB: Operand<'EA', EA> = {
  name: 'EA',
  fields: [F.RA, F.RB],
  print: (read) => `${printBase(read)},r${read(F.RB)}`,
  parse: (text, put) => {
    const [a, b] = text.split(',');
    put(F.RA, register(a!, 'r'));
    put(F.RB, register(b!, 'r'));
  },
  bind: (e, read) => e.ea(e.add(baseOrZero(e, read), e.gpr(read(F.RB)).get())),
};
/** RA alone as an address, for lswi and stswi: EA = (RA|0). */
export const RA0_EA: Operand<'EA', EA> = { ...RA0, name: 'EA', bind: (e, read) => e.ea(baseOrZero(e, read)) };

/** The address of an update form; `update` writes it to RA once the access has succeeded. */
export interface UpdatedAddress {
  readonly ea: EA;
  update(): void;
}
const updated = (e: Emitter, ra: Cell<Word>, sum: Word): UpdatedAddress => ({ ea: e.ea(sum), update: () => ra.set(e.eaAsWord(e.ea(sum))) });
/** D(RA) of an update form: EA = (RA) + EXTS(D). */
const displacementUpdated = (f: Field): Operand<'mem', UpdatedAddress> => ({
  ...displacement(f),
  name: 'mem',
  bind: (e, read) => {
    const ra = e.gpr(read(F.RA));
    return updated(e, ra, e.add(ra.get(), e.extS(read(f))));
  },
});
export const D_RAu = displacementUpdated(F.D);
export const DS_RAu = displacementUpdated(F.DS);
/** RA,RB of an update form: EA = (RA) + (RB). */
export const RA_RBu: Operand<'mem', UpdatedAddress> = {
  ...RA0_RB,
  name: 'mem',
  bind: (e, read) => {
    const ra = e.gpr(read(F.RA));
    return updated(e, ra, e.add(ra.get(), e.gpr(read(F.RB)).get()));
  },
};

/** A one-bit field that appends to the mnemonic; its handle tells whether it is set. */
export const suffixOperand = <N extends string, H>(name: N, f: Field, text: string, bind: (e: Emitter, on: Bit) => H): Operand<N, H> => ({
  name,
  fields: [f],
  print: () => '',
  suffix: { field: f, text },
  bind: (e, read) => bind(e, e.bitOf(read(f), 0)),
});
/** Rc: when 1, CR0 tells how the result compares with 0, and copies XER.SO (I 2.3.1). */
export const Rc = suffixOperand('Rc', F.Rc, '.', (e, on) => ({ record: (v: Word) => e.when(on, () => e.recordCr0(v)) }));
/** Rc of floating-point instructions: when 1, CR1 receives FPSCR[FX FEX VX OX] (I 4.6). */
export const RcFp = suffixOperand('Rc', F.Rc, '.', (e, on) => ({
  record: () => e.when(on, () => e.crField(e.i32(1)).set(e.shrU(e.state32(FPSCR_OFFSET).get(), e.i32(28)))),
}));
/** OE: when 1, XER.OV is set to the overflow and XER.SO accumulates it (I 3.2.2). */
export const OE = suffixOperand('OE', F.OE, 'o', (e, on) => ({
  overflow: (condition: () => Bit) =>
    e.when(on, () => {
      const ov = condition();
      e.xer.OV.set(ov);
      e.xer.SO.set(e.either(e.xer.SO.get(), ov));
    }),
}));
/** LK: when 1, LR receives the address of the next instruction. */
export const LK = suffixOperand('LK', F.LK, 'l', (e, on) => ({
  on,
  link: () => e.when(on, () => e.lr.set(e.eaAsWord(e.ea(e.add(e.cia, e.word(4)))))),
}));
/** AA: absolute address; handled inside the target operands, which include the field. */
const targetOperand = <N extends string>(name: N, f: Field): Operand<N, Word> => ({
  name,
  fields: [f, F.AA],
  suffix: { field: F.AA, text: 'a' },
  print: (read, cia) => `0x${((read(f) + (read(F.AA) ? 0 : cia)) >>> 0).toString(16)}`,
  parse: (text, put, cia) => put(f, number(text, -0x80000000, 0xffffffff, 'address') - cia),
  bind: (e, read) => e.add(e.extS(read(f)), e.select(e.bitOf(read(F.AA), 0), e.word(0), e.cia)),
});
/** BD and AA: target of a conditional branch, relative to CIA unless AA is 1. */
export const BD = targetOperand('BD', field('BD', 16, 29, { signed: true, shift: 2 }));
/** LI and AA: target of an unconditional branch. */
export const LI = targetOperand('LI', field('LI', 6, 29, { signed: true, shift: 2 }));
