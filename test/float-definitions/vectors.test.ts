/** Every definition that computes on floating-point registers or the FPSCR, interpreted and compiled, against the references. */
import { beforeAll, describe, expect, it } from 'vitest';
import { EXCEPTION_FLOATING, EXCEPTION_FP_UNAVAILABLE, EXCEPTION_NONE } from '../../jit/abi/exits.js';
import { FLOATING_POINT_ARITHMETIC } from '../../jit/isa/book1/floating-point-arithmetic.js';
import { FLOATING_POINT_COMPARE } from '../../jit/isa/book1/floating-point-compare.js';
import { FLOATING_POINT_CONVERT } from '../../jit/isa/book1/floating-point-convert.js';
import { FLOATING_POINT_LOAD } from '../../jit/isa/book1/floating-point-load.js';
import { FLOATING_POINT_MOVE } from '../../jit/isa/book1/floating-point-move.js';
import { FLOATING_POINT_STATUS } from '../../jit/isa/book1/floating-point-status.js';
import { FLOATING_POINT_STORE } from '../../jit/isa/book1/floating-point-store.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { extract, type Instruction } from '../../jit/isa/inst.js';
import { FIELDS } from '../../jit/isa/operands.js';
import { Scatter } from '../isa/situations.js';
import { isNaN, type Expected, type Reference } from './expected.js';
import { CIA, FloatMachine, type After, type Runnable } from './float-machine.js';
import { EDGES, FPSCRS, withRc } from './operands.js';
import { ARITHMETIC } from './reference-arithmetic.js';
import { OTHERS } from './reference-convert.js';

const REFERENCES: Readonly<Record<string, Reference>> = { ...ARITHMETIC, ...OTHERS };
const COMPUTING = [...FLOATING_POINT_ARITHMETIC, ...FLOATING_POINT_CONVERT, ...FLOATING_POINT_COMPARE];
const OTHER = [...FLOATING_POINT_MOVE, ...FLOATING_POINT_STATUS];
const STORAGE = [...FLOATING_POINT_LOAD, ...FLOATING_POINT_STORE];
/** Those that leave enabled exceptions alone: they cause none. */
const CALM = new Set([...FLOATING_POINT_MOVE.map((i) => i.mnemonic), 'ftdiv', 'ftsqrt', 'mffs', 'mcrfs']);
/** Pairs of FPRs and FPSCR for one word: for instructions with many words, fewer. */
const STATES = { computing: 110, other: 50 };

const isLong = (i: Instruction) => (i.facts.needs ?? []).includes('isa205');
const referenceOf = (i: Instruction): Reference | undefined =>
  REFERENCES[(i.mnemonic === 'mtfsf' || i.mnemonic === 'mtfsfi') && isLong(i) ? `${i.mnemonic}+` : i.mnemonic];

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
/** Words to test a definition with: register numbers all different, or as equal as can be; numbers of bits and fields. */
function wordsOf(i: Instruction): number[] {
  const names = new Set(i.operands.flatMap((o) => o.fields).map((f) => f.name));
  if (i.mnemonic.startsWith('mtfsb')) return range(32).flatMap((RT) => withRc(i, { RT }));
  if (i.mnemonic === 'mcrfs') return range(8).flatMap((BFA) => withRc(i, { BF: 7 - BFA, BFA }));
  const extra: Readonly<Record<string, number>>[] = isLong(i) ? [{}, { W: 1 }, { L: 1 }] : [{}];
  if (i.mnemonic === 'mtfsfi') return range(8).flatMap((BF) => [0, 5, 10, 15].flatMap((U) => extra.flatMap((x) => withRc(i, { BF, U, ...x })))); // prettier-ignore
  if (i.mnemonic === 'mtfsf') return [0xff, 1, 0x80, 0x5a, 0].flatMap((FLM) => extra.flatMap((x) => withRc(i, { FLM, ...x })));
  const plain = withRc(i);
  return names.has('RA') || names.has('RB') ? [...plain, ...withRc(i, { RT: 3, RA: 3, RB: 3, RC: 3, BF: 7 })] : plain;
}

interface Case {
  readonly instruction: Instruction;
  readonly word: number;
}
const casesOf = (list: readonly Instruction[]): Case[] =>
  list.flatMap((instruction) => wordsOf(instruction).map((word) => ({ instruction, word })));

let machine: FloatMachine;
beforeAll(() => {
  machine = new FloatMachine();
});

/** Everything that went wrong with one run, empty when nothing did. */
function complaints(
  { instruction, word }: Case,
  before: Readonly<Record<number, bigint>>,
  expected: Expected,
  fe: boolean,
  after: After,
): string {
  const wrong: string[] = [];
  const rt = extract(word, FIELDS.RT);
  after.fpr.forEach((value, n) => {
    const old = before[n] ?? 0n;
    const right = n === rt && expected.accepts ? expected.accepts(value) : value === (n === rt ? (expected.frt ?? old) : old);
    if (!right) wrong.push(`f${n} = ${value.toString(16)}, not ${(expected.frt ?? old).toString(16)}`);
  });
  const difference = (after.fpscr ^ expected.fpscr) & ~(expected.undefined ?? 0);
  if (difference !== 0) wrong.push(`FPSCR = ${after.fpscr.toString(16)}, not ${expected.fpscr.toString(16)}`);
  const cr = range(8).map(() => 0);
  if (expected.cr !== undefined) cr[extract(word, FIELDS.BF)] = expected.cr;
  else if (instruction.operands.some((o) => o.name === 'Rc') && word & 1) cr[1] = expected.fpscr >>> 28;
  if (after.cr.join() !== cr.join()) wrong.push(`CR = ${after.cr.join()}, not ${cr.join()}`);
  const raises = fe && (expected.fpscr & 0x40000000) !== 0 && !CALM.has(instruction.mnemonic);
  if (after.exception !== (raises ? EXCEPTION_FLOATING : EXCEPTION_NONE)) wrong.push(`exception ${after.exception}`);
  if (after.next !== (raises ? CIA : CIA + 4)) wrong.push(`next ${after.next.toString(16)}`);
  return wrong.join('; ');
}

