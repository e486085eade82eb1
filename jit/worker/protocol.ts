import type { CodeNameTable } from '../names/code-names.js';
import type { TranslatedRegion } from '../region/translate.js';
import type { BuildContext } from '../ir/build-context.js';

/** First message to a translation worker. */
export interface WorkerStart {
  readonly buffer: SharedArrayBuffer;
  readonly cpu: string;
  readonly swizzled: boolean;
  /** Functions are named after what is at their addresses; absent: not named. */
  readonly names?: CodeNameTable;
}

/** A run of effective addresses with consecutive host addresses. */
export interface WorkExtent {
  /** Effective address: its low word, and its high word. */
  readonly start: number;
  readonly startHigh: number;
  readonly size: number;
  readonly host: number;
}

/** What is known about the code of one key, as plain data (see BuildContext). */
export type WorkContext = Omit<BuildContext, 'sprs'>;

/** Regions to translate into one module: same key, same extent. */
export interface WorkOrder {
  readonly id: number;
  readonly key: number;
  readonly context: WorkContext;
  readonly extent: WorkExtent;
  /** Effective addresses of the entries asked for. */
  readonly pcs: readonly number[];
}

/** A finished order. */
export interface WorkResult {
  readonly id: number;
  /** A WebAssembly.Module, undefined when there was nothing to translate. */
  readonly module: unknown;
  readonly size: number;
  readonly instructions: number;
  readonly regions: readonly TranslatedRegion[];
  readonly movable: boolean;
  /** CPU time it took, in ms. */
  readonly cpuMs: number;
}
