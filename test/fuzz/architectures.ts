/** The architectures that can be fuzzed. */
import type { BareMode } from '../support/bare-cpu.js';
import type { Architecture } from './architecture.js';
import { PPC32 } from './ppc32/architecture.js';
import { PPC64 } from './ppc64/architecture.js';

export const ARCHITECTURES: readonly Architecture[] = [PPC32, PPC64];
/** Finds one by its name; undefined when there is none. */
export const architectureOf = (name: string): Architecture | undefined => ARCHITECTURES.find((a) => a.name === name);

/** How our engine executes streams. */
export const MODES: readonly BareMode[] = ['interp', 'jit'];
