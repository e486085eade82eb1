import { beforeEach, describe, expect, it } from 'vitest';
import { RECEIVE_ERROR } from '../../src/devices/serial/receive-fifo.js';
import { Ns16550 } from '../../src/devices/serial/ns16550.js';
import type { ModemOutputs } from '../../src/devices/serial/serial-port.js';
import { ManualClock } from '../support/manual-clock.js';
import { ProbeLine } from '../support/probe-line.js';

const RBR = 0;
const THR = 0;
const IER = 1;
const IIR = 2;
const FCR = 2;
const LCR = 3;
const MCR = 4;
const LSR = 5;
const MSR = 6;
const SCR = 7;
const BAUD_CLOCK = 11_059_200;

let uart: Ns16550;
let line: ProbeLine;
let clock: ManualClock;
let output: number[];
let breaks: boolean[];
let ready: number[];
let modem: ModemOutputs | undefined;

beforeEach(() => {
  line = new ProbeLine();
  clock = new ManualClock();
  output = [];
  breaks = [];
  ready = [];
  modem = undefined;
  const port = {
    output: (byte: number) => output.push(byte),
    break: (sending: boolean) => breaks.push(sending),
    inputReady: (room: number) => ready.push(room),
    modemControl: (outputs: ModemOutputs) => (modem = outputs),
  };
  uart = new Ns16550('uart0', { interrupt: line, clock, port, baudClockHz: BAUD_CLOCK });
});

const read = (register: number): number => uart.read(register, 1);
const write = (register: number, value: number): void => uart.write(register, 1, value);
const type = (text: string): number => uart.input(new TextEncoder().encode(text));
const drain = (count: number): string => Array.from({ length: count }, () => String.fromCharCode(read(RBR))).join('');

/** 8N1 at 115200: divisor 6; one character is 10 bits of 16 × 6 clocks. */
const CHARACTER_NS = (10 * 16 * 6 * 1e9) / BAUD_CLOCK;
function programLine(): void {
  write(LCR, 0x83);
  write(0, 6);
  write(1, 0);
  write(LCR, 0x03);
}

describe('registers', () => {
  it('have their reset values, with the line at 115200 8N1', () => {
    expect([IER, IIR, LCR, MCR, LSR, MSR].map(read)).toEqual([0, 1, 3, 0, 0x60, 0xb0]);
    expect(line.asserted).toBe(false);
    write(LCR, 0x80);
    expect([read(0), read(1)]).toEqual([6, 0]);
  });

  it.each([
    ['IER', IER, 0xff, 0x0f],
    ['LCR', LCR, 0x7f, 0x7f],
    ['MCR', MCR, 0xff, 0x1f],
    ['SCR', SCR, 0xa5, 0xa5],
    ['LSR is read-only', LSR, 0x00, 0x60],
  ])('%s', (_, register, written, readBack) => {
    write(register, written);
    expect(read(register)).toBe(readBack);
  });

  it('DLAB switches the divisor latch in, and keeps IER and the receiver', () => {
    write(IER, 0x05);
    type('x');
    write(LCR, 0x80);
    write(0, 0x34);
    write(1, 0x12);
    expect([read(0), read(1)]).toEqual([0x34, 0x12]);
    write(LCR, 0x03);
    expect([read(IER), read(RBR)]).toEqual([0x05, 0x78]);
    expect(output).toEqual([]);
  });

  it('are reached by wider accesses byte by byte, the lowest address most significant', () => {
    write(LCR, 3);
    uart.write(MCR, 4, 0x03_00_00_5a);
    expect(uart.read(LCR, 1)).toBe(3);
    expect(uart.read(MCR, 4)).toBe(0x03_60_b0_5a);
  });

  it.each([
    [0, 0x1f],
    [1, 0x3f],
    [2, 0x7f],
    [3, 0xff],
  ])('word length code %i cuts characters to mask %i', (code, mask) => {
    write(LCR, code);
    write(THR, 0xff);
    expect(output).toEqual([mask]);
  });

  it('reset returns to the start and drops what was received', () => {
    write(FCR, 1);
    write(IER, 0x0f);
    type('abc');
    uart.reset();
    expect([IER, IIR, LCR, MCR, LSR, MSR].map(read)).toEqual([0, 1, 3, 0, 0x60, 0xb0]);
    expect(line.asserted).toBe(false);
    expect(clock.pending).toBe(0);
  });
});

