import { describe, expect, it } from 'vitest';
import { MSR } from '../../jit/isa/registers.js';
import { MODES, ParavirtGuest, START, VECTORS } from './paravirt-guest.js';

/** The guest's way of setting MSR[EE] without a privileged instruction, as Linux's kvm_emulate_wrteei_1 does it. */
const WRTEEI_1 = `
  stw 31,-4096+4(0); stw 30,-4096+12(0); stw 1,-4096+28(0)
  lwz 31,-4096+92(0); ori 31,31,0x8000; stw 31,-4096+92(0)
  lwz 31,-4096+100(0); cmpwi 31,0; beq 1f_
  li 30,0; stw 30,-4096+28(0); lwz 31,-4096+4(0); lwz 30,-4096+12(0)
nag: wrteei 1
  b done
1f_: li 30,0; stw 30,-4096+28(0); lwz 31,-4096+4(0); lwz 30,-4096+12(0)
done: li 20,1`.replaceAll('1f_', 'quiet');

describe.each(MODES)('int_pending, %s', (mode) => {
  it('tells of interrupts that MSR[EE] holds back, and cannot be stored', () => {
    const guest = new ParavirtGuest(mode);
    const look = 'li 5,7; stw 5,-4096+100(0); lwz 6,-4096+100(0)';
    guest.execute(look);
    expect(guest.state.gpr(6)).toBe(0);
    guest.external(true);
    guest.execute(look);
    expect(guest.state.gpr(6)).not.toBe(0);
    guest.external(false);
    guest.execute(look);
    expect(guest.state.gpr(6)).toBe(0);
  });

  it('tells of the decrementer, and not of what other bits hold back', () => {
    const guest = new ParavirtGuest(mode);
    const { core, engine } = guest.cpu;
    core.inputs.critical = true;
    engine.interruptsChanged();
    guest.execute('lwz 6,-4096+100(0)');
    expect(guest.state.gpr(6)).toBe(0);
    // DEC comes to 0 while TCR[DIE] is set; then TSR[DIS] is cleared.
    guest.execute('lis 5,0x400; mtspr 340,5; li 5,20; mtspr 22,5; li 5,400; mtctr 5; wait: bdnz wait; lwz 6,-4096+100(0)');
    expect(guest.state.gpr(6)).not.toBe(0);
    guest.execute('lis 5,0x800; mtspr 336,5; lwz 6,-4096+100(0)');
    expect(guest.state.gpr(6)).toBe(0);
  });
});

describe.each(MODES)('critical sections, %s', (mode) => {
  const spin = 'li 5,300; mtctr 5; spin: bdnz spin';

  it('hold interrupts back while critical is r1, and no longer', () => {
    const guest = new ParavirtGuest(mode);
    guest.execute('stw 1,-4096+28(0)');
    guest.setMsr('EE');
    guest.external(true);
    guest.execute(spin);
    expect(guest.exits('interrupt')).toBe(0);
    guest.state.setGpr(1, 0x9000);
    guest.run(VECTORS.external);
    expect(guest.exits('interrupt')).toBe(1);
  });

  it('end with the store that ends them', () => {
    const guest = new ParavirtGuest(mode);
    const enter = () => {
      guest.external(false);
      guest.setMsr('EE');
      guest.load(`stw 1,-4096+28(0); li 6,0`);
      guest.run();
      guest.external(true);
    };
    for (let turn = 0; turn < 5; turn++) {
      enter();
      guest.load('li 6,0; nop; stw 6,-4096+28(0); li 7,1; li 8,1');
      guest.run(VECTORS.external);
      expect(guest.state.spr(26)).toBe(START + 12);
    }
  });

  it('do not hold interrupts back in problem state', () => {
    const guest = new ParavirtGuest(mode);
    guest.execute('stw 1,-4096+28(0)');
    guest.setMsr('EE', 'PR');
    guest.external(true);
    guest.load(spin);
    guest.run(VECTORS.external);
    expect(guest.state.spr(27) & MSR.PR.mask).not.toBe(0);
  });
});

describe.each(MODES)('trampolines, %s', (mode) => {
  it('set MSR[EE] without leaving', () => {
    const guest = new ParavirtGuest(mode);
    guest.execute(WRTEEI_1, () => guest.setMsr('ME'));
    expect(guest.state.msr).toBe(MSR.ME.mask | MSR.EE.mask);
    expect(guest.state.gpr(20)).toBe(1);
  });

  it('have a waiting interrupt taken by the instruction they replace', () => {
    const guest = new ParavirtGuest(mode);
    guest.load(WRTEEI_1);
    for (let turn = 0; turn < 5; turn++) {
      guest.external(false);
      guest.setMsr();
      guest.external(true);
      guest.state.setGpr(30, 0x30);
      guest.state.setGpr(31, 0x31);
      guest.state.setGpr(20, 0);
      guest.run(VECTORS.external);
      expect(guest.state.gpr(20)).toBe(0);
      expect(guest.state.spr(27) & MSR.EE.mask).not.toBe(0);
    }
  });

  it('work when they are copied and patched at run time', () => {
    const guest = new ParavirtGuest(mode);
    // Copies `lwz 5,SPRG0; blr` to 0x3000, flushes, calls it; then patches the load to be SPRG1's, flushes, calls it.
    const flush = 'dcbst 0,10; sync; icbi 0,10; isync';
    const source = `lis 10,0; ori 10,10,0x3000
      lis 6,0x80a0; ori 6,6,0xf024; stw 6,0(10); lis 6,0x4e80; ori 6,6,0x20; stw 6,4(10); ${flush}
      mtctr 10; bctrl; mr 20,5
      lis 6,0x80a0; ori 6,6,0xf02c; stw 6,0(10); ${flush}
      mtctr 10; bctrl; mr 21,5`;
    guest.execute(source, () => {
      guest.state.setSpr(272, 0x111);
      guest.state.setSpr(273, 0x222);
    });
    expect([guest.state.gpr(20), guest.state.gpr(21)]).toEqual([0x111, 0x222]);
  });
});
