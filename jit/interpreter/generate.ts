import { importedFunctions } from '../abi/functions.js';
import type { BuildContext } from '../ir/build-context.js';
import { CPU_MODELS, type CpuModel } from '../isa/cpus/index.js';
import { Decoder } from '../isa/decoder.js';
import { INSTRUCTIONS } from '../isa/index.js';
import { BinaryenModuleSink } from '../lower/binaryen-sink.js';
import { addHandlers, HandlerNames } from './handler-lowering.js';
import { FIRST_HANDLER, handlerModes, handlersFile, handlerSetSize } from './handlers-module.js';

/** CPU models that machines use today, each with the orders in which RAM may lie. */
const GENERATED: readonly { readonly cpu: string; readonly swizzled: readonly boolean[] }[] = [
  { cpu: '440EP', swizzled: [true] },
  { cpu: 'POWER7', swizzled: [true, false] },
  { cpu: 'POWER8', swizzled: [true, false] },
];

/** The interpreter of one model: a module that puts one function per handler of its decoder, for each mode, into the imported table. */
export function generateHandlers(model: CpuModel, swizzled: boolean, optimize: 1 | 2 | 3 | 4 | undefined = 3): Uint8Array {
  const decoder = new Decoder(INSTRUCTIONS, model);
  const module = new BinaryenModuleSink({ ...(optimize ? { optimize } : {}), names: true, tableOnly: true });
  const names = new HandlerNames();
  handlerModes(model).forEach((mode, set) => {
    // Interpreter handlers read the MSR at run time.
    const context: BuildContext = { width: model.width, ...mode, msr: {}, sprs: model.sprs };
    const functions = addHandlers(module, decoder.handlers, context, importedFunctions(model.width), swizzled, names);
    module.fillTable(FIRST_HANDLER + set * handlerSetSize(decoder.handlers.length), functions);
  });
  return module.finish();
}

/** All interpreters that the build makes. */
export function generateInterpreters(): { name: string; bytes: Uint8Array }[] {
  return GENERATED.flatMap(({ cpu, swizzled }) => {
    const model = CPU_MODELS.find((m) => m.name === cpu)!;
    return swizzled.map((order) => ({ name: handlersFile(model, order), bytes: generateHandlers(model, order) }));
  });
}
