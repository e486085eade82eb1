import type { Nvram } from '../../devices/system/nvram.js';
import type { PhysicalMemory } from './physical-memory.js';
import { RTAS_PARAMETER, RTAS_SUCCESS, type Rtas } from './rtas.js';

/** RTAS functions for nonvolatile memory (PAPR, 7.3.1). */
export function registerNvramFunctions(rtas: Rtas, memory: PhysicalMemory, nvram: Nvram): void {
  rtas.register('nvram-fetch', ([offset = 0, buffer = 0, length = 0]) => {
    const bytes = memory.contains(buffer, length) ? nvram.fetch(offset, length) : undefined;
    if (!bytes) return [RTAS_PARAMETER, 0];
    memory.write(buffer, bytes);
    return [RTAS_SUCCESS, length];
  });
  rtas.register('nvram-store', ([offset = 0, buffer = 0, length = 0]) => {
    if (!memory.contains(buffer, length) || !nvram.store(offset, memory.read(buffer, length))) return [RTAS_PARAMETER, 0];
    return [RTAS_SUCCESS, length];
  });
}
