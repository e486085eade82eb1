import { describe, expect, it } from 'vitest';
import { VSCR_OFFSET } from '../../jit/abi/layout.js';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { insert } from '../../jit/isa/inst.js';
import { BareCpu64 } from '../support/bare-cpu64.js';
import { Scatter } from '../isa/situations.js';
import { scatteredVector } from './vector-situations.js';

const ENDIANS = ['big', 'little'] as const;
const BASE = 0x1000;

/** Copies 40 quadwords from an unaligned address (big-endian: lvsl, vperm) and sums their words in v9, through a function, pass after pass. */
const COPY = `
start:
    lis     r3, 0
    ori     r3, r3, 0x8005
    lis     r4, 1
    li      r5, 40
    mtctr   r5
    vspltisw v9, 0
    lvsl    v1, 0, r3
    lvx     v2, 0, r3
loop:
    addi    r3, r3, 16
    lvx     v3, 0, r3
    vperm   v4, v2, v3, v1
    vmr     v2, v3
    stvx    v4, 0, r4
    addi    r4, r4, 16
    bl      add
    bdnz    loop
    vcmpequw. v10, v9, v11
    blt     cr6, same
    vmr     v11, v9
same:
    b       start
add:
    vadduwm v9, v9, v4
    blr
`;

function patternOf(at: number): number {
  return (at * 73 + (at >> 8) * 11 + 5) & 0xff;
}

describe('vector programs', () => {
  it.each(['interp', 'jit'] as const)('keep registers through loops and calls: %s', (mode) => {
    const cpu = new BareCpu64(mode, { endian: 'big' });
    cpu.loadProgram(COPY, BASE);
    cpu.memory.write(
      0x8000,
      Uint8Array.from({ length: 1024 }, (_, k) => patternOf(0x8000 + k)),
    );
    cpu.run(BASE, 30_000);
    const copy = cpu.memory.read(0x10000, 640);
    expect([...copy]).toEqual(Array.from({ length: 640 }, (_, k) => patternOf(0x8005 + k)));
    const sums = [0, 1, 2, 3].map((word) => {
      let sum = 0;
      for (let k = 0; k < 40; k++) sum = (sum + new DataView(copy.buffer, copy.byteOffset).getUint32(16 * k + 4 * word)) | 0;
      return BigInt(sum >>> 0);
    });
    expect(cpu.vsr(32 + 11)).toBe(sums.reduce((v, w) => (v << 32n) | w, 0n));
  });

  it.each(ENDIANS)('a double in the upper half of a VSR and vectors see each other, %s-endian', (endian) => {
    const program = `
start:
    li      r4, 0x4000
    li      r5, 4
    mtctr   r5
loop:
    lfd     f1, 0(r4)
    xxlor   vs2, vs1, vs1
    xxpermdi vs3, vs2, vs1, 2
    fmr     f1, f3
    xxlxor  vs4, vs1, vs3
    xxlor   vs40, vs4, vs2
    stfd    f3, 8(r4)
    bdnz    loop
    b       start
`;
    const states = (['interp', 'jit'] as const).map((mode) => {
      const cpu = new BareCpu64(mode, { endian });
      cpu.loadProgram(program, BASE);
      for (let n = 0; n < 64; n++) cpu.setVsr(n, (0x0123456789abcdef_fedcba9876543210n * BigInt(n + 1)) % (1n << 128n));
      cpu.memory.write(
        0x4000,
        Uint8Array.from({ length: 16 }, (_, k) => k + 1),
      );
      cpu.run(BASE, 1003);
      return [...Array.from({ length: 64 }, (_, n) => cpu.vsr(n).toString(16)), ...cpu.memory.read(0x4000, 16)];
    });
    expect(states[1]).toEqual(states[0]);
    // The other half of VSR 1 stays through loads and moves of doubles.
    expect(BigInt(`0x${String(states[1]![1])}`) & 0xffff_ffff_ffff_ffffn).toBe((0xfedcba9876543210n * 2n) & 0xffff_ffff_ffff_ffffn);
  });
});

const decoder = new Decoder(INSTRUCTIONS, POWER8);
const COMPUTING = decoder.instructions.filter(
  (i) => i.facts.needs?.includes('vmx') && i.operands.some((o) => o.name === 'VRT') && !/^lv/.test(i.mnemonic),
);
/** A random vector instruction; few registers, so that what one writes others read. */
function randomWord(s: Scatter): number {
  const i = s.pick(COMPUTING);
  return i.operands
    .flatMap((o) => o.fields)
    .reduce((w, f) => {
      const ones = 2 ** (f.to - f.from + 1) - 1;
      return insert(w, { ...f, shift: 0 }, ones === 31 ? s.below(8) : s.next() & ones);
    }, i.match);
}
/** Blocks of vector instructions that branch by CR6, and by CTR back to the start. */
function randomProgram(s: Scatter): number[] {
  const words: number[] = [];
  for (let block = 0; block < 5; block++) {
    for (let n = 1 + s.below(6); n > 0; n--) words.push(randomWord(s));
    const skipped = 1 + s.below(4);
    // bc 12 or 4, a bit of CR6, over some instructions.
    words.push((0x40000000 | ((s.below(2) ? 12 : 4) << 21) | ((24 + s.below(4)) << 16) | (4 * (skipped + 1))) >>> 0);
    for (let n = 0; n < skipped; n++) words.push(randomWord(s));
  }
  const back = -4 * words.length;
  words.push((0x42000000 | (back & 0xfffc)) >>> 0);
  words.push((0x48000000 | ((back - 4) & 0x3fffffc)) >>> 0);
  return words;
}

describe.each(ENDIANS)('random vector programs, %s-endian', (endian) => {
  it('do the same interpreted and compiled', () => {
    for (let program = 0; program < 60; program++) {
      const [interpreted, compiled] = (['interp', 'jit'] as const).map((mode) => {
        const s = new Scatter(`${endian} ${program}`);
        const cpu = new BareCpu64(mode, { endian });
        cpu.load(BASE, randomProgram(s));
        for (let n = 0; n < 32; n++) cpu.setVsr(32 + n, scatteredVector(s));
        cpu.state.words[VSCR_OFFSET >> 2] = s.pick([0, 0x10000]);
        cpu.state.ctr = 7;
        cpu.run(BASE, 3000 + program);
        return [
          cpu.state.pc,
          cpu.state.cr,
          cpu.state.words[VSCR_OFFSET >> 2]!,
          ...Array.from({ length: 8 }, (_, n) => cpu.vsr(32 + n).toString(16)),
        ];
      });
      expect([program, ...compiled!]).toEqual([program, ...interpreted!]);
    }
  });
});
