import { beforeEach, describe, expect, it } from 'vitest';
import * as exits from '../../jit/abi/exits.js';
import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { PPC440EP } from '../../jit/isa/cpus/ppc440.js';
import { MSR } from '../../jit/isa/registers.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { BookeExceptions } from '../../runtime/exceptions/booke.js';
import type { BookeExceptionOptions, InterruptInputs } from '../../runtime/exceptions/booke.js';

const [SRR0, SRR1, CSRR0, CSRR1, DEAR, ESR, IVPR, DBSR, DBCR0, TSR, TCR, MCSRR0, MCSRR1, MCSR] = [
  26, 27, 58, 59, 61, 62, 63, 304, 308, 336, 340, 570, 571, 572,
] as const;
const PC = 0xc0001230;
const ADDRESS = 0xdeadb000;
/** Every implemented bit set. */
const ALL = PPC440EP.msrMask;
const { CE, ME, DE, EE } = MSR;
const NON_CRITICAL = [SRR0, SRR1, (CE.mask | ME.mask | DE.mask) >>> 0] as const;
const CRITICAL = [CSRR0, CSRR1, ME.mask] as const;
const MACHINE_CHECK = [MCSRR0, MCSRR1, 0] as const;
const MCI = 0x80000000;

let state: CpuState;
const make = (options?: BookeExceptionOptions): BookeExceptions => new BookeExceptions(state, options);

beforeEach(() => {
  state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
  state.setSpr(IVPR, 0xc0a0ffff);
  for (let n = 0; n < 16; n++) state.setSpr(400 + n, 0xffff0000 | (n * 0x100) | 0x2f);
});

