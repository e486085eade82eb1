/** Accesses at every distance from alignment, also across the end of a page, by compiled and interpreted code: what they move, and where they are quick. */
import { describe, expect, it } from 'vitest';
import { BareCpu64 } from '../support/bare-cpu64.js';

const SOURCE = 0x8000;
const TARGET = 0xa000;
const PASSES = 40;

/** Loads and stores again, `size` bytes each; r5 and r6 are the addresses. */
const MOVES: Readonly<Record<string, { readonly code: string; readonly size: number }>> = {
  half: { code: 'lhz r7,0(r5); sth r7,0(r6)', size: 2 },
  word: { code: 'lwz r7,0(r5); stw r7,0(r6)', size: 4 },
  doubleword: { code: 'ld r7,0(r5); std r7,0(r6)', size: 8 },
  'three words in a group': { code: 'lwz r7,0(r5); lwz r8,4(r5); lwz r9,8(r5); stw r7,0(r6); stw r8,4(r6); stw r9,8(r6)', size: 12 },
  double: { code: 'lfd f1,0(r5); stfd f1,0(r6)', size: 8 },
  'vector of doublewords': { code: 'lxvd2x vs1,0,r5; stxvd2x vs1,0,r6', size: 16 },
  'vector of words': { code: 'lxvw4x vs33,0,r5; stxvw4x vs33,0,r6', size: 16 },
};
/** Near the start of a page, and across its end. */
const OFFSETS = [0, 1, 2, 3, 4, 6, 8, 12, 15, 0xff0, 0xff1, 0xff4, 0xff6, 0xff8, 0xffd, 0xfff];

function moved(
  mode: 'interp' | 'jit',
  endian: 'big' | 'little',
  code: string,
  from: number,
  to: number,
): { bytes: number[]; interpreted: number } {
  const cpu = new BareCpu64(mode, { endian });
  const lines = [`li r4,${PASSES}`, 'mtctr r4', 'loop:', ...code.split('; '), 'bdnz loop', 'b .'];
  cpu.loadProgram(lines.join('\n'), 0x1000);
  cpu.memory.write(
    SOURCE,
    Uint8Array.from({ length: 0x1100 }, (_, k) => (k * 37 + (k >> 8)) & 255),
  );
  cpu.setGpr(5, BigInt(from));
  cpu.setGpr(6, BigInt(to));
  cpu.run(0x1000, 3 + PASSES * (code.split('; ').length + 1));
  return { bytes: [...cpu.memory.read(to - 1, 18)], interpreted: cpu.engine.takeInterpreted() };
}

describe.each(['big', 'little'] as const)('unaligned accesses, %s-endian', (endian) => {
  it.each(Object.entries(MOVES))('%s', (_name, { code, size }) => {
    for (const offset of OFFSETS) {
      const [from, to] = [SOURCE + offset, TARGET + 0x1000 + ((offset * 5) & 15) - (offset & 16)];
      const source = (k: number) => (k * 37 + (k >> 8)) & 255;
      const want = Array.from({ length: 18 }, (_, k) => (k >= 1 && k <= size ? source(offset + k - 1) : 0));
      const compiled = moved('jit', endian, code, from, to);
      expect([offset, compiled.bytes]).toEqual([offset, want]);
      // Compiled code does itself what lies inside pages of RAM whose bytes are in order, and vectors of words.
      const inside = (at: number) => (at & 0xfff) + size <= 0x1000;
      const quick = endian === 'little' || (size === 16 && ((from | to) & 3) === 0);
      if (quick && inside(from) && inside(to)) expect([offset, compiled.interpreted]).toEqual([offset, expect.toSatisfy((n: number) => n < 30)]);
      if (offset % 3 === 0) expect([offset, moved('interp', endian, code, from, to).bytes]).toEqual([offset, want]);
    }
  });
}); // prettier-ignore
