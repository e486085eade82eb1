/** System Device Control registers of the 440EP (DCR 0x0E, 0x0F). Source: PPC440EP User's Manual, "Chip Control". */
import type { DeviceLog } from '../../bus/device.js';
import { IndirectDcrUnit } from './indirect-dcr.js';

/** DCR number of the pair's first register on bamboo. */
export const SDR0_DCR = 0x0e;

/** UART clock select: external clock, as bamboo is strapped (11.0592 MHz). */
const UART_EXTERNAL_CLOCK = 0x00800000;

/** Straps, identity, pin multiplexing and clock selection. Software resets written to SRST are kept but do nothing. */
export function createSdr0(log: DeviceLog): IndirectDcrUnit {
  return new IndirectDcrUnit(
    'SDR0',
    [
      { index: 0x0020, name: 'SDSTP0', writable: 0 },
      { index: 0x0021, name: 'SDSTP1', writable: 0 },
      { index: 0x0040, name: 'PINSTP', writable: 0 },
      { index: 0x0060, name: 'SDCS0' },
      { index: 0x0080, name: 'ECID0', writable: 0 },
      { index: 0x0081, name: 'ECID1', writable: 0 },
      { index: 0x0082, name: 'ECID2', writable: 0 },
      { index: 0x0083, name: 'ECID3', writable: 0 },
      { index: 0x00c0, name: 'JTAG', writable: 0 },
      { index: 0x00e1, name: 'DDRDL' },
      { index: 0x0100, name: 'EBC' },
      { index: 0x0120, name: 'UART0', initial: UART_EXTERNAL_CLOCK },
      { index: 0x0121, name: 'UART1', initial: UART_EXTERNAL_CLOCK },
      { index: 0x0122, name: 'UART2', initial: UART_EXTERNAL_CLOCK },
      { index: 0x0123, name: 'UART3', initial: UART_EXTERNAL_CLOCK },
      { index: 0x0180, name: 'CP440' },
      { index: 0x01c0, name: 'XCR' },
      { index: 0x0200, name: 'SRST' },
      { index: 0x0280, name: 'MALTBL' },
      { index: 0x02a0, name: 'MALRBL' },
      { index: 0x02c0, name: 'MALTBS' },
      { index: 0x02e0, name: 'MALRBS' },
      { index: 0x0320, name: 'USB0' },
      { index: 0x4000, name: 'CUST0' },
      { index: 0x4001, name: 'CUST1' },
      { index: 0x4100, name: 'PFC0' },
      { index: 0x4101, name: 'PFC1' },
      { index: 0x4300, name: 'MFR' },
    ],
    log,
  );
}
