/**
 * Extended mnemonics (Book I, appendix E; Book III, appendix): other names of instructions with some operands fixed, for
 * assembler and disassembler alike. Spelling and choice follow GNU binutils.
 */
import { BRANCH_MNEMONICS } from './extended-mnemonics-branch.js';
import { SPR_MNEMONICS } from './extended-mnemonics-spr.js';
import { VSX_MNEMONICS } from './extended-mnemonics-vsx.js';
import type { Feature, Field } from './inst.js';
import { VRA, VRB, VRT } from './vmx/vector-operands.js';
import {
  BA,
  BB,
  BF,
  BT,
  FIELDS,
  FLM,
  FPSCR_L,
  FPSCR_W,
  FRB,
  FXM,
  LEV,
  MB,
  MB6,
  ME,
  RA,
  RA0_RB,
  RB,
  RS,
  RT,
  SH,
  SH6,
  SI,
  SYNC_L,
  U,
  UI,
  immediate,
  toRA,
  type FieldValue,
  type Operand,
  type PutField,
} from './operands.js';

/** What of an operand an assembler needs: everything but its meaning. */
export interface Spelling {
  readonly fields: readonly Field[];
  print(read: FieldValue, cia: number): string;
  parse?(text: string, put: PutField, cia: number): void;
}

/** Another name of an instruction. */
export interface ExtendedMnemonic {
  readonly mnemonic: string;
  /** Mnemonic of the definition; its suffixes (`.`, `o`, `l`, `a`) are appended to the extended one too. */
  readonly base: string;
  /** Written after the suffixes: a branch hint. */
  readonly hint?: '+' | '-';
  /** Fields that have one value, and that the assembler fills in. */
  readonly fixed: readonly (readonly [Field, number])[];
  /** What else must hold for the disassembler to use the name. */
  readonly when?: (read: FieldValue) => boolean;
  readonly operands: readonly Spelling[];
  /** Facilities of the models on which the name is used; as in a definition. */
  readonly needs?: readonly Feature[];
  readonly absent?: readonly Feature[];
  /** How branches of the models on which it is used are hinted; see CpuModel. */
  readonly hints?: 'y' | 'at';
  /** The assembler takes it; the disassembler prefers another spelling. */
  readonly assemblerOnly?: true;
}

const F = FIELDS;
const bit = (name: string, at: number): Field => ({ name, from: at, to: at });
const ME_FIELD = ME.fields[0]!;

/** A name for fixed values of fields. */
const alias = (
  mnemonic: string,
  base: string,
  fixed: readonly (readonly [Field, number])[],
  operands: readonly Spelling[],
  more: Partial<ExtendedMnemonic> = {},
): ExtendedMnemonic => ({ mnemonic, base, fixed, operands, ...more });

/** A number written in place of two fields that depend on it: `from` gives their values, and `to` reads it back. */
const derived = (what: string, low: number, high: number, parts: readonly (readonly [Spelling, (n: number) => number])[]): Spelling => ({
  fields: parts.flatMap(([operand]) => operand.fields),
  print: (read, cia) => {
    const [operand, of] = parts[0]!;
    const value = Number(operand.print(read, cia));
    for (let n = low; n <= high; n++) if (of(n) === value) return `${n}`;
    throw new Error(`${what} cannot be ${value}`);
  },
  parse: (text, put, cia) => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < low || n > high) throw new Error(`${what} ${text} is not a number in ${low}..${high}`);
    for (const [operand, of] of parts) operand.parse!(`${of(n)}`, put, cia);
  },
});
const value = (operand: Operand<string, unknown>, read: FieldValue): number => Number(operand.print(read, 0));

/** One operand that fills two register fields. */
const twice = (first: Spelling, second: Spelling): Spelling => ({
  fields: [...first.fields, ...second.fields],
  print: (read, cia) => first.print(read, cia),
  parse: (text, put, cia) => {
    first.parse!(text, put, cia);
    second.parse!(text, put, cia);
  },
});
const same = (a: Field, b: Field) => (read: FieldValue) => read(a) === read(b);

