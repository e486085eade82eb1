import { describe, expect, it } from 'vitest';
import { Assembler, AssemblyError } from '../../jit/isa/assemble.js';
import { assembleProgram } from '../../jit/isa/assemble-program.js';
import { CPU_MODELS, PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { Disassembler } from '../../jit/isa/disassemble.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { samples } from './samples.js';

const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
const assembler = new Assembler(decoder);

describe('the assembler', () => {
  it.each(CPU_MODELS.map((m) => [m.name, m] as const))('takes what the disassembler writes: %s', (_name, model) => {
    const all = new Decoder(INSTRUCTIONS, model);
    const disassembler = new Disassembler(all);
    const ours = new Assembler(all);
    const differences: string[] = [];
    samples(model, all, 24).forEach((word, n) => {
      const cia = 0x1000_0000 + 4 * n;
      const text = disassembler.disassemble(word, cia);
      // Two encodings with one name: SPRG4 to SPRG7 for reading, and the timebase, which mftb and mfspr read.
      if (/^(?:mfsprg r\d+,[4-7]|mftbu? r\d+)$/.test(text)) return;
      let back: string;
      try {
        back = ours.assemble(text, cia).toString(16);
      } catch (error) {
        back = (error as Error).message;
      }
      if (back !== word.toString(16)) differences.push(`${word.toString(16)}: ${text} | ${back}`);
    });
    expect(differences).toEqual([]);
  });

  it.each([
    ['addi r3,r4,-1', 0x3864ffff],
    ['li r3,0x7fff', 0x38607fff],
    ['lis r9,0xc000', 0x3d20c000],
    ['subi r1,r1,16', 0x3821fff0],
    ['mr. r3,r4', 0x7c832379],
    ['bne cr1,0x1010', 0x40860010],
    ['bdnz+ 0x0ff0', 0x4200fff0],
    ['blr', 0x4e800020],
    ['beqlr- cr7', 0x4d9e0020],
    ['slwi r3,r4,5', 0x54832834],
    ['mtspr 946,r3', 0x7c72eba6],
    ['mflr r0', 0x7c0802a6],
    ['wrteei 1', 0x7c008146],
    ['lwz r3,8(r1)', 0x80610008],
    ['tlbwe r3,r4,2', 0x7c6417a4],
    ['macchwo. r3,r4,5', 0x10642d59],
  ])('%s', (text, word) => {
    expect(assembler.assemble(text, 0x1000).toString(16)).toBe(word.toString(16));
  });

  it.each([
    ['frobnicate r3', /no instruction frobnicate/],
    ['addi r3,r4', /does not take 2 operands/],
    ['addi r3,r4,100000', /not a number in/],
    ['addi r3,r44,1', /register 44/],
    ['b 0x4001000', /does not fit/],
    ['bne 0x1002', /does not fit/],
    ['ldx r3,r4,r5', /no instruction ldx/],
  ])('refuses %s', (text, message) => {
    expect(() => assembler.assemble(text, 0x1000)).toThrow(message);
  });

  it('assembles programs with labels', () => {
    const program = assembleProgram(
      assembler,
      `
      .set COUNT, 10          # a symbol
      start:  li r3,COUNT ; mtctr r3
      loop:   lwz r4,table-start(r5)
              bdnz loop
              lis r6,table@ha
              addi r6,r6,table@l
              b .             # for ever
              .align 4
      table:  .long 1, start, -1
              .asciz "a#b\\n"
      `,
      0x8000,
    );
    const view = new DataView(program.bytes.buffer);
    const words = Array.from({ length: 11 }, (_, k) => view.getUint32(4 * k).toString(16).padStart(8, '0')); // prettier-ignore
    expect(words).toEqual(['3860000a', '7c6903a6', '80850020', '4200fffc', '3cc00001', '38c68020', '48000000', '00000000', '00000001', '00008000', 'ffffffff']); // prettier-ignore
    expect([...program.bytes.slice(44)]).toEqual([97, 35, 98, 10, 0]);
    expect(program.symbols.get('table')).toBe(0x8020);
  });

  it.each([
    ['a: nop\na: nop', /line 2: a is defined twice/],
    ['b nowhere', /line 1: nowhere is not defined/],
    ['.org 0x10\n.org 8', /line 2: .org 8 goes back/],
    ['.frob 1', /line 1: there is no directive/],
    ['nop\nadd r1,r2', /line 2: add r1,r2: add does not take 2 operands/],
  ])('reports the line of %j', (source, message) => {
    expect(() => assembleProgram(assembler, source, 0)).toThrow(message);
    expect(() => assembleProgram(assembler, source, 0)).toThrow(AssemblyError);
  });
});
