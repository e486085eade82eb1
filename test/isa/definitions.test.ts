import { describe, expect, it } from 'vitest';
import { IrBuilder } from '../../jit/ir/builder.js';
import { Ir } from '../../jit/ir/ir.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import type { Feature, Instruction } from '../../jit/isa/inst.js';

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

/** Definitions whose operands are only named: hints and barriers. */
const UNUSED_OPERANDS = new Set(['dcbt', 'dcbtst', 'dcba', 'icbt', 'sync', 'mbar', 'dcread', 'icread', 'dccci', 'iccci']);

const needs = (i: Instruction) => new Set<Feature>(i.facts.needs ?? []);
/** Whether no CPU model decodes both. */
function separated(a: Instruction, b: Instruction): boolean {
  const excludes = (x: Instruction, y: Instruction) => (x.facts.absent ?? []).some((f) => needs(y).has(f));
  const alternatives: readonly (readonly Feature[])[] = [
    ['tlb440', 'tlbMas', 'tlb603', 'slb', 'segments32'],
    ['book3s', 'booke'],
  ];
  const oneOf = alternatives.some((group) => {
    const [x, y] = [a, b].map((i) => group.find((f) => needs(i).has(f)));
    return x !== undefined && y !== undefined && x !== y;
  });
  return excludes(a, b) || excludes(b, a) || oneOf;
}

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
      if (UNUSED_OPERANDS.has(i.mnemonic)) continue;
      const touched = new Set<string>();
      const spy = {
        ...i,
        semantics: ((e, o) => i.semantics(e, new Proxy(o, { get: (t, k: string) => (touched.add(k), t[k]) }))) as Instruction['semantics'],
      };
      for (const context of contexts(i)) new IrBuilder(new Ir(), context).handler(spy, variants(i).at(-1)!);
      expect([...touched].sort(), i.mnemonic).toEqual([...new Set(i.operands.map((o) => o.name))].sort());
    }
  });

  it('do not overlap on any one model', () => {
    const conflicts: string[] = [];
    INSTRUCTIONS.forEach((a, k) => {
      for (const b of INSTRUCTIONS.slice(k + 1)) {
        const both = a.mask & b.mask;
        if (((a.match ^ b.match) & both) === 0 && !separated(a, b)) conflicts.push(`${a.mnemonic} ${b.mnemonic}`);
      }
    });
    expect(conflicts).toEqual([]);
  });
});
