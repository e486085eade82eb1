import { describe, expect, it } from 'vitest';
import { SPR_OFFSET } from '../../jit/abi/layout.js';
import { BRANCH } from '../../jit/isa/book1/branch.js';
import { CONDITION_REGISTER } from '../../jit/isa/book1/condition-register.js';
import { FIXED_POINT_ARITHMETIC } from '../../jit/isa/book1/fixed-point-arithmetic.js';
import { FIXED_POINT_BITS } from '../../jit/isa/book1/fixed-point-bits.js';
import { FIXED_POINT_COMPARE } from '../../jit/isa/book1/fixed-point-compare.js';
import { FIXED_POINT_DECIMAL } from '../../jit/isa/book1/fixed-point-decimal.js';
import { FIXED_POINT_EXTENDED_DIVIDE } from '../../jit/isa/book1/fixed-point-extended-divide.js';
import { FIXED_POINT_LOAD } from '../../jit/isa/book1/fixed-point-load.js';
import { FIXED_POINT_LOGICAL } from '../../jit/isa/book1/fixed-point-logical.js';
import { FIXED_POINT_MULTIPLE } from '../../jit/isa/book1/fixed-point-multiple.js';
import { FIXED_POINT_MULTIPLY } from '../../jit/isa/book1/fixed-point-multiply.js';
import { FIXED_POINT_ROTATE } from '../../jit/isa/book1/fixed-point-rotate.js';
import { FIXED_POINT_STORE } from '../../jit/isa/book1/fixed-point-store.js';
import { CACHE } from '../../jit/isa/book2/cache.js';
import { RESERVATION } from '../../jit/isa/book2/reservation.js';
import { SYNCHRONIZATION } from '../../jit/isa/book2/synchronization.js';
import type { Ir } from '../../jit/ir/ir.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { EvaluatedCpu, PatternMemory } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';
import { ARITHMETIC } from './reference/arithmetic.js';
import { CONTROL } from './reference/control.js';
import { DECIMAL } from './reference/decimal.js';
import { ReferenceCpu, type SemanticsTable } from './reference/cpu.js';
import { LOGICAL } from './reference/logical.js';
import { STORAGE } from './reference/storage.js';
import { edges, Scatter, scatteredValue, wordsOf } from './situations.js';

const REFERENCE: SemanticsTable = { ...ARITHMETIC, ...LOGICAL, ...CONTROL, ...STORAGE, ...DECIMAL };
const AREAS: Readonly<Record<string, readonly Instruction[]>> = {
  branch: BRANCH,
  'condition register': CONDITION_REGISTER,
  'add and subtract': FIXED_POINT_ARITHMETIC,
  'multiply and divide': [...FIXED_POINT_MULTIPLY, ...FIXED_POINT_EXTENDED_DIVIDE],
  'decimal assists': FIXED_POINT_DECIMAL,
  'compare, trap, select': FIXED_POINT_COMPARE,
  logical: FIXED_POINT_LOGICAL,
  'bits and bytes': FIXED_POINT_BITS,
  'rotate and shift': FIXED_POINT_ROTATE,
  load: FIXED_POINT_LOAD,
  store: FIXED_POINT_STORE,
  'multiple and string': FIXED_POINT_MULTIPLE,
  cache: CACHE,
  reservation: RESERVATION,
  synchronization: SYNCHRONIZATION,
};
const MODES = [
  { width: 32, mode64: false, msr: { PR: false } },
  { width: 64, mode64: false, msr: { PR: false } },
  { width: 64, mode64: true, msr: { PR: false } },
] as const;
type Mode = (typeof MODES)[number];

const CIA = 0x1000n;
const SPR_TAR = SPR_OFFSET + 8 * 815;
const SCATTERED_WORDS = 8;
const STATES_OF_A_WORD = 2;

