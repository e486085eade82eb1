import { describe, expect, it } from 'vitest';
import { H_CEDE, H_CONFER, H_PROD, H_REGISTER_VPA } from '../../src/hypervisor/papr/call-numbers.js';
import { MEMORY_BYTES, PaprBed } from '../support/papr-bed.js';

const [H_SUCCESS, H_PARAMETER, H_RESOURCE] = [0, -4, -16];
const subfunction = (code: number): bigint => BigInt(code) << 45n;
const [VPA, LOG, SHADOW, NO_VPA, NO_LOG, NO_SHADOW] = [1, 2, 3, 5, 6, 7].map(subfunction) as [
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
];
const AREA = 0x8000;
const COUNT = AREA + 0x100;
const BUFFER = 0xa000;

function bedWithArea(): PaprBed {
  const bed = new PaprBed();
  bed.memory.write(AREA + 4, Uint8Array.of(640 >> 8, 640 & 0xff));
  return bed;
}
const register = (bed: PaprBed, flags: bigint, cpu: number | bigint, address: number | bigint): number =>
  bed.status(H_REGISTER_VPA, flags, cpu, address);
function buffer(bed: PaprBed, size: number, address = BUFFER): void {
  bed.physical.setU32(address + 4, size);
}

describe('H_REGISTER_VPA', () => {
  it('registers an area of a shared processor, whose dispatch count is even while it runs', () => {
    const bed = bedWithArea();
    bed.physical.setU32(COUNT, 7);
    expect(register(bed, VPA, 0, AREA)).toBe(H_SUCCESS);
    expect(bed.platform.areas.vpa(0)).toBe(AREA);
    expect(bed.physical.u8(AREA + 9)).toBe(2);
    expect(bed.physical.u32(COUNT)).toBe(8);
  });

  it.each([
    ['reserved subfunction', 0n, 0, AREA],
    ['subfunction 4', subfunction(4), 0, AREA],
    ['CPU', VPA, 0xbadbad, AREA],
    ['CPU above 2^32', VPA, 1n << 32n, AREA],
    ['alignment', VPA, 0, AREA + 8],
    ['page', VPA, 0, AREA + 0x1000 - 128],
    ['outside memory', VPA, 0, MEMORY_BYTES],
    ['far outside memory', VPA, 0, 1n << 60n],
    ['CPU to deregister', NO_VPA, 0xbadbad, 0],
  ])('refuses a wrong %s', (_what, flags, cpu, address) => {
    const bed = bedWithArea();
    bed.memory.write(AREA + 0x1000 - 128 + 4, Uint8Array.of(640 >> 8, 640 & 0xff));
    expect(register(bed, flags, cpu, address)).toBe(H_PARAMETER);
    expect(bed.platform.areas.vpa(0)).toBeUndefined();
  });

  it('refuses an area that is too small', () => {
    const bed = bedWithArea();
    bed.memory.write(AREA + 4, Uint8Array.of(632 >> 8, 632 & 0xff));
    expect(register(bed, VPA, 0, AREA)).toBe(H_PARAMETER);
  });

  it('deregisters, whether or not there is one, and leaves an odd count', () => {
    const bed = bedWithArea();
    register(bed, VPA, 0, AREA);
    expect(register(bed, NO_VPA, 0, 0)).toBe(H_SUCCESS);
    expect(bed.physical.u32(COUNT) & 1).toBe(1);
    expect(register(bed, NO_VPA, 0, 0)).toBe(H_SUCCESS);
  });

  it('wants the area before SLB shadow buffer and dispatch trace log, and lets it go after them', () => {
    const bed = bedWithArea();
    buffer(bed, 0x40);
    expect([register(bed, SHADOW, 0, BUFFER), register(bed, LOG, 0, BUFFER)]).toEqual([H_RESOURCE, H_RESOURCE]);
    register(bed, VPA, 0, AREA);
    expect([register(bed, SHADOW, 0, BUFFER), register(bed, LOG, 0, BUFFER)]).toEqual([H_SUCCESS, H_SUCCESS]);
    expect(bed.platform.areas.slbShadow(0)).toBe(BUFFER);
    expect(register(bed, NO_VPA, 0, 0)).toBe(H_RESOURCE);
    expect(register(bed, NO_SHADOW, 0, 0)).toBe(H_SUCCESS);
    expect(register(bed, NO_VPA, 0, 0)).toBe(H_RESOURCE);
    expect([register(bed, NO_LOG, 0, 0), register(bed, NO_VPA, 0, 0)]).toEqual([H_SUCCESS, H_SUCCESS]);
    expect(bed.platform.areas.slbShadow(0)).toBeUndefined();
  });

  it.each([
    ['SLB shadow buffer too small', SHADOW, 7, BUFFER],
    ['SLB shadow buffer across pages', SHADOW, 0x80, BUFFER + 0xfc0],
    ['log too small', LOG, 47, BUFFER],
    ['log outside memory', LOG, 0x1000, MEMORY_BYTES - 0x100],
  ])('refuses: %s', (_what, flags, size, address) => {
    const bed = bedWithArea();
    register(bed, VPA, 0, AREA);
    buffer(bed, size, address);
    expect(register(bed, flags, 0, address)).toBe(H_PARAMETER);
  });
});

