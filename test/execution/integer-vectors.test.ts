import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BareCpu } from '../support/bare-cpu.js';

const VECTORS = new URL('../../../shared/data/dingusppc/ppcinttests.csv', import.meta.url);
const CODE = 0x1000;

interface Row {
  readonly text: string;
  readonly mnemonic: string;
  readonly word: number;
  readonly fields: ReadonlyMap<string, number>;
}

/** Rows are MNEM,0xOPCODE,rD=,rA=,rB=,XER=,CR=; see the data's README. */
function rows(): Row[] {
  const out: Row[] = [];
  for (const text of readFileSync(VECTORS, 'utf8').split('\n')) {
    if (text === '' || text.startsWith('#')) continue;
    const [mnemonic, word, ...rest] = text.trim().split(',');
    const fields = new Map(rest.filter((f) => f.includes('=')).map((f) => [f.split('=')[0]!.trim(), Number(f.split('=')[1]) >>> 0]));
    out.push({ text, mnemonic: mnemonic!.trim(), word: Number(word) >>> 0, fields });
  }
  return out;
}

/** Division by zero and the one overflow: the architecture leaves the result undefined. */
function isUndefined(r: Row): boolean {
  if (!r.mnemonic.startsWith('div')) return false;
  const [a, b] = [r.fields.get('rA'), r.fields.get('rB')];
  return b === 0 || (r.mnemonic.startsWith('divw') && !r.mnemonic.startsWith('divwu') && a === 0x80000000 && b === 0xffffffff);
}

describe.skipIf(!existsSync(VECTORS))('DingusPPC integer vectors (skipped without ../shared)', () => {
  for (const mode of ['interp', 'jit'] as const) {
    it(`pass in ${mode} mode`, () => {
      const cpu = new BareCpu(mode);
      const { state } = cpu;
      const wrong: string[] = [];
      let checked = 0;
      let undefinedRows = 0;
      let at = CODE;
      for (const r of rows()) {
        if (isUndefined(r)) {
          undefinedRows++;
          continue;
        }
        // A branch in front makes the instruction a branch target, so that the recompiler takes it.
        cpu.load(at, [0x48000004, r.word, 0x48000000]);
        state.setGpr(3, r.fields.get('rA') ?? 0);
        state.setGpr(4, r.fields.get('rB') ?? 0);
        state.xer = 0;
        state.cr = 0;
        cpu.run(at, mode === 'jit' ? 24 : 3);
        const compareOnly = r.mnemonic.startsWith('cmp');
        const got = [state.gpr(3), state.xer, state.cr];
        const want = [r.fields.get('rD') ?? state.gpr(3), r.fields.get('XER') ?? 0, r.fields.get('CR') ?? 0];
        if ((!compareOnly && got[0] !== want[0]) || got[1] !== want[1] || got[2] !== want[2]) {
          wrong.push(`${r.text}: got ${got.map((v) => v.toString(16)).join()}`);
        }
        checked++;
        at += 16;
        if (at > 0xf0000) at = CODE;
      }
      expect(wrong.slice(0, 20)).toEqual([]);
      expect(undefinedRows).toBe(16);
      expect(checked).toBe(5604);
      if (mode === 'jit') expect(cpu.engine.codeCache.counts.compiled).toBeGreaterThan(1000);
    });
  }
});
