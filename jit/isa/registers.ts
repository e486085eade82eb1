/** One bit of a register, numbered as the manual prints it (bit 0 is the most significant). */
export interface RegisterBit {
  readonly name: string;
  /** Mask in the register's low 32 bits, as an unsigned number. */
  readonly mask: number;
  /** How far from the least significant bit. */
  readonly lsb: number;
}

/** Names the bits of a 32-bit register (or of the low word of a 64-bit one, numbered without the upper 32 bits). */
export function bits32<const B extends Record<string, number>>(register: string, bits: B): { readonly [K in keyof B]: RegisterBit } {
  const make = ([name, bit]: [string, number]) => [name, { name: `${register}[${name}]`, mask: (1 << (31 - bit)) >>> 0, lsb: 31 - bit }];
  return Object.fromEntries(Object.entries(bits).map(make)) as { readonly [K in keyof B]: RegisterBit };
}

/**
 * Machine State Register, low word, numbered 0..31 as 32-bit manuals do. Book III-S 4.2.1 (32 less than printed there),
 * Book III-E 4.2.1, PPC440 UM 2. Bits whose meaning depends on the model carry both names (IR/IS, DR/DS, RI, POW/WE).
 */
export const MSR = bits32('MSR', {
  VEC: 6, VSX: 8, POW: 13, WE: 13, CE: 14, EE: 16, PR: 17, FP: 18, ME: 19, FE0: 20, SE: 21, DWE: 21, BE: 22, DE: 22, FE1: 23,
  IR: 26, IS: 26, DR: 27, DS: 27, PMM: 29, RI: 30, LE: 31,
}); // prettier-ignore
export type MsrBitName = keyof typeof MSR;

/** The upper word of the MSR of 64-bit models, numbered as printed (Book III-S 4.2.1). TS takes two bits: its second is named. */
export const MSR_HIGH = bits32('MSR', { SF: 0, HV: 3, TS: 30, TM: 31 });

/** Logical Partitioning Control Register, low word, numbered 32 less than printed (Book III-S 2.2); AIL by its second bit. */
export const LPCR = bits32('LPCR', { ILE: 6, AIL: 8 });

/** What a program interrupt tells in SRR1's low word, numbered 32 less than printed (Book III-S 6.5.9). */
export const SRR1_PROGRAM = bits32('SRR1', { FLOATING: 11, ILLEGAL: 12, PRIVILEGED: 13, TRAP: 14, NOT_THE_ADDRESS: 15 });

/** Facility Status and Control Register, low word, numbered 32 less than printed (Book III-S 6.2.11). */
export const FSCR = bits32('FSCR', { TAR: 23, EBB: 24, DSCR: 29 });
/** What FSCR[IC] says was not available. */
export const FSCR_IC = { DSCR: 2, PMU: 3, BHRB: 4, TM: 5, EBB: 7, TAR: 8 } as const;

/** Monitor Mode Control Register 0, low word, numbered 32 less than printed (Book III-S 9.4.4); PMCC by both of its bits. */
export const MMCR0 = bits32('MMCR0', { FC: 0, PMAE: 5, BHRBA: 10, PMCC0: 12, PMCC1: 13, PMAO: 24 });

/** Exception Syndrome Register (Book III-E 7.2.13, PPC440 UM 10.4.5). */
export const ESR = bits32('ESR', { MCI: 0, PIL: 4, PPR: 5, PTR: 6, FP: 7, ST: 8, DLK0: 10, DLK1: 11, AP: 12, PUO: 13, BO: 14, PIE: 15, PCRE: 27, PCMP: 28 }); // prettier-ignore

/** Vector Status and Control Register (Book I 6.3.2, numbered 0..31 = printed 96..127): non-Java mode, saturation. */
export const VSCR = bits32('VSCR', { NJ: 15, SAT: 31 });

/** Floating-Point Status and Control Register (Book I 4.2.2, numbered 0..31 = printed 32..63). */
export const FPSCR = bits32('FPSCR', {
  FX: 0, FEX: 1, VX: 2, OX: 3, UX: 4, ZX: 5, XX: 6, VXSNAN: 7, VXISI: 8, VXIDI: 9, VXZDZ: 10, VXIMZ: 11, VXVC: 12, FR: 13, FI: 14,
  C: 15, FL: 16, FG: 17, FE: 18, FU: 19, VXSOFT: 21, VXSQRT: 22, VXCVI: 23, VE: 24, OE: 25, UE: 26, ZE: 27, XE: 28, NI: 29, RN: 31,
}); // prettier-ignore
