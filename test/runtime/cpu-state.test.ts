import { describe, expect, it } from 'vitest';
import { CPU_STATE_SIZE, CR_OFFSET, GPR_OFFSET, SPR_OFFSET, XER_CA_OFFSET, XER_REST_OFFSET, XER_SO_OFFSET } from '../../jit/abi/layout.js';
import { CpuState } from '../../runtime/cpu-state.js';

const make = (): CpuState => new CpuState(new ArrayBuffer(CPU_STATE_SIZE));

describe('CpuState', () => {
  it('lies where the layout says, at its base', () => {
    const buffer = new ArrayBuffer(2 * CPU_STATE_SIZE);
    const state = new CpuState(buffer, CPU_STATE_SIZE);
    const view = new DataView(buffer);
    state.setGpr(3, 0x89abcdef, 0x01234567);
    state.setSpr(26, 0xfffffffe);
    expect(view.getBigUint64(CPU_STATE_SIZE + GPR_OFFSET + 24, true)).toBe(0x0123456789abcdefn);
    expect(view.getUint32(CPU_STATE_SIZE + SPR_OFFSET + 8 * 26, true)).toBe(0xfffffffe);
    expect([state.gpr(3), state.gprHigh(3), state.spr(26)]).toEqual([0x89abcdef, 0x01234567, 0xfffffffe]);
  });

  it('splits and assembles CR and XER', () => {
    const state = make();
    state.cr = 0x84218421;
    expect(state.words[(CR_OFFSET >> 2) + 0]).toBe(8);
    expect(state.words[(CR_OFFSET >> 2) + 7]).toBe(1);
    expect(state.cr).toBe(0x84218421);
    state.xer = 0xa000007f;
    expect([XER_SO_OFFSET, XER_CA_OFFSET, XER_REST_OFFSET].map((o) => state.words[o >> 2])).toEqual([1, 1, 0x7f]);
    expect(state.xer).toBe(0xa000007f);
    state.xer = 0x40000000;
    expect(state.xer).toBe(0x40000000);
  });

  it('keeps FPR patterns and a signed slice counter', () => {
    const state = make();
    state.setFprValue(31, -1.5);
    expect([state.fprHigh(31), state.fprLow(31)]).toEqual([0xbff80000, 0]);
    state.setFpr(0, 0, 0x40000000);
    expect(state.fprValue(0)).toBe(2);
    state.counter = -3;
    expect(state.counter).toBe(-3);
    state.setException(8, 0x800000, 0xfffff000);
    expect([state.exception, state.exceptionSyndrome, state.exceptionAddress]).toEqual([8, 0x800000, 0xfffff000]);
  });
});
