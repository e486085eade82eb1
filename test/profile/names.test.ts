import { describe, expect, it } from 'vitest';
import { CodeNames } from '../../jit/names/code-names.js';
import { ByteModuleSink } from '../../jit/lower/byte-sink.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { WASM_I32, type WasmFunction } from '../../jit/lower/wasm.js';
import { Translator } from '../../jit/region/translate.js';
import { loadNativeModules } from '../../src/host/node/native-modules.js';
import { loadElf } from '../../src/loaders/elf.js';
import { codeAliases, codeNameTable } from '../../src/profile/code-symbols.js';
import { assemble } from '../support/bare-cpu.js';
import { makeElf } from '../support/images.js';

/** Function names of a module, by number, as its name section has them. */
function functionNames(module: WebAssembly.Module): Map<number, string> {
  const [section, second] = WebAssembly.Module.customSections(module, 'name');
  expect(second).toBeUndefined();
  const names = new Map<number, string>();
  if (!section) return names;
  const bytes = new Uint8Array(section);
  let at = 0;
  const number = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const kind = number();
    const end = number() + at;
    if (kind === 1) {
      for (let count = number(); count > 0; count--) {
        const n = number();
        const length = number();
        names.set(n, new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at, at + length)));
        at += length;
      }
      expect(at).toBe(end);
    }
    at = end;
  }
  return names;
}

const symbols = [
  { name: 'start', address: 0xc000000000000000n, size: 0x20, type: 2 },
  { name: 'start_label', address: 0xc000000000000000n, size: 0, type: 0 },
  { name: '.Llocal', address: 0xc000000000000004n, size: 0, type: 0 },
  { name: 'table', address: 0xc000000000000010n, size: 16, type: 1 },
  { name: 'label', address: 0xc000000000000040n, size: 0, type: 0 },
  { name: 'far', address: 0xc0000001fffffff0n, size: 0x20, type: 2 },
  { name: 'constant', address: 5n, size: 0, type: 0, section: 0xfff1 },
];
const bytes = Uint8Array.from({ length: 256 }, (_, k) => k);
const file = makeElf({
  bits: 64,
  endianness: 'little',
  entry: 0xc000000000000000n,
  segments: [{ virtual: 0xc000000000000000n, physical: 0n, bytes }],
  symbols,
});
const image = loadElf(file, { maximumBytes: 4096 }, 'k');
const names = new CodeNames(codeNameTable(image.symbols!()));

describe('names of code', () => {
  it('are those of functions and labels', () => expect(names.table.names).toEqual(['start', 'label', 'far']));

  it.each([
    [0x00000000, 0xc0000000, 'start'],
    [0x0000001c, 0xc0000000, 'start'],
    [0x00000020, 0xc0000000, undefined],
    [0x00000040, 0xc0000000, 'label'],
    [0xffffffff, 0xc0000000, 'label'],
    [0x00000000, 0xc0000001, undefined],
    [0xfffffff4, 0xc0000001, 'far'],
    [0x00000000, 0xc0000002, undefined],
    [0x00000000, 0xbfffffff, undefined],
  ])('at %i, %i: %s', (low, high, name) => {
    expect(names.nameAt(low, high)).toBe(name);
    expect(names.nameAt(low | 0, high | 0)).toBe(name);
  });

  it('of WebAssembly functions tell symbol, offset and address in ASCII', () => {
    expect(names.functionName(0, 0xc0000000 | 0)).toBe('guest:start@c000000000000000');
    expect(names.functionName(8, 0xc0000000)).toBe('guest:start+0x8@c000000000000008');
    expect(names.functionName(0x30, 0xc0000000)).toBe('guest:@c000000000000030');
    const odd = new CodeNames({ low: Uint32Array.of(16), high: Uint32Array.of(0), size: Uint32Array.of(0), names: ['a b\u00e4'] });
    expect(odd.functionName(16, 0)).toBe('guest:a?b?@10');
  });

  it('hold where an image lies at its physical addresses, and where it was loaded, as long as its words are there', () => {
    const aliases = codeAliases(image, 0x410000);
    expect(aliases.map(({ from, size, low, high }) => [from, size, low, high])).toEqual([
      [0, 256, 0, 0xc0000000],
      [0x410000, 256, 0, 0xc0000000],
    ]);
    expect(aliases[1]!.holds(4, 0x07060504)).toBe(true);
    expect(aliases[1]!.holds(4, 0x04050607)).toBe(false);
    expect(aliases[1]!.holds(256, 0)).toBe(false);
    expect(codeAliases(image, 0)).toHaveLength(1);
  });
});

describe('the name section', () => {
  const callee: WasmFunction = { name: 'elsewhere', parameters: [], result: WASM_I32 };
  const build = (options?: { names: boolean }): Uint8Array => {
    const sink = new ByteModuleSink(options);
    sink.function('guest:long_name'.padEnd(300, 'x'), [], WASM_I32, (body) => body.call(callee));
    sink.function('guest:two@10', [WASM_I32], WASM_I32, (body) => body.get(0));
    return sink.finish();
  };

  it('gives back what was put in, imports first', () => {
    const module = new WebAssembly.Module(build({ names: true }));
    expect([...functionNames(module)]).toEqual([
      [0, 'elsewhere'],
      [1, 'guest:long_name'.padEnd(300, 'x')],
      [2, 'guest:two@10'],
    ]);
  });

  it('is not there unless asked for, and changes nothing before it', () => {
    const plain = build();
    expect(functionNames(new WebAssembly.Module(plain)).size).toBe(0);
    expect(build({ names: true }).subarray(0, plain.length)).toEqual(plain);
  });

  it('names regions by the guest’s symbols', () => {
    const program = assemble('again: addi r3, r3, 1\n bdnz again\n blr', 0x1000);
    const code = new DataView(program.bytes.buffer, program.bytes.byteOffset, program.bytes.length);
    const words = Array.from({ length: program.bytes.length >> 2 }, (_, k) => code.getUint32(4 * k));
    const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
    const guest = new CodeNames({ low: Uint32Array.of(0x0ff0), high: Uint32Array.of(0), size: Uint32Array.of(0), names: ['count'] });
    const translator = new Translator({ decoder, width: 32, swizzled: true, functionName: (pc, pcHigh) => guest.functionName(pc, pcHigh) });
    const fetch = (pc: number): number | undefined => words[(pc - 0x1000) >> 2];
    const translated = translator.translate([{ pc: 0x1000, fetch }], { width: 32, mode64: false, msr: {}, sprs: PPC440EP.sprs })!;
    expect(translated.regions[0]!.name).toBe('guest:count+0x10@1000');
    expect([...functionNames(new WebAssembly.Module(translated.bytes)).values()]).toContain('guest:count+0x10@1000');
  });

  it('names the interpreter’s handlers by mnemonic, and the native part', () => {
    const { handlers, natives } = loadNativeModules('POWER8', false);
    const named = new Set(functionNames(handlers).values());
    for (const name of ['interpret:addi', 'interpret:add.Rc', 'interpret:mfspr.8', 'interpret:bclr.LK', 'interpret:lxvd2x'])
      expect(named).toContain(name);
    expect(WebAssembly.Module.exports(handlers)).toEqual([]);
    expect([...functionNames(natives).values()].some((name) => name.endsWith('/run'))).toBe(true);
  });
});
