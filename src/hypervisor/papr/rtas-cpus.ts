import type { CpuCalls } from './cpu-calls.js';
import type { Cpus } from './cpus.js';
import { RTAS_HARDWARE, RTAS_PARAMETER, RTAS_SUCCESS, type Rtas } from './rtas.js';
import type { VirtualProcessorAreas } from './virtual-processor-areas.js';

const STOPPED = 0;
const NOT_STOPPED = 2;

/** RTAS functions that start and stop CPUs (PAPR, 7.3.8). */
export function registerCpuFunctions(rtas: Rtas, cpus: Cpus, calls: CpuCalls, areas: VirtualProcessorAreas): void {
  rtas.register(
    'query-cpu-stopped-state',
    ([cpu = cpus.count]) => (cpu < cpus.count ? [RTAS_SUCCESS, cpus.isStopped(cpu) ? STOPPED : NOT_STOPPED] : [RTAS_PARAMETER]),
    'processor',
  );
  rtas.register(
    'start-cpu',
    ([cpu = cpus.count, start = 0, r3 = 0]) => {
      if (cpu >= cpus.count) return [RTAS_PARAMETER];
      if (!cpus.isStopped(cpu)) return [RTAS_HARDWARE];
      calls.started(cpu);
      cpus.start(cpu, start, 0, r3, 0);
      return [RTAS_SUCCESS];
    },
    'processor',
  );
  rtas.register(
    'stop-self',
    () => {
      const cpu = cpus.current;
      areas.forget(cpu);
      cpus.stop(cpu);
      return [RTAS_SUCCESS];
    },
    'processor',
  );
}