describe('deliver', () => {
  type Row = [
    name: string,
    ivor: number,
    saved: readonly [number, number, number],
    esr: number | undefined,
    dear: boolean,
    advance?: number,
  ];
  const rows: [keyof typeof exits, ...Row][] = [
    ['EXCEPTION_CRITICAL', 'Critical Input', 0, CRITICAL, undefined, false],
    ['EXCEPTION_MACHINE_CHECK', 'Machine Check', 1, MACHINE_CHECK, undefined, false],
    ['EXCEPTION_DATA_STORAGE', 'Data Storage', 2, NON_CRITICAL, 0, true],
    ['EXCEPTION_INSTRUCTION_STORAGE', 'Instruction Storage', 3, NON_CRITICAL, 0, false],
    ['EXCEPTION_EXTERNAL', 'External Input', 4, NON_CRITICAL, undefined, false],
    ['EXCEPTION_ALIGNMENT', 'Alignment', 5, NON_CRITICAL, 0, true],
    ['EXCEPTION_ILLEGAL', 'Program', 6, NON_CRITICAL, 0x08000000, false],
    ['EXCEPTION_PRIVILEGED', 'Program', 6, NON_CRITICAL, 0x04000000, false],
    ['EXCEPTION_TRAP', 'Program', 6, NON_CRITICAL, 0x02000000, false],
    ['EXCEPTION_FLOATING', 'Program', 6, NON_CRITICAL, 0x01000000, false],
    ['EXCEPTION_UNIMPLEMENTED', 'Program', 6, NON_CRITICAL, 0x00040000, false],
    ['EXCEPTION_FP_UNAVAILABLE', 'Floating-Point Unavailable', 7, NON_CRITICAL, undefined, false],
    ['EXCEPTION_SYSTEM_CALL', 'System Call', 8, NON_CRITICAL, undefined, false, 4],
    ['EXCEPTION_HYPERCALL', 'System Call', 8, NON_CRITICAL, undefined, false, 4],
    ['EXCEPTION_AUXILIARY_UNAVAILABLE', 'Auxiliary', 9, NON_CRITICAL, undefined, false],
    ['EXCEPTION_DECREMENTER', 'Decrementer', 10, NON_CRITICAL, undefined, false],
    ['EXCEPTION_FIT', 'Fixed-Interval', 11, NON_CRITICAL, undefined, false],
    ['EXCEPTION_WATCHDOG', 'Watchdog', 12, CRITICAL, undefined, false],
    ['EXCEPTION_DATA_TLB', 'Data TLB Error', 13, NON_CRITICAL, 0, true],
    ['EXCEPTION_INSTRUCTION_TLB', 'Instruction TLB Error', 14, NON_CRITICAL, undefined, false],
    ['EXCEPTION_DEBUG', 'Debug', 15, CRITICAL, undefined, false],
    ['EXCEPTION_TRACE', 'Debug', 15, CRITICAL, undefined, false],
  ];

  it.each(rows)('%s', (code, name, ivor, [srr0, srr1, kept], esr, dear, advance = 0) => {
    const exceptions = make();
    for (const msr of [0, ALL, EE.mask, (CE.mask | MSR.PR.mask | MSR.IS.mask) >>> 0]) {
      for (const n of [SRR0, SRR1, CSRR0, CSRR1, MCSRR0, MCSRR1, DEAR]) state.setSpr(n, 0x5a5a5a5a);
      state.setSpr(ESR, 0xffffffff);
      state.msr = msr;
      state.setException(exits[code]);
      exceptions.deliver(exits[code], PC, 0, ADDRESS);
      expect(state.pc).toBe(0xc0a00020 + ivor * 0x100);
      expect(state.msr).toBe((msr & kept) >>> 0);
      expect(state.spr(srr0)).toBe(PC + advance);
      expect(state.spr(srr1)).toBe(msr);
      for (const n of [SRR0, SRR1, CSRR0, CSRR1, MCSRR0, MCSRR1]) if (n !== srr0 && n !== srr1) expect(state.spr(n)).toBe(0x5a5a5a5a);
      expect(state.spr(ESR)).toBe(esr === undefined ? 0xffffffff : (MCI | esr) >>> 0);
      expect(state.spr(DEAR)).toBe(dear ? ADDRESS : 0x5a5a5a5a);
    }
    expect(exceptions.nameOf(exits[code])).toContain(name);
  });

  it('adds the syndrome given', () => {
    const exceptions = make();
    exceptions.deliver(exits.EXCEPTION_DATA_TLB, PC, 0x00800000, ADDRESS);
    expect(state.spr(ESR)).toBe(0x00800000);
    exceptions.deliver(exits.EXCEPTION_FLOATING, PC, 0x00010000);
    expect(state.spr(ESR)).toBe(0x01010000);
    exceptions.deliver(exits.EXCEPTION_DEBUG, PC, 0x01000000);
    exceptions.deliver(exits.EXCEPTION_TRACE, PC);
    expect(state.spr(DBSR)).toBe(0x09000000);
    exceptions.deliver(exits.EXCEPTION_MACHINE_CHECK, PC, 0x40000000);
    expect(state.spr(MCSR)).toBe(0xc0000000);
    expect(state.spr(ESR)).toBe((MCI | 0x01010000) >>> 0);
  });

  it('machine checks of a 440x4 save to CSRR0 and CSRR1', () => {
    state.msr = ALL;
    make({ machineCheckSave: 'csrr' }).deliver(exits.EXCEPTION_MACHINE_CHECK, PC);
    expect([state.spr(CSRR0), state.spr(CSRR1), state.spr(MCSRR0), state.msr]).toEqual([PC, ALL, 0, 0]);
  });

  it('takes exceptions that Book E has not as illegal instructions', () => {
    for (const exception of [exits.EXCEPTION_DATA_SEGMENT, exits.EXCEPTION_FACILITY_UNAVAILABLE, 63]) {
      make().deliver(exception, PC);
      expect([state.pc, state.spr(ESR)]).toEqual([0xc0a00620, 0x08000000]);
    }
  });
});

