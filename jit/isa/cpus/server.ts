/** The 64-bit Book III-S models: 970FX, POWER7, POWER8. */
import type { Feature } from '../inst.js';
import { SPRS_970FX, SPRS_POWER7, SPRS_POWER8 } from '../spr-book3s64.js';
import { msrMask, type CpuModel } from './cpu-model.js';

const ISA_201: readonly Feature[] = ['book3s', '64bit', 'slb', 'fpu', 'fsqrt', 'graphics', 'string', 'mftb', 'lwsync', 'hypervisor', 'vmx'];
const ISA_206: readonly Feature[] = [...ISA_201, 'popcntb', 'cmpb', 'isa205', 'isa206', 'isel', 'vsx', 'dfp'];
const MSR_201 = msrMask('VEC', 'POW', 'EE', 'PR', 'FP', 'ME', 'FE0', 'SE', 'BE', 'FE1', 'IR', 'DR', 'PMM', 'RI');

/** Power management is a hypervisor's, by instructions of their own. */
const MSR_206 = ((MSR_201 & ~msrMask('POW')) | msrMask('VSX', 'LE')) >>> 0;

const server = (name: string, pvr: number, features: readonly Feature[], sprs: CpuModel['sprs'], vsx: boolean): CpuModel => ({
  name,
  pvr,
  width: 64,
  features: new Set(features),
  mmu: 'hash64',
  interrupts: 'book3s',
  cacheBlock: 128,
  keyBits: vsx ? ['VEC', 'VSX', 'PR', 'FP', 'FE0', 'FE1', 'IR', 'DR', 'LE'] : ['VEC', 'PR', 'FP', 'FE0', 'FE1', 'IR', 'DR', 'LE'],
  msrMask: vsx ? MSR_206 : MSR_201,
  has64BitMode: true,
  branchHints: 'at',
  sprs,
});

export const PPC970FX = server('970FX', 0x003c0301, ISA_201, SPRS_970FX, false);
export const POWER7 = server('POWER7', 0x003f0203, ISA_206, SPRS_POWER7, true);
export const POWER8 = server('POWER8', 0x004d0200, [...ISA_206, 'isa207'], SPRS_POWER8, true);
