import type { Decoder } from './decoder.js';
import { insert, type Field } from './inst.js';
import { writingsOf, type Writing } from './spellings.js';

/** A text that is not an instruction of the model, or not a program. The message says what, and which text. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/** One way to write a mnemonic with given suffixes. */
interface Candidate {
  readonly writing: Writing;
  /** The word with nothing but fixed bits and suffixes. */
  readonly word: number;
  /** AA is set: targets are not relative. */
  readonly absolute: boolean;
  /** How many texts between commas the operands take, each. */
  readonly counts: readonly number[];
}

/** Texts between commas that an operand takes: an indexed address takes two, a constant index one. */
const countOf = (operand: Writing['operands'][number]): number => {
  // Every field 1: an operand that prints nothing for 0 is still one to be written.
  const text = operand.print(() => 1, 0);
  return text === '' ? 0 : text.split(',').length;
};

/** Whether a value can be put into a field without losing anything but its sign's spelling. */
function fits(f: Field, value: number): boolean {
  const width = f.to - f.from + 1;
  const scale = 2 ** (f.shift ?? 0);
  const n = value / scale;
  if (!Number.isInteger(n)) return false;
  if (!f.signed) return n >= 0 && n < 2 ** width;
  return n >= -(2 ** (width - 1)) && n < 2 ** (scale > 1 ? width - 1 : width);
}

/** Splits at commas outside of parentheses. */
const splitOperands = (text: string): string[] => (text === '' ? [] : text.split(',').map((t) => t.trim()));

/** Assembles instructions of one CPU model, in the spelling of GNU binutils. */
export class Assembler {
  readonly #candidates = new Map<string, Candidate[]>();

  constructor(readonly decoder: Decoder) {
    for (const list of writingsOf(decoder.instructions, decoder.model).values()) for (const w of list) this.#enter(w);
  }

  #enter(writing: Writing): void {
    const counts = writing.operands.map(countOf);
    for (let chosen = 0; chosen < 2 ** writing.suffixes.length; chosen++) {
      let word = writing.match;
      let suffix = '';
      let absolute = false;
      let fixed = false;
      writing.suffixes.forEach(({ field, text }, k) => {
        const on = (chosen >> k) & 1;
        // An extended mnemonic may have fixed the bit already.
        const bit = (writing.mask >>> (31 - field.to)) & 1;
        if (bit && on !== ((writing.match >>> (31 - field.to)) & 1)) fixed = true;
        if (!on) return;
        word = insert(word, field, 1);
        suffix += text;
        absolute ||= text === 'a';
      });
      if (fixed) continue;
      const name = writing.mnemonic + suffix + writing.hint;
      const list = this.#candidates.get(name) ?? [];
      list.push({ writing, word, absolute, counts });
      this.#candidates.set(name, list);
    }
  }

  /**
   * Assembles one instruction.
   * @param text mnemonic, a blank, operands separated by commas; `.long N` gives the word itself
   * @param cia its address: targets of branches are absolute addresses in the text
   * @returns the instruction word, unsigned
   * @throws AssemblyError when the model has no such instruction or an operand does not fit
   */
  assemble(text: string, cia: number): number {
    const [, mnemonic, rest] = /^\s*(\S+)\s*(.*?)\s*$/.exec(text) ?? [];
    if (mnemonic === undefined) throw new AssemblyError('there is no instruction in an empty line');
    if (mnemonic === '.long') return Number(rest) >>> 0;
    const candidates = this.#candidates.get(mnemonic);
    if (!candidates) throw new AssemblyError(`the ${this.decoder.model.name} has no instruction ${mnemonic}`);
    const operands = splitOperands(rest!);
    let first: Error | undefined;
    for (const c of candidates) {
      if (c.counts.reduce((a, b) => a + b, 0) !== operands.length) continue;
      try {
        return encode(c, operands, cia);
      } catch (error) {
        first ??= error as Error;
      }
    }
    throw new AssemblyError(
      first ? `${text.trim()}: ${first.message}` : `${text.trim()}: ${mnemonic} does not take ${operands.length} operands`,
    );
  }
}

function encode(c: Candidate, operands: readonly string[], cia: number): number {
  let { word } = c;
  let at = 0;
  c.writing.operands.forEach((operand, k) => {
    const text = operands.slice(at, (at += c.counts[k]!)).join(',');
    const put = (f: Field, value: number) => {
      // Addresses wrap around at 32 bits.
      const v = f.signed && (value > 0x7fffffff || value < -0x80000000) ? value | 0 : value;
      if (!fits(f, v)) throw new AssemblyError(`${text} does not fit in ${f.name}`);
      word = insert(word, f, v);
    };
    operand.parse!(text, put, c.absolute ? 0 : cia);
  });
  return word;
}
