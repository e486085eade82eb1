import type { CliHost } from './cli-host.js';
import { EXIT_DONE } from './exit-status.js';

/** `powerjit machines`: one name a line, for people and scripts. */
export async function machinesCommand(host: CliHost): Promise<number> {
  const { machineNames } = await host.machines();
  for (const name of machineNames()) host.stdout.write(`${name}\n`);
  return EXIT_DONE;
}
