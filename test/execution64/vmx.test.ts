import { describe, expect, it } from 'vitest';
import { EXCEPTION_VECTOR_UNAVAILABLE } from '../../jit/abi/exits.js';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { MSR } from '../../jit/isa/registers.js';
import { VECTOR_DECIMAL } from '../../jit/isa/vmx/decimal.js';
import { VECTOR_CRYPTO as CRYPTO } from '../../jit/isa/vmx/vector-crypto.js';
import { VECTOR_BITS } from '../../jit/isa/vmx/vector-bits.js';
import { VECTOR_FLOAT as FLOAT } from '../../jit/isa/vmx/vector-float.js';
import { VECTOR_FLOAT_CONVERT } from '../../jit/isa/vmx/vector-float-convert.js';
import { VECTOR_INTEGER_ADD } from '../../jit/isa/vmx/vector-integer-add.js';
import { VECTOR_INTEGER_COMPARE } from '../../jit/isa/vmx/vector-integer-compare.js';
import { VECTOR_INTEGER_MULTIPLY } from '../../jit/isa/vmx/vector-integer-multiply.js';
import { VECTOR_INTEGER_SHIFT } from '../../jit/isa/vmx/vector-integer-shift.js';
import { VECTOR_INTEGER_SUM } from '../../jit/isa/vmx/vector-integer-sum.js';
import { VECTOR_LOAD } from '../../jit/isa/vmx/vector-load.js';
import { VECTOR_PACK } from '../../jit/isa/vmx/vector-pack.js';
import { VECTOR_PERMUTE as PERMUTE } from '../../jit/isa/vmx/vector-permute.js';
import { VECTOR_STATUS } from '../../jit/isa/vmx/vector-status.js';
import { VECTOR_STORE } from '../../jit/isa/vmx/vector-store.js';
import { VectorCpu, type VectorSemantics } from '../isa/reference/vector-cpu.js';
import { VECTOR_CRYPTO } from '../isa/reference/vector-crypto.js';
import { VECTOR_FLOAT } from '../isa/reference/vector-float.js';
import { VECTOR_INTEGER } from '../isa/reference/vector-integer.js';
import { VECTOR_PERMUTE } from '../isa/reference/vector-permute.js';
import { Scatter, wordsOf } from '../isa/situations.js';
import { scatteredSingles, scatteredVector } from './vector-situations.js';
import { DATA, patternByte, VectorRunner } from './vector-runner.js';

const REFERENCE: VectorSemantics = { ...VECTOR_INTEGER, ...VECTOR_PERMUTE, ...VECTOR_FLOAT, ...VECTOR_CRYPTO };
const AREAS: Readonly<Record<string, readonly Instruction[]>> = {
  'load and store': [...VECTOR_LOAD, ...VECTOR_STORE, ...VECTOR_STATUS],
  'pack and permute': [...VECTOR_PACK, ...PERMUTE],
  'add and subtract': VECTOR_INTEGER_ADD,
  multiply: VECTOR_INTEGER_MULTIPLY,
  'sum, average, maximum, compare': [...VECTOR_INTEGER_SUM, ...VECTOR_INTEGER_COMPARE],
  'logical, shift, bits': [...VECTOR_INTEGER_SHIFT, ...VECTOR_BITS],
  'floating point': FLOAT,
  'floating-point conversion and compare': VECTOR_FLOAT_CONVERT,
  cryptography: CRYPTO,
};
const FLOATING = new Set([...FLOAT, ...VECTOR_FLOAT_CONVERT]);
const ALL = Object.values(AREAS).flat();
const SCATTERED_WORDS = 4;
const STATES = 40;

