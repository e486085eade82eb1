import { describe, expect, it } from 'vitest';
import { readRegister, writeRegister } from '../../src/machine/registers.js';
import { BareCpu } from '../support/bare-cpu.js';
import { BareCpu64 } from '../support/bare-cpu64.js';

const VALUE = 0xc0debabe_12345678n;

describe('registers by name', () => {
  it('have 64 bits on 64-bit models', () => {
    const { engine } = new BareCpu64('interp');
    for (const name of ['r0', 'r31', 'f7', 'pc', 'LR', 'ctr', 'srr0', 'SPRG3', 'dar', 'tar', 'lpcr', 'amr']) {
      writeRegister(engine, name, VALUE);
      expect(readRegister(engine, name), name).toBe(VALUE);
    }
    for (const name of ['dsisr', 'vrsave', 'dec', 'cr']) {
      writeRegister(engine, name, VALUE);
      expect(readRegister(engine, name), name).toBe(0x12345678n);
    }
    writeRegister(engine, 'msr', 0xffffffff_00001000n);
    expect(readRegister(engine, 'msr')).toBe(0x80000000_00001000n);
    expect(readRegister(engine, 'pvr')).toBe(0x4d0200n);
  });

  it('have 32 bits on the others, but for those of the floating-point facility', () => {
    const { engine } = new BareCpu('interp');
    for (const name of ['r5', 'lr', 'ctr', 'srr0', 'dear']) {
      writeRegister(engine, name, VALUE);
      expect(readRegister(engine, name), name).toBe(0x12345678n);
    }
    writeRegister(engine, 'f7', VALUE);
    expect(readRegister(engine, 'f7')).toBe(VALUE);
  });

  it('refuse other names', () => {
    const { engine } = new BareCpu64('interp');
    for (const name of ['r32', 'esr', 'f-1', '']) expect(() => readRegister(engine, name)).toThrow(/no register/);
    expect(() => writeRegister(engine, 'pvr', 0n)).toThrow(/no register/);
  });
});
