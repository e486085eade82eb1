import { describe, expect, it } from 'vitest';
import { POWER7 } from '../../jit/isa/cpus/index.js';
import { MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import * as n from '../../src/hypervisor/papr/call-numbers.js';
import { MEMORY_BYTES, PaprBed } from '../support/papr-bed.js';

const [H_SUCCESS, H_HARDWARE, H_FUNCTION, H_PRIVILEGE, H_PARAMETER] = [0, -1, -2, -3, -4];
const [H_P2, H_P3, H_P4, H_UNSUPPORTED_FLAG] = [-55, -56, -57, -256];
const [SPR_SPRG0, SPR_LPCR, SPR_DAWR0, SPR_CIABR, SPR_DAWRX0, SPR_DABR, SPR_DABRX] = [272, 318, 180, 187, 188, 1013, 1015];

describe('dispatch', () => {
  it('moves the PC behind the call and sign-extends the status', () => {
    const bed = new PaprBed();
    const state = bed.cpus.state(0);
    expect(bed.call(0xfffc).status).toBe(BigInt(H_FUNCTION));
    expect([state.pc, state.pcHigh, state.gprHigh(3)]).toEqual([0x1004, 0, 0xffffffff]);
    state.setGpr(3, 0xfffc);
    state.pc = 0xfffffffc;
    state.pcHigh = 5;
    bed.platform.hypervisor.perform();
    expect([state.pc, state.pcHigh]).toEqual([0, 6]);
  });

  it('does not know numbers above 2^32, and says of each unknown call once', () => {
    const bed = new PaprBed();
    const state = bed.cpus.state(0);
    for (let k = 0; k < 2; k++) {
      state.setGpr(3, n.H_RANDOM, 1);
      bed.platform.hypervisor.perform();
      expect(state.gpr(3) | 0).toBe(H_FUNCTION);
    }
    bed.call(0x4);
    expect(bed.log.messages.length).toBe(1);
  });

  it('refuses problem state', () => {
    const bed = new PaprBed();
    bed.cpus.state(0).msr = MSR.PR.mask;
    expect(bed.status(n.H_SET_SPRG0, 1)).toBe(H_PRIVILEGE);
    expect(bed.cpus.state(0).spr(SPR_SPRG0)).toBe(0);
  });

  it('reports each call', () => {
    const bed = new PaprBed();
    bed.status(n.H_SET_SPRG0, 7, 8);
    expect(bed.calls[0]).toMatchObject({ number: n.H_SET_SPRG0, result: 0 });
    expect(bed.calls[0]!.parameters.slice(0, 2)).toEqual([7, 8]);
  });

  it('sends calls that reach devices through the tap, others not', () => {
    const seen: number[] = [];
    const tap = { hypercall: (number: number, _state: unknown, really: () => number) => (seen.push(number), really()) };
    const bed = new PaprBed({ tap });
    for (const number of [n.H_SET_SPRG0, n.H_RANDOM, n.H_XIRR, n.H_PAGE_INIT, n.H_GET_TERM_CHAR]) bed.call(number, 0);
    bed.rtas('query-cpu-stopped-state', [0], 2);
    bed.rtas('get-time-of-day', [], 8);
    expect(seen).toEqual([n.H_RANDOM, n.H_XIRR, n.H_GET_TERM_CHAR, n.H_RTAS]);
  });
});

describe('registers', () => {
  it('H_SET_SPRG0 sets all 64 bits', () => {
    const bed = new PaprBed();
    expect(bed.status(n.H_SET_SPRG0, 0xcafebabedeadbeefn)).toBe(H_SUCCESS);
    const state = bed.cpus.state(0);
    expect([state.sprHigh(SPR_SPRG0), state.spr(SPR_SPRG0)]).toEqual([0xcafebabe, 0xdeadbeef]);
  });

  it('H_SET_MODE sets the endianness of interrupts on all CPUs', () => {
    const bed = new PaprBed({ cpus: 3 });
    expect(bed.status(n.H_SET_MODE, 1, 4, 0, 0)).toBe(H_SUCCESS);
    expect(bed.cpus.states.map((s) => s.spr(SPR_LPCR))).toEqual([0x02000000, 0x02000000, 0x02000000]);
    expect(bed.cpus.changed).toEqual([0, 1, 2]);
    expect(bed.status(n.H_SET_MODE, 0, 4, 0, 0)).toBe(H_SUCCESS);
    expect(bed.cpus.state(2).spr(SPR_LPCR)).toBe(0);
  });

  it('H_SET_MODE sets where interrupts are taken, beside the endianness', () => {
    const bed = new PaprBed();
    bed.status(n.H_SET_MODE, 1, 4, 0, 0);
    for (const mode of [2, 3, 0]) {
      expect(bed.status(n.H_SET_MODE, mode, 3, 0, 0)).toBe(H_SUCCESS);
      expect(bed.cpus.state(1).spr(SPR_LPCR)).toBe((0x02000000 | (mode << 23)) >>> 0);
    }
  });

  it.each([
    { args: [2, 4, 0, 0], status: H_UNSUPPORTED_FLAG },
    { args: [1, 4, 1, 0], status: H_P3 },
    { args: [1, 4, 0, 1], status: H_P4 },
    { args: [1, 3, 0, 0], status: H_UNSUPPORTED_FLAG },
    { args: [4, 3, 0, 0], status: H_UNSUPPORTED_FLAG },
    { args: [2, 3, 1, 0], status: H_P3 },
    { args: [0, 1, 3, 0], status: H_P3 },
    { args: [0, 1, 0, 1], status: H_P4 },
    { args: [1, 1, 0, 0], status: H_UNSUPPORTED_FLAG },
    { args: [0, 2, 0, 4], status: H_P4 },
    { args: [0, 5, 0, 0], status: H_P2 },
  ])('H_SET_MODE refuses $args', ({ args, status }) => {
    const bed = new PaprBed();
    expect(bed.status(n.H_SET_MODE, ...args)).toBe(status);
    expect(bed.cpus.changed).toEqual([]);
  });

  it('H_SET_MODE sets breakpoints of the calling CPU that watch nothing', () => {
    const bed = new PaprBed();
    bed.cpus.current = 1;
    expect(bed.status(n.H_SET_MODE, 0, 1, 0xc0000000_00001000n, 0)).toBe(H_SUCCESS);
    expect(bed.status(n.H_SET_MODE, 0, 2, 0x10_00002000n, 3)).toBe(H_SUCCESS);
    const state = bed.cpus.state(1);
    expect([state.sprHigh(SPR_CIABR), state.spr(SPR_CIABR)]).toEqual([0xc0000000, 0x1000]);
    expect([state.sprHigh(SPR_DAWR0), state.spr(SPR_DAWR0), state.spr(SPR_DAWRX0)]).toEqual([0x10, 0x2000, 3]);
    expect(bed.cpus.state(0).spr(SPR_CIABR)).toBe(0);
  });

  it('does not pretend to watch addresses', () => {
    const bed = new PaprBed();
    expect(bed.status(n.H_SET_MODE, 0, 1, 0x1001, 0)).toBe(H_P2);
    for (const flags of [0x23, 0x43]) expect(bed.status(n.H_SET_MODE, 0, 2, 0x2000, flags)).toBe(H_P2);
    for (const bits of [1, 2]) expect(new PaprBed({ model: POWER7 }).status(n.H_SET_DABR, 0x1004 | bits)).toBe(H_HARDWARE);
    expect(bed.cpus.changed).toEqual([]);
  });

  it('H_SET_DABR and H_SET_XDABR set what POWER7 has and POWER8 has not', () => {
    const power8 = new PaprBed();
    expect([power8.status(n.H_SET_DABR, 0x1004), power8.status(n.H_SET_XDABR, 0x1004, 3)]).toEqual([H_HARDWARE, H_HARDWARE]);
    const bed = new PaprBed({ model: POWER7 });
    expect(bed.status(n.H_SET_DABR, 0x1004)).toBe(H_SUCCESS);
    expect([bed.cpus.state(0).spr(SPR_DABR), bed.cpus.state(0).spr(SPR_DABRX)]).toEqual([0x1004, 3]);
    expect(bed.status(n.H_SET_XDABR, 0x2004, 1)).toBe(H_SUCCESS);
    expect([bed.cpus.state(0).spr(SPR_DABR), bed.cpus.state(0).spr(SPR_DABRX)]).toEqual([0x2004, 1]);
    for (const flags of [0, 4, 0x10]) expect(bed.status(n.H_SET_XDABR, 0x2004, flags)).toBe(H_PARAMETER);
    expect(bed.status(n.H_SET_MODE, 0, 2, 0, 0)).toBe(H_P2);
  });
});

describe('random numbers and characteristics', () => {
  it('H_RANDOM gives 64 new bits each time', () => {
    const bed = new PaprBed();
    expect([bed.call(n.H_RANDOM).results[0], bed.call(n.H_RANDOM).results[0]]).toEqual([0x2_00000001n, 0x4_00000003n]);
  });

  it('says that mitigations are not needed', () => {
    const { status, results } = new PaprBed().call(n.H_GET_CPU_CHARACTERISTICS);
    expect([status, results[0], results[1]]).toEqual([0n, 0n, (1n << 56n) | (1n << 55n) | (1n << 54n)]);
  });
});

describe.each([true, false])('pages, RAM swizzled: %s', (swizzled) => {
  const [ZERO, COPY] = [0x8000, 0x4000];
  const fill = (bed: PaprBed, address: number): Uint8Array => {
    const bytes = Uint8Array.from({ length: 0x1000 }, (_, k) => (k * 7 + address / 0x1000) & 0xff);
    bed.memory.write(address, bytes);
    return bytes;
  };

  it('H_PAGE_INIT clears and copies, and copying wins', () => {
    const bed = new PaprBed({ swizzled });
    const source = fill(bed, 0x5000);
    fill(bed, 0x6000);
    expect(bed.status(n.H_PAGE_INIT, ZERO, 0x6000, 0x5000)).toBe(H_SUCCESS);
    expect(bed.memory.read(0x6000, 0x1000)).toEqual(new Uint8Array(0x1000));
    expect(bed.status(n.H_PAGE_INIT, COPY, 0x6000, 0x5000)).toBe(H_SUCCESS);
    expect(bed.memory.read(0x6000, 0x1000)).toEqual(source);
    fill(bed, 0x6000);
    expect(bed.status(n.H_PAGE_INIT, COPY | ZERO | 0xc00000, 0x6000, 0x5000)).toBe(H_SUCCESS);
    expect(bed.memory.read(0x6000, 0x1000)).toEqual(source);
    expect(bed.written.length).toBe(3);
  });

  it.each([
    [ZERO, 0x6123, 0x5000],
    [COPY, 0x6000, 0x5123],
    [ZERO, MEMORY_BYTES, 0],
    [COPY, 0x6000, MEMORY_BYTES],
    [0x1, 0x6000, 0x5000],
  ])('H_PAGE_INIT refuses %s', (flags, to, from) => {
    const bed = new PaprBed({ swizzled });
    const before = fill(bed, 0x6000);
    expect(bed.status(n.H_PAGE_INIT, flags, to, from)).toBe(H_PARAMETER);
    expect(bed.memory.read(0x6000, 0x1000)).toEqual(before);
  });

  it('H_PAGE_INIT takes hints on how a page will be used', () => {
    expect(new PaprBed({ swizzled }).status(n.H_PAGE_INIT, 0xf_00000000n, 0x6000, 0)).toBe(H_SUCCESS);
  });

  it.each([1, 2, 4, 8])('H_LOGICAL_CI_STORE and _LOAD of %i bytes are big-endian', (size) => {
    const bed = new PaprBed({ swizzled });
    expect(bed.status(n.H_LOGICAL_CI_STORE, size, 0x5008, 0x1122334455667788n)).toBe(H_SUCCESS);
    const bytes = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88].slice(8 - size);
    expect([...bed.memory.read(0x5008, 8)]).toEqual([...bytes, ...new Array<number>(8 - size).fill(0)]);
    const { status, results } = bed.call(n.H_LOGICAL_CI_LOAD, size, 0x5008);
    expect([status, results[0]]).toEqual([0n, 0x1122334455667788n & ((1n << BigInt(8 * size)) - 1n)]);
    expect(bed.call(n.H_LOGICAL_CACHE_LOAD, size, 0x5008).results[0]).toBe(results[0]);
  });

  it('logical loads and stores reach devices', () => {
    const bed = new PaprBed({ swizzled });
    const seen: unknown[] = [];
    const device = {
      name: 'device',
      read: (offset: number, size: number) => (seen.push(['read', offset, size]), 0x90 + offset),
      write: (offset: number, size: number, value: number) => void seen.push(['write', offset, size, value]),
      reset: () => {},
    };
    bed.bus.attach(device, 0x8000000000, 0x100);
    expect(bed.call(n.H_LOGICAL_CI_LOAD, 4, 0x8000000004n).results[0]).toBe(0x94n);
    expect(bed.call(n.H_LOGICAL_CI_LOAD, 8, 0x8000000008n).results[0]).toBe(0x98_0000009cn);
    bed.status(n.H_LOGICAL_CI_STORE, 2, 0x8000000002n, 0x12345678);
    expect(seen).toEqual([['read', 4, 4], ['read', 8, 4], ['read', 12, 4], ['write', 2, 2, 0x5678]]); // prettier-ignore
  });

  it.each([[3, 0x5000], [16, 0x5000], [0, 0x5000], [2, 0x5001], [8, 0x5004]])('logical accesses of %i bytes at 0x%s are refused', (size, at) => {
    const bed = new PaprBed({ swizzled });
    expect([bed.status(n.H_LOGICAL_CI_LOAD, size, at), bed.status(n.H_LOGICAL_CI_STORE, size, at, 0)]).toEqual([H_PARAMETER, H_PARAMETER]);
  }); // prettier-ignore

  it('H_LOGICAL_MEMOP copies both ways, and inverts', () => {
    const bed = new PaprBed({ swizzled });
    const bytes = fill(bed, 0x5000);
    expect(bed.status(n.H_LOGICAL_MEMOP, 0x5010, 0x5000, 3, 8, 0)).toBe(H_SUCCESS);
    expect(bed.memory.read(0x5010, 64)).toEqual(bytes.slice(0, 64));
    expect(bed.status(n.H_LOGICAL_MEMOP, 0x5008, 0x5010, 2, 16, 0)).toBe(H_SUCCESS);
    expect(bed.memory.read(0x5008, 64)).toEqual(bytes.slice(0, 64));
    expect(bed.status(n.H_LOGICAL_MEMOP, 0x6000, 0x5008, 0, 5, 1)).toBe(H_SUCCESS);
    expect([...bed.memory.read(0x6000, 6)]).toEqual([...Array.from(bytes.slice(0, 5), (b) => b ^ 0xff), 0]);
    for (const args of [[0x5001, 0x5000, 1, 1, 0], [0x5000, 0x5001, 1, 1, 0], [0x5000, 0x5000, 4, 1, 0], [0x5000, 0x5000, 0, 1, 2]]) {
      expect(bed.status(n.H_LOGICAL_MEMOP, ...args)).toBe(H_PARAMETER);
    } // prettier-ignore
  });

  it('cache operations have nothing to do, but want memory', () => {
    const bed = new PaprBed({ swizzled });
    for (const number of [n.H_LOGICAL_ICBI, n.H_LOGICAL_DCBF]) {
      expect([bed.status(number, 0x5000), bed.status(number, MEMORY_BYTES)]).toEqual([H_SUCCESS, H_PARAMETER]);
    }
  });
});

