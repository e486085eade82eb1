/** Chooses the fields of an instruction word: registers that streams share, addresses inside the window, targets inside the stream; no invalid form. */
import { insert, type Field, type Instruction } from '../../jit/isa/inst.js';
import { FIELDS, inOutRA, RT, toRA, type Operand } from '../../jit/isa/operands.js';
import { MSR } from '../../jit/isa/registers.js';
import type { AddressRegisters } from './addresses.js';
import { accessSize } from './case.js';
import { WINDOW_PAGE } from './layout.js';
import type { Random } from './random.js';
import type { InitialState } from './stream.js';
import { anyField } from './values.js';

/** A stream while it is drawn. */
export interface StreamContext {
  readonly random: Random;
  readonly state: InitialState;
  readonly addresses: AddressRegisters;
  readonly length: number;
  /** Registers that are named more often than others. */
  readonly hotGprs: readonly number[];
  readonly hotFprs: readonly number[];
  /** Number of the instruction to draw. */
  number: number;
  /** Whether LR and CTR may differ from what the stream begins with. */
  lrChanged: boolean;
  ctrChanged: boolean;
  /** XER's byte count; undefined when it is not known. */
  xerCount: number | undefined;
  /** Registers of the address of the stream's lwarx, if there is one, and whether they or what it reserves may have changed. */
  reservation: { readonly ra: number; readonly rb: number; stale: boolean } | undefined;
}

/** A word that was chosen. */
export interface Choice {
  readonly word: number;
  readonly to?: number;
  /** What the instruction changes in the context. */
  readonly commit?: () => void;
}

type AnyOperand = Operand<string, unknown>;
const PAGE_END = WINDOW_PAGE + 0x1000;
const F = FIELDS;

/** BO encodings (Book I 2.4) without those that decrement CTR, and with them; the y bit is a hint. */
const BO_WITHOUT_CTR = [4, 5, 12, 13, 20];
const BO_ALL = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, ...BO_WITHOUT_CTR];
/** SPRs that problem state may name, and some that it may not. */
const SPRS_READ = [1, 8, 9, 1, 8, 9, 1, 8, 9, 256, 260, 261, 262, 263, 26, 62, 272, 1023];
const SPRS_WRITTEN = [1, 8, 9, 1, 8, 9, 1, 8, 9, 256, 26, 62, 276, 63];
const XER = 1;
const LR = 8;
const CTR = 9;

const isStore = (inst: Instruction): boolean => (inst.mnemonic.startsWith('st') && inst.mnemonic !== 'stwcx.') || inst.mnemonic === 'dcbz';
const isFloating = (inst: Instruction): boolean => inst.facts.needs?.includes('fpu') ?? false;

/** Fields of one word as they are chosen. */
class Word {
  commits: (() => void)[] = [];
  to: number | undefined;
  /** No valid form is possible with what is chosen already. */
  invalid = false;

  constructor(
    readonly inst: Instruction,
    readonly context: StreamContext,
    public word: number,
  ) {}

  put(f: Field, value: number): void {
    this.word = insert(this.word, { ...f, shift: 0 }, value);
  }
  get(f: Field): number {
    return (this.word >>> (31 - f.to)) & (2 ** (f.to - f.from + 1) - 1);
  }
  any(f: Field): void {
    this.put(f, anyField(this.context.random, f.to - f.from + 1));
  }
}

/** A register to read. */
function source({ random, hotGprs }: StreamContext): number {
  return hotGprs.length > 0 && random.chance(60) ? random.pick(hotGprs) : random.below(32);
}
/** A register to write: none that holds an address. */
function target(context: StreamContext): number {
  for (;;) {
    const n = source(context);
    if (!context.addresses.holds(n)) return n;
  }
}
const fpr = ({ random, hotFprs }: StreamContext): number => (random.chance(75) ? random.pick(hotFprs) : random.below(32));

