/** Extended mnemonics of the vector-scalar facility (Power ISA Book I, appendix E; names of GNU binutils). */
import type { ExtendedMnemonic, Spelling } from './extended-mnemonics.js';
import type { Feature } from './inst.js';
import { RA, toRA, type FieldValue } from './operands.js';
import { DM, SPLIT, XA, XB, XT } from './vsx/operands.js';

const alias = (
  mnemonic: string,
  base: string,
  fixed: ExtendedMnemonic['fixed'],
  operands: readonly Spelling[],
  more: Partial<ExtendedMnemonic> = {},
): ExtendedMnemonic => ({ mnemonic, base, fixed, operands, ...more });

const sameSources = (read: FieldValue): boolean => SPLIT.XA.every((f, k) => read(f) === read(SPLIT.XB[k]!));
/** XA and XB as one. */
const bothSources: Spelling = {
  fields: [...XA.fields, ...XB.fields],
  print: (read, cia) => XB.print(read, cia),
  parse: (text, put, cia) => {
    XA.parse!(text, put, cia);
    XB.parse!(text, put, cia);
  },
};
const ofOne = (mnemonic: string, base: string, more: Partial<ExtendedMnemonic> = {}): ExtendedMnemonic =>
  alias(mnemonic, base, [], [XT, bothSources], { when: sameSources, ...more });

const DM_FIELD = DM.fields[0]!;
/** DM as the number of one doubleword: both bits alike. */
const doubleword: Spelling = {
  fields: DM.fields,
  print: (read) => `${read(DM_FIELD) & 1}`,
  parse: (text, put) => {
    if (text !== '0' && text !== '1') throw new Error(`doubleword ${text} is not 0 or 1`);
    put(DM_FIELD, 3 * Number(text));
  },
};

/** The target or source of a move as a register of its half of the file. */
const halfRegister = (prefix: 'f' | 'v'): Spelling => {
  const [five] = SPLIT.XT;
  return {
    fields: [five],
    print: (read) => `${prefix}${read(five)}`,
    parse: (text, put) => {
      const n = Number(text.replace(prefix, ''));
      if (!Number.isInteger(n) || n < 0 || n > 31) throw new Error(`register ${text} is not a number in 0..31`);
      put(five, n);
    },
  };
};
const NEEDS: readonly Feature[] = ['vsx', 'isa207'];
/** mtvsrd and kin, named by the half. */
const moves = (half: 'fpr' | 'vr', prefix: 'f' | 'v', tx: 0 | 1): ExtendedMnemonic[] => {
  const fixed = [[SPLIT.XT[1], tx]] as const;
  const register = halfRegister(prefix);
  const from = (suffix: string) => alias(`mf${half}${suffix}`, `mfvsr${suffix}`, fixed, [toRA, register], { needs: NEEDS });
  const to = (suffix: string) => alias(`mt${half}${suffix}`, `mtvsr${suffix}`, fixed, [register, RA], { needs: NEEDS });
  return [from('d'), from('wz'), to('d'), to('wa'), to('wz')];
};

export const VSX_MNEMONICS: readonly ExtendedMnemonic[] = [
  alias('xxspltd', 'xxpermdi', [], [XT, bothSources, doubleword], {
    when: (read) => sameSources(read) && (read(DM_FIELD) === 0 || read(DM_FIELD) === 3),
  }),
  alias('xxswapd', 'xxpermdi', [[DM_FIELD, 2]], [XT, bothSources], { when: sameSources }),
  alias('xxmrghd', 'xxpermdi', [[DM_FIELD, 0]], [XT, XA, XB]),
  alias('xxmrgld', 'xxpermdi', [[DM_FIELD, 3]], [XT, XA, XB]),
  ofOne('xvmovdp', 'xvcpsgndp'),
  ofOne('xvmovsp', 'xvcpsgnsp'),
  ofOne('xxmr', 'xxlor'),
  ofOne('xxlnot', 'xxlnor'),
  ...moves('fpr', 'f', 0),
  ...moves('vr', 'v', 1),
];
