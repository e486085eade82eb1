/** Extended mnemonics of conditional branches (Book I, appendix E.2), with their hints. */
import type { ExtendedMnemonic, Spelling } from './extended-mnemonics.js';
import type { Field } from './inst.js';
import { BD, BH, BI, BO, FIELDS, type FieldValue } from './operands.js';

const BO_FIELD = FIELDS.RT;
const BD_FIELD: Field = BD.fields[0]!;
const BH_FIELD: Field = BH.fields[0]!;
/** BI: the CR field, and which of its four bits. */
const BI_FIELD: Field = { name: 'BI.field', from: 11, to: 13 };
const BI_BIT: Field = { name: 'BI.bit', from: 14, to: 15 };

/** The CR field of a condition; cr0 is left out. */
const crField: Spelling = {
  fields: [BI_FIELD],
  print: (read) => `cr${read(BI_FIELD)}`,
  parse: (text, put) => {
    const m = /^(?:cr)?([0-7])$/.exec(text);
    if (!m) throw new Error(`${text} is not a CR field`);
    put(BI_FIELD, Number(m[1]));
  },
};

/** The bits a and t, or y, of a model; see CpuModel. */
type Hints = 'y' | 'at';
type Hint = '+' | '-' | '';

/** Where the branch goes: bc to BD, bclr to LR, bcctr to CTR, bctar to TAR. */
type Form = 'bc' | 'bclr' | 'bcctr' | 'bctar';
const SUFFIX = { bc: '', bclr: 'lr', bcctr: 'ctr', bctar: 'tar' } as const;

/** A target whose direction decides the hint bit y. */
const hintedTarget = (bo: number, hint: '+' | '-'): Spelling => ({
  fields: [BD_FIELD],
  print: (read, cia) => BD.print(read, cia),
  parse: (text, put, cia) => {
    let backward = false;
    BD.parse!(text, (f, v) => {
      backward ||= f === BD_FIELD && (v | 0) < 0;
      put(f, v);
    }, cia);
    put(BO_FIELD, bo | ((hint === '+') !== backward ? 1 : 0));
  },
}); // prettier-ignore

/** A name for one value of BO (without hint bits) and, for conditions, of the last two bits of BI. */
interface Kind {
  readonly name: string;
  readonly bo: number;
  /** Which of LT, GT, EQ, SO; the operand names any CR bit when absent. */
  readonly bit?: number;
  /** No CR bit is looked at: BI must be 0. */
  readonly unconditional?: true;
  readonly assemblerOnly?: true;
}

function names(kind: Kind, form: Form, hints: Hints, hint: Hint): ExtendedMnemonic[] {
  const conditional = kind.bit !== undefined;
  // BO 0b1z00z (no condition but CTR) has a in place of the first z.
  const a = kind.unconditional ? 8 : 2;
  const bo = hints === 'at' && hint !== '' ? kind.bo | a | (hint === '+' ? 1 : 0) : kind.bo;
  const direction = (read: FieldValue) => {
    const set = (read(BO_FIELD) & 1) === 1;
    return form === 'bc' && read(BD_FIELD) < 0 ? !set : set;
  };
  const y = hints === 'y' && hint !== '';
  const fixed: (readonly [Field, number])[] = y && form === 'bc' ? [] : [[BO_FIELD, y && hint === '+' ? bo | 1 : bo]];
  if (conditional) fixed.push([BI_BIT, kind.bit!]);
  if (kind.unconditional) fixed.push([FIELDS.RA, 0]);
  const target: Spelling[] = form !== 'bc' ? [] : [y ? hintedTarget(bo, hint) : BD];
  const plainHint: (readonly [Field, number])[] = form === 'bc' ? [] : [[BH_FIELD, 0]];
  const withHint = form === 'bc' ? [] : [BH];
  const when = y && form === 'bc' ? (read: FieldValue) => (read(BO_FIELD) & 30) === bo && direction(read) === (hint === '+') : undefined;
  // A hint is written after all suffixes; where models always print one, the plain name is for the assembler.
  const silent = hints === 'y' && hint === '' && kind.bo !== 20;
  const base: Omit<ExtendedMnemonic, 'operands' | 'fixed'> = {
    mnemonic: `b${kind.name}${SUFFIX[form]}`,
    base: form,
    ...(hint === '' ? {} : { hint }),
    ...(when ? { when } : {}),
    hints,
    ...(kind.assemblerOnly || silent ? { assemblerOnly: true as const } : {}),
  };
  const operands = conditional || kind.unconditional ? target : [BI, ...target];
  const withoutCr0 = conditional ? [{ ...base, fixed: [...fixed, ...plainHint, [BI_FIELD, 0] as const], operands }] : [];
  const first = conditional ? [crField, ...operands] : operands;
  const withoutBh = { ...base, fixed: [...fixed, ...plainHint], operands: first };
  return [...withoutCr0, withoutBh, ...(form === 'bc' ? [] : [{ ...base, fixed, operands: [...first, ...withHint] }])];
}

