import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InstructionRunner } from './instruction-runner.js';

const VECTORS = new URL('../../../shared/data/dingusppc/ppcinttests.csv', import.meta.url);
const present = existsSync(VECTORS);

interface Row {
  readonly text: string;
  readonly mnemonic: string;
  readonly word: number;
  readonly fields: ReadonlyMap<string, number>;
}

/** Rows are MNEM,0xOPCODE,rD=,rA=,rB=,XER=,CR=: r3 = rA and r4 = rB before, r3 = rD after. */
function rows(): Row[] {
  const out: Row[] = [];
  for (const text of readFileSync(VECTORS, 'utf8').split('\n')) {
    if (text === '' || text.startsWith('#')) continue;
    const [mnemonic, word, ...rest] = text.trim().split(',');
    const fields = new Map(rest.map((f) => [f.split('=')[0]!.trim(), Number(f.split('=')[1]) >>> 0]));
    out.push({ text, mnemonic: mnemonic!.trim(), word: Number(word) >>> 0, fields });
  }
  return out;
}

describe.skipIf(!present)(`integer vectors of DingusPPC${present ? '' : ' (skipped: ../shared is absent)'}`, () => {
  it.each(['interp', 'jit'] as const)('all agree in mode %s, the undefined ones included', (mode) => {
    const runner = new InstructionRunner(mode);
    const wrong: string[] = [];
    let checked = 0;
    let compiled = 0;
    for (const r of rows()) {
      const gpr = Array.from({ length: 32 }, (_, n) => (n === 3 ? (r.fields.get('rA') ?? 0) : n === 4 ? (r.fields.get('rB') ?? 0) : 0));
      const cia = runner.place(r.word);
      const before = { gpr, cr: 0, xer: 0, lr: 0, ctr: 0, reservation: undefined };
      const result = r.mnemonic.startsWith('CMP') ? gpr[3]! : r.fields.get('rD')!;
      const after = {
        ...before,
        gpr: gpr.map((v, n) => (n === 3 ? result : v)),
        xer: r.fields.get('XER')!,
        cr: r.fields.get('CR')!,
        next: cia + 4,
        exception: 0,
        stored: new Map<number, number>(),
      };
      for (let times = mode === 'jit' ? 3 : 1; times > 0; times--) {
        runner.run(before);
        const difference = runner.difference(after);
        if (difference !== '') wrong.push(`${r.text}: ${difference}`);
      }
      checked++;
      if (runner.wasCompiled()) compiled++;
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(checked).toBe(5620);
    expect(compiled).toBe(mode === 'jit' ? 5620 : 0);
  });
});