function before(i: Instruction, word: number, little: boolean, s: Scatter): VectorCpu {
  const c = new VectorCpu(word, little, (address) => patternByte(Number(address)));
  const vector = FLOATING.has(i) ? () => (s.below(4) ? scatteredSingles(s) : scatteredVector(s)) : () => scatteredVector(s);
  c.vr = Array.from({ length: 32 }, vector);
  // Sums of two stay inside storage.
  c.gpr = Array.from({ length: 32 }, () => BigInt(s.below(DATA / 2 - 32)));
  c.vscr = s.pick([0n, 0n, 1n, 0x10000n, 0x10001n]);
  c.cr = BigInt(s.next());
  return c;
}
/** The state that the manual wants after it. */
function after(i: Instruction, b: VectorCpu): VectorCpu {
  const c = new VectorCpu(b.word, b.little, b.byteAt);
  Object.assign(c, { vr: [...b.vr], gpr: [...b.gpr], vscr: b.vscr, cr: b.cr });
  REFERENCE[i.mnemonic]!(c);
  return c;
}

/** Vectors of a definition on the runners; the first few that fail, and how many ran compiled. */
function check(i: Instruction, little: boolean, runners: readonly VectorRunner[]): { wrong: string[]; compiled: number } {
  const s = new Scatter(`${i.mnemonic} ${little}`);
  const { plain, others } = wordsOf(i, s, SCATTERED_WORDS);
  const wrong: string[] = [];
  let compiled = 0;
  for (const word of [...plain, ...others]) {
    for (const runner of runners) runner.place(word);
    for (let n = 0; n < STATES; n++) {
      const state = before(i, word, little, s);
      const wanted = after(i, state);
      for (const runner of runners) {
        // What runs compiled must have been interpreted once.
        for (let times = n === 0 && runner.mode === 'jit' ? 3 : 1; times > 0; times--) {
          runner.run(state);
          const isCompiled = runner.wasCompiled();
          if (isCompiled) compiled++;
          const difference = runner.difference(wanted);
          if (difference === '' || wrong.length >= 3) continue;
          const operands = ['a', 'b', 'c', 'target'].map((k) => `${k}=${state[k as 'a'].toString(16)}`).join(' ');
          wrong.push(`${i.mnemonic} ${word.toString(16)} (${isCompiled ? 'compiled' : 'interpreted'}): ${difference}; ${operands}`);
        }
      }
    }
  }
  return { wrong, compiled };
}

describe.each(['big', 'little'] as const)('VMX, %s-endian', (endian) => {
  const runners = [new VectorRunner('interp', endian), new VectorRunner('jit', endian)];
  it.each(Object.entries(AREAS))('%s: every definition does what the manual says, interpreted and compiled', (_area, definitions) => {
    const results = definitions.map((i) => check(i, endian === 'little', runners));
    expect(results.flatMap((r) => r.wrong)).toEqual([]);
    expect(definitions.filter((_i, k) => results[k]!.compiled < STATES).map((i) => i.mnemonic)).toEqual([]);
    for (const runner of runners) expect(runner.strayBytes()).toBe(0);
  });

  it('is not available while MSR[VEC] is 0', () => {
    const msr = (MSR.FP.mask | MSR.VSX.mask | (endian === 'little' ? MSR.LE.mask : 0)) >>> 0;
    for (const runner of runners) {
      for (const i of ALL.filter((d) => !d.mnemonic.startsWith('ds'))) {
        const s = new Scatter(i.mnemonic);
        const { plain } = wordsOf(i, s, 0);
        runner.place(plain[0]!);
        for (let times = 0; times < 2; times++) {
          // An interrupt leaves the byte order.
          runner.cpu.setMsr(msr);
          runner.run(before(i, plain[0]!, endian === 'little', s));
          expect([i.mnemonic, runner.exception]).toEqual([i.mnemonic, EXCEPTION_VECTOR_UNAVAILABLE]);
        }
      }
    }
  });
});

describe('vectors', () => {
  it('exist for every definition of the facility', () => {
    const decoder = new Decoder(INSTRUCTIONS, POWER8);
    const facility = decoder.instructions.filter((i) => i.facts.needs?.includes('vmx'));
    // Those of packed decimals are in test/decimal.
    expect(facility.filter((i) => ![...ALL, ...VECTOR_DECIMAL].includes(i)).map((i) => i.mnemonic)).toEqual([]);
    expect(ALL.filter((i) => REFERENCE[i.mnemonic] === undefined).map((i) => i.mnemonic)).toEqual([]);
  });
});
