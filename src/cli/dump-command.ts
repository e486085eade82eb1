import type { CpuModel } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { Disassembler } from '../../jit/isa/disassemble.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { MSR } from '../../jit/isa/registers.js';
import type { BuildContext } from '../../jit/ir/build-context.js';
import { DEFAULT_LIMITS, discover, FlowReader, type Discovery } from '../../jit/region/discover.js';
import { buildRegionIr } from '../../jit/region/region-ir.js';
import { ConfigError } from '../config-error.js';
import type { LoadedImage } from '../loaders/image.js';
import type { CliHost } from './cli-host.js';
import { addressOf, hex, modelFor, readImage, type CodeFileOptions } from './code-file.js';
import { EXIT_DONE } from './exit-status.js';
import { instructionEffects } from './instruction-effects.js';

/** The options of `dump` as commander hands them over. */
export interface DumpOptionValues extends CodeFileOptions {
  /** value of the MSR that the region is compiled for */
  readonly msr: bigint;
  /** at most so many instructions */
  readonly limit?: number;
}

/** Printed below the options of `dump --help`. */
export const DUMP_HELP = `
Left the guest's instructions with what each reads and writes, right the WebAssembly made from all of them; blocks in
the order of their addresses, entries marked by >.

Examples:
  The region that the recompiler makes around a function of a kernel
    $ powerjit dump vmlinux memset
  Around an address, for problem state (MSR[PR])
    $ powerjit dump program.elf 0x10001234 --msr 0x4000
  One instruction alone
    $ powerjit dump vmlinux 0xc0000000 --limit 1
`;

const GAP = '  | ';

/**
 * `powerjit dump FILE ADDRESS`: shows the region around an address, guest code and compiled code side by side.
 * @throws ConfigError for the user's mistakes
 */
export async function dumpCommand(path: string, at: string, options: DumpOptionValues, host: CliHost): Promise<number> {
  const image = readImage(path, options);
  const model = modelFor(options.cpu);
  if (model.width === 64) throw new ConfigError('only 32-bit CPU models are recompiled today', '--cpu', 'give a 32-bit one, such as 440EP');
  const pc = Number(addressOf(at, image.symbols?.())) & ~3;
  const fetch = fetcher(image);
  if (fetch(pc >>> 0) === undefined)
    throw new ConfigError(`${hex(BigInt(pc >>> 0))} does not lie in the file`, path, 'give an address inside it');

  const decoder = new Decoder(INSTRUCTIONS, model);
  const context = contextFor(model, options.msr);
  const limits = options.limit === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, instructions: options.limit };
  const discovery = discover(pc >>> 0, fetch, decoder, new FlowReader(context), limits);
  if (discovery.blocks.size === 0) {
    throw new ConfigError(
      `${hex(BigInt(pc >>> 0))} holds no instruction of the ${model.name}`,
      path,
      'give the address of code, or another --cpu',
    );
  }
  // Binaryen takes long to load: only this command does.
  const { Translator } = await import('../../jit/region/translate.js');
  const { BinaryenModuleSink } = await import('../../jit/lower/binaryen-sink.js');
  const translator = new Translator({ decoder, width: model.width, swizzled: image.endianness === 'big', limits });
  const module = new BinaryenModuleSink();
  translator.translateInto(module, { pc: pc >>> 0, fetch }, context);
  const wat = module.text().trimEnd().split('\n');
  const guest = guestLines(discovery, context, new Disassembler(decoder));
  const width = Math.max(...guest.map((line) => line.length));
  const lines = Array.from({ length: Math.max(guest.length, wat.length) }, (_, k) =>
    `${(guest[k] ?? '').padEnd(width)}${GAP}${wat[k] ?? ''}`.trimEnd(),
  );
  host.stdout.write(`${lines.join('\n')}\n`);
  return EXIT_DONE;
}

/** Reads instruction words of an image by effective address. */
function fetcher(image: LoadedImage): (pc: number) => number | undefined {
  const views = image.segments.map(({ virtual, bytes }) => ({
    start: Number(virtual),
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  }));
  return (pc) => {
    const found = views.find(({ start, view }) => pc >= start && pc + 4 <= start + view.byteLength);
    return found?.view.getUint32(pc - found.start, image.endianness === 'little');
  };
}

/** What the recompiler knows of a machine in this state. */
function contextFor(model: CpuModel, msr: bigint): BuildContext {
  const value = Number(BigInt.asUintN(32, msr));
  const msrBits = Object.fromEntries(model.keyBits.map((name) => [name, (value & MSR[name].mask) !== 0]));
  return { width: model.width, mode64: false, msr: msrBits, sprs: model.sprs };
}

function guestLines(discovery: Discovery, context: BuildContext, disassembler: Disassembler): string[] {
  const { ir, blocks } = buildRegionIr(discovery, context);
  const ordered = [...blocks.values()].sort((a, b) => a.block.pc - b.block.pc);
  const rows = ordered.flatMap(({ block, starts, end }, index) => {
    const lines = block.words.map((word, k) => {
      const address = (block.pc + 4 * k) >>> 0;
      const mark = discovery.entries.includes(address) ? '>' : ' ';
      const code = `${mark}${address.toString(16).padStart(8, '0')}  ${disassembler.disassemble(word, address)}`;
      return { code, effects: instructionEffects(ir, starts[k], starts[k + 1] ?? end) };
    });
    return index === 0 ? lines : [{ code: '', effects: '' }, ...lines];
  });
  const width = Math.max(...rows.map(({ code }) => code.length));
  return rows.map(({ code, effects }) => `${code.padEnd(width)}  ${effects}`.trimEnd());
}
