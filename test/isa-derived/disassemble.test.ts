import { describe, expect, it } from 'vitest';
import { CPU_MODELS } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { Disassembler } from '../../jit/isa/disassemble.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { haveObjdump, objdump } from './objdump.js';
import { samples } from './samples.js';

/** What -M calls each model. */
const DIALECTS: Readonly<Record<string, string>> = {
  '440EP': '440', e500v2: 'e500', e500mc: 'e500mc', '750': '7400', '7400': '7400', '7447A': '7455', '970FX': 'power4,altivec', POWER7: 'power7', POWER8: 'power8',
}; // prettier-ignore
const BASE = 0x1000_0000;

/** A conditional branch hinted as models of the other kind do, which reserve these bits: binutils print a name nevertheless. */
function hasForeignHints(word: number, hints: 'y' | 'at'): boolean {
  if (word >>> 26 !== 16) return false;
  const bo = (word >>> 21) & 31;
  const at = (bo & 20) === 4 ? (bo & 2) !== 0 : (bo & 20) === 16 && (bo & 8) !== 0;
  return hints === 'y' ? at : !at && (bo & 1) !== 0;
}

describe.skipIf(!haveObjdump)('the disassembler agrees with binutils (needs binutils-powerpc-linux-gnu)', () => {
  it.each(CPU_MODELS.map((m) => [m.name, m] as const))('on every definition of the %s', (_name, model) => {
    const decoder = new Decoder(INSTRUCTIONS, model);
    const disassembler = new Disassembler(decoder);
    const words = samples(model, decoder, 24);
    const theirs = objdump(words, DIALECTS[model.name]!, BASE);
    const differences: string[] = [];
    words.forEach((word, n) => {
      const ours = disassembler.disassemble(word, BASE + 4 * n);
      // What binutils refuse are invalid forms (BO, update forms with RA = 0...), which decode here.
      if (theirs[n]!.startsWith('.long') || hasForeignHints(word, model.branchHints)) return;
      // Registers that T makes meaningless are not printed there, and would be lost in assembling again.
      if (/^tlbilxl?pid$/.test(theirs[n]!)) return;
      if (ours !== theirs[n]) differences.push(`${word.toString(16)}: ${ours} | ${theirs[n]}`);
    });
    expect(differences).toEqual([]);
  });
});
