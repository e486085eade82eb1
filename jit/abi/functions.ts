/** The functions that generated code imports, derived from the services and the run-time's own entry points. */
import { WASM_F64, WASM_I32, WASM_I64, WASM_NONE, WASM_V128, type WasmFunction, type WasmType } from '../lower/wasm.js';
import { SERVICES, type ServiceName } from './services.js';

const kind = (letter: string, word: WasmType): WasmType => {
  switch (letter) {
    case 'w': return word;
    case 'i': return WASM_I32;
    case 'l': return WASM_I64;
    case 'd': return WASM_F64;
    case 'q': return WASM_V128;
    default: return WASM_NONE;
  }
}; // prettier-ignore

const fromSignature = (name: string, signature: string, width: 32 | 64): WasmFunction => {
  const word: WasmType = width === 64 ? WASM_I64 : WASM_I32;
  const [parameters, result] = signature.split(':') as [string, string];
  return { name, parameters: parameters === 'v' ? [] : [...parameters].map((k) => kind(k, word)), result: kind(result, word) };
};

/**
 * Entry points besides the services. The slow accesses take (EA, size[, value]) and are described in runtime/native/access.ts;
 * callRegion takes (PC, depth) and goOn (PC, expected, depth), see runtime/native/regions.ts.
 */
const ENTRY_POINTS = {
  readSlowInterpreter: 'wi:i',
  writeSlowInterpreter: 'wil:i',
  readSlowCompiled: 'wi:i',
  writeSlowCompiled: 'wil:i',
  callRegion: 'wi:w',
  goOn: 'wwi:w',
} as const;
/** Name of a function that generated code may import. */
export type FunctionName = ServiceName | keyof typeof ENTRY_POINTS;

/**
 * A host service as TypeScript sees it: values that may be wider than 32 bits arrive as two numbers, the low word first; such a result is the low
 * word, with the high word in SERVICE_HIGH.
 */
export function hostFunction(name: ServiceName, width: 32 | 64): WasmFunction {
  const { parameters, result } = fromSignature(name, SERVICES[name].signature, width);
  const parts = parameters.flatMap((type) => (type === WASM_I64 ? [WASM_I32, WASM_I32] : [type])) as WasmType[];
  return { name: `${name}InParts`, parameters: parts, result: result === WASM_I64 ? WASM_I32 : result };
}

/** All functions that generated code of a model of this width may import, by name. */
export function importedFunctions(width: 32 | 64): ReadonlyMap<FunctionName, WasmFunction> {
  const all = new Map<FunctionName, WasmFunction>();
  for (const [name, s] of Object.entries(SERVICES)) all.set(name as ServiceName, fromSignature(name, s.signature, width));
  for (const [name, signature] of Object.entries(ENTRY_POINTS)) all.set(name as FunctionName, fromSignature(name, signature, width));
  return all;
}

/** The type that regions and handlers share: (i32, word or i32) → next instruction address with RETURN_* flags. */
export const nextAddressType = (width: 32 | 64): WasmType => (width === 64 ? WASM_I64 : WASM_I32);
