/**
 * SPRs of the 64-bit Book III-S machines: 970FX (its user's manual 2.1) in hypervisor state, POWER7 and POWER8 (Book III-S 4.4.4, and the
 * POWER8 user's manual) under a hypervisor, as a kernel with MSR[HV] = 0 finds them.
 */
import { hypervisor, onWrite, plain, readOnly, series, served, sprSet, userSprs, writeOnly, type Spr, type SprSet } from './sprs.js';

const wide = { width: 64 } as const;
const hot = { frequent: true } as const;

/** Another number under which a register is read. */
const alias = (number: number, name: string, at: number, width: 32 | 64 = 64): Spr => ({ number, name, width, read: 'storage', at });

const BOOK3S_64: readonly Spr[] = [
  ...userSprs(64),
  { number: 268, name: 'TB', width: 64, read: 'timebase', at: 268, frequent: true },
  { number: 269, name: 'TBU', width: 32, read: 'timebaseUpper', at: 269, frequent: true },
  plain(18, 'DSISR', hot),
  plain(19, 'DAR', { ...wide, ...hot }),
  served(22, 'DEC', hot),
  plain(26, 'SRR0', { ...wide, ...hot }),
  plain(27, 'SRR1', { ...wide, ...hot }),
  // CTRL is read under one number and written under another.
  alias(136, 'CTRL', 152, 32),
  writeOnly(152, 'CTRL'),
  plain(256, 'VRSAVE', hot),
  alias(259, 'USPRG3', 275),
  ...series(plain, 272, 'SPRG', 4, { ...wide, ...hot }),
  readOnly(287, 'PVR'),
  readOnly(1023, 'PIR'),
];

/** Performance monitor of the 970: MMCRA, eight counters, MMCR0, SIAR, SDAR, MMCR1 from 786 on, and 16 less for reading in problem state. */
function performanceMonitor970(): Spr[] {
  const names = ['MMCRA', 'PMC1', 'PMC2', 'PMC3', 'PMC4', 'PMC5', 'PMC6', 'PMC7', 'PMC8', 'MMCR0', 'SIAR', 'SDAR', 'MMCR1'];
  return names.flatMap((name, n) => {
    const width = name.startsWith('PMC') ? 32 : 64;
    return [alias(770 + n, `U${name}`, 786 + n, width), plain(786 + n, name, { width })];
  });
}

/** The 970FX: hardware implementation registers, SDR1 and the performance monitor. */
export const SPRS_970FX: SprSet = sprSet('ignored', BOOK3S_64, [
  onWrite(25, 'SDR1', { ...wide, resync: true }),
  plain(29, 'ACCR', wide),
  plain(276, 'SCOMC', wide),
  plain(277, 'SCOMD', wide),
  plain(282, 'EAR'),
  writeOnly(284, 'TBL'),
  writeOnly(285, 'TBU'),
  plain(304, 'HSPRG0', wide),
  plain(305, 'HSPRG1', wide),
  served(310, 'HDEC'),
  plain(311, 'HIOR', wide),
  plain(314, 'HSRR0', wide),
  plain(315, 'HSRR1', wide),
  ...performanceMonitor970(),
  plain(1007, 'TRIG2', wide),
  onWrite(1008, 'HID0', { ...wide, resync: true }),
  onWrite(1009, 'HID1', { ...wide, resync: true }),
  onWrite(1012, 'HID4', { ...wide, resync: true }),
  plain(1013, 'DABR', wide),
  onWrite(1014, 'HID5', { ...wide, resync: true }),
  plain(1015, 'DABRX', wide),
]);

/** What POWER7 and POWER8 have in common. */
const ISA_206: readonly Spr[] = [
  onWrite(13, 'UAMR', { ...wide, at: 29, resync: true, ...hot }),
  plain(17, 'DSCR', { ...wide, at: 3 }),
  hypervisor(25, 'SDR1'),
  plain(28, 'CFAR', { ...wide, ...hot }),
  onWrite(29, 'AMR', { ...wide, resync: true, ...hot }),
  onWrite(157, 'UAMOR', wide),
  hypervisor(276, 'SPRC'),
  hypervisor(277, 'SPRD'),
  readOnly(283, 'CIR'),
  hypervisor(284, 'TBL', { width: 32, read: undefined }),
  hypervisor(285, 'TBU', { width: 32, read: undefined }),
  hypervisor(286, 'TBU40', { read: undefined }),
  hypervisor(304, 'HSPRG0'),
  hypervisor(305, 'HSPRG1'),
  hypervisor(306, 'HDSISR', { width: 32 }),
  hypervisor(307, 'HDAR'),
  // Time that the processor spent for this thread: all of it.
  hypervisor(308, 'SPURR', { read: 'timebase' }),
  hypervisor(309, 'PURR', { read: 'timebase' }),
  hypervisor(310, 'HDEC', { width: 32 }),
  hypervisor(312, 'RMOR'),
  hypervisor(313, 'HRMOR'),
  hypervisor(314, 'HSRR0'),
  hypervisor(315, 'HSRR1'),
  hypervisor(317, 'TFMR'),
  hypervisor(318, 'LPCR'),
  hypervisor(319, 'LPIDR', { width: 32 }),
  hypervisor(336, 'HMER'),
  hypervisor(337, 'HMEER'),
  hypervisor(338, 'PCR'),
  hypervisor(339, 'HEIR', { width: 32 }),
  hypervisor(349, 'AMOR'),
  plain(896, 'PPR', { ...wide, ...hot }),
  served(898, 'PPR32'),
  hypervisor(1008, 'HID0'),
  hypervisor(1009, 'HID1'),
  hypervisor(1012, 'HID4'),
  hypervisor(1014, 'HID5'),
];

