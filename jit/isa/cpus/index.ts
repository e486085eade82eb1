import { PPC7400, PPC7447A, PPC750 } from './classic.js';
import type { CpuModel } from './cpu-model.js';
import { E500MC, E500V2 } from './e500.js';
import { PPC440EP } from './ppc440.js';
import { POWER7, POWER8, PPC970FX } from './server.js';

export type { CpuModel, MmuKind } from './cpu-model.js';
export { PPC7400, PPC7447A, PPC750 } from './classic.js';
export { E500MC, E500V2 } from './e500.js';
export { PPC440EP } from './ppc440.js';
export { POWER7, POWER8, PPC970FX } from './server.js';

/** Every CPU model there is. */
export const CPU_MODELS: readonly CpuModel[] = [PPC440EP, E500V2, E500MC, PPC750, PPC7400, PPC7447A, PPC970FX, POWER7, POWER8];

/** Finds a model by name, in any case; undefined when there is none. */
export const cpuModel = (name: string): CpuModel | undefined => CPU_MODELS.find((m) => m.name.toLowerCase() === name.toLowerCase());
