import { describe, expect, it } from 'vitest';
import { VECTORS, MODES, ParavirtGuest } from './paravirt-guest.js';

describe.each(MODES)('mode trap, %s', (mode) => {
  const exitsOf = (source: string): number => {
    const guest = new ParavirtGuest(mode, { trap: true });
    guest.load(source);
    for (let turn = 0; turn < 5; turn++) guest.run();
    const before = guest.exits('privileged');
    guest.run();
    return guest.exits('privileged') - before;
  };

  it.each([
    ['mfmsr 5', 1],
    ['wrteei 0; wrteei 1', 2],
    ['mfsprg 5,0; mtsprg 1,5; mfspr 6,26', 3],
    ['tlbsync', 1],
    ['li 5,10; mtctr 5; loop: mfmsr 6; bdnz loop', 10],
  ])('%s leaves the generated code %i times', (source, exits) => {
    expect(exitsOf(source)).toBe(exits);
  });

  it.each(['mflr 5; mtctr 5; mfcr 6', 'mfspr 5,263; mftb 6', 'lwz 5,-4096+92(0); stw 5,-4096+36(0)'])('%s stays in it', (source) => {
    expect(exitsOf(source)).toBe(0);
  });

  it('executes what it left for', () => {
    const guest = new ParavirtGuest(mode, { trap: true });
    guest.execute('mfsprg 5,0; addi 5,5,1; mtsprg 0,5; mfsprg 6,0; add 7,6,6');
    expect(guest.state.spr(272)).toBe(4);
    expect(guest.state.gpr(7)).toBe(8);
  });

  it('delivers privileged exceptions of problem state', () => {
    const guest = new ParavirtGuest(mode, { trap: true });
    guest.load('nop; mfmsr 5');
    for (let turn = 0; turn < 4; turn++) {
      guest.setMsr('PR');
      guest.run(VECTORS.program);
      expect(guest.state.spr(62) & 0x04000000).not.toBe(0);
    }
  });
});
