import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { insert } from '../../jit/isa/inst.js';
import { FIELDS } from '../../jit/isa/operands.js';
import { compareStepped, compareStraight } from './compare.js';
import { EXPLANATIONS } from './explained.js';
import { compareImage, fuzz, type Finding } from './fuzz.js';
import { NOT_DRAWN, StreamGenerator } from './generate.js';
import { ImageMaker } from './image.js';
import { DUMP } from './layout.js';
import { DECODER, MODES, PowerjitTarget } from './powerjit.js';
import { qemuVersion } from './qemu.js';
import { describeFinding } from './report.js';
import { dumpsOf, GPR_WORD, PC_WORD } from './state.js';
import type { Stream } from './stream.js';

const qemu = qemuVersion();
const maker = new ImageMaker(DECODER);
const drawn = (seed: string, count: number, ...only: string[]): Stream[] => {
  const generator = new StreamGenerator(DECODER, seed, new Set(only));
  return Array.from({ length: count }, () => generator.next());
};

describe('streams', () => {
  it('are the same for the same seed', () => {
    const words = (seed: string) => drawn(seed, 50).map((s) => s.instructions.map((i) => i.word));
    expect(words('a')).toEqual(words('a'));
    expect(words('a')).not.toEqual(words('b'));
  });

  it('have every instruction of the model but those that are left out', () => {
    const found = new Set(drawn('all', 8000).flatMap((s) => s.instructions.map((i) => i.inst.mnemonic)));
    const missing = DECODER.instructions.map((i) => i.mnemonic).filter((name) => !found.has(name) && !NOT_DRAWN.has(name));
    expect(missing).toEqual([]);
  });

  it('have no reserved bits and no invalid update forms', () => {
    for (const { instructions } of drawn('forms', 500)) {
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

describe('the driver on our engine', () => {
  const target = new PowerjitTarget();
  const image = maker.make(drawn('driver', 150));

  it('leaves the same states in interpreter and compiled code', () => {
    const [interp, jit] = target.run(image, MODES);
    expect(Buffer.compare(interp!.bytes, jit!.bytes)).toBe(0);
    for (const p of image.placements) {
      const last = dumpsOf(jit!.bytes, p).findLast((s) => s[PC_WORD] !== 0);
      expect(last?.[PC_WORD]).toBe(p.end);
    }
  });

  it('shows an error wherever it is', () => {
    const { bytes } = target.run(image, ['interp'])[0]!;
    const p = image.placements.find((q) => q.layout === 'stepped' && q.stream.instructions.length === 8)!;
    const wrong = bytes.slice();
    const r5 = p.dumps + 2 * DUMP.size + DUMP.gpr + 4 * 5 + 3;
    wrong[r5]! ^= 1;
    const { unexplained, compared } = compareStepped(p, wrong, bytes);
    expect(unexplained?.differences).toEqual([{ word: GPR_WORD + 5, bits: 1 }]);
    expect(compared).toBeLessThan(8);
    const straight = image.placements[image.placements.indexOf(p) + 1]!;
    const alsoWrong = bytes.slice();
    alsoWrong[straight.dumps + DUMP.cr]! ^= 0x80;
    const same = { compared: 8, explanations: [], differs: false, unexplained: undefined };
    expect(compareStraight(straight, p, same, alsoWrong, bytes)).toMatchObject({ differences: [{ bits: 0x80000000 }] });
    const finding = { ...unexplained!, mode: 'interp' } as Finding;
    expect(describeFinding(finding)).toMatch(/ > [^]* r5: before [^]*QEMU/);
    const run = { placements: image.placements, ours: [{ mode: 'interp' as const, bytes: wrong }], qemu: bytes };
    expect(compareImage(run, 'interp', () => undefined).found).toHaveLength(1);
  });
});

describe('explanations', () => {
  it('are the table of the documentation', () => {
    const page = readFileSync(new URL('../../docs/fuzzing.md', import.meta.url), 'utf8');
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()).filter((cell) => cell !== '').join('|')); // prettier-ignore
    for (const e of EXPLANATIONS) expect(rows, e.name).toContain([e.name, e.reason, e.see].join('|'));
  });
  it('have distinct names, a reason and a section', () => {
    expect(new Set(EXPLANATIONS.map((e) => e.name)).size).toBe(EXPLANATIONS.length);
    for (const e of EXPLANATIONS) expect(e.see, e.name).toMatch(/^(?:I|II|III-E|PPC440EP UM) \d/);
  });
});

describe.skipIf(qemu === undefined)('against QEMU (skipped without qemu-system-ppc)', () => {
  it('3,000 instructions leave the same states in both modes', async () => {
    const result = await fuzz({ instructions: 3000, seed: 'test', modes: MODES, only: new Set(), mostUnexplained: 5 });
    expect(result.unexplained.map(describeFinding)).toEqual([]);
    expect(result.instructions).toBeGreaterThanOrEqual(3000);
    expect(result.straight).toBeGreaterThan(300);
  });
});