const CONDITIONS: readonly Kind[] = [
  ...['ge', 'le', 'ne', 'ns'].map((name, bit): Kind => ({ name, bo: 4, bit })),
  ...['lt', 'gt', 'eq', 'so'].map((name, bit): Kind => ({ name, bo: 12, bit })),
  ...(
    [
      ['nl', 4, 0],
      ['ng', 4, 1],
      ['nu', 4, 3],
      ['un', 12, 3],
    ] as const
  ).map(([name, bo, bit]): Kind => ({ name, bo, bit, assemblerOnly: true })),
];
/** Decrement CTR; with a condition there are hints of the kind y only. */
const COUNTING: readonly Kind[] = [
  { name: 'dnz', bo: 16, unconditional: true },
  { name: 'dz', bo: 18, unconditional: true },
];
const COUNTING_AND_CONDITION: readonly Kind[] = [
  { name: 'dnzf', bo: 0 },
  { name: 'dzf', bo: 2 },
  { name: 'dnzt', bo: 8 },
  { name: 'dzt', bo: 10 },
];
const ALWAYS: Kind = { name: '', bo: 20, unconditional: true };

const HINTS: readonly Hint[] = ['', '+', '-'];
const eachHint = (kinds: readonly Kind[], forms: readonly Form[], hints: Hints, which = HINTS) =>
  kinds.flatMap((kind) => forms.flatMap((form) => which.flatMap((hint) => names(kind, form, hints, hint))));

/** The plain mnemonics with the hint that BO says, and without a BH of 0. */
function plain(form: Form, hints: Hints): ExtendedMnemonic[] {
  const taken = (read: FieldValue): Hint => {
    const bo = read(BO_FIELD);
    if (hints === 'y') return (bo & 20) !== 20 && (bo & 1) === 1 && (form !== 'bc' || read(BD_FIELD) >= 0) ? '+' : '';
    const hinted = (bo & 20) === 4 ? (bo & 2) !== 0 : (bo & 20) === 16 && (bo & 8) !== 0;
    return !hinted ? '' : (bo & 1) === 1 ? '+' : '-';
  };
  return (['+', '-', ''] as const).flatMap((hint) => {
    const base = { mnemonic: form, base: form, hints, when: (read: FieldValue) => taken(read) === hint, ...(hint === '' ? {} : { hint }) };
    if (form === 'bc') return hint === '' ? [] : [{ ...base, fixed: [], operands: [BO, BI, BD] }];
    const short: ExtendedMnemonic = { ...base, fixed: [[BH_FIELD, 0]], operands: [BO, BI] };
    return hint === '' ? [short] : [short, { ...base, fixed: [], operands: [BO, BI, BH] }];
  });
}

/** All branch mnemonics. CTR cannot be both counted down and gone to. */
export const BRANCH_MNEMONICS: readonly ExtendedMnemonic[] = (['y', 'at'] as const).flatMap((hints) => [
  ...eachHint([ALWAYS], ['bclr', 'bcctr', 'bctar'], hints, ['']),
  ...eachHint(CONDITIONS, ['bc', 'bclr', 'bcctr', 'bctar'], hints),
  ...eachHint(COUNTING, ['bc', 'bclr', 'bctar'], hints),
  ...eachHint(COUNTING_AND_CONDITION, ['bc', 'bclr', 'bctar'], hints, hints === 'at' ? [''] : HINTS),
  ...(['bc', 'bclr', 'bcctr', 'bctar'] as const).flatMap((form) => plain(form, hints)),
]);
