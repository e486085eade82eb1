/** SPRs of Book E (Book III-E 5.4.1) and of its first members: the PPC440 (PPC440EP UM, appendix A) and the e500 family. */
import { onWrite, plain, readOnly, series, served, sprSet, timebaseSprs, userSprs, writeOnly, type Spr, type SprSet } from './sprs.js';

/** What all Book E models share. */
const BOOK_E: readonly Spr[] = [
  ...userSprs(32),
  ...timebaseSprs(32),
  served(0x016, 'DEC'),
  plain(0x01a, 'SRR0', { frequent: true }),
  plain(0x01b, 'SRR1', { frequent: true }),
  onWrite(0x030, 'PID', { resync: true, frequent: true }),
  writeOnly(0x036, 'DECAR'),
  plain(0x03a, 'CSRR0', { frequent: true }),
  plain(0x03b, 'CSRR1', { frequent: true }),
  plain(0x03d, 'DEAR', { frequent: true }),
  plain(0x03e, 'ESR', { frequent: true }),
  plain(0x03f, 'IVPR'),
  plain(0x100, 'USPRG0', { frequent: true }),
  // Problem state reads SPRG4 to SPRG7 under numbers of their own.
  ...[4, 5, 6, 7].map((n): Spr => ({ number: 0x100 + n, name: `SPRG${n}`, width: 32, read: 'storage', at: 0x110 + n, frequent: true })),
  ...series(plain, 0x110, 'SPRG', 8, { frequent: true }),
  onWrite(0x11e, 'PIR'),
  readOnly(0x11f, 'PVR'),
  served(0x130, 'DBSR'),
  onWrite(0x134, 'DBCR0', { resync: true }),
  onWrite(0x135, 'DBCR1', { resync: true }),
  onWrite(0x136, 'DBCR2', { resync: true }),
  ...series(onWrite, 0x138, 'IAC', 4, { resync: true }, 1),
  ...series(onWrite, 0x13c, 'DAC', 2, { resync: true }, 1),
  served(0x150, 'TSR'),
  onWrite(0x154, 'TCR'),
  ...series(plain, 0x190, 'IVOR', 16),
  onWrite(0x23c, 'MCSR'),
];

/** The PPC440: its numbers of PPC440EP UM, table "SPR numbers". 440 cores refuse all others as illegal. */
export const SPRS_440: SprSet = sprSet('illegal', BOOK_E, [
  ...series(onWrite, 0x13e, 'DVC', 2, { resync: true }, 1),
  plain(0x23a, 'MCSRR0'),
  plain(0x23b, 'MCSRR1'),
  // Victim lists of the caches: no cache is kept, so nothing but the numbers remains.
  ...series(plain, 0x370, 'INV', 4),
  ...series(plain, 0x374, 'ITV', 4),
  plain(0x378, 'CCR1'),
  ...series(plain, 0x390, 'DNV', 4),
  ...series(plain, 0x394, 'DTV', 4),
  plain(0x398, 'DVLIM'),
  plain(0x399, 'IVLIM'),
  readOnly(0x39b, 'RSTCFG'),
  readOnly(0x39c, 'DCDBTRL'),
  readOnly(0x39d, 'DCDBTRH'),
  readOnly(0x39e, 'ICDBTRL'),
  readOnly(0x39f, 'ICDBTRH'),
  plain(0x3b2, 'MMUCR', { frequent: true }),
  plain(0x3b3, 'CCR0'),
  readOnly(0x3d3, 'ICDBDR'),
  plain(0x3f3, 'DBDR'),
]);

/** The e500 MMU's assist registers and what configures it (Book III-E 6.10.3). */
const MAS: readonly Spr[] = [
  ...[0, 1, 2, 3, 4].map((n) => plain(0x270 + n, `MAS${n}`, { frequent: true })),
  plain(0x276, 'MAS6', { frequent: true }),
  plain(0x3b0, 'MAS7', { frequent: true }),
  readOnly(0x3f7, 'MMUCFG'),
  readOnly(0x2b0, 'TLB0CFG'),
  readOnly(0x2b1, 'TLB1CFG'),
  onWrite(0x3f4, 'MMUCSR0', { resync: true }),
];

/** What e500v2 and e500mc share (EREF, PowerPC e500 Core Family RM 2). */
const E500: readonly Spr[] = [
  onWrite(0x3f0, 'HID0', { resync: true }),
  plain(0x3f1, 'HID1'),
  onWrite(0x3f2, 'L1CSR0'),
  onWrite(0x3f3, 'L1CSR1'),
  readOnly(0x203, 'L1CFG0'),
  readOnly(0x204, 'L1CFG1'),
  plain(0x3f5, 'BUCSR'),
  readOnly(0x3ff, 'SVR'),
  plain(0x23a, 'MCSRR0'),
  plain(0x23b, 'MCSRR1'),
  plain(0x23d, 'MCAR'),
  plain(0x210, 'IVOR32'),
  plain(0x211, 'IVOR33'),
  plain(0x212, 'IVOR34'),
  plain(0x213, 'IVOR35'),
  readOnly(0x20e, 'ATBL'),
  readOnly(0x20f, 'ATBU'),
];

/** The e500v2. */
export const SPRS_E500V2: SprSet = sprSet('ignored', BOOK_E, MAS, E500, [
  onWrite(0x279, 'PID1', { resync: true }),
  onWrite(0x27a, 'PID2', { resync: true }),
  plain(0x200, 'SPEFSCR'),
]);

/** The e500mc: category E.HV, with the registers of the guest state that a kernel without a hypervisor touches. */
export const SPRS_E500MC: SprSet = sprSet('ignored', BOOK_E, MAS, E500, [
  plain(0x23e, 'DSRR0'),
  plain(0x23f, 'DSRR1'),
  plain(0x25c, 'SPRG8'),
  plain(0x25d, 'SPRG9'),
  plain(0x153, 'MAS5'),
  plain(0x155, 'MAS8'),
  plain(0x214, 'IVOR36'),
  plain(0x215, 'IVOR37'),
  ...series(plain, 0x1b0, 'IVOR', 5, {}, 38),
  plain(0x3b3, 'EPLC'),
  plain(0x3b4, 'EPSC'),
  plain(0x152, 'LPIDR'),
  readOnly(0x2be, 'L2CFG0'),
  onWrite(0x3f9, 'L2CSR0'),
]);
