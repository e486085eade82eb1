import { importedFunctions } from '../abi/functions.js';
import type { BuildContext } from '../ir/build-context.js';
import { CPU_MODELS, type CpuModel } from '../isa/cpus/index.js';
import { Decoder } from '../isa/decoder.js';
import { INSTRUCTIONS } from '../isa/index.js';
import { BinaryenModuleSink } from '../lower/binaryen-sink.js';
import { FIRST_HANDLER, handlersFile } from './handlers-module.js';
import { addHandlers } from './handler-lowering.js';

/** CPU models that machines use today. */
const GENERATED = ['440EP'];

/** The interpreter of one model: a module that puts one function per handler of its decoder into the imported table. */
export function generateHandlers(model: CpuModel, optimize: 1 | 2 | 3 | 4 | undefined = 3): Uint8Array {
  const decoder = new Decoder(INSTRUCTIONS, model);
  const module = new BinaryenModuleSink({ tableBase: FIRST_HANDLER, ...(optimize ? { optimize } : {}) });
  // Interpreter handlers read the MSR at run time.
  const context: BuildContext = { width: model.width, mode64: false, msr: {}, sprs: model.sprs };
  addHandlers(module, decoder.handlers, context, importedFunctions(model.width), true);
  return module.finish();
}

/** All interpreters that the build makes. */
export function generateInterpreters(): { name: string; bytes: Uint8Array }[] {
  return CPU_MODELS.filter((m) => GENERATED.includes(m.name)).map((m) => ({ name: handlersFile(m), bytes: generateHandlers(m) }));
}
