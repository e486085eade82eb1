/** Power ISA Book I, chapter 2: branch instructions. */
import type { BranchKind, Emitter } from '../emitter.js';
import { switchedOff, unavailable } from '../facilities.js';
import { B, I, X, inst, type Instruction } from '../inst.js';
import { BD, BH, BI, BO, LI, LK } from '../operands.js';
import type { Bit, I32, Source, Word } from '../values.js';

/** Target Address Register. */
const SPR_TAR = 815;
/** BO "branch always" and the BI that with it and LK = 1 means: not a call, the address is wanted (I 2.4, bcl 20,31,$+4). */
const BO_ALWAYS = 20;
const BI_NOT_A_CALL = 31;

/** ctr_ok & cond_ok of I 2.4; decrements CTR unless BO says not to. */
function branchCondition(e: Emitter, bo: I32, bi: I32): Bit {
  const ignoreCr = e.bitOf(bo, 4);
  const ifTrue = e.bitOf(bo, 3);
  const keepCtr = e.bitOf(bo, 2);
  const ifZero = e.bitOf(bo, 1);
  e.when(e.not(keepCtr), () => e.ctr.set(e.add(e.ctr.get(), e.word(-1))));
  // Only CTR's low word counts in 32-bit mode: the width of an address.
  const nonzero = e.ne(e.eaAsWord(e.ea(e.ctr.get())), e.word(0));
  const ctrOk = e.either(keepCtr, e.differ(nonzero, ifZero));
  const condOk = e.either(ignoreCr, e.differ(e.crBit(bi).get(), e.not(ifTrue)));
  return e.both(ctrOk, condOk);
}

const isOne = (e: Emitter, b: Bit): boolean => e.constantOf(e.bitAsI32(b)) === 1;
const isValue = (e: Emitter, a: I32, value: number): boolean => e.constantOf(a) === value;
/** An address as the mode has it. */
const address = (e: Emitter, a: Word): Word => e.eaAsWord(e.ea(a));

/** bclr, bcctr, bctar: to an address from a register. `hint` is what BH = 0 without LK says about it. */
const branchTo = (
  mnemonic: string,
  xo: number,
  register: (e: Emitter) => Source<Word>,
  hint: BranchKind,
  facts: Instruction['facts'],
  checkAvailable: (e: Emitter) => void = () => undefined,
): Instruction =>
  inst(mnemonic, X(19, xo), [BO, BI, BH, LK], facts, (e, { BO, BI, BH, LK }) => {
    checkAvailable(e);
    // The register as it was: LK and the decrement of CTR change it.
    const target = address(e, e.and(register(e).get(), e.word(-4)));
    const taken = branchCondition(e, BO, BI);
    LK.link();
    e.branch(taken, target, isOne(e, LK.on) ? 'call' : isValue(e, BH, 0) ? hint : 'jump');
  });
/** TAR may be unavailable in problem state (III-S 6.2.11). A branch inside of a condition is none that regions know. */
const needTar = (e: Emitter): void => e.when(switchedOff(e, 'TAR'), () => unavailable(e, 'TAR'));

export const BRANCH: readonly Instruction[] = [
  inst('b', I(18), [LI, LK], { see: 'I 2.4' }, (e, { LI, LK }) => {
    LK.link();
    e.branch(e.bit(true), address(e, LI), isOne(e, LK.on) ? 'call' : 'jump');
  }),

  inst('bc', B(16), [BO, BI, BD, LK], { see: 'I 2.4' }, (e, { BO, BI, BD, LK }) => {
    const taken = branchCondition(e, BO, BI);
    LK.link();
    const call = isOne(e, LK.on) && !(isValue(e, BO, BO_ALWAYS) && isValue(e, BI, BI_NOT_A_CALL));
    e.branch(taken, address(e, BD), call ? 'call' : 'jump');
  }),

  branchTo('bclr', 16, (e) => e.lr, 'return', { see: 'I 2.4' }),
  // With BO asking for a decrement the form is invalid; here it is done, and the branch goes to CTR as it was.
  branchTo('bcctr', 528, (e) => e.ctr, 'jump', { see: 'I 2.4' }),
  branchTo('bctar', 560, (e) => e.spr(SPR_TAR), 'jump', { see: 'I 2.4', needs: ['isa207'] }, needTar),
];
