/** Every way to write an instruction of a model: definitions and extended mnemonics with all their suffixes. */
import { EXTENDED_MNEMONICS, type ExtendedMnemonic, type Spelling } from './extended-mnemonics.js';
import type { CpuModel } from './cpus/cpu-model.js';
import { extract, insert, type Field, type Instruction } from './inst.js';

/** One way to write one definition, suffixes still to be chosen. */
export interface Writing {
  readonly instruction: Instruction;
  /** Without suffixes and hint. */
  readonly mnemonic: string;
  readonly hint: string;
  /** Fixed bits of the instruction word and their values: the definition's and the extended mnemonic's. */
  readonly mask: number;
  readonly match: number;
  readonly when: ((read: (f: Field) => number) => boolean) | undefined;
  readonly operands: readonly Spelling[];
  /** Fields of the suffixes that may follow, in the order in which they are written. */
  readonly suffixes: readonly { readonly field: Field; readonly text: string }[];
  readonly assemblerOnly: boolean;
}

/** Suffixes are written in this order: addo., bcla. */
export const SUFFIX_ORDER = ['o', 'l', 'a', '.'];

const ofDefinition = (instruction: Instruction): Writing => ({
  instruction,
  mnemonic: instruction.mnemonic,
  hint: '',
  mask: instruction.mask,
  match: instruction.match,
  when: undefined,
  operands: instruction.operands.filter((o) => o.parse !== undefined),
  suffixes: instruction.operands
    .flatMap((o) => (o.suffix ? [o.suffix] : []))
    .sort((a, b) => SUFFIX_ORDER.indexOf(a.text) - SUFFIX_ORDER.indexOf(b.text)),
  assemblerOnly: false,
});

function ofExtended(definition: Writing, extended: ExtendedMnemonic): Writing {
  let { mask, match } = definition;
  for (const [field, value] of extended.fixed) {
    mask = insert(mask, { ...field, shift: 0 }, -1);
    match = insert(match, { ...field, shift: 0 }, value);
  }
  const { mnemonic, operands } = extended;
  return {
    ...definition, mnemonic, operands, mask, match,
    hint: extended.hint ?? '', when: extended.when, assemblerOnly: extended.assemblerOnly === true,
  }; // prettier-ignore
}

/** All writings of each definition of a model, in the order in which the disassembler tries them; the plain one is last. */
export function writingsOf(instructions: readonly Instruction[], model: CpuModel): ReadonlyMap<Instruction, readonly Writing[]> {
  const used = (x: ExtendedMnemonic) =>
    (x.hints ?? model.branchHints) === model.branchHints &&
    (x.needs ?? []).every((f) => model.features.has(f)) &&
    !(x.absent ?? []).some((f) => model.features.has(f));
  const byBase = new Map<string, ExtendedMnemonic[]>();
  for (const x of EXTENDED_MNEMONICS.filter(used)) byBase.set(x.base, [...(byBase.get(x.base) ?? []), x]);
  return new Map(
    instructions.map((instruction) => {
      const plain = ofDefinition(instruction);
      // An extended mnemonic does not fit where the definition leaves out, or fixes differently, a field that it names.
      const covered = instruction.operands.reduce((m, o) => o.fields.reduce((n, f) => insert(n, { ...f, shift: 0 }, -1), m), 0);
      const fits = (w: Writing) =>
        (w.mask & ~instruction.mask & ~covered) === 0 && ((w.match ^ instruction.match) & instruction.mask) === 0;
      const extended = (byBase.get(instruction.mnemonic) ?? []).map((x) => ofExtended(plain, x)).filter(fits);
      return [instruction, [...extended, plain]];
    }),
  );
}

/** Whether an instruction word is one that a writing can say. */
export const says = (w: Writing, word: number): boolean => (word & w.mask) >>> 0 === w.match && (w.when?.((f) => extract(word, f)) ?? true);
