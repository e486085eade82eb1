import type { CliHost } from './cli-host.js';
import { EXIT_DONE } from './exit-status.js';

/** `powerjit machines`: one line each, which begins with the name, for people and scripts. */
export async function machinesCommand(host: CliHost): Promise<number> {
  const types = (await host.machines()).machineTypes();
  const width = Math.max(...types.map(({ name }) => name.length));
  for (const { name, description, cpus, defaultMemoryBytes } of types) {
    host.stdout.write(`${name.padEnd(width)}  ${description}; CPUs ${cpus.join(', ')}; ${defaultMemoryBytes / 2 ** 20}M of memory\n`);
  }
  return EXIT_DONE;
}
