/**
 * Loops of VSX, floating-point and branch instructions on a whole POWER8: interpreted and compiled, where registers live in locals from one
 * instruction to the next and both views of the first 32 VSRs meet. What single instructions do, test/vsx says.
 */
import { describe, expect, it } from 'vitest';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { Scatter } from '../isa/situations.js';
import { BareCpu64 } from '../support/bare-cpu64.js';
import { STYLES, vsrOf, wordOf } from '../vsx/operands.js';

const CODE = 0x1000;
const DATA = 0x8000;
const ITERATIONS = 6;
const BODY = 24;
const PROGRAMS = 24;
/** Instructions of a pass at most; what is left of them the last one, which branches to itself, takes. */
const LENGTH = ITERATIONS * (BODY + 2) + 4;

const { instructions } = new Decoder(INSTRUCTIONS, POWER8);
const has = (i: Instruction, feature: string) => i.facts.needs?.some((f) => f === feature) === true;
const VSX = instructions.filter((i) => has(i, 'vsx') && !has(i, 'fpu'));
const FLOAT = instructions.filter((i) => has(i, 'fpu') && !/^(l|st|mtfs|mcrfs)/.test(i.mnemonic));

const MTCTR_R4 = 0x7c8903a6;
const BRANCH_TO_ITSELF = 0x48000000;
const MFFS_F31 = 0xffe0048e;
/** bdnz by a distance in bytes. */
const bdnz = (distance: number): number => (0x42000000 | (distance & 0xfffc)) >>> 0;
/** beq cr2: skips the next instruction after a compare or test that said so. */
const SKIP_IF_EQUAL = 0x418a0008;

/** An instruction on a few registers: VSRs 0..3 and 32..35, FPRs 0..3, r10 for moves, r3 + r9 as the address. */
function randomWord(s: Scatter): number {
  if (s.below(10) === 0) return SKIP_IF_EQUAL;
  const i = s.pick(s.below(4) ? VSX : FLOAT);
  const any = () => s.below(4);
  const bit = () => s.below(2);
  const storage = /^(lx|stx)/.test(i.mnemonic);
  const move = /^m[ft]vsr/.test(i.mnemonic);
  const fields = { XT: any(), XA: any(), XB: any(), XC: any(), TX: bit(), AX: bit(), BX: bit(), CX: bit(), RT: any(), RC: any(), BF: 2 };
  const others = { RA: storage ? 3 : move ? 10 : any(), RB: storage ? 9 : any(), Rc: bit(), DM: any(), SHW: any(), UIM: any() };
  return wordOf(i, { ...fields, ...others });
}

/** State after a program, as text; and how many instructions of its second pass were interpreted. */
function outcome(
  mode: 'interp' | 'jit',
  endian: 'big' | 'little',
  seed: number,
): { readonly state: string[]; readonly interpreted: number } {
  const s = new Scatter(`vsx program ${seed}`);
  const cpu = new BareCpu64(mode, { endian });
  const body = Array.from({ length: BODY }, () => randomWord(s));
  // A skip must not leave the loop.
  body.push(
    wordOf(
      VSX.find((i) => i.mnemonic === 'xxlor')!,
      { XT: 1, XA: 1, XB: 1 },
    ),
  );
  cpu.load(CODE, [MTCTR_R4, ...body, bdnz(-4 * body.length), MFFS_F31, BRANCH_TO_ITSELF]);
  const style = s.pick(STYLES);
  for (const n of [0, 1, 2, 3, 32, 33, 34, 35]) cpu.setVsr(n, vsrOf(s, style));
  cpu.memory.write(
    DATA,
    Uint8Array.from({ length: 64 }, () => s.below(256)),
  );
  cpu.setGpr(3, BigInt(DATA));
  cpu.setGpr(4, BigInt(ITERATIONS));
  cpu.setGpr(9, BigInt(s.pick([0, 16, 8, 4, 3])));
  // With XX set the short ways are taken; a second pass finds what the first one made compiled.
  cpu.run(CODE, LENGTH);
  cpu.engine.takeInterpreted();
  cpu.run(CODE, LENGTH);
  const interpreted = cpu.engine.takeInterpreted();
  const registers = [0, 1, 2, 3, 31, 32, 33, 34, 35].map((n) => `vs${n} = ${cpu.vsr(n).toString(16)}`);
  const data = [...cpu.memory.read(DATA, 64)].join();
  const state = [
    ...registers,
    `r10 = ${cpu.gpr(10).toString(16)}`,
    `CR2 = ${cpu.state.cr.toString(16)}`,
    data,
    `pc = ${cpu.state.pc.toString(16)}`,
  ];
  return { state, interpreted };
}

describe.each(['big', 'little'] as const)('VSX programs, %s-endian', (endian) => {
  it.each(Array.from({ length: PROGRAMS }, (_, n) => n))('%i: interpreter and compiled code agree', (seed) => {
    const interpreted = outcome('interp', endian, seed);
    expect(interpreted.state.at(-1)).toBe(`pc = ${(CODE + 4 * (BODY + 4)).toString(16)}`);
    const compiled = outcome('jit', endian, seed);
    expect(compiled.state).toEqual(interpreted.state);
    expect(compiled.interpreted).toBeLessThan(interpreted.interpreted);
  });
});
