/** The DCR map of the 440EP without its interrupt controllers. Source: PPC440EP User's Manual, "Device Control Registers". */
import type { DcrBus } from '../../bus/dcr-bus.js';
import type { DeviceLog } from '../../bus/device.js';
import { CPR0_DCR, createCpr0 } from './cpr0.js';
import { DcrRegisters } from './dcr-registers.js';
import { EBC0_DCR, createEbc0 } from './ebc0.js';
import { INDIRECT_DCR_COUNT } from './indirect-dcr.js';
import { MAL0_DCR, Mal0 } from './mal0.js';
import { SDR0_DCR, createSdr0 } from './sdr0.js';
import { SDRAM0_DCR, createSdram0 } from './sdram0.js';

/**
 * Attaches clocking, chip control, memory and bus controllers of the 440EP to `dcrs`.
 * @param ramSize bytes of RAM, shown in the bank registers of the SDRAM controller
 * @param log told once of each unimplemented register that is touched
 * @throws ConfigError if the SDRAM controller cannot describe `ramSize`, or a DCR is taken
 */
export function attachBambooDcrs(dcrs: DcrBus, ramSize: number, log: DeviceLog): void {
  dcrs.attach(createCpr0(log), CPR0_DCR, INDIRECT_DCR_COUNT);
  dcrs.attach(createSdr0(log), SDR0_DCR, INDIRECT_DCR_COUNT);
  dcrs.attach(createSdram0(ramSize, log), SDRAM0_DCR, INDIRECT_DCR_COUNT);
  dcrs.attach(createEbc0(log), EBC0_DCR, INDIRECT_DCR_COUNT);
  dcrs.attach(new DcrRegisters('PLB3 arbiter', 8), 0x70, 8);
  dcrs.attach(new DcrRegisters('PLB4 arbiter', 16), 0x80, 16);
  dcrs.attach(new DcrRegisters('PLB to OPB bridge', 8), 0x90, 8);
  dcrs.attach(new DcrRegisters('OPB arbiter', 2), 0xa8, 2);
  dcrs.attach(new DcrRegisters('power management', 3), 0xb0, 3);
  dcrs.attach(new DcrRegisters('DMA controller', 0x40), 0x100, 0x40);
  dcrs.attach(new Mal0(), MAL0_DCR.BASE, MAL0_DCR.COUNT);
}
