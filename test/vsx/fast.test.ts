/**
 * Vector arithmetic takes a short way while XX is set and rounding is to nearest, the exact way while XX is not: both must deliver the same.
 * Operands have short significands and exponents near one another, so that results lie midway between numbers, cancel, or nearly do.
 */
import { describe, expect, it } from 'vitest';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import type { Instruction } from '../../jit/isa/inst.js';
import { Scatter } from '../isa/situations.js';
import { vectorOf } from './expected.js';
import { wordOf } from './operands.js';
import { VsxMachine, type Runnable } from './vsx-machine.js';

const XX_SET = 0x82000000;
const RUNS = 3000;
const NAMES =
  'add sub mul div sqrt re rsqrte madda maddm msuba msubm nmadda nmaddm nmsuba nmsubm max min ri riz rip rim ric cvsp cvdp cvsxd cvuxd cvsxw cvuxw';
/** Mnemonics of a stem, whose precision is a suffix or inside. */
const spelled = (stem: string): string[] => {
  if (stem.startsWith('ri')) return [`xvrdp${stem.slice(1)}`, `xvrsp${stem.slice(1)}`];
  if (stem === 'cvsp') return ['xvcvspdp', 'xvcvspsxds', 'xvcvspuxds', 'xvcvspsxws', 'xvcvspuxws'];
  if (stem === 'cvdp') return ['xvcvdpsp', 'xvcvdpsxds', 'xvcvdpuxds', 'xvcvdpsxws', 'xvcvdpuxws'];
  return [`xv${stem}dp`, `xv${stem}sp`];
};
const definitions: Instruction[] = NAMES.split(' ')
  .flatMap(spelled)
  .map((mnemonic) => INSTRUCTIONS.find((i) => i.mnemonic === mnemonic)!);

/** A number with `width` bits of fraction, few of them set at the ends, and an exponent near the bias. */
function number(s: Scatter, width: number, bias: number): bigint {
  const bits = (BigInt(s.next()) << 32n) | BigInt(s.next());
  const ends = BigInt(s.below(16)) << BigInt(width - 4);
  const low = BigInt(s.below(8));
  const fraction = s.pick([bits & ((1n << BigInt(width)) - 1n), ends | low, ends, (1n << BigInt(width)) - 1n - low]);
  const exponent = bias + s.below(7) - 3 + (s.below(8) ? 0 : s.pick([-width, width, -width - 1, width + 1, -2 * width, 2 * width]));
  return (BigInt(s.below(2)) << BigInt(width === 52 ? 63 : 31)) | (BigInt(exponent) << BigInt(width)) | fraction;
}
const zero = (s: Scatter, v: bigint): bigint => (s.below(12) ? v : 0n);
const vsrOf = (s: Scatter, single: boolean): bigint =>
  single
    ? vectorOf(Array.from({ length: 4 }, () => zero(s, number(s, 23, 127))), 32) // prettier-ignore
    : vectorOf(Array.from({ length: 2 }, () => zero(s, number(s, 52, 1023))), 64); // prettier-ignore

describe('the short way of vector arithmetic', () => {
  const machine = new VsxMachine();
  const cases = definitions.map((instruction) => ({ instruction, word: wordOf(instruction, { XT: 3, XA: 4, XB: 5 }) }));
  const ways: readonly Runnable[] = machine.handlers(cases);

  it.each(cases.map(({ instruction }, k) => [instruction.mnemonic, k] as const))('%s', (mnemonic, k) => {
    const s = new Scatter(`fast ${mnemonic}`);
    const single = /^xv(cvsp|rsp|.*sp$)/.test(mnemonic) && mnemonic !== 'xvcvdpsp';
    const integers = /^xvcv[su]x/.test(mnemonic);
    const wrong: string[] = [];
    for (let n = 0; n < RUNS && wrong.length < 3; n++) {
      const draw = () => (integers ? vectorOf(Array.from({ length: 4 }, () => BigInt(s.next() >>> s.below(32))), 32) : vsrOf(s, single)); // prettier-ignore
      const vsr = { 3: draw(), 4: draw(), 5: draw() };
      const short = machine.run(ways[k]!, { vsr, fpscr: XX_SET });
      const exact = machine.run(ways[k]!, { vsr, fpscr: 0 });
      // Of tiny results and others that are not quick, too; XX and FX are the only bits that may differ.
      if (short.vsr[3] !== exact.vsr[3] || ((short.fpscr ^ exact.fpscr) & ~XX_SET) !== 0) {
        const operands = [vsr[3], vsr[4], vsr[5]].map((v) => v.toString(16)).join(' ');
        wrong.push(
          `${operands}: ${short.vsr[3]!.toString(16)} ${short.fpscr.toString(16)}, exactly ${exact.vsr[3]!.toString(16)} ${exact.fpscr.toString(16)}`,
        );
      }
    }
    expect(wrong).toEqual([]);
  });
});
