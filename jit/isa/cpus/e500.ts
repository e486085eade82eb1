import type { Feature } from '../inst.js';
import { SPRS_E500MC, SPRS_E500V2 } from '../spr-booke.js';
import { msrMask, type CpuModel } from './cpu-model.js';

const COMMON: readonly Feature[] = ['booke', 'tlbMas', 'isel', 'mftb', 'wait', 'performanceMonitor', 'cacheLock'];

/** e500v2 (MPC8548 family): Book E with SPE instead of the floating-point facility (PowerPC e500 Core Family RM). */
export const E500V2: CpuModel = {
  name: 'e500v2',
  pvr: 0x80210030,
  width: 32,
  features: new Set<Feature>([...COMMON, 'spe']),
  mmu: 'bookeMas',
  interrupts: 'booke',
  cacheBlock: 32,
  // Bit 6 is SPE here.
  keyBits: ['VEC', 'PR', 'IS', 'DS'],
  msrMask: msrMask('VEC', 'WE', 'CE', 'EE', 'PR', 'ME', 'DWE', 'DE', 'IS', 'DS', 'PMM'),
  has64BitMode: false,
  branchHints: 'y',
  sprs: SPRS_E500V2,
};

/** e500mc (e500mc Core RM): category E.HV, doorbells, external PID, the classic floating-point facility. */
export const E500MC: CpuModel = {
  name: 'e500mc',
  pvr: 0x80230020,
  width: 32,
  features: new Set<Feature>([...COMMON, 'fpu', 'graphics', 'lwsync', 'doorbell', 'externalPid', 'enhancedDebug']),
  mmu: 'bookeMas',
  interrupts: 'booke',
  cacheBlock: 64,
  keyBits: ['PR', 'FP', 'FE0', 'FE1', 'IS', 'DS'],
  msrMask: msrMask('WE', 'CE', 'EE', 'PR', 'FP', 'ME', 'FE0', 'DE', 'FE1', 'IS', 'DS', 'PMM', 'RI'),
  has64BitMode: false,
  branchHints: 'at',
  sprs: SPRS_E500MC,
};
