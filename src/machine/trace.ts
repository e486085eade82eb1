import type { Engine } from '../../runtime/engine.js';
import type { Logger } from '../machine-api.js';

const hex = (n: number): string => `0x${n.toString(16)}`;
const hex64 = (low: number, high: number): string => (high === 0 ? hex(low) : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`);

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
    engine.trace.fault = (ea, eaHigh, exception) => log(`mmu ${core.exceptionName(exception)} for ${hex64(ea, eaHigh)}`);
    engine.trace.remapped = (start, size) => log(`mmu ${hex(start)}..${hex(start + size - 1)} translated anew`);
  }
  if (topics.has('devices')) {
    engine.trace.device = (kind, physical, size, value) => log(`device ${kind} ${hex(physical)} size ${size} value ${hex(value)}`);
  }
  if (topics.has('regions')) {
    engine.trace.installed = (pcs) => log(`regions installed ${pcs.map(hex).join(' ')}`);
  }
}