/** Runs the states of one word; returns how many the reference knew. */
function check(c: Case, states: number, ways: (fe: boolean) => readonly Runnable[]): number {
  const reference = referenceOf(c.instruction)!;
  const s = new Scatter(`${c.instruction.mnemonic} ${c.word}`);
  const { word } = c;
  const [rt, ra, rb, rc] = [FIELDS.RT, FIELDS.RA, FIELDS.RB, FIELDS.RC].map((f) => extract(word, f));
  let known = 0;
  for (let k = 0; k < states; k++) {
    const fpr: Record<number, bigint> = {};
    for (const n of [rt, ra, rb, rc]) fpr[n] = s.pick(EDGES);
    // Each edge as the last operand, whatever else is drawn.
    if (k < EDGES.length) fpr[rb] = EDGES[k];
    const fpscr = s.pick(FPSCRS);
    const fe = s.below(2) === 1;
    const expected = reference({ a: fpr[ra], b: fpr[rb], c: fpr[rc], old: fpr[rt], fpscr, word });
    if (!expected) continue;
    known++;
    for (const way of ways(fe)) {
      const wrong = complaints(c, fpr, expected, fe, machine.run(way, { fpr, fpscr, fe }));
      if (wrong !== '') throw new Error(`${c.instruction.mnemonic} ${word.toString(16)} (${way.key ? 'compiled' : 'interpreted'}): ${wrong}
        FPRs ${Object.entries(fpr).map(([n, v]) => `f${n} = ${v.toString(16)}`).join()} FPSCR ${fpscr.toString(16)} FE ${fe}`); // prettier-ignore
    }
  }
  return known;
}

describe('floating-point definitions', () => {
  it('have references, or vectors of their own', () => {
    // Those of decimal floating point are in test/decimal.
    const defined = INSTRUCTIONS.filter((i) => i.facts.needs?.includes('fpu') && !i.facts.needs.includes('dfp'));
    const covered = new Set([...COMPUTING, ...OTHER, ...STORAGE]);
    expect(defined.filter((i) => !covered.has(i)).map((i) => i.mnemonic)).toEqual([]);
    expect([...COMPUTING, ...OTHER].filter((i) => !referenceOf(i)).map((i) => i.mnemonic)).toEqual([]);
    expect(defined.length).toBeGreaterThan(80);
  });

  it.each([
    ['arithmetic, conversions and compares', COMPUTING, STATES.computing],
    ['moves and the FPSCR', OTHER, STATES.other],
  ])('%s agree with the references', (_, list, states) => {
    const cases = casesOf(list);
    const interpreted = machine.handlers(cases);
    const compiled = [false, true].map((fe) => machine.regions(cases, { fp: true, fe }, 'bytes'));
    const thin: string[] = [];
    cases.forEach((c, k) => {
      const known = check(c, states, (fe) => [interpreted[k], compiled[fe ? 1 : 0][k]]);
      if (known < states / 4) thin.push(`${c.instruction.mnemonic}: ${known}`);
    });
    expect(thin).toEqual([]);
  });

  it('are unavailable when MSR[FP] is 0, and do nothing then', () => {
    const cases = [...COMPUTING, ...OTHER, ...STORAGE].map((instruction) => ({ instruction, word: withRc(instruction).at(-1)! }));
    const fpr = { 3: 0x7ff4000000000000n, 4: 1n, 5: 0xfff0000000000001n, 6: 2n };
    const ways = [machine.handlers(cases), machine.regions(cases, { fp: false, fe: false }, 'bytes')];
    for (const way of ways) {
      cases.forEach(({ instruction }, k) => {
        const after = machine.run(way[k], { fpr, fp: false, gpr: { 4: 0x20008, 5: 8 }, fpscr: 0x80 });
        const changed =
          after.fpr.some((v, n) => v !== ((fpr as Record<number, bigint>)[n] ?? 0n)) ||
          after.gpr[4] !== 0x20008 ||
          after.cr.some((f) => f !== 0);
        expect([instruction.mnemonic, after.exception, after.next, after.fpscr, changed]).toEqual([instruction.mnemonic, EXCEPTION_FP_UNAVAILABLE, CIA, 0x80, false]); // prettier-ignore
      });
    }
  });

  it('count themselves in compiled code, unless they raise an exception', () => {
    const fadd = FLOATING_POINT_ARITHMETIC[0];
    const [word] = withRc(fadd);
    const [region] = machine.regions([{ instruction: fadd, word }], { fp: true, fe: true }, 'bytes');
    const run = (a: bigint) => machine.run(region, { fpr: { 4: a, 5: 0n }, fpscr: 0x80, fe: true });
    expect(run(0n).counted).toBe(1);
    const raised = run(0x7ff4000000000000n);
    expect([raised.counted, raised.exception, raised.fpr[3]]).toEqual([0, EXCEPTION_FLOATING, 0n]);
  });

  it('draw operands of every kind', () => {
    expect(EDGES.filter(isNaN).length).toBeGreaterThan(5);
    expect(new Set(EDGES).size).toBe(EDGES.length);
  });
});
