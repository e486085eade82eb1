import { BAMBOO } from './bamboo.js';
import type { MachineType } from './board.js';
import { PSERIES } from './pseries.js';

/** Every kind of machine there is. */
export const MACHINE_TYPES: readonly MachineType[] = [BAMBOO, PSERIES];
