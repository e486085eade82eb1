import { extract, type Instruction } from './inst.js';
import { SPR } from './operands.js';
import { isPrivilegedSpr } from './sprs.js';

/** Whether an instruction of this definition and word may be executed in supervisor state only: mfspr and mtspr by the SPR they name. */
export function isPrivileged(inst: Instruction, word: number): boolean {
  if (inst.facts.privileged) return true;
  // The first field is the low half of the number.
  return inst.operands.some((o) => o.name === SPR.name) && isPrivilegedSpr(extract(word, SPR.fields[0]!));
}