describe('waiting', () => {
  it('H_CEDE enables interrupts and waits', () => {
    const bed = new PaprBed();
    expect(bed.status(n.H_CEDE)).toBe(H_SUCCESS);
    expect(bed.cpus.waiting).toEqual([true, false]);
    expect(bed.cpus.state(0).msr & MSR.EE.mask).not.toBe(0);
    expect(bed.cpus.state(0).msrHigh).toBe(MSR_HIGH.SF.mask);
    expect(bed.cpus.changed).toEqual([0]);
  });

  it('H_PROD ends it, or lets the next one return at once', () => {
    const bed = new PaprBed();
    bed.status(n.H_CEDE);
    bed.cpus.current = 1;
    expect(bed.status(n.H_PROD, 0)).toBe(H_SUCCESS);
    expect(bed.cpus.waiting[0]).toBe(false);
    expect(bed.status(n.H_PROD, 0)).toBe(H_SUCCESS);
    bed.cpus.current = 0;
    bed.status(n.H_CEDE);
    expect(bed.cpus.waiting[0]).toBe(false);
    bed.status(n.H_CEDE);
    expect(bed.cpus.waiting[0]).toBe(true);
    expect(bed.status(n.H_PROD, 2)).toBe(H_PARAMETER);
  });

  it('H_SIGNAL_SYS_RESET interrupts one CPU, all, or all others, but none that is stopped', () => {
    const bed = new PaprBed({ cpus: 3 });
    bed.cpus.stopped[1] = false;
    expect(bed.status(n.H_SIGNAL_SYS_RESET, 1)).toBe(H_SUCCESS);
    expect(bed.status(n.H_SIGNAL_SYS_RESET, 2)).toBe(H_SUCCESS);
    expect(bed.cpus.systemResets.splice(0)).toEqual([1]);
    expect(bed.status(n.H_SIGNAL_SYS_RESET, 0xffffffffffffffffn)).toBe(H_SUCCESS);
    expect(bed.cpus.systemResets.splice(0)).toEqual([0, 1]);
    expect(bed.status(n.H_SIGNAL_SYS_RESET, 0xfffffffffffffffen)).toBe(H_SUCCESS);
    expect(bed.cpus.systemResets.splice(0)).toEqual([1]);
    for (const target of [3, 0xfffffffffffffffdn, 0xffffffff, 0x1_00000001n])
      expect(bed.status(n.H_SIGNAL_SYS_RESET, target)).toBe(H_PARAMETER);
    expect(bed.cpus.systemResets).toEqual([]);
  });

  it('H_CONFER gives the turn to one that has not run since, to anybody, or waits', () => {
    const bed = new PaprBed();
    expect(bed.status(n.H_CONFER, 0xffffffffffffffffn, 0)).toBe(H_SUCCESS);
    // Without an area its dispatch count is 0.
    expect(bed.status(n.H_CONFER, 1, 0)).toBe(H_SUCCESS);
    expect(bed.status(n.H_CONFER, 1, 3)).toBe(H_SUCCESS);
    expect(bed.cpus.conferred).toEqual([undefined, 1]);
    expect(bed.status(n.H_CONFER, 0, 0)).toBe(H_SUCCESS);
    expect(bed.cpus.waiting[0]).toBe(true);
    expect([bed.status(n.H_CONFER, 2, 0), bed.status(n.H_CONFER, 0x1_00000001n, 0)]).toEqual([H_PARAMETER, H_PARAMETER]);
  });
});
