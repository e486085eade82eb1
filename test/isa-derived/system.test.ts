import { describe, expect, it } from 'vitest';
import { EXCEPTION_HYPERCALL, EXCEPTION_PRIVILEGED, EXCEPTION_SYSTEM_CALL } from '../../jit/abi/exits.js';
import { ATTENTION_OFFSET, MSR_OFFSET, SPR_OFFSET } from '../../jit/abi/layout.js';
import { Assembler } from '../../jit/isa/assemble.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { EvaluatedCpu } from '../support/evaluated-cpu.js';
import { evaluate, irOf, type Outcome, type Services } from '../support/ir-evaluator.js';

const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
const assembler = new Assembler(decoder);
const CIA = 0x1000;
const CONTEXT = { width: 32, mode64: false, msr: {}, sprs: PPC440EP.sprs } as const;
const [EE, PR, CE] = [0x8000n, 0x4000n, 0x20000n];
const spr = (n: number) => SPR_OFFSET + 8 * n;

/** Runs an instruction as the recompiler and as the interpreter's handler: both must do the same. */
function run(text: string, prepare: (cpu: EvaluatedCpu) => void, services: Services = {}): { cpu: EvaluatedCpu; outcome: Outcome } {
  const word = assembler.assemble(text, CIA);
  const inst = decoder.decode(word)!;
  const results = (['known', 'unknown'] as const).map((operands) => {
    const cpu = new EvaluatedCpu(32);
    prepare(cpu);
    const ir = irOf(inst, word, CIA, CONTEXT, operands);
    return { cpu, outcome: evaluate(ir, cpu, word, BigInt(CIA), services) };
  });
  expect(results[1]!.cpu.gpr, text).toEqual(results[0]!.cpu.gpr);
  expect(results[1]!.cpu.state, text).toEqual(results[0]!.cpu.state);
  expect(results[1]!.outcome, text).toEqual(results[0]!.outcome);
  return results[0]!;
}
const withMsr =
  (msr: bigint, attention = 0n) =>
  (cpu: EvaluatedCpu) => {
    cpu.state.set(MSR_OFFSET, msr);
    cpu.state.set(ATTENTION_OFFSET, attention);
  };
const msrOf = (cpu: EvaluatedCpu) => cpu.state.get(MSR_OFFSET);

describe('system instructions of Book E', () => {
  it('wrteei and wrtee change EE alone, and look for interrupts when it is set', () => {
    const off = run('wrteei 0', withMsr(EE | CE, 1n));
    expect([msrOf(off.cpu), off.outcome.resync, off.outcome.calls]).toEqual([CE, false, []]);
    expect(run('wrteei 1', withMsr(CE)).outcome.resync).toBe(false);
    const pending = run('wrteei 1', withMsr(CE, 1n));
    expect([msrOf(pending.cpu), pending.outcome.resync]).toEqual([CE | EE, true]);
    const restored = run('wrtee r3', (cpu) => {
      withMsr(EE | CE)(cpu);
      cpu.gpr[3] = 0xffff7fffn;
    });
    expect(msrOf(restored.cpu)).toBe(CE);
  });

  it('mtmsr asks the runtime only when more than EE changes', () => {
    const write = (value: bigint) => run('mtmsr r3', (cpu) => {
      withMsr(CE)(cpu);
      cpu.gpr[3] = value;
    }).outcome; // prettier-ignore
    expect(write(CE | EE)).toMatchObject({ calls: [], resync: false });
    expect(write(CE | PR)).toMatchObject({ calls: ['writeMsr'], resync: true });
  });

  it.each([
    ['rfi', 0x1a],
    ['rfci', 0x3a],
    ['rfmci', 0x23a],
  ])('%s returns through its save registers', (text, save) => {
    const seen: bigint[] = [];
    const { outcome } = run(text, (cpu) => {
      withMsr(0n)(cpu);
      cpu.state.set(spr(save), 0x4567n);
      cpu.state.set(spr(save + 1), 0x8002n);
    }, { writeMsr: (_cpu, v) => void seen.push(v!) }); // prettier-ignore
    expect(outcome).toMatchObject({ next: 0x4564n, resync: true, calls: ['writeMsr'] });
    expect(seen).toEqual([0x8002n, 0x8002n]);
  });

  it.each([
    'rfi',
    'mtmsr r3',
    'mfmsr r3',
    'wrteei 1',
    'tlbwe r3,r4,1',
    'tlbsync',
    'mfdcr r3,192',
    'mfspr r3,26',
    'mtspr 946,r3',
    'iccci',
    'dccci',
  ])('%s is privileged', (text) => {
    const { cpu, outcome } = run(text, withMsr(PR));
    expect(outcome).toMatchObject({ next: BigInt(CIA), exception: { number: EXCEPTION_PRIVILEGED }, calls: [] });
    expect(msrOf(cpu)).toBe(PR);
  });

  it('sc calls the system, sc 1 the hypervisor', () => {
    expect(run('sc', withMsr(PR)).outcome.exception?.number).toBe(EXCEPTION_SYSTEM_CALL);
    expect(run('sc 1', withMsr(PR)).outcome.exception?.number).toBe(EXCEPTION_HYPERCALL);
  });

  it('moves XER as a whole, reserved bits as zeros', () => {
    const word = assembler.assemble('mtxer r3', CIA);
    const cpu = new EvaluatedCpu(32);
    cpu.gpr[3] = 0xbfffffffn;
    evaluate(irOf(decoder.decode(word)!, word, CIA, CONTEXT), cpu, word, BigInt(CIA));
    expect([cpu.so, cpu.ov, cpu.ca, cpu.xer]).toEqual([1n, 0n, 1n, 0xa000007fn]);
    const back = assembler.assemble('mfxer r4', CIA);
    evaluate(irOf(decoder.decode(back)!, back, CIA, CONTEXT), cpu, back, BigInt(CIA));
    expect(cpu.gpr[4]).toBe(0xa000007fn);
  });

  it('searches the TLB', () => {
    const search = (entry: bigint, text: string) => run(text, (cpu) => {
      withMsr(0n)(cpu);
      [cpu.gpr[4], cpu.gpr[5], cpu.so] = [0x1000n, 0x234n, 1n];
    }, { tlbsx44x: (_cpu, ea) => (ea === 0x1234n ? entry : 0n) }).cpu; // prettier-ignore
    expect([search(7n, 'tlbsx. r3,r4,r5').gpr[3], search(7n, 'tlbsx. r3,r4,r5').cr[0]]).toEqual([7n, 3n]);
    expect([search(0xffffffffn, 'tlbsx. r3,r4,r5').cr[0], search(7n, 'tlbsx r3,r4,r5').cr[0]]).toEqual([1n, 0n]);
  });
});
