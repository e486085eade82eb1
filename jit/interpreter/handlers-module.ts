import type { CpuModel } from '../isa/cpus/index.js';

/** Table index of the first handler; index 0 is never called. */
export const FIRST_HANDLER = 1;

/**
 * Modes in which instruction words mean different things although they are the same instructions: each has a set of handlers in the table. A set
 * has as many places as the decoder has handlers, and two more for the runtime's own.
 */
export interface HandlerMode {
  /** MSR[SF]. */
  readonly mode64: boolean;
  /** MSR[LE] asks for the other byte order than RAM's. */
  readonly foreignEndian: boolean;
}

/** The modes of a model, in the order of their sets: the usual one first. */
export const handlerModes = (model: Pick<CpuModel, 'has64BitMode'>): readonly HandlerMode[] =>
  model.has64BitMode
    ? [
        { mode64: true, foreignEndian: false },
        { mode64: true, foreignEndian: true },
        { mode64: false, foreignEndian: false },
        { mode64: false, foreignEndian: true },
      ]
    : [{ mode64: false, foreignEndian: false }];

/** Places of one set in the table. */
export const handlerSetSize = (handlers: number): number => handlers + 2;

/** File name of a model's handlers. `swizzled`: RAM lies as host-endian words. */
export const handlersFile = (model: CpuModel, swizzled: boolean): string =>
  `handlers-${model.name.toLowerCase()}${swizzled ? '' : '-le'}.wasm`;
