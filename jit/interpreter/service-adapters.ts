import { hostFunction, importedFunctions } from '../abi/functions.js';
import { SERVICE_HIGH_OFFSET } from '../abi/layout.js';
import { SERVICES, type ServiceName } from '../abi/services.js';
import { ByteModuleSink } from '../lower/byte-sink.js';
import { LOAD, W, WASM_I64, type WasmFunction, type WasmSink } from '../lower/wasm.js';

/** The host services whose signature has 64-bit values at this width: they need an adapter. */
export function adaptedServices(width: 32 | 64): ServiceName[] {
  const functions = importedFunctions(width);
  return (Object.keys(SERVICES) as ServiceName[]).filter((name) => {
    const { parameters, result } = functions.get(name)!;
    return SERVICES[name].home === 'host' && (result === WASM_I64 || parameters.includes(WASM_I64));
  });
}

/**
 * A module of functions that stand between generated code, which has 64-bit values, and the host services in TypeScript, to which such values
 * would come as BigInts: each splits its arguments and joins its result. Imports `<service>InParts`, exports `<service>`.
 */
export function makeServiceAdapters(width: 32 | 64): Uint8Array {
  const module = new ByteModuleSink();
  const functions = importedFunctions(width);
  for (const name of adaptedServices(width)) {
    const f = functions.get(name)!;
    module.function(name, f.parameters, f.result, (sink) => adapt(sink, f, hostFunction(name, width)));
  }
  return module.finish();
}

function adapt(sink: WasmSink, f: WasmFunction, host: WasmFunction): void {
  f.parameters.forEach((type, n) => {
    sink.get(n);
    if (type !== WASM_I64) return;
    sink.op(W.i32wrapI64);
    sink.get(n);
    sink.const64(32, 0);
    sink.op(W.i64shrU);
    sink.op(W.i32wrapI64);
  });
  sink.call(host);
  if (f.result !== WASM_I64) return;
  sink.op(W.i64extendI32U);
  sink.const32(0);
  sink.load(LOAD.i64u32, SERVICE_HIGH_OFFSET);
  sink.const64(32, 0);
  sink.op(W.i64shl);
  sink.op(W.i64or);
}
