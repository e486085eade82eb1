/** Builds the floating-point part of the ahead-of-time module alone, with doors for bit patterns, and instantiates it. */

import asc from 'assemblyscript/asc';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FPSCR_OFFSET, LAST_FP_OP_OFFSET } from '../../jit/abi/layout.js';

/** Operands of each instruction that has a version on doubles, in assembler order, without the old target. */
export const OPERANDS = {
  ...named(2, 'fadd fadds fsub fsubs fmul fmuls fdiv fdivs'),
  ...named(3, 'fmadd fmadds fmsub fmsubs fnmadd fnmadds fnmsub fnmsubs'),
  ...named(1, 'fsqrt fsqrts frsp fctiw fctiwz fctiwu fctiwuz fctid fctidz fctidu fctiduz frin friz frip frim fre fres frsqrte frsqrtes'),
} as const;

/** Instructions that take one operand and no old target. */
export const UNSUPPRESSED = ['fcfid', 'fcfids', 'fcfidu', 'fcfidus'] as const;

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const ENTRY = 'test/float/entry.ts';

function named(count: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name) => [name, count]));
}

/** An entry that passes doubles as 64-bit integers, for JavaScript may change the bits of a NaN. */
function entrySource(): string {
  const door = (name: string, count: number, result = 'u64'): string => {
    const parameters = Array.from({ length: count }, (_, i) => `x${i}: u64`).join(', ');
    const call = `native.${name}(${Array.from({ length: count }, (_, i) => `reinterpret<f64>(x${i})`).join(', ')})`;
    return `export function ${name}Fast(${parameters}): ${result} { return ${result === 'u64' ? `reinterpret<u64>(${call})` : call}; }`;
  };
  return [
    `import * as native from '../../runtime/native/float/index';`,
    `export * from '../../runtime/native/float/index';`,
    ...Object.entries(OPERANDS).map(([name, count]) => door(name, count + 1)),
    ...UNSUPPRESSED.map((name) => door(name, 1)),
    'export function fselFast(a: u64, c: u64, b: u64): u64 { return native.fsel(a, c, b); }',
    door('fcmpu', 2, 'u32'),
    door('fcmpo', 2, 'u32'),
  ].join('\n');
}

/** The module's functions by name, and its FPSCR. */
export class NativeFloat {
  private readonly words: DataView;
  private readonly functions: Record<string, (...args: (bigint | number)[]) => bigint & number>;

  constructor(exports: WebAssembly.Exports, memory: WebAssembly.Memory) {
    this.functions = exports as typeof this.functions;
    this.words = new DataView(memory.buffer);
  }

  /** Calls an export on bit patterns; the result is an unsigned pattern. */
  call(name: string, ...operands: (bigint | number)[]): bigint {
    return BigInt.asUintN(64, this.functions[name](...operands));
  }

  /** Calls an export that takes or returns 32-bit integers; the result is unsigned. */
  call32(name: string, ...operands: (bigint | number)[]): number {
    return this.functions[name](...operands) >>> 0;
  }

  /** Sets the FPSCR word and forgets the last operation. */
  setFpscr(value: number): void {
    this.words.setUint32(FPSCR_OFFSET, value, true);
    this.words.setUint32(LAST_FP_OP_OFFSET, 0, true);
  }

  /** The FPSCR, computed. */
  fpscr(): number {
    return this.call32('readFpscr');
  }

  /** The bits of the FPSCR word that no operation may leave for later: all but FR, FI and FPRF. */
  prompt(): number {
    return this.words.getUint32(FPSCR_OFFSET, true) & ~0x7f000;
  }

  /** Whether an operation was left to be computed. */
  pending(): boolean {
    return (this.words.getUint32(LAST_FP_OP_OFFSET, true) & 0xfff) !== 0;
  }
}

/** Compiles and instantiates the module, with WebAssembly `features` beyond the usual ones; undefined if this host lacks them. */
export async function loadNativeFloat(): Promise<NativeFloat>;
export async function loadNativeFloat(features: string): Promise<NativeFloat | undefined>;
export async function loadNativeFloat(features = ''): Promise<NativeFloat | undefined> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const options =
    `${ENTRY} --runtime stub --noAssert -O3 --importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 1 ` +
    `--enable threads,simd,bulk-memory${features && `,${features}`} --outFile out.wasm`;
  const { error, stderr } = await asc.main([...options.split(' '), '--baseDir', ROOT], {
    readFile: (name) => (name === ENTRY ? entrySource() : readFile(resolve(ROOT, name), 'utf8').catch(() => null)),
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') binary = new Uint8Array(contents);
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`asc: ${error?.message ?? 'no output'}\n${stderr.toString()}`);
  if (features && !WebAssembly.validate(binary)) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  return new NativeFloat(instance.exports, memory);
}
