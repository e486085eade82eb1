import type { CpuModel } from '../isa/cpus/index.js';

/** Table index of the first handler; index 0 is never called. */
export const FIRST_HANDLER = 1;

/** File name of a model's handlers. */
export const handlersFile = (model: CpuModel): string => `handlers-${model.name.toLowerCase()}.wasm`;
