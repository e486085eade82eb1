/** DDR SDRAM controller of the 440EP (DCR 0x10, 0x11). Source: PPC440EP User's Manual, "DDR SDRAM Controller". */
import { ConfigError } from '../../config-error.js';
import type { DeviceLog } from '../../bus/device.js';
import { IndirectDcrUnit } from './indirect-dcr.js';

/** DCR number of the pair's first register on bamboo. */
export const SDRAM0_DCR = 0x10;

const BANKS = 4;
const MIN_BANK = 4 * 2 ** 20;
const MAX_BANK = 512 * 2 ** 20;
const BnCR = { SDBE: 0x00000001, SDSZ_SHIFT: 17 } as const;
/** Mode registers have been set: firmware waits for it. */
const MCSTS_MRSC = 0x80000000;

/**
 * The controller as firmware leaves it, with banks that add up to `ramSize` bytes.
 * @throws ConfigError if four banks cannot hold that size
 */
export function createSdram0(ramSize: number, log: DeviceLog): IndirectDcrUnit {
  const banks = sdramBanks(ramSize);
  return new IndirectDcrUnit(
    'SDRAM0',
    [
      { index: 0x00, name: 'BESR0', clearable: 0xffffffff },
      { index: 0x08, name: 'BESR1', clearable: 0xffffffff },
      { index: 0x10, name: 'BEAR', writable: 0 },
      { index: 0x18, name: 'SLIO' },
      { index: 0x20, name: 'CFG0' },
      { index: 0x21, name: 'CFG1' },
      { index: 0x22, name: 'DEVOPT' },
      { index: 0x24, name: 'MCSTS', initial: MCSTS_MRSC, writable: 0 },
      { index: 0x30, name: 'RTR' },
      { index: 0x34, name: 'PMIT' },
      { index: 0x38, name: 'UABBA' },
      ...banks.map((initial, bank) => ({ index: 0x40 + 4 * bank, name: `B${bank}CR`, initial })),
      { index: 0x80, name: 'TR0' },
      { index: 0x81, name: 'TR1' },
      { index: 0x82, name: 'CLKTR' },
      { index: 0x83, name: 'WDDCTR' },
      { index: 0x84, name: 'DLYCAL' },
      { index: 0x98, name: 'ECCESR', clearable: 0xffffffff },
    ],
    log,
  );
}

/**
 * The bank configuration registers B0CR to B3CR for `ramSize` bytes from address 0, largest bank first.
 * @throws ConfigError if it is not a sum of at most four banks of 4 MiB to 512 MiB, each a power of two
 */
export function sdramBanks(ramSize: number): number[] {
  const banks: number[] = [];
  let base = 0;
  while (base < ramSize && banks.length < BANKS && ramSize - base >= MIN_BANK) {
    const power = Math.min(Math.floor(Math.log2(ramSize - base)), Math.log2(MAX_BANK));
    banks.push((base | ((power - Math.log2(MIN_BANK)) << BnCR.SDSZ_SHIFT) | BnCR.SDBE) >>> 0);
    base += 2 ** power;
  }
  if (ramSize <= 0 || base !== ramSize) {
    throw new ConfigError(
      `${ramSize} bytes of memory do not fit the SDRAM controller`,
      'memory size',
      'choose a sum of at most four powers of two from 4M to 512M, such as 128M or 192M',
    );
  }
  return [...banks, ...new Array<number>(BANKS - banks.length).fill(0)];
}
