import { beforeEach, describe, expect, it } from 'vitest';
import * as exits from '../../jit/abi/exits.js';
import { CPU_STATE_SIZE } from '../../jit/abi/layout.js';
import { CpuState } from '../../runtime/cpu-state.js';
import type { CpuInputs } from '../../runtime/core.js';
import { Book3sExceptions, type Book3sExceptionOptions } from '../../runtime/exceptions/book3s.js';

const [DSISR, DAR, SRR0, SRR1, FSCR, DPDES, HIOR, LPCR, MMCR0] = [18, 19, 26, 27, 153, 176, 311, 318, 795] as const;
const [LE, RI, DR, IR, FE1, SE, FE0, ME, FP, PR, EE, VSX, VEC] = [
  1, 2, 0x10, 0x20, 0x100, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000, 0x800000, 0x2000000,
] as const;
const SF = 0x80000000;
const ILE = 0x02000000;
const ail = (n: number) => n << 23;
/** SRR1 33:36 and 42:47. */
const STATUS = 0x783f0000;
const PC = 0x12345678;
const PC_HIGH = 0xc0000000;
const ADDRESS = [0xdeadb00c, 0x10000003] as const;

let state: CpuState;
let pendingDecrementer: boolean;
let instruction: number | undefined;
const POWER8: Book3sExceptionOptions = {
  interruptEndian: true,
  alternateLocation: true,
  offsetRegister: false,
  decrementerPending: () => pendingDecrementer,
  instruction: () => instruction,
};
const make = (options: Partial<Book3sExceptionOptions> = {}) => new Book3sExceptions(state, { ...POWER8, ...options });
const pair = (n: number) => [state.spr(n), state.sprHigh(n)];
const address = () => [state.pc, state.pcHigh];

beforeEach(() => {
  state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
  pendingDecrementer = false;
  instruction = 0x7c642a2a;
});
function setUp(msr: number, msrHigh: number, lpcr: number): void {
  state.msr = msr;
  state.msrHigh = msrHigh;
  state.setSpr(LPCR, lpcr);
  state.pc = PC;
  state.pcHigh = PC_HIGH;
}

interface Row {
  readonly name: string;
  readonly vector: number;
  /** Where the syndrome 0x02200000 goes; or the bits of SRR1 that the kind implies. */
  readonly syndrome?: 'DSISR' | 'SRR1';
  readonly srr1?: number;
  readonly dar?: true;
  readonly next?: true;
  /** AIL does not move it. */
  readonly fixed?: true;
  readonly losesMe?: true;
}
const ROWS: Partial<Record<keyof typeof exits, Row>> = {
  EXCEPTION_SYSTEM_RESET: { name: 'System Reset', vector: 0x100, fixed: true },
  EXCEPTION_MACHINE_CHECK: { name: 'Machine Check', vector: 0x200, syndrome: 'SRR1', dar: true, fixed: true, losesMe: true },
  EXCEPTION_DATA_STORAGE: { name: 'Data Storage', vector: 0x300, syndrome: 'DSISR', dar: true },
  EXCEPTION_DATA_SEGMENT: { name: 'Data Segment', vector: 0x380, dar: true },
  EXCEPTION_INSTRUCTION_STORAGE: { name: 'Instruction Storage', vector: 0x400, syndrome: 'SRR1' },
  EXCEPTION_INSTRUCTION_SEGMENT: { name: 'Instruction Segment', vector: 0x480 },
  EXCEPTION_EXTERNAL: { name: 'External', vector: 0x500 },
  EXCEPTION_ALIGNMENT: { name: 'Alignment', vector: 0x600, dar: true },
  EXCEPTION_FLOATING: { name: 'Program', vector: 0x700, srr1: 0x00100000 },
  EXCEPTION_ILLEGAL: { name: 'Program', vector: 0x700, srr1: 0x00080000 },
  EXCEPTION_PRIVILEGED: { name: 'Program', vector: 0x700, srr1: 0x00040000 },
  EXCEPTION_TRAP: { name: 'Program', vector: 0x700, srr1: 0x00020000 },
  EXCEPTION_FP_UNAVAILABLE: { name: 'Floating-Point Unavailable', vector: 0x800 },
  EXCEPTION_DECREMENTER: { name: 'Decrementer', vector: 0x900 },
  EXCEPTION_DOORBELL: { name: 'Doorbell', vector: 0xa00 },
  EXCEPTION_SYSTEM_CALL: { name: 'System Call', vector: 0xc00, next: true },
  EXCEPTION_HYPERCALL: { name: 'System Call', vector: 0xc00, next: true },
  EXCEPTION_TRACE: { name: 'Trace', vector: 0xd00 },
  EXCEPTION_PERFORMANCE_MONITOR: { name: 'Performance Monitor', vector: 0xf00 },
  EXCEPTION_VECTOR_UNAVAILABLE: { name: 'Vector Unavailable', vector: 0xf20 },
  EXCEPTION_VSX_UNAVAILABLE: { name: 'VSX Unavailable', vector: 0xf40 },
  EXCEPTION_FACILITY_UNAVAILABLE: { name: 'Facility Unavailable', vector: 0xf60 },
};
const rows = Object.entries(ROWS) as [keyof typeof exits, Row][];
const SYNDROME = 0x02200000;
/** Interrupted code: from user mode with everything on to the kernel in real mode. */
const STATES = [
  { msr: 0xffffffff, high: SF },
  { msr: EE | PR | FP | ME | FE0 | FE1 | IR | DR | RI | LE | VEC | VSX, high: SF },
  { msr: ME | IR | DR | RI, high: 0 },
  { msr: ME | IR | EE, high: SF },
  { msr: DR | LE | SE, high: SF },
  { msr: 0, high: SF },
];
const LPCRS = [0, ILE, ail(2), ail(3), ILE | ail(2), ILE | ail(3), ail(1)];

