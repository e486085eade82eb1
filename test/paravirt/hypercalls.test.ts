import { describe, expect, it } from 'vitest';
import { ESR, MSR } from '../../jit/isa/registers.js';
import { EV_IDLE, HC_FEATURES, HC_MAP_MAGIC_PAGE, MAGIC_PAGE, MODES, ParavirtGuest, SC_1, START, VECTORS } from './paravirt-guest.js';

const [SRR0, SRR1, SPR_ESR] = [26, 27, 62];
const UNIMPLEMENTED = 12;

describe.each(MODES)('hypercalls, %s', (mode) => {
  it('tells the features: the magic page', () => {
    expect(new ParavirtGuest(mode, { mapped: false }).hypercall(HC_FEATURES)).toEqual({ result: 0, output: 2 });
  });

  it('maps the magic page, and tells which registers it shows', () => {
    const guest = new ParavirtGuest(mode, { mapped: false });
    expect(guest.hypercall(HC_MAP_MAGIC_PAGE, MAGIC_PAGE | 1, MAGIC_PAGE)).toEqual({ result: 0, output: 2 });
    guest.execute('li 5,0x77; mtsprg 0,5; lwz 6,-4096+36(0)');
    expect(guest.state.gpr(6)).toBe(0x77);
  });

  it.each([0, (42 << 16) | 0xfff, (1 << 16) | 1, (5 << 16) | 3, 0xffffffff])('does not know call 0x%s', (number) => {
    const guest = new ParavirtGuest(mode);
    const before = Array.from({ length: 32 }, (_, n) => 0x1000 + n);
    guest.load(SC_1);
    before.forEach((value, n) => guest.state.setGpr(n, value));
    guest.state.setGpr(11, number);
    guest.run();
    const changed = before.flatMap((value, n) => (guest.state.gpr(n) === value ? [] : [n]));
    expect(changed).toEqual([3, 11]);
    expect([guest.state.gpr(3), guest.state.gpr(11)]).toEqual([UNIMPLEMENTED, number]);
  });

  it('reports each call with its parameters', () => {
    const guest = new ParavirtGuest(mode, { mapped: false });
    guest.hypercall((42 << 16) | 77, 1, 2, 3, 4, 5, 6, 7, 8);
    expect(guest.calls).toEqual([{ number: (42 << 16) | 77, parameters: [1, 2, 3, 4, 5, 6, 7, 8], result: UNIMPLEMENTED }]);
  });

  it('goes on behind the call each time, compiled or not', () => {
    const guest = new ParavirtGuest(mode, { mapped: false });
    guest.execute(`li 20,0; li 21,50\nloop: lis 11,42; ori 11,11,3; ${SC_1}; add 20,20,4; addi 21,21,-1; cmpwi 21,0; bne loop`);
    expect(guest.state.gpr(20)).toBe(100);
    expect(guest.calls.length).toBe(200);
  });

  it('refuses calls from problem state as privileged', () => {
    const guest = new ParavirtGuest(mode);
    guest.load(SC_1);
    guest.setMsr('PR');
    guest.run(VECTORS.program);
    expect(guest.state.spr(SRR0)).toBe(START);
    expect(guest.state.spr(SPR_ESR) & ESR.PPR.mask).not.toBe(0);
    expect(guest.state.spr(SRR1) & MSR.PR.mask).not.toBe(0);
    expect(guest.calls.length).toBe(1);
  });

  it('is a system call where the interface is not offered', () => {
    const guest = new ParavirtGuest(mode, { paravirt: false });
    guest.load(SC_1);
    guest.run(VECTORS.systemCall);
    expect(guest.state.spr(SRR0)).toBe(START + 4);
  });

  it('is no hypercall with LEV = 0', () => {
    const guest = new ParavirtGuest(mode);
    guest.load('sc');
    guest.run(VECTORS.systemCall);
    expect(guest.state.spr(SRR0)).toBe(START + 4);
    expect(guest.calls.length).toBe(1);
  });
});

describe.each(MODES)('EV_IDLE, %s', (mode) => {
  const idle = (guest: ParavirtGuest): string => {
    guest.load(`${SC_1}; li 30,1`);
    guest.state.setGpr(30, 0);
    guest.state.setGpr(11, EV_IDLE);
    guest.state.pc = START;
    return guest.cpu.runner.run(100);
  };

  it('waits, and goes on behind the call with the interrupt taken', () => {
    const guest = new ParavirtGuest(mode);
    guest.setMsr('EE');
    expect(idle(guest)).toBe('wait');
    expect(guest.cpu.runner.run(100)).toBe('wait');
    guest.external(true);
    expect(guest.cpu.runner.run(10)).toBe('slice');
    expect(guest.state.pc).toBe(VECTORS.external);
    expect(guest.state.spr(SRR0)).toBe(START + 4);
    expect([guest.state.gpr(3), guest.state.gpr(30)]).toEqual([0, 0]);
    expect(guest.state.idle).toBe(0);
  });

  it('ends with an interrupt that MSR[EE] masks, which is not taken', () => {
    const guest = new ParavirtGuest(mode);
    expect(idle(guest)).toBe('wait');
    guest.external(true);
    expect(guest.cpu.runner.run(10)).toBe('slice');
    expect([guest.state.gpr(3), guest.state.gpr(30)]).toEqual([0, 1]);
    expect(guest.state.idle).toBe(0);
  });

  it('does not wait when an interrupt pends already', () => {
    const guest = new ParavirtGuest(mode);
    guest.external(true);
    expect(idle(guest)).toBe('slice');
    expect(guest.state.gpr(30)).toBe(1);
  });
});
