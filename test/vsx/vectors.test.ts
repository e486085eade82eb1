/** Every VSX definition that does not access storage, interpreted and compiled, against the references. */
import { beforeAll, describe, expect, it } from 'vitest';
import { EXCEPTION_FLOATING, EXCEPTION_FP_UNAVAILABLE, EXCEPTION_NONE, EXCEPTION_VECTOR_UNAVAILABLE, EXCEPTION_VSX_UNAVAILABLE } from '../../jit/abi/exits.js'; // prettier-ignore
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { extract, type Field, type Instruction } from '../../jit/isa/inst.js';
import { FIELDS } from '../../jit/isa/operands.js';
import { VSX_COMPARE } from '../../jit/isa/vsx/compare.js';
import { VSX_CONVERT } from '../../jit/isa/vsx/convert.js';
import { VSX_LOGICAL } from '../../jit/isa/vsx/logical.js';
import { VSX_MOVE } from '../../jit/isa/vsx/move.js';
import { SPLIT } from '../../jit/isa/vsx/operands.js';
import { VSX_SCALAR_ARITHMETIC } from '../../jit/isa/vsx/scalar-arithmetic.js';
import { VSX_STORAGE_ACCESS } from '../../jit/isa/vsx/storage-access.js';
import { VSX_VECTOR_ARITHMETIC } from '../../jit/isa/vsx/vector-arithmetic.js';
import { settled } from '../float-definitions/expected.js';
import { FPSCRS } from '../float-definitions/operands.js';
import { Scatter } from '../isa/situations.js';
import type { VsxExpected, VsxReference } from './expected.js';
import { STYLES, vsrOf, wordsOf } from './operands.js';
import { VSX_ARITHMETIC } from './reference-arithmetic.js';
import { VSX_CONVERSIONS } from './reference-convert.js';
import { VSX_MOVES } from './reference-move.js';
import { AVAILABLE, CIA, VsxMachine, type After, type Case, type Key, type Runnable } from './vsx-machine.js';

const REFERENCES: Readonly<Record<string, VsxReference>> = { ...VSX_ARITHMETIC, ...VSX_CONVERSIONS, ...VSX_MOVES };
const COMPUTING = [...VSX_SCALAR_ARITHMETIC, ...VSX_VECTOR_ARITHMETIC, ...VSX_COMPARE, ...VSX_CONVERT];
const COPYING = [...VSX_MOVE, ...VSX_LOGICAL];
const ALL = (1n << 128n) - 1n;
/** With an enabled exception from before, too: only what an instruction raises itself keeps its target. */
const BEFORE = [...FPSCRS, 0x82000008, 0x81000080, 0x9a064040];
/** Those that leave enabled exceptions alone: they cause none. */
const CALM = /^(x[sv]tdiv|x[sv]tsqrt|xscvdpspn|xscvspdpn|xvcv[su]xwdp|xs(n?abs|neg|cpsgn)|xv(n?abs|neg|cpsgn)|xx|m[ft]vsr)/;

const registerOf = (word: number, [five, one]: readonly [Field, Field]): number => extract(word, five) | (extract(word, one) << 5);
const casesOf = (list: readonly Instruction[]): Case[] => list.flatMap((instruction) => wordsOf(instruction).map((word) => ({ instruction, word }))); // prettier-ignore

let machine: VsxMachine;
beforeAll(() => {
  machine = new VsxMachine();
});

