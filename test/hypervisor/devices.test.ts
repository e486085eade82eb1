import { describe, expect, it } from 'vitest';
import * as n from '../../src/hypervisor/papr/call-numbers.js';
import { TranslationControlTable } from '../../src/hypervisor/papr/translation-control.js';
import { PaprBed } from '../support/papr-bed.js';

const [H_SUCCESS, H_PARAMETER] = [0, -4];
const CONSOLE = 0x71000000;
const typed = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('terminal calls', () => {
  it('print up to 16 characters, the first in the most significant byte', () => {
    const bed = new PaprBed();
    expect(bed.status(n.H_PUT_TERM_CHAR, CONSOLE, 16, 0x4142434445464748n, 0x494a4b4c4d4e4f50n)).toBe(H_SUCCESS);
    expect(bed.status(n.H_PUT_TERM_CHAR, CONSOLE, 3, 0x5152535455565758n, 0)).toBe(H_SUCCESS);
    expect(bed.status(n.H_PUT_TERM_CHAR, CONSOLE, 0, 0, 0)).toBe(H_SUCCESS);
    expect(bed.text).toBe('ABCDEFGHIJKLMNOPQRS');
    expect(bed.status(n.H_PUT_TERM_CHAR, CONSOLE, 17, 0, 0)).toBe(H_PARAMETER);
    expect(bed.status(n.H_PUT_TERM_CHAR, CONSOLE + 1, 1, 0, 0)).toBe(H_PARAMETER);
  });

  it('read up to 16 characters', () => {
    const bed = new PaprBed();
    expect(bed.call(n.H_GET_TERM_CHAR, CONSOLE)).toMatchObject({ status: 0n, results: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n] });
    bed.platform.console.input(typed('abcdefghijklmnopqr'));
    expect(bed.call(n.H_GET_TERM_CHAR, CONSOLE).results.slice(0, 3)).toEqual([16n, 0x6162636465666768n, 0x696a6b6c6d6e6f70n]);
    expect(bed.call(n.H_GET_TERM_CHAR, CONSOLE).results.slice(0, 3)).toEqual([2n, 0x7172000000000000n, 0n]);
    expect(bed.status(n.H_GET_TERM_CHAR, 1)).toBe(H_PARAMETER);
  });

  it('input makes an interrupt once until it was read', () => {
    const bed = new PaprBed();
    const { xics } = bed.platform;
    xics.setRoute(0x1100, { server: 0, priority: 5 });
    xics.setPriority(0, 0xff);
    bed.platform.console.input(typed('a'));
    expect(bed.cpus.external[0]).toBe(true);
    expect(xics.accept(0)).toBe(0xff001100);
    bed.platform.console.input(typed('b'));
    xics.end(0, 0xff001100);
    expect(bed.cpus.external[0]).toBe(false);
    bed.call(n.H_GET_TERM_CHAR, CONSOLE);
    bed.platform.console.input(typed('c'));
    expect(bed.cpus.external[0]).toBe(true);
  });

  it('H_VIO_SIGNAL knows the console', () => {
    const bed = new PaprBed();
    expect([0, 1, 2].map((mode) => bed.status(n.H_VIO_SIGNAL, CONSOLE, mode))).toEqual([H_SUCCESS, H_SUCCESS, H_PARAMETER]);
    expect(bed.status(n.H_VIO_SIGNAL, 5, 1)).toBe(H_PARAMETER);
  });
});

describe('interrupt calls', () => {
  it('H_XIRR, H_CPPR, H_EOI and H_IPOLL go to presentation controllers', () => {
    const bed = new PaprBed();
    const line = bed.platform.xics.source(0x1200);
    bed.platform.xics.setRoute(0x1200, { server: 1, priority: 4 });
    line.set(true);
    bed.cpus.current = 1;
    expect(bed.call(n.H_XIRR).results[0]).toBe(0n);
    expect(bed.status(n.H_CPPR, 0xff)).toBe(H_SUCCESS);
    bed.cpus.current = 0;
    expect(bed.call(n.H_IPOLL, 1).results.slice(0, 2)).toEqual([0xff001200n, 0xffn]);
    bed.cpus.current = 1;
    expect(bed.call(n.H_XIRR).results[0]).toBe(0xff001200n);
    expect(bed.cpus.external[1]).toBe(false);
    line.set(false);
    expect(bed.status(n.H_EOI, 0xff001200)).toBe(H_SUCCESS);
    expect(bed.call(n.H_IPOLL, 1).results[0]).toBe(0xff000000n);
    expect(bed.status(n.H_IPOLL, 2)).toBe(H_PARAMETER);
  });

  it('H_IPI interrupts another CPU; H_XIRR_X tells the time as well', () => {
    const bed = new PaprBed();
    bed.platform.xics.setPriority(1, 0xff);
    expect(bed.status(n.H_IPI, 1, 4)).toBe(H_SUCCESS);
    expect(bed.cpus.external).toEqual([false, true]);
    bed.cpus.current = 1;
    expect(bed.call(n.H_XIRR_X).results.slice(0, 2)).toEqual([0xff000002n, 0x1_2345_6789n]);
    expect(bed.status(n.H_IPI, 1, 0xff)).toBe(H_SUCCESS);
    bed.status(n.H_EOI, 0xff000002);
    expect(bed.cpus.external[1]).toBe(false);
    expect(bed.status(n.H_IPI, 2, 4)).toBe(H_PARAMETER);
  });
});

