import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { EvaluatedCpu } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';

/** Rows MNEM,0xWORD,rD=,rA=,rB=,XER=,CR= of the DingusPPC project: r3 = rA and r4 = rB before, r3 = rD after. */
const VECTORS = fileURLToPath(new URL('../../../shared/data/dingusppc/ppcinttests.csv', import.meta.url));
const present = existsSync(VECTORS);
const COMPARES = new Set(['CMP', 'CMPI', 'CMPL', 'CMPLI']);

describe('integer vectors of DingusPPC', () => {
  it.skipIf(!present)(`all agree${present ? '' : ` (skipped: ${VECTORS} is absent)`}`, () => {
    const context = { width: 32, mode64: false, msr: {} } as const;
    const wrong: string[] = [];
    let rows = 0;
    for (const line of readFileSync(VECTORS, 'utf8').trim().split('\n')) {
      const [mnemonic, code, ...fields] = line.split(',');
      const values = Object.fromEntries(fields.map((f) => f.split('='))) as Record<'rD' | 'rA' | 'rB' | 'XER' | 'CR', string>;
      const word = Number(code);
      const inst = INSTRUCTIONS.find((i) => (word & i.mask) >>> 0 === i.match && !i.facts.only64);
      if (!inst) throw new Error(`no definition of ${line}`);
      const cpu = new EvaluatedCpu(32);
      cpu.gpr[3] = BigInt(values.rA ?? 0);
      cpu.gpr[4] = BigInt(values.rB ?? 0);
      evaluate(irOf(inst, word, 0x1000, context), cpu, word, 0x1000n);
      const expected = [COMPARES.has(mnemonic!) ? cpu.gpr[3] : BigInt(values.rD), BigInt(values.XER), BigInt(values.CR)];
      const found = [cpu.gpr[3], cpu.xer, cpu.wholeCr];
      if (found.some((v, k) => v !== expected[k])) wrong.push(`${line}: ${found.map((v) => v.toString(16)).join(' ')}`);
      rows++;
    }
    expect(wrong).toEqual([]);
    expect(rows).toBe(5620);
  });
});
