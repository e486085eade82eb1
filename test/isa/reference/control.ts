/** Expected results of I chapter 2 (branches, CR), I 3.3.10 to 3.3.12 (compare, trap, select) and I 3.3.17 (CR moves). */
import { bit, exts, low, type ReferenceCpu, type Semantics, type SemanticsTable } from './cpu.js';

const TRAP = 4;

function link(c: ReferenceCpu): void {
  if (c.field(31)) c.lr = c.address(c.cia + 4n);
}
/** The condition of I 2.4, in the words of the manual. */
function conditionHolds(c: ReferenceCpu): boolean {
  const bo = [6, 7, 8, 9].map((n) => c.field(n) === 1);
  if (!bo[2]) c.ctr = low(c.ctr - 1n, c.width);
  const ctrNotZero = low(c.ctr, c.modeBits) !== 0n;
  const ctrOk = bo[2] || ctrNotZero !== bo[3];
  const condOk = bo[0] || (c.crBit(c.field(11, 15)) === 1n) === bo[1];
  return Boolean(ctrOk && condOk);
}
function goTo(c: ReferenceCpu, target: bigint): void {
  c.nia = c.address(target & ~3n);
}
const toRegister =
  (register: (c: ReferenceCpu) => bigint): Semantics =>
  (c) => {
    const target = register(c);
    const taken = conditionHolds(c);
    link(c);
    if (taken) goTo(c, target);
  };

const crLogical =
  (of: (a: bigint, b: bigint) => bigint): Semantics =>
  (c) =>
    c.setCrBit(c.field(6, 10), of(c.crBit(c.field(11, 15)), c.crBit(c.field(16, 20))) & 1n);

/** The operands of a comparison: L = 1 takes all 64 bits where there are so many. */
const compare =
  (signed: boolean, second: (c: ReferenceCpu) => bigint): Semantics =>
  (c) => {
    const bits = c.field(10) && c.width === 64 ? 64 : 32;
    const read = (v: bigint) => (signed ? exts(v, bits) : low(v, bits));
    c.compare(c.field(6, 8), read(c.RA), read(second(c)));
  };
const trap =
  (bits: 32 | 64, second: (c: ReferenceCpu) => bigint): Semantics =>
  (c) => {
    const [a, b] = [exts(c.RA, bits), exts(second(c), bits)];
    const [ua, ub] = [low(a, bits), low(b, bits)];
    const holds = [a < b, a > b, a === b, ua < ub, ua > ub];
    if (holds.some((h, n) => h && c.field(6 + n) === 1)) c.exception = TRAP;
  };

/** FXM as a mask of the CR. */
function fxmMask(c: ReferenceCpu): bigint {
  let mask = 0n;
  for (let n = 0; n < 8; n++) mask = (mask << 4n) | (c.field(12 + n) ? 15n : 0n);
  return mask;
}
const moveToCr: Semantics = (c) => {
  const mask = fxmMask(c);
  c.cr = (low(c.RS, 32) & mask) | (c.cr & low(~mask, 32));
};

export const CONTROL: SemanticsTable = {
  b: (c) => {
    link(c);
    goTo(c, exts(c.field(6, 29), 24) * 4n + (c.field(30) ? 0n : c.cia));
  },
  bc: (c) => {
    const taken = conditionHolds(c);
    link(c);
    if (taken) goTo(c, exts(c.field(16, 29), 14) * 4n + (c.field(30) ? 0n : c.cia));
  },
  bclr: toRegister((c) => c.lr),
  bcctr: toRegister((c) => c.ctr),
  bctar: toRegister((c) => c.tar),

  crand: crLogical((a, b) => a & b),
  crnand: crLogical((a, b) => ~(a & b)),
  cror: crLogical((a, b) => a | b),
  crxor: crLogical((a, b) => a ^ b),
  crnor: crLogical((a, b) => ~(a | b)),
  creqv: crLogical((a, b) => ~(a ^ b)),
  crandc: crLogical((a, b) => a & ~b),
  crorc: crLogical((a, b) => a | ~b),
  mcrf: (c) => c.setCrField(c.field(6, 8), c.crField(c.field(11, 13))),
  mfcr: (c) => (c.RT = c.cr),
  mfocrf: (c) => (c.RT = c.cr & fxmMask(c)),
  mtcrf: moveToCr,
  mtocrf: moveToCr,
  mcrxr: (c) => {
    c.setCrField(c.field(6, 8), c.so * 8n + c.ov * 4n + c.ca * 2n);
    c.so = c.ov = c.ca = 0n;
  },

  cmp: compare(true, (c) => c.RB),
  cmpl: compare(false, (c) => c.RB),
  cmpi: compare(true, (c) => c.si),
  cmpli: compare(false, (c) => c.ui),
  tw: trap(32, (c) => c.RB),
  twi: trap(32, (c) => c.si),
  td: trap(64, (c) => c.RB),
  tdi: trap(64, (c) => c.si),
  isel: (c) => (c.RT = bit(c.cr, c.field(21, 25), 32) ? c.RA0 : c.RB),
};
