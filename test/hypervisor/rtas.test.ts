import { describe, expect, it } from 'vitest';
import { H_RTAS } from '../../src/hypervisor/papr/call-numbers.js';
import { RTAS_STUB } from '../../src/hypervisor/papr/rtas.js';
import { MEMORY_BYTES, PaprBed } from '../support/papr-bed.js';

const H_PARAMETER = -4;
const [HARDWARE, PARAMETER, NOT_AUTHORIZED, NOTHING] = [-1, -3, -9002, 1];
const BUFFER = 0x9000;
const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

describe.each([true, false])('RTAS, RAM swizzled: %s', (swizzled) => {
  const bedOf = (): PaprBed => new PaprBed({ swizzled });

  it('has the stub that makes the call', () => {
    expect(RTAS_STUB).toEqual([0x7c641b78, 0x3c600000, 0x6063f000, 0x44000022, 0x4e800020]);
  });

  it('refuses blocks outside memory and unknown tokens', () => {
    const bed = bedOf();
    for (const block of [MEMORY_BYTES, MEMORY_BYTES - 8, 1n << 40n]) expect(bed.status(H_RTAS, block)).toBe(H_PARAMETER);
    bed.physical.setU32(0x3000, 0x1fff);
    bed.physical.setU32(0x3004, 1);
    bed.physical.setU32(0x3008, 1);
    expect(bed.status(H_RTAS, 0x3000)).toBe(H_PARAMETER);
    expect(bed.physical.u32(0x3010) | 0).toBe(PARAMETER);
    expect(bed.log.messages.length).toBe(1);
    bed.physical.setU32(0x3004, 65);
    expect(bed.status(H_RTAS, 0x3000)).toBe(H_PARAMETER);
  });

  it('gives every function a token of its own', () => {
    const { tokens } = bedOf().platform.rtas;
    expect(new Set(tokens.values()).size).toBe(tokens.size);
    for (const name of ['power-off', 'get-time-of-day', 'nvram-fetch', 'start-cpu', 'ibm,set-xive']) expect(tokens.has(name)).toBe(true);
  });

  it('writes results behind the arguments, as many as there is room for, and zeroes the rest', () => {
    const bed = bedOf();
    bed.physical.setU32(0x3000 + 4 * 6, 0x55555555);
    expect(bed.rtas('get-time-of-day', [], 3)).toEqual([0, 2026, 2]);
    expect(bed.physical.u32(0x3000 + 4 * 6)).toBe(0x55555555);
    expect(bed.rtas('event-scan', [1, 2, 3, 4], 3)).toEqual([NOTHING, 0, 0]);
  });

  it('tells and sets the time of day', () => {
    const bed = bedOf();
    expect(bed.rtas('get-time-of-day', [], 8)).toEqual([0, 2026, 2, 3, 4, 5, 6, 250_000_000]);
    expect(bed.rtas('set-time-of-day', [2031, 12, 31, 23, 59, 58, 500_000_000], 1)).toEqual([0]);
    bed.wallMs += 2000;
    expect(bed.rtas('get-time-of-day', [], 8)).toEqual([0, 2032, 1, 1, 0, 0, 0, 500_000_000]);
    for (const wrong of [
      [2031, 13, 1, 0, 0, 0, 0],
      [2031, 2, 29, 0, 0, 0, 0],
      [2031, 1, 1, 24, 0, 0, 0],
      [2031, 1, 1, 0, 0, 0, 1e9],
    ]) {
      expect(bed.rtas('set-time-of-day', wrong, 1)).toEqual([PARAMETER]);
    }
    expect(bed.rtas('get-time-of-day', [], 2)).toEqual([0, 2032]);
  });

  it('switches off and reboots', () => {
    const bed = bedOf();
    bed.rtas('power-off', [0xffffffff, 0xffffffff], 1);
    expect(bed.cpus.ended).toBe('power-off');
    bed.rtas('system-reboot', [], 1);
    expect(bed.cpus.ended).toBe('reboot');
  });

  it('displays characters and last words', () => {
    const bed = bedOf();
    for (const c of 'Hi') bed.rtas('display-character', [c.charCodeAt(0)], 1);
    expect(bed.text).toBe('Hi');
    bed.memory.write(
      BUFFER,
      Uint8Array.from('panic: no init\n\0rest', (c) => c.charCodeAt(0)),
    );
    expect(bed.rtas('ibm,os-term', [BUFFER], 1)).toEqual([0]);
    expect(bed.log.messages.join()).toMatch(/panic: no init$/);
  });

  it('tells system parameters, and lets nobody set them', () => {
    const bed = bedOf();
    expect(bed.rtas('ibm,get-system-parameter', [20, BUFFER, 200], 1)).toEqual([0]);
    const length = bed.physical.u16(BUFFER);
    expect(ascii(bed.memory.read(BUFFER + 2, length))).toBe('MaxEntCap=200,DesMem=4,DesProcs=2,MaxPlatProcs=2\0');
    expect(bed.rtas('ibm,get-system-parameter', [48, BUFFER, 18], 1)).toEqual([0]);
    expect([bed.physical.u16(BUFFER), bed.memory.read(BUFFER + 2, 16)]).toEqual([16, bed.uuid]);
    expect(bed.rtas('ibm,get-system-parameter', [42, BUFFER, 3], 1)).toEqual([0]);
    expect([bed.physical.u16(BUFFER), bed.physical.u8(BUFFER + 2)]).toEqual([1, 0]);
    expect(bed.rtas('ibm,get-system-parameter', [99, BUFFER, 18], 1)).toEqual([PARAMETER]);
    expect(bed.rtas('ibm,get-system-parameter', [48, MEMORY_BYTES, 18], 1)).toEqual([PARAMETER]);
    expect(bed.rtas('ibm,set-system-parameter', [42, BUFFER], 1)).toEqual([NOT_AUTHORIZED]);
    expect(bed.rtas('ibm,set-system-parameter', [99, BUFFER], 1)).toEqual([PARAMETER]);
  });

  it('cuts a parameter where the buffer ends', () => {
    const bed = bedOf();
    bed.physical.setU32(BUFFER + 4, 0x55555555);
    bed.rtas('ibm,get-system-parameter', [48, BUFFER, 4], 1);
    expect([bed.physical.u32(BUFFER), bed.physical.u32(BUFFER + 4)]).toEqual([0x0010a0a1, 0x55555555]);
  });

  it('reports no errors, and has no indicators', () => {
    const bed = bedOf();
    expect(bed.rtas('check-exception', [0, 0, 0, 0, 0, 0], 1)).toEqual([NOTHING]);
    expect(bed.rtas('set-indicator', [9005, 0, 1], 1)).toEqual([PARAMETER]);
    expect(bed.rtas('quiesce', [], 1)).toEqual([0]);
  });

  it('keeps nonvolatile memory, which begins with partitions', () => {
    const bed = bedOf();
    expect(bed.rtas('nvram-fetch', [0, BUFFER, 16], 2)).toEqual([0, 16]);
    const header = bed.memory.read(BUFFER, 16);
    expect([header[0], bed.physical.u16(BUFFER + 2) * 16, ascii(header.slice(4, 10))]).toEqual([0x70, 4096, 'common']);
    expect(bed.rtas('nvram-fetch', [4096, BUFFER, 16], 2)).toEqual([0, 16]);
    expect([bed.physical.u8(BUFFER), bed.physical.u16(BUFFER + 2) * 16]).toEqual([0x7f, 0xf000]);
    bed.memory.write(BUFFER, Uint8Array.of(1, 2, 3, 4));
    expect(bed.rtas('nvram-store', [0xfffc, BUFFER, 4], 2)).toEqual([0, 4]);
    bed.memory.write(BUFFER, new Uint8Array(4));
    expect(bed.rtas('nvram-fetch', [0xfffc, BUFFER, 4], 2)).toEqual([0, 4]);
    expect([...bed.memory.read(BUFFER, 4)]).toEqual([1, 2, 3, 4]);
    for (const name of ['nvram-fetch', 'nvram-store']) {
      expect(bed.rtas(name, [0xfffd, BUFFER, 4], 2)).toEqual([PARAMETER, 0]);
      expect(bed.rtas(name, [0, MEMORY_BYTES - 2, 4], 2)).toEqual([PARAMETER, 0]);
    }
  });

  it('has checksums in the partitions that add up', () => {
    const { bytes } = bedOf().platform.nvram;
    for (const at of [0, 4096]) {
      const sum = [bytes[at]!, ...bytes.slice(at + 2, at + 16)].reduce((s, b) => (s + b > 0xff ? ((s + b) & 0xff) + 1 : s + b), 0);
      expect(bytes[at + 1]).toBe(sum);
    }
  });

  it('starts, asks about and stops CPUs', () => {
    const bed = bedOf();
    expect(bed.rtas('query-cpu-stopped-state', [0], 2)).toEqual([0, 2]);
    expect(bed.rtas('query-cpu-stopped-state', [1], 2)).toEqual([0, 0]);
    expect(bed.rtas('query-cpu-stopped-state', [2], 2)).toEqual([PARAMETER, 0]);
    expect(bed.rtas('start-cpu', [1, 0x8000_1234, 1], 1)).toEqual([0]);
    expect(bed.cpus.started).toEqual([{ cpu: 1, pc: 0x80001234n, r3: 1n }]);
    expect(bed.rtas('start-cpu', [1, 0, 0], 1)).toEqual([HARDWARE]);
    expect(bed.rtas('start-cpu', [7, 0, 0], 1)).toEqual([PARAMETER]);
    bed.cpus.current = 1;
    bed.rtas('stop-self', [], 1);
    expect(bed.cpus.stopped).toEqual([false, true]);
  });

  it('routes, masks and unmasks interrupt sources', () => {
    const bed = bedOf();
    const line = bed.platform.xics.source(0x1200);
    expect(bed.rtas('ibm,set-xive', [0x1200, 1, 5], 1)).toEqual([0]);
    expect(bed.rtas('ibm,get-xive', [0x1200], 3)).toEqual([0, 1, 5]);
    bed.platform.xics.setPriority(1, 0xff);
    expect(bed.rtas('ibm,int-off', [0x1200], 1)).toEqual([0]);
    line.set(true);
    expect(bed.rtas('ibm,get-xive', [0x1200], 3)).toEqual([0, 1, 0xff]);
    expect(bed.cpus.external).toEqual([false, false]);
    expect(bed.rtas('ibm,int-on', [0x1200], 1)).toEqual([0]);
    expect(bed.cpus.external).toEqual([false, true]);
    expect(bed.rtas('ibm,set-xive', [0x1200, 2, 5], 1)).toEqual([PARAMETER]);
    for (const name of ['ibm,set-xive', 'ibm,get-xive', 'ibm,int-on', 'ibm,int-off'])
      expect(bed.rtas(name, [0x1999, 0, 5], 1)).toEqual([PARAMETER]);
  });
});
