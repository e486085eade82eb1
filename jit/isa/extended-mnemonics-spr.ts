/** Names of mfspr and mtspr for single SPRs, as GNU binutils know them. */
import type { ExtendedMnemonic, Spelling } from './extended-mnemonics.js';
import type { Feature } from './inst.js';
import { RS, RT, SPR, TBR } from './operands.js';

const [LOW, HIGH] = SPR.fields as [(typeof SPR.fields)[number], (typeof SPR.fields)[number]];
const halves = (number: number) => [[LOW, number & 31], [HIGH, number >> 5]] as const; // prettier-ignore

interface Where {
  readonly needs?: readonly Feature[];
  readonly absent?: readonly Feature[];
}
type Direction = 'r' | 'w' | 'rw';
/** A register's own two names: mfNAME and mtNAME. */
const named = (number: number, name: string, where: Where = {}, direction: Direction = 'rw'): ExtendedMnemonic[] => [
  ...(direction.includes('r') ? [{ mnemonic: `mf${name}`, base: 'mfspr', fixed: halves(number), operands: [RT], ...where }] : []),
  ...(direction.includes('w') ? [{ mnemonic: `mt${name}`, base: 'mtspr', fixed: halves(number), operands: [RS], ...where }] : []),
];
/** One of several registers, whose index is an operand: mfsprg r3,1. */
const indexed = (number: number, index: number, name: string, where: Where = {}, direction: Direction = 'rw'): ExtendedMnemonic[] => {
  const constant: Spelling = {
    fields: [],
    print: () => `${index}`,
    parse: (text) => {
      if (Number(text) !== index) throw new Error(`${text} is not ${index}`);
    },
  };
  return [
    ...(direction.includes('r')
      ? [{ mnemonic: `mf${name}`, base: 'mfspr', fixed: halves(number), operands: [RT, constant], ...where }]
      : []),
    ...(direction.includes('w')
      ? [{ mnemonic: `mt${name}`, base: 'mtspr', fixed: halves(number), operands: [constant, RS], ...where }]
      : []),
  ];
};
const all = (numbers: Readonly<Record<string, number>>, where: Where = {}, direction: Direction = 'rw') =>
  Object.entries(numbers).flatMap(([name, number]) => named(number, name, where, direction));
const counted = (first: number, name: string, from: number, count: number, where: Where) =>
  Array.from({ length: count }, (_, n) => named(first + n, `${name}${from + n}`, where)).flat();

const BOOK_E: Where = { needs: ['booke'] };
const OTHERS: Where = { absent: ['booke'] };
const SERVER: Where = { needs: ['64bit'] };
const BATS = ['ibatu', 'ibatl', 'dbatu', 'dbatl'];

/** Names of SPRs. */
export const SPR_MNEMONICS: readonly ExtendedMnemonic[] = [
  ...all({ xer: 1, lr: 8, ctr: 9, dsisr: 18, dar: 19, dec: 22, sdr1: 25, srr0: 26, srr1: 27, ear: 282 }),
  ...all({ rtcu: 4, rtcl: 5, pvr: 287 }, {}, 'r'),
  ...all({ rtcu: 20, rtcl: 21, tbl: 284, tbu: 285 }, {}, 'w'),
  ...[0, 1, 2, 3].flatMap((n) => indexed(272 + n, n, 'sprg')),
  ...[4, 5, 6, 7].flatMap((n) => [...indexed(256 + n, n, 'sprg', BOOK_E, 'r'), ...indexed(272 + n, n, 'sprg', BOOK_E)]),
  ...[0, 1, 2, 3].flatMap((n) => BATS.flatMap((name, k) => indexed(528 + 8 * (k >> 1) + 2 * n + (k & 1), n, name))),
  ...all({ pid: 48, csrr0: 58, csrr1: 59, dear: 61, esr: 62, ivpr: 63, usprg0: 256, dbsr: 304, dbcr0: 308, dbcr1: 309, dbcr2: 310, tsr: 336, tcr: 340 }, BOOK_E),
  ...all({ tb: 268, tbu: 269, pir: 286 }, BOOK_E, 'r'),
  ...all({ spefscr: 512, bbear: 513, bbtar: 514 }, { needs: ['spe'] }),
  ...all({ tb: 268, tbu: 269 }, SERVER, 'r'),
  ...named(54, 'decar', BOOK_E, 'w'),
  ...counted(312, 'iac', 1, 4, BOOK_E),
  ...counted(316, 'dac', 1, 2, BOOK_E),
  ...counted(318, 'dvc', 1, 2, BOOK_E),
  ...counted(400, 'ivor', 0, 16, BOOK_E),
  ...all({ mcsrr0: 570, mcsrr1: 571, mcsr: 572 }, BOOK_E),
  ...named(573, 'mcar', BOOK_E, 'r'),
  ...named(256, 'vrsave', { needs: ['vmx'] }),
  ...all({ cfar: 28, amr: 29, uamor: 157, hmer: 336, hmeer: 337, ic: 848, vtb: 849, ppr: 896, ppr32: 898, dscr: 17 }, SERVER),
  ...[0, 16].flatMap((above) =>
    Object.entries({ mmcra: 770, pmc1: 771, pmc2: 772, pmc3: 773, pmc4: 774, pmc5: 775, pmc6: 776, mmcr0: 779, mmcr1: 782 }).flatMap(([name, n]) =>
      named(n + above, name, { needs: ['isa206'] }, above ? 'w' : 'r'),
    ),
  ),
  ...named(136, 'ctrl', SERVER, 'r'),
  ...named(152, 'ctrl', SERVER, 'w'),
  // mftb takes the timebase's own numbers.
  { mnemonic: 'mftb', base: 'mftb', fixed: [[TBR.fields[0]!, 12], [TBR.fields[1]!, 8]], operands: [RT], ...OTHERS },
  { mnemonic: 'mftbu', base: 'mftb', fixed: [[TBR.fields[0]!, 13], [TBR.fields[1]!, 8]], operands: [RT], ...OTHERS },
]; // prettier-ignore