describe('transmitter', () => {
  it('sends at once and is always empty', () => {
    for (const byte of [0x48, 0x69]) {
      expect(read(LSR)).toBe(0x60);
      write(THR, byte);
    }
    expect(output).toEqual([0x48, 0x69]);
  });

  it('interrupts when enabled while empty, is cleared by reading IIR, and raised by the next character', () => {
    write(IER, 0x02);
    expect(line.asserted).toBe(true);
    expect(read(IIR)).toBe(0x02);
    expect(line.asserted).toBe(false);
    expect(read(IIR)).toBe(0x01);
    write(IER, 0x02);
    expect(line.asserted).toBe(false);
    write(THR, 0x41);
    expect(line.asserted).toBe(true);
    expect(line.raised).toBe(2);
    write(THR, 0x42);
    // Cleared by the write, raised again by the empty register: an edge for edge-sensitive controllers.
    expect(line.raised).toBe(3);
    write(IER, 0);
    expect(line.asserted).toBe(false);
  });

  it('is not cleared by reading IIR while a more urgent interrupt shows', () => {
    write(IER, 0x03);
    type('a');
    expect(read(IIR)).toBe(0x04);
    expect(read(IIR)).toBe(0x04);
    read(RBR);
    expect(read(IIR)).toBe(0x02);
    expect(read(IIR)).toBe(0x01);
  });

  it('sends breaks', () => {
    write(LCR, 0x43);
    write(LCR, 0x43);
    write(LCR, 0x03);
    expect(breaks).toEqual([true, false]);
  });
});

describe('receiver in character mode', () => {
  it('holds one character, and takes the next from the host when it is read', () => {
    write(LCR, 3);
    expect(type('abc')).toBe(3);
    expect(read(LSR)).toBe(0x61);
    expect(drain(3)).toBe('abc');
    expect(read(LSR)).toBe(0x60);
    expect(read(RBR)).toBe(0);
  });

  it('interrupts per character', () => {
    write(LCR, 3);
    write(IER, 0x01);
    type('ab');
    expect([line.asserted, read(IIR)]).toEqual([true, 0x04]);
    read(RBR);
    expect(line.asserted).toBe(true);
    read(RBR);
    expect([line.asserted, read(IIR)]).toEqual([false, 0x01]);
  });

  it('overruns: the newer character replaces the older', () => {
    uart.receive(0x61);
    uart.receive(0x62);
    expect(read(LSR)).toBe(0x63);
    expect(read(LSR)).toBe(0x61);
    expect(read(RBR)).toBe(0x62);
    expect(read(LSR)).toBe(0x60);
  });

  it('has no time-out', () => {
    write(IER, 0x01);
    type('a');
    clock.advance(1e9);
    expect(read(IIR)).toBe(0x04);
    expect(clock.pending).toBe(0);
  });
});

