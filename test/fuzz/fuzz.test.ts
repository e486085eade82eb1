import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { insert } from '../../jit/isa/inst.js';
import { FIELDS } from '../../jit/isa/operands.js';
import type { Architecture } from './architecture.js';
import { ARCHITECTURES, MODES } from './architectures.js';
import { compareStepped, compareStraight } from './compare.js';
import { compareImage, fuzz, type Finding } from './fuzz.js';
import { StreamGenerator } from './generate.js';
import { ImageMaker } from './image.js';
import { describeFinding } from './report.js';
import { dumpsOf } from './state.js';
import type { Stream } from './stream.js';

const drawn = (arch: Architecture, seed: string, count: number, ...only: string[]): Stream[] => {
  const generator = new StreamGenerator(arch, seed, new Set(only));
  return Array.from({ length: count }, () => generator.next());
};

describe.each(ARCHITECTURES)('streams of $name', (arch) => {
  const { decoder, notDrawn } = arch;

  it('are the same for the same seed', () => {
    const words = (seed: string) => drawn(arch, seed, 50).map((s) => s.instructions.map((i) => i.word));
    expect(words('a')).toEqual(words('a'));
    expect(words('a')).not.toEqual(words('b'));
  });

  it('have every instruction of the model but those that are left out', () => {
    const found = new Set(drawn(arch, 'all', 8000).flatMap((s) => s.instructions.map((i) => i.inst.mnemonic)));
    const missing = decoder.instructions.map((i) => i.mnemonic).filter((name) => !found.has(name) && !notDrawn.has(name));
    expect(missing).toEqual([]);
  });

  it('leave out only what the model has', () => {
    const known = new Set(decoder.instructions.map((i) => i.mnemonic));
    expect([...notDrawn.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  it('have no reserved bits and no invalid update forms', () => {
    for (const { instructions } of drawn(arch, 'forms', 500)) {
      for (const { inst, word } of instructions) {
        const operands = inst.operands.flatMap((o) => o.fields).reduce((mask, f) => insert(mask, { ...f, shift: 0 }, -1), 0);
        expect(word & ~(inst.mask | operands), inst.mnemonic).toBe(0);
        if (!inst.operands.some((o) => o.name === 'mem')) continue;
        const ra = (word >>> (31 - FIELDS.RA.to)) & 31;
        expect(ra, inst.mnemonic).not.toBe(0);
        if (/^l[^f]/.test(inst.mnemonic)) expect(ra, inst.mnemonic).not.toBe((word >>> (31 - FIELDS.RT.to)) & 31);
      }
    }
  });
});

describe.each(ARCHITECTURES)('the driver of $name on our engine', (arch) => {
  const target = arch.ours();
  const image = new ImageMaker(arch).make(drawn(arch, 'driver', 150));
  const { words } = arch;

  it('leaves the same states in interpreter and compiled code, whatever the byte order of RAM', () => {
    const results = target.run(image, MODES);
    for (const { setting, bytes } of results) expect(Buffer.compare(results[0]!.bytes, bytes), setting).toBe(0);
    for (const p of image.placements) {
      const last = dumpsOf(arch, results[0]!.bytes, p).findLast((s) => s[words.pc] !== 0);
      expect(last?.[words.pc]).toBe(p.end);
    }
  });

  it('shows an error wherever it is', () => {
    const { bytes } = target.run(image, ['interp'])[0]!;
    const p = image.placements.find((q) => q.layout === 'stepped' && q.stream.instructions.length === 8)!;
    const wrong = bytes.slice();
    const r5 = p.dumps + 2 * arch.places.dumpSize + 4 * words.gpr(5) + 3;
    wrong[r5]! ^= 1;
    const { unexplained, compared } = compareStepped(arch, p, wrong, bytes);
    expect(unexplained?.differences).toEqual([{ word: words.gpr(5), bits: 1 }]);
    expect(compared).toBeLessThan(8);
    const straight = image.placements[image.placements.indexOf(p) + 1]!;
    const alsoWrong = bytes.slice();
    alsoWrong[straight.dumps + 4 * words.cr]! ^= 0x80;
    const same = { compared: 8, explanations: [], differs: false, unexplained: undefined };
    expect(compareStraight(arch, straight, p, same, alsoWrong, bytes)).toMatchObject({ differences: [{ bits: 0x80000000 }] });
    const finding = { ...unexplained!, mode: 'interp', setting: 'interp' } as Finding;
    expect(describeFinding(arch, finding)).toMatch(/ > [^]* r5.*: before [^]*QEMU/);
    const results = { mode: 'interp' as const, setting: 'interp', bytes: wrong };
    const run = { placements: image.placements, ours: [results], qemu: bytes };
    expect(compareImage(arch, run, results, () => undefined).found).toHaveLength(1);
  });
});

describe('explanations', () => {
  const all = [...new Set(ARCHITECTURES.flatMap((a) => a.explanations))];
  const page = readFileSync(new URL('../../docs/fuzzing.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()).filter((cell) => cell !== '').join('|')); // prettier-ignore

  it('are the table of the documentation', () => {
    for (const e of all) expect(rows, e.name).toContain([e.name, e.reason, e.see].join('|'));
  });
  it('have distinct names, a reason and a section', () => {
    expect(new Set(all.map((e) => e.name)).size).toBe(all.length);
    for (const e of all) expect(e.see, e.name).toMatch(/^(?:I|II|III-E|III-S|PPC440EP UM) \d/);
  });
  it('and what is left out are in the documentation', () => {
    for (const { notDrawn } of ARCHITECTURES)
      for (const [name, reason] of notDrawn)
        expect(
          rows.some((row) => row.includes(`\`${name}\``) && row.endsWith(reason)),
          name,
        ).toBe(true);
  });
});

describe.each(ARCHITECTURES)('$name against QEMU', (arch) => {
  it.skipIf(arch.qemuVersion() === undefined)('3,000 instructions leave the same states in both modes (skipped without QEMU)', async () => {
    const result = await fuzz({ architecture: arch, instructions: 3000, seed: 'test', modes: MODES, only: new Set(), mostUnexplained: 5 });
    expect(result.unexplained.map((f) => describeFinding(arch, f))).toEqual([]);
    expect(result.instructions).toBeGreaterThanOrEqual(3000);
    expect(result.straight).toBeGreaterThan(200);
  });
});