const rotateRight: Spelling = { ...SH, parse: (text, put) => put(F.RB, -Number(text) & 31) };
const rotates: readonly ExtendedMnemonic[] = [
  alias('rotlwi', 'rlwinm', [[F.RC, 0], [ME_FIELD, 31]], [toRA, RS, SH]),
  alias('clrlwi', 'rlwinm', [[F.RB, 0], [ME_FIELD, 31]], [toRA, RS, MB]),
  alias('slwi', 'rlwinm', [[F.RC, 0]], [toRA, RS, derived('shift', 0, 31, [[SH, (n) => n], [ME, (n) => 31 - n]])], {
    when: (read) => read(ME_FIELD) === 31 - read(F.RB),
  }),
  alias('srwi', 'rlwinm', [[ME_FIELD, 31]], [toRA, RS, derived('shift', 1, 31, [[MB, (n) => n], [SH, (n) => 32 - n]])], {
    when: (read) => read(F.RC) !== 0 && read(F.RB) === 32 - read(F.RC),
  }),
  alias('clrrwi', 'rlwinm', [[F.RB, 0], [F.RC, 0]], [toRA, RS, derived('count', 0, 31, [[ME, (n) => 31 - n]])]),
  alias('rotrwi', 'rlwinm', [[F.RC, 0], [ME_FIELD, 31]], [toRA, RS, rotateRight], { assemblerOnly: true }),
  alias('rotlw', 'rlwnm', [[F.RC, 0], [ME_FIELD, 31]], [toRA, RS, RB]),
  alias('rotldi', 'rldicl', MB6.fields.map((f) => [f, 0] as const), [toRA, RS, SH6]),
  alias('clrldi', 'rldicl', SH6.fields.map((f) => [f, 0] as const), [toRA, RS, MB6]),
  alias('srdi', 'rldicl', [], [toRA, RS, derived('shift', 1, 63, [[MB6, (n) => n], [SH6, (n) => 64 - n]])], {
    when: (read) => value(MB6, read) !== 0 && value(SH6, read) === 64 - value(MB6, read),
  }),
  alias('clrrdi', 'rldicr', SH6.fields.map((f) => [f, 0] as const), [toRA, RS, derived('count', 0, 63, [[MB6, (n) => 63 - n]])]),
  alias('sldi', 'rldicr', [], [toRA, RS, derived('shift', 0, 63, [[SH6, (n) => n], [MB6, (n) => 63 - n]])], {
    when: (read) => value(MB6, read) === 63 - value(SH6, read),
  }),
  alias('rotld', 'rldcl', MB6.fields.map((f) => [f, 0] as const), [toRA, RS, RB]),
]; // prettier-ignore

/** Two numbers from which SH, MB and ME follow, modulo 32; for the assembler. */
const twoNumbers = (of: (a: number, b: number) => readonly [sh: number, mb: number, me: number]): Spelling => ({
  fields: [F.RB, F.RC, ME_FIELD],
  print: () => '0,0',
  parse: (text, put) => {
    const [a, b] = text.split(',').map(Number) as [number, number];
    if (![a, b].every((n) => Number.isInteger(n) && n >= 0 && n <= 32)) throw new Error(`${text} are not two numbers in 0..32`);
    const [sh, mb, me] = of(a, b);
    put(F.RB, sh & 31);
    put(F.RC, mb & 31);
    put(ME_FIELD, me & 31);
  },
});
const fieldMoves: readonly ExtendedMnemonic[] = (
  [
    ['extlwi', 'rlwinm', (n, b) => [b, 0, n - 1]],
    ['extrwi', 'rlwinm', (n, b) => [b + n, 32 - n, 31]],
    ['clrlslwi', 'rlwinm', (b, n) => [n, b - n, 31 - n]],
    ['inslwi', 'rlwimi', (n, b) => [32 - b, b, b + n - 1]],
    ['insrwi', 'rlwimi', (n, b) => [32 - (b + n), b, b + n - 1]],
  ] as readonly [string, string, (a: number, b: number) => readonly [number, number, number]][]
).map(([mnemonic, base, of]) => alias(mnemonic, base, [], [toRA, RS, twoNumbers(of)], { assemblerOnly: true }));

/** A 16-bit constant written without its sign, for subi and kin. */
const negated: Spelling = {
  fields: SI.fields,
  print: (read) => `${-read(SI.fields[0]!)}`,
  parse: (text, put, cia) => SI.parse!(`${-Number(text)}`, put, cia),
};