describe('translation control', () => {
  const BUS = 0x80000000;
  const START = 0x10000;
  const [READ, WRITE] = [1, 2];
  function window(): { bed: PaprBed; table: TranslationControlTable } {
    const bed = new PaprBed();
    const table = bed.platform.windows.add(new TranslationControlTable(BUS, START, 0x10000));
    return { bed, table };
  }

  it('H_PUT_TCE maps a page, H_GET_TCE tells it', () => {
    const { bed, table } = window();
    expect(bed.status(n.H_PUT_TCE, BUS, START + 0x1234, 0x7000 | READ)).toBe(H_SUCCESS);
    expect(bed.call(n.H_GET_TCE, BUS, START + 0x1000).results[0]).toBe(0x7001n);
    expect([table.translate(START + 0x1abc, READ), table.translate(START + 0x1abc, WRITE)]).toEqual([0x7abc, -1]);
    expect([table.translate(START + 0x2000, READ), table.translate(START - 1, READ), table.translate(START + 0x10000, READ)]).toEqual([
      -1, -1, -1,
    ]);
  });

  it.each([
    [BUS + 1, START],
    [BUS, START - 1],
    [BUS, START + 0x10000],
    [BUS, 1n << 60n],
  ])('refuses bus %s, address %s', (bus, address) => {
    const { bed } = window();
    for (const number of [n.H_PUT_TCE, n.H_GET_TCE]) expect(bed.status(number, bus, address, 1)).toBe(H_PARAMETER);
    for (const number of [n.H_STUFF_TCE, n.H_PUT_TCE_INDIRECT]) expect(bed.status(number, bus, address, 0, 1)).toBe(H_PARAMETER);
  });

  it('H_STUFF_TCE and H_PUT_TCE_INDIRECT map several', () => {
    const { bed, table } = window();
    expect(bed.status(n.H_STUFF_TCE, BUS, START, 0x3_00005003n, 16)).toBe(H_SUCCESS);
    expect(table.get(START + 0xf000)).toEqual({ low: 0x5003, high: 3 });
    expect(bed.status(n.H_STUFF_TCE, BUS, START + 0x1000, 0, 16)).toBe(H_PARAMETER);
    [0x8003, 0x9001, 0xa002].forEach((entry, k) => bed.physical.setU64(0x4000 + 8 * k, entry, 0));
    expect(bed.status(n.H_PUT_TCE_INDIRECT, BUS, START + 0x2000, 0x4000, 3)).toBe(H_SUCCESS);
    expect([1, 2, 3, 4, 5].map((k) => table.get(START + 0x1000 * k).low)).toEqual([0x5003, 0x8003, 0x9001, 0xa002, 0x5003]);
    expect(bed.status(n.H_PUT_TCE_INDIRECT, BUS, START, 0x4008, 1)).toBe(H_PARAMETER);
    table.clear();
    expect(table.get(START)).toEqual({ low: 0, high: 0 });
  });

  it('devices reach what is mapped, page by page', () => {
    const { bed, table } = window();
    table.set(START, 0x8000 | READ | WRITE, 0);
    table.set(START + 0x1000, 0x6000 | READ, 0);
    const port = table.port(bed.memory);
    bed.memory.write(0x6000, Uint8Array.of(9));
    port.write(START + 0xffe, Uint8Array.of(1, 2, 3));
    expect([...bed.memory.read(0x8ffe, 2), ...bed.memory.read(0x6000, 1)]).toEqual([1, 2, 9]);
    expect([...port.read(START + 0xffe, 3)]).toEqual([1, 2, 9]);
    expect([...port.read(START + 0x1ffe, 4)].slice(2)).toEqual([0xff, 0xff]);
  });
});