describe('arbitration', () => {
  const none: InterruptInputs = { external: false, critical: false, machineCheck: false };
  const sources: [name: string, exception: number, enable: number, raise: (inputs: InterruptInputs) => void][] = [
    ['machine check', exits.EXCEPTION_MACHINE_CHECK, ME.mask, (i) => (i.machineCheck = true)],
    ['debug', exits.EXCEPTION_DEBUG, DE.mask, () => (state.setSpr(DBCR0, 0x40000000), state.setSpr(DBSR, 0x01000000))],
    ['critical input', exits.EXCEPTION_CRITICAL, CE.mask, (i) => (i.critical = true)],
    ['watchdog', exits.EXCEPTION_WATCHDOG, CE.mask, () => setTimer(0x40000000, 0x08000000)],
    ['external input', exits.EXCEPTION_EXTERNAL, EE.mask, (i) => (i.external = true)],
    ['FIT', exits.EXCEPTION_FIT, EE.mask, () => setTimer(0x04000000, 0x00800000)],
    ['decrementer', exits.EXCEPTION_DECREMENTER, EE.mask, () => setTimer(0x08000000, 0x04000000)],
  ];
  function setTimer(tsr: number, tcr: number): void {
    state.setSpr(TSR, state.spr(TSR) | tsr);
    state.setSpr(TCR, state.spr(TCR) | tcr);
  }

  it('offers nothing when nothing waits', () => {
    state.msr = ALL;
    expect(make().pendingInterrupt(none)).toBe(exits.EXCEPTION_NONE);
    expect(make().attention(none)).toBe(false);
  });

  it.each(sources)('%s: needs its MSR bit, and is noticed without it', (_, exception, enable, raise) => {
    const inputs = { ...none };
    raise(inputs);
    const exceptions = make();
    state.msr = enable;
    expect(exceptions.pendingInterrupt(inputs)).toBe(exception);
    state.msr = (ALL & ~enable) >>> 0;
    expect(exceptions.pendingInterrupt(inputs)).toBe(exits.EXCEPTION_NONE);
    expect(exceptions.attention(inputs)).toBe(true);
    expect(exceptions.waitsForEe(inputs)).toBe(enable === EE.mask);
  });

  it('takes them in the order of the manual', () => {
    const inputs = { ...none };
    state.msr = ALL;
    const exceptions = make();
    for (const [, exception, , raise] of [...sources].reverse()) {
      raise(inputs);
      expect(exceptions.pendingInterrupt(inputs)).toBe(exception);
    }
  });

  it('timers need their enable in TCR, debug events DBCR0[IDM]', () => {
    state.msr = ALL;
    state.setSpr(TSR, 0xffffffff);
    state.setSpr(DBSR, 0x0fff0000);
    expect(make().pendingInterrupt(none)).toBe(exits.EXCEPTION_NONE);
    expect(make().attention(none)).toBe(false);
    state.setSpr(TCR, 0x00800000);
    expect(make().pendingInterrupt(none)).toBe(exits.EXCEPTION_FIT);
    state.setSpr(DBCR0, 0x40000000);
    state.setSpr(DBSR, 0x80000000 | 0x30000000);
    expect(make().pendingInterrupt(none)).toBe(exits.EXCEPTION_FIT);
  });

  it('asks mayDeliver once there is something to deliver', () => {
    const asked: number[] = [];
    const exceptions = make({ mayDeliver: (exception) => (asked.push(exception), false) });
    state.msr = ALL;
    expect(exceptions.pendingInterrupt(none)).toBe(exits.EXCEPTION_NONE);
    expect(asked).toEqual([]);
    expect(exceptions.pendingInterrupt({ ...none, external: true })).toBe(exits.EXCEPTION_NONE);
    expect(asked).toEqual([exits.EXCEPTION_EXTERNAL]);
    expect(exceptions.attention({ ...none, external: true })).toBe(true);
  });
});
