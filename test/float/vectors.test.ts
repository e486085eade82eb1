/** The floating-point rows of DingusPPC's vectors, through the exact and the fast functions. */

import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadNativeFloat, type NativeFloat } from './native-module.js';

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

function operand(text: string): bigint {
  const bits = NAMED[text] ?? bitsOf(Number(text));
  if (!(text in NAMED) && Number.isNaN(Number(text))) throw new Error(`unknown operand ${text}`);
  return bits;
}

interface Row {
  text: string;
  name: string;
  fields: Record<string, string>;
}

function rows(): Row[] {
  return readFileSync(FILE, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((text) => {
      const [name, , ...rest] = text.split(',').map((part) => part.trim());
      return { text, name, fields: Object.fromEntries(rest.map((part) => part.split('=') as [string, string])) };
    });
}

/** What the row's instruction leaves: FRT, FPSCR and CR. */
function run(native: NativeFloat, { name, fields }: Row, suffix: string): string {
  native.setFpscr(PRESETS[fields.round ?? 'RTN']);
  const mnemonic = name.toLowerCase().replace('.', '');
  const operands = ['frA', 'frC', 'frB'].filter((key) => key in fields).map((key) => operand(fields[key]));
  const hex = (value: bigint | number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
  if (mnemonic.startsWith('fcmp')) {
    const condition = native.call32(mnemonic + suffix, ...operands);
    return `FPSCR=0x${hex(native.fpscr(), 8)} CR=0x${hex(condition << 24, 8)}`;
  }
  const result = native.call(mnemonic + suffix, ...operands, 0n);
  const fpscr = native.fpscr();
  return `frD=0x${hex(result, 16)} FPSCR=0x${hex(fpscr, 8)} CR=0x${hex(name.endsWith('.') ? (fpscr >>> 28) << 24 : 0, 8)}`;
}

function expected({ name, fields }: Row): string {
  return (name.startsWith('FCMP') ? ['FPSCR', 'CR'] : ['frD', 'FPSCR', 'CR']).map((key) => `${key}=${fields[key]}`).join(' ');
}

/** The row with frC rounded to 25 bits, as the 750's single-precision multiplier takes it. */
function narrowed(row: Row): Row {
  const bits = operand(row.fields.frC);
  const frC = String(new Float64Array(new BigUint64Array([(bits & ~0x7ffffffn) + (bits & 0x8000000n)]).buffer)[0]);
  return { ...row, fields: { ...row.fields, frC } };
}

describe.skipIf(!present)('DingusPPC floating-point vectors', () => {
  let native: NativeFloat;
  beforeAll(async () => {
    native = await loadNativeFloat();
  });

  it.each(['Exact', 'Fast'])('%s: all rows but the 750 rounding of frC in fmuls', (suffix) => {
    const all = rows();
    expect(all.length).toBe(2054);
    const different = all.filter((row) => run(native, row, suffix) !== expected(row));
    const unexplained = different.filter((row) => !row.name.startsWith('FMULS') || run(native, narrowed(row), suffix) !== expected(row));
    expect(unexplained.map((row) => `${row.text} | got ${run(native, row, suffix)}`)).toEqual([]);
    expect(different).toHaveLength(10);
  });
});
