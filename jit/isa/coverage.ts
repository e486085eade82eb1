/** The table of instructions in the documentation, generated from the definitions. */
import type { CpuModel } from './cpus/index.js';
import { Decoder } from './decoder.js';
import { effectsOf, type Effects } from './effects.js';
import type { Instruction } from './inst.js';
import { SUFFIX_ORDER } from './spellings.js';

/** The instructions that a chapter of a manual describes. */
export interface Chapter {
  readonly title: string;
  /** Mnemonics without the suffixes `.`, `o`, `l`, `a` of Rc, OE, LK and AA. */
  readonly mnemonics: readonly string[];
}
/** Why instructions that a chapter describes are not there: mnemonic and reason. */
export type Missing = Readonly<Record<string, string>>;

const list = (names: Iterable<string>): string => [...names].filter((n) => n !== 'CIA' && n !== 'attention').sort().join(', '); // prettier-ignore
const flags = (e: Effects): string => [e.privileged ? 'privileged' : '', e.mayFault ? 'may fault' : '', e.endsBlock ? 'ends block' : ''].filter((s) => s).join(', '); // prettier-ignore

/** The spelling of a mnemonic with its suffixes. */
const spelled = (inst: Instruction): string => {
  const suffixes = inst.operands.flatMap((o) => (o.suffix ? [o.suffix.text] : []));
  return inst.mnemonic + SUFFIX_ORDER.flatMap((s) => (suffixes.includes(s) ? [`[${s}]`] : [])).join('');
};

/**
 * Generates the table.
 * @param all every definition
 * @param models the CPU models, each a column
 * @throws Error when a chapter's instruction is neither defined nor listed as missing, or both
 */
export function coverageTable(
  all: readonly Instruction[],
  models: readonly CpuModel[],
  chapters: readonly Chapter[],
  missing: Missing,
): string {
  const decoders = models.map((m) => new Decoder(all, m));
  const byMnemonic = new Map<string, Instruction[]>();
  for (const inst of all) byMnemonic.set(inst.mnemonic, [...(byMnemonic.get(inst.mnemonic) ?? []), inst]);
  const row = (inst: Instruction): string => {
    const first = decoders.find((d) => d.indexOf(inst) >= 0);
    // Definitions of no model yet are shown as a wide model would do them.
    const model = first?.model ?? models.find((m) => m.width === 64)!;
    const e = effectsOf(inst, { width: model.width, mode64: model.has64BitMode, msr: { PR: false, FP: true } });
    const marks = decoders.map((d) => (d.indexOf(inst) >= 0 ? '✓' : '')).join(' | ');
    return `| \`${spelled(inst)}\` | ${inst.facts.see} | ${marks} | ${list(e.reads)} | ${list(e.writes)} | ${list(e.services)} | ${flags(e)} |`;
  };
  const columns = ['instruction', 'manual', ...models.map((m) => m.name), 'reads', 'writes', 'services', ''];
  const header = `| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|`;
  const listed = new Set<string>();
  const sections = chapters.map((chapter) => {
    const rows: string[] = [];
    const absent: string[] = [];
    for (const mnemonic of chapter.mnemonics) {
      listed.add(mnemonic);
      const definitions = byMnemonic.get(mnemonic) ?? [];
      const reason = missing[mnemonic];
      if (definitions.length === 0 && reason === undefined)
        throw new Error(`${mnemonic} (${chapter.title}) is neither defined nor listed as missing`);
      if (definitions.length > 0 && reason !== undefined) throw new Error(`${mnemonic} is defined, but listed as missing`);
      rows.push(...definitions.map(row));
      if (reason !== undefined) absent.push(`- \`${mnemonic}\`: ${reason}`);
    }
    const present = chapter.mnemonics.length - absent.length;
    const table = rows.length > 0 ? `\n${header}\n${rows.join('\n')}\n` : '';
    const rest = absent.length > 0 ? `\nMissing:\n\n${absent.join('\n')}\n` : '';
    return `## ${chapter.title}\n\n${present} of ${chapter.mnemonics.length} instructions.\n${table}${rest}`;
  });
  const others = all.filter((inst) => !listed.has(inst.mnemonic));
  if (others.length > 0) throw new Error(`no chapter lists ${[...new Set(others.map((i) => i.mnemonic))].join(', ')}`);
  return `${HEAD}\n${sections.join('\n')}`;
}

const HEAD = `# Instructions

Generated from the definitions in \`jit/isa\` by \`jit/isa/coverage.ts\`; a test compares (\`BLESS=1 npx vitest run test/isa-derived/coverage\` writes it anew).
Columns of models tell where an instruction is decoded. Reads, writes and services are what the semantics of the definition do, recorded by building it; suffixes in
brackets are Rc, OE, LK and AA. An instruction whose operation differs between models has several rows.
`;
