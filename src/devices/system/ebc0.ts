/** External Bus Controller of the 440EP (DCR 0x12, 0x13). Source: PPC440EP User's Manual, "External Bus Controller". */
import type { DeviceLog } from '../../bus/device.js';
import { IndirectDcrUnit } from './indirect-dcr.js';

/** DCR number of the pair's first register on bamboo. */
export const EBC0_DCR = 0x12;

/** Six chip selects on the 440EP; firmware loops over the eight of its relatives. */
const BANKS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Bank configuration (BnCR), timing (BnAP) and error registers. All banks are disabled: the machine has no flash memory. */
export function createEbc0(log: DeviceLog): IndirectDcrUnit {
  return new IndirectDcrUnit(
    'EBC0',
    [
      ...BANKS.map((bank) => ({ index: bank, name: `B${bank}CR` })),
      ...BANKS.map((bank) => ({ index: 0x10 + bank, name: `B${bank}AP` })),
      { index: 0x20, name: 'BEAR', writable: 0 },
      { index: 0x21, name: 'BESR0', clearable: 0xffffffff },
      { index: 0x22, name: 'BESR1', clearable: 0xffffffff },
      { index: 0x23, name: 'CFG', initial: 0x80400000 },
      { index: 0x24, name: 'CID', writable: 0 },
    ],
    log,
  );
}
