import { existsSync, readFileSync } from 'node:fs';
import { cpuModel } from '../../../jit/isa/cpus/index.js';
import { handlersFile } from '../../../jit/interpreter/handlers-module.js';
import type { NativeModules } from '../../../runtime/engine.js';
import { ConfigError } from '../../config-error.js';

/** Folders where the build leaves the modules: seen from the built package, and from the sources (tests). */
const FOLDERS = ['../../../native/', '../../../dist/native/'];

function read(name: string): WebAssembly.Module {
  for (const folder of FOLDERS) {
    const url = new URL(folder + name, import.meta.url);
    if (existsSync(url)) return new WebAssembly.Module(readFileSync(url));
  }
  throw new ConfigError('the package is not built', name, 'run npm run build');
}

/**
 * Loads the ahead-of-time modules of a CPU model.
 * @param swizzled RAM lies as host-endian words (big-endian guests)
 */
export function loadNativeModules(cpu: string, swizzled = true): NativeModules {
  const model = cpuModel(cpu);
  if (!model) throw new ConfigError(`there is no CPU ${cpu}`, '--cpu', 'see powerjit machines');
  return { natives: read(`natives${model.width}${swizzled ? '' : 'le'}.wasm`), handlers: read(handlersFile(model, swizzled)) };
}
