import type { Decoder } from './decoder.js';
import { extract, type Field, type Instruction } from './inst.js';
import { says, writingsOf, type Writing } from './spellings.js';

/** Writes instruction words as assembler language, as GNU binutils do for the same model. */
export class Disassembler {
  readonly #writings: ReadonlyMap<Instruction, readonly Writing[]>;

  constructor(readonly decoder: Decoder) {
    const all = writingsOf(decoder.instructions, decoder.model);
    this.#writings = new Map([...all].map(([inst, list]) => [inst, list.filter((w) => !w.assemblerOnly)]));
  }

  /**
   * The text of an instruction: mnemonic, a blank, operands separated by commas; `.long 0x...` for an illegal one.
   * @param cia address of the instruction: targets of branches are printed as absolute addresses
   */
  disassemble(word: number, cia: number): string {
    const inst = this.decoder.decode(word);
    if (!inst) return `.long 0x${(word >>> 0).toString(16)}`;
    const read = (f: Field) => extract(word, f);
    const w = this.#writings.get(inst)!.find((c) => says(c, word))!;
    const suffixes = w.suffixes.map((s) => (read(s.field) ? s.text : '')).join('');
    const operands = w.operands.map((o) => o.print(read, cia)).filter((s) => s !== '');
    const mnemonic = w.mnemonic + suffixes + w.hint;
    return operands.length ? `${mnemonic} ${operands.join(',')}` : mnemonic;
  }
}