/** The registers of an access; `ea` is where it goes as far as that is known. */
function address(w: Word, operand: AnyOperand): number {
  const { addresses, reservation } = w.context;
  if (operand.fields.includes(F.D)) {
    const { ra, d, ea } = addresses.displaced(operand.name !== 'mem');
    w.put(F.RA, ra);
    w.put(F.D, d);
    return ea;
  }
  if (!operand.fields.includes(F.RB)) {
    const { ra, ea } = addresses.alone();
    w.put(F.RA, ra);
    return ea;
  }
  const reserves = w.inst.mnemonic === 'lwarx' || w.inst.mnemonic === 'stwcx.';
  // A conditional store to another address than the reservation's may do one thing or the other.
  const again = reserves ? reservation : undefined;
  if (again?.stale) w.invalid = true;
  const { ra, rb, ea } = again ? { ...again, ea: 0 } : addresses.indexed(operand.name !== 'mem');
  w.put(F.RA, ra);
  w.put(F.RB, rb);
  // Any outcome is allowed for an unaligned one.
  if (reserves && !again && (ea & 3) !== 0 && w.context.random.chance(95)) w.invalid = true;
  if (w.inst.mnemonic === 'lwarx') w.commits.push(() => (w.context.reservation ??= { ra, rb, stale: false }));
  return ea;
}
/** A register that may hold an address has a new value. */
function changeAddress({ addresses, reservation }: StreamContext, register: number, value: number | undefined): void {
  if (!addresses.holds(register)) return;
  addresses.changed(register, value);
  if (reservation) reservation.stale = true;
}
function updatedAddress(w: Word, operand: AnyOperand): void {
  const { context, inst } = w;
  const ea = address(w, operand);
  const ra = w.get(F.RA);
  const succeeds =
    ea >= WINDOW_PAGE && ea + accessSize(inst.mnemonic) <= PAGE_END && !(isFloating(inst) && !(context.state.msr & MSR.FP.mask));
  if (succeeds) w.commits.push(() => changeAddress(context, ra, ea));
}

/** The first of the registers that a multiple or string access moves. A load must not hit the registers of its address. */
function firstOfMany(w: Word): void {
  const { context, inst } = w;
  const { random } = context;
  const { mnemonic } = inst;
  const count = (first: number): number | undefined => {
    if (mnemonic.endsWith('mw')) return 32 - first;
    if (mnemonic.endsWith('swx')) return context.xerCount === undefined ? undefined : Math.ceil(context.xerCount / 4);
    return Math.ceil((w.get(F.RB) || 32) / 4);
  };
  const first = mnemonic.endsWith('mw') && random.chance(90) ? 13 + random.below(19) : random.below(32);
  w.put(F.RT, first);
  if (!mnemonic.startsWith('l')) return;
  const n = count(first);
  // How many bytes lswx moves must be known, and be some.
  if (n === undefined || n === 0) {
    w.invalid = true;
    return;
  }
  const inRange = (register: number) => ((register - first) & 31) < n;
  if (inRange(w.get(F.RA)) || (mnemonic === 'lswx' && inRange(w.get(F.RB)))) w.invalid = true;
  w.commits.push(() => {
    for (let k = 0; k < n; k++) changeAddress(context, (first + k) & 31, undefined);
  });
}

/** A number of a later instruction, or of the end. */
const later = ({ random, number, length }: StreamContext): number =>
  Math.min(length, number + 1 + (random.chance(70) ? 1 : random.below(length - number)));

function branch(w: Word): void {
  const { context, inst } = w;
  const { state, number } = context;
  const decrements = inst.mnemonic !== 'b' && (w.get(F.RT) & 4) === 0;
  if (inst.mnemonic === 'bclr') {
    if (context.lrChanged || (state.lrTo !== undefined && state.lrTo <= number)) w.invalid = true;
    w.commits.push(() => (state.lrTo ??= later(context)));
  } else if (inst.mnemonic === 'bcctr') {
    if (context.ctrChanged || (state.ctrTo !== undefined && state.ctrTo <= number)) w.invalid = true;
    w.commits.push(() => (state.ctrTo ??= later(context)));
  } else {
    w.to = later(context);
  }
  w.commits.push(() => {
    if (decrements) context.ctrChanged = true;
    if (w.get(F.LK)) context.lrChanged = true;
  });
}

