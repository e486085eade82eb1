import { describe, expect, it } from 'vitest';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { DEFAULT_LIMITS, discover, FlowReader, type Discovery, type DiscoverLimits } from '../../jit/region/discover.js';
import { assemble } from '../support/bare-cpu.js';

const CODE = 0x1000;
const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
const context = {
  width: 32,
  mode64: false,
  msr: { PR: false, FP: true, FE0: false, FE1: false, IS: false, DS: false },
  sprs: PPC440EP.sprs,
} as const;

function find(source: string, entry = CODE, limits: DiscoverLimits = DEFAULT_LIMITS): Discovery {
  const { bytes } = assemble(source, CODE);
  const view = new DataView(bytes.buffer);
  const fetch = (pc: number) => (pc >= CODE && pc < CODE + bytes.length ? view.getUint32(pc - CODE) : undefined);
  return discover(entry, fetch, decoder, new FlowReader(context), limits);
}
const shape = (d: Discovery) =>
  [...d.blocks.values()].sort((a, b) => a.pc - b.pc).map((b) => [b.pc - CODE, b.instructions.length, b.flow.kind]);
const entries = (d: Discovery) => d.entries.map((pc) => pc - CODE);

describe('discovery of a region', () => {
  it('cuts blocks at branches and at their targets', () => {
    const d = find('li r3,1; cmpwi r3,2; beq skip; addi r3,r3,1; skip: addi r3,r3,2; blr');
    expect(shape(d)).toEqual([[0, 3, 'branch'], [12, 1, 'next'], [16, 2, 'branch']]);
    expect(entries(d)).toEqual([0]);
  }); // prettier-ignore

  it('can be entered behind calls and behind what the runtime must look at', () => {
    const d = find('bl far; isync; addi r3,r3,1; sc; addi r3,r3,2; blr; far: blr');
    expect(entries(d)).toEqual([0, 4, 8, 16]);
    // The function that is called is a region of its own.
    expect(d.blocks.has(CODE + 24)).toBe(false);
  });

  it('takes a branch-and-link to the next instruction for what it is', () => {
    const d = find('bcl 20,31,.+4; mflr r3; blr');
    expect(d.blocks.get(CODE)!.flow).toMatchObject({ kind: 'branch', branch: 'jump', target: CODE + 4 });
  });

  it('ends where there is nothing to fetch or no instruction', () => {
    expect(shape(find('addi r3,r3,1; .long 0; addi r3,r3,1'))).toEqual([[0, 1, 'next']]);
    expect(shape(find('addi r3,r3,1'))).toEqual([[0, 1, 'next']]);
    expect(find('.long 0').blocks.size).toBe(0);
    expect(find('nop', CODE + 0x100).blocks.size).toBe(0);
  });

  it('keeps to its limits', () => {
    const long = Array.from({ length: 1000 }, () => 'addi r3,r3,1').join(';');
    const d = find(long);
    expect(d.instructions.size).toBe(DEFAULT_LIMITS.instructions);
    expect(shape(d)).toEqual([[0, DEFAULT_LIMITS.instructions, 'next']]);
    const calls = Array.from({ length: 100 }, () => 'bl far').join(';');
    expect(find(`${calls}; far: blr`).entries.length).toBe(DEFAULT_LIMITS.entries);
    expect(find(`${calls}; far: blr`, CODE, { instructions: 10, entries: 3 }).entries.length).toBe(3);
  });

  it('begins anywhere and sees loops from inside', () => {
    const d = find('top: addi r3,r3,1; addi r4,r4,1; bdnz top; blr', CODE + 4);
    expect(shape(d)).toEqual([[0, 1, 'next'], [4, 2, 'branch'], [12, 1, 'branch']]);
  }); // prettier-ignore

  it('knows every word that it was made from', () => {
    const d = find('b over; .long 0; over: li r3,7; blr');
    expect([...d.instructions.keys()].map((pc) => pc - CODE).sort((a, b) => a - b)).toEqual([0, 8, 12]);
    expect(d.instructions.get(CODE + 8)).toBe(0x38600007);
  });
});
