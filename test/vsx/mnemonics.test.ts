/** Extended mnemonics of the vector-scalar facility, as GNU binutils write them; and that nothing of the facility is left out. */
import { describe, expect, it } from 'vitest';
import { Assembler } from '../../jit/isa/assemble.js';
import { POWER7, POWER8 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { Disassembler } from '../../jit/isa/disassemble.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { haveObjdump, objdump } from '../isa-derived/objdump.js';

const decoder = new Decoder(INSTRUCTIONS, POWER8);
const assembler = new Assembler(decoder);
const disassembler = new Disassembler(decoder);

describe('VSX mnemonics', () => {
  it.each([
    ['xxspltd vs3,vs4,0', 0xf0642050],
    ['xxpermdi vs3,vs4,vs4,1', 0xf0642150],
    ['xxswapd vs3,vs4', 0xf0642250],
    ['xxspltd vs3,vs4,1', 0xf0642350],
    ['xxmrghd vs3,vs4,vs5', 0xf0642850],
    ['xxpermdi vs3,vs4,vs5,1', 0xf0642950],
    ['xxmrgld vs3,vs4,vs5', 0xf0642b50],
    ['xvmovdp vs3,vs4', 0xf0642780],
    ['xvmovsp vs3,vs4', 0xf0642680],
    ['xscpsgndp vs3,vs4,vs4', 0xf0642580],
    ['xxmr vs3,vs4', 0xf0642490],
    ['xxlnot vs3,vs4', 0xf0642510],
    ['xxlxor vs3,vs3,vs3', 0xf0631cd0],
    ['mffprd r3,f4', 0x7c830066],
    ['mfvrd r3,v8', 0x7d030067],
    ['mtfprd f3,r4', 0x7c640166],
    ['mtvrd v8,r4', 0x7d040167],
    ['mtvrwz v8,r4', 0x7d0401e7],
    ['mtfprwz f4,r4', 0x7c8401e6],
    ['mffprwz r4,f4', 0x7c8400e6],
    ['mtfprwa f4,r4', 0x7c8401a6],
    ['xxlor vs35,vs36,vs37', 0xf0642c97],
    ['xvcmpeqdp. vs3,vs4,vs5', 0xf0642f18],
    ['xscmpudp cr2,vs4,vs5', 0xf1042918],
    ['xxsel vs35,vs4,vs37,vs6', 0xf06429b3],
    ['lxvd2x vs35,0,r5', 0x7c602e99],
  ])('%s', (text, word) => {
    expect(disassembler.disassemble(word, 0)).toBe(text);
    expect(assembler.assemble(text, 0).toString(16)).toBe(word.toString(16));
  });

  it.each(['xxspltd vs3,vs4,2', 'xxlor vs64,vs0,vs0', 'mtfprd f32,r3'])('refuses %s', (text) => {
    expect(() => assembler.assemble(text, 0)).toThrow(/is not/);
  });

  it('leave what came with ISA 2.07 off a POWER7', () => {
    const older = new Decoder(INSTRUCTIONS, POWER7);
    expect(older.decode(0xf0642c97)?.mnemonic).toBe('xxlor');
    // xsaddsp, xxleqv and mtvsrd.
    for (const word of [0xf0642800, 0xf0642dd0, 0x7c640166])
      expect([older.decode(word), decoder.decode(word) === undefined]).toEqual([undefined, false]);
  });

  it.skipIf(!haveObjdump)('say every word that binutils know under primary opcode 60', () => {
    const words: number[] = [];
    for (let xo = 0; xo < 0x800; xo++) {
      // With an XT, with a BF, with a UIM and nothing else, for these fields exclude one another.
      for (const rest of [0x00642800, 0x01042800, 0x00012800, 0x00602800]) words.push((0xf0000000 | rest | xo) >>> 0);
    }
    const theirs = objdump(words, 'power8', 0);
    const missing = words.filter((word, n) => !theirs[n]!.startsWith('.long') && decoder.decode(word) === undefined);
    expect(missing.map((w) => w.toString(16))).toEqual([]);
  });
});
