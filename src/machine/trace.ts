import type { Engine } from '../../runtime/engine.js';
import type { Logger } from '../machine-api.js';

const hex = (n: number): string => `0x${n.toString(16)}`;

/**
 * Logs what an engine does, by topics of `MachineConfig.trace`; hypercalls are the machine's to log.
 * @param log one line at a time
 */
export function traceEngine(engine: Engine, topics: ReadonlySet<string>, log: Logger): void {
  const { core } = engine;
  if (topics.has('exceptions')) {
    const before = engine.onException;
    engine.onException = (exception, pc) => {
      before?.(exception, pc);
      log(`exception ${core.exceptionName(exception)} at ${hex(pc)}`);
    };
  }
  if (topics.has('mmu')) {
    engine.trace.fault = (ea, exception) => log(`mmu ${core.exceptionName(exception)} for ${hex(ea)}`);
    engine.trace.remapped = (start, size) => log(`mmu ${hex(start)}..${hex(start + size - 1)} translated anew`);
  }
  if (topics.has('devices')) {
    engine.trace.device = (kind, physical, size, value) => log(`device ${kind} ${hex(physical)} size ${size} value ${hex(value)}`);
  }
  if (topics.has('regions')) {
    engine.trace.installed = (pcs) => log(`regions installed ${pcs.map(hex).join(' ')}`);
  }
}
