/** Chooses the fields of an instruction word: registers that streams share, addresses inside the window, targets inside the stream; no invalid form. */
import type { Field, Instruction } from '../../jit/isa/inst.js';
import { FIELDS, inOutRA, RT, toRA, type Operand } from '../../jit/isa/operands.js';
import { chooseAddress, chooseFirstOfMany, chooseUpdatedAddress } from './access-choice.js';
import { Word, type Choice, type StreamContext } from './stream-context.js';
import type { TargetRegister } from './stream.js';

type AnyOperand = Operand<string, unknown>;
const F = FIELDS;

/** BO encodings (Book I 2.4) without those that decrement CTR, and with them; the last bits are hints. */
const BO_WITHOUT_CTR = [4, 5, 12, 13, 20];
const BO_ALL = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, ...BO_WITHOUT_CTR];
/** On models whose hints are the bits a and t; the other values are reserved. */
const BO_WITHOUT_CTR_AT = [4, 6, 7, 12, 14, 15, 20];
const BO_ALL_AT = [0, 2, 8, 10, 16, 18, 24, 25, 26, 27, ...BO_WITHOUT_CTR_AT];
const XER = 1;
const SPR_TARGETS: ReadonlyMap<number, TargetRegister> = new Map([
  [8, 'lr'],
  [9, 'ctr'],
  [815, 'tar'],
]);
/** Branches that take their target from a register. */
const REGISTER_BRANCHES: Readonly<Record<string, TargetRegister>> = { bclr: 'lr', bcctr: 'ctr', bctar: 'tar' };

const isStore = (inst: Instruction): boolean => (/^st/.test(inst.mnemonic) && !inst.mnemonic.endsWith('cx.')) || inst.mnemonic === 'dcbz';

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
const vr = ({ random, hotVrs }: StreamContext): number => (random.chance(75) ? random.pick(hotVrs) : random.below(32));
/** Number of a VSR: an FPR's or a VR's. */
const vsr = (context: StreamContext): number => (context.random.chance(50) ? fpr(context) : 32 + vr(context));

/** A number of a later instruction, or of the end. */
const later = ({ random, number, length }: StreamContext): number =>
  Math.min(length, number + 1 + (random.chance(70) ? 1 : random.below(length - number)));

function branch(w: Word): void {
  const { context, inst } = w;
  const { state, number, changed } = context;
  const decrements = inst.mnemonic !== 'b' && (w.get(F.RT) & 4) === 0;
  const register = REGISTER_BRANCHES[inst.mnemonic];
  if (register) {
    const known = state.targets[register];
    if (changed.has(register) || (known !== undefined && known <= number)) w.invalid = true;
    w.commits.push(() => (state.targets[register] ??= later(context)));
  } else {
    w.to = later(context);
  }
  w.commits.push(() => {
    if (decrements) changed.add('ctr');
    if (w.get(F.LK)) changed.add('lr');
  });
}

function specialRegister(w: Word, operand: AnyOperand): void {
  const { context, inst } = w;
  const number = context.random.pick(inst.mnemonic === 'mtspr' ? context.arch.sprsWritten : context.arch.sprsRead);
  const [low, high] = operand.fields as [Field, Field];
  w.put(low, number & 31);
  w.put(high, number >> 5);
  if (inst.mnemonic !== 'mtspr') return;
  w.commits.push(() => {
    const register = SPR_TARGETS.get(number);
    if (register) context.changed.add(register);
    if (number === XER) context.xerCount = undefined;
  });
}

/** FPSCR[NI] has effects that each implementation decides: it is left alone. */
function avoidNonIeee(w: Word): void {
  const { inst, context } = w;
  const nonIeeeBit = 29;
  if (inst.mnemonic === 'mtfsb1' && w.get(F.RT) === nonIeeeBit) w.invalid = true;
  if (inst.mnemonic === 'mtfsfi' && w.get(F.BF) === 7 && (w.word >>> 12) & 4) w.invalid = true;
  if (inst.mnemonic !== 'mtfsf') return;
  const lastField = 1 << 17;
  const wholeRegister = 1 << 25;
  const known = context.number === 0 && (context.state.vsr[2 * w.get(F.RB)]! & 4n) === 0n;
  if (!known) w.word = (w.word & ~lastField & ~wholeRegister) >>> 0;
}

/** FPRs, VRs and VSRs: what is named VRA, VRT and so on is a VR, XA, XT and so on a VSR whose sixth bit lies apart. */
function chooseVector(w: Word, operand: AnyOperand): boolean {
  const [first, second] = operand.fields;
  if (!first || first.to - first.from !== 4) return false;
  if (operand.name.startsWith('FR')) {
    // Pairs begin at an even register.
    const pair = /[pn]$/.test(operand.name);
    w.put(first, pair ? fpr(w.context) & 30 : fpr(w.context));
    return true;
  }
  if (/^VR?[TSABCD]/.test(operand.name)) {
    w.put(first, vr(w.context));
    return true;
  }
  if (!second || !/^X/.test(operand.name)) return false;
  const n = vsr(w.context);
  w.put(first, n & 31);
  w.put(second, n >> 5);
  return true;
}

function choose(w: Word, operand: AnyOperand): void {
  const { context } = w;
  const { random } = context;
  if (operand === RT || operand === toRA || operand === inOutRA) return w.put(operand.fields[0]!, target(context));
  if (chooseVector(w, operand)) return;
  switch (operand.name) {
    case 'RT':
      return w.put(operand.fields[0]!, target(context));
    case 'RS':
    case 'RA':
    case 'RB':
    case 'RC':
    case 'RA0':
      return w.put(operand.fields[0]!, source(context));
    case 'EA':
      return void chooseAddress(w, operand);
    case 'mem':
      return chooseUpdatedAddress(w, operand);
    // Chosen when the rest is.
    case 'RTn':
      return;
    case 'BO': {
      const at = context.arch.model.branchHints === 'at';
      const without = at ? BO_WITHOUT_CTR_AT : BO_WITHOUT_CTR;
      return w.put(F.RT, random.pick(w.inst.mnemonic === 'bcctr' ? without : at ? BO_ALL_AT : BO_ALL));
    }
    // Targets are filled in when the stream has its place. Only the whole range of LI reaches the streams absolutely.
    case 'LI':
      return w.put(F.AA, random.below(2));
    case 'BD':
      return;
    // Reserved, or without meaning on 32-bit and older models.
    case 'BH':
    case 'MO':
      return;
    case 'L':
      if (context.arch.model.width === 32 || w.inst.mnemonic === 'sync') return;
      break;
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
  if (inst.operands.some((o) => o.name === 'RTn')) chooseFirstOfMany(w);
  if (inst.form.name === 'I' || inst.form.name === 'B' || REGISTER_BRANCHES[inst.mnemonic]) branch(w);
  avoidNonIeee(w);
  // QEMU takes a store of the CPU's own for one that ends the reservation, as it compares values.
  if (isStore(inst)) w.commits.push(() => context.reservation && (context.reservation.stale = true));
  if (w.invalid) return undefined;
  const commit = () => w.commits.forEach((action) => action());
  return { word: w.word, commit, ...(w.to === undefined ? {} : { to: w.to }) };
}
