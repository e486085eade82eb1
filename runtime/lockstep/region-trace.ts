import {
  SLOT_COUNT,
  SLOT_FUNCTION,
  SLOT_KEY,
  SLOT_MASK,
  SLOT_MOVABLE,
  SLOT_PC,
  SLOT_SELECTOR,
  SLOT_SIZE,
  SLOT_TABLE_OFFSET,
} from '../../jit/abi/layout.js';
import { ByteModuleSink } from '../../jit/lower/byte-sink.js';
import { WASM_I32, WASM_I64, WASM_NONE } from '../../jit/lower/wasm.js';
import type { Engine } from '../engine.js';

/** A region was entered. */
export interface RegionEntry {
  /** Address it was entered at. */
  readonly pc: number;
  /** What was left of the slice. */
  readonly counter: number;
}

/**
 * Puts a function before each region in the table that reports the entry, for reports about differences; ordinary runs have nothing of
 * the kind. Calls inside one module go unseen.
 */
export function traceRegions(engine: Engine, onEntry: (entry: RegionEntry) => void): void {
  const { u32 } = engine.memory;
  const wasm = new WebAssembly.Module(doorway(engine.core.model.width));
  const pcs = new Map<number, Map<number, number>>();
  for (let n = 1; n < SLOT_COUNT; n++) {
    const at = (SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2;
    const index = u32[at + (SLOT_FUNCTION >> 2)]!;
    const key = u32[at + (SLOT_KEY >> 2)]!;
    const dropped = (key & u32[at + (SLOT_MASK >> 2)]!) >>> 0 !== key;
    if (index === 0 || dropped) continue;
    const bySelector = pcs.get(index) ?? new Map<number, number>();
    pcs.set(index, bySelector.set(u32[at + (SLOT_SELECTOR >> 2)]! & ~SLOT_MOVABLE, u32[at + (SLOT_PC >> 2)]!));
  }
  for (let index = engine.firstRegion; index < engine.table.length; index++) {
    const region: unknown = engine.table.get(index);
    if (region === null) continue;
    const entered = (selector: number) => onEntry({ pc: pcs.get(index)?.get(selector) ?? 0, counter: engine.core.state.counter });
    const instance = new WebAssembly.Instance(wasm, { env: { memory: engine.memory.memory, entered, region } });
    engine.table.set(index, instance.exports['doorway']);
  }
}

/** A function of a region's type that calls `entered` with the selector, then the region. */
function doorway(width: 32 | 64): Uint8Array {
  const module = new ByteModuleSink();
  const parameters = [WASM_I32, WASM_I32] as const;
  const result = width === 64 ? WASM_I64 : WASM_I32;
  module.function('doorway', parameters, result, (sink) => {
    sink.get(0);
    sink.call({ name: 'entered', parameters: [WASM_I32], result: WASM_NONE });
    sink.get(0);
    sink.get(1);
    sink.call({ name: 'region', parameters, result });
  });
  return module.finish();
}
