import { describe, expect, it } from 'vitest';
import { VAR_CR, VAR_CTR, VAR_GPR, VAR_LR } from '../../jit/ir/ir.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { analyse, FORM_BITS, FORM_SIGNED, FORM_UNSIGNED, type NodeFacts } from '../../jit/region/analysis.js';
import { discover, FlowReader } from '../../jit/region/discover.js';
import { buildRegionIr } from '../../jit/region/region-ir.js';
import { regionGraph } from '../../jit/region/translate.js';
import { has, members } from '../../jit/region/variable-set.js';
import { assemble } from '../support/bare-cpu.js';

const CODE = 0x1000;
const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
const context = { width: 32, mode64: false, msr: { PR: false }, sprs: PPC440EP.sprs } as const;

/** What is known at each label of a program. */
function factsOf(source: string): { readonly at: (label: string) => NodeFacts; readonly writesSo: boolean } {
  const { bytes, symbols } = assemble(source, CODE);
  const view = new DataView(bytes.buffer);
  const fetch = (pc: number) => (pc < CODE + bytes.length ? view.getUint32(pc - CODE) : undefined);
  const discovery = discover(CODE, fetch, decoder, new FlowReader(context));
  const graph = regionGraph(discovery);
  const { ir, blocks } = buildRegionIr(discovery, context);
  const { facts, writesSo } = analyse(ir, blocks, graph);
  return { at: (label) => facts.get(graph.byPc.get(symbols.get(label)!)!)!, writesSo };
}
const r = (n: number) => VAR_GPR + n;

describe('analysis of a region', () => {
  const LOOP = 'top: lwz r5,0(r4); loop: add r5,r5,r6; cmpwi r5,9; bdnz loop; out: mr r7,r5; blr';

  it('knows what may be newer than memory', () => {
    const { at } = factsOf(LOOP);
    expect(members(at('top').dirty)).toEqual([]);
    // The loop's own results are among them, since it is its own successor.
    expect(members(at('loop').dirty)).toEqual([r(5), VAR_CTR, VAR_CR]);
    expect(members(at('out').dirty)).toEqual([r(5), VAR_CTR, VAR_CR]);
  });

  it('knows what is needed, and that what is dirty is needed for the way out', () => {
    const { at } = factsOf(LOOP);
    for (const v of [r(4), r(6), VAR_CTR, VAR_LR]) expect(has(at('top').live, v)).toBe(true);
    for (const v of [r(5), r(6), VAR_CTR, VAR_LR]) expect(has(at('loop').live, v)).toBe(true);
    expect(has(at('out').live, r(6))).toBe(false);
    expect(has(at('out').live, r(5))).toBe(true);
    expect(has(at('top').live, r(5))).toBe(false);
  });

  it('puts everything into memory at a call', () => {
    const { at } = factsOf('top: li r3,1; li r4,2; bl far; behind: add r3,r3,r4; blr; far: blr');
    expect(members(at('behind').dirty)).toEqual([]);
    expect([r(3), r(4)].map((v) => has(at('behind').live, v))).toEqual([true, true]);
    expect([r(3), r(4)].map((v) => has(at('top').live, v))).toEqual([false, false]);
  });

  it('keeps compares as compares until paths with others meet', () => {
    const { at } = factsOf(`top: cmpwi r3,1; cmplwi cr1,r3,7; beq left
      right: cmplw r3,r4; b meet
      left: addi r5,r5,1; meet: mfcr r6; blr`); // prettier-ignore
    expect([...at('top').forms.slice(0, 2)]).toEqual([FORM_BITS, FORM_BITS]);
    expect([...at('left').forms.slice(0, 3)]).toEqual([FORM_SIGNED, FORM_UNSIGNED, FORM_BITS]);
    expect([...at('meet').forms.slice(0, 2)]).toEqual([FORM_BITS, FORM_UNSIGNED]);
  });

  it('counts the longest way to the next check of the slice', () => {
    const { at } = factsOf('top: nop; nop; beq over; mid: nop; nop; nop; over: nop; loop: nop; nop; bdnz loop; end: blr');
    expect([at('end').weight, at('loop').weight, at('over').weight, at('mid').weight, at('top').weight]).toEqual([1, 4, 1, 4, 7]);
  });

  it('notes when SO is written', () => {
    expect(factsOf('top: cmpwi r3,1; blr').writesSo).toBe(false);
    const { at, writesSo } = factsOf('top: cmpwi r3,1; next: addo r3,r4,r5; blr');
    expect(writesSo).toBe(true);
    // The compare's own SO: what an entry must load.
    expect(members(at('top').live).length).toBeGreaterThan(2);
  });
});
