import { describe, expect, it } from 'vitest';
import { BareCpu } from '../support/bare-cpu.js';

const CODE = 0x10000;
const STACK = 0xf0000;

/** Runs a program that ends at `done`, twice, so that the second time is compiled from the beginning in mode jit. */
function run(mode: 'interp' | 'jit', source: string, instructions = 400_000): BareCpu {
  const cpu = new BareCpu(mode);
  const { symbols } = cpu.loadProgram(source, CODE);
  for (let times = 0; times < 2; times++) {
    cpu.state.setGpr(1, STACK);
    cpu.engine.takeInterpreted();
    cpu.run(CODE, instructions);
    expect(cpu.state.pc).toBe(symbols.get('done'));
    expect(cpu.state.gpr(1)).toBe(STACK);
  }
  if (mode === 'jit') expect(cpu.engine.takeInterpreted()).toBeLessThan(instructions / 10);
  return cpu;
}

describe.each(['interp', 'jit'] as const)('calls in mode %s', (mode) => {
  it('nest deeper than the host would like', () => {
    const depth = 10_000;
    const cpu = run(mode, `
      li r3,${depth}; bl sum; done: b done
      sum: cmpwi r3,0; beqlr
      mflr r0; stwu r1,-16(r1); stw r0,20(r1); stw r3,8(r1)
      addi r3,r3,-1; bl sum
      lwz r4,8(r1); add r3,r3,r4; lwz r0,20(r1); addi r1,r1,16; mtlr r0; blr`); // prettier-ignore
    expect(cpu.state.gpr(3)).toBe((depth * (depth + 1)) / 2);
  });

  it('branch and recur in two places', () => {
    const cpu = run(mode, `
      li r3,15; bl fib; done: b done
      fib: cmpwi r3,2; bltlr
      mflr r0; stwu r1,-16(r1); stw r0,20(r1); stw r3,8(r1)
      addi r3,r3,-1; bl fib; stw r3,12(r1)
      lwz r3,8(r1); addi r3,r3,-2; bl fib
      lwz r4,12(r1); add r3,r3,r4; lwz r0,20(r1); addi r1,r1,16; mtlr r0; blr`); // prettier-ignore
    expect(cpu.state.gpr(3)).toBe(610);
  });

  it('return to where nobody called from', () => {
    // g returns past its caller f, as longjmp does; h takes turns with the main loop.
    const cpu = run(mode, `
      li r3,0; li r9,500
      loop: bl f; back: addi r3,r3,1; addic. r9,r9,-1; bne loop; done: b done
      f: mflr r8; addi r3,r3,10; bl g; addi r3,r3,1000; mtlr r8; blr
      g: addi r3,r3,100; mtlr r8; blr`); // prettier-ignore
    expect(cpu.state.gpr(3)).toBe(500 * 111);
  });

  it('go on elsewhere at their end, and by way of pointers', () => {
    const cpu = run(mode, `
      li r3,0; li r9,300; lis r10,one@h; ori r10,r10,one@l; lis r11,two@h; ori r11,r11,two@l
      loop: mtctr r10; bctrl; mtctr r11; bctrl; addic. r9,r9,-1; bne loop; done: b done
      one: addi r3,r3,1; b three
      two: addi r3,r3,10; lis r12,three@h; ori r12,r12,three@l; mtctr r12; bctr
      three: addi r3,r3,100; blr`); // prettier-ignore
    expect(cpu.state.gpr(3)).toBe(300 * 211);
  });

  it('are coroutines', () => {
    const cpu = run(mode, `
      li r3,0; li r9,200; lis r8,other@h; ori r8,r8,other@l
      loop: mtlr r8; blrl; mflr r8; addi r3,r3,1; addic. r9,r9,-1; bne loop; done: b done
      other: mflr r7; addi r3,r3,10; mtlr r7; blrl; mflr r7; addi r3,r3,100; mtlr r7; blrl; b other`); // prettier-ignore
    // The other side adds 10 and 100 by turns.
    expect(cpu.state.gpr(3)).toBe(200 + 100 * 110);
  });
});
