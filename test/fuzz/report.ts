/** What to tell people about a difference. */
import { Disassembler } from '../../jit/isa/disassemble.js';
import { effectsOfWord } from '../../jit/isa/effects.js';
import type { Finding } from './fuzz.js';
import { DECODER, MODEL } from './powerjit.js';
import { CR_WORD, CTR_WORD, fpscrBits, fprOf, FPSCR_WORD, GPR_WORD, LR_WORD, nameOf, XER_WORD, type State } from './state.js';
import { addressOf, withTarget } from './stream.js';

const disassembler = new Disassembler(DECODER);
const hex = (v: number, digits = 8): string => (v >>> 0).toString(16).padStart(digits, '0');

/** Value of a piece of state as recorded effects name it; undefined for storage and what cannot be seen. */
function valueOf(name: string, state: State): string | undefined {
  const register = /^([rf])(\d+)$/.exec(name);
  if (register?.[1] === 'r') return hex(state[GPR_WORD + Number(register[2])]!);
  if (register) return fprOf(state, Number(register[2])).toString(16).padStart(16, '0');
  const word = { LR: LR_WORD, CTR: CTR_WORD, FPSCR: FPSCR_WORD }[name];
  if (word !== undefined) return hex(state[word]!);
  if (name.startsWith('XER')) return `${hex(state[XER_WORD]!)} (XER)`;
  return /^CR\d$/.test(name) ? `${hex((state[CR_WORD]! >>> (28 - 4 * Number(name[2]))) & 15, 1)}` : undefined;
}

function inputs(word: number, address: number, before: State): string {
  const inst = DECODER.decode(word)!;
  const { reads, services } = effectsOfWord(inst, word, address, { width: 32, mode64: false, msr: { PR: true }, sprs: MODEL.sprs });
  const names = new Set([...reads, ...(services.size > 0 ? ['FPSCR'] : [])]);
  return [...names].flatMap((name) => {
    const value = valueOf(name, before);
    return value === undefined ? [] : [`${name} = ${value}`];
  }).join(', '); // prettier-ignore
}

/** Several lines about a difference. */
export function describeFinding(f: Finding): string {
  const { placement: p } = f;
  const reference = p.layout === 'stepped' ? 'QEMU' : 'expected';
  const lines = [`${f.mode}, ${p.layout === 'stepped' ? 'after one instruction' : 'at the end of straight code'}, MSR ${hex(p.msr)}:`];
  p.stream.instructions.forEach((instruction, k) => {
    const address = addressOf(p.slot, p.layout, k, false);
    const word = withTarget(instruction, p.slot, p.layout, k);
    const here = p.layout === 'stepped' && k === f.number;
    lines.push(`  ${here ? '>' : ' '} ${hex(address)}  ${hex(word)}  ${disassembler.disassemble(word, address)}`);
    if (here) lines.push(`      with ${inputs(word, address, f.before)}`);
  });
  for (const d of f.differences) {
    const bits = d.word === FPSCR_WORD ? ` (${fpscrBits(d.bits).join(' ')})` : '';
    lines.push(
      `      ${nameOf(d.word)}: before ${hex(f.before[d.word]!)}, powerjit ${hex(f.ours[d.word]!)}, ${reference} ${hex(f.qemu[d.word]!)}${bits}`,
    );
  }
  return lines.join('\n');
}
