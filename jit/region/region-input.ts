import type { WasmFunction } from '../lower/wasm.js';
import type { Graph } from './graph.js';
import type { BlockIr } from './region-ir.js';

/** What a region is made from. */
export interface RegionInput {
  readonly graph: Graph;
  /** Upper half of the addresses of all instructions, as a signed number; 0 on 32-bit models. */
  readonly ciaHigh: number;
  /** See BuildContext. */
  readonly movable: boolean;
  /** By address. */
  readonly blocks: ReadonlyMap<number, BlockIr>;
  /** Regions of the same module and key that may be called directly, by address. */
  readonly siblings: ReadonlyMap<number, WasmFunction>;
  /** Instructions whose accesses call the slow path when the quick one fails. */
  readonly difficult: (pc: number) => boolean;
}