/** Registers before an instruction. */
interface State {
  readonly gpr: readonly bigint[];
  readonly cr: bigint;
  readonly xer: bigint;
  readonly lr: bigint;
  readonly ctr: bigint;
  readonly tar: bigint;
  /** Reservations are held for the very granule of RA + RB, for another, or not at all. */
  readonly reserved: 0 | 1 | 2;
}
function scatteredState(s: Scatter, width: 32 | 64): State {
  const value = () => scatteredValue(s, width);
  return {
    gpr: Array.from({ length: 32 }, value),
    cr: BigInt(s.next()),
    xer: BigInt((s.next() & 0xe0000000) >>> 0) | BigInt(s.below(40)),
    lr: value(),
    ctr: s.below(2) ? BigInt(s.below(3)) : value(),
    tar: value(),
    reserved: s.below(3) as 0 | 1 | 2,
  };
}

/** Everything an instruction may change, as the reference has it. */
function expected(i: Instruction, word: number, mode: Mode, state: State): unknown[] {
  const c = new ReferenceCpu(mode.width, mode.mode64, word, CIA, new PatternMemory());
  Object.assign(c, {
    gpr: [...state.gpr],
    cr: state.cr,
    lr: state.lr,
    ctr: state.ctr,
    tar: state.tar,
    reservation: reservationOf(c, state),
  });
  c.so = (state.xer >> 31n) & 1n;
  c.ov = (state.xer >> 30n) & 1n;
  c.ca = (state.xer >> 29n) & 1n;
  c.count = state.xer & 127n;
  c.server = i.facts.needs?.includes('book3s') === true;
  REFERENCE[i.mnemonic]!(c);
  const xer = (c.so << 31n) | (c.ov << 30n) | (c.ca << 29n) | c.count;
  const next = c.exception === undefined ? c.nia : CIA;
  return [...c.gpr, c.cr, xer, c.lr, c.ctr, next, c.exception, c.resync, c.reservation, ...written(c.memory)];
}
function reservationOf(c: ReferenceCpu, { gpr, reserved }: State): bigint | undefined {
  if (reserved === 0) return undefined;
  const ea = c.address((c.ra === 0 ? 0n : gpr[c.ra]!) + gpr[c.rb]!);
  return reserved === 1 ? ea - (ea % 32n) : ea - (ea % 32n) + 64n;
}
const written = (m: PatternMemory) =>
  [...m.written].sort(([a], [b]) => (a < b ? -1 : 1)).map(([a, v]) => `${a.toString(16)}:${v.toString(16)}`);

function cpuOf(word: number, mode: Mode, state: State): EvaluatedCpu {
  const cpu = new EvaluatedCpu(mode.width);
  cpu.addressBits = mode.mode64 ? 64 : 32;
  state.gpr.forEach((v, n) => (cpu.gpr[n] = v));
  cpu.wholeCr = state.cr;
  cpu.xer = state.xer;
  cpu.lr = state.lr;
  cpu.ctr = state.ctr;
  cpu.state.set(SPR_TAR, state.tar);
  cpu.reservation = reservationOf(new ReferenceCpu(mode.width, mode.mode64, word, CIA, cpu.memory), { ...state, gpr: cpu.gpr });
  return cpu;
}
function found(ir: Ir, word: number, mode: Mode, state: State): unknown[] {
  const cpu = cpuOf(word, mode, state);
  const { next, exception, resync } = evaluate(ir, cpu, word, CIA);
  const exceptionNumber = exception?.number;
  return [...cpu.gpr, cpu.wholeCr, cpu.xer, cpu.lr, cpu.ctr, next, exceptionNumber, resync, cpu.reservation, ...written(cpu.memory)];
}

const show = (v: unknown) => (typeof v === 'bigint' ? `0x${v.toString(16)}` : String(v));
const NAMES = [...Array.from({ length: 32 }, (_r, n) => `r${n}`), 'CR', 'XER', 'LR', 'CTR', 'next', 'exception', 'resync', 'reservation'];
/** What differs, in words; undefined when nothing does. */
function difference(i: Instruction, ir: Ir, word: number, mode: Mode, state: State): string | undefined {
  const [a, b] = [expected(i, word, mode, state), found(ir, word, mode, state)];
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_x, k) => k).find((k) => a[k] !== b[k]);
  if (at === undefined) return undefined;
  const where = `${i.mnemonic} 0x${word.toString(16)} ${mode.width} ${mode.mode64 ? '64-bit mode' : '32-bit mode'}`;
  const operands = `RT=${show(state.gpr[(word >>> 21) & 31])} RA=${show(state.gpr[(word >>> 16) & 31])} RB=${show(state.gpr[(word >>> 11) & 31])}`;
  return `${where}: ${NAMES[at] ?? 'storage'} is ${show(b[at])}, not ${show(a[at])}; ${operands} CR=${show(state.cr)} XER=${show(state.xer)} CTR=${show(state.ctr)}`;
}

