import { expect, it } from 'vitest';
import { BareCpu } from '../support/bare-cpu.js';

const DATA = 0x8000;
/** lwarx r5,0,r3; then stwcx. r6,0,r3 and a branch to itself. */
const RESERVE = [0x7ca01828, 0x48000000];
const STORE = [0x7cc0192d, 0x48000000];

/** Whether stwcx. stores after a device wrote `length` bytes at `address` behind lwarx. */
function storesAfterWrite(mode: 'interp' | 'jit', address: number, length: number): boolean {
  const cpu = new BareCpu(mode);
  cpu.load(0x1000, RESERVE);
  cpu.load(0x2000, STORE);
  cpu.state.setGpr(3, DATA);
  cpu.state.setGpr(6, 7);
  cpu.run(0x1000, 1);
  cpu.memory.write(address, new Uint8Array(length));
  cpu.run(0x2000, 1);
  return (cpu.state.cr & 0x20000000) !== 0;
}

it.each(['interp', 'jit'] as const)('a reservation is lost when a device stores into its granule, and only then (%s)', (mode) => {
  expect(storesAfterWrite(mode, DATA + 0x100, 4)).toBe(true);
  expect(storesAfterWrite(mode, DATA + 0x20, 4)).toBe(true);
  expect(storesAfterWrite(mode, DATA - 4, 4)).toBe(true);
  expect(storesAfterWrite(mode, DATA + 0x1f, 1)).toBe(false);
  expect(storesAfterWrite(mode, DATA - 4, 5)).toBe(false);
  expect(storesAfterWrite(mode, DATA, 4)).toBe(false);
});
