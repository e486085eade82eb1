/** Decimal instructions, interpreted, against other implementations and the manual. */
import { describe, expect, it } from 'vitest';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { FPSCR } from '../../jit/isa/registers.js';
import { VECTOR_DECIMAL } from '../../jit/isa/vmx/decimal.js';
import { DecimalMachine, type After } from './decimal-machine.js';
import { rowsOf, type Row } from './decimal-rows.js';
import { MANUAL_CASES } from './manual-cases.js';

const QEMU = rowsOf('qemu.csv');
const PYTHON = rowsOf('python.csv');
const machine = new DecimalMachine('interp');
const FR = BigInt(FPSCR.FR.mask);

const show = ({ target, fpscr, cr }: After, ignored = 0n): string =>
  [...target, fpscr & ~ignored, cr].map((v) => v.toString(16).padStart(8, '0')).join(' ');
/** What differs from the rows, in words. */
function differences(rows: readonly Row[], ignored = 0n): string[] {
  return rows.flatMap(({ source, before, after }) => {
    const [found, right] = [show(machine.run(source, before), ignored), show(after, ignored)];
    return found === right ? [] : [`${source} ${before.a.map((v) => v.toString(16)).join(' ')} ${before.b.map((v) => v.toString(16)).join(' ')} ${before.fpscr.toString(16)}: ${found}, not ${right}`]; // prettier-ignore
  });
}

describe('decimal instructions', () => {
  it('do what QEMU does where it is right', () => {
    expect(differences(QEMU, FR)).toEqual([]);
    expect(QEMU.length).toBeGreaterThan(700);
  });
  it('round, overflow and underflow as Python does, with wrapped exponents', () => {
    expect(differences(PYTHON)).toEqual([]);
    expect(PYTHON.length).toBeGreaterThan(200);
  });
  it.each(MANUAL_CASES.map((c) => [`${c.source}: ${c.what}`, c] as const))('%s', (_name, c) => {
    expect(show(machine.run(c.source, c.before))).toBe(show(c.after));
  });
  it('have vectors, all of them', () => {
    const decoder = new Decoder(INSTRUCTIONS, POWER8);
    const decimal = decoder.instructions.filter((i) => i.facts.needs?.includes('dfp') || VECTOR_DECIMAL.includes(i));
    const tested = new Set(QEMU.map(({ source }) => source.split(' ')[0]!.replace(/^(d.*)\.$/, '$1')));
    expect(decimal.length).toBe(52);
    expect(decimal.filter((i) => !tested.has(i.mnemonic)).map((i) => i.mnemonic)).toEqual([]);
  });
});
