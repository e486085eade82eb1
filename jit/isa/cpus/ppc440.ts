import { SPRS_440 } from '../spr-booke.js';
import { msrMask, type CpuModel } from './cpu-model.js';

/** PPC440EP, revision B: the processor of the bamboo board (PPC440EP UM), with the FPU of the 44x family. */
export const PPC440EP: CpuModel = {
  name: '440EP',
  pvr: 0x422218d3,
  width: 32,
  features: new Set(['booke', '440', 'tlb440', 'dcr', 'mac', 'fpu', 'fsqrt', 'graphics', 'string', 'mcrxr', 'mftb']),
  mmu: 'booke44x',
  interrupts: 'booke',
  cacheBlock: 32,
  keyBits: ['PR', 'FP', 'FE0', 'FE1', 'IS', 'DS'],
  msrMask: msrMask('WE', 'CE', 'EE', 'PR', 'FP', 'ME', 'FE0', 'DWE', 'DE', 'FE1', 'IS', 'DS'),
  has64BitMode: false,
  branchHints: 'y',
  sprs: SPRS_440,
};