describe('deliver', () => {
  it.each(rows)('%s: SRR0, SRR1, MSR, DAR, DSISR and the handler, whatever MSR and LPCR were', (code, row) => {
    const exceptions = make();
    for (const { msr, high } of STATES) {
      for (const lpcr of LPCRS) {
        setUp(msr, high, lpcr);
        for (const n of [DSISR, DAR]) state.setSpr(n, 0x5a5a5a5a, 0x5a5a5a5a);
        state.setException(exits[code]);
        const syndrome = code === 'EXCEPTION_FACILITY_UNAVAILABLE' ? 8 : SYNDROME;
        exceptions.deliver(exits[code], syndrome, ...ADDRESS);
        const relocated = (msr & (IR | DR)) === (IR | DR) && !row.fixed;
        const location = relocated ? (lpcr >>> 23) & 3 : 0;
        const moved = location === 3 ? [row.vector + 0x4000, 0xc0000000] : [row.vector + (location === 2 ? 0x18000 : 0), 0];
        expect(address()).toEqual(moved);
        const kept = (row.losesMe ? 0 : msr & ME) | (location >= 2 ? IR | DR : 0) | (lpcr & ILE ? LE : 0);
        expect([state.msr, state.msrHigh]).toEqual([kept, SF]);
        expect(pair(SRR0)).toEqual([row.next ? PC + 4 : PC, PC_HIGH]);
        const status = (row.srr1 ?? 0) | (row.syndrome === 'SRR1' ? SYNDROME : 0);
        expect(pair(SRR1)).toEqual([((msr & ~STATUS) | status) >>> 0, high]);
        expect(pair(DAR)).toEqual(row.dar ? [...ADDRESS] : [0x5a5a5a5a, 0x5a5a5a5a]);
        if (code !== 'EXCEPTION_ALIGNMENT')
          expect(pair(DSISR)).toEqual(row.syndrome === 'DSISR' ? [SYNDROME, 0] : [0x5a5a5a5a, 0x5a5a5a5a]);
        expect(state.sprHigh(FSCR) >>> 24).toBe(code === 'EXCEPTION_FACILITY_UNAVAILABLE' ? 8 : 0);
      }
    }
    expect(exceptions.nameOf(exits[code])).toContain(row.name);
  });

  it('keeps what FSCR allows, and replaces its cause', () => {
    setUp(PR, SF, 0);
    state.setSpr(FSCR, 0x184, 0x05000000);
    make().deliver(exits.EXCEPTION_FACILITY_UNAVAILABLE, 7, 0, 0);
    expect(pair(FSCR)).toEqual([0x184, 0x07000000]);
  });

  it.each([
    ['lwarx r3,r4,r5', 0x7c642828, 0x00000064],
    ['ldarx r3,r4,r5', 0x7c6428a8, 0x00000464],
    ['stdcx. r3,r4,r5', 0x7c6429ad, 0x00010c64],
    ['stdux r3,r4,r5', 0x7c64296a, 0x0000c864],
    ['dcbz r4,r5', 0x7c042fec, 0x00017c04],
    ['lmw r29,8(r5)', 0xbba50008, 0x00001fa5],
    ['stw r3,4(r5)', 0x90650004, 0x00000865],
    ['ld r3,8(r5)', 0xe8650008, 0x00003465],
    ['stdu r3,8(r5)', 0xf8650009, 0x00043c65],
    ['lwa r3,8(r5)', 0xe865000a, 0x00083465],
  ])('DSISR of an alignment interrupt tells of %s', (_, word, dsisr) => {
    setUp(0, SF, 0);
    instruction = word;
    make().deliver(exits.EXCEPTION_ALIGNMENT, 0, ...ADDRESS);
    expect(state.spr(DSISR).toString(16)).toBe(dsisr.toString(16));
    instruction = undefined;
    make().deliver(exits.EXCEPTION_ALIGNMENT, 0, ...ADDRESS);
    expect(state.spr(DSISR)).toBe(0);
  });

  it('a system call at the end of the address space: the next address has as many bits as the mode', () => {
    const exceptions = make();
    setUp(0, SF, 0);
    state.pc = 0xfffffffc;
    state.pcHigh = 7;
    exceptions.deliver(exits.EXCEPTION_SYSTEM_CALL);
    expect(pair(SRR0)).toEqual([0, 8]);
    setUp(0, 0, 0);
    state.pc = 0xfffffffc;
    exceptions.deliver(exits.EXCEPTION_SYSTEM_CALL);
    expect(pair(SRR0)).toEqual([0, 0]);
  });

  it('tells a floating-point exception that waited from one at its instruction', () => {
    setUp(FE0, SF, 0);
    make().deliver(exits.EXCEPTION_FLOATING);
    expect(state.spr(SRR1)).toBe(0x00110000 | FE0);
  });

  it('POWER7 has no AIL; the 970 has neither AIL nor ILE, but HIOR, and keeps its hypervisor state', () => {
    setUp(IR | DR | ME, SF, ILE | ail(3));
    make({ alternateLocation: false }).deliver(exits.EXCEPTION_DECREMENTER);
    expect([address(), state.msr]).toEqual([[0x900, 0], ME | LE]);
    setUp(IR | DR | ME, SF | 0x10000000, ILE | ail(3));
    state.setSpr(HIOR, 0x100000, 1);
    make({ alternateLocation: false, interruptEndian: false, offsetRegister: true }).deliver(exits.EXCEPTION_DECREMENTER);
    expect([address(), state.msr, state.msrHigh]).toEqual([[0x100900, 1], ME, (SF | 0x10000000) >>> 0]);
  });

  it('takes exceptions that Book III-S has not as illegal instructions', () => {
    for (const exception of [exits.EXCEPTION_DATA_TLB, exits.EXCEPTION_WATCHDOG, exits.EXCEPTION_UNIMPLEMENTED, 63]) {
      setUp(0, SF, 0);
      make().deliver(exception);
      expect([state.pc, state.spr(SRR1)]).toEqual([0x700, 0x00080000]);
    }
  });
});