const moves: readonly ExtendedMnemonic[] = [
  alias('li', 'addi', [[F.RA, 0]], [RT, SI]),
  alias('lis', 'addis', [[F.RA, 0]], [RT, SI]),
  alias('subi', 'addi', [], [RT, RA, negated], { assemblerOnly: true }),
  alias('subis', 'addis', [], [RT, RA, negated], { assemblerOnly: true }),
  alias('subic', 'addic', [], [RT, RA, negated], { assemblerOnly: true }),
  alias('subic.', 'addic.', [], [RT, RA, negated], { assemblerOnly: true }),
  alias('sub', 'subf', [], [RT, RB, RA], { assemblerOnly: true }),
  alias('subc', 'subfc', [], [RT, RB, RA], { assemblerOnly: true }),
  alias('nop', 'ori', [[F.RT, 0], [F.RA, 0], [UI.fields[0]!, 0]], []),
  alias('xnop', 'xori', [[F.RT, 0], [F.RA, 0], [UI.fields[0]!, 0]], []),
  alias('mr', 'or', [], [toRA, twice(RS, RB)], { when: same(F.RT, F.RB) }),
  alias('not', 'nor', [], [toRA, twice(RS, RB)], { when: same(F.RT, F.RB) }),
  alias('vmr', 'vor', [], [VRT, twice(VRA, VRB)], { when: same(F.RA, F.RB) }),
  alias('vnot', 'vnor', [], [VRT, twice(VRA, VRB)], { when: same(F.RA, F.RB) }),
  alias('isellt', 'isel', [[F.RC, 0]], [RT, { ...RA, print: (read) => (read(F.RA) ? RA.print(read, 0) : '0') }, RB]),
  alias('iselgt', 'isel', [[F.RC, 1]], [RT, { ...RA, print: (read) => (read(F.RA) ? RA.print(read, 0) : '0') }, RB]),
  alias('iseleq', 'isel', [[F.RC, 2]], [RT, { ...RA, print: (read) => (read(F.RA) ? RA.print(read, 0) : '0') }, RB]),
]; // prettier-ignore

/** cmpw and kin: L is fixed, and cr0 may be left out. */
const compare = (mnemonic: string, base: string, l: 0 | 1, last: Spelling): ExtendedMnemonic[] => [
  alias(mnemonic, base, [[F.L, l], [F.BF, 0]], [RA, last], { needs: l ? ['64bit'] : [] }),
  alias(mnemonic, base, [[F.L, l]], [BF, RA, last], { needs: l ? ['64bit'] : [] }),
]; // prettier-ignore
const compares: readonly ExtendedMnemonic[] = ([0, 1] as const).flatMap((l) => {
  const size = l ? 'd' : 'w';
  return [
    ...compare(`cmp${size}`, 'cmp', l, RB),
    ...compare(`cmp${size}i`, 'cmpi', l, SI),
    ...compare(`cmpl${size}`, 'cmpl', l, RB),
    ...compare(`cmpl${size}i`, 'cmpli', l, UI),
  ];
});

/** Trap conditions by TO; those that only the assembler takes come last. */
const TRAPS: readonly (readonly [string, number, boolean?])[] = [
  ['lgt', 1], ['llt', 2], ['eq', 4], ['lge', 5], ['lle', 6], ['gt', 8], ['ge', 12], ['lt', 16], ['le', 20], ['ne', 24], ['u', 31],
  ['lnl', 5, true], ['lng', 6, true], ['nl', 12, true], ['ng', 20, true],
]; // prettier-ignore
const traps: readonly ExtendedMnemonic[] = [
  alias('trap', 'tw', [[F.RT, 31], [F.RA, 0], [F.RB, 0]], []),
  ...TRAPS.flatMap(([condition, to, assemblerOnly]) =>
    (['w', 'd'] as const).flatMap((size) => {
      const more = assemblerOnly ? ({ assemblerOnly } as const) : {};
      return [
        alias(`t${size}${condition}`, `t${size}`, [[F.RT, to]], [RA, RB], more),
        alias(`t${size}${condition}i`, `t${size}i`, [[F.RT, to]], [RA, SI], more),
      ];
    }),
  ),
]; // prettier-ignore

const allThree = (read: FieldValue) => read(F.RT) === read(F.RA) && read(F.RA) === read(F.RB);
const conditions: readonly ExtendedMnemonic[] = [
  alias('crset', 'creqv', [], [twice(BT, twice(BA, BB))], { when: allThree }),
  alias('crclr', 'crxor', [], [twice(BT, twice(BA, BB))], { when: allThree }),
  alias('crmove', 'cror', [], [BT, twice(BA, BB)], { when: same(F.RA, F.RB) }),
  alias('crnot', 'crnor', [], [BT, twice(BA, BB)], { when: same(F.RA, F.RB) }),
  alias('mtcr', 'mtcrf', [[FXM.fields[0]!, 255]], [RS]),
];