describe('dispatch count', () => {
  it('is odd while the CPU waits', () => {
    const bed = bedWithArea();
    register(bed, VPA, 0, AREA);
    const before = bed.physical.u32(COUNT);
    bed.status(H_CEDE);
    expect(bed.physical.u32(COUNT)).toBe(before + 1);
    bed.cpus.current = 1;
    bed.status(H_PROD, 0);
    expect(bed.physical.u32(COUNT)).toBe(before + 2);
  });

  it('is odd while another CPU has the turn, and tells H_CONFER whether there is a point in it', () => {
    const bed = bedWithArea();
    register(bed, VPA, 1, AREA);
    bed.cpus.onSuspended(1);
    const count = bed.physical.u32(COUNT);
    expect(count & 1).toBe(1);
    bed.status(H_CONFER, 1, count);
    bed.status(H_CONFER, 1, count - 1);
    expect(bed.cpus.conferred).toEqual([1]);
  });

  it('is odd at once for a CPU that does not run when its area is registered', () => {
    const bed = bedWithArea();
    bed.cpus.onSuspended(1);
    register(bed, VPA, 1, AREA);
    expect(bed.physical.u32(COUNT) & 1).toBe(1);
  });
});

describe('dispatch trace log', () => {
  const ENTRY = 48;
  const [CEDED, PREEMPTED] = [1, 2];

  function logging(mask: number): PaprBed {
    const bed = bedWithArea();
    register(bed, VPA, 1, AREA);
    buffer(bed, 2 * ENTRY + 5);
    register(bed, LOG, 1, BUFFER);
    bed.physical.setU8(AREA + 0xb8, mask);
    const state = bed.cpus.state(1);
    state.pc = 0x2000;
    state.pcHigh = 0xc0000000;
    state.msr = 0x8000;
    state.msrHigh = 0x80000000;
    return bed;
  }
  const index = (bed: PaprBed): number => bed.physical.number64(AREA + 0x218);

  it('has an entry for each dispatch: who, when and where; it begins anew behind its last entry', () => {
    const bed = logging(PREEMPTED);
    for (let k = 0; k < 3; k++) {
      bed.ticks = 1000 + k;
      bed.cpus.onSuspended(1);
      bed.cpus.onDispatched(1);
    }
    expect(index(bed)).toBe(3);
    const words = Array.from({ length: ENTRY / 4 }, (_, k) => bed.physical.u32(BUFFER + 4 * k));
    expect(words).toEqual([0x07000001, 0, 0, 0, 0, 1002, 0, 0, 0xc0000000, 0x2000, 0x80000000, 0x8000]);
    expect(bed.physical.number64(BUFFER + ENTRY + 16)).toBe(1001);
  });

  it('has only the kinds of dispatches that were asked for', () => {
    const bed = logging(CEDED);
    bed.cpus.onSuspended(1);
    bed.cpus.onDispatched(1);
    expect(index(bed)).toBe(0);
    bed.cpus.cede(1);
    bed.cpus.onDispatched(1);
    expect(index(bed)).toBe(1);
  });
});
