import { setImmediate, setTimeout } from 'node:timers/promises';
import { BackgroundTranslation } from '../../../runtime/background-translation.js';
import type { MachineHost } from '../../machine/machine.js';
import { loadNativeModules } from './native-modules.js';
import { startTranslationWorker } from './node-translation-worker.js';

/** A machine's host in Node. */
export function nodeMachineHost(log: (line: string) => void): MachineHost {
  return {
    loadModules: loadNativeModules,
    now: () => performance.now(),
    log,
    wallTimeMs: () => Date.now(),
    yieldToHost: () => setImmediate(),
    sleep: async (ms, signal) => {
      try {
        await setTimeout(ms, undefined, { signal });
      } catch {
        // Woken early.
      }
    },
    backgroundTranslation: (board, names, threshold) => {
      const { engine } = board.runner;
      const { memory } = engine;
      const start = { buffer: memory.memory.buffer, cpu: engine.core.model.name, swizzled: memory.swizzled, ...(names ? { names } : {}) };
      return new BackgroundTranslation(engine, startTranslationWorker(start), () => performance.now(), threshold);
    },
    entropy: (bytes) => void crypto.getRandomValues(bytes),
    residentBytes: () => process.memoryUsage.rss(),
  };
}