/** POWER7's performance monitor: problem state reads it under numbers of its own (ISA 2.06, III-S 9.4). */
const MONITOR_206: readonly Spr[] = [
  ...['MMCRA', 'PMC1', 'PMC2', 'PMC3', 'PMC4', 'PMC5', 'PMC6'].flatMap((name, n) => monitor(786 + n, name)),
  ...['MMCR0', 'SIAR', 'SDAR', 'MMCR1'].flatMap((name, n) => monitor(795 + n, name)),
];
function monitor(number: number, name: string): Spr[] {
  const width = name.startsWith('PMC') ? 32 : 64;
  return [alias(number - 16, `U${name}`, number, width), plain(number, name, { width })];
}

/** The 64-bit registers of POWER7 under a hypervisor. */
export const SPRS_POWER7: SprSet = sprSet('ignored', BOOK3S_64, ISA_206, MONITOR_206, [
  hypervisor(1013, 'DABR', { read: 'storage' }),
  hypervisor(1015, 'DABRX'),
]);

/** Performance monitor of ISA 2.07: problem state may write what MMCR0[PMCC] allows (III-S 9.4.4). */
const MONITOR_207: readonly Spr[] = [
  ...['MMCR2', 'MMCRA', 'PMC1', 'PMC2', 'PMC3', 'PMC4', 'PMC5', 'PMC6', '', '', 'MMCR0'].flatMap((name, n) => {
    if (name === '') return [];
    const [first, ...rest] = monitor(785 + n, name);
    const own = name === 'MMCR0' ? [onWrite(785 + n, name, wide)] : rest;
    return [{ ...first!, write: 'service', facility: 'PMU' } as const, ...own];
  }),
  ...[784, 796, 797, 798].flatMap((number, n) => {
    const [first, ...rest] = monitor(number, ['SIER', 'SIAR', 'SDAR', 'MMCR1'][n]!);
    return [{ ...first!, facility: 'PMU' } as const, ...rest];
  }),
];
/** Event-based branches (III-S 9.? and Book II 7): BESCR under five numbers. */
const EVENT_BASED_BRANCHES: readonly Spr[] = [
  ...['BESCRS', 'BESCRSU', 'BESCRR', 'BESCRRU'].map((name, n) =>
    served(800 + n, name, { width: name.endsWith('U') ? 32 : 64, at: 806, facility: 'EBB' }),
  ),
  plain(804, 'EBBHR', { ...wide, facility: 'EBB' }),
  plain(805, 'EBBRR', { ...wide, facility: 'EBB' }),
  onWrite(806, 'BESCR', { ...wide, facility: 'EBB' }),
];

/** The registers of POWER8 under a hypervisor, without transactional memory: MSR[TM] is always 0. */
export const SPRS_POWER8: SprSet = sprSet('ignored', BOOK3S_64, ISA_206, MONITOR_207, EVENT_BASED_BRANCHES, [
  plain(3, 'DSCR', { ...wide, facility: 'DSCR' }),
  onWrite(61, 'IAMR', { ...wide, resync: true, ...hot }),
  plain(128, 'TFHAR', { ...wide, facility: 'TM' }),
  plain(129, 'TFIAR', { ...wide, facility: 'TM' }),
  plain(130, 'TEXASR', { ...wide, facility: 'TM' }),
  plain(131, 'TEXASRU', { facility: 'TM' }),
  onWrite(153, 'FSCR', wide),
  plain(159, 'PSPB'),
  hypervisor(176, 'DPDES', { read: 'storage' }),
  hypervisor(177, 'DHDES'),
  hypervisor(180, 'DAWR0'),
  hypervisor(186, 'RPR'),
  hypervisor(187, 'CIABR'),
  hypervisor(188, 'DAWRX0', { width: 32 }),
  hypervisor(190, 'HFSCR'),
  readOnly(446, 'TIR', wide),
  hypervisor(799, 'IMC'),
  plain(815, 'TAR', { ...wide, ...hot, facility: 'TAR' }),
  hypervisor(848, 'IC', { read: 'storage' }),
  hypervisor(849, 'VTB', { read: 'timebase' }),
  hypervisor(851, 'MMCRC', { width: 32 }),
  hypervisor(853, 'PMSR', { width: 32 }),
  hypervisor(861, 'L2QOSR'),
  ...[880, 881, 882].map((number, n): Spr => ({ number, name: `TRIG${n}`, width: 64, write: 'nothing', at: number })),
  hypervisor(884, 'PMCR'),
  hypervisor(885, 'RWMR'),
  plain(892, 'SPMC1'),
  plain(893, 'SPMC2'),
  plain(894, 'MMCRS'),
  plain(895, 'WORT', wide),
  hypervisor(921, 'TSCR', { width: 32 }),
  hypervisor(922, 'TTR'),
]);
