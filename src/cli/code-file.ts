import { CPU_MODELS, cpuModel, type CpuModel } from '../../jit/isa/cpus/index.js';
import { ConfigError } from '../config-error.js';
import type { SymbolTable } from '../loaders/elf-symbols.js';
import type { LoadedImage } from '../loaders/image.js';
import { loadImage } from '../loaders/load-image.js';
import { readInputFile } from './input-files.js';

/** Options of the commands that look into a file of guest code. */
export interface CodeFileOptions {
  readonly cpu: string;
  /** where a file without a known format lies */
  readonly base?: bigint;
  readonly littleEndian?: boolean;
}

/**
 * Reads a program, kernel or raw binary.
 * @throws ConfigError
 */
export function readImage(path: string, { base, littleEndian }: CodeFileOptions): LoadedImage {
  const { name, bytes } = readInputFile(path);
  const raw = base === undefined ? undefined : { address: Number(base), endianness: littleEndian ? ('little' as const) : ('big' as const) };
  try {
    return loadImage(bytes, { where: name, raw });
  } catch (error) {
    // The loader does not know how options are called here.
    if (!(error instanceof ConfigError) || !error.mend.includes('raw binary')) throw error;
    throw new ConfigError(error.what, error.where, 'give --base ADDRESS to take it as a raw binary');
  }
}

/**
 * The CPU model of this name.
 * @throws ConfigError
 */
export function modelFor(name: string): CpuModel {
  const model = cpuModel(name);
  if (model) return model;
  throw new ConfigError(`'${name}' is no CPU model`, '--cpu', `give one of ${CPU_MODELS.map((m) => m.name).join(', ')}`);
}

/**
 * The effective address that a user names, as a number or by a symbol of the file.
 * @throws ConfigError
 */
export function addressOf(text: string, symbols: SymbolTable | undefined): bigint {
  if (/^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(text)) return BigInt(text);
  const symbol = symbols?.find(text);
  if (symbol) return symbol.address;
  throw new ConfigError(`'${text}' is neither an address nor a symbol of the file`, '--start', 'give a symbol, or an address as 0x...');
}

/** An address for messages. */
export const hex = (address: bigint): string => `0x${address.toString(16)}`;
