import { ConfigError } from '../config-error.js';
import type { CliHost } from './cli-host.js';

/** The machine that Debian's kernel runs on. */
const DEBIAN_MACHINE = 'pseries';

/** Options that say what to start: with one of them the user has chosen. */
const CHOOSING = /^--(machine|kernel|dtb|help)(=|$)|^-h$/;

/**
 * The command line of a first start (`npm start`): Debian's kernel to a shell, where it is to be had, else the built-in monitor; says why
 * on standard error then. What the user gives goes behind, so that it has the last word.
 * @param args options of `run`
 */
export async function startArguments(args: readonly string[], host: CliHost): Promise<string[]> {
  if (args.some((word) => CHOOSING.test(word))) return ['run', ...args];
  const monitor = (reason: string): string[] => {
    host.stderr.write(`powerjit: ${reason}; starting the monitor instead\n`);
    return ['run', ...args];
  };
  const { machineTypes } = await host.machines();
  if (!machineTypes().some(({ name }) => name === DEBIAN_MACHINE)) return monitor(`no machine ${DEBIAN_MACHINE} for Debian's kernel`);
  const { DEBIAN_APPEND, DEBIAN_MEMORY, fetchDebian } = await import('./get-command.js');
  try {
    const { kernel, initrd } = await fetchDebian(host, false);
    const files = ['--kernel', kernel, '--initrd', initrd];
    return ['run', '--machine', DEBIAN_MACHINE, '--memory', DEBIAN_MEMORY, ...files, '--append', DEBIAN_APPEND, ...args];
  } catch (error) {
    if (error instanceof ConfigError) return monitor(`Debian's kernel is not to be had (${error.message})`);
    throw error;
  }
}
