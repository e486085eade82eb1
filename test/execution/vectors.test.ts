import { describe, expect, it } from 'vitest';
import { BRANCH } from '../../jit/isa/book1/branch.js';
import { CONDITION_REGISTER } from '../../jit/isa/book1/condition-register.js';
import { FIXED_POINT_ARITHMETIC } from '../../jit/isa/book1/fixed-point-arithmetic.js';
import { FIXED_POINT_BITS } from '../../jit/isa/book1/fixed-point-bits.js';
import { FIXED_POINT_COMPARE } from '../../jit/isa/book1/fixed-point-compare.js';
import { FIXED_POINT_LOAD } from '../../jit/isa/book1/fixed-point-load.js';
import { FIXED_POINT_LOGICAL } from '../../jit/isa/book1/fixed-point-logical.js';
import { FIXED_POINT_MULTIPLE } from '../../jit/isa/book1/fixed-point-multiple.js';
import { FIXED_POINT_MULTIPLY } from '../../jit/isa/book1/fixed-point-multiply.js';
import { FIXED_POINT_ROTATE } from '../../jit/isa/book1/fixed-point-rotate.js';
import { FIXED_POINT_STORE } from '../../jit/isa/book1/fixed-point-store.js';
import { CACHE } from '../../jit/isa/book2/cache.js';
import { RESERVATION } from '../../jit/isa/book2/reservation.js';
import { SYNCHRONIZATION } from '../../jit/isa/book2/synchronization.js';
import { MAC } from '../../jit/isa/book3e/mac.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { edges, Scatter, wordsOf } from '../isa/situations.js';
import { expectedAfter, scatteredBefore, type Before } from './expected.js';
import { InstructionRunner } from './instruction-runner.js';
import { SYSTEM_MNEMONICS } from './system-programs.js';

const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
const ofModel = (list: readonly Instruction[]) => list.filter((i) => decoder.instructions.includes(i));
const AREAS: Readonly<Record<string, readonly Instruction[]>> = {
  branch: BRANCH,
  'condition register': CONDITION_REGISTER,
  'add and subtract': FIXED_POINT_ARITHMETIC,
  'multiply and divide': FIXED_POINT_MULTIPLY,
  'compare and trap': FIXED_POINT_COMPARE,
  logical: [...FIXED_POINT_LOGICAL, ...FIXED_POINT_BITS],
  'rotate and shift': FIXED_POINT_ROTATE,
  'multiply-accumulate': MAC,
  load: FIXED_POINT_LOAD,
  store: FIXED_POINT_STORE,
  'multiple and string': FIXED_POINT_MULTIPLE,
  'cache, reservation, synchronization': [...CACHE, ...RESERVATION, ...SYNCHRONIZATION],
};
/** Areas whose registers must hold addresses. */
const ACCESSING = new Set(['load', 'store', 'multiple and string', 'cache, reservation, synchronization']);
/** Definitions that compiled code leaves to the interpreter. */
const INTERPRETED_ONLY = new Set(['lswi', 'lswx', 'stswi', 'stswx']);
const SCATTERED_WORDS = 6;
const STATES_OF_A_WORD = 4;

/** An address that every displacement and every other such number leaves inside storage. */
const scatteredAddress = (s: Scatter) => (s.below(4) ? 0x10000 + (s.below(0x8000) & s.pick([~3, ~0])) : 0x18000 - 1 - s.below(4));

/** States for a word: of the plain words every edge against every edge, of the others some. */
function statesOf(area: string, s: Scatter, plain: boolean): Before[] {
  if (ACCESSING.has(area)) return Array.from({ length: plain ? 200 : 8 }, () => scatteredBefore(s, () => scatteredAddress(s)));
  if (!plain) return Array.from({ length: STATES_OF_A_WORD }, () => scatteredBefore(s));
  const values = edges(32).map(Number);
  return values.flatMap((a) => values.map((b) => {
    const state = scatteredBefore(s);
    return { ...state, gpr: state.gpr.map((v, n) => (n === 5 ? b : n === 3 || n === 4 ? a : v)) };
  })); // prettier-ignore
}

/** An integer definition's vectors on both CPUs. */
function check(area: string, i: Instruction, runners: readonly InstructionRunner[]): { wrong: string[]; cases: number; compiled: number } {
  const s = new Scatter(i.mnemonic);
  const { plain, others } = wordsOf(i, s, SCATTERED_WORDS);
  const wrong: string[] = [];
  let cases = 0;
  let compiled = 0;
  for (const word of [...plain, ...others]) {
    const cia = runners.map((r) => r.place(word))[0]!;
    let fresh = true;
    for (const before of statesOf(area, s, plain.includes(word))) {
      const after = expectedAfter(i, word, cia, before);
      if (!after) continue;
      cases++;
      for (const runner of runners) {
        // What runs compiled must have been interpreted once; storage is as before each time.
        for (let times = fresh && runner.mode === 'jit' ? 3 : 1; times > 0; times--) {
          runner.run(before);
          const how = runner.wasCompiled() ? 'compiled' : 'interpreted';
          const difference = runner.difference(after);
          if (difference !== '' && wrong.length < 5) {
            wrong.push(`${i.mnemonic} ${word.toString(16)} (${runner.mode}, ${how}): ${difference}; ${JSON.stringify(before)}`);
          }
          if (times === 1 && how === 'compiled') compiled++;
        }
      }
      fresh = false;
    }
  }
  return { wrong, cases, compiled };
}

describe('vectors of every integer definition of the 440', () => {
  const runners = [new InstructionRunner('interp'), new InstructionRunner('jit')];
  it.each(Object.keys(AREAS))('%s: interpreter and compiled code do what the references say', (area) => {
    const wrong: string[] = [];
    const interpreted: string[] = [];
    for (const i of ofModel(AREAS[area]!)) {
      const result = check(area, i, runners);
      wrong.push(...result.wrong);
      expect(result.cases, i.mnemonic).toBeGreaterThan(30);
      // A few branches go into other tests' code; accesses that are not aligned are the interpreter's until there have been many.
      const share = ACCESSING.has(area) ? 0.3 : 0.9;
      if (result.compiled < share * result.cases !== INTERPRETED_ONLY.has(i.mnemonic)) {
        interpreted.push(`${i.mnemonic}: ${result.compiled} of ${result.cases} compiled`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(interpreted).toEqual([]);
    for (const r of runners) expect(r.strayBytes()).toBe(0);
  });

  it('leaves no definition out', () => {
    const covered = new Set(Object.values(AREAS).flatMap((list) => list.map((i) => i.mnemonic)));
    const missing = decoder.instructions.filter((i) => !covered.has(i.mnemonic) && !i.facts.needs?.includes('fpu')).map((i) => i.mnemonic);
    expect(missing.filter((m) => !SYSTEM_MNEMONICS.has(m))).toEqual([]);
  });
});
