import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { coverageTable } from '../../jit/isa/coverage.js';
import { CPU_MODELS, PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { effectsOf, effectsOfWord } from '../../jit/isa/effects.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { CHAPTERS, MISSING } from './chapters.js';

const FILE = fileURLToPath(new URL('../../docs/coverage.md', import.meta.url));
const CONTEXT = { width: 32, mode64: false, msr: { PR: false, FP: true }, sprs: PPC440EP.sprs } as const;
const decoder = new Decoder(INSTRUCTIONS, PPC440EP);

describe('the coverage table', () => {
  it('is what the definitions say (BLESS=1 writes it)', () => {
    const table = coverageTable(INSTRUCTIONS, CPU_MODELS, CHAPTERS, MISSING);
    if (process.env['BLESS']) writeFileSync(FILE, table);
    expect(readFileSync(FILE, 'utf8')).toBe(table);
  });

  it('refuses instructions that are neither defined nor missing', () => {
    const chapter = { title: 'Test', mnemonics: ['frobnicate'] };
    expect(() => coverageTable(INSTRUCTIONS, CPU_MODELS, [...CHAPTERS, chapter], MISSING)).toThrow(/frobnicate/);
    expect(() => coverageTable(INSTRUCTIONS, CPU_MODELS, CHAPTERS.slice(1), MISSING)).toThrow(/no chapter lists b,/);
  });
});

describe('recorded effects', () => {
  const ofWord = (word: number) => effectsOfWord(decoder.decode(word)!, word, 0x1000, CONTEXT);
  it('name registers by operand', () => {
    const add = effectsOf(
      INSTRUCTIONS.find((i) => i.mnemonic === 'add')!,
      CONTEXT,
    );
    expect([...add.reads].sort()).toEqual(['GPR[RA]', 'GPR[RB]', 'XER.SO']);
    expect([...add.writes].sort()).toEqual(['CR0', 'GPR[RT]', 'XER.OV', 'XER.SO']);
    expect(add).toMatchObject({ mayFault: false, endsBlock: false, privileged: false });
  });
  it('name registers by number for a known word', () => {
    // stwu r1,-16(r1)
    const store = ofWord(0x9421fff0);
    expect([...store.reads]).toEqual(['r1']);
    expect([...store.writes].sort()).toEqual(['r1', 'storage']);
    expect(store.mayFault).toBe(true);
    // bdnz
    expect([...ofWord(0x4200fffc).writes]).toEqual(['CTR']);
    expect(ofWord(0x4200fffc).endsBlock).toBe(true);
    // mfspr r3,SPRG0; wrteei 1; rfi
    expect([...ofWord(0x7c7042a6).reads]).toEqual(['SPR 272']);
    expect(ofWord(0x7c008146)).toMatchObject({ privileged: true, endsBlock: true });
    expect([...ofWord(0x4c000064).services]).toEqual(['writeMsr']);
  });
});
