/** Primary opcodes of the forms that alignment handlers tell apart. */
const X_FORM = 31;
const DS_FORM = [57, 58, 61, 62];

/**
 * What an alignment interrupt tells of the instruction in DSISR (Power ISA 2.07B, Book III-S 6.5.8; bits numbered 32:63 there): opcode bits by the
 * instruction's form, then the fields RT and RA.
 * @param word the instruction
 */
export function alignmentSyndrome(word: number): number {
  const opcode = word >>> 26;
  const registers = (((word >>> 21) & 31) << 5) | ((word >>> 16) & 31);
  if (opcode === X_FORM) return (((word >>> 1) & 3) << 15) | (((word >>> 6) & 1) << 14) | (((word >>> 7) & 15) << 10) | registers;
  const ofOpcode = ((opcode & 1) << 14) | (((opcode >>> 1) & 15) << 10);
  return (DS_FORM.includes(opcode) ? (word & 3) << 18 : 0) | ofOpcode | registers;
}
