/** Powerjit as a library: see docs and src/machine-api.ts. */
import { ConfigError } from './config-error.js';
import { nodeMachineHost } from './host/node/node-machine-host.js';
import { EmulatedMachine } from './machine/machine.js';
import type { Machine, MachineConfig } from './machine-api.js';
import { MACHINE_TYPES } from './machines/index.js';

export { ConfigError } from './config-error.js';
export { HPT_STREAM_BOLTED_ONLY, HPT_STREAM_WRITE, HptStreamError } from './hypervisor/papr/hpt-stream.js';
export type { HptStream, HptStreamOptions } from './hypervisor/papr/hpt-stream.js';
export type * from './machine-api.js';
export { openDrive } from './host/node/node-drive.js';
export type { Drive, DriveOptions } from './host/node/node-drive.js';
export { shareFolder } from './host/node/node-share.js';
export type { ShareOptions } from './host/node/node-share.js';
export { userNetwork } from './host/node/node-sockets.js';

/** A kind of machine, as users choose it. */
export interface MachineDescription {
  readonly name: string;
  readonly description: string;
  /** CPU models, the default first. */
  readonly cpus: readonly string[];
  readonly defaultMemoryBytes: number;
}

/** The kinds of machines there are. */
export function machineTypes(): readonly MachineDescription[] {
  return MACHINE_TYPES.map(({ name, description, cpus, defaultMemoryBytes }) => ({ name, description, cpus, defaultMemoryBytes }));
}

/** Their names. */
export function machineNames(): string[] {
  return MACHINE_TYPES.map((t) => t.name);
}

/**
 * Builds a machine, loaded and ready to run.
 * @throws ConfigError when the configuration or a file cannot be used; nothing has been started then
 */
export async function createMachine(config: MachineConfig): Promise<Machine> {
  const type = MACHINE_TYPES.find((t) => t.name === config.machine);
  if (!type) throw new ConfigError(`there is no machine ${config.machine}`, '--machine', `choose from ${machineNames().join(', ')}`);
  const cpu = type.cpus.find((c) => c.toLowerCase() === (config.cpu ?? c).toLowerCase());
  if (!cpu) throw new ConfigError(`${type.name} has no CPU ${config.cpu}`, '--cpu', `choose from ${type.cpus.join(', ')}`);
  return new EmulatedMachine({ ...config, cpu }, type, nodeMachineHost(config.log ?? (() => {})));
}