/** What keeps a state within what the manual defines: cbcdtd wants decimal digits. */
const DEFINED: Readonly<Record<string, (gpr: bigint) => bigint>> = {
  cbcdtd: (v) => BigInt(`0x${v.toString().padStart(16, '0').slice(-16)}`),
};

/** All vectors of a definition in one mode; the first few that fail. */
function failures(i: Instruction, mode: Mode): string[] {
  const s = new Scatter(`${i.mnemonic} ${mode.width} ${mode.mode64}`);
  const { plain, others } = wordsOf(i, s, SCATTERED_WORDS);
  const wrong: string[] = [];
  const run = (ir: Ir, word: number, given: State) => {
    const state = { ...given, gpr: given.gpr.map(DEFINED[i.mnemonic] ?? ((v) => v)) };
    const d = wrong.length < 3 ? difference(i, ir, word, mode, state) : undefined;
    if (d !== undefined) wrong.push(d);
  };
  for (const word of plain) {
    const ir = irOf(i, word, Number(CIA), mode);
    // Every edge value against every other: in RS and RB or RA and RB.
    for (const a of edges(mode.width)) {
      for (const b of edges(mode.width)) {
        const state = scatteredState(s, mode.width);
        run(ir, word, { ...state, gpr: state.gpr.map((v, n) => (n === 5 ? b : n === 3 || n === 4 ? a : v)) });
      }
    }
  }
  for (const word of [...plain, ...others]) {
    for (const operands of ['known', 'unknown'] as const) {
      const ir = irOf(i, word, Number(CIA), mode, operands);
      for (let n = 0; n < STATES_OF_A_WORD; n++) run(ir, word, scatteredState(s, mode.width));
    }
  }
  return wrong;
}

describe.each(Object.entries(AREAS))('%s', (_area, definitions) => {
  it.each(MODES)('agrees with the reference at width $width, 64-bit mode $mode64', (mode) => {
    const applicable = definitions.filter((i) => mode.width === 64 || !i.facts.only64);
    expect(applicable.flatMap((i) => failures(i, mode))).toEqual([]);
  });
});

describe('vectors', () => {
  it('exist for every definition', () => {
    const all = Object.values(AREAS).flat();
    expect(all.filter((i) => REFERENCE[i.mnemonic] === undefined).map((i) => i.mnemonic)).toEqual([]);
  });

  it('leave everything as it was when storage cannot be accessed', () => {
    const s = new Scatter('faults');
    for (const mode of MODES) {
      for (const i of [...FIXED_POINT_LOAD, ...FIXED_POINT_STORE, ...FIXED_POINT_MULTIPLE, ...RESERVATION]) {
        if (i.facts.only64 && mode.width === 32) continue;
        const { plain } = wordsOf(i, s, 0);
        // A string must not be loaded into the registers of its address.
        const word = i.mnemonic.startsWith('lsw') ? (plain[0]! | (16 << 21)) >>> 0 : plain[0]!;
        const state = { ...scatteredState(s, mode.width), gpr: Array.from({ length: 32 }, () => 0x100n), xer: 5n, reserved: 0 as const };
        for (const operands of ['known', 'unknown'] as const) {
          const cpu = cpuOf(word, mode, state);
          cpu.memory.limit = 0n;
          const ir = irOf(i, word, Number(CIA), mode, operands);
          const before = JSON.stringify([cpu.gpr, cpu.wholeCr, cpu.xer], (_k, v) => show(v as unknown));
          const outcome = evaluate(ir, cpu, word, CIA);
          expect([i.mnemonic, outcome.exception?.number, outcome.next]).toEqual([i.mnemonic, 8, CIA]);
          expect(JSON.stringify([cpu.gpr, cpu.wholeCr, cpu.xer], (_k, v) => show(v as unknown))).toBe(before);
        }
      }
    }
  });
});
