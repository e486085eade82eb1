import { setImmediate } from 'node:timers/promises';
import { ConfigError } from '../config-error.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { Disassembler } from '../../jit/isa/disassemble.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import type { SymbolTable } from '../loaders/elf-symbols.js';
import type { LoadedImage, LoadedSegment } from '../loaders/image.js';
import type { CliHost } from './cli-host.js';
import { addressOf, hex, modelFor, readImage, type CodeFileOptions } from './code-file.js';
import { EXIT_DONE } from './exit-status.js';

/** The options of `disasm` as commander hands them over. */
export interface DisasmOptionValues extends CodeFileOptions {
  readonly start?: string;
  readonly count?: number;
}

/** Printed below the options of `disasm --help`. */
export const DISASM_HELP = `
Examples:
  The whole of a program
    $ powerjit disasm vmlinux
  Twenty instructions from a symbol, or from an address
    $ powerjit disasm vmlinux --start start_kernel --count 20
    $ powerjit disasm vmlinux --start 0xc0000000 --count 20
  A boot ROM without headers
    $ powerjit disasm rom.bin --base 0xfff00000 --cpu 750
`;

/** Lines written at once. */
const LINES_A_PIECE = 1000;

/**
 * `powerjit disasm FILE`: prints address, instruction word and text of each word of an image, symbols between them.
 * @throws ConfigError for the user's mistakes
 */
export async function disasmCommand(path: string, options: DisasmOptionValues, host: CliHost): Promise<number> {
  const image = readImage(path, options);
  const model = modelFor(options.cpu);
  const symbols = image.symbols?.();
  const { segments, count } = selection(image, symbols, options, path);
  const disassembler = new Disassembler(new Decoder(INSTRUCTIONS, model));

  let readerGone = false;
  host.stdout.on('error', () => (readerGone = true));
  let lines: string[] = [];
  for (const line of listing(segments, image, disassembler, symbols, count)) {
    lines.push(line);
    if (lines.length < LINES_A_PIECE) continue;
    host.stdout.write(lines.join(''));
    lines = [];
    await setImmediate();
    if (readerGone) return EXIT_DONE;
  }
  host.stdout.write(lines.join(''));
  return EXIT_DONE;
}

/** What is to be listed: from the start that the user gives, in the segment that holds it, else everything. */
function selection(
  image: LoadedImage,
  symbols: SymbolTable | undefined,
  options: DisasmOptionValues,
  path: string,
): { readonly segments: readonly LoadedSegment[]; readonly count: number } {
  const count = options.count ?? Number.POSITIVE_INFINITY;
  if (options.start === undefined) return { segments: image.segments, count };
  const start = addressOf(options.start, symbols);
  const segment = image.segments.find(({ virtual, bytes }) => start >= virtual && start < virtual + BigInt(bytes.length));
  if (!segment) {
    const ranges = image.segments.map(({ virtual, bytes }) => `${hex(virtual)}..${hex(virtual + BigInt(bytes.length))}`).join(', ');
    throw new ConfigError(`${hex(start)} does not lie in ${path}`, '--start', `its contents are ${ranges}`);
  }
  const offset = Number(start - segment.virtual) & ~3;
  const rest = segment.bytes.subarray(offset);
  return {
    segments: [{ physical: segment.physical + offset, virtual: segment.virtual + BigInt(offset), bytes: rest, size: rest.length }],
    count,
  };
}

function* listing(
  segments: readonly LoadedSegment[],
  image: LoadedImage,
  disassembler: Disassembler,
  symbols: SymbolTable | undefined,
  count: number,
): Generator<string> {
  let left = count;
  const digits = image.bits / 4;
  for (const { virtual, bytes } of segments) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let offset = 0, zeros = 0; offset + 4 <= bytes.length; offset += 4) {
      if (left-- <= 0) return;
      const address = virtual + BigInt(offset);
      const word = view.getUint32(offset, image.endianness === 'little');
      const label = symbols?.at(address);
      const labelled = label !== undefined && label.offset === 0;
      // Padding: one line of zeros, then dots.
      zeros = word === 0 && !labelled ? zeros + 1 : 0;
      if (zeros > 1) {
        if (zeros === 2) yield '...\n';
        continue;
      }
      if (labelled) yield `\n${address.toString(16).padStart(digits, '0')} <${label.symbol.name}>:\n`;
      const text = disassembler.disassemble(word, Number(address));
      yield `${address.toString(16).padStart(digits, '0')}  ${word.toString(16).padStart(8, '0')}  ${text}\n`;
    }
  }
}
