import { describe, expect, it } from 'vitest';
import { MSR } from '../../jit/isa/registers.js';
import { TCR, TSR } from '../../runtime/timers/timer-bits.js';
import { BareCpu } from '../support/bare-cpu.js';

const SPR_TSR = 336;
const SPR_TCR = 340;

describe('a CPU with MSR[WE]', () => {
  it.each([
    ['waits for an interrupt', MSR.WE.mask | MSR.EE.mask, 0, true],
    ['does not wait when one is there', MSR.WE.mask | MSR.EE.mask, TSR.DIS.mask, false],
    ['waits on when it is masked', MSR.WE.mask, TSR.DIS.mask, true],
    ['runs without that bit', MSR.EE.mask, 0, false],
  ])('%s', (_what, msr, tsr, waits) => {
    const cpu = new BareCpu('interp');
    const { core } = cpu.engine;
    core.state.msr = msr >>> 0;
    core.state.setSpr(SPR_TCR, TCR.DIE.mask);
    core.state.setSpr(SPR_TSR, tsr);
    expect(core.waiting()).toBe(waits);
  });
});