describe('FIFOs', () => {
  it('show in IIR while enabled', () => {
    write(FCR, 0x01);
    expect(read(IIR)).toBe(0xc1);
    write(FCR, 0x00);
    expect(read(IIR)).toBe(0x01);
  });

  it.each([
    [0x01, 1],
    [0x41, 4],
    [0x81, 8],
    [0xc1, 14],
  ])('FCR %i: the interrupt is level at trigger %i', (fcr, trigger) => {
    programLine();
    write(FCR, fcr);
    write(IER, 0x01);
    for (let i = 1; i <= trigger; i++) {
      expect(line.asserted).toBe(false);
      type('x');
    }
    expect([line.asserted, read(IIR)]).toEqual([true, 0xc4]);
    read(RBR);
    expect([line.asserted, read(IIR)]).toEqual([false, 0xc1]);
  });

  it('time out after four character times without arrival or read', () => {
    programLine();
    write(FCR, 0xc1);
    write(IER, 0x01);
    type('abc');
    clock.advance(3 * CHARACTER_NS);
    type('d');
    clock.advance(3.9 * CHARACTER_NS);
    expect(line.asserted).toBe(false);
    clock.advance(0.2 * CHARACTER_NS);
    expect([line.asserted, read(IIR)]).toEqual([true, 0xcc]);
    // Reading one character clears it and starts the time afresh.
    expect(read(RBR)).toBe(0x61);
    expect([line.asserted, read(IIR)]).toEqual([false, 0xc1]);
    clock.advance(3 * CHARACTER_NS);
    expect(read(RBR)).toBe(0x62);
    clock.advance(3 * CHARACTER_NS);
    expect(line.asserted).toBe(false);
    clock.advance(1.1 * CHARACTER_NS);
    expect(read(IIR)).toBe(0xcc);
    expect(drain(2)).toBe('cd');
    expect([line.asserted, clock.pending]).toEqual([false, 0]);
  });

  it.each([
    { lcr: 0x03, bits: 10 },
    { lcr: 0x00, bits: 7 },
    { lcr: 0x1f, bits: 12 },
  ])('time out by the line format: LCR $lcr is $bits bits', ({ lcr, bits }) => {
    programLine();
    write(LCR, lcr);
    write(FCR, 0x81);
    write(IER, 0x01);
    type('a');
    const timeout = 4 * Math.round((bits * 16 * 6 * 1e9) / BAUD_CLOCK);
    clock.advance(timeout - 1);
    expect(line.asserted).toBe(false);
    clock.advance(1);
    expect(line.asserted).toBe(true);
  });

  it('show data, not time-out, once the trigger level is reached', () => {
    programLine();
    write(FCR, 0x41);
    write(IER, 0x01);
    type('abc');
    clock.advance(5 * CHARACTER_NS);
    expect(read(IIR)).toBe(0xcc);
    type('d');
    expect(read(IIR)).toBe(0xc4);
  });

  it('take 16 characters and leave the rest with the host', () => {
    write(LCR, 3);
    write(FCR, 0x01);
    const text = 'The quick brown fox jumps over the lazy dog';
    type(text);
    expect(uart.received.length).toBe(16);
    expect(drain(text.length)).toBe(text);
    expect(read(LSR)).toBe(0x60);
  });

  it('overrun on the wire: the newest is lost, the FIFO is kept', () => {
    write(FCR, 0x01);
    for (let i = 0; i < 17; i++) uart.receive(0x41 + i);
    expect(read(LSR)).toBe(0x63);
    expect(drain(16)).toBe('ABCDEFGHIJKLMNOP');
    expect(read(LSR)).toBe(0x60);
  });

  it.each([
    ['reset by FCR bit 1', 0x03],
    ['disabled', 0x00],
  ])('are emptied when %s', (_, fcr) => {
    write(FCR, 0x01);
    write(IER, 0x01);
    for (const byte of [1, 2, 3]) uart.receive(byte);
    write(FCR, fcr);
    expect([read(LSR), line.asserted, clock.pending]).toEqual([0x60, false, 0]);
  });

  it('keep their contents when only the trigger level changes', () => {
    write(FCR, 0x01);
    uart.receive(0x61);
    write(FCR, 0xc1);
    expect(read(RBR)).toBe(0x61);
  });

  it('ignore other bits of FCR without the enable bit', () => {
    write(FCR, 0xc2);
    write(IER, 0x01);
    type('a');
    expect(read(IIR)).toBe(0x04);
  });
});

describe('line status', () => {
  it.each([
    ['parity', RECEIVE_ERROR.PE, 0x04],
    ['framing', RECEIVE_ERROR.FE, 0x08],
    ['break', RECEIVE_ERROR.BI, 0x10],
  ])('%s error interrupts with the highest priority and is cleared by reading LSR', (_, error, bit) => {
    write(IER, 0x07);
    uart.receive(0, error);
    expect(read(IIR)).toBe(0x06);
    expect(read(LSR)).toBe(0x61 | bit);
    expect(read(LSR)).toBe(0x61);
    expect(read(IIR)).toBe(0x04);
  });

  it('shows an error when its character is the oldest in the FIFO, and bit 7 while one is left', () => {
    write(FCR, 0x01);
    write(IER, 0x04);
    uart.receive(0x61);
    uart.receive(0x62, RECEIVE_ERROR.PE);
    uart.receive(0x63, RECEIVE_ERROR.FE);
    expect(read(LSR)).toBe(0xe1);
    expect(line.asserted).toBe(false);
    read(RBR);
    expect([line.asserted, read(IIR)]).toEqual([true, 0xc6]);
    expect(read(LSR)).toBe(0xe5);
    expect(line.asserted).toBe(false);
    read(RBR);
    expect(read(LSR)).toBe(0xe9);
    expect(read(LSR)).toBe(0x61);
  });
});

