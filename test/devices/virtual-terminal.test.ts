import { describe, expect, it } from 'vitest';
import { VirtualTerminal } from '../../src/devices/serial/virtual-terminal.js';

function build() {
  const seen = { raised: 0, output: [] as number[], room: [] as number[] };
  const terminal = new VirtualTerminal('vty', {
    interrupt: { raise: () => void seen.raised++ },
    port: { output: (byte) => seen.output.push(byte), inputReady: (room) => seen.room.push(room) },
  });
  return { terminal, seen };
}

describe('VirtualTerminal', () => {
  it('passes bytes both ways in order', () => {
    const { terminal, seen } = build();
    expect(terminal.input(Uint8Array.of(1, 2, 3))).toBe(3);
    expect([...terminal.take(2), ...terminal.take(16), ...terminal.take(16)]).toEqual([1, 2, 3]);
    terminal.put(Uint8Array.of(4, 5));
    expect(seen.output).toEqual([4, 5]);
  });

  it('raises its interrupt when there was nothing to read before', () => {
    const { terminal, seen } = build();
    terminal.input(new Uint8Array(0));
    expect(seen.raised).toBe(0);
    terminal.input(Uint8Array.of(1));
    terminal.input(Uint8Array.of(2));
    expect(seen.raised).toBe(1);
    terminal.take(2);
    terminal.input(Uint8Array.of(3));
    expect(seen.raised).toBe(2);
  });

  it('refuses more than it holds, and tells when there is room again', () => {
    const { terminal, seen } = build();
    const taken = terminal.input(new Uint8Array(10_000));
    expect(taken).toBeLessThan(10_000);
    expect(terminal.input(Uint8Array.of(1))).toBe(0);
    terminal.take(16);
    expect(seen.room).toEqual([]);
    terminal.take(taken);
    expect(seen.room.length).toBe(1);
    expect(seen.room[0]).toBeGreaterThan(0);
    terminal.input(Uint8Array.of(9));
    terminal.reset();
    expect(terminal.take(1).length).toBe(0);
  });
});
