import { describe, expect, it } from 'vitest';
import { CodeNames } from '../../jit/names/code-names.js';
import { MSR } from '../../jit/isa/registers.js';
import { GuestStack } from '../../runtime/profile/guest-stack.js';
import { SampleLog } from '../../runtime/profile/sample-log.js';
import { BareCpu } from '../support/bare-cpu.js';
import { BareCpu64 } from '../support/bare-cpu64.js';

const KERNEL = 0xc0000000;
/** Functions of 0x100 bytes, from 0x1000 on. */
const FUNCTIONS = ['outer', 'middle', 'inner', 'leaf'];
const addressOf = (name: string): number => 0x1000 + 0x100 * FUNCTIONS.indexOf(name);
const namesAt = (high: number): CodeNames =>
  new CodeNames({
    low: Uint32Array.from(FUNCTIONS, addressOf),
    high: Uint32Array.from(FUNCTIONS, () => high),
    size: Uint32Array.from(FUNCTIONS, () => 0x100),
    names: FUNCTIONS,
  });
/** Where a call in the middle of a function comes back to. */
const returnTo = (name: string): number => addressOf(name) + 0x44;

/** A CPU whose registers and stack a test sets; captured stacks are names. */
interface Bed {
  stackOf(): string[];
  setRegisters(pc: number, lr: number, sp: number): void;
  /** Writes a frame: its back chain, and where it saves the return address of the function called from it. */
  frame(at: number, back: number, saved?: number): void;
  user(): void;
}

function bed64(endian: 'big' | 'little', log = new SampleLog(), cpus = 1): Bed {
  const cpu = new BareCpu64('interp', { endian, cpus });
  const stack = new GuestStack(cpu.engine, namesAt(KERNEL), [], log);
  const store = (at: number, value: number): void => {
    const bytes = new Uint8Array(8);
    if (value !== 0) new DataView(bytes.buffer).setBigUint64(0, (BigInt(KERNEL) << 32n) | BigInt(value), cpu.little);
    cpu.memory.write(at, bytes);
  };
  return {
    stackOf: () => stack.capture().map((n) => log.frames[n]!),
    setRegisters: (pc, lr, sp) => {
      const { state } = cpu;
      [state.pc, state.lr] = [pc, lr];
      [state.pcHigh, state.lrHigh] = [KERNEL, KERNEL];
      state.setGpr(1, sp, KERNEL);
    },
    frame: (at, back, saved = 0) => {
      store(at, back);
      store(at + 16, saved);
    },
    user: () => cpu.setMsr(cpu.state.msr | MSR.PR.mask),
  };
}

function bed32(): Bed {
  const cpu = new BareCpu('interp');
  const log = new SampleLog();
  const stack = new GuestStack(cpu.engine, namesAt(0), [], log);
  return {
    stackOf: () => stack.capture().map((n) => log.frames[n]!),
    setRegisters: (pc, lr, sp) => {
      [cpu.state.pc, cpu.state.lr] = [pc, lr];
      cpu.state.setGpr(1, sp);
    },
    frame: (at, back, saved = 0) => cpu.load(at, [back, saved]),
    user: () => cpu.setMsr(cpu.state.msr | MSR.PR.mask),
  };
}

describe.each([
  ['64 bits, little-endian', () => bed64('little')],
  ['64 bits, big-endian', () => bed64('big')],
  ['32 bits', bed32],
])('%s', (_, make) => {
  const inInner = (bed: Bed): void => {
    bed.frame(0x8000, 0x8100);
    bed.frame(0x8100, 0x8200, returnTo('middle'));
    bed.frame(0x8200, 0, returnTo('outer'));
  };

  it('follows the back chain', () => {
    const bed = make();
    inInner(bed);
    bed.setRegisters(addressOf('inner') + 0x50, returnTo('inner'), 0x8000);
    expect(bed.stackOf()).toEqual(['kernel', 'outer', 'middle', 'inner']);
    // Nothing was called since the frame was made.
    bed.setRegisters(addressOf('inner') + 0x20, returnTo('middle'), 0x8000);
    expect(bed.stackOf()).toEqual(['kernel', 'outer', 'middle', 'inner']);
  });

  it('knows the caller of a function without a frame by LR', () => {
    const bed = make();
    inInner(bed);
    bed.setRegisters(addressOf('leaf'), returnTo('inner'), 0x8000);
    expect(bed.stackOf()).toEqual(['kernel', 'outer', 'middle', 'inner', 'leaf']);
  });

  it('passes over what is no return address, and ends where the chain breaks or goes on without end', () => {
    const bed = make();
    bed.frame(0x8000, 0x8100);
    bed.frame(0x8100, 0x8200, 0x6000);
    bed.frame(0x8200, 0x8202, returnTo('outer'));
    bed.setRegisters(addressOf('inner') + 0x50, returnTo('inner'), 0x8000);
    expect(bed.stackOf()).toEqual(['kernel', 'outer', 'inner']);
    bed.frame(0x8200, 0x8200, returnTo('outer'));
    expect(bed.stackOf().length).toBeLessThan(20);
    bed.frame(0x8200, 0xfff00000, returnTo('outer'));
    expect(bed.stackOf()).toEqual(['kernel', 'outer', 'inner']);
  });

  it('names pages where there are no symbols, and of user code nothing else', () => {
    const bed = make();
    inInner(bed);
    bed.setRegisters(0x5678, 0, 0x8000);
    expect(bed.stackOf().at(-1)).toMatch(/^kernel 0x(c0000000)?0*5000$/);
    bed.user();
    expect(bed.stackOf()).toEqual(['user', expect.stringMatching(/^user 0x(c0000000)?0*5000$/)]);
  });
});

it('says which CPU it was where there are several', () => {
  const bed = bed64('little', new SampleLog(), 2);
  bed.setRegisters(addressOf('leaf'), 0, 0x8000);
  expect(bed.stackOf()).toEqual(['CPU 0', 'kernel', 'leaf']);
});

it('finds code where it was loaded by what lies there', () => {
  const cpu = new BareCpu64('interp', { endian: 'little' });
  const log = new SampleLog();
  const alias = { size: 0x1000, low: 0x1000, high: KERNEL, holds: (offset: number, word: number) => word === 0x60000000 + offset };
  const stack = new GuestStack(cpu.engine, namesAt(KERNEL), [{ ...alias, from: 0x2000 }, { ...alias, from: 0x2100 }], log); // prettier-ignore
  cpu.load(0x2204, [0x60000204]);
  cpu.state.pc = 0x2204;
  expect(stack.capture().map((n) => log.frames[n])).toEqual(['kernel', 'inner']);
  // The kernel has moved: another copy of the same file.
  cpu.load(0x2204, [0x60000104]);
  expect(stack.capture().map((n) => log.frames[n])).toEqual(['kernel', 'middle']);
  cpu.load(0x2204, [0]);
  expect(stack.capture().map((n) => log.frames[n])).toEqual(['kernel', 'kernel 0x2000']);
});
