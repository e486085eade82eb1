/** What to tell people about a difference. */
import { Disassembler } from '../../jit/isa/disassemble.js';
import { effectsOfWord } from '../../jit/isa/effects.js';
import type { Architecture } from './architecture.js';
import type { Finding } from './fuzz.js';
import { doubleword, fpscrBits, type State } from './state.js';
import { addressOf, withTarget } from './stream.js';

const hex = (v: number, digits = 8): string => (v >>> 0).toString(16).padStart(digits, '0');

/** Value of a piece of state as recorded effects name it; undefined for storage and what cannot be seen. */
function valueOf({ model, words }: Architecture, name: string, state: State): string | undefined {
  const register = /^(r|f|v|vs)(\d+)$/.exec(name);
  const n = Number(register?.[2]);
  const wide = (low: number) => doubleword(state, low).toString(16).padStart(16, '0');
  if (register?.[1] === 'r') return model.width === 32 ? hex(state[words.gpr(n)]!) : wide(words.gpr(n));
  if (register?.[1] === 'f') return wide(words.fpr(n));
  // Doubleword 1 lies behind doubleword 0.
  const vsr = register?.[1] === 'v' ? 32 + n : n;
  if (register) return `${wide(words.fpr(vsr))}_${wide(words.fpr(vsr) + 2)}`;
  if (name === 'FPSCR') return hex(state[words.fpscr]!);
  if (name.startsWith('XER')) return `${hex(state[words.xer]!)} (XER)`;
  return /^CR\d$/.test(name) ? `${hex((state[words.cr]! >>> (28 - 4 * Number(name[2]))) & 15, 1)}` : undefined;
}

function inputs(arch: Architecture, f: Finding, word: number, address: number): string {
  const { decoder, model } = arch;
  const { width, sprs } = model;
  const mode64 = f.placement.stream.state.mode64;
  const { reads, services } = effectsOfWord(decoder.decode(word)!, word, address, { width, mode64, msr: { PR: true }, sprs });
  const names = new Set([...reads, ...(services.size > 0 ? ['FPSCR'] : [])]);
  return [...names].flatMap((name) => {
    const value = valueOf(arch, name, f.before);
    return value === undefined ? [] : [`${name} = ${value}`];
  }).join(', '); // prettier-ignore
}

/** Several lines about a difference. */
export function describeFinding(arch: Architecture, f: Finding): string {
  const disassembler = new Disassembler(arch.decoder);
  const { words } = arch;
  const { placement: p } = f;
  const reference = p.layout === 'stepped' ? 'QEMU' : 'expected';
  const bits = p.stream.state.mode64 ? ', 64-bit mode' : '';
  const lines = [
    `${f.setting}, ${p.layout === 'stepped' ? 'after one instruction' : 'at the end of straight code'}, MSR ${hex(p.msr)}${bits}:`,
  ];
  p.stream.instructions.forEach((instruction, k) => {
    const address = addressOf(p.slot, p.layout, k, false);
    const word = withTarget(instruction, p.slot, p.layout, k);
    const here = p.layout === 'stepped' && k === f.number;
    lines.push(`  ${here ? '>' : ' '} ${hex(address)}  ${hex(word)}  ${disassembler.disassemble(word, address)}`);
    if (here) lines.push(`      with ${inputs(arch, f, word, address)}`);
  });
  for (const d of f.differences) {
    const named = d.word === words.fpscr ? ` (${fpscrBits(d.bits).join(' ')})` : '';
    lines.push(
      `      ${words.nameOf(d.word)}: before ${hex(f.before[d.word]!)}, powerjit ${hex(f.ours[d.word]!)}, ${reference} ${hex(f.qemu[d.word]!)}${named}`,
    );
  }
  return lines.join('\n');
}