describe('modem', () => {
  it.each([
    [{ cts: false }, 0xa1],
    [{ dsr: false }, 0x92],
    [{ dcd: false }, 0x38],
    [{ ri: true }, 0xf0],
    [{ cts: false, dcd: false }, 0x29],
  ])('inputs %o show with their deltas in MSR', (inputs, msr) => {
    write(IER, 0x08);
    uart.setModemInputs(inputs);
    expect(line.asserted).toBe((msr & 0x0f) !== 0);
    expect(read(IIR)).toBe(msr & 0x0f ? 0x00 : 0x01);
    expect(read(MSR)).toBe(msr);
    expect(read(MSR)).toBe(msr & 0xf0);
    expect(line.asserted).toBe(false);
  });

  it('the ring indicator counts on its trailing edge', () => {
    uart.setModemInputs({ ri: true });
    uart.setModemInputs({ ri: false });
    expect(read(MSR)).toBe(0xb4);
  });

  it('outputs reach the host', () => {
    write(MCR, 0x0b);
    expect(modem).toEqual({ dtr: true, rts: true, out1: false, out2: true });
  });
});

describe('loopback', () => {
  it.each([
    [0x11, 0x20],
    [0x12, 0x10],
    [0x14, 0x40],
    [0x18, 0x80],
    [0x1a, 0x90],
    [0x1f, 0xf0],
  ])('MCR %i shows as MSR status %i', (mcr, status) => {
    write(MCR, mcr);
    expect(read(MSR) & 0xf0).toBe(status);
    expect(modem).toEqual({ dtr: false, rts: false, out1: false, out2: false });
  });

  it('raises modem interrupts by MCR', () => {
    write(MCR, 0x10);
    read(MSR);
    write(IER, 0x08);
    write(MCR, 0x12);
    expect([line.asserted, read(MSR)]).toEqual([true, 0x11]);
  });

  it('feeds the receiver from the transmitter, and holds the host off', () => {
    write(LCR, 3);
    write(FCR, 0x01);
    write(MCR, 0x10);
    type('host');
    uart.receive(0x77);
    for (const byte of [1, 2, 3]) write(THR, byte);
    expect(output).toEqual([]);
    expect([read(RBR), read(RBR), read(RBR), read(LSR)]).toEqual([1, 2, 3, 0x60]);
    write(MCR, 0);
    expect(drain(4)).toBe('host');
  });

  it('measures the FIFO as Linux does: 16 characters fit, the 17th overruns', () => {
    write(FCR, 0x07);
    write(MCR, 0x10);
    for (let i = 0; i < 20; i++) write(THR, i);
    expect(read(LSR) & 0x02).toBe(0x02);
    let count = 0;
    for (; read(LSR) & 1; count++) read(RBR);
    expect(count).toBe(16);
  });

  it('loops a break back as one null character', () => {
    write(MCR, 0x10);
    write(LCR, 0x43);
    expect(read(LSR)).toBe(0x71);
    expect(read(RBR)).toBe(0);
    expect(breaks).toEqual([]);
  });
});

describe('back-pressure', () => {
  it('refuses what the queue cannot hold, loses nothing, and says when there is room', () => {
    write(LCR, 3);
    write(FCR, 0x01);
    const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => i & 0xff);
    let sent = uart.input(bytes);
    expect(sent).toBeLessThan(bytes.length);
    expect(ready).toEqual([]);
    const received: number[] = [];
    while (read(LSR) & 1) {
      received.push(read(RBR));
      if (ready.length === 0) continue;
      const room = ready.splice(0)[0];
      const accepted = uart.input(bytes.subarray(sent));
      expect(accepted).toBeGreaterThanOrEqual(Math.min(room, bytes.length - sent));
      sent += accepted;
    }
    expect(received).toEqual([...bytes]);
  });
});
