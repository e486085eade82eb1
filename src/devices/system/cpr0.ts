/** Clocking and Power-on Reset registers of the 440EP (DCR 0x0C, 0x0D). Source: PPC440EP User's Manual, "Clocking". */
import type { DeviceLog } from '../../bus/device.js';
import { IndirectDcrUnit } from './indirect-dcr.js';

/** DCR number of the pair's first register on bamboo. */
export const CPR0_DCR = 0x0c;

/**
 * Clocks of a 533 MHz board with a 33.33 MHz oscillator, as firmware computes them from these dividers:
 * VCO 1066 MHz = 33.33 × FBDV 16 × FWDVA 2; CPU = VCO / 2, PLB = VCO / FWDVB 8 = 133 MHz, OPB = PLB / 2, EBC = PLB / 2.
 */
export function createCpr0(log: DeviceLog): IndirectDcrUnit {
  return new IndirectDcrUnit(
    'CPR0',
    [
      { index: 0x020, name: 'CLKUPD' },
      { index: 0x040, name: 'PLLC', initial: 0x40000000 },
      { index: 0x060, name: 'PLLD', initial: 0x10020001 },
      { index: 0x080, name: 'PRIMAD', initial: 0x01000000 },
      { index: 0x0a0, name: 'PRIMBD', initial: 0x01000000 },
      { index: 0x0c0, name: 'OPBD', initial: 0x02000000 },
      { index: 0x0e0, name: 'PERD', initial: 0x02000000 },
      { index: 0x100, name: 'MALD', initial: 0x01000000 },
      { index: 0x120, name: 'SPCID', initial: 0x01000000 },
      { index: 0x140, name: 'ICFG' },
    ],
    log,
  );
}
