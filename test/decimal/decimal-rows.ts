/** The vectors of test/decimal/data. */
import { readFileSync } from 'node:fs';
import type { After, Before, Pair } from './decimal-machine.js';

/** One row: an instruction as the assembler takes it, registers before and after. */
export interface Row {
  readonly source: string;
  readonly before: Before;
  readonly after: After;
}

const number = (text: string): bigint => BigInt(`0x${text}`);
const pair = (text: string): Pair => {
  const [first, second] = text.split(' ') as [string, string];
  return [number(first), number(second)];
};
/** Reads one row; its fields are described in the files. */
export function row(line: string): Row {
  const [source, a, b, fpscr, target, fpscrAfter, cr] = line.split('|') as [string, string, string, string, string, string, string];
  return {
    source,
    before: { a: pair(a), b: pair(b), fpscr: number(fpscr) },
    after: { target: pair(target), fpscr: number(fpscrAfter), cr: Number(number(cr)) },
  };
}
/** Reads a file of the folder. */
export const rowsOf = (file: string): Row[] =>
  readFileSync(new URL(`./data/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(row);
