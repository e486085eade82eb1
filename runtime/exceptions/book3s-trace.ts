import { MSR } from '../../jit/isa/registers.js';

/** MSR bits that ask for trace exceptions: after each instruction, or after each branch (Book III-S 6.5.15). */
export const TRACED = MSR.SE.mask | MSR.BE.mask;

const SYSTEM_CALL = 17;
const CONDITIONAL_BRANCH = 16;
const BRANCH = 18;
/** Primary opcode of what is told apart by ten bits: branches to registers, returns from interrupts. */
const REGISTER_BRANCHES = 19;
const extended = (word: number): number => (word >>> 1) & 0x3ff;
const TO_LR = 16;
const TO_CTR = 528;
const TO_TAR = 560;
const RETURNS = [18, 50, 274];

/**
 * Whether a trace exception follows an instruction that is completed with this MSR; system calls and returns from interrupts have none.
 * @param word the instruction
 * @param msr low word, before it is executed
 */
export function isTraced(word: number, msr: number): boolean {
  const opcode = word >>> 26;
  if (opcode === SYSTEM_CALL || (opcode === REGISTER_BRANCHES && RETURNS.includes(extended(word)))) return false;
  if (msr & MSR.SE.mask) return true;
  if (!(msr & MSR.BE.mask)) return false;
  if (opcode === BRANCH || opcode === CONDITIONAL_BRANCH) return true;
  return opcode === REGISTER_BRANCHES && [TO_LR, TO_CTR, TO_TAR].includes(extended(word));
}
