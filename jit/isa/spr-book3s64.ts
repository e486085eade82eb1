/** SPRs of the 64-bit Book III-S machines: 970FX (its user's manual 2.1), POWER7 and POWER8 (Book III-S 4.4.4). */
import { onWrite, plain, readOnly, series, served, sprSet, timebaseSprs, userSprs, writeOnly, type Spr, type SprSet } from './sprs.js';

const wide = { width: 64 } as const;
const hot = { frequent: true } as const;

/** Another number under which a register is reached. */
const alias = (number: number, name: string, at: number, width: 32 | 64 = 64): Spr => ({ number, name, width, read: 'storage', at });

const BOOK3S_64: readonly Spr[] = [
  ...userSprs(64),
  ...timebaseSprs(64),
  plain(18, 'DSISR', hot),
  plain(19, 'DAR', { ...wide, ...hot }),
  served(22, 'DEC'),
  plain(26, 'SRR0', { ...wide, ...hot }),
  plain(27, 'SRR1', { ...wide, ...hot }),
  // CTRL is read under one number and written under another.
  alias(136, 'CTRL', 152, 32),
  writeOnly(152, 'CTRL'),
  plain(256, 'VRSAVE', hot),
  alias(259, 'USPRG3', 275),
  ...series(plain, 272, 'SPRG', 4, { ...wide, ...hot }),
  plain(282, 'EAR'),
  readOnly(287, 'PVR'),
  plain(304, 'HSPRG0', wide),
  plain(305, 'HSPRG1', wide),
  served(310, 'HDEC'),
  plain(314, 'HSRR0', wide),
  plain(315, 'HSRR1', wide),
  readOnly(1023, 'PIR'),
];

/** The 970FX: hardware implementation registers, SDR1 and the performance monitor. */
export const SPRS_970FX: SprSet = sprSet('ignored', BOOK3S_64, [
  onWrite(25, 'SDR1', { ...wide, resync: true }),
  plain(29, 'ACCR', wide),
  plain(276, 'SCOMC', wide),
  plain(277, 'SCOMD', wide),
  plain(311, 'HIOR', wide),
  ...performanceMonitor(),
  plain(1007, 'TRIG2', wide),
  onWrite(1008, 'HID0', { ...wide, resync: true }),
  onWrite(1009, 'HID1', { ...wide, resync: true }),
  onWrite(1012, 'HID4', { ...wide, resync: true }),
  plain(1013, 'DABR', wide),
  onWrite(1014, 'HID5', { ...wide, resync: true }),
  plain(1015, 'DABRX', wide),
]);

/** MMCR0, MMCR1, MMCRA, eight counters, SIAR and SDAR, at 770 to 782 for reading in problem state and 16 more for all. */
function performanceMonitor(): Spr[] {
  const names = ['MMCRA', 'PMC1', 'PMC2', 'PMC3', 'PMC4', 'PMC5', 'PMC6', 'PMC7', 'PMC8', 'MMCR0', 'SIAR', 'SDAR', 'MMCR1'];
  return names.flatMap((name, n) => [alias(770 + n, `U${name}`, 786 + n), plain(786 + n, name, wide)]);
}

/** ISA 2.06 without a hypervisor's registers: what a kernel under PAPR reaches. */
const ISA_206: readonly Spr[] = [
  plain(3, 'DSCR', wide),
  alias(13, 'UAMR', 29),
  plain(17, 'DSCRP', { ...wide, at: 3 }),
  plain(28, 'CFAR', wide),
  onWrite(29, 'AMR', { ...wide, resync: true }),
  plain(157, 'UAMOR', wide),
  onWrite(318, 'LPCR', { ...wide, resync: true }),
  onWrite(319, 'LPIDR', { resync: true }),
  plain(896, 'PPR', { ...wide, ...hot }),
  plain(898, 'PPR32'),
  ...performanceMonitor(),
];
export const SPRS_POWER7: SprSet = sprSet('ignored', BOOK3S_64, ISA_206);
export const SPRS_POWER8: SprSet = sprSet('ignored', BOOK3S_64, ISA_206, [
  plain(153, 'FSCR', wide),
  plain(61, 'IAMR', wide),
  plain(180, 'DAWR0', wide),
  plain(187, 'CIABR', wide),
  plain(188, 'DAWRX0'),
  readOnly(446, 'TIR'),
  ...[800, 801, 802, 803, 804, 805, 806].map((n, k) =>
    plain(n, ['BESCRS', 'BESCRSU', 'BESCRR', 'BESCRRU', 'EBBHR', 'EBBRR', 'BESCR'][k]!, wide),
  ),
  plain(815, 'TAR', { ...wide, ...hot }),
  plain(848, 'IC', wide),
  plain(849, 'VTB', wide),
]);