/** Everything that went wrong with one run, empty when nothing did. */
function complaints(
  c: Case,
  before: Readonly<Record<number, bigint>>,
  gpr: bigint,
  expected: VsxExpected,
  fe: boolean,
  after: After,
): string {
  const { word, instruction } = c;
  const wrong: string[] = [];
  const xt = registerOf(word, SPLIT.XT);
  const { defined = ALL } = expected;
  after.vsr.forEach((value, n) => {
    const old = before[n] ?? 0n;
    if (n === xt && expected.accepts) {
      if (!expected.accepts(value)) wrong.push(`vs${n} = ${value.toString(16)} is not near`);
      return;
    }
    const target = n === xt && expected.xt !== undefined;
    const [want, mask] = target ? [expected.xt!, defined] : [old, ALL];
    if ((value ^ want) & mask) wrong.push(`vs${n} = ${value.toString(16)}, not ${want.toString(16)} under ${mask.toString(16)}`);
  });
  const ra = extract(word, FIELDS.RA);
  const hasRa = instruction.mnemonic.startsWith('mfvsr');
  after.gpr.forEach((value, n) => {
    const want = hasRa && n === ra ? expected.gpr! : n === 7 ? gpr : 0n;
    if (value !== want) wrong.push(`r${n} = ${value.toString(16)}, not ${want.toString(16)}`);
  });
  const difference = (after.fpscr ^ expected.fpscr) & ~(expected.undefined ?? 0);
  if (difference !== 0) wrong.push(`FPSCR = ${after.fpscr.toString(16)}, not ${expected.fpscr.toString(16)}`);
  const cr = after.cr.map(() => 0);
  if (expected.cr !== undefined) cr[extract(word, FIELDS.BF)] = expected.cr;
  if (expected.cr6 !== undefined && word & 0x400) cr[6] = expected.cr6 === 'undefined' ? after.cr[6]! : expected.cr6;
  if (after.cr.join() !== cr.join()) wrong.push(`CR = ${after.cr.join()}, not ${cr.join()}`);
  const raises = fe && (expected.fpscr & 0x40000000) !== 0 && !CALM.test(instruction.mnemonic);
  if (after.exception !== (raises ? EXCEPTION_FLOATING : EXCEPTION_NONE)) wrong.push(`exception ${after.exception}`);
  if (after.next !== (raises ? CIA : CIA + 4)) wrong.push(`next ${after.next.toString(16)}`);
  return wrong.join('; ');
}

/** Runs the states of one word; returns how many the reference knew, and how many delivered something. */
function check(c: Case, states: number, ways: (fe: boolean) => readonly Runnable[]): { known: number; wrong: string } {
  const { word, instruction } = c;
  const reference = REFERENCES[instruction.mnemonic]!;
  const s = new Scatter(`${instruction.mnemonic} ${word}`);
  const [xt, xa, xb, xc] = [SPLIT.XT, SPLIT.XA, SPLIT.XB, SPLIT.XC].map((f) => registerOf(word, f)) as [number, number, number, number];
  let known = 0;
  for (let k = 0; k < states; k++) {
    const style = STYLES[k % STYLES.length]!;
    const vsr: Record<number, bigint> = {};
    for (const n of new Set([xt, xa, xb, xc])) vsr[n] = vsrOf(s, style);
    const fpscr = settled(s.pick(BEFORE));
    const fe = s.below(2) === 1;
    const gpr = (BigInt(s.next()) << 32n) | BigInt(s.next());
    const expected = reference({ a: vsr[xa]!, b: vsr[xb]!, c: vsr[xc]!, t: vsr[xt]!, fpscr, word, gpr });
    if (!expected) continue;
    known++;
    for (const way of ways(fe)) {
      const after = machine.run(way, { vsr, fpscr, gpr: { 7: gpr }, key: { ...AVAILABLE, fe } });
      const wrong = complaints(c, vsr, gpr, expected, fe, after);
      if (wrong !== '') {
        const registers = Object.entries(vsr).map(([n, v]) => `vs${n} = ${v.toString(16).padStart(32, '0')}`);
        return { known, wrong: `${instruction.mnemonic} ${word.toString(16)} (${way.key ? 'compiled' : 'interpreted'}): ${wrong}; ${registers.join()} FPSCR ${fpscr.toString(16)} FE ${fe}` }; // prettier-ignore
      }
    }
  }
  return { known, wrong: '' };
}