const FPSCR_FIELD = immediate('BF', F.BF);
/** tlbre and tlbwe of the 440 leave out a WS of 0, and then an RA of 0. */
const tlb440 = (mnemonic: string, register: Spelling): ExtendedMnemonic[] => [
  alias(mnemonic, mnemonic, [[F.RA, 0], [F.RB, 0]], [register], { needs: ['tlb440'] }),
  alias(mnemonic, mnemonic, [[F.RB, 0]], [register, RA], { needs: ['tlb440'] }),
]; // prettier-ignore
/** Trailing operands that are left out when they are 0. */
const shortened: readonly ExtendedMnemonic[] = [
  alias('sc', 'sc', [[LEV.fields[0]!, 0]], []),
  ...tlb440('tlbwe', RS),
  alias('tlbre', 'tlbre', [[F.RT, 0], [F.RA, 0], [F.RB, 0]], [], { needs: ['tlb440'] }),
  ...tlb440('tlbre', RT),
  alias('tlbsx', 'tlbsx', [[F.RT, 0]], [RA0_RB], { needs: ['tlb440'] }),
  ...['iccci', 'dccci'].flatMap((m) => [alias(m, m, [[F.RA, 0], [F.RB, 0]], []), alias(m, m, [[F.RB, 0]], [RA])]),
  ...['tlbie', 'tlbiel'].map((m) => alias(m, m, [[F.L, 0]], [RB], { needs: ['slb'] as const, absent: ['isa206'] as const })),
  alias('tlbiel', 'tlbiel', [[F.L, 0]], [RB], { needs: ['isa206'] }),
  ...['dcbt', 'dcbtst'].map((m) => alias(`${m}ct`, m, [], [RA0_RB], { needs: ['64bit'] })),
  alias('tlbilxlpid', 'tlbilx', [[bit('T.high', 9), 0], [F.L, 0], [F.RA, 0], [F.RB, 0]], []),
  alias('tlbilxpid', 'tlbilx', [[bit('T.high', 9), 0], [F.L, 1], [F.RA, 0], [F.RB, 0]], []),
  alias('tlbilxva', 'tlbilx', [[bit('T.high', 9), 1], [F.L, 1]], [RA0_RB]),
  // BF of mtfsfi is a field of the FPSCR: a plain number.
  alias('mtfsfi', 'mtfsfi', [], [FPSCR_FIELD, U], { absent: ['isa205'] }),
  alias('mtfsfi', 'mtfsfi', [[FPSCR_W.fields[0]!, 0]], [FPSCR_FIELD, U], { needs: ['isa205'] }),
  alias('mtfsfi', 'mtfsfi', [], [FPSCR_FIELD, U, FPSCR_W], { needs: ['isa205'] }),
  alias('mtfsf', 'mtfsf', [[FPSCR_L.fields[0]!, 0], [FPSCR_W.fields[0]!, 0]], [FLM, FRB], { needs: ['isa205'] }),
  alias('mtfsf', 'mtfsf', [[FPSCR_W.fields[0]!, 0]], [FLM, FRB, FPSCR_L], { needs: ['isa205'] }),
  ...['mtmsr', 'mtmsrd'].map((m) => alias(m, m, [[bit('L15', 15), 0]], [RS], { needs: ['book3s'] })),
  alias('slbia', 'slbia', [[{ name: 'IH', from: 8, to: 10 }, 0]], []),
  alias('rfebb', 'rfebb', [[bit('S', 20), 1]], []),
  alias('tbegin.', 'tbegin.', [[bit('R', 10), 0]], []),
  alias('tend.', 'tend.', [[bit('A', 6), 0]], []),
  alias('tendall.', 'tend.', [[bit('A', 6), 1]], []),
  alias('tsuspend.', 'tsr.', [[F.L, 0]], []),
  alias('tresume.', 'tsr.', [[F.L, 1]], []),
  alias('msync', 'sync', [[SYNC_L.fields[0]!, 0]], [], { needs: ['booke'] }),
  alias('hwsync', 'sync', [[SYNC_L.fields[0]!, 0]], [], { needs: ['64bit'] }),
  alias('sync', 'sync', [[SYNC_L.fields[0]!, 0]], []),
  alias('lwsync', 'sync', [[bit('L.high', 9), 0], [F.L, 1]], []),
  alias('ptesync', 'sync', [[bit('L.high', 9), 1], [F.L, 0]], [], { needs: ['64bit'] }),
  alias('mbar', 'mbar', [[F.RT, 0]], []),
  alias('eieio', 'mbar', [[F.RT, 0]], [], { assemblerOnly: true }),
]; // prettier-ignore

/** All extended mnemonics, those that the disassembler prefers first. */
export const EXTENDED_MNEMONICS: readonly ExtendedMnemonic[] = [
  ...moves, ...rotates, ...fieldMoves, ...compares, ...traps, ...conditions, ...shortened, ...BRANCH_MNEMONICS, ...SPR_MNEMONICS, ...VSX_MNEMONICS,
]; // prettier-ignore
