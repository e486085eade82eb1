import type { WallClock } from '../../devices/system/wall-clock.js';
import type { Cpus } from './cpus.js';
import type { PhysicalMemory } from './physical-memory.js';
import { RTAS_NOT_AUTHORIZED, RTAS_NOTHING, RTAS_PARAMETER, RTAS_SUCCESS, type Rtas } from './rtas.js';

/** System parameters by token (PAPR, table of system parameters). */
const PARAMETER = { sharedProcessorCharacteristics: 20, diagnosticsRunMode: 42, uuid: 48 } as const;
/** Diagnostics run: off. */
const DIAGNOSTICS_DISABLED = 0;
const LONGEST_MESSAGE = 256;

/** What the system's functions need. */
export interface SystemOptions {
  readonly clock: WallClock;
  readonly memoryBytes: number;
  /** 16 bytes. */
  readonly uuid: Uint8Array;
  /** A character for the operator. */
  readonly display: (byte: number) => void;
  /** The guest gives up, with these words. */
  readonly onTermination: (message: string) => void;
}

/** RTAS functions for the machine as a whole: time, power, parameters, events (PAPR, 7.3). */
export function registerSystemFunctions(rtas: Rtas, cpus: Cpus, memory: PhysicalMemory, options: SystemOptions): void {
  const { clock } = options;
  rtas.register('display-character', ([character = 0]) => {
    options.display(character & 0xff);
    return [RTAS_SUCCESS];
  });
  rtas.register('get-time-of-day', () => {
    const t = clock.get();
    return [RTAS_SUCCESS, t.year, t.month, t.day, t.hour, t.minute, t.second, t.ns];
  });
  rtas.register('set-time-of-day', ([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ns = 0]) => [
    clock.set({ year, month, day, hour, minute, second, ns }) ? RTAS_SUCCESS : RTAS_PARAMETER,
  ]);
  rtas.register(
    'power-off',
    () => {
      cpus.end('power-off');
      return [RTAS_SUCCESS];
    },
    'processor',
  );
  rtas.register(
    'system-reboot',
    () => {
      cpus.end('reboot');
      return [RTAS_SUCCESS];
    },
    'processor',
  );
  rtas.register('ibm,get-system-parameter', ([token = 0, buffer = 0, length = 0]) => {
    const value = systemParameter(token, options, cpus.count);
    if (!value) return [RTAS_PARAMETER];
    // The whole length, and of the value what fits.
    const bytes = new Uint8Array(2 + value.length);
    new DataView(bytes.buffer).setUint16(0, value.length);
    bytes.set(value, 2);
    if (!memory.contains(buffer, length)) return [RTAS_PARAMETER];
    memory.write(buffer, bytes.subarray(0, length));
    return [RTAS_SUCCESS];
  });
  rtas.register('ibm,set-system-parameter', ([token = 0]) => [systemParameter(token, options, cpus.count) ? RTAS_NOT_AUTHORIZED : RTAS_PARAMETER]); // prettier-ignore
  rtas.register('ibm,os-term', ([message = 0]) => {
    options.onTermination(text(memory, message));
    return [RTAS_SUCCESS];
  });
  // There is nothing here that reports errors.
  rtas.register('event-scan', () => [RTAS_NOTHING]);
  rtas.register('check-exception', () => [RTAS_NOTHING]);
  // Nothing here is dynamically reconfigurable, so there is no indicator to set.
  rtas.register('set-indicator', () => [RTAS_PARAMETER]);
  rtas.register('quiesce', () => [RTAS_SUCCESS]);
}

function systemParameter(token: number, { memoryBytes, uuid }: SystemOptions, cpus: number): Uint8Array | undefined {
  const mebibytes = memoryBytes / 2 ** 20;
  switch (token) {
    case PARAMETER.sharedProcessorCharacteristics: {
      const characteristics = `MaxEntCap=${cpus * 100},DesMem=${mebibytes},DesProcs=${cpus},MaxPlatProcs=${cpus}`;
      return new TextEncoder().encode(`${characteristics}\0`);
    }
    case PARAMETER.diagnosticsRunMode:
      return Uint8Array.of(DIAGNOSTICS_DISABLED);
    case PARAMETER.uuid:
      return uuid;
    default:
      return undefined;
  }
}

/** A string that ends with a zero byte. */
function text(memory: PhysicalMemory, address: number): string {
  const bytes = memory.contains(address, 1) ? memory.read(address, LONGEST_MESSAGE) : new Uint8Array(0);
  const end = bytes.indexOf(0);
  return new TextDecoder('latin1').decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
}
