import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { BinaryenModuleSink } from '../../jit/lower/binaryen-sink.js';
import { Translator } from '../../jit/region/translate.js';
import { assemble } from '../support/bare-cpu.js';

const FOLDER = new URL('./', import.meta.url);
const CODE = 0x1000;
/** Writes the files instead of comparing with them: for changes that are meant. */
const bless = process.env['BLESS'] === '1';
const translator = new Translator({ decoder: new Decoder(INSTRUCTIONS, PPC440EP), width: 32, swizzled: true });
const context = {
  width: 32,
  mode64: false,
  msr: { PR: false, FP: true, FE0: false, FE1: false, IS: false, DS: false },
  sprs: PPC440EP.sprs,
} as const;

/** The WebAssembly text of the region at the beginning of a program. */
function translated(source: string): string {
  const { bytes } = assemble(source, CODE);
  const view = new DataView(bytes.buffer);
  const fetch = (pc: number) => (pc >= CODE && pc < CODE + bytes.length ? view.getUint32(pc - CODE) : undefined);
  const module = new BinaryenModuleSink();
  translator.translateInto(module, { pc: CODE, fetch }, context);
  return module.text();
}

describe('WebAssembly made from guest code (BLESS=1 writes it anew)', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.s'));
  it.each(names)('%s', (name) => {
    const golden = new URL(name.replace(/s$/, 'wat'), FOLDER);
    const text = translated(readFileSync(new URL(name, FOLDER), 'utf8'));
    if (bless) writeFileSync(golden, text);
    expect(existsSync(golden), 'run with BLESS=1 first').toBe(true);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('there are some', () => expect(names.length).toBeGreaterThan(3));
});
