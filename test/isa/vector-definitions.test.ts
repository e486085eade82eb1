import { describe, expect, it } from 'vitest';
import { ROTATE_LEFT, SHIFT_LEFT, SHIFT_RIGHT } from '../../jit/abi/vector-shifts.js';
import { VSCR_OFFSET } from '../../jit/abi/layout.js';
import type { ServiceName } from '../../jit/abi/services.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { scatteredSingles, scatteredVector } from '../execution64/vector-situations.js';
import { EvaluatedCpu, PatternMemory } from '../support/evaluated-cpu.js';
import { evaluate, irOf, type Services } from '../support/ir-evaluator.js';
import { VectorCpu, type VectorSemantics } from './reference/vector-cpu.js';
import { VECTOR_CRYPTO } from './reference/vector-crypto.js';
import { VECTOR_FLOAT } from './reference/vector-float.js';
import { VECTOR_INTEGER } from './reference/vector-integer.js';
import { VECTOR_PERMUTE } from './reference/vector-permute.js';
import { Scatter, wordsOf } from './situations.js';

const REFERENCE: VectorSemantics = { ...VECTOR_INTEGER, ...VECTOR_PERMUTE, ...VECTOR_FLOAT, ...VECTOR_CRYPTO };
const DEFINITIONS = INSTRUCTIONS.filter((i) => i.facts.needs?.includes('vmx') && REFERENCE[i.mnemonic]);
const CIA = 0x1000;
const STATES = 6;
const MODES = [
  { width: 32, mode64: false, little: false },
  { width: 64, mode64: false, little: false },
  { width: 64, mode64: true, little: true },
] as const;

/** What a service computes, by the reference of an instruction; vectors are VRA, VRB and VRC. */
function byReference(mnemonic: string, cpu: EvaluatedCpu, a: bigint, b: bigint, c: bigint): bigint {
  const r = new VectorCpu((4 << 21) | (1 << 16) | (2 << 11) | (3 << 6), false, () => 0);
  r.vr = [0n, a, b, c, 0n];
  r.vscr = cpu.state.get(VSCR_OFFSET)!;
  REFERENCE[mnemonic]!(r);
  return r.target;
}
const LETTER: Readonly<Record<number, string>> = { 8: 'b', 16: 'h', 32: 'w' };
const SERVICES: Services = {
  ...Object.fromEntries(
    (['vaddfp', 'vsubfp', 'vcipher', 'vcipherlast', 'vncipher', 'vncipherlast', 'vpmsumb', 'vpmsumh', 'vpmsumw', 'vpmsumd'] satisfies ServiceName[]).map(
      (name) => [name, (cpu: EvaluatedCpu, a: bigint, b: bigint) => byReference(name, cpu, a, b, 0n)],
    ),
  ),
  vmaddfp: (cpu, a, c, b) => byReference('vmaddfp', cpu, a!, b!, c!),
  vnmsubfp: (cpu, a, c, b) => byReference('vnmsubfp', cpu, a!, b!, c!),
  vexptefp: (cpu, b) => byReference('vexptefp', cpu, 0n, b!, 0n),
  vlogefp: (cpu, b) => byReference('vlogefp', cpu, 0n, b!, 0n),
  vsbox: (cpu, a) => byReference('vsbox', cpu, a!, 0n, 0n),
  vectorShift: (cpu, a, b, how) => {
    const kind = Number(how!) & 0xf00;
    const stem = kind === SHIFT_LEFT ? 'vsl' : kind === SHIFT_RIGHT ? 'vsr' : kind === ROTATE_LEFT ? 'vrl' : 'vsra';
    return byReference(`${stem}${LETTER[Number(how!) & 0xff]}`, cpu, a!, b!, 0n);
  },
}; // prettier-ignore

/** One state of a word: what the definition's IR does differently from the manual, in words; undefined when nothing. */
function difference(
  i: Instruction,
  word: number,
  operands: 'known' | 'unknown',
  mode: (typeof MODES)[number],
  s: Scatter,
): string | undefined {
  const cpu = new EvaluatedCpu(mode.width, new PatternMemory(), mode.little);
  cpu.addressBits = mode.mode64 ? 64 : 32;
  for (let n = 0; n < 32; n++) {
    cpu.vr[n] = s.below(2) ? scatteredVector(s) : scatteredSingles(s);
    cpu.gpr[n] = BigInt(s.below(0x10000));
  }
  cpu.state.set(VSCR_OFFSET, s.pick([0n, 1n, 0x10000n]));
  cpu.wholeCr = BigInt(s.next());
  const wanted = new VectorCpu(word, mode.little, (address) => new PatternMemory().byte(address));
  Object.assign(wanted, { vr: [...cpu.vr], gpr: [...cpu.gpr], vscr: cpu.state.get(VSCR_OFFSET), cr: cpu.wholeCr });
  REFERENCE[i.mnemonic]!(wanted);
  const context = { width: mode.width, mode64: mode.mode64, msr: { VEC: true, LE: mode.little } } as const;
  evaluate(irOf(i, word, CIA, context, operands), cpu, word, BigInt(CIA), SERVICES);
  const all = (vr: readonly bigint[], vscr: bigint, cr: bigint, stored: ReadonlyMap<bigint, number>) =>
    [...vr, vscr, cr, ...[...stored].sort(([a], [b]) => (a < b ? -1 : 1)).flat()].map((v) => v.toString(16));
  const found = all(cpu.vr, cpu.state.get(VSCR_OFFSET)!, cpu.wholeCr, cpu.memory.written);
  const right = all(wanted.vr, wanted.vscr, wanted.cr, wanted.stored);
  const at = Array.from({ length: Math.max(found.length, right.length) }, (_x, k) => k).find((k) => found[k] !== right[k]);
  return at === undefined ? undefined : `${i.mnemonic} ${word.toString(16)} ${operands}: ${at} is ${found[at]}, not ${right[at]}`;
}

describe('vector definitions', () => {
  it.each(MODES)('build IR that does what the manual says: width $width, 64-bit mode $mode64, little-endian $little', (mode) => {
    const wrong: string[] = [];
    for (const i of DEFINITIONS) {
      const s = new Scatter(`${i.mnemonic} ${mode.width} ${mode.mode64}`);
      const { plain, others } = wordsOf(i, s, 2);
      for (const word of [...plain, ...others]) {
        for (const operands of ['known', 'unknown'] as const) {
          for (let n = 0; n < STATES; n++) {
            const d = difference(i, word, operands, mode, s);
            if (d !== undefined && wrong.length < 5) wrong.push(d);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(DEFINITIONS.length).toBeGreaterThan(190);
  });
});