describe('VSX definitions', () => {
  it('have references, or vectors of their own', () => {
    const defined = INSTRUCTIONS.filter((i) => i.facts.needs?.includes('vsx') && !i.facts.needs.includes('fpu'));
    const covered = new Set([...COMPUTING, ...COPYING, ...VSX_STORAGE_ACCESS]);
    expect(defined.filter((i) => !covered.has(i)).map((i) => i.mnemonic)).toEqual([]);
    expect([...COMPUTING, ...COPYING].filter((i) => !REFERENCES[i.mnemonic]).map((i) => i.mnemonic)).toEqual([]);
    expect(defined.length).toBe(169);
  });

  it.each([
    ['scalar arithmetic', VSX_SCALAR_ARITHMETIC],
    ['vector arithmetic', VSX_VECTOR_ARITHMETIC],
    ['compares', VSX_COMPARE],
    ['conversions and roundings', VSX_CONVERT],
    ['moves', VSX_MOVE],
    ['logical and permute instructions', VSX_LOGICAL],
  ])('%s agree with the references', (_, list) => {
    const cases = casesOf(list);
    const interpreted = machine.handlers(cases);
    const compiled = [false, true].map((fe) => machine.regions(cases, { ...AVAILABLE, fe }));
    const thin: string[] = [];
    const wrong: string[] = [];
    const states = 54;
    cases.forEach((c, k) => {
      const result = check(c, states, (fe) => [interpreted[k]!, compiled[fe ? 1 : 0]![k]!]);
      if (result.wrong !== '') wrong.push(result.wrong);
      else if (result.known < states / 6) thin.push(`${c.instruction.mnemonic}: ${result.known}`);
    });
    expect(wrong.slice(0, 12)).toEqual([]);
    expect(thin).toEqual([]);
  });

  it('are unavailable as MSR[VSX], MSR[FP] and MSR[VEC] say, and do nothing then', () => {
    const vsr = { 3: 5n, 4: 0x7ff4000000000000n << 64n, 5: 1n, 35: 6n, 36: 7n, 37: 8n };
    const gpr = { 7: 0x20008n, 8: 8n };
    const keys: Key[] = [false, true].flatMap((vsx) => [false, true].flatMap((vec) => [false, true].map((fp) => ({ vsx, vec, fp, fe: false }))));
    // One word with an FPR and one with a VR.
    const cases = casesOf([...COMPUTING, ...COPYING, ...VSX_STORAGE_ACCESS]).filter(
      ({ instruction, word }, k, all) => all.findIndex((c) => c.instruction === instruction && ((c.word ^ word) & 1) === 0) === k,
    );
    const interpreted = machine.handlers(cases);
    for (const key of keys) {
      const compiled = machine.regions(cases, key);
      cases.forEach(({ instruction, word }, k) => {
        const isMove = /^m[ft]vsr/.test(instruction.mnemonic);
        const ofMove = word & 1 ? (key.vec ? EXCEPTION_NONE : EXCEPTION_VECTOR_UNAVAILABLE) : key.fp ? EXCEPTION_NONE : EXCEPTION_FP_UNAVAILABLE;
        const exception = isMove ? ofMove : key.vsx ? EXCEPTION_NONE : EXCEPTION_VSX_UNAVAILABLE;
        for (const way of [interpreted[k]!, compiled[k]!]) {
          const after = machine.run(way, { vsr, gpr, key });
          expect([instruction.mnemonic, after.exception]).toEqual([instruction.mnemonic, exception]);
          if (exception === EXCEPTION_NONE) continue;
          const unchanged = after.vsr.every((v, n) => v === ((vsr as Record<number, bigint>)[n] ?? 0n)) && after.gpr[7] === 0x20008n && after.cr.every((f) => f === 0);
          expect([instruction.mnemonic, after.next, after.fpscr, unchanged]).toEqual([instruction.mnemonic, CIA, 0, true]);
        }
      });
    }
  });
}); // prettier-ignore
