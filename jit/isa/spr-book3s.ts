/** SPRs of the 32-bit Book III-S machines: 750, 7400, 7447A (their user's manuals, chapter 2). */
import { onWrite, plain, readOnly, series, served, sprSet, timebaseSprs, userSprs, type Spr, type SprSet } from './sprs.js';

/** What all of them have. */
const BOOK3S_32: readonly Spr[] = [
  ...userSprs(32),
  ...timebaseSprs(32),
  plain(18, 'DSISR', { frequent: true }),
  plain(19, 'DAR', { frequent: true }),
  served(22, 'DEC'),
  onWrite(25, 'SDR1', { resync: true }),
  plain(26, 'SRR0', { frequent: true }),
  plain(27, 'SRR1', { frequent: true }),
  ...series(plain, 272, 'SPRG', 4, { frequent: true }),
  plain(282, 'EAR'),
  readOnly(287, 'PVR'),
];
/** Four pairs of block address translation registers from a number on: name `IBAT` or `DBAT`. */
const bats = (first: number, name: string, from = 0): Spr[] =>
  [0, 1, 2, 3].flatMap((n) => [
    onWrite(first + 2 * n, `${name}${from + n}U`, { resync: true }),
    onWrite(first + 2 * n + 1, `${name}${from + n}L`, { resync: true }),
  ]);
/** Another number under which a register is read in problem state. */
function readOnlyCopy(number: number, name: string, at: number): Spr {
  return { number, name, width: 32, read: 'storage', at };
}

/** Caches, hardware implementation and performance monitor of the 750 and the 7400. */
const G3: readonly Spr[] = [
  ...bats(528, 'IBAT'),
  ...bats(536, 'DBAT'),
  ...[936, 937, 938, 939, 940, 941, 942, 943].map((n, k) =>
    readOnlyCopy(n, ['UMMCR0', 'UPMC1', 'UPMC2', 'USIA', 'UMMCR1', 'UPMC3', 'UPMC4', 'USDA'][k]!, n + 16),
  ),
  plain(952, 'MMCR0'),
  plain(953, 'PMC1'),
  plain(954, 'PMC2'),
  plain(955, 'SIA'),
  plain(956, 'MMCR1'),
  plain(957, 'PMC3'),
  plain(958, 'PMC4'),
  plain(959, 'SDA'),
  onWrite(1008, 'HID0', { resync: true }),
  plain(1009, 'HID1'),
  plain(1010, 'IABR'),
  plain(1013, 'DABR'),
  plain(1017, 'L2CR'),
  plain(1019, 'ICTC'),
  plain(1020, 'THRM1'),
  plain(1021, 'THRM2'),
  plain(1022, 'THRM3'),
];
export const SPRS_750: SprSet = sprSet('ignored', BOOK3S_32, G3);

const ALTIVEC: readonly Spr[] = [
  plain(256, 'VRSAVE', { frequent: true }),
  readOnlyCopy(928, 'UMMCR2', 944),
  plain(944, 'MMCR2'),
  plain(951, 'BAMR'),
  plain(1014, 'MSSCR0'),
  plain(1015, 'MSSCR1'),
  onWrite(1023, 'PIR'),
];
export const SPRS_7400: SprSet = sprSet('ignored', BOOK3S_32, G3, ALTIVEC);

/** The 7447A: eight pairs of BATs, SPRG4 to SPRG7, third-level and load-store control. */
export const SPRS_7447A: SprSet = sprSet('ignored', BOOK3S_32, G3, ALTIVEC, [
  ...series(plain, 276, 'SPRG', 4, {}, 4),
  ...bats(560, 'IBAT', 4),
  ...bats(568, 'DBAT', 4),
  plain(980, 'TLBMISS'),
  plain(981, 'PTEHI'),
  plain(982, 'PTELO'),
  plain(1011, 'ICTRL'),
  plain(1012, 'LDSTDB'),
  plain(1016, 'LDSTCR'),
]);
