/** DingusPPC's floating-point rows through decoder and definitions, interpreted and compiled. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { PPC750 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { FIELDS } from '../../jit/isa/operands.js';
import { extract } from '../../jit/isa/inst.js';
import { FloatMachine, type Runnable } from './float-machine.js';

const FILE = new URL('../../../shared/data/dingusppc/ppcfloattests.csv', import.meta.url);
const present = existsSync(FILE);
if (!present) console.warn(`skipped: ${FILE.pathname} is not here (DingusPPC's ppcfloattests.csv)`);

const PRESETS: Record<string, number> = { RTN: 0, RTZ: 1, RPI: 2, RNI: 3, VEN: 0x80 };
const NAMED: Record<string, bigint> = {
  snan: 0x7ff4000000000000n,
  qnan: 0x7ff8000000000000n,
  inf: 0x7ff0000000000000n,
  '-inf': 0xfff0000000000000n,
  FLT_MIN: bitsOf(2 ** -126),
  FLT_MAX: 0x47efffffe0000000n,
  '-FLT_MAX': 0xc7efffffe0000000n,
  DBL_MIN: bitsOf(2 ** -1022),
  DBL_MAX: bitsOf(Number.MAX_VALUE),
  '-DBL_MAX': bitsOf(-Number.MAX_VALUE),
};

function bitsOf(value: number): bigint {
  return new BigUint64Array(new Float64Array([value]).buffer)[0];
}
const hex = (value: bigint | number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

interface Row {
  readonly text: string;
  readonly name: string;
  readonly word: number;
  readonly operands: Readonly<Record<string, bigint>>;
  readonly fpscr: number;
  readonly expected: string;
}

function rowOf(text: string): Row {
  const [name, word, ...rest] = text.split(',').map((part) => part.trim());
  const fields = Object.fromEntries(rest.map((part) => part.split('=') as [string, string]));
  const operands: Record<string, bigint> = {};
  for (const key of ['frA', 'frB', 'frC'].filter((k) => k in fields)) {
    if (!(fields[key] in NAMED) && Number.isNaN(Number(fields[key]))) throw new Error(`unknown operand ${fields[key]}`);
    operands[key] = NAMED[fields[key]] ?? bitsOf(Number(fields[key]));
  }
  const results = (name.startsWith('FCMP') ? ['FPSCR', 'CR'] : ['frD', 'FPSCR', 'CR']).map((key) => `${key}=${fields[key]}`);
  return { text, name, word: Number(word) >>> 0, operands, fpscr: PRESETS[fields.round ?? 'RTN'], expected: results.join(' ') };
}

/**
 * The row with FRC rounded to 25 bits, as the 750's single-precision multiplier takes it in fmuls. The architecture leaves operands that
 * are no singles undefined; these models multiply them as they are, and so differ from DingusPPC in 10 rows.
 */
function narrowed(row: Row): Row {
  const bits = row.operands.frC ?? 0n;
  return { ...row, operands: { ...row.operands, frC: (bits & ~0x7ffffffn) + (bits & 0x8000000n) } };
}

describe.skipIf(!present)('DingusPPC floating-point vectors through the definitions', () => {
  const rows = present ? readFileSync(FILE, 'utf8').split(/\r?\n/).filter((l) => l !== '' && !l.startsWith('#')).map(rowOf) : []; // prettier-ignore
  let machine: FloatMachine;
  let words: { instruction: (typeof INSTRUCTIONS)[number]; word: number }[];
  beforeAll(() => {
    machine = new FloatMachine();
    const decoder = new Decoder(INSTRUCTIONS, PPC750);
    words = [...new Set(rows.map((r) => r.word))].map((word) => {
      const instruction = decoder.decode(word);
      if (!instruction) throw new Error(`0x${hex(word, 8)} is not an instruction of the 750`);
      return { instruction, word };
    });
  });

  function run(row: Row, runnable: Runnable): string {
    const { word } = row;
    const fpr: Record<number, bigint> = {};
    for (const [key, field] of [['frA', FIELDS.RA], ['frB', FIELDS.RB], ['frC', FIELDS.RC]] as const) {
      if (key in row.operands) fpr[extract(word, field)] = row.operands[key];
    } // prettier-ignore
    const after = machine.run(runnable, { fpr, fpscr: row.fpscr });
    const cr = after.cr.reduce((all, field, n) => all | (field << (28 - 4 * n)), 0) >>> 0;
    const status = `FPSCR=0x${hex(after.fpscr, 8)} CR=0x${hex(cr, 8)}`;
    return row.name.startsWith('FCMP') ? status : `frD=0x${hex(after.fpr[extract(word, FIELDS.RT)], 16)} ${status}`;
  }

  function compare(runnables: readonly Runnable[]): void {
    const byWord = new Map(runnables.map((r) => [r.word, r]));
    expect(rows.length).toBe(2054);
    const got = (row: Row) => run(row, byWord.get(row.word)!);
    const different = rows.filter((row) => got(row) !== row.expected);
    const unexplained = different.filter((row) => !row.name.startsWith('FMULS') || got(narrowed(row)) !== row.expected);
    expect(unexplained.map((row) => `${row.text} | got ${got(row)}`)).toEqual([]);
    expect(different).toHaveLength(10);
  }

  it('interpreted', () => compare(machine.handlers(words)));
  it.each(['bytes', 'binaryen'] as const)('compiled by %s', (backEnd) => {
    compare(machine.regions(words, { fp: true, fe: false }, backEnd));
  });
});
