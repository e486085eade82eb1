import { setImmediate, setTimeout } from 'node:timers/promises';
import type { MachineHost } from '../../machine/machine.js';
import { loadNativeModules } from './native-modules.js';

/** A machine's host in Node. */
export function nodeMachineHost(cpu: string, log: (line: string) => void): MachineHost {
  return {
    modules: loadNativeModules(cpu),
    now: () => performance.now(),
    log,
    yieldToHost: () => setImmediate(),
    sleep: async (ms, signal) => {
      try {
        await setTimeout(ms, undefined, { signal });
      } catch {
        // Woken early.
      }
    },
    residentBytes: () => process.memoryUsage.rss(),
  };
}
