import { describe, expect, it } from 'vitest';
import * as exits from '../../jit/abi/exits.js';
import { MSR_OFFSET, SPR_OFFSET } from '../../jit/abi/layout.js';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { POWER8_SPRS, type Outcome } from '../runtime/book3s-spr-table.js';
import { BareCpu64 } from '../support/bare-cpu64.js';
import { EvaluatedCpu } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';

const decoder = new Decoder(INSTRUCTIONS, POWER8);
const [FSCR, MMCR0] = [153, 795];
const [PR, ME] = [0x4000, 0x1000];
const ALL_FACILITIES = 0x184;
const PMCC_2 = 0x80000;
const MARK = 0x1122334455667788n;
const move = (xo: number, spr: number) => ((31 << 26) | (3 << 21) | ((spr & 31) << 16) | ((spr >> 5) << 11) | (xo << 1)) >>> 0;
const wordOf = (spr: number, writes: boolean) => move(writes ? 467 : 339, spr);
const cases = Array.from({ length: 1024 }, (_, n) => n).flatMap((n) =>
  [false, true].flatMap((w) => [false, true].map((p) => [n, w, p] as const)),
);

/** As the recompiler does it: the number is known. */
function known(n: number, writes: boolean, problem: boolean): Outcome | string {
  const word = wordOf(n, writes);
  const cpu = new EvaluatedCpu(64);
  cpu.gpr[3] = MARK;
  cpu.state.set(MSR_OFFSET, BigInt(problem ? PR : 0));
  cpu.state.set(SPR_OFFSET + 8 * FSCR, BigInt(ALL_FACILITIES));
  cpu.state.set(SPR_OFFSET + 8 * MMCR0, BigInt(PMCC_2));
  const before = JSON.stringify([...cpu.state].map(String));
  const context = { width: 64, mode64: true, msr: { PR: problem }, sprs: POWER8.sprs } as const;
  const { exception, calls } = evaluate(irOf(decoder.decode(word)!, word, 0x1000, context, 'known'), cpu, word, 0x1000n);
  switch (exception?.number) {
    case undefined: break;
    case exits.EXCEPTION_PRIVILEGED: return 'privileged';
    case exits.EXCEPTION_ILLEGAL: return 'illegal';
    case exits.EXCEPTION_FACILITY_UNAVAILABLE: return 'TM unavailable';
    default: return `exception ${exception!.number}`;
  }
  const changed = JSON.stringify([...cpu.state].map(String)) !== before || cpu.gpr[3] !== MARK || cpu.lr + cpu.ctr + cpu.xer !== 0n;
  return changed || calls.length > 0 ? 'done' : 'nothing';
} // prettier-ignore

/** As the interpreter does it. */
function interpreted(cpu: BareCpu64, n: number, writes: boolean, problem: boolean): Outcome | string {
  const { state } = cpu;
  cpu.setMsr(problem ? PR | ME : ME);
  cpu.core.sprs.reset();
  state.setSpr(FSCR, ALL_FACILITIES);
  state.setSpr(MMCR0, PMCC_2);
  cpu.core.timers.writeDecrementer(0x7fffffff);
  cpu.setGpr(3, MARK);
  cpu.load(0x1000, [wordOf(n, writes)]);
  cpu.run(0x1000, 1);
  switch (state.pc) {
    case 0x1004: return cpu.gpr(3) === MARK && !writes ? 'nothing' : 'done';
    case 0x700: return { 0x80000: 'illegal', 0x40000: 'privileged' }[state.spr(27) & 0x783f0000] ?? 'program';
    case 0xf60: return state.sprHigh(FSCR) >>> 24 === 5 ? 'TM unavailable' : 'facility unavailable';
    default: return `at ${state.pc.toString(16)}`;
  }
} // prettier-ignore

describe('mfspr and mtspr of every number', () => {
  it('do what the table says where the number is known', () => {
    for (const [n, writes, problem] of cases) {
      const expected = POWER8_SPRS[n]!.outcome(writes, problem);
      expect(known(n, writes, problem), `${n} ${writes ? 'written' : 'read'} ${problem ? 'in problem state' : ''}`).toBe(
        expected === 'done' && writes && n >= 880 && n <= 882 ? 'nothing' : expected,
      );
    }
  });

  it('do what the table says in the interpreter', () => {
    const cpu = new BareCpu64('interp');
    for (const [n, writes, problem] of cases) {
      const expected = POWER8_SPRS[n]!.outcome(writes, problem);
      expect(interpreted(cpu, n, writes, problem), `${n} ${writes ? 'written' : 'read'} ${problem ? 'in problem state' : ''}`).toBe(
        // What writing did cannot be seen from here.
        expected === 'nothing' && writes ? 'done' : expected,
      );
    }
  });
});
