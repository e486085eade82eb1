import { expect, it } from 'vitest';
import { Assembler } from '../../jit/isa/assemble.js';
import { assembleProgram } from '../../jit/isa/assemble-program.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { Translator } from '../../jit/region/translate.js';

const BASE = 0x1000;

it('a region depends on the MSR bits that its siblings depend on, since it calls them without a look at the key', () => {
  const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
  const program = assembleProgram(
    new Assembler(decoder),
    'caller: bl middle; b done; middle: bl callee; blr; callee: stfd f1,0(r3); blr; done: blr; plain: addi r3,r3,1; blr',
    BASE,
  );
  const words = new DataView(program.bytes.buffer, program.bytes.byteOffset);
  const fetch = (pc: number) => (pc >= BASE && pc < BASE + program.bytes.length ? words.getUint32(pc - BASE) : undefined);
  const at = (name: string) => Number(program.symbols.get(name));
  const translator = new Translator({ decoder, width: 32, swizzled: true });
  const context = { width: 32, mode64: false, msr: { FP: false, PR: false }, sprs: PPC440EP.sprs } as const;
  const module = translator.translate(
    [at('caller'), at('plain')].map((pc) => ({ pc, fetch })),
    context,
  );
  const consulted = (name: string) => module!.regions.find((r) => r.pc === at(name))!.consulted;
  expect(consulted('callee').has('FP')).toBe(true);
  expect(consulted('middle').has('FP')).toBe(true);
  expect(consulted('caller').has('FP')).toBe(true);
  expect(consulted('plain').has('FP')).toBe(false);
});
