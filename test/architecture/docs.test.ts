import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT, type SourceFile } from './source-tree.js';

const pages: readonly SourceFile[] = [
  { path: 'README.md', text: readFileSync(join(ROOT, 'README.md'), 'utf8') },
  ...filesBelow('docs', '.md'),
];

/** A ```ts block; its first line may say which file it stands for (`// src/...`). */
interface CodeBlock {
  readonly page: string;
  readonly line: number;
  readonly file: string;
  readonly code: string;
}

function codeBlocks({ path, text }: SourceFile): CodeBlock[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match, index) => {
    const named = /^\/\/ (\S+\.ts)\n/.exec(match[1]);
    const line = text.slice(0, match.index).split('\n').length + 1;
    return { page: path, line, file: named?.[1] ?? `docs-block-${path.replace(/\W/g, '-')}-${index}.ts`, code: match[1] };
  });
}

/** Type-checks the blocks as if they lay at the places they name, over whatever lies there. */
function diagnose(blocks: readonly CodeBlock[]): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    paths: { powerjit: [join(ROOT, 'src/index.ts')] },
  };
  const virtual = new Map(blocks.map((block) => [join(ROOT, block.file), block]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, directoryExists, getSourceFile } = host;
  host.readFile = (name) => virtual.get(name)?.code ?? readFile(name);
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.directoryExists = (name) => [...virtual.keys()].some((file) => dirname(file) === name) || directoryExists!(name);
  host.getSourceFile = (name, ...rest) => {
    const block = virtual.get(name);
    return block ? ts.createSourceFile(name, block.code, ts.ScriptTarget.ES2022, true) : getSourceFile(name, ...rest);
  };
  host.getCurrentDirectory = () => ROOT;
  const program = ts.createProgram([...virtual.keys(), join(ROOT, 'jit/webassembly.d.ts')], options, host);
  return [...virtual].flatMap(([name, block]) => {
    const source = program.getSourceFile(name)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
      const line = block.line + (found.start === undefined ? 0 : source.getLineAndCharacterOfPosition(found.start).line);
      return `${block.page}:${line} ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`;
    });
  });
}

describe('documentation', () => {
  const blocks = pages.flatMap(codeBlocks);

  it('has code blocks that compile', { timeout: 60_000 }, () => {
    expect(blocks.length).toBeGreaterThan(3);
    expect(diagnose(blocks)).toEqual([]);
  });

  it('would notice a block that does not', { timeout: 60_000 }, () => {
    const wrong = "import type { MachineConfig } from './machine-api.js';\nexport const c: MachineConfig = { machine: 1 };\n";
    const found = diagnose([{ page: 'docs/x.md', line: 10, file: 'src/wrong.ts', code: wrong }]);
    expect(found[0]).toMatch(/^docs\/x\.md:11 Type 'number'/);
  });

  it('links to files that exist', () => {
    const broken = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
        .filter((match) => !existsSync(join(ROOT, dirname(path), match[1])))
        .map((match) => `${path}: ${match[1]}`),
    );
    expect(broken).toEqual([]);
  });

  it('names files that exist', () => {
    const produced = ['docs/api', 'bench/results'];
    // `jit/abi/layout.ts` and the like in running text; blocks may name files that the reader is to make.
    const missing = pages.flatMap(({ path, text }) =>
      [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`((?:jit|runtime|src|test|bench|tools|guests|docs|bin)\/[\w./-]+)`/g)]
        .map((match) => match[1])
        .filter((name) => !produced.includes(name) && !existsSync(join(ROOT, name)))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});
