import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OBJDUMP = 'powerpc-linux-gnu-objdump';
/** Whether the GNU disassembler for PowerPC is there. */
export const haveObjdump = spawnSync(OBJDUMP, ['--version']).status === 0;

/** Disassembles big-endian words with binutils; blanks and comments made uniform. `dialect` is what follows -M. */
export function objdump(words: readonly number[], dialect: string, base: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'powerjit-objdump-'));
  try {
    const bytes = Buffer.alloc(4 * words.length);
    words.forEach((w, n) => bytes.writeUInt32BE(w >>> 0, 4 * n));
    const file = join(folder, 'words.bin');
    writeFileSync(file, bytes);
    const options = [
      '-D',
      '-z',
      '-b',
      'binary',
      '-m',
      'powerpc:common64',
      '-EB',
      '-M',
      dialect,
      `--adjust-vma=0x${base.toString(16)}`,
      file,
    ];
    const { stdout } = spawnSync(OBJDUMP, options, { encoding: 'utf8', maxBuffer: 1 << 28 });
    const lines = stdout.split('\n').filter((line) => /^\s*[0-9a-f]+:\t/.test(line));
    if (lines.length !== words.length) throw new Error(`objdump printed ${lines.length} lines for ${words.length} words`);
    return lines.map(normalized);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const normalized = (line: string): string =>
  line.split('\t').slice(2).join(' ').replace(/\s*[#<].*$/, '').replace(/\s+/g, ' ').trim(); // prettier-ignore

/** A small generator of reproducible numbers (Numerical Recipes' constants), unsigned 32 bits. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) | (Math.imul(state, 69069) & 0xffff0000)) >>> 0;
  };
}