function specialRegister(w: Word, operand: AnyOperand): void {
  const { context, inst } = w;
  const number = context.random.pick(inst.mnemonic === 'mtspr' ? SPRS_WRITTEN : SPRS_READ);
  const [low, high] = operand.fields as [Field, Field];
  w.put(low, number & 31);
  w.put(high, number >> 5);
  if (inst.mnemonic !== 'mtspr') return;
  w.commits.push(() => {
    if (number === LR) context.lrChanged = true;
    if (number === CTR) context.ctrChanged = true;
    if (number === XER) context.xerCount = undefined;
  });
}

/** FPSCR[NI] has effects that each implementation decides: it is left alone. */
function avoidNonIeee(w: Word): void {
  const { inst, context } = w;
  const nonIeeeBit = 29;
  if (inst.mnemonic === 'mtfsb1' && w.get(F.RT) === nonIeeeBit) w.invalid = true;
  if (inst.mnemonic === 'mtfsfi' && w.get(F.BF) === 7 && (w.word >>> 12) & 4) w.invalid = true;
  const lastField = 1 << 17;
  if (inst.mnemonic !== 'mtfsf' || !(w.word & lastField)) return;
  const known = context.number === 0 && (context.state.fpr[w.get(F.RB)]! & 4n) === 0n;
  if (!known) w.word = (w.word & ~lastField) >>> 0;
}

function choose(w: Word, operand: AnyOperand): void {
  const { context } = w;
  const { random } = context;
  if (operand === RT || operand === toRA || operand === inOutRA) return w.put(operand.fields[0]!, target(context));
  switch (operand.name) {
    case 'RS':
    case 'RA':
    case 'RB':
    case 'RC':
    case 'RA0':
      return w.put(operand.fields[0]!, source(context));
    case 'FRT':
    case 'FRS':
    case 'FRA':
    case 'FRB':
    case 'FRC':
      return w.put(operand.fields[0]!, fpr(context));
    case 'EA':
      return void address(w, operand);
    case 'mem':
      return updatedAddress(w, operand);
    // Chosen when the rest is.
    case 'RTn':
      return;
    case 'BO':
      return w.put(F.RT, random.pick(w.inst.mnemonic === 'bcctr' ? BO_WITHOUT_CTR : BO_ALL));
    // Targets are filled in when the stream has its place. Only the whole range of LI reaches the streams absolutely.
    case 'LI':
      return w.put(F.AA, random.below(2));
    case 'BD':
      return;
    // Reserved, or without meaning on 32-bit and older models.
    case 'BH':
    case 'L':
    case 'MO':
      return;
    case 'FXM':
      if (w.inst.mnemonic !== 'mtcrf') return w.put(operand.fields[0]!, 1 << random.below(8));
      break;
    case 'SPR':
      return specialRegister(w, operand);
    default:
  }
  for (const f of operand.fields) w.any(f);
}

/** A word of a definition that makes sense in the context; undefined when there is none now. */
export function chooseWord(inst: Instruction, context: StreamContext): Choice | undefined {
  const w = new Word(inst, context, inst.match);
  for (const operand of inst.operands) choose(w, operand);
  if (inst.operands.some((o) => o.name === 'RTn')) firstOfMany(w);
  if (inst.form.name === 'I' || inst.form.name === 'B' || inst.mnemonic === 'bclr' || inst.mnemonic === 'bcctr') branch(w);
  avoidNonIeee(w);
  // QEMU takes a store of the CPU's own for one that ends the reservation, as it compares values.
  if (isStore(inst)) w.commits.push(() => context.reservation && (context.reservation.stale = true));
  if (w.invalid) return undefined;
  const commit = () => w.commits.forEach((action) => action());
  return { word: w.word, commit, ...(w.to === undefined ? {} : { to: w.to }) };
}
