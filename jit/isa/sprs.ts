/**
 * Special-purpose registers: what mfspr and mtspr of a CPU model reach, as data. The tables themselves are in the files
 * spr-*.ts, one for each family.
 */

/**
 * Where a register's content comes from or goes to:
 * `storage`: SPR_OFFSET + 8 x `at`, and nothing else happens;
 * `lr`, `ctr`, `xer`: registers with a home of their own in the state;
 * `timebase`, `timebaseUpper`: the running timebase (all 64 bits, or the low word, of 32-bit models; its upper word);
 * `service`: the runtime's readSpr and writeSpr, because reading or writing does more;
 * `nothing`: what is written goes nowhere;
 * `hypervisor`: a hypervisor's resource on a CPU that runs under one: a privileged-instruction exception whatever MSR[PR] says.
 */
export type SprHome = 'storage' | 'lr' | 'ctr' | 'xer' | 'timebase' | 'timebaseUpper' | 'service' | 'nothing' | 'hypervisor';

/**
 * A facility that may be unavailable (Book III-S 6.2.11): in problem state by its bit of the FSCR, or by MMCR0[PMCC] (PMU), or in every state
 * because MSR[TM] is always 0 (TM).
 */
export type SprFacility = 'DSCR' | 'TAR' | 'EBB' | 'PMU' | 'TM';

/** One number of mfspr and mtspr on one CPU model. */
export interface Spr {
  readonly number: number;
  /** The manual's name, in capitals. */
  readonly name: string;
  /** Bits of the register. */
  readonly width: 32 | 64;
  /** Home for reading; absent: the number cannot be read. */
  readonly read?: SprHome;
  /** Home for writing; absent: the number cannot be written. */
  readonly write?: SprHome;
  /** Number whose storage it is: its own, or that of the register it is another name of. */
  readonly at: number;
  /** Writing it may change translation, code or whether the machine goes on: everything is looked up anew after mtspr. */
  readonly resync?: true;
  /** What must be available, or access is a facility-unavailable exception. */
  readonly facility?: SprFacility;
  /** The interpreter has handlers of its own for this number; the others share one that calls the runtime. */
  readonly frequent?: true;
}

/** The registers of one CPU model, and what its other numbers do. */
export interface SprSet {
  readonly byNumber: ReadonlyMap<number, Spr>;
  /**
   * A number that is not there (or not for reading, or not for writing) in privileged state: an illegal instruction
   * (PPC440 UM 10.5.7), or nothing at all (Book III-S 4.4.4). In problem state it is a privileged or illegal instruction by
   * bit 0x10 of the number on every model.
   */
  readonly unknown: 'illegal' | 'ignored';
}

/** Numbers with this bit are privileged for reading and writing (Book I 3.3.17). */
export const SPR_PRIVILEGED_BIT = 0x10;
/** True when problem state may not name the number. */
export const isPrivilegedSpr = (number: number): boolean => (number & SPR_PRIVILEGED_BIT) !== 0;

type More = Partial<Omit<Spr, 'number' | 'name'>>;

/** Plain storage, for reading and writing. */
export const plain = (number: number, name: string, more: More = {}): Spr => ({
  number, name, width: 32, read: 'storage', write: 'storage', at: number, ...more,
}); // prettier-ignore
/** Plain storage that the model sets at reset; mtspr does not reach it. */
export const readOnly = (number: number, name: string, more: More = {}): Spr => ({
  number,
  name,
  width: 32,
  read: 'storage',
  at: number,
  ...more,
});
/** Read as stored; writing is the runtime's, which stores what becomes of it. */
export const onWrite = (number: number, name: string, more: More = {}): Spr => ({
  number, name, width: 32, read: 'storage', write: 'service', at: number, ...more,
}); // prettier-ignore
/** Both directions are the runtime's. */
export const served = (number: number, name: string, more: More = {}): Spr => ({
  number, name, width: 32, read: 'service', write: 'service', at: number, ...more,
}); // prettier-ignore
/** Only mtspr, by the runtime. */
export const writeOnly = (number: number, name: string, more: More = {}): Spr => ({
  number,
  name,
  width: 32,
  write: 'service',
  at: number,
  ...more,
});
/** A hypervisor's, in both directions unless `read` or `write` says otherwise. */
export const hypervisor = (number: number, name: string, more: More = {}): Spr => ({
  number, name, width: 64, read: 'hypervisor', write: 'hypervisor', at: number, ...more,
}); // prettier-ignore
/** `count` registers with consecutive numbers and names that end in 0, 1, 2...: `first` is the number of name0. */
export const series = (
  make: (number: number, name: string, more?: More) => Spr,
  first: number,
  name: string,
  count: number,
  more: More = {},
  from = 0,
): Spr[] => Array.from({ length: count }, (_, n) => make(first + n, `${name}${from + n}`, more));

/** XER, LR and CTR, which every model has. `width`: of a GPR. */
export const userSprs = (width: 32 | 64): Spr[] => [
  { number: 1, name: 'XER', width, read: 'xer', write: 'xer', at: 1, frequent: true },
  { number: 8, name: 'LR', width, read: 'lr', write: 'lr', at: 8, frequent: true },
  { number: 9, name: 'CTR', width, read: 'ctr', write: 'ctr', at: 9, frequent: true },
];

/** The numbers that read the timebase, and those that write its halves (Book II 6.2.1, III-S 7.2). */
export const timebaseSprs = (width: 32 | 64): Spr[] => [
  { number: 268, name: width === 64 ? 'TB' : 'TBL', width, read: 'timebase', at: 268, frequent: true },
  { number: 269, name: 'TBU', width: 32, read: 'timebaseUpper', at: 269, frequent: true },
  { number: 284, name: 'TBL', width: 32, write: 'service', at: 284 },
  { number: 285, name: 'TBU', width: 32, write: 'service', at: 285 },
];

/**
 * Puts a model's table together.
 * @throws Error when a number occurs twice
 */
export function sprSet(unknown: SprSet['unknown'], ...rows: readonly (readonly Spr[])[]): SprSet {
  const byNumber = new Map<number, Spr>();
  for (const spr of rows.flat()) {
    if (byNumber.has(spr.number))
      throw new Error(`SPR ${spr.number} is in the table twice: ${byNumber.get(spr.number)!.name} and ${spr.name}`);
    byNumber.set(spr.number, spr);
  }
  return { byNumber, unknown };
}
