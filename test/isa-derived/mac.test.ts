import { describe, expect, it } from 'vitest';
import { MAC } from '../../jit/isa/book3e/mac.js';
import { extract, type Instruction } from '../../jit/isa/inst.js';
import { EvaluatedCpu } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';
import { multiplyAccumulate } from '../isa/reference/multiply-accumulate.js';
import { Scatter, scatteredValue, wordsOf } from '../isa/situations.js';

const CONTEXT = { width: 32, mode64: false, msr: { PR: true } } as const;
const bit = (word: number, n: number) => (word >>> (31 - n)) & 1;
const register = (word: number, from: number) => extract(word, { name: '', from, to: from + 4 });

function check(inst: Instruction, word: number, s: Scatter, operands: 'known' | 'unknown'): void {
  const cpu = new EvaluatedCpu(32);
  const halfEdges = [0n, 1n, 0x7fffn, 0x8000n, 0xffffn];
  for (let n = 0; n < 32; n++) cpu.gpr[n] = s.below(2) ? (s.pick(halfEdges) << 16n) | s.pick(halfEdges) : scatteredValue(s, 32);
  cpu.so = BigInt(s.below(2));
  cpu.ov = BigInt(s.below(2));
  const so = cpu.so;
  const before = [...cpu.gpr];
  const [t, a, b] = [register(word, 6), register(word, 11), register(word, 16)];
  const want = multiplyAccumulate(inst.mnemonic, before[t]!, before[a]!, before[b]!);
  const oe = !inst.mnemonic.startsWith('mul') && bit(word, 21) === 1;
  const overflowed = oe ? BigInt(want.overflow) : cpu.ov;
  evaluate(irOf(inst, word, 0x1000, CONTEXT, operands), cpu, word, 0x1000n);
  const label = `${inst.mnemonic} ${word.toString(16)} of ${before[t]!.toString(16)} ${before[a]!.toString(16)} ${before[b]!.toString(16)}`;
  expect(cpu.gpr.map(String), label).toEqual(before.map((v, n) => String(n === t ? want.rt : v)));
  const newSo = oe && want.overflow ? 1n : so;
  expect([cpu.ov, cpu.so], label).toEqual([overflowed, newSo]);
  const signed = BigInt.asIntN(32, want.rt);
  const cr0 = (signed < 0n ? 8n : signed > 0n ? 4n : 2n) | newSo;
  expect(cpu.cr[0], label).toBe(bit(word, 31) ? cr0 : 0n);
}

describe('multiply-accumulate', () => {
  const family = MAC.filter((i) => i.mnemonic !== 'dlmzb');
  it('has its 24 members', () => expect(family.length).toBe(24));
  it.each(family.map((i) => [i.mnemonic, i] as const))('%s', (_name, inst) => {
    const s = new Scatter(inst.mnemonic);
    const { plain, others } = wordsOf(inst, s, 4);
    for (const word of [...plain, ...others]) for (let n = 0; n < 30; n++) check(inst, word, s, n % 2 ? 'known' : 'unknown');
  });
});

describe('dlmzb', () => {
  const dlmzb = MAC.find((i) => i.mnemonic === 'dlmzb')!;
  it('finds the leftmost zero byte', () => {
    const s = new Scatter('dlmzb');
    for (let n = 0; n < 2000; n++) {
      const bytes = Array.from({ length: 8 }, () => (s.below(4) ? 1 + s.below(255) : s.pick([0, 1, 0x80, 0xff])));
      const word = (at: number) => bytes.slice(at, at + 4).reduce((v, b) => (v << 8n) | BigInt(b), 0n);
      const cpu = new EvaluatedCpu(32);
      [cpu.gpr[3], cpu.gpr[5], cpu.so] = [word(0), word(4), BigInt(s.below(2))];
      const rc = s.below(2);
      const encoded = (dlmzb.match | (3 << 21) | (4 << 16) | (5 << 11) | rc) >>> 0;
      evaluate(irOf(dlmzb, encoded, 0, CONTEXT), cpu, encoded, 0n);
      const at = bytes.indexOf(0);
      const count = BigInt(at < 0 ? 8 : at + 1);
      const field = at < 0 ? 2n : at < 4 ? 4n : 8n;
      expect([cpu.gpr[4], cpu.xer & 0x7fn, cpu.cr[0]], bytes.join()).toEqual([count, count, rc ? field | cpu.so : 0n]);
    }
  });
});
