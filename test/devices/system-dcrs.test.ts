import { beforeEach, describe, expect, it } from 'vitest';
import { DcrBus } from '../../src/bus/dcr-bus.js';
import { ConfigError } from '../../src/config-error.js';
import { attachBambooDcrs } from '../../src/devices/system/bamboo-dcrs.js';
import { sdramBanks } from '../../src/devices/system/sdram0.js';
import { ProbeLog } from '../support/probe-log.js';

const MIB = 2 ** 20;
let dcrs: DcrBus;
let log: ProbeLog;

beforeEach(() => {
  log = new ProbeLog();
  dcrs = new DcrBus(log);
  attachBambooDcrs(dcrs, 144 * MIB, log);
});

function readIndirect(dcr: number, index: number): number {
  dcrs.write(dcr, index);
  return dcrs.read(dcr + 1);
}
function writeIndirect(dcr: number, index: number, value: number): void {
  dcrs.write(dcr, index);
  dcrs.write(dcr + 1, value);
}

describe('CPR0', () => {
  it('holds dividers from which firmware computes the clocks of the board', () => {
    const field = (index: number, mask: number, zero: number): number => (readIndirect(0x0c, index) >>> 24) & mask || zero;
    const pll = readIndirect(0x0c, 0x60);
    const fwdva = (pll >>> 16) & 0xf || 16;
    const fwdvb = (pll >>> 8) & 7 || 8;
    const fbdv = (pll >>> 24) & 0x1f || 32;
    // The feedback is taken from the PLL's output A.
    expect(readIndirect(0x0c, 0x40) & 0x23000000).toBe(0);
    const vco = (100e6 / 3) * fbdv * (pll & 0x7f) * fwdva;
    const plb = vco / fwdvb / field(0xa0, 7, 8);
    expect(Math.round(vco / fwdva / 1e6)).toBe(533);
    expect(Math.round(plb / 1e6)).toBe(133);
    expect(Math.round(plb / field(0xc0, 3, 4) / 1e6)).toBe(67);
    expect(Math.round(plb / field(0xe0, 7, 8) / 1e6)).toBe(67);
  });
});

describe('SDRAM0', () => {
  it('shows the memory size as firmware adds it up', () => {
    const banks = [0x40, 0x44, 0x48, 0x4c].map((index) => readIndirect(0x10, index));
    const sizes = banks.map((bank) => (bank & 1 ? (4 * MIB) << ((bank & 0xe0000) >>> 17) : 0));
    expect(sizes).toEqual([128 * MIB, 16 * MIB, 0, 0]);
    expect(banks.map((bank) => bank & 0xff800000)).toEqual([0, 0x08000000, 0, 0]);
    expect(readIndirect(0x10, 0x24) >>> 31).toBe(1);
  });

  it.each([
    [4, 1],
    [64, 1],
    [128, 1],
    [512, 1],
    [1024, 2],
    [2048, 4],
    [60, 4],
  ])('%i MiB take %i banks', (size, count) => {
    expect(sdramBanks(size * MIB).filter((bank) => bank & 1)).toHaveLength(count);
  });

  it.each([0, 1, 2, 124, 129, 4096])('refuses %i MiB', (size) => {
    expect(() => sdramBanks(size * MIB)).toThrow(ConfigError);
  });
});

describe('register pairs', () => {
  it.each([
    ['SDR0 UART0 uses the external clock', 0x0e, 0x120, 0x00800000],
    ['EBC0 CFG', 0x12, 0x23, 0x80400000],
    ['EBC0 bank 0 is disabled', 0x12, 0x00, 0],
  ])('%s', (_, dcr, index, value) => {
    expect(readIndirect(dcr, index)).toBe(value);
  });

  it('select by the address register, keep writes, and reset', () => {
    writeIndirect(0x0e, 0x4101, 0xdeadbeef);
    expect(dcrs.read(0x0e)).toBe(0x4101);
    expect(readIndirect(0x0e, 0x4101)).toBe(0xdeadbeef);
    expect(readIndirect(0x0e, 0x4100)).toBe(0);
    dcrs.reset();
    expect(readIndirect(0x0e, 0x4101)).toBe(0);
  });

  it('protect read-only registers and clear error status by ones', () => {
    writeIndirect(0x0e, 0x20, 0xffffffff);
    expect(readIndirect(0x0e, 0x20)).toBe(0);
    writeIndirect(0x12, 0x21, 0xffffffff);
    expect(readIndirect(0x12, 0x21)).toBe(0);
    expect(log.messages).toEqual([]);
  });

  it('log unknown registers once, and read them as 0', () => {
    expect(readIndirect(0x0e, 0x7777)).toBe(0);
    readIndirect(0x0e, 0x7777);
    writeIndirect(0x0e, 0x7777, 1);
    expect(log.messages).toEqual(['read of unimplemented SDR0 register 0x7777', 'write of unimplemented SDR0 register 0x7777']);
  });
});

describe('MAL0', () => {
  it('sets and resets channels, and resets itself', () => {
    dcrs.write(0x184, 0xc0000000);
    dcrs.write(0x185, 0x40000000);
    expect([dcrs.read(0x184), dcrs.read(0x185)]).toEqual([0x80000000, 0x80000000]);
    dcrs.write(0x1a0, 0x1000);
    dcrs.write(0x180, 0x80000000);
    expect([dcrs.read(0x180), dcrs.read(0x184), dcrs.read(0x1a0)]).toEqual([0x0007c000, 0, 0]);
  });

  it('clears status by ones', () => {
    dcrs.write(0x181, 0xffffffff);
    expect(dcrs.read(0x181)).toBe(0);
  });
});

it('leaves the interrupt controllers to the machine', () => {
  for (let dcr = 0xc0; dcr < 0xe0; dcr++) {
    dcrs.read(dcr);
    expect(dcrs.unassigned).toBe(true);
  }
});
