import { describe, expect, it } from 'vitest';
import { IrBuilder } from '../../jit/ir/builder.js';
import { Ir } from '../../jit/ir/ir.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { CPU_MODELS } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import type { Instruction } from '../../jit/isa/inst.js';

/** Widths and modes a definition may be built for. */
const contexts = (i: Instruction) =>
  [
    { width: 32, mode64: false, msr: {} },
    { width: 64, mode64: false, msr: {} },
    { width: 64, mode64: true, msr: {} },
  ].filter((c) => c.width === 64 || !i.facts.only64) as { width: 32 | 64; mode64: boolean; msr: object }[];

/** All combinations of the one-bit variant fields of a definition. */
function variants(i: Instruction): ReadonlyMap<string, number>[] {
  const names = i.operands.flatMap((o) => o.fields.filter((f) => f.variant).map((f) => f.name));
  return Array.from({ length: 2 ** names.length }, (_v, bits) => new Map(names.map((n, k) => [n, (bits >> k) & 1])));
}

/** Operands that are only named, besides those called ignored: of hints and barriers, and of what a guest or the model may not execute. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  dcbt: ['EA'], dcbtst: ['EA'], dcba: ['EA'], icbt: ['EA'], sync: ['L'],
  dst: ['RA', 'RB', 'STRM'], dstt: ['RA', 'RB', 'STRM'], dstst: ['RA', 'RB', 'STRM'], dststt: ['RA', 'RB', 'STRM'], dss: ['STRM'], mbar: ['MO'], tlbie: ['RB', 'RS'], tlbiel: ['RB'], msgsnd: ['RB'], msgclr: ['RB'],
  lbzcix: ['RT', 'EA'], lhzcix: ['RT', 'EA'], lwzcix: ['RT', 'EA'], ldcix: ['RT', 'EA'],
  stbcix: ['RS', 'EA'], sthcix: ['RS', 'EA'], stwcix: ['RS', 'EA'], stdcix: ['RS', 'EA'],
  'tbegin.': ['R'], 'tend.': ['A'], tcheck: ['BF'], 'tsr.': ['L'], 'tabort.': ['RA'], 'treclaim.': ['RA'], mfbhrbe: ['BHRBE'],
  'tabortwc.': ['TO', 'RA', 'RB'], 'tabortdc.': ['TO', 'RA', 'RB'], 'tabortwci.': ['TO', 'RA', 'SI5'], 'tabortdci.': ['TO', 'RA', 'SI5'],
}; // prettier-ignore

/** Whether every word that matches a also matches b. */
const within = (a: Instruction, b: Instruction) => (a.mask & b.mask) >>> 0 === b.mask && a.mask !== b.mask;

describe('definitions', () => {
  it('build for every width, known and unknown words', () => {
    for (const i of INSTRUCTIONS) {
      for (const context of contexts(i)) {
        for (const variant of variants(i)) new IrBuilder(new Ir(), context).handler(i, variant);
        new IrBuilder(new Ir(), context).instruction(i, i.match, 0x1000);
        new IrBuilder(new Ir(), context).instruction(i, (i.match | ~i.mask) >>> 0, 0x1000);
      }
    }
    expect(INSTRUCTIONS.length).toBeGreaterThan(150);
  });

  it('use all their operands', () => {
    for (const i of INSTRUCTIONS) {
      const touched = new Set<string>();
      const spy = {
        ...i,
        semantics: ((e, o) => i.semantics(e, new Proxy(o, { get: (t, k: string) => (touched.add(k), t[k]) }))) as Instruction['semantics'],
      };
      for (const context of contexts(i)) new IrBuilder(new Ir(), context).handler(spy, variants(i).at(-1)!);
      const untouched = i.operands
        .map((o) => o.name)
        .filter((n) => !touched.has(n) && !n.startsWith('ignored') && !UNUSED[i.mnemonic]?.includes(n));
      expect(untouched, i.mnemonic).toEqual([]);
    }
  });

  it.each(CPU_MODELS.map((m) => [m.name, m] as const))(
    'do not overlap on the %s, unless one is a special case of the other',
    (_name, model) => {
      const { instructions } = new Decoder(INSTRUCTIONS, model);
      const conflicts: string[] = [];
      instructions.forEach((a, k) => {
        for (const b of instructions.slice(k + 1)) {
          const meet = ((a.match ^ b.match) & a.mask & b.mask) === 0;
          if (meet && !within(a, b) && !within(b, a)) conflicts.push(`${a.mnemonic} ${b.mnemonic}`);
        }
      });
      expect(conflicts).toEqual([]);
    },
  );

  it('are decoded from the words they stand for', () => {
    for (const model of CPU_MODELS) {
      const decoder = new Decoder(INSTRUCTIONS, model);
      for (const i of decoder.instructions) expect(decoder.decode(i.match)?.mnemonic, model.name).toBe(i.mnemonic);
    }
  });
});