describe('arbitration', () => {
  const none: CpuInputs = { external: false, critical: false, machineCheck: false };
  const sources: [name: string, exception: number, enable: number, raise: (inputs: CpuInputs) => void][] = [
    ['machine check', exits.EXCEPTION_MACHINE_CHECK, ME, (i) => (i.machineCheck = true)],
    ['external', exits.EXCEPTION_EXTERNAL, EE, (i) => (i.external = true)],
    ['decrementer', exits.EXCEPTION_DECREMENTER, EE, () => (pendingDecrementer = true)],
    ['doorbell', exits.EXCEPTION_DOORBELL, EE, () => state.setSpr(DPDES, 1)],
    ['performance monitor', exits.EXCEPTION_PERFORMANCE_MONITOR, EE, () => state.setSpr(MMCR0, 0x80)],
  ];

  it('offers nothing when nothing waits', () => {
    state.msr = 0xffffffff;
    state.setSpr(MMCR0, 0xffffff7f);
    expect(make().pendingInterrupt(none)).toBe(exits.EXCEPTION_NONE);
    expect(make().attention(none)).toBe(false);
  });

  it.each(sources)('%s: needs its MSR bit, and is noticed without it', (_, exception, enable, raise) => {
    const inputs = { ...none };
    raise(inputs);
    state.msr = enable;
    expect(make().pendingInterrupt(inputs)).toBe(exception);
    state.msr = ~enable;
    expect(make().pendingInterrupt(inputs)).toBe(exits.EXCEPTION_NONE);
    expect(make().attention(inputs)).toBe(true);
    expect(make().waitsForEe(inputs)).toBe(enable === EE);
  });

  it('takes them in the order of the manual; nothing masks a system reset, which comes once', () => {
    const inputs = { ...none };
    const exceptions = make();
    state.msr = EE | ME;
    for (const [, exception, , raise] of [...sources].reverse()) {
      raise(inputs);
      expect(exceptions.pendingInterrupt(inputs)).toBe(exception);
    }
    state.msr = 0;
    exceptions.systemReset = true;
    expect(exceptions.attention(none)).toBe(true);
    expect(exceptions.pendingInterrupt(none)).toBe(exits.EXCEPTION_SYSTEM_RESET);
    expect(exceptions.pendingInterrupt(none)).toBe(exits.EXCEPTION_NONE);
  });

  it('offers a floating-point exception that waited once MSR[FE0 FE1] is not 0', () => {
    state.fpscr = 0x40000000;
    expect(make().pendingInterrupt(none)).toBe(exits.EXCEPTION_NONE);
    for (const msr of [FE0, FE1, FE0 | FE1]) {
      state.msr = msr;
      expect(make().pendingInterrupt(none)).toBe(exits.EXCEPTION_FLOATING);
    }
  });

  it('asks mayDeliver once there is something to deliver', () => {
    const asked: number[] = [];
    const exceptions = make({ mayDeliver: (exception) => (asked.push(exception), false) });
    state.msr = EE;
    expect(exceptions.pendingInterrupt(none)).toBe(exits.EXCEPTION_NONE);
    expect(asked).toEqual([]);
    expect(exceptions.pendingInterrupt({ ...none, external: true })).toBe(exits.EXCEPTION_NONE);
    expect(asked).toEqual([exits.EXCEPTION_EXTERNAL]);
  });
});
