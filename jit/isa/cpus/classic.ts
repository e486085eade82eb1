/** The 32-bit Book III-S models: 750, 7400, 7447A (their user's manuals). */
import type { Feature } from '../inst.js';
import { SPRS_7400, SPRS_7447A, SPRS_750 } from '../spr-book3s.js';
import { msrMask, type CpuModel } from './cpu-model.js';

const FEATURES: readonly Feature[] = ['book3s', 'segments32', 'fpu', 'graphics', 'string', 'mcrxr', 'mftb', 'eciwx'];
const MSR_750 = msrMask('POW', 'EE', 'PR', 'FP', 'ME', 'FE0', 'SE', 'BE', 'FE1', 'IR', 'DR', 'PMM', 'RI', 'LE') | 0x00010040;

/** Interrupt prefix and ILE, which registers.ts does not name, are the last constant of the mask. */
const classic = (name: string, pvr: number, sprs: CpuModel['sprs'], vector: boolean): CpuModel => ({
  name,
  pvr,
  width: 32,
  features: new Set<Feature>(vector ? [...FEATURES, 'vmx'] : FEATURES),
  mmu: 'book3s32',
  interrupts: 'book3s',
  cacheBlock: 32,
  keyBits: vector ? ['VEC', 'PR', 'FP', 'FE0', 'FE1', 'IR', 'DR', 'LE'] : ['PR', 'FP', 'FE0', 'FE1', 'IR', 'DR', 'LE'],
  msrMask: (vector ? MSR_750 | msrMask('VEC') : MSR_750) >>> 0,
  has64BitMode: false,
  branchHints: 'y',
  sprs,
});

export const PPC750 = classic('750', 0x00080301, SPRS_750, false);
export const PPC7400 = classic('7400', 0x000c0209, SPRS_7400, true);
export const PPC7447A = classic('7447A', 0x80030102, SPRS_7447A, true);
